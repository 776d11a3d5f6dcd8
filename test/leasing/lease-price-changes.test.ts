/** Rent changes over HTTP, on the leases of building 900DEMO and the commercial lease 9601. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loggedChanges } from '../changes/change-rows.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { outcomeOf, outcomes, refusal, rowOf, write } from '../support/writing.ts'

let app: TestApp

const post = (path: string, body: object) => write(app, 'POST', path, body)
const patch = (path: string, body: object) => write(app, 'PATCH', path, body)
const remove = (path: string) => write(app, 'DELETE', path)

const set = '/api/LeasePriceChanges'

interface Plan {
  readonly LeaseId: number
  readonly EffectiveDate: string
  readonly NewAmount: number
  readonly ChangeType?: string
}

const plan = (LeaseId: number, EffectiveDate: string, NewAmount: number, ChangeType?: string) =>
  post(set, {
    LeaseId,
    EffectiveDate,
    NewAmount,
    ...(ChangeType === undefined ? {} : { ChangeType }),
  })

/** Whether it would be accepted; nothing is kept. */
const wouldPlan = (LeaseId: number, EffectiveDate: string, NewAmount: number, ChangeType = 'C') =>
  post(`${set}?dryRun=true`, { LeaseId, EffectiveDate, NewAmount, ChangeType } satisfies Plan)

async function freshApp(): Promise<void> {
  app = await startTestApp()
}

