/** Everything under `/api`: service document, metadata, and the entity sets (contract B14: paths in any letter case). */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../../auth/access.ts'
import { isLoopback } from '../../auth/address-network.ts'
import type { Principal } from '../../auth/principal.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { ParseLimits } from '../../odata/parse/limits.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import { takesItsTime } from '../body-pace.ts'
import { refuseEncodedBody } from '../encoded-body.ts'
import type { AsyncRequests, Work } from './async/async-requests.ts'
import type { AsyncStore } from './async/async-store.ts'
import { MONITOR_SEGMENT, registerMonitorRoutes } from './async/monitor-routes.ts'
import { type BatchDependencies, handleBatch } from './batch/batch-handler.ts'
import { registerBatchRoutes } from './batch/batch-routes.ts'
import type { ServicePlace } from './batch/part-address.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import { handleMe, isMe, ME_METHODS } from './me.ts'
import { MetadataDocuments } from './metadata-documents.ts'
import { answerVersion, negotiationHeaders } from './negotiation.ts'
import {
  type OpenedWrite,
  offeredMethods,
  openWrite,
  parseAddress,
  type WriteDependencies,
} from './open-write.ts'
import { isPosedQuery, posedQuery, refuseOtherThanText } from './posed-query.ts'
import { handleRead, type RequestAddress } from './read-handler.ts'
import { refuseOtherSchema } from './refuse-demands.ts'
import { sendServiceDocument } from './service-document.ts'
import { handleStreamRead, streamTarget } from './stream-read.ts'
import { handleStreamWrite } from './stream-write.ts'
import { handleWrite } from './write-handler.ts'
import { findWriteTarget } from './write-target.ts'

export interface ODataRoutesOptions extends WriteDependencies {
  readonly access: Access
  /** Address under which clients reach the service, without a slash at its end; undefined: that of each request. */
  readonly publicUrl: string | undefined
  /** Longer URLs are refused with 414. */
  readonly urlBytesMax: number
  readonly batch: Pick<BatchDependencies, 'limits' | 'bytesMax' | 'deadlineSeconds'>
  readonly async: { readonly requests: AsyncRequests; readonly store: AsyncStore }
}

const READ_METHODS = ['GET', 'HEAD'] as const
const WRITE_METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

