/** The last day that there is: nothing that is held ends on it, since the first free day after it is no date. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const rental = { TenantId: 9114, StartDate: '2026-07-01', Amount: 75, IsRenewable: false }

describe('R-025, R-033 AvailableDate is a date of four digits for the year', () => {
  test.each([
    ['PATCH', '/api/Tenants(9102)', 'DepartureDate', { DepartureReason: 'E' }],
    ['POST', '/api/UnavailableUnits', 'EndDate', { UnitId: 9003, StartDate: '2026-07-01' }],
    ['POST', '/api/TenantParkings', 'EndDate', { ...rental, ParkingId: 9304 }],
    ['POST', '/api/TenantStorages', 'EndDate', { ...rental, StorageId: 9353 }],
  ] as const)('%s %s refuses %s 9999-12-31', async (method, path, field, body) => {
    expectRefusal(await write(app, method, path, { ...body, [field]: '9999-12-31' }), {
      status: 400,
      code: 'VALUE_OUT_OF_RANGE',
      target: field,
      message: `La valeur du champ ${field} doit être comprise entre 0001-01-01 et 9999-12-30.`,
    })
    rowOf(await write(app, method, path, { ...body, [field]: '9999-12-30' }))
  })

  test('what is held through the day before is free on the last one', async () => {
    const units = await app.rows('/api/Units?$filter=Id in (9002,9003)&$select=Id,AvailableDate')
    expect(units).toEqual([
      { Id: 9002, AvailableDate: '9999-12-31' },
      // Free for 16 days before its unavailability begins, which is too short a run.
      { Id: 9003, AvailableDate: '9999-12-31' },
    ])
    // Until the rental begins the space is free.
    await app.pinAccount(1, '2026-07-02T16:00:00Z')
    for (const path of ['/api/Parkings(9304)', '/api/Storages(9353)'])
      expect((await app.ask(`${path}?$select=AvailableDate`)).json).toEqual({
        AvailableDate: '9999-12-31',
      })
  })
})