describe('R-036 Scheduling a rent change', () => {
  beforeAll(freshApp)
  afterAll(() => app.close())

  test('example 1: an increase a year of a lease of 36 months, planned with the keys of its tenant', async () => {
    expect((await remove(`${set}(701)`)).status).toBe(204)
    expect((await remove(`${set}(702)`)).status).toBe(204)
    const first = await plan(9211, '2027-07-01', 1020)
    expect(first.status).toBe(201)
    expect(rowOf(first)).toMatchObject({
      LeaseId: 9211,
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'D',
      TenantNo: 11,
      EffectiveDate: '2027-07-01',
      NewAmount: 1020,
      PreviousAmount: null,
      ChangeType: 'C',
      Reason: null,
      Status: 'P',
      ActivatedDate: null,
      BillingRunId: null,
      LeaseRenewalId: null,
    })
    rowOf(await plan(9211, '2028-07-01', 1040))
  })

  test('example 2: too early, too frequent', async () => {
    expect(refusal(await plan(9211, '2027-01-01', 1010), 400)).toEqual([
      'RENT_ADJUSTMENT_TOO_EARLY',
      'EffectiveDate',
      "Aucune augmentation n'est permise avant le 2027-07-01 (12 premiers mois).",
    ])
    expect(refusal(await plan(9211, '2028-01-01', 1030), 400)).toEqual([
      'RENT_ADJUSTMENT_TOO_FREQUENT',
      'EffectiveDate',
      'Une seule augmentation est permise entre le 2027-07-01 et le 2028-06-30.',
    ])
  })

  test('example 3: no increase in 12 months, a decrease is free', async () => {
    expect(refusal(await plan(9212, '2027-01-01', 1010), 400)).toEqual([
      'RENT_ADJUSTMENT_FORBIDDEN',
      'NewAmount',
      'Un bail résidentiel à durée fixe de 12 mois ou moins ne permet aucune augmentation en cours de bail.',
    ])
    rowOf(await plan(9212, '2027-01-01', 990))
  })

  test('the date is after the start and, for a fixed term, no later than its end', async () => {
    const refused = [
      'PRICE_CHANGE_OUT_OF_TERM',
      'EffectiveDate',
      "La date d'effet doit être postérieure au 2026-07-01 et au plus tard le 2027-06-30.",
    ]
    expect(refusal(await wouldPlan(9212, '2026-07-01', 900), 400)).toEqual(refused)
    expect(refusal(await wouldPlan(9212, '2027-07-01', 900), 400)).toEqual(refused)
    rowOf(await wouldPlan(9212, '2026-07-02', 995))
    rowOf(await wouldPlan(9212, '2027-06-30', 985))
    // Lease 9209 is indeterminate from 2023-05-01.
    rowOf(await wouldPlan(9209, '2040-01-01', 900))
    expect(refusal(await wouldPlan(9209, '2023-05-01', 900), 400)[2]).toBe(
      "La date d'effet doit être postérieure au 2023-05-01 et au plus tard le ….",
    )
  })

  test('a cancelled lease takes no change', async () => {
    await app.sql(
      "update leases set cancelled_date = '2026-06-01' where account_id = 1 and id = 9257",
    )
    expect(outcomeOf(await wouldPlan(9257, '2027-01-01', 500))).toBe('400 PRICE_CHANGE_OUT_OF_TERM')
  })

  test('one change per lease and date', async () => {
    expect(refusal(await plan(9211, '2027-07-01', 1015), 409)).toEqual([
      'DUPLICATE_KEY',
      'EffectiveDate',
      'Un enregistrement LeasePriceChange existe déjà avec la clé 9211 2027-07-01.',
    ])
    const { Id } = rowOf(await plan(9212, '2027-02-01', 980))
    expect(outcomeOf(await patch(`${set}(${Id})`, { EffectiveDate: '2027-01-01' }))).toBe(
      '409 DUPLICATE_KEY',
    )
    expect((await remove(`${set}(${Id})`)).status).toBe(204)
  })

  test('a decrease of type C, and every decrease, is free: types E, X and T too', async () => {
    for (const type of ['C', 'E', 'X', 'T'])
      rowOf(await wouldPlan(9211, '2027-01-01', 999.99, type))
  })

  test('types E and X never increase, type T may', async () => {
    for (const type of ['E', 'X'])
      expect(refusal(await wouldPlan(9211, '2028-08-01', 1100, type), 400)).toEqual([
        'RENT_INCREASE_NOT_ALLOWED',
        'NewAmount',
        "Ce type de changement ne permet pas d'augmenter un loyer résidentiel.",
      ])
    rowOf(await wouldPlan(9211, '2027-01-01', 1005, 'T'))
    rowOf(await wouldPlan(9211, '2027-09-01', 1025, 'T'))
  })

  test('an increase is one over the rent in force the day before, planned changes included', async () => {
    // 1020.00 since 2027-07-01: 1010.00 is a decrease there, and 1030.00 an increase.
    rowOf(await wouldPlan(9211, '2028-01-01', 1010, 'E'))
    expect(outcomeOf(await wouldPlan(9211, '2028-01-01', 1030, 'E'))).toBe(
      '400 RENT_INCREASE_NOT_ALLOWED',
    )
    rowOf(await wouldPlan(9211, '2028-01-01', 1020, 'E'))
  })

  test('type R is reserved, whatever the lease', async () => {
    for (const lease of [9212, 9209, 9601])
      expect(refusal(await plan(lease, '2027-03-01', 100, 'R'), 400)).toEqual([
        'PRICE_CHANGE_TYPE_RESERVED',
        'ChangeType',
        'Le type R est réservé au système.',
      ])
  })

  test('commercial and indeterminate leases increase as they like', async () => {
    rowOf(await wouldPlan(9601, '2026-10-16', 2700))
    rowOf(await wouldPlan(9601, '2026-11-16', 2800, 'E'))
    rowOf(await wouldPlan(9209, '2026-07-01', 2000))
  })

  test('English says the same', async () => {
    const body = { LeaseId: 9211, EffectiveDate: '2027-01-01', NewAmount: 1010 }
    const answer = await write(app, 'POST', `${set}?dryRun=true`, body, { language: 'en' })
    expect(refusal(answer, 400)[2]).toBe(
      'No increase is allowed before 2027-07-01 (first 12 months).',
    )
  })

  test('all that is wrong is told at once', async () => {
    const answer = await wouldPlan(9212, '2027-07-01', 1500)
    expect(answer.json).toMatchObject({
      error: {
        details: [{ code: 'PRICE_CHANGE_OUT_OF_TERM' }, { code: 'RENT_ADJUSTMENT_FORBIDDEN' }],
      },
    })
  })

  test('a planned change may be modified; its lease and what the server keeps may not', async () => {
    const { Id } = rowOf(await plan(9212, '2027-03-01', 970))
    const address = `${set}(${Id})`
    expect(
      rowOf(
        await patch(address, { EffectiveDate: '2027-04-01', NewAmount: 960, Reason: 'Entente' }),
      ),
    ).toMatchObject({ EffectiveDate: '2027-04-01', NewAmount: 960, Reason: 'Entente' })
    expect(outcomeOf(await patch(address, { NewAmount: 1001 }))).toBe(
      '400 RENT_ADJUSTMENT_FORBIDDEN',
    )
    expect(outcomeOf(await patch(address, { ChangeType: 'R' }))).toBe(
      '400 PRICE_CHANGE_TYPE_RESERVED',
    )
    expect(outcomeOf(await patch(address, { LeaseId: 9211 }))).toBe('400 FIELD_IMMUTABLE')
    expect(outcomeOf(await patch(address, { Status: 'A' }))).toBe('400 FIELD_READ_ONLY')
    expect((await remove(address)).status).toBe(204)
  })

  test('another account sees nothing of the lease', async () => {
    const body = { LeaseId: 9211, EffectiveDate: '2027-08-01', NewAmount: 1 }
    const answer = await write(app, 'POST', set, body, { as: 'other' })
    // The second account is another copy of the portfolio: it gets a row of its own.
    expect(answer.status).toBe(201)
    expect(await app.ids(`${set}?$filter=LeaseId eq 9211`)).toHaveLength(2)
  })
})

