import fc from 'fast-check'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { ALEX, now, readAll } from './change-rows.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(async () => {
  await db.drop()
})

/** Tables that nothing refers to, so that any row may go; one is relational, one has a hidden column. */
const tables = {
  Employee: { table: 'employees', change: 'first_name', hidden: 'first_name' },
  UnavailableUnit: { table: 'unavailable_units', change: 'description', hidden: 'description' },
  TenantStorage: { table: 'tenant_storages', change: 'padlock_no', hidden: 'padlock_no' },
  PreauthorizedDebit: {
    table: 'preauthorized_debits',
    change: 'account_holder_name',
    hidden: 'account_no',
  },
} as const

type Entity = keyof typeof tables
const entities = Object.keys(tables).filter((name): name is Entity => name in tables)

type Step =
  | {
      readonly kind: 'insert' | 'updateAll' | 'updateNothing' | 'updateHidden'
      readonly entity: Entity
    }
  | { readonly kind: 'update' | 'delete'; readonly entity: Entity; readonly place: number }
  | { readonly kind: 'savepoint' | 'rollbackToSavepoint' }

const entity = fc.constantFrom(...entities)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), entity }),
  fc.record({
    kind: fc.constantFrom('updateAll' as const, 'updateNothing' as const, 'updateHidden' as const),
    entity,
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('update' as const, 'delete' as const),
      entity,
      // From the end: rows that the transaction has made itself are often met.
      place: fc.nat({ max: 4 }),
    }),
  },
  fc.record({ kind: fc.constantFrom('savepoint' as const, 'rollbackToSavepoint' as const) }),
)
const transaction = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 14 }),
  commits: fc.boolean(),
})

let lastId = 200_000

/** The statement of a step; values differ each time, so that an update changes something. */
function statementOf(given: Step): string {
  if (!('entity' in given))
    return given.kind === 'savepoint' ? 'savepoint here' : 'rollback to savepoint here'
  const { table, change, hidden } = tables[given.entity]
  lastId += 1
  const value = (lastId % 100_000_000).toString().padStart(8, '0')
  switch (given.kind) {
    case 'insert':
      return copyOf(table, value)
    case 'updateAll':
      return `update ${table} set ${change} = '${value}' where account_id = 1`
    case 'updateNothing':
      return `update ${table} set ${change} = ${change}, modified_date = now() where account_id = 1`
    case 'updateHidden':
      return hidden === change
        ? 'select'
        : `update ${table} set ${hidden} = '${value}' where account_id = 1`
    case 'update':
      return `update ${table} set ${change} = '${value}' where account_id = 1 and id = ${rowAt(table, given.place)}`
    case 'delete':
      return `delete from ${table} where account_id = 1 and id = ${rowAt(table, given.place)}`
  }
}

function rowAt(table: string, place: number): string {
  return `(select id from ${table} where account_id = 1 order by id desc offset ${place} limit 1)`
}

/** Any row of the table, under a new Id, and with a code or dates of its own. */
function copyOf(table: string, value: string): string {
  // A day of its own, long before anything holds the unit or the space.
  const day = new Date(Date.UTC(1000, 0, 1 + (Number(value) % 100_000))).toISOString().slice(0, 10)
  const own = JSON.stringify({
    id: Number(value),
    employee_code: value,
    start_date: day,
    end_date: day,
    held_through_date: day,
    // Of a tenant's agreements one at most is not cancelled.
    ...(table === 'preauthorized_debits' ? { status: 'X' } : {}),
  })
  return `insert into ${table} select (jsonb_populate_record(t, '${own}')).* from ${table} t where account_id = 1 order by id limit 1`
}

/** Each visible row as text: what any answer could show of it. */
async function snapshot(client: PoolClient): Promise<ReadonlyMap<string, string>> {
  const parts = entities.map(
    (name) =>
      `select '${name} ' || id as key, (to_jsonb(t) - 'account_no')::text as row from ${tables[name].table} t where account_id = 1`,
  )
  const { rows } = await client.query<{ key: string; row: string }>(parts.join(' union all '))
  return new Map(rows.map(({ key, row }) => [key, row]))
}

function differenceOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const gone = [...before.keys()].filter((key) => !after.has(key)).map((key) => `${key} 2`)
  const come = [...after.keys()].filter((key) => !before.has(key)).map((key) => `${key} 3`)
  const changed = [...after].filter(([key, row]) => (before.get(key) ?? row) !== row)
  return [...gone, ...come, ...changed.map(([key]) => `${key} 1`)].sort()
}

/** Runs the steps, each of which may fail on a rule of the database, and gives the rows before and after. */
async function run(steps: readonly Step[], commits: boolean) {
  return db.database.transaction(
    async (client) => {
      const before = await snapshot(client)
      await client.query('savepoint start; savepoint here')
      for (const given of steps) {
        await client.query('savepoint step')
        try {
          await client.query(statementOf(given))
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('23')))
            throw error
          refusals += 1
          await client.query('rollback to savepoint step')
        }
      }
      if (!commits) await client.query('rollback to savepoint start')
      return { before, after: await snapshot(client) }
    },
    { accountId: ALEX },
  )
}

let refusals = 0

describe('R-013 One event per row and transaction', () => {
  test('the log of any transaction is the difference of the rows before and after it', async () => {
    const seen = { 1: 0, 2: 0, 3: 0 }
    await fc.assert(
      fc.asyncProperty(transaction, async ({ steps, commits }) => {
        const start = await now(db.database)
        const { before, after } = await run(steps, commits)
        const { changes } = await readAll(db.database, start)
        for (const { status } of changes) seen[status] += 1
        expect(
          changes.map(({ entity: name, id, status }) => `${name} ${id} ${status}`).sort(),
        ).toEqual(differenceOf(before, after))
      }),
      { numRuns: 150 },
    )
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20)
    expect(refusals).toBeLessThan(50)
  }, 120_000)
})
