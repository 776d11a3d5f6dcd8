/** Tenants and who belongs to them, over HTTP. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectError } from '../support/expected-error.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

type Body = Readonly<Record<string, unknown>>

async function send(
  method: string,
  path: string,
  body?: Body,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  if (body === undefined) return app.ask(path, { method, headers })
  return app.ask(path, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
}

/** The row of an answer that must have this status. */
function rowOf(answer: Answer, status: number): Readonly<Record<string, unknown>> & { Id: number } {
  expect([answer.status, answer.status === status ? '' : answer.text]).toEqual([status, ''])
  // A created or changed entity is answered whole.
  return answer.json as Readonly<Record<string, unknown>> & { Id: number }
}

async function createTenant(
  body: Body,
): Promise<Readonly<Record<string, unknown>> & { Id: number }> {
  return rowOf(await send('POST', '/api/Tenants', { LastName: 'Essai', ...body }), 201)
}

interface ErrorDetail {
  readonly code: string
  readonly target?: string
  readonly message: string
}

function detailsOf(answer: Answer): readonly (readonly [string, string | undefined])[] {
  // The error body of R-007.
  const { error } = answer.json as { error: { details?: readonly ErrorDetail[] } }
  return (error.details ?? []).map(({ code, target }) => [code, target])
}

describe('R-003 Codes are unique within their owner', () => {
  test('TenantNo omitted is 1.0 + the greatest whole part used in the division and type', async () => {
    await createTenant({ LedgerDivisionId: 5, TenantType: 'X', TenantNo: 41.3 })
    const next = await createTenant({ LedgerDivisionId: 5, TenantType: 'X' })
    expect(next['TenantNo']).toBe(42)
    const otherType = await createTenant({ LedgerDivisionId: 5, TenantType: 'S' })
    expect(otherType['TenantNo']).toBe(1)
    const otherDivision = await createTenant({ LedgerDivisionId: 6, TenantType: 'X' })
    expect(otherDivision['TenantNo']).toBe(1)
    const read = await app.ask(`/api/Tenants(${next.Id})?$select=TenantNo`)
    expect(read.text).toContain('"TenantNo":42.0')
  })

  test('a number that has no successor is refused', async () => {
    await createTenant({ LedgerDivisionId: 1, TenantType: 'X', TenantNo: 99999999.9 })
    const answer = await send('POST', '/api/Tenants', {
      LedgerDivisionId: 1,
      TenantType: 'X',
      LastName: 'Essai',
    })
    expectError(answer, {
      status: 400,
      code: 'VALUE_OUT_OF_RANGE',
      message: 'La valeur du champ TenantNo doit être comprise entre -99999999.9 et 99999999.9.',
      target: 'TenantNo',
    })
  })

  test('50 tenants at once all get numbers of their own', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        send('POST', '/api/Tenants', { LedgerDivisionId: 2, TenantType: 'A', LastName: 'Essai' }),
      ),
    )
    const numbers = answers.map((answer) => Number(rowOf(answer, 201)['TenantNo']))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
  })

  test('a number that is taken names the key, not the person (R-121)', async () => {
    const body = { LedgerDivisionId: 3, TenantNo: 1.0, LastName: 'Essai' }
    const french = await send('POST', '/api/Tenants', body)
    expectError(french, {
      status: 409,
      code: 'DUPLICATE_KEY',
      message: 'Un enregistrement Tenant existe déjà avec la clé 3-1 D 1.0.',
      target: 'TenantNo',
    })
    const english = await send('POST', '/api/Tenants', body, { 'accept-language': 'en-CA' })
    expectError(english, {
      status: 409,
      code: 'DUPLICATE_KEY',
      message: 'A Tenant record already exists with key 3-1 D 1.0.',
      target: 'TenantNo',
      language: 'en',
    })
  })

  test('ExternalId is unique in the division; (3) two tenants without it do not conflict', async () => {
    const first = await createTenant({ LedgerDivisionId: 3, ExternalId: 'crm-1' })
    const second = await createTenant({ LedgerDivisionId: 3 })
    const third = await createTenant({ LedgerDivisionId: 3, ExternalId: null })
    expect([second['ExternalId'], third['ExternalId']]).toEqual([null, null])
    await createTenant({ LedgerDivisionId: 4, ExternalId: 'crm-1' })
    const duplicate = {
      status: 409,
      code: 'DUPLICATE_KEY',
      message: 'Un enregistrement Tenant existe déjà avec la clé crm-1.',
      target: 'ExternalId',
    }
    expectError(
      await send('POST', '/api/Tenants', {
        LedgerDivisionId: 3,
        LastName: 'Essai',
        ExternalId: 'crm-1',
      }),
      duplicate,
    )
    expectError(
      await send('PATCH', `/api/Tenants(${second.Id})`, { ExternalId: 'crm-1' }),
      duplicate,
    )
    rowOf(await send('PATCH', `/api/Tenants(${first.Id})`, { ExternalId: 'crm-1' }), 200)
  })

  test('of 50 that bring the same ExternalId at once one is created', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        send('POST', '/api/Tenants', {
          LedgerDivisionId: 2,
          LastName: 'Essai',
          ExternalId: 'crm-race',
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ text }) => text.includes('"DUPLICATE_KEY"'))).toHaveLength(49)
    expect(await app.ids("/api/Tenants?$filter=ExternalId eq 'crm-race'")).toHaveLength(1)
  })
})

