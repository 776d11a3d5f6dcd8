/**
 * What rows must look like in an answer, made by PostgreSQL's own `row_to_json` from the tables: a
 * second way to the same bytes, which shares nothing with the product's read path but the names.
 */

import type { EntityType, Property } from '../../src/model/entity-type.ts'
import { model } from '../../src/model/model.ts'
import { snakeCase } from '../../src/model/naming.ts'
import type { TestApp } from './test-app.ts'

export interface OracleQuery {
  /** In the order of the answer; all of them, in declared order, when absent. */
  readonly select?: readonly string[]
  /** SQL over the columns of the table. */
  readonly where?: string
  readonly orderBy?: string
  readonly accountId?: number
}

/** The JSON text of each row. */
export async function expectedRows(
  app: TestApp,
  set: string,
  query: OracleQuery = {},
): Promise<readonly string[]> {
  const type = typeOf(set)
  const names = query.select ?? readable(type).map(({ name }) => name)
  const columns = names.map((name) => columnOf(type, name)).join(', ')
  return app.column<string>(
    `select row_to_json(r)::text
       from (select ${columns} from ${snakeCase(set)}
              where account_id = ${query.accountId ?? 1} and (${query.where ?? 'true'})
              order by ${query.orderBy ?? 'id'}) r`,
  )
}

/** The bytes of the plain answer to a list. */
export function listOf(rows: readonly string[]): string {
  return `{"value":[${rows.join(',')}]}`
}

function typeOf(set: string): EntityType {
  const type = model.findBySet(set)
  if (type === undefined) throw new Error(`No entity set ${set}`)
  return type
}

/** Properties that answers show. */
export function readable(type: EntityType): readonly Property[] {
  return type.properties.filter(({ writeOnly }) => writeOnly !== true)
}

function columnOf(type: EntityType, name: string): string {
  const property = type.properties.find((candidate) => candidate.name === name)
  if (property === undefined) throw new Error(`${type.name} has no ${name}`)
  const column = snakeCase(name)
  if (property.type !== 'Edm.DateTimeOffset') return `${column} as "${name}"`
  const text = `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS')`
  return `rtrim(rtrim(${text}, '0'), '.') || 'Z' as "${name}"`
}
