/** Status monitors: how a request that is answered later fares, and its answer (Protocol 4.01 §11.6). */

import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HapiError } from '../../../errors/hapi-error.ts'
import { answerError } from '../../error-rendering.ts'
import { AnswerLife } from '../answer-life.ts'
import type { Authenticate } from '../batch/part-request.ts'
import { CapturedReply } from '../captured-reply.ts'
import type { OutgoingReply } from '../exchange.ts'
import { parseMediaRanges } from '../media-ranges.ts'
import { answerVersion } from '../negotiation.ts'
import { type AsyncRequests, RETRY_AFTER_SECONDS } from './async-requests.ts'
import type { AsyncStore, FoundRequest } from './async-store.ts'

export interface MonitorDependencies {
  readonly requests: AsyncRequests
  readonly store: AsyncStore
  /** Who sends a request that came as this one did, by an `Authorization`. */
  readonly authenticateFor: (request: FastifyRequest) => Authenticate
}

/** No resource has this name: monitors stand below it. */
export const MONITOR_SEGMENT = '$async'

const ALLOWED = 'GET, DELETE, OPTIONS'
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

type MonitorRequest = FastifyRequest<{ Params: { id: string } }>

/** @param monitorsOf address below which the monitors stand for the sender of a request */
export function registerMonitorRoutes(
  scope: FastifyInstance,
  { requests, store, authenticateFor }: MonitorDependencies,
  monitorsOf: (request: FastifyRequest) => string,
): void {
  const url = `/api/${MONITOR_SEGMENT}/:id`
  scope.route({
    method: 'GET',
    url,
    exposeHeadRoute: false,
    handler: async (request: MonitorRequest, reply) => {
      const principal = await authenticateFor(request)(request.headers.authorization)
      const id = idOf(request)
      const found = await store.find(id, principal)
      if (found === undefined) throw notFound()
      if (found.state === 'lost') return sendResult(await lostResult(request), request, reply)
      if (found.state === 'done') return sendResult(found, request, reply)
      return reply
        .code(202)
        .headers({ location: `${monitorsOf(request)}/${id}`, 'retry-after': RETRY_AFTER_SECONDS })
        .send()
    },
  })
  scope.route({
    method: 'DELETE',
    url,
    handler: async (request: MonitorRequest, reply) => {
      const principal = await authenticateFor(request)(request.headers.authorization)
      const id = idOf(request)
      if (!(await store.remove(id, principal))) throw notFound()
      requests.cancel(id)
      return reply.code(204).send()
    },
  })
  scope.route({
    method: ['HEAD', 'POST', 'PUT', 'PATCH'],
    url,
    onRequest: async (request) => {
      await authenticateFor(request)(request.headers.authorization)
      throw new HapiError(
        'OPERATION_NOT_SUPPORTED',
        { method: request.method, entity: MONITOR_SEGMENT },
        { headers: { allow: ALLOWED } },
      )
    },
    handler: () => {},
  })
  scope.route({
    method: 'OPTIONS',
    url,
    handler: (_, reply) => reply.code(204).header('allow', ALLOWED).send(),
  })
}

/** Whatever is no identifier is nobody's. */
function idOf({ params: { id } }: MonitorRequest): string {
  if (!UUID.test(id)) throw notFound()
  return id.toLowerCase()
}

/** The process that ran the request has ended: what became of it is not known. */
async function lostResult(request: FastifyRequest): Promise<Done> {
  const life = new AnswerLife(0, () => {})
  life.finish()
  const captured = new CapturedReply(life, request)
  answerError(new HapiError('UNAVAILABLE'), request, captured, 0)
  const { status, headers, body } = await captured.answered
  const bytes = async function* (): AsyncGenerator<Buffer> {
    if (Buffer.isBuffer(body)) yield body
  }
  return { state: 'done', status, headers: Object.fromEntries(headers), bytes }
}

type Done = Extract<FoundRequest, { state: 'done' }>

function notFound(): HapiError {
  return new HapiError('MONITOR_NOT_FOUND')
}

/**
 * As a message of its own for those who ask for one, and for those of 4.0 who ask for nothing; otherwise as the answer
 * itself, with its status in `AsyncResult`.
 */
function sendResult(
  { status, headers, bytes }: Done,
  request: FastifyRequest,
  reply: OutgoingReply,
): OutgoingReply {
  reply.code(200).header('vary', 'Accept, OData-MaxVersion')
  if (!wantsMessage(request)) {
    const { vary: _, ...own } = headers
    return reply.headers(own).header('asyncresult', String(status)).send(Readable.from(bytes()))
  }
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ]
  return reply
    .header('content-type', 'application/http')
    .header('asyncresult', String(status))
    .send(Readable.from(message(Buffer.from(lines.join('\r\n')), bytes())))
}

function wantsMessage(request: FastifyRequest): boolean {
  const ranges = parseMediaRanges(request.headers.accept ?? '').filter(({ quality }) => quality > 0)
  if (ranges.some(({ type }) => type === 'application/http')) return true
  return answerVersion(request) === '4.0' && ranges.every(({ type }) => type === '*/*')
}

async function* message(head: Buffer, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head
  yield* body
}
