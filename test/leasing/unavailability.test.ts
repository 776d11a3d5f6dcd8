/** Periods of unavailability on T = 2026-06-15. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, lastEvents, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const periods = '/api/UnavailableUnits'
const dry = `${periods}?dryRun=true`

async function unit(id: number): Promise<Record<string, unknown> | undefined> {
  const [row] = await app.rows(
    `/api/Units?$filter=Id eq ${id}&$select=OccupancyStatus,AvailableDate`,
  )
  return row
}

async function forRent(id: number): Promise<boolean> {
  return (await app.rows(`/api/Units/ForRent?$filter=UnitId eq ${id}`)).length === 1
}

describe('R-028 Periods of unavailability', () => {
  test('(1) a period that is over stays readable and takes nothing from the market', async () => {
    expect(await app.ids(`${periods}?$filter=UnitId eq 9003`)).toEqual([61])
    expect(await forRent(9003)).toBe(true)
  })

  test('(2) two periods of a unit do not overlap', async () => {
    expectRefusal(await write(app, 'POST', periods, { UnitId: 9003, StartDate: '2026-04-15' }), {
      status: 409,
      code: 'UNAVAILABILITY_OVERLAP',
      target: 'StartDate',
      message: "Une autre période d'indisponibilité de l'unité 3-2 900DEMO 103 croise ces dates.",
    })
    for (const [StartDate, EndDate, status] of [
      ['2026-04-30', '2026-05-10', 409],
      ['2026-05-01', '2026-05-10', 201],
      ['2026-05-01', null, 201],
    ] as const)
      expect((await write(app, 'POST', dry, { UnitId: 9003, StartDate, EndDate })).status).toBe(
        status,
      )
  })

  test('(3) a period does not meet a lease, unless it is a casualty', async () => {
    const july = { UnitId: 9002, StartDate: '2026-07-01', EndDate: '2026-07-31' }
    expectRefusal(await write(app, 'POST', periods, { ...july, ReasonCode: 'R' }), {
      status: 409,
      code: 'UNAVAILABILITY_OVERLAPS_LEASE',
      target: 'StartDate',
      message: "La période croise le bail L-9202 de l'unité 3-2 900DEMO 102.",
    })
    const casualty = await write(app, 'POST', periods, { ...july, ReasonCode: 's' })
    expect(casualty.status).toBe(201)
    // Its reason is what lets it be there.
    const { Id } = rowOf(casualty)
    expectRefusal(await write(app, 'PATCH', `${periods}(${Id})`, { ReasonCode: 'R' }), {
      status: 409,
      code: 'UNAVAILABILITY_OVERLAPS_LEASE',
    })
    expect((await write(app, 'DELETE', `${periods}(${Id})`)).status).toBe(204)
  })

  test('the days that a lease holds are those of R-020', async () => {
    const status = async (UnitId: number, StartDate: string, EndDate: string | null) =>
      (await write(app, 'POST', dry, { UnitId, StartDate, EndDate })).status
    // 9001 is held through the departure of 2026-06-30; 9007 again from 2026-10-01.
    expect(await status(9001, '2026-06-30', null)).toBe(409)
    expect(await status(9001, '2026-07-01', null)).toBe(201)
    expect(await status(9007, '2026-07-01', '2026-09-30')).toBe(201)
    expect(await status(9007, '2026-07-01', '2026-10-01')).toBe(409)
    expect(await status(9007, '2026-07-01', null)).toBe(409)
    expect(await status(9009, '2023-04-01', '2023-04-30')).toBe(201)
  })

  test('a cancelled lease holds nothing', async () => {
    const body = { UnitId: 9011, StartDate: '2026-07-01', EndDate: '2026-07-31' }
    expect((await write(app, 'POST', dry, body)).status).toBe(409)
    await app.sql(
      "update leases set cancelled_date = '2026-06-15', status = 'X' where account_id = 1 and id = 9211",
    )
    expect((await write(app, 'POST', dry, body)).status).toBe(201)
  })

  test('the end is not before the start', async () => {
    const body = { UnitId: 9003, StartDate: '2026-07-01', EndDate: '2026-06-30' }
    expectRefusal(await write(app, 'POST', periods, body), {
      status: 400,
      code: 'DATE_ORDER',
      target: 'EndDate',
    })
  })

  test('until further notice: the unit is N and off the market until the period has an end', async () => {
    expect(await unit(9003)).toMatchObject({ OccupancyStatus: 'V', AvailableDate: '2026-06-15' })
    const made = rowOf(
      await write(app, 'POST', periods, { UnitId: 9003, StartDate: '2026-06-15', ReasonCode: 'T' }),
    )
    const path = `${periods}(${made.Id})`
    expect(made['EndDate']).toBeNull()
    expect(await lastEvents(app)).toEqual([`UnavailableUnit ${made.Id} 3`, 'Unit 9003 1'].sort())
    expect(await unit(9003)).toMatchObject({ OccupancyStatus: 'N', AvailableDate: null })
    expect(await forRent(9003)).toBe(false)

    expect((await write(app, 'PATCH', path, { EndDate: '2026-06-30' })).status).toBe(200)
    expect(await unit(9003)).toMatchObject({ OccupancyStatus: 'N', AvailableDate: '2026-07-01' })
    expect(await lastEvents(app)).toEqual([`UnavailableUnit ${made.Id} 1`, 'Unit 9003 1'].sort())

    // What does not change the unit says nothing of the unit.
    expect((await write(app, 'PATCH', path, { Description: 'Cuisine' })).status).toBe(200)
    expect(await lastEvents(app)).toEqual([`UnavailableUnit ${made.Id} 1`])

    expect((await write(app, 'DELETE', path)).status).toBe(204)
    expect(await lastEvents(app)).toEqual([`UnavailableUnit ${made.Id} 2`, 'Unit 9003 1'].sort())
    expect(await unit(9003)).toMatchObject({ OccupancyStatus: 'V', AvailableDate: '2026-06-15' })
    expect(await forRent(9003)).toBe(true)
  })

  test('changed dates are looked at again', async () => {
    // Row 62: unit 9004, 2026-06-01 → 2026-08-31.
    const later = { UnitId: 9004, StartDate: '2026-10-01', EndDate: '2026-10-31' }
    const { Id } = rowOf(await write(app, 'POST', periods, later))
    const path = `${periods}(${Id})`
    expectRefusal(await write(app, 'PATCH', path, { StartDate: '2026-08-31' }), {
      status: 409,
      code: 'UNAVAILABILITY_OVERLAP',
    })
    expectRefusal(await write(app, 'PATCH', `${periods}(62)`, { EndDate: null }), {
      status: 409,
      code: 'UNAVAILABILITY_OVERLAP',
    })
    expect((await write(app, 'PATCH', path, { StartDate: '2026-09-01' })).status).toBe(200)
  })
})

describe('R-028 50 at once', () => {
  test('one period is entered, the others are told that it is there', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        write(app, 'POST', periods, {
          UnitId: 9003,
          StartDate: '2026-07-01',
          EndDate: '2026-07-31',
          Description: `${index}`,
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const answer of answers)
      if (answer.status !== 201)
        expectRefusal(answer, { status: 409, code: 'UNAVAILABILITY_OVERLAP' })
    expect(
      await app.ids(`${periods}?$filter=UnitId eq 9003 and StartDate eq 2026-07-01`),
    ).toHaveLength(1)
  })
})

describe('R-028 and R-022: periods and leases of a unit at once', () => {
  test('one of them has the days, the others are told who has them', async () => {
    const lease = { UnitId: 9003, TenantId: 9171, StartDate: '2027-03-10', EndDate: '2028-02-29' }
    const period = { UnitId: 9003, StartDate: '2027-03-01', EndDate: '2027-03-31' }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2 === 0
          ? write(app, 'POST', '/api/Leases', { ...lease, RentAmount: 1000 })
          : write(app, 'POST', periods, period),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const codes = answers.flatMap(({ status, json }) =>
      status === 201 ? [] : [(json as { error: { code: string } }).error.code],
    )
    // All hold the same days: what refuses the others is either the period or the lease.
    const winner = new Set(codes)
    expect([
      new Set(['UNIT_UNAVAILABLE', 'UNAVAILABILITY_OVERLAP']),
      new Set(['LEASE_HELD_RENEWABLE', 'UNAVAILABILITY_OVERLAPS_LEASE']),
    ]).toContainEqual(winner)
  })
})
