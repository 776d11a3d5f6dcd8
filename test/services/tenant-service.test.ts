/** Services and discounts of tenants on T = 2026-06-15. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, lastEvents, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const services = '/api/TenantServices'
const dry = `${services}?dryRun=true`

/** Lease 9212 of tenant 9112 begins on 2026-07-01 at 1000.00. */
const discount = {
  TenantId: 9112,
  ServiceCode: 'RABAIS',
  StartDate: '2026-07-01',
  EndDate: '2026-08-31',
  Amount: -50,
}

async function make(values: object): Promise<{ readonly Id: number; readonly path: string }> {
  const { Id } = rowOf(await write(app, 'POST', services, values))
  return { Id, path: `${services}(${Id})` }
}

async function bill(id: number, period: string | null): Promise<void> {
  await app.sql(
    'update tenant_services set last_billed_period = $2 where account_id = 1 and id = $1',
    [id, period],
  )
}

describe('R-035 Services and discounts of a tenant', () => {
  test('(1) a discount on the first two months covers them; R-014 (2): its event names both sides', async () => {
    const answer = await write(app, 'POST', services, discount)
    expect(answer.status).toBe(201)
    const row = rowOf(answer)
    expect(row).toMatchObject({
      ServiceId: 7,
      ServiceCode: 'RABAIS',
      TenantNo: 12,
      Quantity: 1,
      BillingFrequency: 'M',
      HeldThroughDate: '2026-08-31',
      LastBilledPeriod: null,
    })
    expect(answer.text).toContain('"Amount":-50.00,"Quantity":1.00,')
    expect(await lastEvents(app)).toEqual([
      `TenantService ${row.Id} 3 {"tenantId": 9112, "serviceId": 7}`,
    ])
  })

  test('(2) a discount is negative, any other service is not', async () => {
    for (const values of [
      { ...discount, Amount: 50 },
      { ...discount, Amount: 0 },
      { ...discount, ServiceCode: 'INTERNET', Amount: -0.01 },
    ])
      expectRefusal(await write(app, 'POST', services, values), {
        status: 400,
        code: 'DISCOUNT_SIGN',
        target: 'Amount',
        message:
          "Le montant d'un rabais doit être négatif et celui d'un autre service, positif ou nul.",
      })
    const free = { ...discount, ServiceCode: 'INTERNET', Amount: 0 }
    expect((await write(app, 'POST', dry, free)).status).toBe(201)
  })

  test('the sign is looked at again when the amount changes', async () => {
    const { path } = await make({ ...discount, StartDate: '2026-09-01', EndDate: null })
    expectRefusal(await write(app, 'PATCH', path, { Amount: 25 }), {
      status: 400,
      code: 'DISCOUNT_SIGN',
    })
    expect(rowOf(await write(app, 'PATCH', path, { Amount: -25 }))['Amount']).toBe(-25)
  })

  test('an amount is always sent (R-007): the one of the catalogue is a proposal', async () => {
    expectRefusal(await write(app, 'POST', services, { ...discount, Amount: undefined }), {
      status: 400,
      code: 'REQUIRED_FIELD',
      target: 'Amount',
    })
  })

  test('without a frequency it has that of the catalogue', async () => {
    await app.sql(
      "update services set billing_frequency = 'U' where account_id = 1 and service_code = 'FRAISCLE'",
    )
    const key = { ...discount, ServiceCode: 'FRAISCLE', Amount: 30 }
    expect(rowOf(await write(app, 'POST', dry, key))['BillingFrequency']).toBe('U')
    const monthly = { ...key, BillingFrequency: 'm' }
    expect(rowOf(await write(app, 'POST', dry, monthly))['BillingFrequency']).toBe('M')
  })

  test('it is in force through its end or the departure, whichever comes first', async () => {
    const internet = { ServiceCode: 'INTERNET', StartDate: '2026-06-15', Amount: 40 }
    const held = async (values: object): Promise<unknown> =>
      rowOf(await write(app, 'POST', dry, { ...internet, ...values }))['HeldThroughDate']
    expect(await held({ TenantId: 9112 })).toBeNull()
    // Tenant 9101 leaves on 2026-06-30.
    expect(await held({ TenantId: 9101 })).toBe('2026-06-30')
    expect(await held({ TenantId: 9101, EndDate: '2026-12-31' })).toBe('2026-06-30')
    expect(await held({ TenantId: 9101, EndDate: '2026-06-20' })).toBe('2026-06-20')
  })

  test('a service that would begin after the departure is refused, as it would never be in force', async () => {
    const late = { TenantId: 9101, ServiceCode: 'INTERNET', StartDate: '2026-07-01', Amount: 40 }
    expectRefusal(await write(app, 'POST', services, late), {
      status: 400,
      code: 'DATE_ORDER',
      target: 'StartDate',
      message: 'La date DepartureDate doit être égale ou postérieure à StartDate.',
    })
    expectRefusal(await write(app, 'POST', services, { ...discount, EndDate: '2026-06-30' }), {
      status: 400,
      code: 'DATE_ORDER',
      target: 'EndDate',
    })
  })

  test('a withdrawn service is given to nobody more, and may be ended', async () => {
    const { Id, path } = await make({
      TenantId: 9112,
      ServiceCode: 'REPAS',
      StartDate: '2026-07-01',
      EndDate: '2026-12-31',
      Amount: 300,
    })
    await app.sql(
      "update services set is_active = false where account_id = 1 and service_code = 'REPAS'",
    )
    const refused = {
      status: 409,
      code: 'SERVICE_INACTIVE',
      target: 'ServiceId',
      message: 'Le service REPAS est inactif.',
    }
    const another = { TenantId: 9111, ServiceId: 11, StartDate: '2026-07-01', Amount: 300 }
    expectRefusal(await write(app, 'POST', services, another), refused)
    expectRefusal(await write(app, 'PATCH', path, { EndDate: null }), refused)
    const ended = rowOf(await write(app, 'PATCH', path, { EndDate: '2026-09-30' }))
    expect(ended['HeldThroughDate']).toBe('2026-09-30')
    expect(await lastEvents(app)).toEqual([
      `TenantService ${Id} 1 {"tenantId": 9112, "serviceId": 11}`,
    ])
  })
})

