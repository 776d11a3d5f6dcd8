/** Availability against the rules applied day by day, on random holds of a unit, a parking and a storage space. */

import fc from 'fast-check'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addDays, daysBetween } from '../../src/domain/leasing/dates.ts'
import { createDemoAccount } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const today = '2026-06-15'
/** Nobody holds these in the recipe. */
const ids = { unit: 4111, parking: 9304, storage: 9353 } as const
/** Days after which no hold of these tests begins or ends. */
const horizon = 500

let db: TestDatabase
let accountId: number

beforeAll(async () => {
  db = await createTestDatabase()
  accountId = await createDemoAccount(db.database, 'TEST/AVAILABILITY')
})

afterAll(async () => {
  await db.drop()
})

/** Days relative to T; `last` null is a hold without end. */
interface Hold {
  readonly first: number
  readonly last: number | null
  /** Of a lease: indeterminate; of a rental: not renewable. */
  readonly other: boolean
}

type Subject = keyof typeof ids

interface RandomCase {
  readonly subject: Subject
  readonly holds: readonly Hold[]
  /** Periods of unavailability, of a unit alone. */
  readonly periods: readonly Hold[]
  readonly isRentable: boolean
  /** The last day of the building's management. */
  readonly managed: number | null
  readonly start: number
  readonly length: number
}

/** One after the other, with gaps from none to a month; the last one may have no end. */
const sequence = fc
  .tuple(
    fc.integer({ min: -120, max: 40 }),
    fc.array(
      fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 60 }), fc.boolean()),
      { maxLength: 4 },
    ),
    fc.boolean(),
  )
  .map(([first, spans, isOpen]) => {
    let day = first
    return spans.map(([gap, length, other], index): Hold => {
      const start = day + gap
      day = start + length
      const isLast = index === spans.length - 1
      return { first: start, last: isOpen && isLast ? null : day - 1, other }
    })
  })

const randomCase: fc.Arbitrary<RandomCase> = fc.record({
  subject: fc.constantFrom('unit', 'unit', 'parking', 'storage'),
  holds: sequence,
  periods: sequence,
  isRentable: fc.nat(5).map((draw) => draw > 0),
  managed: fc.option(fc.integer({ min: -20, max: 150 }), { freq: 1 }),
  start: fc.integer({ min: -100, max: 120 }),
  length: fc.integer({ min: 0, max: 120 }),
})

const leaseId = (index: number) => 900_000 + index
const periodId = (index: number) => 910_000 + index

type Cause = readonly [state: string, entity: string | null, id: number | null]

/** R-029 with: who holds one day. */
function causeOf(given: RandomCase, day: number): Cause {
  const { subject, holds, periods, isRentable, managed } = given
  const at = (list: readonly Hold[]) =>
    list.findIndex(({ first, last }) => first <= day && (last === null || day <= last))
  const held = at(holds)
  const hold = holds[held]
  if (hold !== undefined && subject === 'unit') {
    return [hold.last !== null ? 'BL' : hold.other ? 'BI' : 'BR', 'Lease', leaseId(held)]
  }
  if (hold !== undefined) {
    const entity = subject === 'parking' ? 'TenantParking' : 'TenantStorage'
    return [hold.last !== null ? 'LO' : 'LR', entity, leaseId(held)]
  }
  const period = at(periods)
  if (subject === 'unit' && period >= 0) return ['IN', 'UnavailableUnit', periodId(period)]
  const names = { unit: 'Unit', parking: 'Parking', storage: 'Storage' }
  if (!isRentable) return ['IN', names[subject], ids[subject]]
  if (managed !== null && day > managed) return ['IN', 'Building', buildingOf(subject)]
  return ['LI', null, null]
}

function buildingOf(subject: Subject): number {
  return subject === 'unit' ? 636 : 900
}

const dateOf = (day: number) => addDays(today, day)

/** Days of one cause, one after the other. */
function expectedIntervals(given: RandomCase) {
  const end = given.start + given.length
  const found: unknown[][] = []
  for (let day = given.start; day <= end; ) {
    const cause = causeOf(given, day)
    let last = day
    while (last < horizon && same(cause, causeOf(given, last + 1))) last += 1
    const until = last === horizon ? null : dateOf(Math.min(last, end))
    found.push([dateOf(day), until, ...cause])
    day = last + 1
  }
  return found
}

function same(a: Cause, b: Cause): boolean {
  return a.every((value, index) => value === b[index])
}

