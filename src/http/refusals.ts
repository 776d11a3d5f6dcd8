/** Refusals, as the audit keeps them: who was refused what. Only an answer that is one costs anything. */

import type { FastifyInstance } from 'fastify'
import type { Happenings } from '../audit/happenings.ts'
import type { Access } from '../auth/access.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import type { Model } from '../model/model.ts'
import type { IncomingRequest, Refused, TellRefusal } from './odata/exchange.ts'

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
  app.decorateRequest('tellRefusal', (request: IncomingRequest, refused: Refused) => {
    for (const each of [refused, ...(refused.details ?? [])])
      if (isRefusal(each, request.method)) return tell(options, request, each)
  })
}

/**
 * Who asks may not, whatever he sends and whenever: no token, module or right, or a method by which users like him
 * change nothing there. Every other status speaks of what was sent, or of what there is.
 */
function isRefusal({ code }: Refused, method: string): boolean {
  const { status } = errorCatalogue[code]
  if (status === 405) return !SAFE_METHODS.has(method)
  return (status === 401 || status === 403) && !SIGN_INS.has(code)
}

/** RFC 9110 §9.2.1. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

const SIGN_INS: ReadonlySet<string> = new Set(['SIGN_IN_FAILED', 'FEED_SIGN_IN_FAILED'])

function tell(
  { happenings, access, model }: RefusalOptions,
  request: IncomingRequest,
  refused: Refused,
): void {
  const { id, channel = 'api', headers, ip } = request
  const { accountId, ...who } = access.whose(headers.authorization) ?? { accountId: 0 }
  happenings.note({
    accountId,
    kind: 'REFUSAL',
    acting: { channel, ...who, requestId: id },
    code: refused.code,
    address: ip,
    entity: refused.entity ?? typeOf(refused, model),
    request: requestOf(request),
  })
}

/** Errors name the set as what they are about, or in their text: `Units`, `Units/OwnerId`. */
function typeOf({ target, values }: Refused, model: Model): string | undefined {
  for (const named of [target, values?.['set'], values?.['entity']]) {
    const type = model.findBySet(String(named).split('/')[0] ?? '')
    if (type !== undefined) return type.name
  }
  return undefined
}

/** Without what may be a literal: the method, and of the address the set. */
function requestOf({ method, url = '' }: IncomingRequest): string {
  const [start = ''] = /^(?:\/api)?(?:\/[$\w.]{1,60})?/i.exec(url) ?? []
  return `${method} ${start}`
}
