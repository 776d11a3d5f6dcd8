/**
 * Account 2 as full of what account 1 must not see as it can be: a row more in each of the 53 tables,
 * under ids that account 1 does not have, and a marker in every text that no rule constrains.
 */

import type { EntityType, Property } from '../../src/model/entity-type.ts'
import { domainTypes } from '../../src/model/model.ts'
import { columnName, snakeCase, tableName } from '../../src/model/naming.ts'
import type { TestDatabase } from '../support/database.ts'

/** In no text of account 1. */
export const MARKER = 'ETRANGER'

/** The added row of each table of account 2. */
export const FOREIGN_ID = 987_654

/** Long enough for the marker, and free of a meaning of its own. */
const MARKED_LENGTH_MIN = 20

/** Keys of other kinds and codes stay as they are, so that what refers to them still does. */
export async function addForeignRows(db: TestDatabase): Promise<void> {
  await db.database.transaction(async (client) => {
    // Neither foreign keys nor calendar triggers matter to who may see a row.
    await client.query("set local session_replication_role = 'replica'")
    for (const type of domainTypes) {
      const table = tableName(type)
      const texts = type.properties.filter(
        ({ type: edm, enumeration, code, maxLength = 0 }) =>
          edm === 'Edm.String' &&
          enumeration === undefined &&
          code !== true &&
          maxLength >= MARKED_LENGTH_MIN,
      )
      const marked = texts.map(columnName)
      await client.query(insertSample(type, marked))
      if (marked.length > 0) {
        const sets = marked.map((column) => `${column} = left('${MARKER} ' || id, 20)`)
        await client.query(
          `update ${table} set ${sets.join(', ')} where account_id = 2 and id <> $1 and id % 2 = 0`,
          [FOREIGN_ID],
        )
      }
    }
  })
}

/** The sample row of the model, as one of account 2 that breaks no unique key and no exclusion. */
function insertSample(type: EntityType, marked: readonly string[]): string {
  const table = tableName(type)
  const sample = Object.entries(type.sample).map(([name, value]) => [snakeCase(name), value])
  const row = {
    ...Object.fromEntries(sample),
    ...Object.fromEntries(marked.map((column) => [column, MARKER])),
    ...Object.fromEntries(uniqueColumns(type)),
    account_id: 2,
    id: FOREIGN_ID,
  }
  const json = JSON.stringify(row).replaceAll("'", "''")
  return `insert into ${table} select (jsonb_populate_record(null::${table}, '${json}')).*`
}

/** What is rented or leased here is nothing that exists, so that no dates can meet. */
const EXCLUDED = ['unit_id', 'parking_id', 'storage_id']

/** Of each unique key, the last column that may hold any value. */
function uniqueColumns(type: EntityType): readonly (readonly [string, string | number])[] {
  const free = new Map(
    type.properties.filter((p) => p.enumeration === undefined).map((p) => [p.name, p]),
  )
  const keys = [type.businessKey ?? [], ...(type.unique ?? [])]
  const names = new Set(keys.flatMap((key) => key.filter((name) => free.has(name)).slice(-1)))
  const excluded = /^(?:Lease|UnavailableUnit|TenantParking|TenantStorage)$/.test(type.name)
  return type.properties.flatMap((property): (readonly [string, string | number])[] => {
    const column = columnName(property)
    if (excluded && EXCLUDED.includes(column)) return [[column, FOREIGN_ID]]
    // A tenant has one agreement.
    if (type.name === 'PreauthorizedDebit' && column === 'tenant_id') return [[column, FOREIGN_ID]]
    return names.has(property.name) ? [[column, uniqueValue(property)]] : []
  })
}

function uniqueValue({ type, maxLength = 0 }: Property): string | number {
  if (type === 'Edm.Date') return '2099-01-01'
  if (type !== 'Edm.String') return 87_654
  return 'ZZ99'.slice(0, maxLength)
}
