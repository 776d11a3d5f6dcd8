/** `$entity?$id=…`: the entity that an entity-id names (Protocol 4.01 §11.2.4, URL Conventions 4.01 §4.3.4). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { ParseLimits } from '../../odata/parse/limits.ts'
import { parseRequest } from '../../odata/parse/request-parser.ts'
import type { ODataRequest } from '../../odata/parse/syntax.ts'

interface ServiceAddress {
  readonly path: string
  readonly query: string
  readonly serviceRoot: string
  readonly servicePath: string
}

/**
 * The request as if the entity had been asked for by its own address; any other request as it is.
 * @throws {HapiError} INVALID_OPTION_VALUE for an id that names no entity of this service
 */
export function resolveEntityId(
  request: ODataRequest,
  address: ServiceAddress,
  limits: ParseLimits,
): ODataRequest {
  const [first, ...casts] = request.path
  if (first?.kind !== 'system' || first.name !== '$entity') return request
  const id = request.options.id ?? ''
  const path = pathOf(id, address)
  const query = address.query
    .split('&')
    .filter((piece) => !/^(?:\$|%24)?id\s*=/i.test(piece.trim()))
    .join('&')
  const own = parseRequest(`/${path}${address.path.slice(endOfFirst(address.path))}`, query, limits)
  if (!namesEntity(own, casts.length)) throw invalidId(id)
  return own
}

/** What follows `/$entity`: a cast to the type of the entity. */
function endOfFirst(path: string): number {
  const end = path.indexOf('/', 1)
  return end < 0 || end === path.length - 1 ? path.length : end
}

/** Absolute, from the host's root, or relative to the service root. */
function pathOf(id: string, { serviceRoot, servicePath }: ServiceAddress): string {
  if (id.startsWith(`${serviceRoot}/`)) return id.slice(serviceRoot.length + 1)
  if (id.startsWith(servicePath)) return id.slice(servicePath.length)
  if (id === '' || id.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(id) || id.includes('?'))
    throw invalidId(id)
  return id
}

/** Names with a key at the end: that an entity-id leads to an entity must show without asking for it. */
function namesEntity({ path }: ODataRequest, casts: number): boolean {
  const own = path.slice(0, path.length - casts)
  const last = own.at(-1)
  return (
    own.every(({ kind }) => kind === 'name' || kind === 'literal') &&
    (last?.kind === 'literal' || (last?.kind === 'name' && last.arguments !== undefined))
  )
}

export function invalidId(id: string): HapiError {
  return new HapiError(
    'INVALID_OPTION_VALUE',
    { option: '$id', value: id.slice(0, 40) },
    { target: '$id' },
  )
}
