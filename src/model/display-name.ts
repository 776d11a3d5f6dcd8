/** By which of its texts people know a row: what is shown instead of its identifier. */

import type { EntityType, Label, Property } from './entity-type.ts'

/** The name of a property, in each language. */
export function displayNameOf(type: EntityType): Label | undefined {
  const has = (name: string): boolean => type.properties.some((property: Property) => property.name === name)
  for (const name of ['Name', 'Title', 'Subject', 'LastName']) if (has(name)) return { fr: name, en: name }
  if (has('NameFr') && has('NameEn')) return { fr: 'NameFr', en: 'NameEn' }
  // The last part of a legacy key tells rows of one building or division apart.
  const code = type.businessKey?.at(-1)
  return code === undefined ? undefined : { fr: code, en: code }
}