describe('R-036 A change and the planned ones that follow it', () => {
  beforeAll(freshApp)
  afterAll(() => app.close())

  test('a decrease before a planned decrease must not make it an increase', async () => {
    const { Id } = rowOf(await plan(9212, '2027-03-01', 990, 'E'))
    expect(refusal(await plan(9212, '2027-01-01', 980, 'E'), 400)).toEqual([
      'RENT_INCREASE_NOT_ALLOWED',
      `LeasePriceChanges(${Id})/NewAmount`,
      "Ce type de changement ne permet pas d'augmenter un loyer résidentiel.",
    ])
    rowOf(await plan(9212, '2027-01-01', 995, 'E'))
  })

  test('nor may one that moves before it, or whose amount changes', async () => {
    const { Id } = rowOf(await plan(9212, '2027-04-01', 980, 'E'))
    expect(outcomeOf(await patch(`${set}(${Id})`, { EffectiveDate: '2027-02-01' }))).toBe(
      '400 RENT_INCREASE_NOT_ALLOWED',
    )
    expect((await patch(`${set}(${Id})`, { EffectiveDate: '2027-05-01' })).status).toBe(200)
  })

  test('a deletion must not either', async () => {
    // 1020.00 from 2027-07-01; 1010.00 from 2028-01-01 is a decrease only because of it.
    rowOf(await plan(9211, '2028-01-01', 1010, 'E'))
    expect(refusal(await remove(`${set}(701)`), 400)[0]).toBe('RENT_INCREASE_NOT_ALLOWED')
    expect((await app.ask(`${set}(701)`)).status).toBe(200)
  })

  test('an increase that becomes the second of its year is refused where it would be', async () => {
    expect(refusal(await patch(`${set}(702)`, { EffectiveDate: '2028-06-30' }), 400)).toEqual([
      'RENT_ADJUSTMENT_TOO_FREQUENT',
      'EffectiveDate',
      'Une seule augmentation est permise entre le 2027-07-01 et le 2028-06-30.',
    ])
    expect((await patch(`${set}(702)`, { EffectiveDate: '2029-06-30' })).status).toBe(200)
  })

  test('what was illegal before does not stand in the way of others', async () => {
    // As a lease whose term rolled over may have it.
    await app.sql(
      `insert into lease_price_changes (account_id, id, lease_id, company_no, division_no, tenant_type, tenant_no,
         effective_date, new_amount, change_type)
       values (1, 8801, 9202, 3, 2, 'D', 2, '2026-03-01', 1500, 'C')`,
    )
    rowOf(await plan(9202, '2026-06-20', 1400, 'E'))
  })
})

describe('R-036, R-012 An activated change is locked', () => {
  beforeAll(async () => {
    await freshApp()
    await app.sql(
      "update lease_price_changes set status = 'A', previous_amount = 1000 where account_id = 1 and id = 701",
    )
  })
  afterAll(() => app.close())

  const locked = ['PRICE_CHANGE_LOCKED', undefined, 'Le changement de loyer 701 est déjà activé.']

  test('it cannot be modified nor deleted', async () => {
    expect(refusal(await patch(`${set}(701)`, { NewAmount: 1010 }), 409)).toEqual(locked)
    expect(refusal(await patch(`${set}(701)`, { Reason: 'Autre' }), 409)).toEqual(locked)
    expect(refusal(await remove(`${set}(701)`), 409)).toEqual(locked)
  })

  test('it can be sent back as it was read (R-008)', async () => {
    const { json } = await app.ask(`${set}(701)`)
    // A representation is an object of properties.
    expect((await patch(`${set}(701)`, json as object)).status).toBe(200)
  })

  test('it counts among the increases of its year', async () => {
    expect(outcomeOf(await plan(9211, '2028-01-01', 1030))).toBe('400 RENT_ADJUSTMENT_TOO_FREQUENT')
  })
})

