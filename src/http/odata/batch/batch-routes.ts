/** The addresses of batches. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../../../auth/principal.ts'
import { HapiError } from '../../../errors/hapi-error.ts'
import { refuseEncodedBody } from '../../encoded-body.ts'
import type { Authenticate } from './part-request.ts'

/** The service's own; and where clients send that know a set alone (Syncfusion), which means the same. */
const BATCH_URLS = ['/api/$batch', '/api/:set/$batch'] as const
const ALLOWED = 'POST, OPTIONS'

interface BatchRouteOptions {
  /** Who sends a request that came as this one did, by an `Authorization`. */
  readonly authenticateFor: (request: FastifyRequest) => Authenticate
  /** Of the body. */
  readonly bytesMax: number
  readonly answer: (
    principal: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Promise<unknown>
}

/** In a scope of their own, since nobody else takes multipart bodies. */
export function registerBatchRoutes(scope: FastifyInstance, options: BatchRouteOptions): void {
  scope.addContentTypeParser('multipart/mixed', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  )
  for (const url of BATCH_URLS) registerAt(scope, url, options)
}

function registerAt(
  scope: FastifyInstance,
  url: string,
  { authenticateFor, bytesMax, answer }: BatchRouteOptions,
): void {
  scope.route({
    method: 'POST',
    url,
    bodyLimit: bytesMax,
    // Nothing of the body is read for somebody unknown.
    onRequest: async (request) => {
      await authenticateFor(request)(request.headers.authorization)
      refuseEncodedBody(request)
    },
    handler: async (request, reply) =>
      answer(await authenticateFor(request)(request.headers.authorization), request, reply),
  })
  scope.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    url,
    exposeHeadRoute: false,
    onRequest: async (request) => {
      await authenticateFor(request)(request.headers.authorization)
      throw new HapiError(
        'OPERATION_NOT_SUPPORTED',
        { method: request.method, entity: '$batch' },
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
