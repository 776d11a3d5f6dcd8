import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addForeignRows, FOREIGN_ID } from '../isolation/foreign-rows.ts'
import { expectError } from '../support/expected-error.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp({ prepare: addForeignRows })
})

afterAll(async () => {
  await app.close()
})

async function rentOn(lease: number, date: string): Promise<readonly unknown[]> {
  const { json } = await app.ask(`/api/Leases(${lease})/RentOn(Date=${date})`)
  // One value of the complex type, whose properties the first test asserts.
  const rent = json as Record<string, unknown>
  return [rent['RentAmount'], rent['EffectiveDate'], rent['LeasePriceChangeId']]
}

describe('R-037 RentOn', () => {
  test('(1) the 36 months of lease 9211: twelve of each rent, 36 720.00 in all', async () => {
    const rents = await Promise.all(
      Array.from({ length: 36 }, async (_, index) => {
        const firstDay = new Date(Date.UTC(2026, 6 + index, 1)).toISOString().slice(0, 10)
        return Number((await rentOn(9211, firstDay))[0])
      }),
    )
    expect(rents).toEqual([1000, 1020, 1040].flatMap((rent) => Array<number>(12).fill(rent)))
    expect(rents.reduce((sum, rent) => sum + rent, 0)).toBe(36_720)
  })

  test('(3) lease 9211 on 2028-06-30 and on 2028-07-01', async () => {
    const { text } = await app.ask('/api/Leases(9211)/RentOn(Date=2028-06-30)')
    expect(text).toBe(
      '{"LeaseId":9211,"Date":"2028-06-30","RentAmount":1020.00,"EffectiveDate":"2027-07-01","LeasePriceChangeId":701}',
    )
    expect(await rentOn(9211, '2028-07-01')).toEqual([1040, '2028-07-01', 702])
  })

  test('the initial rent before the first change, and before the lease begins', async () => {
    expect(await rentOn(9211, '2026-07-01')).toEqual([1000, '2026-07-01', null])
    expect(await rentOn(9211, '2027-06-30')).toEqual([1000, '2026-07-01', null])
    expect(await rentOn(9211, '2027-07-01')).toEqual([1020, '2027-07-01', 701])
    expect(await rentOn(9211, '2020-01-01')).toEqual([1000, '2026-07-01', null])
  })

  test('after the last day of the lease the last rent', async () => {
    expect(await rentOn(9211, '2035-01-01')).toEqual([1040, '2028-07-01', 702])
  })

  test('a cancelled change does not count', async () => {
    const set = (status: string) =>
      app.sql('update lease_price_changes set status = $1 where account_id = 1 and id = 702', [
        status,
      ])
    await set('X')
    expect(await rentOn(9211, '2028-07-01')).toEqual([1020, '2027-07-01', 701])
    await set('P')
    expect(await rentOn(9211, '2028-07-01')).toEqual([1040, '2028-07-01', 702])
  })

  test('every lease of the portfolio, on days around its changes, as the rule words it', async () => {
    interface Change {
      readonly id: number
      readonly lease_id: number
      readonly effective: string
      readonly amount: string
    }
    const changes = await app.sql<Change>(
      `select id, lease_id, effective_date::text as effective, new_amount::text as amount
         from lease_price_changes where account_id = 1 and status <> 'X'
        order by id limit 40`,
    )
    expect(changes.length).toBeGreaterThan(2)
    for (const { lease_id: lease } of changes) {
      for (const { effective: date } of changes.filter(({ lease_id }) => lease_id === lease)) {
        const latest = changes
          .filter(({ lease_id, effective }) => lease_id === lease && effective <= date)
          .sort((a, b) => (a.effective < b.effective ? -1 : 1))
          .at(-1)
        expect(await rentOn(lease, date)).toEqual([
          Number(latest?.amount),
          latest?.effective,
          latest?.id,
        ])
      }
    }
  })
})

describe('R-037 the call', () => {
  test('every way of writing it gives the same answer', async () => {
    const expected = (await app.ask('/api/Leases(9211)/RentOn(Date=2028-06-30)')).text
    for (const call of [
      '/api/Leases(9211)/RentOn?Date=2028-06-30',
      '/api/leases(9211)/renton?date=2028-06-30',
      '/api/Leases(9211)/RentOn(date=@d)?@d=2028-06-30',
      '/api/Leases/9211/Primmo.HApi.RentOn(Date=2028-06-30)',
      "/api/Leases(CompanyNo=3,DivisionNo=2,LeaseNo='L-9211')/RentOn?Date=2028-06-30",
      '/api/LeasePriceChanges(701)/Lease/RentOn?Date=2028-06-30',
    ]) {
      expect([call, (await app.ask(call)).text]).toEqual([call, expected])
    }
  })

  test('$select applies; options of collections do not; the context names the type', async () => {
    const call = '/api/Leases(9211)/RentOn(Date=2028-06-30)'
    expect((await app.ask(`${call}?$select=RentAmount,Date`)).text).toBe(
      '{"RentAmount":1020.00,"Date":"2028-06-30"}',
    )
    for (const option of ['$filter=LeaseId eq 1', '$top=1', '$orderby=Date', '$count=true']) {
      expectError(await app.ask(`${call}?${option}`), {
        status: 400,
        code: 'OPTION_NOT_APPLICABLE',
        target: option.slice(0, option.indexOf('=')),
        message: `L'option « ${option.slice(0, option.indexOf('='))} » ne s'applique pas à cette ressource.`,
      })
    }
    expect((await app.ask(`${call}/$count`)).status).toBe(501)
    const { json } = await app.ask(`${call}?$select=LeaseId`, {
      headers: { accept: 'application/json;odata.metadata=minimal' },
    })
    expect(json).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Primmo.HApi.RentOnDate(LeaseId)`,
      LeaseId: 9211,
    })
  })

  test('REQUIRED_FIELD without a date, in both languages', async () => {
    for (const call of ['RentOn', 'RentOn()', 'RentOn(Date=null)', 'RentOn?When=2028-06-30']) {
      expectError(await app.ask(`/api/Leases(9211)/${call}`), {
        status: 400,
        code: 'REQUIRED_FIELD',
        target: 'Date',
        message: 'Le champ Date est obligatoire.',
      })
    }
    expectError(
      await app.ask('/api/Leases(9211)/RentOn', { headers: { 'accept-language': 'en' } }),
      {
        status: 400,
        code: 'REQUIRED_FIELD',
        target: 'Date',
        message: 'Field Date is required.',
        language: 'en',
      },
    )
  })

  test('INVALID_FORMAT of what is no date', async () => {
    for (const value of ['', 'x', '2026-02-30', '2026-6-1', 'infinity', "' or 1=1 --"]) {
      expectError(await app.ask(`/api/Leases(9211)/RentOn?Date=${encodeURIComponent(value)}`), {
        status: 400,
        code: 'INVALID_FORMAT',
        target: 'Date',
        message: 'Le format du champ Date est invalide.',
      })
    }
  })

  test('RECORD_NOT_FOUND: a lease of nobody and one of another account, alike', async () => {
    for (const id of [FOREIGN_ID, FOREIGN_ID - 1, 0]) {
      expectError(await app.ask(`/api/Leases(${id})/RentOn?Date=2028-06-30`), {
        status: 404,
        code: 'RECORD_NOT_FOUND',
        message: `L'enregistrement Lease ${id} n'existe pas.`,
      })
    }
    const own = await app.ask(`/api/Leases(${FOREIGN_ID})/RentOn?Date=2028-06-30`, { as: 'other' })
    expect(own.status).toBe(200)
  })
})
