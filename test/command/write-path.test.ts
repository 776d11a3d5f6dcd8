/** What every write has in common, over HTTP, on sets with few rules of their own. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { grantRight, revokeRight } from '../../src/auth/rights.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { detailsOf, messageOf, refusalOf, type Writer, writerOf } from '../support/writing.ts'

let app: TestApp
let write: Writer

beforeAll(async () => {
  app = await startTestApp()
  write = writerOf(app)
})

afterAll(() => app.close())

const contact = { TenantId: 9101, LastName: 'Bolduc', FirstName: 'Anne', Priority: 2 }

interface Created {
  readonly Id: number
  readonly ModifiedDate: string
}

async function makeContact(values: object = {}): Promise<Created> {
  const answer = await write.post('/api/TenantContacts', { ...contact, ...values })
  expect(answer.status).toBe(201)
  return answer.json as Created
}

async function contactCount(): Promise<number> {
  const [count] = await app.column<number>('select count(*)::integer from tenant_contacts')
  return count ?? 0
}

describe('OData Protocol 4.01 §11.4.2 Create an Entity', () => {
  test('answers 201, the row as a read shows it, its address and its tag', async () => {
    const answer = await write.post('/api/TenantContacts', contact)
    expect(answer.status).toBe(201)
    const row = answer.json as Created
    expect(row).toMatchObject({
      ...contact,
      CompanyNo: 3,
      DivisionNo: 2,
      TenantType: 'D',
      TenantNo: 1,
      ContactType: 'U',
      Email: null,
      ModifiedDate: expect.stringContaining('2026-06-15T') as string,
    })
    expect(answer.headers.location).toBe(`${app.baseUrl}/api/TenantContacts(${row.Id})`)
    expect(answer.headers.etag).toMatch(/^W\/"2026-06-15T/)
    const read = await app.ask(`/api/TenantContacts(${row.Id})`)
    expect(read.text).toBe(answer.text)
  })

  test('Prefer: return=minimal answers 204 with the address alone', async () => {
    const answer = await write.post('/api/TenantContacts', contact, {
      headers: { prefer: 'return=minimal' },
    })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(answer.headers['preference-applied']).toBe('return=minimal')
    expect(answer.headers['odata-entityid']).toBe(answer.headers.location)
    expect(answer.headers.location).toMatch(/\/api\/TenantContacts\(\d+\)$/)
  })

  test('$select and $expand shape the answer; OData-aware clients get its context', async () => {
    const answer = await write.post(
      '/api/TenantContacts?$select=LastName&$expand=Tenant($select=LastName)',
      contact,
      { headers: { 'odata-version': '4.0' } },
    )
    expect(answer.json).toMatchObject({
      '@odata.context': `${app.baseUrl}/api/$metadata#TenantContacts(LastName,Tenant(LastName))/$entity`,
      Tenant: { LastName: expect.any(String) as string },
      LastName: 'Bolduc',
    })
  })

  test('§11.4.2.1 a post to the collection of an entity relates the new row to it', async () => {
    const answer = await write.post('/api/Tenants(9102)/TenantContacts', { LastName: 'Côté' })
    expect(answer.json).toMatchObject({ TenantId: 9102, TenantNo: 2, LastName: 'Côté' })
    const missing = await write.post('/api/Tenants(99999)/TenantContacts', { LastName: 'Côté' })
    expect(refusalOf(missing)).toEqual([404, 'RECORD_NOT_FOUND'])
    const other = await write.post('/api/Tenants(9102)/TenantContacts', contact)
    expect(refusalOf(other)).toEqual([400, 'REFERENCE_MISMATCH', 'TenantId'])
  })

  test('an unknown option is refused before anything is written', async () => {
    const before = await contactCount()
    const answer = await write.post('/api/TenantContacts?$filter=Id eq 1', contact)
    expect(refusalOf(answer).slice(0, 2)).toEqual([400, 'OPTION_NOT_APPLICABLE'])
    expect(await contactCount()).toBe(before)
  })
})

/** Without what differs from request to request. */
function stripped(text: string): string {
  return text.replace(/"requestId":"[^"]*"/, '')
}

