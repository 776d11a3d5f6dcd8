/** Names of entity types as integrators write them. */

import { HapiError } from '../errors/hapi-error.ts'
import { findNearest } from '../errors/nearest.ts'
import type { Phrase } from '../errors/phrase.ts'
import type { EntityType } from '../model/entity-type.ts'
import { subscribableTypes } from '../model/subscribable.ts'

/** Longer names are cut in messages; no entity's is a third of this. */
const NAME_SHOWN_MAX = 100

/**
 * The entity type that a name means, in any letter case and whatever blanks surround it. `target` says where the name
 * stands. Throws ENTITY_NOT_SUBSCRIBABLE, which lists the names there are.
 */
export function getSubscribable(
  types: readonly EntityType[],
  name: string,
  target = 'Entities',
): EntityType {
  const known = subscribableTypes(types)
  const wanted = name.trim().toLowerCase()
  const found = known.find((type) => type.name.toLowerCase() === wanted)
  if (found !== undefined) return found
  const names = known.map((type) => type.name)
  const value = name.trim().slice(0, NAME_SHOWN_MAX)
  const nearest = didYouMean(findNearest(wanted, names))
  throw new HapiError(
    'ENTITY_NOT_SUBSCRIBABLE',
    { value, available: names.join(', '), nearest },
    { target },
  )
}

function didYouMean(name: string | undefined): Phrase {
  if (name === undefined) return { fr: '', en: '' }
  return { fr: ` Vouliez-vous dire « ${name} »?`, en: ` Did you mean '${name}'?` }
}
