/** A header that a request may give once; of several the first counts. */

import type { FastifyRequest } from 'fastify'

export function singleHeader(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
