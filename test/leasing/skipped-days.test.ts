/**
 * An account that skips the days on which nothing changes ends as one that computes everything each day: same
 * rows, same events at the same instants. Random accounts of a few units, with and without free days.
 */

import fc from 'fast-check'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { moveThroughDays } from '../../src/domain/leasing/account-days.ts'
import { addDays, addMonths, type IsoDate } from '../../src/domain/leasing/dates.ts'
import { createAccount } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { events, snapshot } from './day-rows.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})

afterAll(async () => {
  await db.drop()
})

/** On the days that pass, or where the window of the last 12 months then begins. */
const nearOffset = fc.oneof(
  fc.integer({ min: -3, max: 40 }),
  fc.integer({ min: -3, max: 40 }).map((offset) => offset - 366),
)

/** Holds one after another, free days before each; one of them starts near, the last may have no end. */
const holds = fc.record({
  near: nearOffset,
  nearPart: fc.nat({ max: 3 }),
  parts: fc.array(
    fc.record({
      gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
      days: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 400 })),
      isRenewable: fc.boolean(),
      rent: fc.integer({ min: 800, max: 999 }),
    }),
    { maxLength: 4 },
  ),
  isEndless: fc.boolean(),
})

type Holds = typeof holds extends fc.Arbitrary<infer T> ? T : never

const randomUnit = fc.record({
  leases: holds,
  changes: fc.uniqueArray(nearOffset, { maxLength: 3 }),
  unavailability: fc.option(
    fc.record({
      first: fc.integer({ min: -40, max: 50 }),
      days: fc.option(fc.integer({ min: 1, max: 40 })),
    }),
  ),
  renewal: fc.option(
    fc.record({
      status: fc.constantFrom('E', 'R', 'P', 'A'),
      deadline: fc.integer({ min: -10, max: 60 }),
      termDays: fc.option(fc.integer({ min: 20, max: 400 })),
    }),
  ),
  reservation: fc.option(
    fc.record({
      decision: fc.integer({ min: -10, max: 30 }),
      days: fc.integer({ min: 0, max: 30 }),
    }),
  ),
  parking: fc.option(holds, { freq: 1 }),
})

const randomCase = fc.record({
  // Around the ends of February too, 29 days long or not.
  start: fc
    .oneof(fc.integer({ min: 0, max: 1_500 }), fc.constantFrom(350, 365, 715, 1_080, 1_445))
    .map((days) => addDays('2024-02-20', days)),
  days: fc.integer({ min: 1, max: 45 }),
  units: fc.array(randomUnit, { minLength: 1, maxLength: 3 }),
  // Free units that are for rent leave no day out.
  isRentable: fc.boolean(),
})

type RandomCase = typeof randomCase extends fc.Arbitrary<infer T> ? T : never

/** Copies a row of the demo account, some columns changed. */
async function copy(
  client: PoolClient,
  table: string,
  id: number | null,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  await client.query(
    `insert into ${table}
     select (jsonb_populate_record(null::${table}, to_jsonb(r) || $2::jsonb)).* from ${table} r
      where r.account_id = 1 and ($1::integer is null or r.id = $1)`,
    [id, JSON.stringify(changes)],
  )
}

const dawn = (date: IsoDate) => new Date(`${date}T10:00:00Z`)

async function makeAccount(given: RandomCase): Promise<number> {
  const accountId = await createAccount(db.database, `TEST/${++made}`)
  const account = { account_id: accountId }
  await db.database.transaction(async (client) => {
    await client.query(
      "select set_config('hapi.account_id', $1, true), set_config('hapi.change_log', 'off', true)",
      [String(accountId)],
    )
    await client.query('update accounts set pinned_at = $2 where account_id = $1', [
      accountId,
      dawn(given.start),
    ])
    for (const table of ['employees', 'companies', 'gl_accounts', 'services', 'ledger_divisions'])
      await copy(client, table, null, account)
    await copy(client, 'buildings', 900, account)
    await copy(client, 'prospects', 1201, { ...account, unit_id: null })
    for (const [index, unit] of given.units.entries())
      await insertUnit(client, given, unit, { account, index })
  })
  return accountId
}

let made = 0

interface Place {
  readonly account: { readonly account_id: number }
  readonly index: number
}

