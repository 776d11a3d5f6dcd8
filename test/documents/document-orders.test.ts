/** what the system produces by itself, from the change that orders it to the document and its event. */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { openDatabase } from '../../src/db/database.ts'
import {
  type DocumentWorkOptions,
  produceDue,
  startDocumentWorker,
} from '../../src/domain/documents/orders/document-worker.ts'
import { moveThroughDays } from '../../src/domain/leasing/account-days.ts'
import { makeTenant, postLease } from '../leasing/lease-support.ts'
import { readPdf } from '../support/pdf-text.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { rowOf, write } from '../support/writing.ts'

let app: TestApp
const told: string[] = []
const note = (_: object, message: string): void => void told.push(message)
const options = (more: Partial<DocumentWorkOptions> = {}): DocumentWorkOptions => ({
  database: app.database,
  now: () => new Date(),
  logger: { info: note, warn: note, error: note },
  ...more,
})

interface Produced {
  readonly Id: number
  readonly TenantId: number
  readonly Title: string
}

/** The unit of each lease that a test signs is free from 2026-07-01 on. */
const FREE_UNITS = { french: 9001, english: 9003 } as const

async function signLease(unitId: number, language: 'F' | 'A', more: object = {}): Promise<number> {
  const tenantId = await makeTenant(app)
  await write(app, 'PATCH', `/api/Tenants(${tenantId})`, { Language: language })
  const answer = await postLease(app, {
    UnitId: unitId,
    TenantId: tenantId,
    LeaseNo: `N° ${tenantId}/26`,
    IsRenewable: false,
    ...more,
  })
  return rowOf(answer).Id
}

const produced = (filter: string): Promise<readonly Produced[]> =>
  app.rows<Produced>(`/api/Documents?$filter=Source eq 'G' and ${filter}&$orderby=Id`)

/** What the content of the one document says; blanks of any width are blanks. */
async function textOf(filter: string): Promise<string> {
  const [document] = await produced(filter)
  const { bytes } = await app.ask(`/api/Documents(${document?.Id})/$value`)
  const { pieces } = readPdf(bytes)
  return pieces
    .map(({ text }) => text)
    .join('\n')
    .replaceAll('\u00a0', ' ')
}

/** Of the leases that are signed: the lessor, the place, the rent, the term. */
const SAID = {
  french: ['Gestion immobilière', 'app. 101', '1 000,00 $', '1er juillet 2026', '30 juin 2027'],
  english: ['Gestion immobilière', 'apt. 103', '$1,000.00', 'July 1, 2026', 'June 30, 2027'],
}

const orders = (): Promise<readonly object[]> =>
  app.sql('select entity, row_id, attempts, claim is null as free, fault from production.orders')

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

