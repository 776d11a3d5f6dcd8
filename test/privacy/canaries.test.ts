/** R-121: what is written about a person is in no log, no error, no event and no URL that the service makes. */

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { writeExamples } from '../../src/derive/write-examples.ts'
import { createLogger } from '../../src/log.ts'
import type { EntityType, Property } from '../../src/model/entity-type.ts'
import { domainTypes } from '../../src/model/model.ts'
import { isOffered, isWritable } from '../../src/model/offered.ts'
import { personalClassOf } from '../../src/model/personal-information.ts'
import { textFormatOf } from '../../src/model/text-format.ts'
import { type Answer, type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'
import { refusal, rowOf, writerOf } from '../support/writing.ts'
import { until } from '../webhooks/waiting.ts'
import { dumpDatabase } from './whole-database.ts'

/** In every value that the tests write about a person. */
const CANARY = 'KANARI'
const CANARY_NUMBER = '739517395173'
const MARKS = new RegExp(`${CANARY}|418.?555.?7395|${CANARY_NUMBER}`, 'i')

let app: TestApp
const logged: string[] = []
/** What was refused, and what was told of it. */
const errors: string[] = []

beforeAll(async () => {
  const { logFormat } = readConfig({
    flags: {},
    environment: {},
    file: '/nowhere/hapi.config.json',
  })
  const logger = createLogger(
    { logLevel: 'trace', logFormat },
    { write: (line) => void logged.push(line) },
  )
  app = await startTestApp({ logger, settings: { LOG_LEVEL: 'trace' } })
})

afterAll(() => app.close())

async function ask(path: string, options: AskOptions = {}): Promise<Answer> {
  const answer = await app.ask(path, { as: 'administrator', ...options })
  if (answer.status >= 400) errors.push(`${answer.text} ${JSON.stringify(answer.headers)}`)
  return answer
}

const write = (
  method: string,
  path: string,
  body: object | string,
  headers = {},
): Promise<Answer> =>
  ask(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** A value about a person that is legal, as far as a mark can be. */
function marked(property: Property): unknown {
  if (property.sealed === true) return CANARY_NUMBER
  const format = textFormatOf(property)?.name
  if (format === undefined) return CANARY.slice(0, property.maxLength)
  if (format === 'email') return `${CANARY}@example.com`
  return format === 'phone' ? '418-555-7395' : undefined
}

const personalTexts = (type: EntityType): readonly Property[] =>
  type.properties.filter(
    (property) =>
      personalClassOf(property) !== undefined &&
      property.type === 'Edm.String' &&
      property.enumeration === undefined &&
      isWritable(property),
  )

const written = domainTypes.filter(
  (type) => personalTexts(type).length > 0 && isOffered(type, 'create', 'administrator'),
)

/** The documented example with a mark in every field about a person. */
function example(type: EntityType): Record<string, unknown> {
  const fields = personalTexts(type).flatMap((property): [string, unknown][] => {
    const value = marked(property)
    return value === undefined ? [] : [[property.name, value]]
  })
  const values: Record<string, unknown> = {
    ...writeExamples[type.set]?.create,
    ...Object.fromEntries(fields),
  }
  // Only after a refusal there is a file at the tribunal (R-042).
  delete values['TalFileNo']
  return values
}

describe('R-121 Personal information', () => {
  test('of most sets with personal fields rows can be written', () => {
    expect(written.length).toBeGreaterThan(20)
  })

  test.each(written.map((type) => [type.set, type] as const))('%s', async (set, type) => {
    const body = example(type)
    const created = await write('POST', `/api/${set}`, body)
    expect([created.status, created.status === 201 ? '' : created.text]).toEqual([201, ''])
    const { Id: id } = rowOf(created)
    // Nothing but the Id is in what points to it.
    for (const header of ['location', 'odata-entityid', 'etag'])
      expect(String(created.headers[header] ?? '')).not.toMatch(MARKS)
    // The same once more, a wrong value of every field about a person, and a body cut in the middle.
    await write('POST', `/api/${set}`, body)
    for (const property of type.properties.filter((each) => personalClassOf(each) !== undefined)) {
      const wrong = [`${CANARY}${'x'.repeat(9_000)}`, [CANARY], { a: CANARY }, `\u0000${CANARY}`]
      for (const value of wrong)
        await write('PATCH', `/api/${set}(${id})`, { [property.name]: value })
    }
    const text = JSON.stringify(body)
    await write('POST', `/api/${set}`, text.slice(0, -3))
    await write('POST', `/api/${set}`, { ...body, Unknown: CANARY, Id: CANARY })
    await write('PATCH', `/api/${set}(99999999)`, body)
    await write(
      'PUT',
      `/api/${set}(${id})`,
      { ...body, ModifiedDate: CANARY },
      { 'if-match': 'W/"x"' },
    )
  })

  test('literals of filters, searches and keys', async () => {
    const literal = encodeURIComponent(`'${CANARY}'`)
    for (const path of [
      `/api/Tenants?$filter=LastName eq ${literal} and Balance eq ${literal}`,
      `/api/Tenants?$filter=BirthDate eq ${literal}`,
      `/api/Tenants?$filter=contains(LastName,${literal},1)`,
      `/api/Tenants?$filter=matchesPattern(LastName,${encodeURIComponent(`'${CANARY}['`)})`,
      `/api/Tenants?$filter=LastName eq ${literal}&$top=-1`,
      `/api/Tenants?$filter=LastName eq ${literal}&$orderby=Nme`,
      `/api/Tenants(LastName=${literal})`,
      `/api/Tenants(99999999)?$filter=LastName eq ${literal}`,
      `/api/Tenants?$search=${CANARY}&$skip=x`,
    ])
      expect([path, (await ask(path)).status]).toEqual([path, expect.toSatisfy((s) => s >= 400)])
    expect((await ask(`/api/Tenants?$filter=LastName eq ${literal}`)).status).toBe(200)
    expect((await ask(`/api/Tenants?$search=${CANARY}`)).status).toBe(200)
  })

  test('a next link carries the last row sealed', async () => {
    for (const order of ['LastName desc', 'Email', 'Phone desc']) {
      const path = `/api/Tenants?$orderby=${order}&$filter=Id gt 0`
      let next: string | undefined = path
      let links = 0
      while (next !== undefined && links < 5) {
        const answer: Answer = await ask(next, { headers: { prefer: 'maxpagesize=3' } })
        const { '@odata.nextLink': link } = answer.json as { '@odata.nextLink'?: string }
        expect(link ?? '').not.toMatch(MARKS)
        expect(decodeURIComponent(link ?? '')).not.toMatch(/Tremblay|Gagnon|@example/)
        next =
          link === undefined
            ? undefined
            : new URL(link, app.baseUrl).pathname + new URL(link, app.baseUrl).search
        links += 1
      }
      expect(links).toBeGreaterThan(2)
    }
  })

  test('example 1: the event of a tenant carries its Id only', async () => {
    const events = await ask('/api/events?after=start&limit=1000')
    expect([events.status, events.text.includes('"Tenant"')]).toEqual([200, true])
    expect(events.text).not.toMatch(MARKS)
    expect((await app.column<string>('select l::text from change_log l')).join('\n')).not.toMatch(
      MARKS,
    )
  })

  test('example 2: DUPLICATE_KEY on a tenant names its key, not the person', async () => {
    const answer = await write('POST', '/api/Tenants', {
      CompanyNo: 3,
      DivisionNo: 1,
      TenantNo: 1,
      LastName: CANARY,
    })
    const [code, , message] = refusal(answer, 409)
    expect([code, message.includes('3-1 D 1.0')]).toEqual(['DUPLICATE_KEY', true])
  })

  test('a code of a field about a person is not repeated', async () => {
    const answer = await write('PATCH', '/api/RentalApplications(310)', { ScreeningResult: CANARY })
    expect(refusal(answer, 400).slice(0, 2)).toEqual(['INVALID_CODE', 'ScreeningResult'])
  })

  test('after all of that, no error and no line of the log has a mark', () => {
    expect(errors.length).toBeGreaterThan(300)
    expect(errors.filter((text) => MARKS.test(text))).toEqual([])
    expect(logged.length).toBeGreaterThan(300)
    expect(logged.filter((line) => MARKS.test(line))).toEqual([])
  })

  test('the audit says that they have changed, and never what', async () => {
    const lines = await app.column<string>(
      'select p::text from audit.pending p union all select e::text from audit.entries e',
    )
    expect(lines.some((line) => line.includes('LastName') && line.includes('***'))).toBe(true)
    expect(lines.filter((line) => MARKS.test(line))).toEqual([])
  })
})

describe('R-120 Bank account numbers', () => {
  const agreement = {
    TenantId: 9114,
    InstitutionNo: '815',
    TransitNo: '20001',
    AccountNo: CANARY_NUMBER,
    AccountHolderName: 'Payeur',
    AgreementDate: '2026-06-15',
    StartDate: '2026-07-01',
  }
  const SET = '/api/PreauthorizedDebits'

  test('in whatever way they come, no table, no answer and no line of the log has one', async () => {
    await app.sql(
      "update preauthorized_debits set status = 'X' where account_id = 1 and tenant_id = 9114",
    )
    const { post } = writerOf(app)
    const answers: Answer[] = []
    const keep = async (answer: Promise<Answer>): Promise<Answer> => {
      answers.push(await answer)
      return answer
    }
    await keep(post(`${SET}?dryRun=true`, agreement))
    const again = { headers: { 'idempotency-key': 'canary', prefer: 'return=representation' } }
    const [first, second] = [
      await keep(post(SET, agreement, again)),
      await keep(post(SET, agreement, again)),
    ]
    expect([first.status, second.status, second.headers['idempotency-replayed']]).toEqual([
      201,
      201,
      'true',
    ])
    await keep(
      post(SET, { ...agreement, TransitNo: 'x' }, { headers: { 'idempotency-key': 'other' } }),
    )
    await keep(post(SET, agreement))
    const batch = {
      requests: [{ id: '1', method: 'POST', url: 'PreauthorizedDebits', body: agreement }],
    }
    await keep(post('/api/$batch', batch))
    const later = await keep(post(SET, agreement, { headers: { prefer: 'respond-async' } }))
    const monitor = new URL(String(later.headers['location']), app.baseUrl).pathname
    await until(async () => (await app.ask(monitor)).status !== 202)
    await keep(app.ask(monitor))
    await keep(app.ask(`${SET}(${rowOf(first).Id})`))
    expect(answers.filter(({ text }) => text.includes(CANARY_NUMBER))).toEqual([])
    expect(logged.filter((line) => line.includes(CANARY_NUMBER))).toEqual([])
    const dump = await dumpDatabase(app)
    expect(
      [...dump].flatMap(([table, rows]) =>
        rows.some((row) => row.includes(CANARY_NUMBER)) ? [table] : [],
      ),
    ).toEqual([])
    // Whoever knows the rest of a body could find the number by trying all: not with what is kept of it.
    const body = JSON.stringify(agreement)
    const plain = createHash('sha256').update(`POST ${SET}\n`).update(body).digest()
    expect(
      await app.column('select key from idempotency_keys where request_hash = $1', [plain]),
    ).toEqual([])
    expect(await app.column("select key from idempotency_keys where key = 'canary'")).toEqual([
      'canary',
    ])
  })
})
