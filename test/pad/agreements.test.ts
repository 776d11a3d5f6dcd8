/** Pre-authorized debit agreements over HTTP: R-062 but for its debits, and R-120. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountNoContext } from '../../src/domain/pad/account-number.ts'
import { secretBox, startTestApp, type TestApp } from '../support/test-app.ts'
import {
  detailsOf,
  expectRefusal,
  outcomes,
  refusalOf,
  rowOf,
  type Writer,
  writerOf,
} from '../support/writing.ts'

let app: TestApp
let api: Writer

beforeAll(async () => {
  app = await startTestApp()
  api = writerOf(app)
})

afterAll(() => app.close())

/** Tenant 9114 has no agreement. */
const agreement = {
  TenantId: 9114,
  InstitutionNo: '815',
  TransitNo: '20001',
  AccountNo: '1234567',
  AccountHolderName: 'Payeur',
  AgreementDate: '2026-06-15',
  StartDate: '2026-07-01',
}

const SET = '/api/PreauthorizedDebits'

async function create(values: object = {}): Promise<number> {
  return rowOf(await api.post(SET, { ...agreement, ...values })).Id
}

async function cancelAll(): Promise<void> {
  await app.sql(
    "update preauthorized_debits set status = 'X' where account_id = 1 and tenant_id = 9114",
  )
}

describe('R-062 Pre-authorized debit agreement', () => {
  test('is created with the defaults of the model, for the tenant by identifier or legacy key', async () => {
    const { TenantId: _, ...rest } = agreement
    const key = { CompanyNo: 3, DivisionNo: 2, TenantType: 'D', TenantNo: 14 }
    const row = rowOf(await api.post(SET, { ...rest, ...key }))
    expect(row).toMatchObject({
      TenantId: 9114,
      Category: 'P',
      DebitDay: 1,
      AmountType: 'S',
      Status: 'A',
      NoticeWaived: false,
      ConsecutiveReturns: 0,
      CancelledDate: null,
    })
    await cancelAll()
  })

  test.each([
    ['InstitutionNo', ['81', '8155', 'abc', '81 ']],
    ['TransitNo', ['2000', '200010', '2000a']],
    ['AccountNo', ['1234', '1234567890123', '12-3456', '12345a', '１２３４５']],
  ])('%s has digits only, as many as Rule H1 says', async (field, wrong) => {
    for (const value of wrong) {
      const answer = await api.post(`${SET}?dryRun=true`, { ...agreement, [field]: value })
      expect(refusalOf(answer)).toEqual([400, 'INVALID_FORMAT', field])
      // The request's own number may hold any digits.
      expect(answer.text.replace(/"requestId":"[^"]*"/, '')).not.toContain(value)
    }
  })

  test.each(['12345', '123456789012'])('an account number may have %s', async (AccountNo) => {
    expect((await api.post(`${SET}?dryRun=true`, { ...agreement, AccountNo })).status).toBe(201)
  })

  test('bank data are required at creation, all told at once', async () => {
    const { InstitutionNo: _, TransitNo: __, AccountNo: ___, ...rest } = agreement
    const answer = await api.post(SET, rest)
    expect(answer.status).toBe(400)
    expect(detailsOf(answer)).toEqual(
      ['InstitutionNo', 'TransitNo', 'AccountNo'].map((field) => ['REQUIRED_FIELD', field]),
    )
  })

  test('a number that is null is none', async () => {
    const refused = await api.post(SET, { ...agreement, AccountNo: null })
    expect(refusalOf(refused)).toEqual([400, 'REQUIRED_FIELD', 'AccountNo'])
  })

  test('example 2: a second agreement is refused; after the end of the first it is taken', async () => {
    const second = await api.post(SET, { ...agreement, TenantId: 9115 })
    expectRefusal(second, {
      status: 409,
      code: 'PAD_ALREADY_ACTIVE',
      message: 'Le locataire 15.0 a déjà un accord de paiement préautorisé actif.',
    })
    const first = await create()
    expect((await api.patch(`${SET}(${first})`, { Status: 'S' })).status).toBe(200)
    expect(refusalOf(await api.post(SET, agreement))[1]).toBe('PAD_ALREADY_ACTIVE')
    expect((await api.patch(`${SET}(${first})`, { Status: 'X' })).status).toBe(200)
    await create()
    await cancelAll()
  })

  test('of ten that are entered at once one is taken', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.post(SET, agreement)))
    expect(outcomes(answers)).toEqual({ '201': 1, '409 PAD_ALREADY_ACTIVE': 9 })
    await cancelAll()
  })

  test('the start is not before the agreement', async () => {
    const answer = await api.post(SET, { ...agreement, StartDate: '2026-06-14' })
    expect(refusalOf(answer)).toEqual([400, 'DATE_ORDER', 'StartDate'])
    const id = await create({ StartDate: '2026-06-15' })
    const moved = await api.patch(`${SET}(${id})`, { StartDate: '2026-06-14' })
    expect(refusalOf(moved)).toEqual([400, 'DATE_ORDER', 'StartDate'])
    await cancelAll()
  })

  test('a fixed amount needs its amount', async () => {
    const refused = await api.post(SET, { ...agreement, AmountType: 'F' })
    expect(refusalOf(refused)).toEqual([400, 'REQUIRED_FIELD', 'FixedAmount'])
    const id = await create({ AmountType: 'F', FixedAmount: 950 })
    const emptied = await api.patch(`${SET}(${id})`, { FixedAmount: null })
    expect(refusalOf(emptied)).toEqual([400, 'REQUIRED_FIELD', 'FixedAmount'])
    await cancelAll()
  })

  test('bank data never change: a new account is a new agreement', async () => {
    const id = await create()
    for (const [field, value] of Object.entries({
      InstitutionNo: '006',
      TransitNo: '20002',
      AccountNo: '1234568',
      AccountHolderName: 'Autre',
      AgreementDate: '2026-06-14',
      TenantId: 9113,
    })) {
      const answer = await api.patch(`${SET}(${id})`, { [field]: value })
      expect(refusalOf(answer)).toEqual([400, 'FIELD_IMMUTABLE', field])
      expect(answer.text).not.toContain(value)
    }
    await cancelAll()
  })

  test('A → S → A → X; X is final and says when', async () => {
    const id = await create()
    for (const Status of ['S', 'A', 'S', 'X']) {
      const row = rowOf(await api.patch(`${SET}(${id})`, { Status }))
      expect(row).toMatchObject({ Status, CancelledDate: Status === 'X' ? '2026-06-15' : null })
    }
    for (const Status of ['A', 'S'])
      expect(refusalOf(await api.patch(`${SET}(${id})`, { Status }))).toEqual([
        409,
        'PAD_FINAL',
        'Status',
      ])
    expect((await api.patch(`${SET}(${id})`, { Status: 'X' })).status).toBe(200)
  })
})

