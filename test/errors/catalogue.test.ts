import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFeed, revokeFeed } from '../../src/auth/feeds.ts'
import { revokeRight } from '../../src/auth/rights.ts'
import { advisoryLocks } from '../../src/db/advisory-locks.ts'
import { openImportSource } from '../../src/domain/import/files/open-source.ts'
import { type ErrorCode, errorCatalogue } from '../../src/errors/catalogue.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import { passwords, within1s } from '../auth/support.ts'
import { type Contents, folderOf, itemsAt } from '../import/files/sources.ts'
import { expectNothingOfTheInside } from '../support/expected-error.ts'
import { type Answer, type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'
import { storeEndpoint } from '../webhooks/stored-webhooks.ts'

let app: TestApp
/** One whose statements may run for 100 ms and give 1,000 rows. */
let hasty: TestApp

beforeAll(async () => {
  app = await startTestApp()
  hasty = await startTestApp({
    settings: {
      HAPI_STATEMENT_TIMEOUT_MS: '100',
      HAPI_LIMIT_EXPAND_ROWS: '1000',
      HAPI_LIMIT_BODY_IDLE_SECONDS: '1',
      TRUST_PROXY: 'true',
    },
  })
  const { databaseName, userName } = app.clients.revocable
  for (const right of [
    { set: 'Tenants', operation: 'read' },
    { set: 'Notes', operation: 'create' },
  ] as const)
    await revokeRight(app.db.database, { databaseName, userName }, right)
})

afterAll(async () => {
  await app.close()
  await hasty.close()
})

/** Codes that the tests of this file have seen in answers. */
const seen = new Set<string>()

function codeOf(answer: Pick<Answer, 'json'>): string {
  const { error } = answer.json as { error: { code: string; message: string } }
  seen.add(error.code)
  // Every placeholder has its value, in the language of the answer.
  expect(error.message).not.toMatch(/\{\w+\}/)
  expect(error.message.trim()).not.toBe('')
  return error.code
}

/** Status and code of each answer of a batch. */
function batchErrors({ json }: Answer): readonly string[] {
  // The form of an answer to a batch.
  const { responses } = json as {
    readonly responses: readonly { readonly status: number; readonly body: unknown }[]
  }
  return responses.map(({ status, body }) => `${status} ${codeOf({ json: body })}`)
}

async function provoke(code: ErrorCode, path: string, options: AskOptions = {}): Promise<void> {
  const { status } = errorCatalogue[code]
  for (const language of ['fr', 'en'] as const) {
    const headers = { ...options.headers, 'accept-language': language }
    const answer = await app.ask(path, { ...options, headers })
    expect([path, codeOf(answer), answer.status]).toEqual([path, code, status])
    expect(answer.headers['content-language']).toBe(language)
    expectNothingOfTheInside(answer.text)
  }
}

const post = (body: string, headers: Record<string, string> = {}): AskOptions => ({
  as: null,
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...headers },
})

function write(
  values: object,
  method: 'POST' | 'PATCH' = 'POST',
  headers: Record<string, string> = {},
): AskOptions {
  return {
    method,
    body: JSON.stringify(values),
    headers: { 'content-type': 'application/json', ...headers },
  }
}

/** Slips are produced by the suite: no request makes one. */
const RL31_SLIP = `
  insert into rl31_slips (account_id, id, company_no, division_no, tenant_type, tenant_no, tenant_id,
    co_tenant_id, unit_id, tax_year, slip_type, recipient_last_name, recipient_count, deadline_date)
  select 1, 1, company_no, division_no, tenant_type, tenant_no, tenant_id, id, 1448, 2025, 'R',
    last_name, 2, '2026-02-28'
    from co_tenants where account_id = 1 and id = 210`

const note = { LedgerDivisionId: 3, TenantId: 1, Body: 'x' }