describe('a new tenant', () => {
  test('has no rental, owes nothing, and everything not sent has its default', async () => {
    const tenant = await createTenant({ LedgerDivisionId: 4, TenantType: 'x' })
    expect(tenant).toMatchObject({
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'X',
      TenantNo: 1,
      BuildingCode: null,
      UnitCode: null,
      UnitId: null,
      LastName: 'Essai',
      FirstName: null,
      IsCompany: false,
      Language: 'F',
      EmailConsent: false,
      Status: 'N',
      MoveInDate: null,
      DepartureDate: null,
      DepartureReason: null,
      DepartureNoticeDate: null,
      LateNoticeLevel: 0,
      NsfCount: 0,
      Balance: 0,
      BalanceDue: 0,
      LastPaymentDate: null,
      LastPaymentAmount: null,
      CurrentLeaseId: null,
      ExternalId: null,
    })
    const [logged] = await app.sql(
      "select status, additional_information from change_log where account_id = 1 and entity = 'Tenant' and id = $1",
      [tenant.Id],
    )
    expect(logged).toEqual({ status: 3, additional_information: null })
  })

  test('R-002: its unit by legacy keys, its division by company and division number', async () => {
    const tenant = await createTenant({
      CompanyNo: 3,
      DivisionNo: 2,
      BuildingCode: '900demo',
      UnitCode: ' 103',
    })
    expect(tenant).toMatchObject({
      LedgerDivisionId: 4,
      UnitId: 9003,
      BuildingCode: '900DEMO',
      UnitCode: '103',
    })
    const foreign = await send('POST', '/api/Tenants', {
      LedgerDivisionId: 3,
      LastName: 'Essai',
      UnitId: 9003,
    })
    expectError(foreign, {
      status: 400,
      code: 'DIVISION_MISMATCH',
      message: 'Unit 3-2 900DEMO 103 appartient à une autre compagnie-division.',
      target: 'UnitId',
    })
  })
})

describe('R-006 Enumerated codes', () => {
  test('(1) d is accepted as D; (2) Z is refused', async () => {
    expect((await createTenant({ LedgerDivisionId: 4, TenantType: 'd' }))['TenantType']).toBe('D')
    const answer = await send('POST', '/api/Tenants', {
      LedgerDivisionId: 4,
      LastName: 'Essai',
      TenantType: 'Z',
    })
    expectError(answer, {
      status: 400,
      code: 'INVALID_CODE',
      message: "Le code « Z » n'est pas permis pour le champ TenantType.",
      target: 'TenantType',
    })
  })
})