async function insertUnit(
  client: PoolClient,
  { start, isRentable }: RandomCase,
  unit: RandomCase['units'][number],
  { account, index }: Place,
): Promise<void> {
  const on = (offset: number) => addDays(start, offset)
  const unitId = index + 1
  const unitKeys = { ...account, unit_id: unitId, unit_code: `U${unitId}` }
  await copy(client, 'units', 9001, {
    ...account,
    id: unitId,
    unit_code: `U${unitId}`,
    is_rentable: isRentable,
    current_lease_id: null,
    current_tenant_id: null,
  })
  let id = unitId * 100
  for (const hold of placed(unit.leases)) {
    id += 1
    const dates = datesOf(hold, on)
    await insertTenant(client, account, id, dates.departure)
    await copy(client, 'leases', 9201, {
      ...unitKeys,
      id,
      lease_no: `L${id}`,
      tenant_id: id,
      tenant_no: id,
      start_date: dates.start,
      term_start_date: dates.start,
      end_date: dates.end,
      term_months: null,
      is_renewable: hold.isRenewable || hold.isEndless,
      held_through_date: dates.held,
      initial_rent_amount: hold.rent,
    })
    for (const [n, offset] of unit.changes.entries()) {
      if (on(offset) <= dates.start) continue
      await copy(client, 'lease_price_changes', 701, {
        ...account,
        id: id * 10 + n,
        lease_id: id,
        effective_date: on(offset),
        new_amount: 800 + ((offset + 500) % 90),
      })
    }
    if (unit.renewal !== null && hold.isEndless) {
      const { status, deadline, termDays } = unit.renewal
      const newStart = addDays(dates.end, 1)
      await copy(client, 'lease_renewals', 540, {
        ...account,
        id,
        lease_id: id,
        status,
        new_start_date: newStart,
        new_end_date: termDays === null ? null : addDays(newStart, termDays),
        new_rent: 850,
        response_deadline: on(deadline),
        tal_deadline: status === 'R' ? on(deadline) : null,
        applied_date: null,
      })
    }
  }
  if (unit.unavailability !== null) {
    const { first, days } = unit.unavailability
    await copy(client, 'unavailable_units', 61, {
      ...unitKeys,
      id: unitId,
      start_date: on(first),
      end_date: days === null ? null : on(first + days - 1),
    })
  }
  if (unit.reservation !== null) {
    const { decision, days } = unit.reservation
    await copy(client, 'rental_applications', 310, {
      ...unitKeys,
      id: unitId,
      status: 'A',
      external_id: null,
      decision_date: on(decision),
      reserved_until: on(decision + days),
    })
  }
  if (unit.parking !== null) await insertParking(client, on, unit.parking, { account, index })
}

async function insertParking(
  client: PoolClient,
  on: (offset: number) => IsoDate,
  rentals: Holds,
  { account, index }: Place,
): Promise<void> {
  const parkingId = index + 1
  await copy(client, 'parkings', 9301, {
    ...account,
    id: parkingId,
    parking_code: `P${parkingId}`,
    current_tenant_id: null,
  })
  let id = parkingId * 100 + 50
  for (const hold of placed(rentals)) {
    id += 1
    const dates = datesOf(hold, on)
    await insertTenant(client, account, id, dates.departure)
    await copy(client, 'tenant_parkings', 9401, {
      ...account,
      id,
      tenant_id: id,
      tenant_no: id,
      parking_id: parkingId,
      parking_code: `P${parkingId}`,
      start_date: dates.start,
      end_date: dates.end,
      is_renewable: hold.isRenewable || hold.isEndless,
      held_through_date: dates.held,
    })
  }
}

async function insertTenant(
  client: PoolClient,
  account: Place['account'],
  id: number,
  departure: IsoDate | null,
): Promise<void> {
  await copy(client, 'tenants', 9101, {
    ...account,
    id,
    tenant_no: id,
    unit_id: null,
    current_lease_id: null,
    departure_date: departure,
  })
}

interface PlacedHold {
  readonly first: number
  readonly last: number
  readonly isRenewable: boolean
  readonly isEndless: boolean
  readonly rent: number
}

function placed({ near, nearPart, parts, isEndless }: Holds): readonly PlacedHold[] {
  let next = 0
  const inOrder = parts.map(({ gap, days, ...part }, index) => {
    const first = next + gap
    next = first + days
    return { ...part, first, last: next - 1, isEndless: isEndless && index === parts.length - 1 }
  })
  const shift = near - (inOrder[nearPart % parts.length]?.first ?? 0)
  return inOrder.map((hold) => ({ ...hold, first: hold.first + shift, last: hold.last + shift }))
}

/** a renewable hold ends by its departure, another one by its term. */
function datesOf({ first, last, isRenewable, isEndless }: PlacedHold, on: (o: number) => IsoDate) {
  const end = on(last)
  return {
    start: on(first),
    end,
    held: isEndless ? null : end,
    departure: isRenewable && !isEndless ? end : null,
  }
}

test('R-005: skipping the days on which nothing changes is not skipping them', async () => {
  let days = 0
  let steps = 0
  await fc.assert(
    fc.asyncProperty(randomCase, async (given) => {
      const [skipping, each] = [await makeAccount(given), await makeAccount(given)]
      const first = { date: given.start, pinTo: dawn(given.start) }
      for (const accountId of [skipping, each]) await moveThroughDays(db.database, accountId, first)

      const end = addDays(given.start, given.days)
      const onDay = () => void (steps += 1)
      await moveThroughDays(db.database, skipping, { date: end, pinTo: dawn(end) }, { onDay })
      for (let day = addDays(given.start, 1); day <= end; day = addDays(day, 1)) {
        days += 1
        await moveThroughDays(db.database, each, { date: day, pinTo: dawn(day) })
      }
      expect(await events(db.database, skipping)).toEqual(await events(db.database, each))
      expect(await snapshot(db.database, skipping)).toEqual(await snapshot(db.database, each))
    }),
    // A shrunk case would take minutes more than the test has.
    { numRuns: 20, endOnFailure: true },
  )
  expect(steps).toBeLessThan(days)
}, 120_000)

test('year_after: the first day whose window of twelve months begins on or after a day', async () => {
  const dates = Array.from({ length: 1_600 }, (_, n) => addDays('2023-12-01', n))
  const { rows } = await db.database.transaction((client) =>
    client.query<{ after: string }>(
      'select year_after(d)::text as after from unnest($1::date[]) with ordinality u (d, n) order by n',
      [dates],
    ),
  )
  const expected = dates.map((date) => {
    let day = addDays(addMonths(date, 12), -2)
    while (addMonths(day, -12) < date) day = addDays(day, 1)
    return day
  })
  expect(rows.map(({ after }) => after)).toEqual(expected)
})
