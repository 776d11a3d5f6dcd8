/** Where a part of a batch goes: its URL in any of the three forms (Protocol 4.01 §11.7.7.1), on this service only. */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { RequestAddress } from '../read-handler.ts'
import { batchInvalid, batchProblems } from './batch-request.ts'

export interface ServicePlace {
  /** Absolute addresses of the service's root by which it is known, without a slash at the end: the first is ours. */
  readonly roots: readonly [string, ...string[]]
  readonly servicePath: string
  readonly urlBytesMax: number
}

/** `scheme://host:port` and the rest; or `//host:port`, which means the same. */
const AUTHORITY = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)(.*)$/is

/**
 * The address of the URL below the root of the service. No name is looked up and no connection made: what is not
 * ours is refused.
 *
 * @param host `Host` of the part, if it has one
 * @throws {HapiError} BATCH_INVALID, URL_TOO_LONG
 */
export function addressOfPart(
  url: string,
  host: string | undefined,
  { roots, servicePath, urlBytesMax }: ServicePlace,
): RequestAddress {
  if (url.length > urlBytesMax) throw new HapiError('URL_TOO_LONG', { limit: urlBytesMax })
  const below = belowRoot(url, host, roots)
  const question = below.indexOf('?')
  const path = question < 0 ? below : below.slice(0, question)
  const [serviceRoot] = roots
  return {
    path,
    query: question < 0 ? '' : below.slice(question + 1),
    serviceRoot,
    servicePath,
    url: `${serviceRoot}${below}`,
  }
}

/** `/Buildings?$top=1` */
function belowRoot(
  url: string,
  host: string | undefined,
  roots: readonly [string, ...string[]],
): string {
  const fragment = url.indexOf('#')
  const whole = fragment < 0 ? url : url.slice(0, fragment)
  const [, authority = host, rest = whole] = AUTHORITY.exec(whole) ?? []
  const ours = authority === undefined ? roots : roots.filter((root) => hasHost(root, authority))
  if (ours.length === 0) throw batchInvalid(batchProblems.foreign)
  if (!rest.startsWith('/')) {
    if (rest !== whole) throw batchInvalid(batchProblems.foreign)
    return `/${rest.startsWith('./') ? rest.slice(2) : rest}`
  }
  for (const root of ours) {
    const base = new URL(root).pathname
    const behind = rest[base.length]
    const isBelow = rest.slice(0, base.length).toLowerCase() === base.toLowerCase()
    if (isBelow && (behind === undefined || behind === '/' || behind === '?'))
      return rest.slice(base.length)
  }
  throw batchInvalid(batchProblems.foreign)
}

/** Without a port it is the usual one of either scheme: a proxy may have taken TLS off. */
function hasHost(root: string, authority: string): boolean {
  return withoutUsualPort(new URL(root).host) === withoutUsualPort(authority.trim().toLowerCase())
}

function withoutUsualPort(host: string): string {
  return host.replace(/:(?:80|443)$/, '')
}