describe('OData Protocol 4.01 §11.4.3 Update, §11.4.5 Delete', () => {
  test('PATCH changes what is sent, and answers the row; return=minimal 204', async () => {
    const { Id } = await makeContact()
    const answer = await write.patch(`/api/TenantContacts(${Id})`, { City: 'Lévis' })
    expect([answer.status, answer.json]).toMatchObject([200, { LastName: 'Bolduc', City: 'Lévis' }])
    const minimal = await write.patch(
      `/api/TenantContacts(${Id})`,
      { City: 'Québec' },
      { headers: { prefer: 'return=minimal' } },
    )
    expect([minimal.status, minimal.text]).toEqual([204, ''])
    expect(minimal.headers.etag).toMatch(/^W\//)
  })

  test('PUT gives what is not sent its default', async () => {
    const { Id } = await makeContact({ City: 'Lévis', Email: 'a@example.com', Priority: 4 })
    const answer = await write.put(`/api/TenantContacts(${Id})`, { LastName: 'Roy' })
    expect(answer.json).toMatchObject({
      Id,
      TenantId: 9101,
      LastName: 'Roy',
      City: null,
      Email: null,
      Priority: 1,
    })
    const incomplete = await write.put(`/api/TenantContacts(${Id})`, { City: 'Lévis' })
    expect(refusalOf(incomplete)).toEqual([400, 'REQUIRED_FIELD', 'LastName'])
  })

  test('DELETE answers 204, then 404', async () => {
    const { Id } = await makeContact()
    const gone = await write.remove(`/api/TenantContacts(${Id})`)
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect(refusalOf(await write.remove(`/api/TenantContacts(${Id})`))).toEqual([
      404,
      'RECORD_NOT_FOUND',
    ])
    expect(refusalOf(await write.patch(`/api/TenantContacts(${Id})`, {}))).toEqual([
      404,
      'RECORD_NOT_FOUND',
    ])
  })

  test('an entity is addressed by its legacy key too', async () => {
    const path = "/api/Suppliers(CompanyNo=3,SupplierCode='plombexp')"
    const answer = await write.patch(path, { City: 'Lévis' })
    expect([answer.status, answer.json]).toMatchObject([200, { Id: 41, City: 'Lévis' }])
    const none = await write.patch("/api/Suppliers(CompanyNo=3,SupplierCode='RIEN')", {})
    expect(refusalOf(none)).toEqual([404, 'RECORD_NOT_FOUND'])
  })

  test('an address that a read understands means the same row to a write, and the same refusal', async () => {
    const keys = [
      '9101',
      'Id=9101',
      '9101.0',
      '9.101e3',
      '00009101',
      '0',
      '-9101',
      '1.5',
      '2147483648',
      '9999999999',
      '99999999999',
      "'9101'",
      'null',
      'true',
      '2026-01-01',
      '9101,9102',
      "CompanyNo=3,DivisionNo=2,TenantType=' d ',TenantNo=1",
      "CompanyNo=3.0,DivisionNo=2,TenantType='D',TenantNo=1.0",
      "CompanyNo=9,DivisionNo=2,TenantType='D',TenantNo=1",
      "CompanyNo=3,DivisionNo=2,TenantType='Z',TenantNo=1",
      "CompanyNo=3,DivisionNo=2,TenantType='D',TenantNo=1.05",
      "CompanyNo=99999999999,DivisionNo=2,TenantType='D',TenantNo=1",
      "CompanyNo='3',DivisionNo=2,TenantType='D',TenantNo=1",
      "CompanyNo=3,DivisionNo=2,TenantType='D',TenantNo=null",
      'Id=9101,CompanyNo=3',
    ].map((key) => `/api/Tenants(${key})`)
    const segments = ['9101', '0', '-9101', '9999999999'].map((key) => `/api/Tenants/${key}`)
    for (const path of [...keys, ...segments]) {
      const [read, written] = [await app.ask(path), await write.patch(path, {})]
      expect([path, written.status, stripped(written.text)]).toEqual([
        path,
        read.status,
        stripped(read.text),
      ])
    }
  })

  test('a part of a legacy key may be a date', async () => {
    const rate = "/api/TaxRates(TaxCode='tps',StartDate=2008-01-01)"
    const answer = await write.patch(rate, {}, { as: 'administrator' })
    expect([answer.status, answer.text]).toEqual([200, (await app.ask(rate)).text])
  })

  test('a row of another account is not there', async () => {
    const { Id } = await makeContact()
    for (const answer of [
      await write.patch(`/api/TenantContacts(${Id})`, { City: 'X' }, { as: 'other' }),
      await write.remove(`/api/TenantContacts(${Id})`, { as: 'other' }),
    ])
      expect(refusalOf(answer)).toEqual([404, 'RECORD_NOT_FOUND'])
    const [row] = await app.rows<{ City: string | null }>(`/api/TenantContacts?$filter=Id eq ${Id}`)
    expect(row?.City).toBeNull()
  })
})

describe('OData Protocol 4.01 §8.2.4 If-Match', () => {
  test('a change is made only to the row that was seen', async () => {
    const { Id } = await makeContact()
    const path = `/api/TenantContacts(${Id})`
    const { etag = '' } = (await write.patch(path, { City: 'Lévis' })).headers
    const changed = await write.patch(path, { City: 'Laval' }, { headers: { 'if-match': etag } })
    expect(changed.status).toBe(200)
    const stale = await write.patch(path, { City: 'Gatineau' }, { headers: { 'if-match': etag } })
    expect(refusalOf(stale)).toEqual([412, 'PRECONDITION_FAILED'])
    const removal = await write.remove(path, { headers: { 'if-match': etag } })
    expect(refusalOf(removal)).toEqual([412, 'PRECONDITION_FAILED'])
    const any = await write.patch(path, { City: 'Alma' }, { headers: { 'if-match': '*' } })
    expect(any.json).toMatchObject({ City: 'Alma' })
  })

  test('any of several tags will do; a strong one names the same row', async () => {
    const { Id } = await makeContact()
    const path = `/api/TenantContacts(${Id})?dryRun=true`
    const { etag = '' } = (await write.patch(path.replace('?dryRun=true', ''), { City: 'Lévis' }))
      .headers
    const status = async (tags: string): Promise<number> =>
      (await write.patch(path, { City: 'Laval' }, { headers: { 'if-match': tags } })).status
    for (const tags of [`"a", ${etag}`, `${etag},"b"`, `"a,b", ${etag}`, etag.slice('W/'.length)])
      expect([tags, await status(tags)]).toEqual([tags, 200])
    for (const tags of ['"a"', '"a", "b"', 'garbage', '', `${etag} garbage`])
      expect([tags, await status(tags)]).toEqual([tags, 412])
  })

  test('§8.2.5 If-None-Match: a change is not made to the row that it names; * names any', async () => {
    const { Id } = await makeContact()
    const path = `/api/TenantContacts(${Id})`
    const { etag = '' } = (await write.patch(path, { City: 'Lévis' })).headers
    const change = (tags: string) =>
      write.patch(`${path}?dryRun=true`, { City: 'Laval' }, { headers: { 'if-none-match': tags } })
    expect(refusalOf(await change(etag))).toEqual([412, 'PRECONDITION_FAILED'])
    expect(refusalOf(await change('*'))).toEqual([412, 'PRECONDITION_FAILED'])
    expect((await change('"another"')).status).toBe(200)
    const removal = await write.remove(path, { headers: { 'if-none-match': '*' } })
    expect(refusalOf(removal)).toEqual([412, 'PRECONDITION_FAILED'])
  })

  test('the tag of a write is the tag of a read', async () => {
    const { Id } = await makeContact()
    const path = `/api/TenantContacts(${Id})`
    const { etag = '' } = (await write.patch(path, { City: 'Lévis' })).headers
    // Whatever digits the instant ends with: each change moves it by a millisecond at least.
    for (const city of ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K']) {
      const read = (await app.ask(path)).headers.etag ?? ''
      const answer = await write.patch(path, { City: city }, { headers: { 'if-match': read } })
      expect([city, answer.status]).toEqual([city, 200])
    }
    expect(etag).not.toBe('')
  })
})

describe('Idempotency-Key', () => {
  test('the same request again gets the same answer, and no second row', async () => {
    const before = await contactCount()
    const headers = { 'idempotency-key': 'contact-1' }
    const first = await write.post('/api/TenantContacts', contact, { headers })
    const second = await write.post('/api/TenantContacts', contact, { headers })
    expect(second.bytes.equals(first.bytes)).toBe(true)
    expect([second.status, second.headers.location, second.headers.etag]).toEqual([
      201,
      first.headers.location,
      first.headers.etag,
    ])
    expect(second.headers['idempotency-replayed']).toBe('true')
    expect(await contactCount()).toBe(before + 1)
  })

  test('another body under the same key is refused; another user has keys of his own', async () => {
    const headers = { 'idempotency-key': 'contact-2' }
    await write.post('/api/TenantContacts', contact, { headers })
    const other = await write.post('/api/TenantContacts', { ...contact, Priority: 3 }, { headers })
    expect(refusalOf(other)).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
    const elsewhere = await write.post(
      '/api/TenantContacts',
      { ...contact, Priority: 3 },
      { headers, as: 'revocable' },
    )
    expect(elsewhere.status).toBe(201)
  })

  test('ten at once make one row: the others get its answer or 409', async () => {
    const before = await contactCount()
    const headers = { 'idempotency-key': 'contact-3' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => write.post('/api/TenantContacts', contact, { headers })),
    )
    const made = answers.filter(({ status }) => status === 201)
    expect(new Set(made.map(({ text }) => text)).size).toBe(1)
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(refusalOf(answer)).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS'])
    expect(await contactCount()).toBe(before + 1)
  })

  test('PATCH, DELETE and actions are repeated without a second effect too', async () => {
    const { Id } = await makeContact()
    const path = `/api/TenantContacts(${Id})`
    const key = (name: string) => ({ headers: { 'idempotency-key': `${name}-${Id}` } })
    const first = await write.patch(path, { City: 'Alma' }, key('patch'))
    await write.patch(path, { City: 'Amos' })
    const again = await write.patch(path, { City: 'Alma' }, key('patch'))
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true'])
    expect((await app.ask(path)).json).toMatchObject({ City: 'Amos' })
    for (let times = 1; times <= 2; times++)
      expect((await write.remove(path, key('delete'))).status).toBe(204)
    expect((await write.remove(path)).status).toBe(404)
    const cancel = '/api/Leases(9257)/Cancel'
    const cancelled = await write.post(cancel, { Reason: 'Essai' }, key('cancel'))
    expect(cancelled.status).toBe(200)
    const replayed = await write.post(cancel, { Reason: 'Essai' }, key('cancel'))
    expect([replayed.text, replayed.headers['idempotency-replayed']]).toEqual([
      cancelled.text,
      'true',
    ])
  })

  test('a refusal leaves the key free', async () => {
    const headers = { 'idempotency-key': 'contact-4' }
    const refused = await write.post('/api/TenantContacts', { TenantId: 9101 }, { headers })
    expect(refused.status).toBe(400)
    expect((await write.post('/api/TenantContacts', contact, { headers })).status).toBe(201)
  })

  test('after a day the key may be used anew', async () => {
    const headers = { 'idempotency-key': 'contact-5' }
    await write.post('/api/TenantContacts', contact, { headers })
    await app.sql(
      "update idempotency_keys set created_date = created_date - interval '25 hours' where key = $1",
      ['contact-5'],
    )
    const later = await write.post('/api/TenantContacts', { ...contact, Priority: 9 }, { headers })
    expect([later.status, later.headers['idempotency-replayed']]).toEqual([201, undefined])
  })

  test.each(['', 'x'.repeat(256), 'clé'])('%j is no key', async (key) => {
    const answer = await write.post('/api/TenantContacts', contact, {
      headers: { 'idempotency-key': Buffer.from(key).toString('latin1') },
    })
    expect(refusalOf(answer)).toEqual([400, 'IDEMPOTENCY_KEY_INVALID'])
  })
})