async function insertCase(client: PoolClient, given: RandomCase): Promise<void> {
  const { subject, holds, periods, isRentable, managed } = given
  const last = (hold: Hold) => (hold.last === null ? null : dateOf(hold.last))
  for (const [index, hold] of holds.entries()) {
    const dates = [
      accountId,
      leaseId(index),
      ids[subject],
      dateOf(hold.first),
      last(hold),
      hold.other,
    ]
    if (subject === 'unit') {
      await client.query(
        `insert into leases (account_id, id, company_no, division_no, building_code, unit_code,
           tenant_type, tenant_no, lease_no, ledger_division_id, unit_id, tenant_id, status, start_date,
           term_start_date, lease_type, held_through_date, initial_rent_amount, rent_amount,
           rent_effective_date, signed_date, renewal_count)
         values ($1, $2::integer, 3, 1, 'NEUF2023', 'X', 'D', $2::integer, 'R-' || $2::integer, 3, $3, $2, 'A',
           $4::date, $4::date, case when $6::boolean then 'I' else 'F' end, $5, 900, 900, $4::date, $4::date, 0)`,
        dates,
      )
    } else {
      await client.query(
        `insert into tenant_${subject}s (account_id, id, company_no, division_no, tenant_type, tenant_no,
           tenant_id, ${subject}_id, building_code, ${subject}_code, start_date, held_through_date,
           is_renewable, amount)
         values ($1, $2::integer, 3, 2, 'D', $2::integer, $2, $3, '900DEMO', 'X', $4, $5, not $6::boolean, 75)`,
        dates,
      )
    }
  }
  for (const [index, hold] of subject === 'unit' ? periods.entries() : []) {
    await client.query(
      `insert into unavailable_units (account_id, id, company_no, division_no, building_code, unit_code,
         unit_id, start_date, end_date, reason_code)
       values ($1, $2, 3, 1, 'NEUF2023', 'X', $3, $4, $5, 'S')`,
      [accountId, periodId(index), ids.unit, dateOf(hold.first), last(hold)],
    )
  }
  await client.query(`update ${subject}s set is_rentable = $3 where account_id = $1 and id = $2`, [
    accountId,
    ids[subject],
    isRentable,
  ])
  await client.query(
    'update buildings set management_end_date = $3 where account_id = $1 and id = $2',
    [accountId, buildingOf(subject), managed === null ? null : dateOf(managed)],
  )
}

class Undo extends Error {}

interface Found {
  readonly intervals: readonly (readonly (string | number | null)[])[]
  readonly messages: readonly string[]
  /** Days of the range on which ForRent finds the unit at once, for one day. */
  readonly forRent: readonly string[]
}

/** What the functions find, in a transaction that is undone: its tenants do not even exist. */
async function find(given: RandomCase): Promise<Found> {
  const found: { value?: Found } = {}
  const range = [dateOf(given.start), dateOf(given.start + given.length)]
  const work = db.database.transaction(
    async (client) => {
      await insertCase(client, given)
      const { rows } = await client.query<(string | number | null)[]>({
        text: `select start_date::text, end_date::text, state, entity, entity_id, message_fr, message_en
                 from ${given.subject}s_availability($1, $2, $3, $4, $5) order by start_date`,
        values: [accountId, today, ids[given.subject], ...range],
        rowMode: 'array',
      })
      const days = await client.query<{ day: string }>(
        `select d.day::date::text as day
           from generate_series($3::date, $4::date, interval '1 day') d(day)
          cross join lateral units_for_rent($1, d.day::date, d.day::date, d.day::date, 1) f
          where f.unit_id = $2 and f.available_date = d.day order by 1`,
        [accountId, ids.unit, ...range],
      )
      found.value = {
        intervals: rows.map((row) => row.slice(0, 5)),
        messages: rows.flatMap((row) => row.slice(5).map(String)),
        forRent: days.rows.map(({ day }) => day),
      }
      throw new Undo()
    },
    { accountId },
  )
  await expect(work).rejects.toBeInstanceOf(Undo)
  if (found.value === undefined) throw new Error('The transaction ended before its queries')
  return found.value
}

/** The days of intervals, the last of which may have no end. */
function daysOf(intervals: Found['intervals'], end: string): readonly string[] {
  return intervals.flatMap(([first, last]) => {
    const from = String(first)
    const length = daysBetween(from, last === null || last === undefined ? end : String(last)) + 1
    return Array.from({ length }, (_, index) => addDays(from, index))
  })
}

describe('R-029 Availability, the algorithm', () => {
  test('it finds the intervals that the rules find day by day', async () => {
    await fc.assert(
      fc.asyncProperty(randomCase, async (given) => {
        const end = dateOf(given.start + given.length)
        const { intervals, messages, forRent } = await find(given)
        expect(intervals).toEqual(expectedIntervals(given))
        // A partition: every day of the range once, in order.
        expect(daysOf(intervals, end)).toEqual(
          Array.from({ length: given.length + 1 }, (_, index) => dateOf(given.start + index)),
        )
        // Free is what ForRent calls free.
        if (given.subject === 'unit') {
          const free = intervals.filter(([, , state]) => state === 'LI')
          expect(daysOf(free, end)).toEqual(forRent)
        }
        for (const message of messages) expect(message).toMatch(/^[^%{}]{20,}\.$/)
      }),
      { numRuns: 120 },
    )
  })
})
