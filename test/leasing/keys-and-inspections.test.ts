/** Access keys and inspections: what they refer to belongs together. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

describe('AccessKeys', () => {
  const keys = '/api/AccessKeys'
  const key = { BuildingId: 900, UnitId: 9002, KeyCode: 'd-102', TenantId: 9102 }

  test('a key of a unit is handed to a tenant and given back', async () => {
    const made = rowOf(await write(app, 'POST', keys, { ...key, IssuedDate: '2025-07-01' }))
    expect(made).toMatchObject({
      CompanyNo: 3,
      DivisionNo: 2,
      BuildingCode: '900DEMO',
      KeyCode: 'D-102',
      KeyType: 'C',
      Quantity: 1,
    })
    const path = `${keys}(${made.Id})`
    expectRefusal(await write(app, 'PATCH', path, { ReturnedDate: '2025-06-30' }), {
      status: 400,
      code: 'DATE_ORDER',
      target: 'ReturnedDate',
      message: 'La date ReturnedDate doit être égale ou postérieure à IssuedDate.',
    })
    expect((await write(app, 'PATCH', path, { ReturnedDate: '2026-06-15' })).status).toBe(200)
    // keys are not deleted.
    const gone = await write(app, 'DELETE', path)
    expect([gone.status, gone.headers.allow]).toEqual([405, 'GET, HEAD, PATCH, PUT, OPTIONS'])
  })

  test('of a common area, without unit or tenant; its code is unique within the building', async () => {
    const common = { CompanyNo: 3, DivisionNo: 2, BuildingCode: '900demo', KeyCode: 'ENTREE' }
    const made = rowOf(await write(app, 'POST', keys, common))
    expect(made).toMatchObject({ BuildingId: 900, UnitId: null, TenantId: null })
    expectRefusal(await write(app, 'POST', keys, { ...common, KeyCode: 'entree ' }), {
      status: 409,
      code: 'DUPLICATE_KEY',
    })
    const elsewhere = { BuildingId: 630, KeyCode: 'ENTREE' }
    expect((await write(app, 'POST', keys, elsewhere)).status).toBe(201)
  })

  test('the unit is of the building, the tenant of its division', async () => {
    expectRefusal(await write(app, 'POST', keys, { ...key, UnitId: 2909 }), {
      status: 400,
      code: 'REFERENCE_MISMATCH',
      target: 'UnitId',
    })
    const [neighbour = 0] = await app.column<number>(
      `select u.id from units u join buildings b on b.account_id = u.account_id and b.id = u.building_id
        where u.account_id = 1 and u.company_no = 3 and u.division_no = 2 and b.id <> 900 limit 1`,
    )
    expectRefusal(await write(app, 'POST', keys, { ...key, UnitId: neighbour }), {
      status: 400,
      code: 'REFERENCE_MISMATCH',
      target: 'UnitId',
    })
    expectRefusal(await write(app, 'POST', keys, { ...key, TenantId: 7535 }), {
      status: 400,
      code: 'DIVISION_MISMATCH',
      target: 'TenantId',
    })
    const made = rowOf(await write(app, 'POST', keys, { ...key, KeyCode: 'D-102-B' }))
    expectRefusal(await write(app, 'PATCH', `${keys}(${made.Id})`, { TenantId: 7535 }), {
      status: 400,
      code: 'DIVISION_MISMATCH',
    })
  })
})

describe('Inspections', () => {
  const inspections = '/api/Inspections'
  const moveOut = {
    UnitId: 9001,
    TenantId: 9101,
    InspectionType: 'S',
    ScheduledStart: '2026-06-30T14:00:00Z',
    EmployeeId: 2,
  }

  test('one is planned for a unit, then done', async () => {
    const made = rowOf(await write(app, 'POST', inspections, moveOut))
    expect(made).toMatchObject({ Status: 'P', UnitCode: '101', BuildingCode: '900DEMO' })
    const done = {
      Status: 'F',
      CompletedDate: '2026-06-30T15:00:00Z',
      OverallCondition: 'B',
      Findings: 'Bon état général.',
    }
    const path = `${inspections}(${made.Id})`
    expect(rowOf(await write(app, 'PATCH', path, done))).toMatchObject(done)
    expectRefusal(await write(app, 'PATCH', path, { UnitId: 9002 }), {
      status: 400,
      code: 'FIELD_IMMUTABLE',
    })
    expect((await write(app, 'DELETE', path)).status).toBe(405)
  })

  test('its tenant is of the division of the unit', async () => {
    expectRefusal(await write(app, 'POST', inspections, { ...moveOut, TenantId: 7535 }), {
      status: 400,
      code: 'DIVISION_MISMATCH',
      target: 'TenantId',
    })
  })

  test('what is required is told at once (R-007)', async () => {
    const answer = await write(app, 'POST', inspections, {})
    const { error } = answer.json as { error: { details: readonly { target: string }[] } }
    expect(error.details.map(({ target }) => target).sort()).toEqual([
      'InspectionType',
      'ScheduledStart',
      'UnitId',
    ])
  })
})