describe('each code of the catalogue, provoked over HTTP', () => {
  test.each<[ErrorCode, string, AskOptions?]>([
    ['SYNTAX_ERROR', '/api/Buildings?$filter=Id eq'],
    ['SYNTAX_ERROR', '/api/Buildings(1'],
    ['MALFORMED_URL', '/api/Buildings?$filter=%zz'],
    ['MALFORMED_URL', '/api/%zz'],
    ['UNKNOWN_ENTITY_SET', '/api/Bildings'],
    ['UNKNOWN_PROPERTY', '/api/Buildings?$orderby=Nme'],
    ['UNKNOWN_SEGMENT', '/api/Buildings(1)/Unit'],
    ['UNKNOWN_OPTION', '/api/Buildings?$fliter=1'],
    ['DUPLICATE_OPTION', '/api/Buildings?$top=1&$top=2'],
    ['OPTION_NOT_APPLICABLE', '/api/Buildings(1)?$filter=Id eq 1'],
    ['INVALID_OPTION_VALUE', '/api/Buildings?$top=-1'],
    ['UNKNOWN_FUNCTION', "/api/Buildings?$filter=contain(Name,'a')"],
    ['ARGUMENT_MISMATCH', '/api/Buildings?$filter=length(Id) eq 1'],
    ['TYPE_MISMATCH', '/api/Buildings?$filter=Name eq 1'],
    ['INVALID_LITERAL', '/api/Leases?$filter=StartDate eq 2026-02-30'],
    ['UNKNOWN_TYPE', '/api/Buildings?$filter=cast(Id,Edm.Strng) eq null'],
    ['INVALID_KEY', '/api/Buildings(CompanyNo=3)'],
    ['EVALUATION_FAILED', "/api/Buildings?$filter=matchesPattern(Name,'[')"],
    ['EVALUATION_FAILED', "/api/Leases?$filter=StartDate add duration'P900000000D' gt 2026-01-01"],
    ['NOT_IMPLEMENTED', '/api/Buildings?$index=1'],
    ['NAME_IN_USE', '/api/Buildings?$compute=Id add 1 as Name'],
    ['LIMIT_EXCEEDED', `/api/Buildings?$filter=${'('.repeat(100)}true${')'.repeat(100)}`],
    ['URL_TOO_LONG', `/api/Buildings?$filter=${'a'.repeat(40_000)}`],
    [
      'HEADERS_TOO_LARGE',
      '/api/Buildings',
      { headers: Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`x-${i}`, '1'])) },
    ],
    ['NOT_ACCEPTABLE', '/api/Buildings', { headers: { accept: 'text/csv' } }],
    ['VERSION_NOT_SUPPORTED', '/api/Buildings', { headers: { 'odata-maxversion': '3.0' } }],
    ['SCHEMA_VERSION_NOT_FOUND', '/api/Buildings?$schemaversion=0'],
    ['ISOLATION_NOT_SUPPORTED', '/api/Buildings', { headers: { isolation: 'serializable' } }],
    ['ROUTE_NOT_FOUND', '/elsewhere'],
    ['RECORD_NOT_FOUND', '/api/Buildings(77)'],
    [
      'DOCUMENT_TENANT_REQUIRED',
      '/api/Documents',
      write({
        LedgerDivisionId: 3,
        DocumentType: 'PHOTO',
        Title: 'x',
        FileName: 'x.png',
        ContentType: 'image/png',
        DocumentDate: '2026-06-15',
        IsVisibleToTenant: true,
      }),
    ],
    ['PRECONDITION_FAILED', '/api/Buildings(1)', { headers: { 'if-match': 'W/"old"' } }],
    ['OPERATION_NOT_SUPPORTED', '/api/Buildings(1)', { method: 'DELETE' }],
    ['OPERATION_NOT_SUPPORTED', '/api/Token'],
    ['DATE_ORDER', '/api/Units/ForRent?StartDate=2026-07-02&EndDate=2026-07-01'],
    ['RANGE_TOO_LONG', '/api/Units/ForRent?EndDate=2036-07-01'],
    ['INVALID_FORMAT', '/api/Units/ForRent?StartDate=demain'],
    ['REQUIRED_FIELD', '/api/Leases(9211)/RentOn'],
    ['SIGN_IN_FAILED', '/api/Token', post('{"UserName":"a","Password":"b"}')],
    ['TOKEN_REQUIRED', '/api/Buildings', { as: null }],
    ['TOKEN_INVALID', '/api/Buildings', { as: null, headers: { authorization: 'Bearer x' } }],
    ['MODULE_NOT_LICENSED', '/api/FinancialStatements'],
    ['READ_NOT_PERMITTED', '/api/Tenants', { as: 'revocable' }],
    ['READ_NOT_PERMITTED', '/api/Units?$expand=CurrentTenant', { as: 'revocable' }],
    ['READ_NOT_PERMITTED', "/api/Units?$filter=CurrentTenant/LastName eq 'a'", { as: 'revocable' }],
    ['ENTITY_NOT_SUBSCRIBABLE', '/api/events?entities=units'],
    ['INVALID_BODY', '/api/Token', post('{')],
    ['UNSUPPORTED_MEDIA_TYPE', '/api/Token', post('a', { 'content-type': 'text/plain' })],
    ['BODY_TOO_LARGE', '/api/Token', post(`"${'a'.repeat(10_000_001)}"`)],
    ['REQUIRED_FIELD', '/api/Suppliers', write({ CompanyNo: 3 })],
    ['UNKNOWN_FIELD', '/api/Suppliers(41)', write({ Nmae: 'x' }, 'PATCH')],
    ['FIELD_READ_ONLY', '/api/Suppliers', write({ Id: 1 })],
    ['FIELD_IMMUTABLE', '/api/Suppliers(41)', write({ SupplierCode: 'X' }, 'PATCH')],
    ['MAX_LENGTH_EXCEEDED', '/api/Suppliers', write({ SupplierCode: 'x'.repeat(11) })],
    ['VALUE_OUT_OF_RANGE', '/api/Suppliers(41)', write({ PaymentTermsDays: -1 }, 'PATCH')],
    ['SCALE_EXCEEDED', '/api/Units(9003)', write({ AskingRent: 0.001 }, 'PATCH')],
    ['INVALID_CODE', '/api/Suppliers(41)', write({ Language: 'Z' }, 'PATCH')],
    [
      'REFERENCE_NOT_FOUND',
      '/api/Suppliers',
      write({ CompanyNo: 77, SupplierCode: 'X', Name: 'x' }),
    ],
    [
      'REFERENCE_MISMATCH',
      '/api/Suppliers',
      write({ CompanyNo: 4, CompanyId: 2, SupplierCode: 'X', Name: 'x' }),
    ],
    ['DIVISION_MISMATCH', '/api/Suppliers(41)', write({ DefaultGlAccountId: 122 }, 'PATCH')],
    [
      'DUPLICATE_KEY',
      '/api/Suppliers',
      write({ CompanyNo: 3, SupplierCode: 'PLOMBEXP', Name: 'x' }),
    ],
    ['GL_ACCOUNT_NOT_POSTABLE', '/api/Suppliers(41)', write({ DefaultGlAccountId: 10 }, 'PATCH')],
    ['ROOMS_NOT_HALF_STEP', '/api/Units(9003)', write({ NumberOfRooms: 4.3 }, 'PATCH')],
    ['NOTE_TARGET_REQUIRED', '/api/Notes', write({ LedgerDivisionId: 3, Body: 'x' })],
    [
      'OWNERSHIP_OVER_100',
      '/api/BuildingOwners',
      {
        ...write({ BuildingId: 630, OwnerId: 8, SharePercent: 1, StartDate: '2026-02-02' }),
        as: 'administrator',
      },
    ],
    ['WRITE_NOT_PERMITTED', '/api/Notes', { ...write({}), as: 'revocable' }],
    ['REPEATABILITY_INVALID', '/api/Notes', write({}, 'POST', { 'repeatability-request-id': 'a' })],
    [
      'REPEATABILITY_EXPIRED',
      '/api/Notes',
      write({}, 'POST', {
        'repeatability-request-id': 'a',
        'repeatability-first-sent': 'Tue, 15 Nov 1994 12:45:26 GMT',
      }),
    ],
    ['IDEMPOTENCY_KEY_INVALID', '/api/Notes', write({}, 'POST', { 'idempotency-key': ' ' })],
    ['MONITOR_NOT_FOUND', '/api/$async/0b0b3ee6-6a2c-4b53-9a39-b5b6b1c3c111', {}],
    ['BATCH_INVALID', '/api/$batch', write({})],
  ])('%s by %s', async (code, path, options) => {
    await provoke(code, path, options)
  })

  test('of requests of a batch', async () => {
    const get = { method: 'get', url: 'Buildings/$count' }
    const authorization = `Bearer ${app.clients.other.token}`
    const requests = [
      { ...get, id: '1', url: 'Buildings(0)' },
      { ...get, id: '2', dependsOn: ['1'] },
      { ...get, id: '3', url: '$nothing' },
      { ...get, id: '4', headers: { authorization } },
    ]
    for (const language of ['fr', 'en'])
      expect(
        batchErrors(
          await app.ask(
            '/api/$batch',
            write({ requests }, 'POST', { 'accept-language': language }),
          ),
        ),
      ).toEqual([
        '404 RECORD_NOT_FOUND',
        '424 FAILED_DEPENDENCY',
        '400 BATCH_REFERENCE_UNKNOWN',
        '403 BATCH_OTHER_USER',
      ])
  })

  test('REQUEST_TIMED_OUT by a body that stops arriving', async () => {
    const head =
      'POST /api/Token HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n'
    const answer = await hasty.raw(`${head}{"User`, 5_000)
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    const [, body = ''] = answer.split('\r\n\r\n')
    expect(codeOf({ json: JSON.parse(body) })).toBe('REQUEST_TIMED_OUT')
  })

  test('FEED_… by a feed account', async () => {
    const of = (userName: string, password: string): AskOptions => ({
      as: null,
      headers: { authorization: `Basic ${btoa(`${userName}:${password}`)}` },
    })
    const named = { databaseName: 'DEV/ALEX', name: 'Rapports', modules: ['core'] }
    const feed = await createFeed(app.db.database, passwords, named)
    const known = of(feed.userName, feed.password)
    await within1s(async () => (await app.ask('/api/Buildings', known)).status === 200)
    await provoke('FEED_READ_ONLY', '/api/Suppliers', { ...known, method: 'POST' })
    await provoke('FEED_SIGN_IN_FAILED', '/api/Buildings', of('feed_x', 'y'))
    await revokeFeed(app.db.database, feed.userName)
    const other = await createFeed(hasty.db.database, passwords, named)
    const { headers } = of(other.userName, other.password)
    await within1s(
      async () => (await hasty.ask('/api', { as: null, headers: headers ?? {} })).status === 200,
    )
    const answer = await hasty.ask('/api', {
      as: null,
      headers: { ...headers, 'x-forwarded-for': '203.0.113.9' },
    })
    expect([codeOf(answer), answer.status]).toEqual(['FEED_NEEDS_HTTPS', 403])
  })

  const change = { LeaseId: 9211, EffectiveDate: '2028-01-01', NewAmount: 1030 }

  test.each<[ErrorCode, object]>([
    ['PRICE_CHANGE_OUT_OF_TERM', { ...change, EffectiveDate: '2026-07-01' }],
    ['PRICE_CHANGE_TYPE_RESERVED', { ...change, ChangeType: 'R' }],
    ['RENT_ADJUSTMENT_FORBIDDEN', { ...change, LeaseId: 9212, EffectiveDate: '2027-01-01' }],
    ['RENT_ADJUSTMENT_TOO_EARLY', { ...change, EffectiveDate: '2027-01-01' }],
    ['RENT_ADJUSTMENT_TOO_FREQUENT', change],
    ['RENT_INCREASE_NOT_ALLOWED', { ...change, ChangeType: 'E' }],
  ])('%s by POST /api/LeasePriceChanges', async (code, body) => {
    await provoke(code, '/api/LeasePriceChanges', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  })

  const renewal = { LeaseId: 9202, NewRent: 980 }

  /** Of a leased dwelling, without a notice. */
  const plannedCall = {
    BuildingId: 630,
    UnitId: 1448,
    CategoryId: 2,
    Title: 'Fuite',
    Description: 'x',
    Status: 'P',
    AssignedEmployeeId: 4,
  }

  test.each<[ErrorCode, string, string, object]>([
    ['RENEWAL_NOT_APPLICABLE', 'POST', '/api/LeaseRenewals', { ...renewal, LeaseId: 9208 }],
    ['NOTICE_IN_FUTURE', 'POST', '/api/LeaseRenewals', { ...renewal, NoticeDate: '2026-06-16' }],
    [
      'NOTICE_OUT_OF_WINDOW',
      'POST',
      '/api/LeaseRenewals',
      { ...renewal, NoticeDate: '2026-04-01' },
    ],
    ['RESPONSE_TOO_LATE', 'PATCH', '/api/LeaseRenewals(540)', { Response: 'A' }],
    ['RENEWAL_STATE', 'PATCH', '/api/LeaseRenewals(542)', { NewRent: 980 }],
    [
      'TAL_DEADLINE_PASSED',
      'POST',
      '/api/LeaseRenewals',
      {
        ...renewal,
        NoticeReceivedDate: '2026-03-05',
        Response: 'R',
        ResponseDate: '2026-04-02',
        TalApplicationDate: '2026-05-03',
      },
    ],
    [
      'READING_DECREASING',
      'POST',
      '/api/MeterReadings',
      {
        UnitId: 9501,
        MeterNo: 'HQ-778201',
        UtilityType: 'E',
        ReadingDate: '2026-06-14',
        Reading: 48_000,
      },
    ],
    [
      'SCREENING_CONSENT_REQUIRED',
      'POST',
      '/api/RentalApplications',
      {
        ProspectId: 1201,
        UnitId: 9001,
        ApplicationDate: '2026-06-12',
        DesiredStartDate: '2026-07-01',
        ScreeningResult: 'A',
      },
    ],
    [
      'TRANSITION_NOT_ALLOWED',
      'POST',
      '/api/ServiceCalls',
      { BuildingId: 630, CategoryId: 2, Title: 'Fuite', Description: 'x', Status: 'T' },
    ],
    [
      'TRANSITION_GUARD_FAILED',
      'POST',
      '/api/ServiceCalls',
      { BuildingId: 630, CategoryId: 2, Title: 'Fuite', Description: 'x', Status: 'A' },
    ],
    [
      'ACCESS_NOTICE_TOO_SHORT',
      'POST',
      '/api/ServiceCalls',
      { ...plannedCall, ScheduledStart: '2026-06-17T14:00:00Z' },
    ],
    [
      'ACCESS_OUTSIDE_HOURS',
      'POST',
      '/api/ServiceCalls',
      {
        ...plannedCall,
        ScheduledStart: '2026-06-17T23:30:00Z',
        AccessNoticeDate: '2026-06-15T14:00:00Z',
      },
    ],
    [
      'VISIT_OUTSIDE_HOURS',
      'POST',
      '/api/Inspections',
      {
        UnitId: 9001,
        InspectionType: 'S',
        ScheduledStart: '2026-06-30T12:00:00Z',
        NoticeSentDate: '2026-06-12T13:00:00Z',
      },
    ],
  ])('%s by %s %s', async (code, method, path, body) => {
    await provoke(code, path, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  })

  const jsonHeaders = { 'content-type': 'application/json' }

  async function createdBy(path: string, body: object): Promise<number> {
    const answer = await app.ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: jsonHeaders,
    })
    // The row that was created.
    return (answer.json as { readonly Id: number }).Id
  }

  test('APPLICATION_ALREADY_ACCEPTED while another one reserves the unit', async () => {
    const accepted = { Status: 'A', DecisionDate: '2026-06-15' }
    const patch: AskOptions = {
      method: 'PATCH',
      body: JSON.stringify(accepted),
      headers: jsonHeaders,
    }
    const application = {
      ProspectId: 1201,
      UnitId: 9001,
      ApplicationDate: '2026-06-12',
      DesiredStartDate: '2026-07-01',
      Status: 'E',
    }
    const second = await createdBy('/api/RentalApplications', application)
    await app.ask('/api/RentalApplications(310)', patch)
    await provoke('APPLICATION_ALREADY_ACCEPTED', `/api/RentalApplications(${second})`, patch)
  })

  test('MESSAGE_THREAD_MISMATCH between two tenants', async () => {
    const message = { Direction: 'E', Body: 'Bonjour' }
    const InReplyToId = await createdBy('/api/Messages', { ...message, TenantId: 7535 })
    await provoke('MESSAGE_THREAD_MISMATCH', '/api/Messages', {
      method: 'POST',
      body: JSON.stringify({ ...message, TenantId: 9101, InReplyToId }),
      headers: jsonHeaders,
    })
  })

  test('SERVICE_CALL_CLOSED once a call is cancelled', async () => {
    const call = { BuildingId: 630, CategoryId: 2, Title: 'Fuite', Description: 'x' }
    const Id = await createdBy('/api/ServiceCalls', call)
    const path = `/api/ServiceCalls(${Id})`
    const patch = (body: object): AskOptions => ({
      method: 'PATCH',
      body: JSON.stringify(body),
      headers: jsonHeaders,
    })
    await app.ask(path, patch({ Status: 'X', CancelReason: 'Réglé' }))
    await provoke('SERVICE_CALL_CLOSED', path, patch({ Title: 'Autre' }))
  })

  test('SECTION_F_MUST_LEAVE for a dwelling of section F', async () => {
    const readyOn = (date: string | null): Promise<unknown> =>
      app.sql('update buildings set ready_for_use_date = $1 where account_id = 1 and id = 900', [
        date,
      ])
    await readyOn('2023-05-01')
    await app.sql('update leases set is_section_f = true where account_id = 1 and id = 9223')
    await provoke('SECTION_F_MUST_LEAVE', '/api/LeaseRenewals(542)', {
      method: 'PATCH',
      body: JSON.stringify({ Response: 'R' }),
      headers: { 'content-type': 'application/json' },
    })
    await readyOn(null)
  })

  test('PRICE_CHANGE_LOCKED once a change is activated', async () => {
    await app.sql("update lease_price_changes set status = 'A' where account_id = 1 and id = 710")
    await provoke('PRICE_CHANGE_LOCKED', '/api/LeasePriceChanges(710)', { method: 'DELETE' })
  })

  test('PERIOD_ALREADY_BILLED once the rent of a month is billed', async () => {
    await app.sql(
      `insert into receivable_transactions (account_id, id, company_no, division_no, tenant_type, tenant_no,
         transaction_no, tenant_id, ledger_division_id, transaction_type, transaction_date, due_date, period,
         amount, total_amount, open_amount, lease_id, source)
       values (1, 1, 3, 2, 'D', 9, 1, 9109, 4, 'FA', '2026-06-01', '2026-06-01', '2026-06', 880, 880, 880, 9209, 'L')`,
    )
    await provoke('PERIOD_ALREADY_BILLED', '/api/LeasePriceChanges', {
      method: 'POST',
      body: JSON.stringify({ ...change, LeaseId: 9209, EffectiveDate: '2026-06-10' }),
      headers: { 'content-type': 'application/json' },
    })
  })

  const july = { TenantId: 9111, StartDate: '2026-07-01', Amount: 20 }

  test.each<[ErrorCode, string, object]>([
    ['PARKING_HELD_RENEWABLE', '/api/TenantParkings', { ...july, ParkingId: 9301 }],
    [
      'PARKING_ALREADY_RENTED',
      '/api/TenantParkings',
      { ...july, ParkingId: 9303, StartDate: '2026-06-30' },
    ],
    ['PARKING_NOT_RENTABLE', '/api/TenantParkings', { ...july, ParkingId: 9305 }],
    ['STORAGE_HELD_RENEWABLE', '/api/TenantStorages', { ...july, StorageId: 9352 }],
    [
      'STORAGE_ALREADY_RENTED',
      '/api/TenantStorages',
      { ...july, StorageId: 9351, StartDate: '2026-06-30' },
    ],
    ['DISCOUNT_SIGN', '/api/TenantServices', { ...july, ServiceCode: 'RABAIS' }],
    [
      'DISCOUNT_EXCEEDS_RENT',
      '/api/TenantServices',
      { ...july, ServiceCode: 'RABAIS', Amount: -1000.01 },
    ],
    ['UNAVAILABILITY_OVERLAP', '/api/UnavailableUnits', { UnitId: 9003, StartDate: '2026-04-15' }],
    [
      'UNAVAILABILITY_OVERLAPS_LEASE',
      '/api/UnavailableUnits',
      { UnitId: 9002, StartDate: '2026-07-01' },
    ],
  ])('%s by POST %s', async (code, path, body) => {
    await provoke(code, path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  })

  // Tenant 9171 has no dwelling.
  const lease = {
    UnitId: 9003,
    TenantId: 9171,
    StartDate: '2026-07-01',
    EndDate: '2027-06-30',
    RentAmount: 1000,
  }

  test.each<[ErrorCode, object]>([
    ['LEASE_END_DATE_REQUIRED', { EndDate: null }],
    ['LEASE_END_DATE_FORBIDDEN', { LeaseType: 'I' }],
    ['LEASE_TERM_TOO_LONG', { EndDate: '2126-07-01' }],
    ['UNIT_NOT_RENTABLE', { UnitId: 9010 }],
    ['UNIT_UNAVAILABLE', { UnitId: 9004 }],
    ['LEASE_OVERLAP', { UnitId: 9001, StartDate: '2026-06-30' }],
    ['LEASE_HELD_RENEWABLE', { UnitId: 9002 }],
    ['TENANT_LEASE_OVERLAP', { TenantId: 9102 }],
    ['DEPOSIT_FORBIDDEN', { DepositAmount: 500 }],
    ['SECTION_F_NOT_APPLICABLE', { IsSectionF: true }],
    ['ASSIGNMENT_CONDITIONS_DIFFER', { AssignedFromLeaseId: 9225 }],
  ])('%s by POST of a lease', async (code, changes) => {
    await provoke(code, '/api/Leases?dryRun=true', {
      method: 'POST',
      body: JSON.stringify({ ...lease, ...changes }),
      headers: { 'content-type': 'application/json' },
    })
  })

  const departure = { DepartureDate: '2026-07-31', DepartureReason: 'E' }
  const inTime = { DepartureReason: 'F', DepartureNoticeDate: '2026-03-15' }

  test.each<[ErrorCode, number, object]>([
    ['DEPARTURE_REASON_REQUIRED', 9102, { DepartureDate: '2026-07-31' }],
    ['DEPARTURE_WITHOUT_RENTAL', 9163, departure],
    ['DEPARTURE_BEFORE_START', 9155, { ...departure, DepartureDate: '2026-06-30' }],
    ['DEPARTURE_AFTER_LEASE_END', 9108, { ...departure, DepartureDate: '2026-09-30' }],
    ['DEPARTURE_CHANGE_CONFLICT', 9105, { DepartureDate: null }],
    ['DEPARTURE_NOTICE_OUT_OF_WINDOW', 9101, { DepartureNoticeDate: '2026-04-10' }],
    ['DEPARTURE_NOT_LEASE_END', 9102, { ...departure, ...inTime }],
  ])('%s by PATCH of tenant %i', async (code, id, body) => {
    await provoke(code, `/api/Tenants(${id})?dryRun=true`, {
      method: 'PATCH',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  })

  test('PAD_ALREADY_ACTIVE and PAD_FINAL by an agreement', async () => {
    const options = (method: string, body: object): AskOptions => ({
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
    const number = { InstitutionNo: '815', TransitNo: '20001', AccountNo: '1234567' }
    const dates = { AgreementDate: '2026-06-15', StartDate: '2026-07-01' }
    const second = { TenantId: 9115, ...number, AccountHolderName: 'x', ...dates }
    await provoke('PAD_ALREADY_ACTIVE', '/api/PreauthorizedDebits', options('POST', second))
    await app.sql("update preauthorized_debits set status = 'X' where account_id = 1 and id = 140")
    const path = '/api/PreauthorizedDebits(140)'
    await provoke('PAD_FINAL', path, options('PATCH', { Status: 'A' }))
  })

  test('DUPLICATE_KEY for a tenant number that is taken', async () => {
    await provoke('DUPLICATE_KEY', '/api/Tenants', {
      method: 'POST',
      body: JSON.stringify({ LedgerDivisionId: 3, TenantNo: 1, LastName: 'Essai' }),
      headers: { 'content-type': 'application/json' },
    })
  })

  const cancel = {
    method: 'POST',
    body: '{"Reason":"Désistement"}',
    headers: { 'content-type': 'application/json' },
  }

  test('LEASE_ALREADY_STARTED by POST of its cancellation', async () => {
    await provoke('LEASE_ALREADY_STARTED', '/api/Leases(9202)/Cancel', cancel)
  })

  test('LEASE_HAS_CHARGES once it was billed', async () => {
    await app.sql(
      `update receivable_transactions t set lease_id = 9255
         where t.account_id = 1 and t.id = (select min(o.id) from receivable_transactions o
           where o.account_id = 1 and o.transaction_type = 'FA' and not o.is_reversed)`,
    )
    await provoke('LEASE_HAS_CHARGES', '/api/Leases(9255)/Cancel', cancel)
  })

  test('SECTION_F_MAXIMUM_EXCEEDED in a building that is less than five years old', async () => {
    await app.sql("update buildings set ready_for_use_date = '2024-05-01' where id = 900")
    await provoke('SECTION_F_MAXIMUM_EXCEEDED', '/api/Leases?dryRun=true', {
      method: 'POST',
      body: JSON.stringify({ ...lease, IsSectionF: true, SectionFMaximumRent: 990 }),
      headers: { 'content-type': 'application/json' },
    })
  })

  test('SERVICE_INACTIVE once a service is withdrawn', async () => {
    await app.sql('update services set is_active = false where account_id = 1 and id = 11')
    await provoke('SERVICE_INACTIVE', '/api/TenantServices', {
      method: 'POST',
      body: JSON.stringify({ ...july, ServiceId: 11 }),
      headers: { 'content-type': 'application/json' },
    })
  })

  test('PERIOD_ALREADY_BILLED once a service was billed', async () => {
    await app.sql(
      "update tenant_services set last_billed_period = '2026-07' where account_id = 1 and id = 830",
    )
    await provoke('PERIOD_ALREADY_BILLED', '/api/TenantServices(830)', {
      method: 'PATCH',
      body: JSON.stringify({ Amount: -60 }),
      headers: { 'content-type': 'application/json' },
    })
  })

  test('STORAGE_NOT_RENTABLE once a space is withdrawn', async () => {
    await app.sql('update storages set is_active = false where account_id = 1 and id = 9353')
    await provoke('STORAGE_NOT_RENTABLE', '/api/TenantStorages', {
      method: 'POST',
      body: JSON.stringify({ ...july, StorageId: 9353 }),
      headers: { 'content-type': 'application/json' },
    })
  })

  test('TOKEN_EXPIRED after its 24 hours', async () => {
    app.clock.aheadMs = 86_400_000 + 60_000
    try {
      await provoke('TOKEN_EXPIRED', '/api/Buildings')
    } finally {
      app.clock.aheadMs = 0
    }
  })

  test('TOO_MANY_REQUESTS after repeated failures to sign in, with a whole number of seconds', async () => {
    const { apiKey, userName } = app.clients.other
    const failing = post(JSON.stringify({ UserName: userName, Password: 'x' }), {
      'x-api-key': apiKey,
    })
    let answer = await app.ask('/api/Token', failing)
    for (let tries = 1; answer.status === 401 && tries < 40; tries += 1)
      answer = await app.ask('/api/Token', failing)
    expect([codeOf(answer), answer.status]).toEqual(['TOO_MANY_REQUESTS', 429])
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
  })

  test('DOCUMENT_CONTENT_REJECTED, and of what was accepted RANGE_NOT_SATISFIABLE and DOCUMENT_QUOTA_EXCEEDED', async () => {
    const title = { Title: 'x', FileName: 'x.txt', ContentType: 'text/plain' }
    const document = { LedgerDivisionId: 3, DocumentType: 'AUTRE', DocumentDate: '2026-06-15' }
    const created = await app.ask('/api/Documents', write({ ...document, ...title }))
    const path = `/api/Documents(${(created.json as { Id: number }).Id})/$value`
    const put = (body: string): AskOptions => ({
      method: 'PUT',
      body,
      headers: { 'content-type': 'text/plain' },
    })
    await provoke('DOCUMENT_CONTENT_REJECTED', path, put(''))
    expect((await app.ask(path, put('abc'))).status).toBe(204)
    await provoke('RANGE_NOT_SATISFIABLE', path, { headers: { range: 'bytes=3-' } })
    await app.sql('update accounts set documents_mib_max = 0 where account_id = 1')
    await provoke('DOCUMENT_QUOTA_EXCEEDED', path, put('abc'))
    await app.sql('update accounts set documents_mib_max = null where account_id = 1')
  })

  test('TIMED_OUT when a statement runs longer than it may, and the service goes on', async () => {
    const answer = await hasty.ask(
      '/api/Units?$filter=Building/LedgerDivision/Leases/any(a:a/LedgerDivision/Leases/any(b:b/LedgerDivision/Leases/any(c:c/RentAmount mul a/RentAmount mul b/RentAmount lt 0)))',
    )
    expect([codeOf(answer), answer.status]).toEqual(['TIMED_OUT', 503])
    expect(answer.text).toContain('(0.1 s)')
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    expectNothingOfTheInside(answer.text)
    expect((await hasty.ask('/api/Buildings(1)')).status).toBe(200)
  })

  test('QUERY_TOO_EXPENSIVE when more rows are to be expected than may be asked for', async () => {
    const expand = 'Units($expand=Building($expand=Units($expand=Building)))'
    const answer = await hasty.ask(`/api/Buildings?$expand=${expand}`)
    expect([codeOf(answer), answer.status]).toEqual(['QUERY_TOO_EXPENSIVE', 400])
    expectNothingOfTheInside(answer.text)
  })

  test('IDEMPOTENCY_KEY_REUSED, and IDEMPOTENCY_IN_PROGRESS while the first request runs', async () => {
    const headers = { 'idempotency-key': 'k-1' }
    expect((await app.ask('/api/Notes', write(note, 'POST', headers))).status).toBe(201)
    await provoke(
      'IDEMPOTENCY_KEY_REUSED',
      '/api/Notes',
      write({ ...note, Body: 'y' }, 'POST', headers),
    )
    await app.database.transaction(async (client) => {
      // Whoever runs the first request holds the lock of its key.
      await client.query(
        `select pg_advisory_xact_lock(('x' || encode(substr(sha256(convert_to(
           $1 || '/' || u.id || '/k-2', 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint)
           from access.users u where u.user_name = $2 and u.account_id = $1::integer`,
        ['1', app.clients.integrator.userName],
      )
      await provoke(
        'IDEMPOTENCY_IN_PROGRESS',
        '/api/Notes',
        write(note, 'POST', { 'idempotency-key': 'k-2' }),
      )
    })
  })

  test('DELETE_RESTRICTED for a row that another one refers to', async () => {
    await app.sql(RL31_SLIP)
    await provoke('DELETE_RESTRICTED', '/api/CoTenants(210)', { method: 'DELETE' })
  })

  test('INTERNAL_ERROR for a bug: a request id, and nothing of the inside', async () => {
    // A column that the model has and the database lost stands for any bug of ours.
    await hasty.sql('alter table notes rename column subject to gone')
    const answer = await hasty.ask('/api/Notes')
    expect([codeOf(answer), answer.status]).toEqual(['INTERNAL_ERROR', 500])
    expect(answer.json).toEqual({
      error: {
        code: 'INTERNAL_ERROR',
        message:
          'Une erreur interne est survenue; communiquez le numéro de requête au soutien technique.',
        innererror: { requestId: answer.headers['x-request-id'] },
      },
    })
    expect((await hasty.ask('/api/Buildings(1)')).status).toBe(200)
  })

  test('UNAVAILABLE while the database lets nobody in, with Retry-After; then all is well again', async () => {
    const [name = ''] = await hasty.column<string>('select current_database()')
    const onServer = (statement: string): Promise<unknown> => app.sql(statement)
    await onServer(`alter database "${name}" with allow_connections false`)
    try {
      await onServer(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
      )
      const answer = await hasty.ask('/api/Buildings(1)')
      expect([codeOf(answer), answer.status]).toEqual(['UNAVAILABLE', 503])
      expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
      expectNothingOfTheInside(answer.text)
    } finally {
      await onServer(`alter database "${name}" with allow_connections true`)
    }
    const deadline = Date.now() + 5_000
    let status = 0
    while (status !== 200 && Date.now() < deadline)
      status = (await hasty.ask('/api/Buildings(1)')).status
    expect(status).toBe(200)
  })

  test('the codes of a sandbox clock', async () => {
    const path = '/api/Sandbox/Clock'
    const move = (body: object): AskOptions => ({
      ...post(JSON.stringify(body)),
      as: 'administrator',
      method: 'PATCH',
    })
    await provoke('ADMINISTRATOR_ONLY', path)
    await provoke('CLOCK_BACKWARD', path, move({ BusinessDate: '2026-06-14' }))
    await provoke('CLOCK_TOO_FAR', path, move({ BusinessDate: '2036-06-16' }))
    await hasty.sql('update accounts set pinned_at = null where account_id = 1')
    const answer = await hasty.ask(path, move({ BusinessDate: '2026-06-16' }))
    expect([codeOf(answer), answer.status]).toEqual(['CLOCK_NOT_PINNED', 409])
  })

  test('EVENTS_EXPIRED for a position whose following events were pruned', async () => {
    const { Next } = (await app.ask('/api/events')).json as { Next: string }
    await app.sql('update units set asking_rent = 1 where account_id = 1 and id = 9001')
    await app.sql("select prune_change_log(1, 'infinity')")
    await provoke('EVENTS_EXPIRED', `/api/events?after=${Next}`)
  })

  test('DELTA_EXPIRED for a delta link whose changes were pruned', async () => {
    const { json } = await app.ask('/api/Units?$select=Id', {
      headers: { prefer: 'track-changes' },
    })
    const link = (json as { '@odata.deltaLink': string })['@odata.deltaLink']
    await app.sql('update units set asking_rent = 3 where account_id = 1 and id = 9001')
    await app.sql("select prune_change_log(1, 'infinity')")
    await provoke('DELTA_EXPIRED', link.replace(app.baseUrl, ''))
  })

  test('TOO_MANY_WAITING beside eight requests that wait for events', async () => {
    const wait = (): Promise<Answer> => app.ask('/api/events?wait=30', { as: 'administrator' })
    const asked = Array.from({ length: 9 }, wait)
    // Eight wait; the other, whichever it is, need not.
    expect((await Promise.race(asked)).status).toBe(429)
    await provoke('TOO_MANY_WAITING', '/api/events?wait=1', { as: 'administrator' })
    await app.sql('update units set asking_rent = 2 where account_id = 1 and id = 9001')
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(8)
  })

  const subscription = { ResponseUrl: 'https://testing-website.com', Entities: ['unit'] }

  test.each<[ErrorCode, object]>([
    ['ENTITY_NOT_SUBSCRIBABLE', { Entities: ['unit', 'glentry'] }],
    ['WEBHOOK_URL_INVALID', { ResponseUrl: 'testing-website.com' }],
    ['WEBHOOK_HTTP_REFUSED', { ResponseUrl: 'http://testing-website.com' }],
    ['WEBHOOK_ADDRESS_REFUSED', { ResponseUrl: 'https://10.0.0.7' }],
    ['WEBHOOK_HEADERS_INVALID', { ResponseHeaders: 'Content-Length:1' }],
  ])('%s by POST /api/subscribe', async (code, changes) => {
    await provoke(code, '/api/subscribe', write({ ...subscription, ...changes }))
  })

  test('WEBHOOK_ENDPOINT_ENDED by what ended, and WEBHOOK_ENDPOINTS_LIMIT by one too many', async () => {
    const id = await storeEndpoint(app, 'revocable', { state: 'ENDED' })
    const asUser = { ...post('{}'), as: 'revocable' } as const
    await provoke('WEBHOOK_ENDPOINT_ENDED', `/api/WebhookEndpoints(${id})/Test`, asUser)
    for (let count = 0; count < 100; count++) await storeEndpoint(app, 'revocable')
    const body = JSON.stringify({ Url: 'https://testing-website.com', Entities: ['unit'] })
    await provoke('WEBHOOK_ENDPOINTS_LIMIT', '/api/WebhookEndpoints', {
      ...post(body),
      as: 'revocable',
    })
  })

  const importing = (body: string, type = 'text/csv'): AskOptions => ({
    ...post(body, { 'content-type': type }),
    as: 'administrator',
  })

  test.each<[ErrorCode, AskOptions]>([
    ['IMPORT_MEDIA_TYPE', importing('', 'application/json')],
    ['IMPORT_REFUSED', importing('CompanyNo;Name\n77;\n')],
    ['IMPORT_SOURCE_REFUSED', importing('CompanyNo;Truc\n77;\n')],
  ])('%s by POST /api/Import', async (code, options) => {
    await provoke(code, '/api/Import?file=Companies', options)
  })

  test('IMPORT_IN_PROGRESS while another import of the account runs', async () => {
    const session = await app.db.database.openSession('another import', () => {})
    await session.query('select pg_advisory_lock($1, 1)', [advisoryLocks.import])
    await provoke('IMPORT_IN_PROGRESS', '/api/Import?file=Companies', importing('CompanyNo\n'))
    await session.close()
  })

  const units = 'CompanyNo;DivisionNo;BuildingCode;UnitCode'

  test.each<[ErrorCode, Contents]>([
    ['IMPORT_FILE_REFUSED', { 'Unitez.csv': units }],
    ['IMPORT_FILE_REPEATED', { 'Units.csv': units, 'Unités.csv': units }],
    ['IMPORT_ARCHIVE_REFUSED', { 'portfolio.zip': 'PK\x03\x04' }],
    ['IMPORT_ENCODING', { 'Units.csv': `${units}\n1;1;A;\0` }],
    ['IMPORT_FORM', { 'Units.csv': `${units}\n1;1;A;"1` }],
    ['IMPORT_HEADER', { 'Units.csv': `${units};UnitCode` }],
    ['IMPORT_FORMULA', { 'Units.csv': `${units}\n1;1;A;=1+1` }],
    ['IMPORT_CONTENT', { 'Documents.ndjson': '{"Title":"a","Content":"b.pdf"}' }],
    ['IMPORT_VALUE_UNCLEAR', { 'Units.csv': `${units};LastRenovationDate\n1;1;A;1;01/07/2026` }],
  ])('%s by a source of an import', async (code, contents) => {
    const folder = await folderOf(contents)
    const archive = Object.keys(contents).find((name) => name.endsWith('.zip'))
    const faults = await itemsAt(archive === undefined ? folder : `${folder}/${archive}`)
    expect(faults.map((item) => item.kind === 'fault' && item.error.code)).toContain(code)
    for (const item of faults)
      for (const language of ['fr', 'en'] as const) {
        const message = item.kind === 'fault' ? item.error.messageIn(language) : ''
        if (item.kind === 'fault') codeOf({ json: { error: { code: item.error.code, message } } })
      }
  })

  test('IMPORT_SOURCE_CHANGED by a file that is saved while it is read', async () => {
    const folder = await folderOf({ 'Units.csv': `${units}\n1;1;A;1\n` })
    const source = await openImportSource(folder)
    await writeFile(join(folder, 'Units.csv'), units)
    const reading = async (): Promise<void> => {
      for await (const item of source.items()) expect(item.kind).toBe('record')
    }
    const error: unknown = await reading().catch((thrown: unknown) => thrown)
    if (!(error instanceof HapiError)) throw error
    for (const language of ['fr', 'en'] as const)
      codeOf({ json: { error: { code: error.code, message: error.messageIn(language) } } })
  })

  test('no code is without a request that provokes it', () => {
    const unseen = Object.keys(errorCatalogue).filter((code) => !seen.has(code))
    expect(unseen).toEqual([])
  })
})

describe('the catalogue itself', () => {
  const entries = Object.entries(errorCatalogue)

  test.each(entries)(
    '%s: both languages, with the same placeholders',
    (code, { status, fr, en }) => {
      const placeholders = (text: string): string[] =>
        [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort()
      expect(placeholders(fr)).toEqual(placeholders(en))
      expect(fr.trim()).not.toBe('')
      expect(en.trim()).not.toBe('')
      expect(fr).not.toBe(en)
      expect(code).toMatch(/^[A-Z]+(?:_[A-Z0-9]+)*$/)
      expect(status >= 400 && status <= 599).toBe(true)
    },
  )

  test('no text names what is inside', () => {
    for (const [code, { fr, en }] of entries)
      expect([code, /sql|postgres|stack/i.test(fr + en)]).toEqual([code, false])
  })
})
