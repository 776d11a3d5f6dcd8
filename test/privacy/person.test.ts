/** `hapi privacy export` and `anonymise`, for one person who is planted wherever an account can hold one. */

import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { advisoryLocks } from '../../src/db/advisory-locks.ts'
import { domainTypes, model } from '../../src/model/model.ts'
import { columnName, tableName } from '../../src/model/naming.ts'
import { personPathsOf } from '../../src/model/personal-information.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { rowOf, writerOf } from '../support/writing.ts'
import { until } from '../webhooks/waiting.ts'
import { identifiers, type Planted, plantPerson } from './planted-person.ts'
import { runPrivacy } from './run-privacy.ts'
import { dumpDatabase, foundIn } from './whole-database.ts'

let app: TestApp
let planted: Planted
let directory: string

beforeAll(async () => {
  app = await startTestApp()
  directory = await mkdtemp(join(tmpdir(), 'hapi-privacy-'))
  planted = await plantPerson(app)
  await keepAnswers()
})

afterAll(async () => {
  await app.close()
  await rm(directory, { recursive: true })
})

const hapi = (...line: readonly string[]) => runPrivacy(app, ...line)

/** The same each time. */
function commentUnderKey() {
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': 'zyx',
    prefer: 'return=representation',
  }
  const body = '{"Comment":"x"}'
  return app.ask(`/api/Tenants(${planted.tenantId})`, { method: 'PATCH', headers, body })
}

/** An answer under a key, one that came later, and what a receiver has quoted. */
async function keepAnswers(): Promise<void> {
  const path = `/api/Tenants(${planted.tenantId})`
  const written = await commentUnderKey()
  expect(written.text).toContain(identifiers.email)
  const later = await app.ask(path, { headers: { prefer: 'respond-async' } })
  expect(later.status).toBe(202)
  const monitor = new URL(String(later.headers['location']), app.baseUrl).pathname
  await until(async () => (await app.ask(monitor)).status === 200)
  await app.sql(
    `insert into webhooks.attempts (account_id, delivery_id, endpoint_id, number, started_at, duration_ms, result, response_body)
     values (1, 1, 1, 1, now(), 1, 'FAILED', $1)`,
    [`{"seen": "${identifiers.email}"}`],
  )
  const { lastName, firstName, email, phone } = identifiers
  rowOf(
    await writerOf(app).post('/api/WebhookEndpoints', {
      Url: 'https://crm.example.com/',
      Entities: ['Tenant'],
      Description: `Pour ${firstName} ${lastName}`,
      Filter: `Id gt 5 and (LastName eq '${lastName}' or Email eq '${email}' or contains(Phone,'${phone}'))`,
    }),
  )
  await app.sql('analyze')
}

/** Of every decimal of every set, the sum; and how many rows there are. */
async function totals(): Promise<unknown> {
  const sums: Record<string, unknown> = {}
  for (const type of domainTypes) {
    const amounts = type.properties.filter((property) => property.type === 'Edm.Decimal')
    const columns = amounts.map(
      (property) => `sum(${columnName(property)})::text as ${columnName(property)}`,
    )
    sums[type.set] = await app.sql(
      `select ${['count(*)::integer as rows', ...columns].join(', ')} from ${tableName(type)} where account_id = 1`,
    )
  }
  return sums
}

