/** Bodies that come compressed. */

import type { FastifyRequest } from 'fastify'
import { HapiError } from '../errors/hapi-error.ts'

/** A compressed body is not opened (a few bytes of it could be gigabytes), nor taken for what it is not. Throws UNSUPPORTED_MEDIA_TYPE. */
export function refuseEncodedBody({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding']
  if (encoding === undefined || /^\s*(?:identity)?\s*$/i.test(encoding)) return
  const type = `${headers['content-type'] ?? ''}; Content-Encoding: ${encoding.slice(0, 40)}`
  throw new HapiError(
    'UNSUPPORTED_MEDIA_TYPE',
    { type },
    // RFC 9110 §15.5.16: so the client knows that it is the coding.
    { headers: { 'accept-encoding': 'identity' } },
  )
}
