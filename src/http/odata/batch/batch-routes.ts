/** The one address of batches. */

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HapiError } from '../../../errors/hapi-error.ts'
import { refuseEncodedBody } from '../../encoded-body.ts'
import { type BatchDependencies, handleBatch } from './batch-handler.ts'
import type { ServicePlace } from './part-address.ts'
import type { Authenticate } from './part-request.ts'

const BATCH_URL = '/api/$batch'
const ALLOWED = 'POST, OPTIONS'

export interface BatchRoutesOptions extends Omit<BatchDependencies, 'authenticate'> {
  /** Who sends a request that came as this one did, by an `Authorization`. */
  readonly authenticateFor: (request: FastifyRequest) => Authenticate
}

/**
 * In a scope of their own, since nobody else takes multipart bodies.
 *
 * @param placeOf where the service stands for the sender of a request
 */
export function registerBatchRoutes(
  scope: FastifyInstance,
  options: BatchRoutesOptions,
  placeOf: (request: FastifyRequest) => ServicePlace,
): void {
  const { authenticateFor, ...dependencies } = options
  scope.addContentTypeParser('multipart/mixed', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  )
  scope.route({
    method: 'POST',
    url: BATCH_URL,
    bodyLimit: options.bytesMax,
    // Nothing of the body is read for somebody unknown.
    onRequest: async (request) => {
      await authenticateFor(request)(request.headers.authorization)
      refuseEncodedBody(request)
    },
    handler: (request, reply) => {
      const authenticate = authenticateFor(request)
      return handleBatch({ ...dependencies, authenticate }, placeOf(request), request, reply)
    },
  })
  scope.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: BATCH_URL,
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
    url: BATCH_URL,
    handler: (_, reply) => reply.code(204).header('allow', ALLOWED).send(),
  })
}
