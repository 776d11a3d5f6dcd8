/** Which types a source may hold rows of, in the order in which they are taken: what is referred to comes first. */

import { type EntityType, isOwnReference } from '../../../model/entity-type.ts'
import { domainTypes } from '../../../model/model.ts'
import { isOffered, isWritable } from '../../../model/offered.ts'

export const importableTypes: readonly EntityType[] = inOrder(domainTypes.filter(isImportable))

/** A destination of webhooks has secrets that are told once. */
function isImportable(type: EntityType): boolean {
  if (type.module === 'webhooks') return false
  return isOffered(type, 'create', 'administrator')
}

/** Own references that a row says, to its own type too. */
function targetsOf(type: EntityType): ReadonlySet<string> {
  const writable = new Set(type.properties.filter(isWritable).map(({ name }) => name))
  const said = type.navigation.filter(isOwnReference).filter(({ from }) => writable.has(from))
  return new Set(said.map(({ target }) => target))
}

/** The reference by which rows of the type refer to rows of the same type, if there is one. */
export function selfReferenceOf(type: EntityType): string | undefined {
  const own = type.navigation.filter(isOwnReference).find(({ target }) => target === type.name)
  return own?.from
}

/** The order of the model, where rules between types follow it too, with what is referred to pulled ahead. */
function inOrder(types: readonly EntityType[]): readonly EntityType[] {
  const ordered = new Set<EntityType>()
  const visit = (type: EntityType, below: readonly EntityType[]): void => {
    if (below.includes(type)) throw new Error(`${type.name} refers to itself by way of others`)
    const targets = targetsOf(type)
    for (const other of types)
      if (other !== type && targets.has(other.name)) visit(other, [...below, type])
    ordered.add(type)
  }
  for (const type of types) visit(type, [])
  return [...ordered]
}

export function findImportable(name: string): EntityType | undefined {
  return importableTypes.find((type) => type.name === name)
}
