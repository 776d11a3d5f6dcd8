/** Names in PostgreSQL, derived from the names of the model. */

import type { EntityType, Operation } from './entity-type.ts'

/** The namespace of every type and operation. */
export const schemaNamespace = 'Primmo.HApi'

/** Names of the model, some hundreds, that each row of an import asks for again. */
const snakeCased = new Map<string, string>()

/** `Rl31DwellingNo` → `rl31_dwelling_no`. `name` is one of the model's. */
export function snakeCase(name: string): string {
  const known = snakeCased.get(name)
  if (known !== undefined) return known
  const made = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
  snakeCased.set(name, made)
  return made
}

/** The table of an entity set, or the view of that name: `UnavailableUnits` → `unavailable_units`. */
export function tableName(type: Pick<EntityType, 'set'>): string {
  return snakeCase(type.set)
}

/** Whether that name is a table's. What a view shows has its tables elsewhere, with keys, checks and triggers of its own. */
export function hasTable(type: Pick<EntityType, 'storage'>): boolean {
  return type.storage !== 'view'
}

/** The column of a property: `BuildingCode` → `building_code`. */
export function columnName(property: { readonly name: string }): string {
  return snakeCase(property.name)
}

/**
 * The set-returning SQL function that computes a bound function: `Units` + `ForRent` → `units_for_rent`.
 * Its arguments are the account, the business date, then the operation's parameters in order
 * (a bound entity's `Id` before them); its columns are those of the type it returns.
 */
export function operationFunctionName(operation: Pick<Operation, 'set' | 'name'>): string {
  return `${snakeCase(operation.set)}_${snakeCase(operation.name)}`
}