describe('R-007 Field validation reports everything at once', () => {
  test('(1) no LastName and an invalid Email: two details, the first one on top', async () => {
    const answer = await send('POST', '/api/Tenants', { LedgerDivisionId: 3, Email: 'abc' })
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({
      error: {
        code: 'REQUIRED_FIELD',
        message: 'Le champ LastName est obligatoire.',
        target: 'LastName',
      },
    })
    expect(detailsOf(answer)).toEqual([
      ['REQUIRED_FIELD', 'LastName'],
      ['INVALID_FORMAT', 'Email'],
    ])
  })

  test('(2) a postal code is stored with capitals and one blank', async () => {
    const tenant = await createTenant({ LedgerDivisionId: 4, PostalCode: 'g1m2r4' })
    expect(tenant['PostalCode']).toBe('G1M 2R4')
  })
})

describe('R-008 Unknown, read-only and immutable fields', () => {
  test('a row that was read can be sent back, and nothing changes', async () => {
    const before = await app.ask('/api/Tenants(9101)')
    const answer = await send('PATCH', '/api/Tenants(9101)', rowOf(before, 200))
    expect(answer.status).toBe(200)
    expect((await app.ask('/api/Tenants(9101)')).text).toBe(before.text)
  })

  test('what is computed or immutable is refused when it differs, what is unknown always', async () => {
    const answer = await send('PATCH', '/api/Tenants(9101)', {
      Foo: 1,
      Balance: 12.5,
      TenantNo: 77.0,
      LedgerDivisionId: 3,
    })
    expect(detailsOf(answer)).toEqual([
      ['FIELD_IMMUTABLE', 'TenantNo'],
      ['FIELD_IMMUTABLE', 'LedgerDivisionId'],
      ['FIELD_READ_ONLY', 'Balance'],
      ['UNKNOWN_FIELD', 'Foo'],
    ])
  })
})

describe('R-010 Operations offered', () => {
  test('(2) a tenant is never deleted', async () => {
    const answer = await send('DELETE', '/api/Tenants(9101)')
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, PATCH, PUT, OPTIONS'])
  })
})

describe('R-013 One event per row and transaction', () => {
  test('(2) the same telephone sent twice is one event', async () => {
    const tenant = await createTenant({ LedgerDivisionId: 4 })
    const body = { Phone: '418-555-0001' }
    for (const _ of [1, 2]) rowOf(await send('PATCH', `/api/Tenants(${tenant.Id})`, body), 200)
    expect(
      await app.column(
        "select status from change_log where account_id = 1 and entity = 'Tenant' and id = $1 order by seq",
        [tenant.Id],
      ),
    ).toEqual([3, 1])
  })
})

describe('R-018 Language of messages', () => {
  test.each([
    [undefined, 'fr', 'Le champ LastName est obligatoire.'],
    ['en-CA', 'en', 'Field LastName is required.'],
  ] as const)('Accept-Language %s → %s', async (header, language, message) => {
    const answer = await send(
      'POST',
      '/api/Tenants',
      { LedgerDivisionId: 3 },
      header === undefined ? {} : { 'accept-language': header },
    )
    expectError(answer, {
      status: 400,
      code: 'REQUIRED_FIELD',
      message,
      target: 'LastName',
      language,
    })
  })
})

describe('R-023 The unit of a tenant follows his leases', () => {
  test('what is entered counts only while he has none', async () => {
    const before = await app.ask('/api/Tenants(9102)')
    const answer = await send('PATCH', '/api/Tenants(9102)', { UnitId: 9003 })
    expect(rowOf(answer, 200)).toMatchObject({ UnitId: 9002, UnitCode: '102' })
    expect((await app.ask('/api/Tenants(9102)')).text).toBe(before.text)
    const free = await createTenant({ LedgerDivisionId: 4, UnitId: 9003 })
    const moved = rowOf(await send('PATCH', `/api/Tenants(${free.Id})`, { UnitId: 9010 }), 200)
    expect(moved).toMatchObject({ UnitId: 9010, UnitCode: '110' })
  })
})

