/** Writers at once: one of them gets the unit or the tenant, every other one the rule's own words. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { outcomeOf, outcomes } from '../support/writing.ts'
import { makeTenant, makeTenants, postLease, rowOf, send } from './lease-support.ts'

const WRITERS = 50

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

/** Pairs of leases of a unit or of a tenant that hold a day in common. */
function overlaps(column: 'unit_id' | 'tenant_id'): Promise<readonly unknown[]> {
  return app.sql(
    `select a.id, b.id from leases a join leases b
         on b.account_id = a.account_id and b.${column} = a.${column} and b.id > a.id
      where a.account_id = 1 and a.cancelled_date is null and b.cancelled_date is null
        and a.start_date <= coalesce(b.held_through_date, 'infinity')
        and b.start_date <= coalesce(a.held_through_date, 'infinity')`,
  )
}

describe('R-022 Many leases of one unit at once', () => {
  test('the unit is leased once; the others learn who keeps it', async () => {
    const tenants = await makeTenants(app, WRITERS)
    const answers = await Promise.all(
      tenants.map((TenantId) => postLease(app, { UnitId: 9001, TenantId })),
    )
    expect(outcomes(answers)).toEqual({ '201': 1, '409 LEASE_HELD_RENEWABLE': WRITERS - 1 })
    expect(await overlaps('unit_id')).toEqual([])
  })

  test('by leases that end the others learn through when', async () => {
    const tenants = await makeTenants(app, WRITERS)
    const answers = await Promise.all(
      tenants.map((TenantId) =>
        postLease(app, { UnitId: 9007, TenantId, EndDate: '2026-09-30', IsRenewable: false }),
      ),
    )
    expect(outcomes(answers)).toEqual({ '201': 1, '409 LEASE_OVERLAP': WRITERS - 1 })
    expect(await overlaps('unit_id')).toEqual([])
  })
})

describe('R-023 Many leases of one tenant at once', () => {
  test('he gets one of the units', async () => {
    const TenantId = await makeTenant(app, 3)
    const units = await app.ids(
      `/api/Units?$filter=BuildingCode eq '1000PINS' and AvailableDate eq 2026-06-15&$select=Id&$top=${WRITERS}`,
    )
    expect(units).toHaveLength(WRITERS)
    const answers = await Promise.all(units.map((UnitId) => postLease(app, { UnitId, TenantId })))
    expect(outcomes(answers)).toEqual({ '201': 1, '409 TENANT_LEASE_OVERLAP': WRITERS - 1 })
    expect(await overlaps('tenant_id')).toEqual([])
  })
})

describe('R-022 A lease and a period of unavailability at once', () => {
  test('a lease that waited for the period does not start in it', async () => {
    const TenantId = await makeTenant(app)
    let answer: ReturnType<typeof postLease> | undefined
    await app.db.database.transaction(async (client) => {
      await client.query('select from units where account_id = 1 and id = 9003 for no key update')
      answer = postLease(app, { UnitId: 9003, TenantId })
      await untilSomeoneWaits()
      await client.query(
        `insert into unavailable_units (account_id, id, unit_id, company_no, division_no, building_code,
                unit_code, start_date, end_date)
         select account_id, allocate_ids(1, 'UnavailableUnit', 1), id, company_no, division_no,
                building_code, unit_code, '2026-07-01', '2026-07-31'
           from units where account_id = 1 and id = 9003`,
      )
    })
    if (answer === undefined) throw new Error('Nothing was sent')
    expect(outcomes([await answer])).toEqual({ '409 UNIT_UNAVAILABLE': 1 })
  })

  async function untilSomeoneWaits(): Promise<void> {
    const deadline = Date.now() + 10_000
    while (Date.now() < deadline) {
      const waiting = await app.column<number>(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      if (waiting.length > 0) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error('Nobody waits for the unit')
  }
})

describe('R-047 Cancelling and leasing at once', () => {
  test('the unit goes to a new lease only after the cancellation, and to one at most', async () => {
    const tenants = await makeTenants(app, 20)
    const [cancelled, ...posted] = await Promise.all([
      send(app, 'POST', '/api/Leases(9255)/Cancel', { Reason: 'Désistement' }),
      ...tenants.map((TenantId) => postLease(app, { UnitId: 9005, TenantId })),
    ])
    expect(cancelled.status).toBe(200)
    const counts = outcomes(posted)
    expect((counts['201'] ?? 0) + (counts['409 LEASE_HELD_RENEWABLE'] ?? 0)).toBe(20)
    expect(counts['201'] ?? 0).toBeLessThanOrEqual(1)
    expect(await overlaps('unit_id')).toEqual([])
  })

  test('many cancellations at once are one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        send(app, 'POST', '/api/Leases(9256)/Cancel', { Reason: `Demande ${number}` }),
      ),
    )
    expect(outcomes(answers)).toEqual({ '200': 20 })
    expect(new Set(answers.map((answer) => rowOf(answer, 200)['CancelReason'])).size).toBe(1)
  })
})

describe('R-022 A lease that becomes renewable while another is made', () => {
  test('one of both is refused, whoever is first', async () => {
    const [first = 0, second = 0] = await makeTenants(app, 2)
    const summer = { UnitId: 9008, StartDate: '2026-09-01', EndDate: '2026-12-31', TenantId: first }
    const lease = rowOf(await postLease(app, { ...summer, IsRenewable: false }), 201)
    const [renewable, next] = await Promise.all([
      send(app, 'PATCH', `/api/Leases(${lease.Id})`, { IsRenewable: true }),
      postLease(app, {
        UnitId: 9008,
        TenantId: second,
        StartDate: '2027-01-01',
        EndDate: '2027-12-31',
      }),
    ])
    expect(['200, 409 LEASE_HELD_RENEWABLE', '409 LEASE_OVERLAP, 201']).toContain(
      `${outcomeOf(renewable)}, ${outcomeOf(next)}`,
    )
    expect(await overlaps('unit_id')).toEqual([])
  })
})

describe('R-031 A lease and the withdrawal of the departure that made room for it at once', () => {
  test('one of both is refused, whoever is first', async () => {
    const units = await app.sql<{ readonly unit: number; readonly tenant: number }>(
      `select l.unit_id as unit, l.tenant_id as tenant from leases l
         join units u on u.account_id = l.account_id and u.id = l.unit_id
        where l.account_id = 1 and l.ledger_division_id = 4 and l.cancelled_date is null
          and l.lease_category = 'R' and l.is_renewable and l.held_through_date = '2026-06-30'
          and u.available_date = '2026-07-01'
        order by l.id limit 8`,
    )
    expect(units.length).toBeGreaterThan(0)
    const tenants = await makeTenants(app, units.length)
    const answers = await Promise.all(
      units.flatMap(({ unit, tenant }, index) => [
        postLease(app, { UnitId: unit, TenantId: tenants[index] }),
        send(app, 'PATCH', `/api/Tenants(${tenant})`, { DepartureDate: null }),
      ]),
    )
    const pairs = units.map((_, index) =>
      answers
        .slice(2 * index, 2 * index + 2)
        .map(outcomeOf)
        .join(', '),
    )
    for (const pair of pairs)
      expect(['201, 409 DEPARTURE_CHANGE_CONFLICT', '409 LEASE_HELD_RENEWABLE, 200']).toContain(
        pair,
      )
    expect(await overlaps('unit_id')).toEqual([])
  })
})
