/** Contract C: what the integrator guide promises about writing. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { messageOf, refusalOf, type Writer, writerOf } from '../support/writing.ts'

let app: TestApp
let write: Writer

beforeAll(async () => {
  app = await startTestApp()
  write = writerOf(app)
})

afterAll(() => app.close())

interface Row {
  readonly Id: number
}

async function create(path: string, body: object): Promise<Row & Record<string, unknown>> {
  const answer = await write.post(path, body)
  expect([path, answer.status, answer.text]).toEqual([path, 201, answer.text])
  return answer.json as Row & Record<string, unknown>
}

describe('C1 data can be added through the API', () => {
  test('a tenant, the lease, a service tied to it, a parking and a storage rental', async () => {
    const tenant = await create('/api/Tenants', {
      CompanyNo: 3,
      DivisionNo: 2,
      LastName: 'Thériault',
      FirstName: 'Océane',
    })
    const lease = await create('/api/Leases', {
      UnitId: 9003,
      TenantId: tenant.Id,
      StartDate: '2026-07-01',
      EndDate: '2027-06-30',
      RentAmount: 990,
    })
    const service = await create('/api/TenantServices', {
      TenantId: tenant.Id,
      ServiceCode: 'BUANDERIE',
      StartDate: '2026-07-01',
      Amount: 20,
    })
    const parking = await create('/api/TenantParkings', {
      TenantId: tenant.Id,
      ParkingId: 9304,
      StartDate: '2026-07-01',
      Amount: 75,
    })
    const storage = await create('/api/TenantStorages', {
      TenantId: tenant.Id,
      StorageId: 9353,
      StartDate: '2026-07-01',
      Amount: 20,
    })
    const read = await app.ask(
      `/api/Tenants(${tenant.Id})?$select=LastName&$expand=Leases($select=Id),TenantServices($select=Id),TenantParkings($select=Id),TenantStorages($select=Id)`,
    )
    expect(read.json).toEqual({
      Leases: [{ Id: lease.Id }],
      TenantServices: [{ Id: service.Id }],
      TenantParkings: [{ Id: parking.Id }],
      TenantStorages: [{ Id: storage.Id }],
      LastName: 'Thériault',
    })
  })
})

describe('C2 what the API adds obeys the rules of the application', () => {
  test('a refusal changes nothing, and says all that is wrong', async () => {
    const before = await app.column<string>('select count(*) from tenants')
    const answer = await write.post('/api/Tenants', { LedgerDivisionId: 3, Email: 'abc' })
    expect(refusalOf(answer)).toEqual([400, 'REQUIRED_FIELD', 'LastName'])
    expect(messageOf(answer)).toBe('Le champ LastName est obligatoire.')
    expect(await app.column('select count(*) from tenants')).toEqual(before)
  })
})

describe('C3 a 36-month lease with programmed increases', () => {
  test('a POST to LeasePriceChanges for each; the amount of each date is known', async () => {
    await app.sql('delete from lease_price_changes where account_id = 1 and lease_id = 9211')
    for (const [EffectiveDate, NewAmount] of [
      ['2027-07-01', 1020],
      ['2028-07-01', 1040],
    ] as const) {
      const change = await create('/api/LeasePriceChanges', {
        LeaseId: 9211,
        EffectiveDate,
        NewAmount,
      })
      expect(change).toMatchObject({ Status: 'P', EffectiveDate, NewAmount })
    }
    const rents = await Promise.all(
      ['2026-07-01', '2027-07-01', '2028-07-01'].map(async (date) => {
        const answer = await app.ask(`/api/Leases(9211)/RentOn(Date=${date})`)
        return (answer.json as { RentAmount: number }).RentAmount
      }),
    )
    expect(rents).toEqual([1000, 1020, 1040])
  })
})

describe('C4 a $50 discount on the first two months', () => {
  test('POST to TenantServices covering the range', async () => {
    const discount = await create('/api/TenantServices', {
      TenantId: 9111,
      ServiceCode: 'RABAIS',
      StartDate: '2026-07-01',
      EndDate: '2026-08-31',
      Amount: -50,
    })
    expect(discount).toMatchObject({
      ServiceCode: 'RABAIS',
      Amount: -50,
      BillingFrequency: 'M',
      HeldThroughDate: '2026-08-31',
    })
  })
})

describe('C5 a renewable parking rental stays until a departure date is entered', () => {
  const rental = {
    TenantId: 9111,
    ParkingId: 9301,
    StartDate: '2026-07-01',
    EndDate: '2027-06-30',
    Amount: 75,
  }

  test('the refusal names the rule, the holding tenant and what would free the space', async () => {
    const answer = await write.post('/api/TenantParkings', rental)
    expect(refusalOf(answer).slice(0, 2)).toEqual([409, 'PARKING_HELD_RENEWABLE'])
    expect(messageOf(answer)).toBe(
      "Le stationnement 3-2 900DEMO P01 est conservé par une location renouvelable tant qu'aucune date de départ n'est inscrite à la fiche du locataire 2.0.",
    )
    const english = await write.post('/api/TenantParkings', rental, {
      headers: { 'accept-language': 'en' },
    })
    expect(messageOf(english)).toBe(
      'Parking space 3-2 900DEMO P01 is kept by a renewable rental until a departure date is entered on tenant 2.0.',
    )
  })

  test('the departure frees it', async () => {
    await write.patch('/api/Tenants(9102)', { DepartureDate: '2026-06-30', DepartureReason: 'E' })
    expect((await write.post('/api/TenantParkings', rental)).status).toBe(201)
  })
})
