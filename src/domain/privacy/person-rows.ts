/** Which rows have to do with a person, as conditions of SQL over the table of their type. */

import type { EntityType } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { type PersonPath, personPathsOf } from '../../model/personal-information.ts'
import type { People } from './people.ts'

export interface PersonCondition {
  /** The row leads to one of them, in whatever way. `$1` is the account. */
  readonly concerns: string
  /** What it says of a person is about one of them. */
  readonly isAbout: string
  /** `$2`, `$3` … of both. */
  readonly values: readonly (readonly number[])[]
}

/** Undefined: no row of the type has to do with such persons. */
export function personCondition(type: EntityType, people: People): PersonCondition | undefined {
  const paths = personPathsOf(type)
  const values: (readonly number[])[] = []
  const memberships: string[] = []
  const abouts: string[] = []
  paths.forEach((path, index) => {
    const ids = people.get(path.person)
    if (ids === undefined) return
    values.push(ids)
    const leads = membership(type, path, `$${values.length + 1}::integer[]`)
    memberships.push(leads)
    const before = paths.slice(0, index).map((earlier) => `${personOf(type, earlier)} is null`)
    abouts.push([leads, ...before].join(' and '))
  })
  if (memberships.length === 0) return undefined
  const any = (conditions: readonly string[]): string =>
    `(${conditions.map((condition) => `(${condition})`).join(' or ')})`
  return { concerns: any(memberships), isAbout: any(abouts), values }
}

/** By indexes, from the persons to the rows. */
function membership(type: EntityType, { path }: PersonPath, ids: string): string {
  const [first, ...rest] = path
  const table = tableName(type)
  if (first === undefined) return `${table}.id = any (${ids})`
  const { from, target } = step(type, first)
  const column = `${table}.${columnName({ name: from })}`
  if (rest.length === 0) return `${column} = any (${ids})`
  const inner = membership(target, { person: 'Tenant', path: rest }, ids)
  const targetTable = tableName(target)
  return `${column} in (select ${targetTable}.id from ${targetTable} where ${targetTable}.account_id = $1 and ${inner})`
}

/** The Id of the person to whom a path leads; null when it leads to nobody. */
export function personOf(type: EntityType, { path }: Pick<PersonPath, 'path'>): string {
  const [first, ...rest] = path
  const table = tableName(type)
  if (first === undefined) return `${table}.id`
  const { from, target } = step(type, first)
  const column = `${table}.${columnName({ name: from })}`
  if (rest.length === 0) return column
  const targetTable = tableName(target)
  return `(select ${personOf(target, { path: rest })} from ${targetTable} where ${targetTable}.account_id = $1 and ${targetTable}.id = ${column})`
}

function step(
  type: EntityType,
  name: string,
): { readonly from: string; readonly target: EntityType } {
  const navigation = type.navigation.find((candidate) => candidate.name === name)
  if (navigation === undefined) throw new Error(`${type.name} has no relation ${name}`)
  return { from: navigation.from, target: model.getType(navigation.target) }
}
