/** Refusals, as the audit keeps them: who was refused what. Only an answer that is one costs anything. */

import type { FastifyInstance } from 'fastify'
import type { Happenings } from '../audit/happenings.ts'
import type { Access } from '../auth/access.ts'
import type { HapiError } from '../errors/hapi-error.ts'
import type { Model } from '../model/model.ts'
import type { IncomingRequest } from './odata/exchange.ts'

type TellRefusal = (request: IncomingRequest, error: HapiError) => void

interface RefusalOptions {
  readonly happenings: Happenings
  readonly access: Access
  readonly model: Model
}

declare module 'fastify' {
  interface FastifyRequest {
    tellRefusal: TellRefusal
  }
}

/** Of every request and of the parts made of it; sign-ins are told by who takes them. */
export function tellRefusals(app: FastifyInstance, options: RefusalOptions): void {
  app.decorateRequest('tellRefusal', (request: IncomingRequest, error: HapiError) => {
    if (isRefusal(error)) tell(options, request, error)
  })
}

function isRefusal({ status, code }: HapiError): boolean {
  return (status === 401 || status === 403) && !SIGN_INS.has(code)
}

const SIGN_INS: ReadonlySet<string> = new Set(['SIGN_IN_FAILED', 'FEED_SIGN_IN_FAILED'])

function tell(
  { happenings, access, model }: RefusalOptions,
  request: IncomingRequest,
  { code, target }: HapiError,
): void {
  const { id, channel = 'api', headers, ip } = request
  const { accountId, ...who } = access.whose(headers.authorization) ?? { accountId: 0 }
  happenings.note({
    accountId,
    kind: 'REFUSAL',
    acting: { channel, ...who, requestId: id },
    code,
    address: ip,
    entity: target === undefined ? undefined : model.findBySet(target)?.name,
    request: requestOf(request),
  })
}

/** Without what may be a literal: the method, and of the address the set. */
function requestOf({ method, url = '' }: IncomingRequest): string {
  const [start = ''] = /^(?:\/api)?(?:\/[$\w.]{1,60})?/i.exec(url) ?? []
  return `${method} ${start}`
}
