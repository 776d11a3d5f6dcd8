/** What two writers at once would both do, and the database refuses the second (exclusion_violation, 23P01). */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})

afterAll(async () => {
  await db.drop()
})

/** The constraint that a copy of a row, some columns changed, violates; null when it is accepted. */
async function refusal(table: string, id: number, changes: object): Promise<string | null> {
  const undo = new Error('undone')
  try {
    await db.database.transaction(
      async (client) => {
        await client.query(
          `insert into ${table}
           select (jsonb_populate_record(null::${table}, to_jsonb(r) || $2::jsonb)).* from ${table} r
            where r.account_id = 1 and r.id = $1`,
          [id, JSON.stringify({ id: 99_999, ...changes })],
        )
        throw undo
      },
      { accountId: 1 },
    )
  } catch (error) {
    if (error === undo) return null
    // Every error of the server has both.
    const { code, constraint } = error as { code: string; constraint: string }
    return `${code} ${constraint}`
  }
  return null
}

// Lease 9201 holds unit 9001 for tenant 9101 from 2025-07-01 through 2026-06-30.
const lease = { lease_no: 'L-X', external_id: null }

describe('R-022 No overlapping leases on a unit', () => {
  test('the last day held is held, the day after is free; cancelled or empty holds nothing', async () => {
    const on = (changes: object) =>
      refusal('leases', 9201, { ...lease, tenant_id: 9171, ...changes })
    const unit = '23P01 leases_unit_hold_excl'
    expect(await on({ start_date: '2026-06-30', held_through_date: null })).toBe(unit)
    expect(await on({ start_date: '2020-01-01', held_through_date: '2025-07-01' })).toBe(unit)
    expect(await on({ start_date: '2026-07-01', held_through_date: null })).toBeNull()
    expect(await on({ cancelled_date: '2026-01-01' })).toBeNull()
    expect(await on({ start_date: '2026-01-02', held_through_date: '2026-01-01' })).toBeNull()
  })
})

describe('R-023 One lease at a time per tenant account', () => {
  test('on another unit too', async () => {
    const on = (start_date: string) =>
      refusal('leases', 9201, {
        ...lease,
        unit_id: 9003,
        start_date,
        held_through_date: '2026-12-31',
      })
    expect(await on('2026-06-30')).toBe('23P01 leases_tenant_hold_excl')
    expect(await on('2026-07-01')).toBeNull()
  })
})

describe('R-028 Periods of unavailability', () => {
  test('two of one unit keep apart, until further notice included', async () => {
    const on = (start_date: string, end_date: string | null) =>
      refusal('unavailable_units', 61, { start_date, end_date })
    expect(await on('2026-04-15', null)).toBe('23P01 unavailable_units_excl')
    expect(await on('2026-05-01', null)).toBeNull()
  })
})

describe('R-033 Renting a parking or storage space', () => {
  test('a space is rented once on a day', async () => {
    const dates = (start_date: string) => ({
      start_date,
      held_through_date: null,
      external_id: null,
    })
    expect(await refusal('tenant_parkings', 9402, dates('2026-06-30'))).toBe(
      '23P01 tenant_parkings_hold_excl',
    )
    expect(await refusal('tenant_parkings', 9402, dates('2026-07-01'))).toBeNull()
    expect(await refusal('tenant_storages', 9451, dates('2026-06-30'))).toBe(
      '23P01 tenant_storages_hold_excl',
    )
    expect(await refusal('tenant_storages', 9451, dates('2026-07-01'))).toBeNull()
  })
})
