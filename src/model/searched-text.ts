/** The texts of an entity in which people look for something: `$search`, and the indexes that serve it. */

import type { EntityType, Property } from './entity-type.ts'

/** Names of people, places and things, searched by a part of them; each has a trigram index. */
const searchedNames: ReadonlySet<string> = new Set(['Name', 'LegalName', 'LastName', 'FirstName', 'Email', 'City', 'CivicNoAndStreet'])

export function isSearchedName(property: Pick<Property, 'name'>): boolean {
  return searchedNames.has(property.name)
}

/**
 * Names and own codes; where an entity has neither, all its texts. A copied code (`BuildingCode` of a
 * tenant) is left out: it would find every row of a building, and has no index for a part of it.
 */
export function searchedProperties(type: EntityType): readonly Property[] {
  const texts = type.properties.filter((property) => property.type === 'Edm.String' && property.collection !== true && property.enumeration === undefined && property.writeOnly !== true)
  const known = texts.filter((property) => isSearchedName(property) || isOwnCode(property))
  return known.length === 0 ? texts : known
}

function isOwnCode(property: Property): boolean {
  return property.code === true && property.lookupFor === undefined
}