describe('R-110 Documents that the system produces', () => {
  test('the load of a portfolio orders none', async () => {
    expect(await orders()).toEqual([])
  })

  test.each([
    ['F', FREE_UNITS.french, 'Sommaire du bail', 'sommaire-bail-N-'],
    ['A', FREE_UNITS.english, 'Summary of lease', 'lease-summary-N-'],
  ] as const)(
    'a lease that is signed: its summary, in language %s',
    async (language, unitId, title, file) => {
      const id = await signLease(unitId, language)
      await produceDue(options())
      expect(await produced(`LeaseId eq ${id}`)).toEqual([])
      rowOf(await write(app, 'PATCH', `/api/Leases(${id})`, { SignedDate: '2026-06-14' }))
      await produceDue(options())
      const lease = rowOf(await app.ask(`/api/Leases(${id})`))
      const tenantId = Number(lease['TenantId'])
      expect(await produced(`LeaseId eq ${id}`)).toEqual([
        expect.objectContaining({
          DocumentType: 'BAIL',
          Title: `${title} N° ${tenantId}/26`,
          FileName: `${file}${tenantId}-26.pdf`,
          ContentType: 'application/pdf',
          DocumentDate: '2026-06-14',
          Language: language,
          LedgerDivisionId: 4,
          BuildingId: 900,
          UnitId: unitId,
          TenantId: tenantId,
          IsVisibleToTenant: true,
          PublishedDate: '2026-06-15T04:05:00Z',
        }),
      ])
      expect(await orders()).toEqual([])
      const text = await textOf(`LeaseId eq ${id}`)
      for (const said of language === 'F' ? SAID.french : SAID.english) expect(text).toContain(said)
      expect(text).toContain(`N° ${tenantId}/26`)
    },
  )

  test('a notice of modification that is given, and another when it is given anew', async () => {
    const { Id } = rowOf(
      await write(app, 'POST', '/api/LeaseRenewals', { LeaseId: 9219, NewRent: 560 }),
    )
    expect(await orders()).toEqual([])
    const path = `/api/LeaseRenewals(${Id})`
    rowOf(await write(app, 'PATCH', path, { NoticeDate: '2026-06-14' }))
    await produceDue(options())
    const [first] = await produced("LeaseId eq 9219 and DocumentType eq 'AVREN'")
    expect(first).toMatchObject({
      DocumentType: 'AVREN',
      DocumentDate: '2026-06-14',
      Title: 'Avis de modification du bail à compter du 1er juillet 2026',
      IsVisibleToTenant: true,
    })
    expect(rowOf(await app.ask(path))['DocumentId']).toBe(first?.Id)
    // What is not about its giving gives no other.
    rowOf(await write(app, 'PATCH', path, { Comment: 'Remis en main propre' }))
    expect(await orders()).toEqual([])
    rowOf(
      await write(app, 'PATCH', path, {
        NewRent: 555,
        NoticeDate: '2026-06-15',
        NewEndDate: '2027-06-30',
      }),
    )
    await produceDue(options())
    const [, second, ...others] = await produced("LeaseId eq 9219 and DocumentType eq 'AVREN'")
    const said = ['550,00 $', '555,00 $', 'Du 1er juillet 2026 au 30 juin 2027', 'chambre 119']
    const text = await textOf(`Id eq ${second?.Id}`)
    for (const each of said) expect(text).toContain(each)
    expect([second?.Title, others]).toEqual(['Avis de modification du bail 2026-2027', []])
    expect(rowOf(await app.ask(path))['DocumentId']).toBe(second?.Id)
  })

  test('a late notice, with the days that bring it: R-060, example 1 of R-110', async () => {
    await write(app, 'PATCH', '/api/Tenants(9115)', { Language: 'A' })
    for (const tenant of [9115, 9116]) await charge(tenant, '2026-06-15')
    const date = '2026-06-28'
    await moveThroughDays(app.database, 1, { date, pinTo: new Date(`${date}T04:05:00Z`) })
    await produceDue(options())
    expect(await produced("DocumentType eq 'AVRET'")).toEqual(
      [
        [9115, 'First late notice', 'late-notice-1-2026-06-20.pdf', '2026-06-20', 'A'],
        [9116, 'Premier avis de retard', 'avis-retard-1-2026-06-20.pdf', '2026-06-20', 'F'],
        [9115, 'Second late notice', 'late-notice-2-2026-06-27.pdf', '2026-06-27', 'A'],
        [9116, 'Deuxième avis de retard', 'avis-retard-2-2026-06-27.pdf', '2026-06-27', 'F'],
      ].map(([TenantId, Title, FileName, DocumentDate, Language]) =>
        expect.objectContaining({
          TenantId,
          Title,
          FileName,
          DocumentDate,
          Language,
          LeaseId: Number(TenantId) + 100,
          IsVisibleToTenant: true,
        }),
      ),
    )
    const notices = await app.rows<{ Id: number; DocumentId: number }>(
      '/api/LateNotices?$orderby=Id&$expand=Document($select=DocumentDate)',
    )
    const documents = await produced("DocumentType eq 'AVRET'")
    expect(notices.map(({ DocumentId }) => DocumentId)).toEqual(documents.map(({ Id }) => Id))
    for (const { Id } of documents) expect(await eventsOf(Id)).toEqual([3])
    const [english] = documents
    const text = await textOf(`Id eq ${english?.Id}`)
    for (const said of ['$910.00', 'June 15, 2026', '5 days']) expect(text).toContain(said)
  })
})