describe('CoTenants', () => {
  const person = {
    TenantId: 9101,
    LastName: 'Roy',
    FirstName: 'Anne',
    StartDate: '2026-01-01',
  }

  test('belong to a tenant, by identifier or legacy key, for good', async () => {
    const row = rowOf(await send('POST', '/api/CoTenants', person), 201)
    expect(row).toMatchObject({
      ...person,
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'D',
      TenantNo: 1,
      Role: 'C',
      Language: 'F',
      EndDate: null,
      ReceivesRl31: true,
      PortalAccess: false,
    })
    const { TenantId: _, ...withoutTenant } = person
    const byKey = rowOf(
      await send('POST', '/api/CoTenants', {
        ...withoutTenant,
        CompanyNo: 3,
        DivisionNo: 2,
        TenantType: 'd',
        TenantNo: 2.0,
      }),
      201,
    )
    expect(byKey['TenantId']).toBe(9102)
    expect(
      detailsOf(await send('PATCH', `/api/CoTenants(${row.Id})`, { TenantId: 9102, Foo: 1 })),
    ).toEqual([
      ['FIELD_IMMUTABLE', 'TenantId'],
      ['UNKNOWN_FIELD', 'Foo'],
    ])
  })

  test('DATE_ORDER: the last day is not before the first, at creation and later', async () => {
    const wrong = {
      status: 400,
      code: 'DATE_ORDER',
      message: 'La date EndDate doit être égale ou postérieure à StartDate.',
      target: 'EndDate',
    }
    expectError(await send('POST', '/api/CoTenants', { ...person, EndDate: '2025-12-31' }), wrong)
    const row = rowOf(
      await send('POST', '/api/CoTenants', { ...person, EndDate: '2026-01-01' }),
      201,
    )
    expectError(
      await send('PATCH', `/api/CoTenants(${row.Id})`, { StartDate: '2026-01-02' }),
      wrong,
    )
  })

  test('R-012: go only without an RL-31 slip', async () => {
    const row = rowOf(await send('POST', '/api/CoTenants', person), 201)
    const held = rowOf(await send('POST', '/api/CoTenants', person), 201)
    await app.sql(
      `insert into rl31_slips (account_id, id, company_no, division_no, tenant_type, tenant_no, tenant_id,
         co_tenant_id, unit_id, tax_year, recipient_last_name, recipient_count, deadline_date)
       values (1, 770001, 3, 2, 'D', 1.0, 9101, $1, 9001, 2025, 'Roy', 1, '2026-02-28')`,
      [held.Id],
    )
    expect((await send('DELETE', `/api/CoTenants(${row.Id})`)).status).toBe(204)
    expect((await app.ask(`/api/CoTenants(${row.Id})`)).status).toBe(404)
    expectError(await send('DELETE', `/api/CoTenants(${held.Id})`), {
      status: 409,
      code: 'DELETE_RESTRICTED',
      message: `Suppression refusée : CoTenant ${held.Id} est utilisé ou déjà facturé.`,
    })
    expect((await app.ask(`/api/CoTenants(${held.Id})`)).status).toBe(200)
  })
})

describe('TenantContacts', () => {
  test('a guarantor, with what he guarantees and until when', async () => {
    const guarantor = {
      TenantId: 9101,
      ContactType: 'g',
      LastName: 'Roy',
      GuaranteeAmount: 11400,
      GuaranteeEndDate: '2027-06-30',
    }
    const row = rowOf(await send('POST', '/api/TenantContacts', guarantor), 201)
    expect(row).toMatchObject({
      ...guarantor,
      ContactType: 'G',
      Priority: 1,
      TenantNo: 1,
      Relationship: null,
    })
    const whole = rowOf(
      await send('PATCH', `/api/TenantContacts(${row.Id})`, { GuaranteeAmount: null }),
      200,
    )
    expect([whole['GuaranteeAmount'], whole['GuaranteeEndDate']]).toEqual([null, '2027-06-30'])
    const wrong = await send('PATCH', `/api/TenantContacts(${row.Id})`, {
      GuaranteeAmount: -1,
      GuaranteeEndDate: '2027-6-30',
      Priority: 0,
    })
    expect(detailsOf(wrong)).toEqual([
      ['VALUE_OUT_OF_RANGE', 'GuaranteeAmount'],
      ['INVALID_FORMAT', 'GuaranteeEndDate'],
      ['VALUE_OUT_OF_RANGE', 'Priority'],
    ])
    expect((await send('DELETE', `/api/TenantContacts(${row.Id})`)).status).toBe(204)
  })
})
