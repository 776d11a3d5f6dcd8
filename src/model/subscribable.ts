/** The entities that offer subscription (contract D8). */

import type { EntityType } from './entity-type.ts'

/** Sorted by their names. */
export function subscribableTypes(types: readonly EntityType[]): readonly EntityType[] {
  return types.filter(({ webhook }) => webhook.subscribable).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