describe('R-110 Whatever happens meanwhile, there is one document', () => {
  test('a worker that dies with the document written: another one writes it', async () => {
    const dead = await takenByDead(await signedLease())
    await produceDue(options())
    expect(await orders()).toEqual([expect.objectContaining({ free: false, attempts: 1 })])
    await endClaims()
    await produceDue(options())
    expect(await orders()).toEqual([])
    // It was only slow.
    await dead.goOn()
    expect(await produced(`LeaseId eq ${dead.leaseId}`)).toHaveLength(1)
  })

  test('two processes and many orders: each is produced once', async () => {
    const others = await openDatabase({ connection: { url: app.db.url }, poolSize: 4 })
    const leases = await Promise.all(Array.from({ length: 6 }, signedLease))
    await Promise.all([
      produceDue(options()),
      produceDue(options({ database: others })),
      produceDue(options({ database: others })),
    ])
    await others.close()
    for (const id of leases) expect(await produced(`LeaseId eq ${id}`)).toHaveLength(1)
    expect(await orders()).toEqual([])
  })

  test('a row that changes while its document is written is read again', async () => {
    const leaseId = await signedLease()
    let written = 0
    const onWritten = async (): Promise<void> => {
      if (written++ === 0)
        rowOf(await write(app, 'PATCH', `/api/Leases(${leaseId})`, { PetsAllowed: true }))
    }
    await produceDue(options({ onWritten }))
    expect([written, await produced(`LeaseId eq ${leaseId}`)]).toEqual([2, [expect.anything()]])
  })

  test('a signature that is taken back, or a lease that is cancelled, orders none any more', async () => {
    const [back, cancelled] = [await signedLease(), await signedLease()]
    rowOf(await write(app, 'PATCH', `/api/Leases(${back})`, { SignedDate: null }))
    rowOf(await write(app, 'POST', `/api/Leases(${cancelled})/Cancel`, { Reason: 'Erreur' }))
    await produceDue(options())
    expect(await produced(`LeaseId in (${back},${cancelled})`)).toEqual([])
    expect(await orders()).toEqual([])
  })

  test('what fails is tried again with pauses, and kept for a person in the end', async () => {
    const leaseId = await signedLease()
    const onWritten = (): never => {
      throw new RangeError('no glyph')
    }
    for (let attempt = 1; attempt <= 10; attempt++) {
      await produceDue(options({ onWritten }))
      if (attempt < 10) await endClaims()
    }
    expect(await orders()).toEqual([
      { entity: 'Lease', row_id: leaseId, attempts: 10, free: true, fault: 'RangeError: no glyph' },
    ])
    expect(told.at(-1)).toBe('ordered document given up')
    await produceDue(options())
    expect(await produced(`LeaseId eq ${leaseId}`)).toEqual([])
    expect(JSON.parse(await hapi('documents orders --json'))).toEqual([
      expect.objectContaining({
        databaseName: expect.any(String),
        entity: 'Lease',
        rowId: leaseId,
        attempts: 10,
        dueDate: null,
        fault: 'RangeError: no glyph',
      }),
    ])
    expect(JSON.parse(await hapi('documents retry --json'))).toEqual({ orders: 1 })
    await produceDue(options({ onWritten }))
    expect(await orders()).toMatchObject([{ row_id: leaseId, attempts: 1 }])
    // Ordered anew, it begins anew.
    rowOf(await write(app, 'PATCH', `/api/Leases(${leaseId})`, { SignedDate: null }))
    rowOf(await write(app, 'PATCH', `/api/Leases(${leaseId})`, { SignedDate: '2026-06-15' }))
    await produceDue(options())
    expect(await produced(`LeaseId eq ${leaseId}`)).toHaveLength(1)
  })

  test('an import and a load are silent', async () => {
    const drafts = [await signedLease(null), await signedLease(null)]
    for (const [index, setting] of [
      `set local hapi.actor = '{"channel":"import"}'`,
      `set local hapi.change_log = 'off'`,
    ].entries())
      await app.db.database.transaction(
        async (client) => {
          await client.query(setting)
          await client.query("update leases set signed_date = '2026-06-15' where id = $1", [
            drafts[index],
          ])
        },
        { accountId: 1 },
      )
    expect(await orders()).toEqual([])
  })

  test('a worker that runs hears of a signature at once', async () => {
    const stop = await startDocumentWorker(options())
    const leaseId = await signedLease()
    let found = await produced(`LeaseId eq ${leaseId}`)
    for (let looks = 0; found.length === 0 && looks < 500; looks++) {
      await sleep(10)
      found = await produced(`LeaseId eq ${leaseId}`)
    }
    await stop()
    expect(found).toHaveLength(1)
  })
})

