/** `POST …/$query`: a read whose options stand in the body, since they are longer than a URL may be (URL Conventions 4.01 §5.1). */

import { isUtf8 } from 'node:buffer'
import { HapiError } from '../../errors/hapi-error.ts'
import type { IncomingRequest } from './exchange.ts'
import type { RequestAddress } from './read-handler.ts'

const QUERY_SEGMENT = /\/(?:\$|%24)query\/?$/i

/** Does the path ask so? */
export function isPosedQuery({ path }: Pick<RequestAddress, 'path'>, method: string): boolean {
  return method === 'POST' && QUERY_SEGMENT.test(path)
}

/** @throws {HapiError} UNSUPPORTED_MEDIA_TYPE for what is no plain text */
export function refuseOtherThanText({ headers }: Pick<IncomingRequest, 'headers'>): void {
  const type = headers['content-type'] ?? 'text/plain'
  if (!/^\s*text\/plain\s*(?:;|$)/i.test(type))
    throw new HapiError('UNSUPPORTED_MEDIA_TYPE', { type: type.slice(0, 100) })
}

/**
 * The address of the read: the options of the body behind those of the URL; undefined when the request is none.
 *
 * @throws {HapiError} UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, INVALID_BODY
 */
export function posedQuery(
  address: RequestAddress,
  request: IncomingRequest,
  bytesMax: number,
): RequestAddress | undefined {
  if (!isPosedQuery(address, request.method)) return undefined
  refuseOtherThanText(request)
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  if (body.length > bytesMax) throw new HapiError('BODY_TOO_LARGE', { limit: bytesMax })
  if (!isUtf8(body)) throw new HapiError('INVALID_BODY', { reason: 'UTF-8' })
  const path = address.path.replace(QUERY_SEGMENT, '')
  const query = [address.query, body.toString().trim()].filter((part) => part !== '').join('&')
  return {
    ...address,
    path,
    query,
    url: `${address.serviceRoot}${path}${query === '' ? '' : `?${query}`}`,
  }
}
