/**
 * Which stored row an input is about that comes again: the one with its legacy key, else with another of its unique keys
 * . A row of a type that has none, or that says none, is the one that agrees with all that is said.
 */

import { type EntityType, isOwnReference } from '../../model/entity-type.ts'
import { columnName } from '../../model/naming.ts'
import { isRequired } from '../../model/offered.ts'
import { type Row, requiredNumber } from './row.ts'
import type { WriteContext } from './write-context.ts'

interface SaidOfRow {
  /** References are resolved. */
  readonly draft: Row
  readonly given: ReadonlySet<string>
}

/** Its Id; undefined when there is none. */
export async function findKept(
  type: EntityType,
  said: SaidOfRow,
  context: WriteContext,
): Promise<number | undefined> {
  const { businessKey, unique = [] } = type
  const keys = (businessKey === undefined ? unique : [businessKey, ...unique]).filter((names) =>
    names.every((name) => (said.draft[name] ?? null) !== null),
  )
  for (const names of keys) {
    const [row] = await findEqual(type, names, said.draft, context)
    if (row !== undefined) return requiredNumber(row, 'Id')
  }
  return keys.length > 0 ? undefined : findAgreeing(type, said, context)
}

async function findAgreeing(
  type: EntityType,
  { draft, given }: SaidOfRow,
  context: WriteContext,
): Promise<number | undefined> {
  const names = [...given]
  const telling = type.properties
    .filter((property) => property.type === 'Edm.Date' || isRequired(property))
    .map(({ name }) => name)
  const identifiers = type.navigation.filter(isOwnReference).map(({ from }) => from)
  const sought = [...new Set([...identifiers, ...telling])].filter(
    (name) => (draft[name] ?? null) !== null && (given.has(name) || identifiers.includes(name)),
  )
  if (!sought.some((name) => identifiers.includes(name))) return undefined
  const rows = await findEqual(type, sought, draft, context)
  const same = rows.find((row) => names.every((name) => row[name] === draft[name]))
  return same === undefined ? undefined : requiredNumber(same, 'Id')
}

function findEqual(
  type: EntityType,
  names: readonly string[],
  draft: Row,
  context: WriteContext,
): Promise<readonly Row[]> {
  const condition = names.map((name, index) => `${columnName({ name })} = $${index + 2}`)
  const values = names.map((name) => draft[name])
  return context.select(type.name, condition.join(' and '), values)
}