/** A lease of a unit that is free for as many as the tests want, one year after the other. */
async function signedLease(signedDate: string | null = '2026-06-15'): Promise<number> {
  const year = nextYear++
  return signLease(FREE_UNITS.french, 'F', {
    StartDate: `${year}-07-01`,
    EndDate: `${year + 1}-06-30`,
    SignedDate: signedDate,
  })
}

let nextYear = 2030

/** A worker that takes the order and writes the document, and is heard of no more until it goes on. */
async function takenByDead(
  leaseId: number,
): Promise<{ leaseId: number; goOn: () => Promise<void> }> {
  let goOn = (): void => {}
  const waits = new Promise<void>((resolve) => (goOn = resolve))
  let working: Promise<void> = Promise.resolve()
  await new Promise<void>((isWritten) => {
    working = produceDue(
      options({
        onWritten: () => {
          isWritten()
          return waits
        },
      }),
    )
  })
  return {
    leaseId,
    goOn: () => {
      goOn()
      return working
    },
  }
}

/** What a command answers. */
async function hapi(line: string): Promise<string> {
  let answer = ''
  const code = await runProgram(line.split(' '), {
    environment: { DATABASE_URL: app.db.url, HAPI_LANG: 'en' },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: (async function* () {})(),
    stdout: { write: (text: string) => (answer += text) },
    stderr: { write: () => {} },
    start: async () => {},
    seed: async () => {},
  })
  expect(code).toBe(0)
  return answer
}

/** As the time would: who has not stored by now is dead. */
async function endClaims(): Promise<void> {
  // A moment ago: columns of milliseconds round up.
  await app.sql(
    "update production.orders set due_date = clock_timestamp() - interval '1 second' returning row_id",
  )
}

async function charge(tenantId: number, dueDate: string): Promise<void> {
  await app.db.database.transaction(
    (client) =>
      client.query(
        `insert into receivable_transactions (
           account_id, id, company_no, division_no, tenant_type, tenant_no, transaction_no, tenant_id,
           ledger_division_id, transaction_type, transaction_date, due_date, period, amount, total_amount, open_amount)
         select 1, t.id, t.company_no, t.division_no, t.tenant_type, t.tenant_no, t.id, t.id, t.ledger_division_id,
                'FA', $2::date, $2::date, left($2::text, 7), 910, 910, 910
           from tenants t where t.account_id = 1 and t.id = $1`,
        [tenantId, dueDate],
      ),
    { accountId: 1 },
  )
}

function eventsOf(id: number): Promise<readonly number[]> {
  return app.column<number>(
    "select status::integer from change_log where account_id = 1 and entity = 'Document' and id = $1",
    [id],
  )
}
