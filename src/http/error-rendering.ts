/** Every error becomes an answer here, and nowhere else. */

import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { HapiError } from '../errors/hapi-error.ts'
import { errorBody } from './error-body.ts'
import { negotiateLanguage } from './language.ts'
import type { IncomingRequest, OutgoingReply } from './odata/exchange.ts'
import { answerVersion } from './odata/negotiation.ts'

/** What the framework refuses before it knows of a route. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  sayVersion(request, reply)
  void sendError(toHapiError(error, request, 0), error, request, reply)
}

export function renderErrors(app: FastifyInstance, bodyBytesMax: number): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    sayVersion(request, reply)
    return answerError(error, request, reply, request.routeOptions.bodyLimit ?? bodyBytesMax)
  })
  app.setNotFoundHandler((request, reply) => {
    sayVersion(request, reply)
    return sendError(routeNotFound(request), undefined, request, reply)
  })
}

/** The answer to a request that has failed, whether it came by itself or in a batch. */
export function answerError(
  error: unknown,
  request: IncomingRequest,
  reply: OutgoingReply,
  bodyBytesMax: number,
): OutgoingReply {
  return sendError(toHapiError(error, request, bodyBytesMax), error, request, reply)
}

function routeNotFound(request: FastifyRequest): HapiError {
  return new HapiError('ROUTE_NOT_FOUND', { path: request.url.split('?')[0]?.slice(0, 100) ?? '' })
}

/** Also of what no route took: a refusal of the service says its version (Protocol 4.01 §8.1.5). */
function sayVersion(request: FastifyRequest, reply: FastifyReply): void {
  if (/^\/api(?:[/?]|$)/i.test(request.url) && !reply.hasHeader('odata-version'))
    reply.header('odata-version', answerVersion(request))
}

function sendError(
  error: HapiError,
  cause: unknown,
  request: IncomingRequest,
  reply: OutgoingReply,
): OutgoingReply {
  if (error.status >= 500 && error.code !== 'NOT_IMPLEMENTED')
    request.log.error({ err: cause ?? error }, error.code)
  request.tellRefusal?.(request, error)
  const language = negotiateLanguage(request.headers['accept-language'])
  return (
    reply
      .code(error.status)
      .headers(error.headers)
      .header('content-type', 'application/json')
      .header('content-language', language)
      // Bytes: to a text the framework would add a charset, which JSON has none of (Protocol 4.01 §8.1.1).
      .send(Buffer.from(JSON.stringify(errorBody(error, language, request.id))))
  )
}

/** The framework's own refusals, by its codes. */
function toHapiError(error: unknown, request: IncomingRequest, bodyBytesMax: number): HapiError {
  if (error instanceof HapiError) return error
  // What is thrown inside the framework and its plugins has these members.
  const { code = '', statusCode = 500 } = error as Partial<FastifyError>
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new HapiError('BODY_TOO_LARGE', { limit: bodyBytesMax }, { cause: error })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE':
      return new HapiError(
        'UNSUPPORTED_MEDIA_TYPE',
        { type: mediaTypeOf(request) },
        { cause: error },
      )
    case 'FST_ERR_BAD_URL':
      return new HapiError('MALFORMED_URL', { reason: '%' }, { cause: error })
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new HapiError('INVALID_BODY', { reason: 'JSON' }, { cause: error })
    default:
      if (error instanceof SyntaxError && statusCode === 400)
        return new HapiError('INVALID_BODY', { reason: 'JSON' }, { cause: error })
      // Whatever else the framework blames on the client is no failure of ours.
      if (statusCode >= 400 && statusCode < 500)
        return new HapiError('INVALID_BODY', { reason: 'HTTP' }, { cause: error })
      return new HapiError('INTERNAL_ERROR', {}, { cause: error })
  }
}

/** As the client wrote it; longer than any real one is cut. */
function mediaTypeOf(request: IncomingRequest): string {
  return request.headers['content-type']?.slice(0, 100) ?? ''
}

/** What Node's HTTP parser refuses never becomes a request: it is answered on the bare socket. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  refuseOnSocket(socket, refusalOf(error), undefined)
}

function refusalOf({ code }: NodeJS.ErrnoException): HapiError {
  if (code === 'HPE_HEADER_OVERFLOW') return new HapiError('HEADERS_TOO_LARGE')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new HapiError('REQUEST_TIMED_OUT')
  const isOfBody = /CHUNK|LENGTH|TRANSFER_ENCODING/.test(code ?? '')
  return new HapiError(isOfBody ? 'INVALID_BODY' : 'MALFORMED_URL', { reason: 'HTTP' })
}

/** Ends a connection with the answer, which no other is to follow. */
export function refuseOnSocket(
  socket: Socket,
  error: HapiError,
  acceptLanguage: string | undefined,
): void {
  const { status } = error
  const language = negotiateLanguage(acceptLanguage)
  const body = JSON.stringify(errorBody(error, language, undefined))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/json',
    `Content-Language: ${language}`,
    'OData-Version: 4.0',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}