describe('OASIS Repeatable Requests 1.0', () => {
  const repeatable = (id: string, firstSent = new Date().toUTCString()) => ({
    'repeatability-request-id': id,
    'repeatability-first-sent': firstSent,
  })
  const note = { LedgerDivisionId: 3, TenantId: 1, Body: 'répétée' }

  test('the same request again gets the same answer, and no second row', async () => {
    const headers = repeatable('2f9a')
    const first = await write.post('/api/Notes', note, { headers })
    const second = await write.post('/api/Notes', note, { headers })
    expect([first.status, first.headers['repeatability-result']]).toEqual([201, 'accepted'])
    expect([second.status, second.json]).toEqual([201, first.json])
    expect(second.headers['repeatability-result']).toBe('accepted')
    const client = { ...headers, 'repeatability-client-id': 'autre' }
    const other = await write.post('/api/Notes', note, { headers: client })
    expect(other.json).not.toEqual(first.json)
  })

  test('another request of the same identifier, or one too old to be known, is rejected', async () => {
    const headers = repeatable('7c01')
    await write.post('/api/Notes', note, { headers })
    for (const [changed, sent, status] of [
      [{ ...note, Body: 'autre' }, headers, 400],
      [note, repeatable('7c01', 'Tue, 15 Nov 1994 12:45:26 GMT'), 412],
      [note, repeatable('7c02', 'hier'), 400],
      [note, { 'repeatability-request-id': '7c03' }, 400],
    ] as const) {
      const answer = await write.post('/api/Notes', changed, { headers: sent })
      expect([answer.status, answer.headers['repeatability-result']]).toEqual([status, 'rejected'])
    }
  })
})

