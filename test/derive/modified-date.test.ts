import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { createEmptyDatabase } from '../support/database.ts'

let database: Awaited<ReturnType<typeof createEmptyDatabase>>
let client: Client

beforeAll(async () => {
  database = await createEmptyDatabase()
  await migrate({ connection: { url: database.url }, notify: () => {} })
  client = new Client({ connectionString: database.url })
  await client.connect()
  await client.query(
    "set timezone = 'UTC'; insert into accounts (account_id, database_name, name) values (1, 'A', 'A')",
  )
})

afterAll(async () => {
  await client.end()
  await database.drop()
})

beforeEach(async () => {
  await client.query(`
    set hapi.clock = '2026-06-15T12:00:00.1239Z';
    truncate employees, preauthorized_debits, tenants, units, leases, buildings cascade;
    insert into employees (account_id, id, employee_code, last_name, first_name) values (1, 1, 'ROY', 'Roy', 'Ève')`)
})

async function instants(): Promise<unknown> {
  const { rows } = await client.query(
    'select created_date::text as created, modified_date::text as modified from employees',
  )
  return rows
}

describe('R-017 Modification dates', () => {
  test('a new row has the instant of the clock, cut to the millisecond', async () => {
    expect(await instants()).toEqual([
      { created: '2026-06-15 12:00:00.123+00', modified: '2026-06-15 12:00:00.123+00' },
    ])
  })

  test('a change gives the instant of the clock', async () => {
    await client.query(
      "set hapi.clock = '2026-07-01T04:00:00Z'; update employees set last_name = 'Roi'",
    )
    expect(await instants()).toEqual([
      { created: '2026-06-15 12:00:00.123+00', modified: '2026-07-01 04:00:00+00' },
    ])
  })

  test('an update that changes nothing, or the date alone, leaves the date', async () => {
    await client.query(`
      set hapi.clock = '2026-07-01T04:00:00Z';
      update employees set last_name = 'Roy';
      update employees set modified_date = '2020-01-01'`)
    expect(await instants()).toEqual([
      { created: '2026-06-15 12:00:00.123+00', modified: '2026-06-15 12:00:00.123+00' },
    ])
  })

  test('never decreases, and two changes at one instant differ', async () => {
    await client.query(`
      set hapi.clock = '2020-01-01T00:00:00Z';
      update employees set last_name = 'B';
      update employees set last_name = 'C'`)
    expect(await instants()).toEqual([
      { created: '2026-06-15 12:00:00.123+00', modified: '2026-06-15 12:00:00.125+00' },
    ])
  })

  test('without a given clock it is the real one', async () => {
    const before = new Date()
    await client.query("set hapi.clock = ''; update employees set last_name = 'B'")
    const { rows } = await client.query<{ modified_date: Date }>(
      'select modified_date from employees',
    )
    const modified = rows[0]?.modified_date.getTime() ?? 0
    expect(modified).toBeGreaterThanOrEqual(before.getTime() - 1)
    expect(modified).toBeLessThanOrEqual(Date.now())
  })
})

describe('R-001 Codes in the database', () => {
  test.each(["'roy'", "' ROY'", "'ROY '"])('a code stored as %s is refused', async (code) => {
    await expect(
      client.query(`update employees set employee_code = ${code}`),
    ).rejects.toMatchObject({
      code: '23514',
      constraint: 'employees_employee_code_code_check',
    })
  })
})