describe('R-035 A monthly discount does not exceed the rent in force on its first day', () => {
  const exceeds = (amount: string, rent: string) => ({
    status: 409,
    code: 'DISCOUNT_EXCEEDS_RENT',
    target: 'Amount',
    message: `Le rabais mensuel (${amount}) dépasse le loyer (${rent}).`,
  })

  test('amount times quantity, rounded to the cent', async () => {
    const post = (values: object) => write(app, 'POST', dry, { ...discount, ...values })
    expect((await post({ Amount: -1000 })).status).toBe(201)
    expectRefusal(await post({ Amount: -1000.01 }), exceeds('1000.01', '1000.00'))
    expect((await post({ Amount: -500, Quantity: 2 })).status).toBe(201)
    expectRefusal(await post({ Amount: -500.01, Quantity: 2 }), exceeds('1000.02', '1000.00'))
    // 1000.0006 is 1000.00, 1000.0125 is 1000.01.
    expect((await post({ Amount: -934.58, Quantity: 1.07 })).status).toBe(201)
    expectRefusal(await post({ Amount: -800.01, Quantity: 1.25 }), exceeds('1000.01', '1000.00'))
  })

  test('R-037: the rent of the latest change that is not cancelled', async () => {
    // Lease 9211: 1000.00, then 1020.00 from 2027-07-01, 1040.00 from 2028-07-01.
    const post = (StartDate: string, Amount: number) =>
      write(app, 'POST', dry, { ...discount, TenantId: 9111, EndDate: null, StartDate, Amount })
    expectRefusal(await post('2027-06-30', -1020), exceeds('1020.00', '1000.00'))
    expect((await post('2027-07-01', -1020)).status).toBe(201)
    expectRefusal(await post('2028-06-30', -1040), exceeds('1040.00', '1020.00'))
    expect((await post('2028-07-01', -1040)).status).toBe(201)
  })

  test('before the lease it is the rent with which the lease begins', async () => {
    const early = { ...discount, StartDate: '2026-06-20', Amount: -1000.01 }
    expectRefusal(await write(app, 'POST', dry, early), exceeds('1000.01', '1000.00'))
  })

  test('only monthly ones, and only of tenants with a lease', async () => {
    const once = { ...discount, Amount: -3000, BillingFrequency: 'U' }
    expect((await write(app, 'POST', dry, once)).status).toBe(201)
    // Tenant 9171 rents a parking space and no dwelling.
    const outside = { ...discount, TenantId: 9171, Amount: -3000 }
    expect((await write(app, 'POST', dry, outside)).status).toBe(201)
  })

  test('looked at again when amount, quantity, start or frequency change', async () => {
    const { path } = await make({ ...discount, Amount: -900, BillingFrequency: 'M' })
    expectRefusal(await write(app, 'PATCH', path, { Quantity: 2 }), exceeds('1800.00', '1000.00'))
    const yearly = await write(app, 'PATCH', path, { Quantity: 2, BillingFrequency: 'A' })
    expect(yearly.status).toBe(200)
    expectRefusal(
      await write(app, 'PATCH', path, { BillingFrequency: 'M' }),
      exceeds('1800.00', '1000.00'),
    )
  })
})