describe('dryRun=true', () => {
  test('answers what would have been, and changes nothing', async () => {
    const { Id } = await makeContact()
    const before = await app.sql('select * from tenant_contacts order by id')
    const log = await app.column('select count(*) from change_log')
    const created = await write.post('/api/TenantContacts?dryRun=true', contact)
    expect([created.status, created.json]).toMatchObject([201, contact])
    expect(created.headers['dry-run']).toBe('true')
    expect(created.headers.location).toBeUndefined()
    const patched = await write.patch(`/api/TenantContacts(${Id})?dryrun=true`, { City: 'Lévis' })
    expect(patched.json).toMatchObject({ Id, City: 'Lévis' })
    expect((await write.remove(`/api/TenantContacts(${Id})?dryRun=true`)).status).toBe(204)
    const refused = await write.post('/api/TenantContacts?dryRun=true', { ...contact, Foo: 1 })
    expect(refusalOf(refused)).toEqual([400, 'UNKNOWN_FIELD', 'Foo'])
    expect(await app.sql('select * from tenant_contacts order by id')).toEqual(before)
    expect(await app.column('select count(*) from change_log')).toEqual(log)
  })

  test('finds a key that exists already, as a commit would', async () => {
    const answer = await write.post('/api/Suppliers?dryRun=true', {
      CompanyNo: 3,
      SupplierCode: 'plombexp',
      Name: 'X',
    })
    expect(refusalOf(answer).slice(0, 2)).toEqual([409, 'DUPLICATE_KEY'])
  })

  test('takes true and false', async () => {
    const answer = await write.post('/api/TenantContacts?dryRun=maybe', contact)
    expect(refusalOf(answer)).toEqual([400, 'INVALID_OPTION_VALUE', 'dryRun'])
    expect(
      (await write.post('/api/TenantContacts?dryRun=false', contact)).headers.location,
    ).toBeDefined()
  })
})