describe('R-036 Billed periods', () => {
  const charge = async (period: string, given: { isReversed?: boolean; source?: string } = {}) => {
    const [id = 0] = await app.column<number>("select allocate_ids(1, 'ReceivableTransaction', 1)")
    await app.sql(
      `insert into receivable_transactions (account_id, id, company_no, division_no, tenant_type, tenant_no,
         transaction_no, tenant_id, ledger_division_id, transaction_type, transaction_date, due_date, period,
         amount, total_amount, open_amount, lease_id, source, is_reversed)
       values (1, $1, 5, 1, 'C', 1, $1, 9701, 6, 'FA', $2::date, $2::date, $3, 2500, 2500, 2500, 9601, $4, $5)`,
      [id, `${period}-01`, period, given.source ?? 'L', given.isReversed ?? false],
    )
  }

  beforeAll(async () => {
    await freshApp()
    for (const period of ['2026-05', '2026-06', '2026-07']) await charge(period)
    await charge('2026-08', { isReversed: true })
  })
  afterAll(() => app.close())

  test('the month of the date and the following ones must not be billed', async () => {
    expect(refusal(await plan(9601, '2026-07-31', 2550), 409)).toEqual([
      'PERIOD_ALREADY_BILLED',
      'EffectiveDate',
      'La période 2026-07 est déjà facturée pour Lease L-9601.',
    ])
    expect(refusal(await plan(9601, '2026-04-15', 2550), 409)[2]).toBe(
      'La période 2026-05 est déjà facturée pour Lease L-9601.',
    )
  })

  test('a reversed charge bills nothing', async () => {
    rowOf(await plan(9601, '2026-08-01', 2550))
  })

  test('a decision of the tribunal reaches back', async () => {
    rowOf(await plan(9601, '2026-05-10', 2550, 'T'))
  })

  test('a planned change cannot move into them', async () => {
    expect(outcomeOf(await patch(`${set}(710)`, { EffectiveDate: '2026-07-16' }))).toBe(
      '409 PERIOD_ALREADY_BILLED',
    )
    expect((await patch(`${set}(710)`, { EffectiveDate: '2026-09-20' })).status).toBe(200)
  })
})

describe('R-046, R-013 What follows a change', () => {
  beforeAll(freshApp)
  afterAll(() => app.close())

  const lowestRent = async (): Promise<unknown> =>
    (await app.rows<{ LowestRentLast12Months: number }>('/api/Units?$filter=Id eq 9002'))[0]
      ?.LowestRentLast12Months

  test('a past date enters the lowest rent of the unit, and leaves it again', async () => {
    expect(await lowestRent()).toBe(960)
    const { Id } = rowOf(await plan(9202, '2026-06-01', 900, 'E'))
    expect(await lowestRent()).toBe(900)
    await patch(`${set}(${Id})`, { NewAmount: 910 })
    expect(await lowestRent()).toBe(910)
    await remove(`${set}(${Id})`)
    expect(await lowestRent()).toBe(960)
  })

  test('one event for a change of the future, none for a write that changes nothing', async () => {
    const seen = (await loggedChanges(app.db.database)).length
    const { Id } = rowOf(await plan(9202, '2026-06-20', 900, 'E'))
    await patch(`${set}(${Id})`, { NewAmount: 900 })
    await patch(`${set}(${Id})`, { NewAmount: 890 })
    await remove(`${set}(${Id})`)
    expect((await loggedChanges(app.db.database)).slice(seen)).toEqual([
      { entity: 'LeasePriceChange', id: Id, status: 3 },
      { entity: 'LeasePriceChange', id: Id, status: 1 },
      { entity: 'LeasePriceChange', id: Id, status: 2 },
    ])
  })
})

describe('R-036 Races', () => {
  beforeAll(freshApp)
  afterAll(() => app.close())

  test('50 changes for one lease and date: one comes in, 49 find its key', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => plan(9212, '2027-01-01', 900 + index)),
    )
    expect(outcomes(answers)).toEqual({ '201': 1, '409 DUPLICATE_KEY': 49 })
    expect(await app.ids(`${set}?$filter=LeaseId eq 9212`)).toHaveLength(1)
  })

  test('50 increases on the days of one year: one comes in', async () => {
    await remove(`${set}(701)`)
    await remove(`${set}(702)`)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        plan(
          9211,
          `2027-${index < 25 ? '08' : '09'}-${String((index % 25) + 1).padStart(2, '0')}`,
          1020 + index,
        ),
      ),
    )
    const counts = outcomes(answers)
    // A later date may have come first, and an earlier one with a greater rent makes it a decrease.
    const kept = await app.rows<{ EffectiveDate: string; NewAmount: number }>(
      `${set}?$filter=LeaseId eq 9211&$orderby=EffectiveDate`,
    )
    expect(counts['201']).toBe(kept.length)
    const rents = [1000, ...kept.map(({ NewAmount }) => NewAmount)]
    expect(rents.filter((rent, index) => index > 0 && rent > (rents[index - 1] ?? 0))).toHaveLength(
      1,
    )
  })
})