describe('R-035 What was billed stays', () => {
  test('start, amount and quantity are fixed; the end follows what was billed', async () => {
    const { Id, path } = await make({ ...discount, EndDate: null })
    await bill(Id, '2026-07')
    const refused = (target: string) => ({
      status: 409,
      code: 'PERIOD_ALREADY_BILLED',
      target,
      message: `La période 2026-07 est déjà facturée pour TenantService ${Id}.`,
    })
    for (const [field, value] of [
      ['StartDate', '2026-08-01'],
      ['Amount', -60],
      ['Quantity', 2],
      ['EndDate', '2026-07-30'],
    ] as const)
      expectRefusal(await write(app, 'PATCH', path, { [field]: value }), refused(field))
    // What is as it was may be sent, and what was not billed may change.
    const free = { Amount: -50, EndDate: '2026-07-31', Description: 'Rabais de juillet' }
    expect(rowOf(await write(app, 'PATCH', path, free))).toMatchObject({
      EndDate: '2026-07-31',
      HeldThroughDate: '2026-07-31',
    })
    expect((await write(app, 'PATCH', path, { EndDate: null })).status).toBe(200)
    const both = await write(app, 'PATCH', path, { Amount: -60, Quantity: 2 })
    const { error } = both.json as { error: { details: readonly { target: string }[] } }
    expect(error.details.map(({ target }) => target)).toEqual(['Amount', 'Quantity'])
  })

  test('R-012 (1) a service that was never billed is deleted, with one event', async () => {
    expect((await write(app, 'DELETE', `${services}(830)`)).status).toBe(204)
    expect(await lastEvents(app)).toEqual([
      'TenantService 830 2 {"tenantId": 9112, "serviceId": 7}',
    ])
    expect((await app.ask(`${services}(830)`)).status).toBe(404)
  })

  test('R-012 (2) one that was billed is not', async () => {
    const { Id, path } = await make(discount)
    await bill(Id, '2026-07')
    expectRefusal(await write(app, 'DELETE', path), {
      status: 409,
      code: 'DELETE_RESTRICTED',
      message: `Suppression refusée : TenantService ${Id} est utilisé ou déjà facturé.`,
    })
    expect((await app.ask(path)).status).toBe(200)
  })
})