export function registerODataRoutes(app: FastifyInstance, options: ODataRoutesOptions): void {
  const metadata = new MetadataDocuments(options.model, options.parseLimits.expandDepthMax)
  const servicePath =
    options.publicUrl === undefined
      ? '/api/'
      : `${new URL(options.publicUrl).pathname}/api/`.replace('//', '/')
  const opened = new WeakMap<FastifyRequest, OpenedWrite>()
  const batch = { writing: options, read: readAt, ...options.batch }
  const monitors = { ...options.async, authenticateFor }
  void app.register(async (scope) => {
    // Refusals say the version too (Protocol 4.01 §8.1.5).
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store').header('odata-version', answerVersion(request))
    })
    // Bodies are read by the write path, which keeps every digit of theirs.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) =>
      done(null, body),
    )
    // `…/$value` of a property; where JSON is meant it is refused as any other type is.
    scope.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (_, body, done) =>
      done(null, body),
    )
    void scope.register(async (inner) =>
      registerBatchRoutes(inner, {
        bytesMax: batch.bytesMax,
        authenticateFor,
        answer: (principal, request, reply) => {
          const place = placeOf(request)
          const authenticate = authenticateFor(request)
          const countAnother = () => request.countAnother()
          return later(principal, request, reply, (asked, told) =>
            handleBatch({ ...batch, authenticate, countAnother }, place, asked, told),
          )
        },
      }),
    )
    registerMonitorRoutes(scope, monitors, monitorsOf)
    for (const url of ['/api', '/api/*']) {
      scope.route({
        method: [...READ_METHODS],
        url,
        exposeHeadRoute: false,
        handler: (request, reply) => read(request, reply),
      })
      scope.route({
        method: [...WRITE_METHODS],
        url,
        // R-010 comes before any validation: the body of what is not offered is not even read.
        onRequest: async (request, reply) => {
          const principal = await principalOf(request)
          const address = addressOf(request)
          if (isPosedQuery(address, request.method)) {
            refuseOtherThanText(request)
            refuseEncodedBody(request)
            return undefined
          }
          if (isMe(address))
            throw new HapiError(
              'OPERATION_NOT_SUPPORTED',
              { method: request.method, entity: 'Me' },
              { headers: { allow: ME_METHODS.join(', ') } },
            )
          const known = openWrite(options, principal, address, request.method)
          opened.set(request, known)
          refuseEncodedBody(request)
          const { target } = known
          // A content is no body to be held in memory: it is taken as it comes.
          if (target.kind === 'stream' && request.method === 'PUT')
            return writeStream({ ...known, target }, request, reply)
          return undefined
        },
        handler: (request, reply) => write(request, reply),
      })
      scope.route({
        method: 'OPTIONS',
        url,
        handler: (request, reply) => sendMethods(request, reply),
      })
    }
  })

  async function writeStream(
    known: Parameters<typeof handleStreamWrite>[1],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<OutgoingReply> {
    takesItsTime(request.raw)
    try {
      // Ending the reading early must not end the connection: the refusal is yet to be told.
      const bytes = request.raw.iterator({ destroyOnReturn: false })
      return await handleStreamWrite(options, known, request, bytes, reply)
    } catch (error) {
      // The sender has gone, or was cut: nobody is to be told.
      if (request.raw.destroyed && !request.raw.complete) return reply.hijack()
      // What still comes is nobody's, and the connection no other request's.
      reply.header('connection', 'close')
      request.raw.resume()
      throw error
    }
  }

  async function write(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const known = opened.get(request)
    if (known !== undefined)
      return later(known.principal, request, reply, (asked, told) =>
        handleWrite(options, known, asked, told),
      )
    const principal = await principalOf(request)
    const posed = posedQuery(addressOf(request), request, options.queryBytesMax)
    if (posed === undefined) throw new Error('A write is handled that was not opened')
    return later(principal, request, reply, (asked, told) => readAt(principal, posed, asked, told))
  }

  /** At once, or later if the request prefers so. */
  function later(
    principal: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
    work: Work,
  ): Promise<unknown> {
    if (request.headers['prefer'] === undefined) return work(request, reply)
    const place = { principal, monitors: monitorsOf(request) }
    return options.async.requests.run(place, request, reply, work)
  }

  function monitorsOf(request: FastifyRequest): string {
    return `${rootOf(request)}/api/${MONITOR_SEGMENT}`
  }

  /** By its public address, and by that under which the request has reached it. */
  function placeOf(request: FastifyRequest): ServicePlace {
    const own = `${request.protocol}://${request.host}/api`
    const { urlBytesMax } = options
    return { roots: [addressOf(request).serviceRoot, own], servicePath, urlBytesMax }
  }

  /** What such a user may send to the address; without a token, what anybody may ask. */
  async function sendMethods(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const methods =
      request.headers.authorization === undefined
        ? ['GET', 'HEAD', 'OPTIONS']
        : await methodsOf(request)
    return reply.code(204).header('allow', methods.join(', ')).send()
  }

  async function methodsOf(request: FastifyRequest): Promise<readonly string[]> {
    const principal = await principalOf(request)
    const address = addressOf(request)
    const { path } = address
    if (path === '' || path === '/' || isMe(address)) return ['GET', 'HEAD', 'OPTIONS']
    const parsed = parseAddress(address, options.parseLimits)
    if (parsed.path[0]?.kind === 'system') return ['GET', 'HEAD', 'OPTIONS']
    return offeredMethods(findWriteTarget(options.model, parsed, 'OPTIONS'), principal)
  }

  async function read(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const principal = await principalOf(request)
    const address = addressOf(request)
    return later(principal, request, reply, (asked, told) =>
      readAt(principal, address, asked, told),
    )
  }

  async function readAt(
    principal: Principal,
    address: RequestAddress,
    request: IncomingRequest,
    reply: OutgoingReply,
  ): Promise<OutgoingReply> {
    switch (address.path.toLowerCase().replace(/\/$/, '')) {
      case '':
        return sendServiceDocument(
          options.model,
          address.serviceRoot,
          documentFormat(address, options.parseLimits),
          request,
          reply,
        )
      case '/$metadata':
      case '/%24metadata':
        return metadata.send(
          request,
          {
            headers: negotiationHeaders(request),
            format: documentFormat(address, options.parseLimits),
            principal,
          },
          reply,
        )
      default: {
        if (isMe(address)) return handleMe(options, principal, address, request, reply)
        const stream = streamTarget(options, address)
        if (stream === undefined) return handleRead(options, principal, address, request, reply)
        // A range is one of the bytes as they are.
        delete request.headers['accept-encoding']
        return handleStreamRead(options, principal, stream, request, reply)
      }
    }
  }

  function principalOf(request: FastifyRequest): Promise<Principal> {
    return authenticateFor(request)(request.headers.authorization)
  }

  /** A feed account too: whatever it may not do is refused where it is asked. */
  function authenticateFor(
    request: FastifyRequest,
  ): (authorization: string | undefined) => Promise<Principal> {
    const isHttps = request.protocol === 'https' || options.publicUrl?.startsWith('https:') === true
    return (authorization) =>
      options.access.authenticateReader({
        authorization,
        address: request.ip,
        requestId: request.id,
        isPrivate: isHttps || isLoopback(request.ip),
        // A page of a browser would make it ask its user for a password.
        takesBasic: request.headers['sec-fetch-mode'] === undefined,
      })
  }

  function rootOf(request: FastifyRequest): string {
    return options.publicUrl ?? `${request.protocol}://${request.host}`
  }

  function addressOf(request: FastifyRequest): RequestAddress {
    const raw = request.raw.url ?? ''
    if (raw.length > options.urlBytesMax)
      throw new HapiError('URL_TOO_LONG', { limit: options.urlBytesMax })
    const question = raw.indexOf('?')
    const path = question < 0 ? raw : raw.slice(0, question)
    const root = rootOf(request)
    return {
      path: path.slice('/api'.length),
      query: question < 0 ? '' : raw.slice(question + 1),
      serviceRoot: `${root}/api`,
      servicePath,
      url: `${root}${raw}`,
    }
  }
}

/** Options of the service document and of `$metadata`: those that choose a form. */
function documentFormat({ query }: RequestAddress, limits: ParseLimits): string | undefined {
  const { options } = parseRequest('/$metadata', query, limits)
  const other = Object.keys(options).find((option) => !DOCUMENT_OPTIONS.has(option))
  if (other !== undefined)
    throw new HapiError('OPTION_NOT_APPLICABLE', { option: `$${other}` }, { target: `$${other}` })
  refuseOtherSchema(options.schemaversion)
  return options.format
}

const DOCUMENT_OPTIONS: ReadonlySet<string> = new Set(['format', 'schemaversion'])