describe('security §6 Law 25: export person', () => {
  test('writes JSON, CSV and contents of everything about the person, and says so in the audit', async () => {
    const out = join(directory, 'evangeline')
    const { code, stdout, stderr } = await hapi(
      'export',
      '--tenant',
      String(planted.tenantId),
      '--out',
      out,
    )
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const counts = new Map(
      (JSON.parse(stdout) as { set: string; rows: number }[]).map(({ set, rows }) => [set, rows]),
    )
    expect(Object.fromEntries(counts)).toMatchObject({
      Tenants: 1,
      TenantContacts: 1,
      TenantParkings: 1,
      PreauthorizedDebits: 1,
      Payments: 1,
      Rl31Slips: 1,
      ServiceCalls: 1,
      Messages: 1,
      Notes: 1,
      Documents: 1,
      Prospects: 1,
      RentalApplications: 1,
      'Documents/$value': 1,
      '*': 1,
    })
    const json = JSON.parse(await readFile(join(out, 'person.json'), 'utf8'))
    expect(json.persons).toEqual([`Tenant:${planted.tenantId}`, `Prospect:${planted.prospectId}`])
    const [tenant] = json.sets.Tenants.rows
    expect(tenant).toMatchObject({ LastName: identifiers.lastName, Balance: 0, IsCompany: false })
    expect(json.sets.Tenants.labels.LastName).toEqual({ fr: 'Nom', en: 'Last name' })
    expect(json.mentionedElsewhere).toEqual([
      expect.objectContaining({ set: 'Notes', id: planted.noteId, property: 'Body' }),
    ])
    // by its end alone. R-121: the contact is another person.
    const text = JSON.stringify(json)
    expect(text).not.toContain(identifiers.accountNo)
    expect(json.sets.PreauthorizedDebits.rows[0].AccountNoMasked).toBe('****391')
    expect(json.sets.TenantContacts.rows).toEqual([
      expect.objectContaining({ Id: planted.contactId, '@onlyConcerned': true }),
    ])
    expect(json.sets.TenantContacts.rows[0]).not.toHaveProperty('LastName')
    const [file = ''] = await readdir(join(out, 'documents'))
    expect(await readFile(join(out, 'documents', file), 'utf8')).toContain(identifiers.policy)
    expect(await readFile(join(out, 'LISEZMOI-README.txt'), 'utf8')).toContain('DEV/ALEX')
    const csv = await readFile(join(out, 'csv', 'Tenants.csv'), 'utf8')
    expect(csv.split('\r\n')).toHaveLength(3)
    expect(csv).toContain('Last name · Nom')
    for (const path of ['person.json', 'csv/Tenants.csv'])
      expect((await stat(join(out, path))).mode & 0o777).toBe(0o600)
    expect(
      await app.column("select details ->> 'request' from audit.pending where kind = 'PRIVACY'"),
    ).toEqual([`hapi privacy export --person Tenant:${planted.tenantId}`])
  })

  test('never over what is there, and leaves nothing when it fails', async () => {
    const tenant = String(planted.tenantId)
    expect(await hapi('export', '--tenant', tenant, '--out', directory)).toMatchObject({ code: 4 })
    const out = join(directory, 'nobody')
    const nobody = await hapi('export', '--person', 'Prospect:99999999', '--out', out)
    expect(nobody).toMatchObject({ code: 4, stderr: expect.stringContaining('Prospect:99999999') })
    expect(await readdir(directory)).toEqual(['evangeline'])
  })

  test('says how to name whom', async () => {
    for (const line of [[], ['--person', 'Building:1'], ['--person', 'Tenant']])
      expect(await hapi('export', ...line, '--out', join(directory, 'x'))).toMatchObject({
        code: 2,
      })
  })
})