describe('R-120 Bank account numbers', () => {
  test('example 1: 1234567 is read as ****567, and never as it is', async () => {
    const created = await api.post(SET, agreement)
    const { Id: id } = rowOf(created)
    const read = await app.ask(`${SET}(${id})`)
    for (const answer of [created, read]) {
      expect(answer.json).toMatchObject({ AccountNoMasked: '****567' })
      expect(answer.json).not.toHaveProperty('AccountNo')
      expect(answer.text).not.toContain('1234567')
    }
    await cancelAll()
  })

  test('no option of a query reaches it', async () => {
    for (const query of [
      '$select=AccountNo',
      "$filter=AccountNo eq '1234567'",
      '$orderby=AccountNo',
      "$filter=contains(AccountNo,'1')",
      '$apply=groupby((AccountNo))',
      '$compute=AccountNo as x',
    ])
      expect([query, refusalOf(await app.ask(`${SET}?${query}`)).slice(0, 2)]).toEqual([
        query,
        [400, 'UNKNOWN_PROPERTY'],
      ])
    expect((await app.ask(`${SET}(140)/AccountNo`)).status).toBe(404)
    expect(await app.ids(`${SET}?$search=1234567`)).toEqual([])
  })

  test('the database holds it sealed, for its own row', async () => {
    const id = await create({ AccountNo: '900800700600' })
    const [sealed = Buffer.alloc(0)] = await app.column<Buffer>(
      'select account_no from preauthorized_debits where account_id = 1 and id = $1',
      [id],
    )
    expect(secretBox.open(sealed, accountNoContext({ accountId: 1, id }))).toBe('900800700600')
    expect(() => secretBox.open(sealed, accountNoContext({ accountId: 1, id: id + 1 }))).toThrow(
      'altered',
    )
    await cancelAll()
  })

  test('each agreement of the demo has the number of which it shows the end', async () => {
    const rows = await app.sql<{ id: number; masked: string; sealed: Buffer }>(
      `select id, account_no_masked as masked, account_no as sealed from preauthorized_debits
        where account_id = 1 and id <= 140`,
    )
    expect(rows.length).toBeGreaterThan(0)
    for (const { id, masked, sealed } of rows) {
      const number = secretBox.open(sealed, accountNoContext({ accountId: 1, id }))
      expect([number, masked]).toEqual([
        expect.stringMatching(/^\d{5,12}$/),
        `****${number.slice(-3)}`,
      ])
    }
  })

  test('an agreement that is replaced keeps its number', async () => {
    const id = await create()
    const number = (): Promise<readonly Buffer[]> =>
      app.column<Buffer>(
        'select account_no from preauthorized_debits where account_id = 1 and id = $1',
        [id],
      )
    const before = await number()
    expect((await api.put(`${SET}(${id})`, { StartDate: '2026-08-01' })).status).toBe(200)
    expect(await number()).toEqual(before)
    await cancelAll()
  })
})
