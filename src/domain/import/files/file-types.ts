/** Whose rows a file holds, by its name: the set or the entity, in French or in English, one or many. */

import { findNearest } from '../../../errors/nearest.ts'
import type { EntityType } from '../../../model/entity-type.ts'
import { domainTypes } from '../../../model/model.ts'
import { plainWords } from './plain-name.ts'

/** `Locataires.csv`, `tenants.ndjson`, `2 - Baux.CSV`; types too that cannot be imported. */
export function findFileType(fileName: string): EntityType | undefined {
  return typesByName.get(nameOf(fileName))
}

/** The name of the set that was probably meant. */
export function nearestSet(fileName: string): string | undefined {
  const nearest = findNearest(nameOf(fileName), typesByName.keys())
  return nearest === undefined ? undefined : typesByName.get(nearest)?.set
}

/** In the folder or archive where it is, without its extension. */
function nameOf(fileName: string): string {
  const base = fileName.slice(fileName.lastIndexOf('/') + 1)
  return plainWords(base.replace(/\.\w{1,8}$/, '')).join('')
}

const typesByName: ReadonlyMap<string, EntityType> = new Map(
  domainTypes.flatMap((type) => namesOf(type).map((name) => [name, type] as const)),
)

/** `Clé ou accès` is called by either half as well. */
function namesOf({ set, name, fr, en }: EntityType): readonly string[] {
  const called = [set, set.toLowerCase(), name, fr, en, ...`${fr} ou ${en}`.split(/ ou | or /)]
  return [...new Set(called.map((each) => plainWords(each).join('')))]
}
