/** `units_for_rent` against the rule applied day by day, on random leases and unavailability. */

import fc from 'fast-check'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDays } from '../../src/domain/leasing/dates.ts'
import { createDemoAccount } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const today = '2026-06-15'
/** Vacant units of building 636, without a lease in the recipe. */
const unitIds = [4111, 4112, 4113, 4114, 4115, 4116, 4117, 4118] as const
/** Days after which no hold of these tests begins or ends. */
const horizon = 400

let db: TestDatabase
let accountId: number

beforeAll(async () => {
  db = await createTestDatabase()
  accountId = await createDemoAccount(db.database, 'TEST/ORACLE')
})

afterAll(async () => {
  await db.drop()
})

/** Days relative to T; `last` null is a hold without end. */
interface Hold {
  readonly first: number
  readonly last: number | null
}

interface RandomUnit {
  readonly leases: readonly Hold[]
  readonly unavailability: readonly Hold[]
}

interface RandomCase {
  readonly units: readonly RandomUnit[]
  readonly start: number
  readonly length: number
  readonly minimumDays: number | null
}

/** Leases one after the other, with gaps from none to two months; the last one may have no end. */
const leases = fc
  .tuple(
    fc.integer({ min: -120, max: 40 }),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 70 })), {
      maxLength: 3,
    }),
    fc.boolean(),
  )
  .map(([first, spans, isOpen]) => {
    let day = first
    return spans.map(([gap, length], index): Hold => {
      const start = day + gap
      day = start + length
      return { first: start, last: isOpen && index === spans.length - 1 ? null : day - 1 }
    })
  })

const period = fc
  .tuple(
    fc.integer({ min: -60, max: 150 }),
    fc.option(fc.integer({ min: 0, max: 60 }), { freq: 8 }),
  )
  .map(([first, length]): Hold => ({ first, last: length === null ? null : first + length }))

const randomUnit = fc.record({ leases, unavailability: fc.array(period, { maxLength: 2 }) })

const randomCase: fc.Arbitrary<RandomCase> = fc.record({
  units: fc.array(randomUnit, { minLength: unitIds.length, maxLength: unitIds.length }),
  start: fc.integer({ min: 0, max: 120 }),
  length: fc.integer({ min: 0, max: 120 }),
  minimumDays: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 3 }),
})

/** R-026, steps 1 to 3, as the rule words them. */
function expectedRun(unit: RandomUnit, { start, length, minimumDays }: RandomCase) {
  const holds = [...unit.leases, ...unit.unavailability]
  const isHeld = (day: number) =>
    holds.some(({ first, last }) => first <= day && (last === null || day <= last))
  for (let day = start; day <= start + length; day += 1) {
    if (isHeld(day)) continue
    let last = day
    while (last < horizon && !isHeld(last + 1)) last += 1
    const isEndless = last === horizon
    if (isEndless || last - day + 1 >= (minimumDays ?? 30)) {
      return { first: day, last: isEndless ? null : last }
    }
    day = last
  }
  return undefined
}

const dateOf = (day: number | null) => (day === null ? null : addDays(today, day))

async function insertHolds(client: PoolClient, units: readonly RandomUnit[]): Promise<void> {
  let id = 900_000
  for (const [index, unit] of units.entries()) {
    for (const { first, last } of unit.leases) {
      id += 1
      await client.query(
        `insert into leases (account_id, id, company_no, division_no, building_code, unit_code,
           tenant_type, tenant_no, lease_no, ledger_division_id, unit_id, tenant_id, status, start_date,
           term_start_date, is_renewable, held_through_date, initial_rent_amount, rent_amount,
           rent_effective_date, signed_date, renewal_count)
         values ($1, $2::integer, 3, 1, 'NEUF2023', 'X', 'D', $2::integer, 'R-' || $2::integer, 3, $3, $4, 'A',
           $5::date, $5::date, true, $6, 900,
           900, $5::date, $5::date, 0)`,
        [accountId, id, unitIds[index], id, dateOf(first), dateOf(last)],
      )
    }
    for (const { first, last } of unit.unavailability) {
      id += 1
      await client.query(
        `insert into unavailable_units (account_id, id, company_no, division_no, building_code, unit_code,
           unit_id, start_date, end_date, reason_code)
         values ($1, $2, 3, 1, 'NEUF2023', 'X', $3, $4, $5, 'S')`,
        [accountId, id, unitIds[index], dateOf(first), dateOf(last)],
      )
    }
  }
}

class Undo extends Error {}

/** What the function finds, in a transaction that is undone: its tenants do not even exist. */
async function foundRuns(given: RandomCase): Promise<unknown[]> {
  let found: unknown[] = []
  const work = db.database.transaction(
    async (client) => {
      // The function does not rely on holds that keep apart: these may overlap, and never commit.
      await client.query('set constraints all deferred')
      await insertHolds(client, given.units)
      await client.query('select refresh_unit_states($1, $2)', [accountId, today])
      const { rows } = await client.query(
        `select unit_id, available_date::text as first, available_until::text as last
           from units_for_rent($1, $2, $3, $4, $5) where unit_id = any($6) order by unit_id`,
        [
          accountId,
          today,
          dateOf(given.start),
          dateOf(given.start + given.length),
          given.minimumDays,
          unitIds,
        ],
      )
      found = rows
      throw new Undo()
    },
    { accountId },
  )
  await expect(work).rejects.toBeInstanceOf(Undo)
  return found
}

describe('R-026 Units/ForRent, the algorithm', () => {
  test('it finds the run that the rule finds day by day', async () => {
    await fc.assert(
      fc.asyncProperty(randomCase, async (given) => {
        const expected = given.units.flatMap((unit, index) => {
          const run = expectedRun(unit, given)
          if (run === undefined) return []
          return [{ unit_id: unitIds[index], first: dateOf(run.first), last: dateOf(run.last) }]
        })
        expect(await foundRuns(given)).toEqual(expected)
      }),
      { numRuns: 60 },
    )
  })
})
