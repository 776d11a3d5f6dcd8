/** The one address of batches. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HapiError } from '../../../errors/hapi-error.ts'
import { refuseEncodedBody } from '../../encoded-body.ts'
import { type BatchDependencies, handleBatch } from './batch-handler.ts'
import type { ServicePlace } from './part-address.ts'

const BATCH_URL = '/api/$batch'
const ALLOWED = 'POST, OPTIONS'

/**
 * In a scope of their own, since nobody else takes multipart bodies.
 *
 * @param placeOf where the service stands for the sender of a request
 */
export function registerBatchRoutes(
  scope: FastifyInstance,
  dependencies: BatchDependencies,
  placeOf: (request: FastifyRequest) => ServicePlace,
): void {
  const { authenticate, bytesMax } = dependencies
  scope.addContentTypeParser('multipart/mixed', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  )
  scope.route({
    method: 'POST',
    url: BATCH_URL,
    bodyLimit: bytesMax,
    // Nothing of the body is read for somebody unknown.
    onRequest: async (request) => {
      await authenticate(request.headers.authorization)
      refuseEncodedBody(request)
    },
    handler: (request, reply) => handleBatch(dependencies, placeOf(request), request, reply),
  })
  scope.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: BATCH_URL,
    exposeHeadRoute: false,
    onRequest: async (request) => {
      await authenticate(request.headers.authorization)
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
    url: BATCH_URL,
    handler: (_, reply) => reply.code(204).header('allow', ALLOWED).send(),
  })
}
