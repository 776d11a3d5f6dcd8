/** Readings of persons, as the audit keeps them: by whom, of which entity, which rows, by a request of which shape. */

import { type Happenings, SEEN_IDS_MAX } from '../../audit/happenings.ts'
import type { Principal } from '../../auth/principal.ts'
import type { EntityType } from '../../model/entity-type.ts'
import { domainTypes } from '../../model/model.ts'
import { personalClassOf, tellsOfPersons } from '../../model/personal-information.ts'
import type { BoundRequest } from '../../odata/bind/bound-tree.ts'
import type { RowsPlan } from '../../odata/plan/query-plan.ts'
import { Sightings } from '../../odata/serialize/sightings.ts'
import { actingBy } from './acting-by.ts'
import type { CompiledRequest } from './compiled-request.ts'
import type { IncomingRequest } from './exchange.ts'

/** How answers of a shape of request tell of persons. */
export interface PersonsShown {
  /** Entity types whose values stand in groups, which do not say of which rows they are. */
  readonly groups: readonly string[]
  /** Path and query without literals. */
  readonly request: string
}

/** Undefined: they do not. */
export function personsShown(
  { query }: BoundRequest,
  rows: RowsPlan,
  { shape, sets }: { readonly shape: string; readonly sets: ReadonlySet<string> },
): PersonsShown | undefined {
  const { row } = query.root
  const groups =
    query.root.from.kind === 'derived' && row.entityType === undefined
      ? telling
          .filter(({ set, names }) => sets.has(set) && row.properties.some(isAmong(names)))
          .map(({ name }) => name)
      : []
  if (groups.length === 0 && !hasWitnesses(rows)) return undefined
  return { groups, request: readable(shape) }
}

function hasWitnesses({ witnesses, related }: RowsPlan): boolean {
  return witnesses.length > 0 || related.some(({ rows }) => hasWitnesses(rows))
}

const telling = domainTypes.filter(tellsOfPersons).map(({ name, set, properties }) => ({
  name,
  set,
  names: new Set(namesOf(properties)),
}))

function namesOf(properties: EntityType['properties']): readonly string[] {
  return properties.filter((each) => personalClassOf(each) !== undefined).map(({ name }) => name)
}

/** A text that was made under a new name is the least or the greatest of texts: it may be any of them. */
function isAmong(names: ReadonlySet<string>) {
  return ({ name, type, dynamic }: { name: string; type: unknown; dynamic?: true }): boolean =>
    names.has(name) || (dynamic === true && type === 'Edm.String')
}

/**
 * The shape of a request as people read it: `/Tenants?$filter=LastName eq ?`. Options that OData does not know may say
 * anything, and are left out.
 */
function readable(shape: string): string {
  const [path = '', ...rest] = shape.split('\0')
  const options = rest.flatMap((name, index) =>
    index % 2 === 0 && /^[$@]/.test(name) ? [`${name}=${rest[index + 1] ?? ''}`] : [],
  )
  const text = options.length === 0 ? path : `${path}?${options.join('&')}`
  return text.replaceAll(/\u0001./g, '?')
}

/** Looks which rows an answer shows; undefined when there is nothing to be looked for. */
export function watchReading(
  { persons }: CompiledRequest,
  { method }: IncomingRequest,
): Sightings | undefined {
  return persons === undefined || method === 'HEAD' ? undefined : new Sightings(SEEN_IDS_MAX)
}

/** What was shown, also of an answer that broke off. */
export function tellReading(
  happenings: Happenings,
  principal: Principal,
  request: IncomingRequest,
  { persons }: CompiledRequest,
  sightings: Sightings,
): void {
  if (persons === undefined) return
  const told = {
    accountId: principal.accountId,
    kind: 'READ',
    acting: actingBy(principal, request),
    address: request.ip,
    request: `${request.method} /api${persons.request}`,
  } as const
  for (const [entity, seen] of sightings) happenings.note({ ...told, entity, seen })
  for (const entity of persons.groups) happenings.note({ ...told, entity })
}