describe('security §6 Law 25: who-saw', () => {
  /** As the reading of a personal set leaves it. */
  async function read(
    at: string,
    key: string,
    entity: string,
    rows: { readonly ids?: readonly number[]; readonly firstId?: number; readonly lastId?: number },
  ): Promise<void> {
    await app.sql(
      `insert into audit.pending (account_id, at, actor, kind, entity, details)
       values (1, $1, $2, 'READ', $3, $4)`,
      [
        at,
        JSON.stringify({ channel: 'api', keyId: key, userName: `user of ${key}` }),
        entity,
        JSON.stringify(rows),
      ],
    )
  }

  async function whoSaw(...flags: readonly string[]): Promise<readonly Record<string, unknown>[]> {
    const { code, stdout, stderr } = await hapi('who-saw', ...flags)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout)
  }

  const JANUARY = ['--from', '2025-01-01', '--to', '2025-02-01'] as const

  beforeAll(async () => {
    const { tenantId } = planted
    await read('2025-01-10T12:00:00Z', 'exact', 'Tenant', { ids: [1, tenantId] })
    await read('2025-01-11T12:00:00Z', 'exact', 'Tenant', { ids: [tenantId] })
    await read('2025-01-12T12:00:00Z', 'range', 'Tenant', {
      firstId: tenantId - 1,
      lastId: tenantId + 1,
    })
    await read('2025-01-12T12:00:00Z', 'elsewhere', 'Tenant', { firstId: 1, lastId: tenantId - 1 })
    await read('2025-01-12T12:00:00Z', 'others', 'Tenant', { ids: [tenantId - 1, tenantId + 1] })
    await read('2025-01-13T12:00:00Z', 'document', 'Document', { ids: [planted.documentId] })
    await read('2025-02-01T00:00:00Z', 'february', 'Tenant', { ids: [tenantId] })
    // Whom it is about: the contact, and not the tenant.
    await read('2025-01-14T12:00:00Z', 'contact', 'TenantContact', { ids: [planted.contactId] })
  })

  test('names each reader once: for certain where rows are named, else by the range of a list', async () => {
    const seers = await whoSaw('--tenant', String(planted.tenantId), ...JANUARY)
    expect(seers.map(({ key, isExact, sets, times }) => [key, isExact, sets, times])).toEqual([
      ['exact', true, ['Tenants'], 2],
      ['range', false, ['Tenants'], 1],
      ['document', true, ['Documents'], 1],
    ])
    expect(seers[0]).toMatchObject({
      user: 'user of exact',
      channel: 'api',
      kinds: ['READ'],
      first: '2025-01-10T12:00:00.000Z',
      last: '2025-01-11T12:00:00.000Z',
    })
  })

  test('whoever read a row of the person, or a list around it, by the API has seen it', async () => {
    const { tenantId } = planted
    const [own, around] = ['revocable', 'administrator'] as const
    await app.ask(`/api/Tenants(${tenantId})?$select=LastName`, { as: own })
    await app.ask('/api/Tenants?$select=City', { as: around })
    await app.ask(`/api/Tenants?$filter=Id ne ${tenantId}&$top=1&$orderby=Id`, { as: 'other' })
    await app.happenings.flush()
    const seers = await whoSaw('--tenant', String(tenantId))
    expect(seers).toContainEqual(
      expect.objectContaining({
        integrator: app.clients[own].integrator,
        user: app.clients[own].userName,
        channel: 'api',
        isExact: true,
        kinds: ['READ'],
        sets: ['Tenants'],
        times: 1,
      }),
    )
    expect(seers.find(({ user }) => user === app.clients[around].userName)).toMatchObject({
      isExact: false,
      kinds: ['READ'],
    })
    expect(seers.map(({ user }) => user)).not.toContain(app.clients.other.userName)
    expect(await whoSaw('--user', app.clients[own].userName)).toContainEqual({
      person: `Tenant:${tenantId}`,
      sets: ['Tenants'],
      isExact: true,
    })
  })

  test('whoever changed a row of the person has seen it', async () => {
    const seers = await whoSaw('--tenant', String(planted.tenantId))
    const { userName } = app.clients.integrator
    expect(seers).toContainEqual(
      expect.objectContaining({
        user: userName,
        isExact: true,
        kinds: expect.arrayContaining(['INSERT']),
      }),
    )
  })

  test('the other way round, a key and an interval give the persons', async () => {
    expect(await whoSaw('--key', 'exact', ...JANUARY)).toEqual([
      { person: 'Tenant:1', sets: ['Tenants'], isExact: true },
      { person: `Tenant:${planted.tenantId}`, sets: ['Tenants'], isExact: true },
    ])
    expect(await whoSaw('--key', 'range', ...JANUARY)).toContainEqual({
      person: `Tenant:${planted.tenantId}`,
      sets: ['Tenants'],
      isExact: false,
    })
    expect(await whoSaw('--user', 'user of contact', ...JANUARY)).toEqual([
      { person: `TenantContact:${planted.contactId}`, sets: ['TenantContacts'], isExact: true },
    ])
    expect(await whoSaw('--key', 'document', ...JANUARY)).toEqual([
      { person: `Tenant:${planted.tenantId}`, sets: ['Documents'], isExact: true },
    ])
  })

  test('is itself in the audit, and has to be told whom', async () => {
    await whoSaw('--key', 'february', ...JANUARY)
    expect(
      await app.column(
        "select details ->> 'request' from audit.pending where kind = 'PRIVACY' order by id desc limit 1",
      ),
    ).toEqual(['hapi privacy who-saw --key february'])
    expect(await hapi('who-saw')).toMatchObject({ code: 2 })
    const backwards = await hapi(
      'who-saw',
      '--key',
      'x',
      '--from',
      '2025-02-01',
      '--to',
      '2025-01-01',
    )
    expect(backwards).toMatchObject({ code: 2 })
  })
})

async function anotherProspect(): Promise<number> {
  const { post } = writerOf(app)
  const body = {
    LedgerDivisionId: 4,
    LastName: 'Neuve',
    FirstName: 'Zita',
    Email: 'nouvelle.zyx@example.org',
  }
  return rowOf(await post('/api/Prospects', body)).Id
}