describe('R-002 References by identifier or by legacy keys', () => {
  test('(1) legacy keys in any letter case resolve the parking', async () => {
    const answer = await write.post('/api/TenantParkings?dryRun=true', {
      TenantId: 9111,
      CompanyNo: 3,
      DivisionNo: 2,
      BuildingCode: '900demo',
      ParkingCode: 'p04',
      StartDate: '2026-07-01',
      Amount: 75,
    })
    expect([answer.status, answer.json]).toMatchObject([
      201,
      {
        TenantId: 9111,
        ParkingId: 9304,
        BuildingCode: '900DEMO',
        ParkingCode: 'P04',
        TenantNo: 11,
      },
    ])
  })

  test('the company-division of the tenant completes the key of the space', async () => {
    const answer = await write.post('/api/TenantParkings?dryRun=true', {
      TenantId: 9111,
      BuildingCode: '900DEMO',
      ParkingCode: 'P04',
      StartDate: '2026-07-01',
      Amount: 75,
    })
    expect(answer.json).toMatchObject({ ParkingId: 9304, CompanyNo: 3, DivisionNo: 2 })
  })

  test('(2) an identifier and a key that designate different rows are refused', async () => {
    const answer = await write.post('/api/TenantParkings', {
      TenantId: 9111,
      ParkingId: 9304,
      ParkingCode: 'P05',
      StartDate: '2026-07-01',
      Amount: 75,
    })
    expect(refusalOf(answer)).toEqual([400, 'REFERENCE_MISMATCH', 'ParkingCode'])
  })

  test('a row that is not there, in this account, is named by what was sent', async () => {
    const byId = await write.post('/api/TenantContacts', { ...contact, TenantId: 99_999 })
    expect(refusalOf(byId)).toEqual([400, 'REFERENCE_NOT_FOUND', 'TenantId'])
    expect(messageOf(byId)).toBe('Aucun enregistrement Tenant ne correspond à 99999.')
    const byKey = await write.post(
      '/api/TenantContacts',
      { CompanyNo: 3, DivisionNo: 2, TenantType: 'D', TenantNo: 999, LastName: 'X' },
      { headers: { 'accept-language': 'en' } },
    )
    expect(refusalOf(byKey).slice(0, 2)).toEqual([400, 'REFERENCE_NOT_FOUND'])
    expect(messageOf(byKey)).toBe('No Tenant record matches 3-2 D 999.0.')
  })

  test('JSON Format 4.01 §8.5 a reference bound as OData clients bind it', async () => {
    const { TenantId: _, ...body } = contact
    for (const bound of [
      { 'Tenant@odata.bind': 'Tenants(9101)' },
      { 'Tenant@odata.bind': `${app.baseUrl}/api/Tenants(9101)` },
      { Tenant: { '@id': 'Tenants(9101)' } },
      { 'Tenant@odata.bind': 'Tenants(9101)', TenantId: 9101 },
    ]) {
      const answer = await write.post('/api/TenantContacts', { ...body, ...bound })
      expect([answer.status, answer.json]).toMatchObject([201, { TenantId: 9101 }])
    }
    for (const [bound, refusal] of [
      [{ 'Tenant@odata.bind': 'Units(9001)' }, [400, 'INVALID_FORMAT', 'TenantId']],
      [{ 'Tenant@odata.bind': 7 }, [400, 'INVALID_FORMAT', 'TenantId']],
      [{ 'Tenant@odata.bind': 'Tenants(99999)' }, [400, 'REFERENCE_NOT_FOUND', 'TenantId']],
      [
        { TenantId: 9101, 'Tenant@odata.bind': 'Tenants(9102)' },
        [400, 'REFERENCE_MISMATCH', 'TenantId'],
      ],
      [
        { 'Tenant@odata.bind': 'Tenants(9102)', TenantId: 9101 },
        [400, 'REFERENCE_MISMATCH', 'TenantId'],
      ],
      // What cannot be bound is not passed over either: it asks for something that would not be stored.
      [
        { TenantId: 9101, 'Tenat@odata.bind': 'Tenants(9101)' },
        [400, 'UNKNOWN_FIELD', 'Tenat@odata.bind'],
      ],
    ] as const) {
      const answer = await write.post('/api/TenantContacts', { ...body, ...bound })
      expect([bound, ...refusalOf(answer)]).toEqual([bound, ...refusal])
    }
  })

  test('identifier and key of a stored row that is changed must agree too, whichever of them is new', async () => {
    const key = { BuildingCode: '900DEMO', UnitCode: '103' }
    const body = { LedgerDivisionId: 4, LastName: 'Essai', ...key }
    const { Id } = (await write.post('/api/Tenants', body)).json as { readonly Id: number }
    const change = async (sent: object): Promise<unknown> => {
      const answer = await write.patch(`/api/Tenants(${Id})?dryRun=true`, sent)
      if (answer.status !== 200) return refusalOf(answer)
      const { UnitId, UnitCode } = answer.json as Readonly<Record<string, unknown>>
      return [UnitId, UnitCode]
    }
    const mismatch = [400, 'REFERENCE_MISMATCH', 'UnitCode']
    expect(await change({ UnitId: 9002, UnitCode: '103' })).toEqual(mismatch)
    expect(await change({ UnitId: 9003, UnitCode: '102' })).toEqual(mismatch)
    expect(await change({ UnitId: 9002, UnitCode: '102' })).toEqual([9002, '102'])
    expect(await change({ UnitId: 9002 })).toEqual([9002, '102'])
    expect(await change({ UnitCode: '102' })).toEqual([9002, '102'])
    expect(await change({ UnitId: 9003, UnitCode: '103' })).toEqual([9003, '103'])
    expect(await change({ UnitId: null, UnitCode: null, BuildingCode: null })).toEqual([null, null])
  })

  test('null says nothing about what the server assigns, or what the other form of a reference says', async () => {
    const rental = { StartDate: '2026-07-01', Amount: 75, IsRenewable: false }
    const ids = { TenantId: 9111, ParkingId: 9304 }
    const noKey = { CompanyNo: null, DivisionNo: null, BuildingCode: null, ParkingCode: null }
    const path = '/api/TenantParkings?dryRun=true'
    const byId = await write.post(path, { ...rental, ...ids, ...noKey, TenantNo: null })
    expect(byId.json).toMatchObject({ CompanyNo: 3, BuildingCode: '900DEMO', ParkingCode: 'P04' })
    const key = { BuildingCode: '900DEMO', ParkingCode: 'P04' }
    const byKey = await write.post(path, { ...rental, TenantId: 9111, ParkingId: null, ...key })
    expect(byKey.json).toMatchObject({ ParkingId: 9304 })
    const neither = await write.post(path, { ...rental, TenantId: 9111, ParkingId: null, ...noKey })
    expect(refusalOf(neither)).toEqual([400, 'REQUIRED_FIELD', 'ParkingId'])
    const numbered = await write.post('/api/Tenants?dryRun=true', {
      LedgerDivisionId: 4,
      LastName: 'Essai',
      TenantNo: null,
    })
    expect(numbered.status).toBe(201)
  })

  test('a part that two keys lack is missed once', async () => {
    const lease = { StartDate: '2026-07-01', EndDate: '2027-06-30', RentAmount: 1000 }
    const answer = await write.post('/api/Leases', { ...lease, UnitCode: '101', TenantNo: 1 })
    expect(detailsOf(answer)).toEqual(
      ['CompanyNo', 'DivisionNo', 'BuildingCode', 'TenantType'].map((name) => [
        'REQUIRED_FIELD',
        name,
      ]),
    )
  })

  test('part of a key is not enough', async () => {
    const answer = await write.post('/api/TenantContacts', { TenantNo: 1, LastName: 'X' })
    expect(detailsOf(answer)).toEqual([
      ['REQUIRED_FIELD', 'CompanyNo'],
      ['REQUIRED_FIELD', 'DivisionNo'],
      ['REQUIRED_FIELD', 'TenantType'],
    ])
  })

  test('what belongs to another company-division is refused', async () => {
    const answer = await write.post('/api/AccessKeys', {
      BuildingId: 900,
      TenantId: 7535,
      KeyCode: 'K1',
    })
    expect(refusalOf(answer)).toEqual([400, 'DIVISION_MISMATCH', 'TenantId'])
    expect(messageOf(answer)).toBe('Tenant 3-1 D 7535.0 appartient à une autre compagnie-division.')
  })
})

