/** The entity types that notifications are about, and their names as integrators write them. */

import { HapiError } from '../errors/hapi-error.ts'
import { nearestHint } from '../errors/nearest.ts'
import type { EntityType } from '../model/entity-type.ts'

export function subscribableTypes(types: readonly EntityType[]): readonly EntityType[] {
  return types.filter(({ webhook }) => webhook.subscribable)
}

/** Longer names are cut in messages; no entity's is a third of this. */
const NAME_SHOWN_MAX = 100

/**
 * The entity type that a name means, in any letter case and whatever blanks surround it. Throws
 * ENTITY_NOT_SUBSCRIBABLE, which lists the names there are.
 */
export function getSubscribable(types: readonly EntityType[], name: string): EntityType {
  const known = subscribableTypes(types)
  const wanted = name.trim().toLowerCase()
  const found = known.find((type) => type.name.toLowerCase() === wanted)
  if (found !== undefined) return found
  const names = known.map((type) => type.name).sort()
  const value = name.trim().slice(0, NAME_SHOWN_MAX)
  throw new HapiError(
    'ENTITY_NOT_SUBSCRIBABLE',
    { value, available: names.join(', '), nearest: nearestHint(wanted, names) },
    { target: 'Entities' },
  )
}