describe('security §6 Law 25: anonymise person', () => {
  const anonymise = (...flags: readonly string[]) =>
    hapi('anonymise', '--tenant', String(planted.tenantId), ...flags)

  test('is refused while something goes on, and says what', async () => {
    await app.sql('update tenants set balance = -1234.5 where account_id = 1 and id = $1', [
      planted.tenantId,
    ])
    const { code, stderr } = await anonymise('--before-retention-ends')
    expect(code).toBe(4)
    expect(stderr).toContain('the balance is −$1,234.50')
    expect(stderr).toContain(
      `pre-authorized debit agreement ${planted.agreementId} is not cancelled`,
    )
    await app.sql('update tenants set balance = 0 where account_id = 1 and id = $1', [
      planted.tenantId,
    ])
    expect((await hapi('anonymise', '--tenant', '9102')).stderr).toMatch(/lease L-9202 is in force/)
    await app.ask(`/api/PreauthorizedDebits(${planted.agreementId})`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"Status":"X"}',
    })
  })

  test('is refused while accounting records are kept, unless the operator decides', async () => {
    const { code, stderr } = await anonymise()
    expect(code).toBe(4)
    expect(stderr).toContain('accounting records are kept through 2032-12-31')
    expect(stderr).toContain('--before-retention-ends')
  })

  test('--dry-run tells what would change, and changes nothing', async () => {
    const before = foundIn(await dumpDatabase(app), identifiers)
    const { code, stdout } = await anonymise('--before-retention-ends', '--dry-run')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ set: 'Messages', rows: 1 }))
    expect(foundIn(await dumpDatabase(app), identifiers)).toEqual(before)
  })

  test('leaves none of twelve identifiers in any table, and every total as it was', async () => {
    const before = foundIn(await dumpDatabase(app), identifiers)
    // They are where they can be: else the test would prove nothing.
    for (const table of [
      'tenants',
      'tenant_contacts',
      'tenant_parkings',
      'messages',
      'notes',
      'documents',
    ])
      expect(before.join('\n')).toContain(`public.${table}: `)
    for (const table of [
      'document_pieces',
      'idempotency_keys',
      'async_answers',
      'import_refusals',
      'import_labels',
      'payments',
      'rl31_slips',
    ])
      expect(before.join('\n')).toContain(`public.${table}: `)
    expect(before.join('\n')).toContain('webhooks.attempts: email')
    expect(before.join('\n')).toContain('webhooks.endpoints: phone')
    expect(before.filter((found) => /accountNo|audit\./.test(found))).toEqual([])
    expect(new Set(before.map((found) => found.split(': ')[1]))).toEqual(
      new Set([
        ...Object.keys(identifiers).filter((name) => name !== 'accountNo'),
        '4185557391',
        '5815557392',
        '4185557393',
      ]),
    )
    const sums = await totals()
    const { code, stderr } = await anonymise('--before-retention-ends')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    // An external identifier that named her is gone; the audit keeps what it was, as it keeps the Id.
    const dump = new Map(await dumpDatabase(app))
    const isTold = (row: string): boolean =>
      row.includes(`"ExternalId":["crm ${identifiers.email}"`)
    const audit = (dump.get('audit.pending') ?? []).map((row) =>
      row.replaceAll('\\"', '"').replaceAll('""', '"'),
    )
    expect(audit.filter(isTold)).toHaveLength(1)
    dump.set(
      'audit.pending',
      audit.filter((row) => !isTold(row)),
    )
    expect(foundIn(dump, identifiers)).toEqual([])
    expect(await totals()).toEqual(sums)
  })

  test('whoever asks again under a key is told that it is done, and it is not done twice', async () => {
    const again = await commentUnderKey()
    expect([again.status, again.text, again.headers['idempotency-replayed']]).toEqual([
      204,
      '',
      'true',
    ])
    expect(again.headers).toMatchObject({ 'preference-applied': 'return=minimal' })
    const [tenant] = await app.rows(`/api/Tenants?$filter=Id eq ${planted.tenantId}`)
    expect(tenant).toMatchObject({ Comment: null })
  })

  test('what is left are legal rows about nobody, and a text of others says the rest', async () => {
    const [tenant] = await app.rows(`/api/Tenants?$filter=Id eq ${planted.tenantId}`)
    expect(tenant).toMatchObject({
      LastName: 'Anonyme',
      FirstName: null,
      Email: null,
      BirthDate: null,
    })
    const note = await app.ask(`/api/Notes(${planted.noteId})`)
    expect(note.json).toMatchObject({ Body: 'La clé est chez [retiré], [retiré], 2e étage.' })
    expect((await app.ask(`/api/Documents(${planted.documentId})/$value`)).status).toBe(204)
    expect(await app.rows('/api/WebhookEndpoints?$select=Description,Filter')).toEqual([
      {
        Description: 'Pour [retiré]',
        Filter: "Id gt 5 and (LastName eq '•••' or Email eq '•••' or contains(Phone,'•••'))",
      },
    ])
    const [number] = await app.column(
      'select account_no from preauthorized_debits where account_id = 1 and id = $1',
      [planted.agreementId],
    )
    expect(number).toBeNull()
  })

  test('integrators are told which rows have changed, and the audit says who did it', async () => {
    const events = await app.column<string>(
      `select distinct entity from change_log where account_id = 1
        and xid = (select xid from change_log where entity = 'Tenant' and id = $1 order by seq desc limit 1)`,
      [planted.tenantId],
    )
    expect(events).toEqual(expect.arrayContaining(['Tenant', 'Message', 'Document', 'ServiceCall']))
    expect(
      await app.sql(
        `select entity, entity_id::integer as id, actor::json ->> 'process' as process from audit.pending
          where kind = 'PRIVACY' and details ->> 'request' like '%anonymise%' and entity = 'Tenant'`,
      ),
    ).toEqual([{ entity: 'Tenant', id: planted.tenantId, process: 'hapi privacy anonymise' }])
  })

  test('what is being written meanwhile is waited for', async () => {
    const prospectId = await anotherProspect()
    const waits = "select 1 from pg_locks where locktype = 'advisory' and objid = 1 and not granted"
    const running = await app.db.database.transaction(
      async (client) => {
        await client.query('select pg_advisory_xact_lock_shared($1, 1)', [advisoryLocks.accountDay])
        await client.query(
          `insert into notes (account_id, id, company_no, division_no, ledger_division_id, note_type, note_date, body, is_pinned)
           select account_id, 880002, company_no, division_no, ledger_division_id, note_type, note_date, 'Vu nouvelle.zyx@example.org', is_pinned
             from notes where id = $1`,
          [planted.noteId],
        )
        const anonymised = hapi('anonymise', '--person', `Prospect:${prospectId}`)
        await until(async () => (await app.sql(waits)).length > 0)
        return { anonymised }
      },
      { accountId: 1 },
    )
    expect(await running.anonymised).toMatchObject({ code: 0 })
    expect(await app.column('select body from notes where id = 880002')).toEqual(['Vu [retiré]'])
  })

  test('a homonym stays named, and is pointed out when a telephone number is shared', async () => {
    const { post } = writerOf(app)
    const body = {
      LedgerDivisionId: 4,
      LastName: 'Doublet',
      FirstName: 'Léo',
      Phone: '438-555-7399',
    }
    const [first, second] = [
      rowOf(await post('/api/Prospects', { ...body, Email: 'leo.zyx@example.org' })).Id,
      rowOf(await post('/api/Prospects', body)).Id,
    ]
    const text = 'Léo Doublet, 438 555-7399, leo.zyx@example.org'
    const noteId = rowOf(
      await post('/api/Notes', { BuildingId: 900, LedgerDivisionId: 4, Body: text }),
    ).Id
    const { code, stdout } = await hapi('anonymise', '--person', `Prospect:${first}`)
    expect([code, stdout.includes(`Prospect:${second}`)]).toEqual([0, true])
    const note = await app.ask(`/api/Notes(${noteId})`)
    expect(note.json).toMatchObject({ Body: 'Léo Doublet, 438 555-7399, [retiré]' })
    // Nobody else has them any longer.
    await hapi('anonymise', '--person', `Prospect:${second}`)
    expect((await app.ask(`/api/Notes(${noteId})`)).json).toMatchObject({
      Body: '[retiré], [retiré], [retiré]',
    })
  })

  test('again, there is nothing left to do', async () => {
    const { code, stdout } = await anonymise('--before-retention-ends')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).map(({ rows }: { rows: number }) => rows)).toEqual([0, 0, 0])
  })
})

describe('R-121 whose information it is', () => {
  test('every relation that leads to a person is said', () => {
    const people = [
      'Tenant',
      'CoTenant',
      'TenantContact',
      'Prospect',
      'Owner',
      'Employee',
      'Supplier',
    ]
    const said = new Map(
      domainTypes.map((type) => [type.name, personPathsOf(type).map(({ path }) => path[0] ?? '')]),
    )
    const missing = domainTypes.flatMap((type) =>
      type.navigation
        .filter(({ cardinality, target }) => cardinality !== 'many' && people.includes(target))
        .filter(({ name }) => said.get(type.name)?.includes(name) !== true)
        .map(({ name }) => `${type.name}.${name}`),
    )
    expect(missing).toEqual([])
  })

  test('every set with personal fields is of somebody', () => {
    // Who has written a note, asked for a run or works for a company does so as part of his work.
    const anonymous = model.entityTypes.filter(
      (type) =>
        type.properties.some(({ personal }) => personal === true) &&
        personPathsOf(type).length === 0,
    )
    expect(anonymous.map(({ name }) => name)).toEqual(['BillingRun'])
  })
})