describe('R-003 Codes are unique within their owner', () => {
  test('(2) a supplier code exists once per company, whatever its letter case', async () => {
    const answer = await write.post('/api/Suppliers', {
      CompanyNo: 3,
      SupplierCode: 'plombexp',
      Name: 'X',
    })
    expect(refusalOf(answer)).toEqual([409, 'DUPLICATE_KEY', 'SupplierCode'])
    expect(messageOf(answer)).toContain('PLOMBEXP')
    const elsewhere = await write.post('/api/Suppliers', {
      CompanyNo: 4,
      SupplierCode: 'plombexp',
      Name: 'X',
    })
    expect(elsewhere.json).toMatchObject({ SupplierCode: 'PLOMBEXP', CompanyNo: 4 })
  })

  test('fifty writers of one code: one row, forty-nine refusals', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        write.post('/api/Suppliers', { CompanyNo: 3, SupplierCode: 'course', Name: 'Course' }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(refusalOf(answer)).toEqual([409, 'DUPLICATE_KEY', 'SupplierCode'])
  })
})

describe('R-004 Decimals keep their declared scale', () => {
  test('(1) fewer decimals are completed', async () => {
    const answer = await write.post('/api/TenantContacts', { ...contact, GuaranteeAmount: 50 })
    expect(answer.text).toContain('"GuaranteeAmount":50.00')
  })

  test('(2) more decimals are refused, never rounded', async () => {
    const answer = await write.post('/api/TenantContacts', { ...contact, GuaranteeAmount: 50.005 })
    expect(refusalOf(answer)).toEqual([400, 'SCALE_EXCEEDED', 'GuaranteeAmount'])
    expect(messageOf(answer)).toBe('Le champ GuaranteeAmount accepte au plus 2 décimales.')
  })

  test.each([
    ['1e3', '1000.00'],
    ['9999999999.99', '9999999999.99'],
    ['5.0e-1', '0.50'],
    ['50.000', '50.00'],
    ['-0', '0.00'],
  ])('%s is %s', async (sent, stored) => {
    const body = JSON.stringify(contact).replace('}', `,"GuaranteeAmount":${sent}}`)
    const answer = await app.ask('/api/TenantContacts', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.text).toContain(`"GuaranteeAmount":${stored}`)
  })

  test.each(['1e400', '10000000000', '-0.01', '1e99999999'])('%s is out of range', async (sent) => {
    const body = JSON.stringify(contact).replace('}', `,"GuaranteeAmount":${sent}}`)
    const answer = await app.ask('/api/TenantContacts', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(refusalOf(answer)).toEqual([400, 'VALUE_OUT_OF_RANGE', 'GuaranteeAmount'])
  })

  test('a text is no number, unless the client says that it writes numbers so', async () => {
    const body = { ...contact, GuaranteeAmount: '50.10' }
    const plain = await write.post('/api/TenantContacts', body)
    expect(refusalOf(plain)).toEqual([400, 'INVALID_FORMAT', 'GuaranteeAmount'])
    const compatible = await write.post('/api/TenantContacts', body, {
      headers: { 'content-type': 'application/json;IEEE754Compatible=true' },
    })
    expect(compatible.text).toContain('"GuaranteeAmount":50.10')
  })
})

describe('R-005, R-006, R-007 Fields', () => {
  test('R-005 (2) a date has one spelling', async () => {
    for (const date of ['2026-7-1', '2026-02-30', '0000-01-01', '2026-07-01T00:00:00Z', 20260701]) {
      const answer = await write.post('/api/TenantContacts', { ...contact, GuaranteeEndDate: date })
      expect([date, ...refusalOf(answer)]).toEqual([
        date,
        400,
        'INVALID_FORMAT',
        'GuaranteeEndDate',
      ])
    }
  })

  test('R-005 an instant is stored in UTC', async () => {
    const answer = await write.post('/api/Notes', {
      LedgerDivisionId: 3,
      TenantId: 1,
      Body: 'x',
      NoteDate: '2026-06-30T23:30:00.1234567-04:00',
    })
    expect(answer.json).toMatchObject({ NoteDate: '2026-07-01T03:30:00.123Z' })
  })

  test('R-006 (1) and (2) a code in any letter case is one of its enumeration', async () => {
    const small = await write.post('/api/TenantContacts', { ...contact, ContactType: 'g ' })
    expect(small.json).toMatchObject({ ContactType: 'G' })
    const unknown = await write.post('/api/TenantContacts', { ...contact, ContactType: '9' })
    expect(refusalOf(unknown)).toEqual([400, 'INVALID_CODE', 'ContactType'])
    expect(messageOf(unknown)).toBe("Le code « 9 » n'est pas permis pour le champ ContactType.")
  })

  test('everything wrong is told at once, in the order of the model, the first on top', async () => {
    const answer = await write.post('/api/TenantContacts', {
      TenantId: 9101,
      Email: 'abc',
      Phone: '12',
      PostalCode: 'G1M2R',
      Relationship: 'x'.repeat(31),
      Priority: 0,
      Foo: 1,
    })
    expect(refusalOf(answer)).toEqual([400, 'REQUIRED_FIELD', 'LastName'])
    expect(detailsOf(answer)).toEqual([
      ['REQUIRED_FIELD', 'LastName'],
      ['MAX_LENGTH_EXCEEDED', 'Relationship'],
      ['INVALID_FORMAT', 'Phone'],
      ['INVALID_FORMAT', 'Email'],
      ['INVALID_FORMAT', 'PostalCode'],
      ['VALUE_OUT_OF_RANGE', 'Priority'],
      ['UNKNOWN_FIELD', 'Foo'],
    ])
  })

  test('(2) a postal code is stored in capitals with one blank', async () => {
    const answer = await write.post('/api/TenantContacts', { ...contact, PostalCode: 'g1m2r4' })
    expect(answer.json).toMatchObject({ PostalCode: 'G1M 2R4' })
  })

  test.each([
    ['GstNo', '12345'],
    ['QstNo', '123456789 TQ0001'],
    ['Neq', '123'],
  ])('R-074 (1) %s %s has not its form', async (field, value) => {
    const answer = await write.patch('/api/Suppliers(41)', { [field]: value })
    expect(refusalOf(answer)).toEqual([400, 'INVALID_FORMAT', field])
  })

  test('lengths are counted in characters as people see code points', async () => {
    const answer = await write.post('/api/TenantContacts', {
      ...contact,
      Relationship: '😀'.repeat(30),
    })
    expect(answer.json).toMatchObject({ Relationship: '😀'.repeat(30) })
  })
})

describe('R-008 Unknown, read-only and immutable fields', () => {
  test('(1) a row that was read can be sent back: 200, and nothing changes', async () => {
    const { Id } = await makeContact()
    const read = await app.ask(`/api/TenantContacts(${Id})`)
    const log = await app.column('select count(*) from change_log')
    const answer = await write.patch(`/api/TenantContacts(${Id})`, read.json)
    expect([answer.status, answer.text]).toEqual([200, read.text])
    expect(await app.column('select count(*) from change_log')).toEqual(log)
  })

  test('(1) and (2) on a lease: its rent may be repeated and not changed', async () => {
    const same = await write.patch('/api/Leases(9211)', { RentAmount: 1000.0 })
    expect(same.status).toBe(200)
    const other = await write.patch('/api/Leases(9211)', { RentAmount: 1100.0 })
    expect(refusalOf(other)).toEqual([400, 'FIELD_IMMUTABLE', 'RentAmount'])
    expect(messageOf(other)).toBe(
      'Le champ RentAmount ne peut plus être modifié après la création.',
    )
  })

  test('(3) an unknown field is refused, and the nearest one shown', async () => {
    const { Id } = await makeContact()
    const answer = await write.patch(`/api/TenantContacts(${Id})`, { LastNam: 'x' })
    expect(refusalOf(answer)).toEqual([400, 'UNKNOWN_FIELD', 'LastNam'])
    expect(messageOf(answer)).toBe(
      "Le champ LastNam n'existe pas dans l'entité TenantContact. → LastName",
    )
  })

  test('a read-only field is accepted as null on creation, as it is on update, and not otherwise', async () => {
    const nulls = await write.post('/api/TenantContacts', {
      ...contact,
      Id: null,
      CreatedDate: null,
    })
    expect(nulls.status).toBe(201)
    const given = await write.post('/api/TenantContacts', { ...contact, Id: 5 })
    expect(refusalOf(given)).toEqual([400, 'FIELD_READ_ONLY', 'Id'])
    const { Id } = nulls.json as Created
    const changed = await write.patch(`/api/TenantContacts(${Id})`, {
      ModifiedDate: '2026-01-01T00:00:00Z',
    })
    expect(refusalOf(changed)).toEqual([400, 'FIELD_READ_ONLY', 'ModifiedDate'])
  })

  test('legacy keys of another row move nothing that is immutable', async () => {
    const { Id } = await makeContact()
    const answer = await write.patch(`/api/TenantContacts(${Id})`, { TenantNo: 2 })
    expect(refusalOf(answer)).toEqual([400, 'FIELD_IMMUTABLE', 'TenantId'])
  })

  test('control information of OData clients is not stored and not refused', async () => {
    const answer = await write.post('/api/TenantContacts', {
      '@odata.type': '#Primmo.HApi.TenantContact',
      'Email@odata.type': '#String',
      ...contact,
    })
    expect(answer.status).toBe(201)
  })
})

describe('R-010 Operations offered', () => {
  test('(1) and (2) what the matrix does not offer answers 405 with Allow, before its body is looked at', async () => {
    const invoice = await write.patch('/api/Invoices(6001)', { Foo: 1 })
    expect([invoice.status, invoice.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
    const tenant = await app.ask('/api/Tenants(9101)', { method: 'DELETE', body: '{' })
    expect([tenant.status, tenant.headers.allow]).toEqual([405, 'GET, HEAD, PATCH, PUT, OPTIONS'])
    expect(refusalOf(tenant)).toEqual([405, 'OPERATION_NOT_SUPPORTED'])
  })

  test('OPTIONS tells what this user may send', async () => {
    const allow = async (path: string, as: 'integrator' | 'administrator'): Promise<unknown> =>
      (await app.ask(path, { method: 'OPTIONS', as })).headers.allow
    expect(await allow('/api/Buildings', 'integrator')).toBe('GET, HEAD, OPTIONS')
    expect(await allow('/api/Buildings', 'administrator')).toBe('GET, HEAD, POST, OPTIONS')
    expect(await allow('/api/Units(9001)', 'integrator')).toBe('GET, HEAD, PATCH, PUT, OPTIONS')
    expect(await allow('/api/GlEntries', 'administrator')).toBe('GET, HEAD, OPTIONS')
  })

  test('a right that was taken away answers 403 and names it', async () => {
    const { databaseName, userName } = app.clients.revocable
    const right = { set: 'TenantContacts', operation: 'create' } as const
    await revokeRight(app.db.database, { databaseName, userName }, right)
    await expect
      .poll(async () =>
        refusalOf(await write.post('/api/TenantContacts', contact, { as: 'revocable' })),
      )
      .toEqual([403, 'WRITE_NOT_PERMITTED', 'TenantContacts'])
    await grantRight(app.db.database, { databaseName, userName }, right)
    await expect
      .poll(
        async () => (await write.post('/api/TenantContacts', contact, { as: 'revocable' })).status,
      )
      .toBe(201)
  })

  test('who may write and not read gets the address, not the row', async () => {
    const { databaseName, userName } = app.clients.revocable
    const right = { set: 'TenantContacts', operation: 'read' } as const
    await revokeRight(app.db.database, { databaseName, userName }, right)
    await expect
      .poll(async () => {
        const answer = await write.post('/api/TenantContacts', contact, { as: 'revocable' })
        return [answer.status, answer.text]
      })
      .toEqual([204, ''])
    await grantRight(app.db.database, { databaseName, userName }, right)
  })
})
