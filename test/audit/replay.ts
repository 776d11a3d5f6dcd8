/**
 * The rows of an account as the audit would show them, twice: read from the tables, and made anew from the entries alone.
 * When both agree, no write lacks its entry and no entry its write; an entry whose `old` is not what the ones before it
 * have left says so at once.
 */

import { domainTypes } from '../../src/model/model.ts'
import { columnName, tableName } from '../../src/model/naming.ts'
import type { TestApp } from '../support/test-app.ts'

type Value = string | number | boolean | null
/** By `Tenant/9101`, then by property; what is null is left out. */
export type Rows = Map<string, Record<string, Value>>

export interface EntryRow {
  readonly id: string
  readonly kind: string
  readonly channel: string
  readonly user_id: number | null
  readonly user_name: string | null
  readonly integrator_name: string | null
  readonly key_id: string | null
  readonly process: string | null
  readonly request_id: string | null
  readonly entity: string | null
  readonly entity_id: string | null
  readonly entity_key: string | null
  readonly changes: string | null
}

/** Personal and sensitive values are masked here by the model, as a reader of the specification would. */
export async function readRows(app: TestApp, accountId: number): Promise<Rows> {
  const rows: Rows = new Map()
  for (const type of domainTypes) {
    const found = await app.sql<{ row: Record<string, Value> }>(
      `select to_jsonb(t) as row from ${tableName(type)} t where account_id = $1`,
      [accountId],
    )
    for (const { row } of found) {
      const shown: Record<string, Value> = {}
      for (const property of type.properties) {
        const value = row[columnName(property)] ?? null
        if (value === null || property.system === true) continue
        const isSecret = property.personal === true || property.sensitive === true
        shown[property.name] = isSecret ? '***' : value
      }
      rows.set(`${type.name}/${row['id']}`, shown)
    }
  }
  return rows
}

/** Seals what there is, and gives the entries after this one. */
export async function readEntries(
  app: TestApp,
  accountId: number,
  after = 0,
): Promise<readonly EntryRow[]> {
  await app.sql('select audit.seal(1000000, true)')
  return app.sql<EntryRow>(
    'select * from audit.entries where account_id = $1 and id > $2 order by id',
    [accountId, after],
  )
}

/** Applies the entries to the rows. Throws for an entry that does not fit. */
export function replay(rows: Rows, entries: readonly EntryRow[]): void {
  const entities = new Set(domainTypes.map(({ name }) => name))
  for (const { id, kind, entity, entity_id, changes } of entries) {
    if (!['INSERT', 'UPDATE', 'DELETE'].includes(kind) || !entities.has(entity ?? '')) continue
    const name = `${entity}/${entity_id}`
    const row = rows.get(name)
    if ((row === undefined) !== (kind === 'INSERT'))
      throw new Error(`Entry ${id}: ${kind} of ${name}, which ${row ? 'is' : 'is not'} there`)
    const shown = { ...row }
    for (const [property, [before, after]] of Object.entries(changesOf(changes))) {
      if ((shown[property] ?? null) !== before)
        throw new Error(`Entry ${id}: ${name} ${property} was ${shown[property]}, not ${before}`)
      if (after === null) delete shown[property]
      else shown[property] = after
    }
    if (kind === 'DELETE') {
      if (Object.keys(shown).length > 0)
        throw new Error(`Entry ${id}: ${name} leaves ${JSON.stringify(shown)}`)
      rows.delete(name)
    } else rows.set(name, shown)
  }
}

export function changesOf(changes: string | null): Record<string, [Value, Value]> {
  // What the triggers write, of which the tests then look at every member.
  return JSON.parse(changes ?? '{}') as Record<string, [Value, Value]>
}
