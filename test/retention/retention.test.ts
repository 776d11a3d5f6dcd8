/** How long documents are kept, what destroys them, and what proves it. */

import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listAccounts } from '../../src/auth/accounts.ts'
import { runProgram } from '../../src/cli/program.ts'
import { destroyDueDocuments } from '../../src/domain/retention/destroy-due.ts'
import { destroyDaily } from '../../src/retention-work.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { lastEvents, rowOf, writerOf } from '../support/writing.ts'
import { plant, plantDocument } from './retention-rows.ts'

let app: TestApp
let folder: string

beforeAll(async () => {
  app = await startTestApp()
  folder = await mkdtemp(join(tmpdir(), 'hapi-retention-'))
})

afterAll(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

async function hapi(
  line: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  let [stdout, stderr] = ['', '']
  const code = await runProgram(line.split(' '), {
    environment: { DATABASE_URL: app.db.url, HAPI_LANG: 'en', ...environment },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: (async function* () {})(),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    start: async () => {},
    seed: async () => {},
  })
  return { code, stdout, stderr }
}

async function linesOf(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const text = await readFile(path, 'utf8')
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

/** Lease 9261 and the stay of its tenant ended on this day. */
const LEFT = { LeaseId: 9261, TenantId: 9161 }
/** An expense and an asset. */
const [EXPENSE, ASSET] = [991, 992]

describe('Law 25, s. 23: how long documents are kept', () => {
  /** Since when each need not be kept any more, as people who know the law count; null: it is kept. */
  const cases: readonly (readonly [string, string, object, string | null])[] = [
    ['a late notice, three years after the lease', 'AVRET', LEFT, '2029-06-01'],
    ['a lease, six years after the year in which it ended', 'BAIL', LEFT, '2033-01-01'],
    ['its notice, which says the rent, as long as it', 'AVREN', LEFT, '2033-01-01'],
    ['a schedule of it too', 'ANNEX', LEFT, '2033-01-01'],
    ['what nobody knows, the longest', 'AUTRE', LEFT, '2033-01-01'],
    [
      'what is valid beyond the lease, from then on',
      'BAIL',
      { ...LEFT, ExpiryDate: '2030-03-01' },
      '2037-01-01',
    ],
    [
      'what was written after the lease, from then on',
      'AVRET',
      { ...LEFT, DocumentDate: '2026-06-14' },
      '2029-06-15',
    ],
    ['a report about a tenant who has left', 'INSP', { TenantId: 9161 }, '2029-06-01'],
    ['the lease of a tenant who is there', 'BAIL', { LeaseId: 9201, TenantId: 9101 }, null],
    ['the report about a tenant who is there', 'INSP', { TenantId: 9101 }, null],
    [
      'a photo of a call that was completed on June 10 at 22:00',
      'PHOTO',
      { ServiceCallId: 5002 },
      '2029-06-11',
    ],
    ['a photo of a building', 'PHOTO', { BuildingId: 900 }, null],
    ['the by-laws of a building, whatever lease they were handed with', 'REGL', LEFT, null],
    [
      'a receipt, six years after its year, whoever is there',
      'RECU',
      { TenantId: 9101 },
      '2033-01-01',
    ],
    ['a debit file', 'PREL', {}, '2033-01-01'],
    ['a statement of a tenant who owes', 'ETAT', { TenantId: 9162 }, null],
    [
      'a slip, by its year and not that in which it was made',
      'RL31',
      { Id: 71_001, DocumentDate: '2026-02-20' },
      '2032-01-01',
    ],
    [
      'a slip of which only the date is known',
      'RL31',
      { DocumentDate: '2026-02-20' },
      '2033-01-01',
    ],
    [
      'an invoice, by the year in which it was paid',
      'FACT',
      { Id: 71_002, DocumentDate: '2025-12-20' },
      '2033-01-01',
    ],
    ['an invoice that is not paid', 'FACT', { Id: 71_003 }, null],
    ['the invoice of an asset', 'FACT', { Id: 71_004 }, null],
    ['an invoice that nobody entered', 'FACT', {}, null],
    ['a debit agreement, three years after it was cancelled', 'PPA', { Id: 71_005 }, '2029-04-16'],
    ['a debit agreement in force', 'PPA', { Id: 71_006 }, null],
    [
      'a year that ends in June and the calendar’s, whichever is later',
      'RECU',
      { LedgerDivisionId: 5, DocumentDate: '2026-01-15' },
      '2033-01-01',
    ],
    [
      'a year that ends on February 28 of the next',
      'RECU',
      { LedgerDivisionId: 6, DocumentDate: '2026-03-01' },
      '2033-03-01',
    ],
    [
      'what was added a year ago at least, however old it is',
      'RECU',
      { DocumentDate: '2010-01-01' },
      '2027-01-05',
    ],
  ]
  const plan = 'plan.ndjson'

  beforeAll(async () => {
    await app.sql(
      "update service_calls set completed_date = '2026-06-11T02:00:00Z', closed_date = null where account_id = 1 and id = 5002",
    )
    await app.sql('update tenants set balance = 12.5 where account_id = 1 and id = 9162')
    await app.sql(
      'update companies set fiscal_year_end_month = 6, fiscal_year_end_day = 30 where account_id = 1 and id = 3',
    )
    await app.sql(
      'update companies set fiscal_year_end_month = 2, fiscal_year_end_day = 31 where account_id = 1 and id = 4',
    )
    const slip = { TenantId: 9161, TaxYear: 2025, DocumentId: 71_001 }
    await plant(app, 'Rl31Slip', { Id: 71_001, ...slip })
    for (const [Id, AccountType] of [
      [EXPENSE, 'D'],
      [ASSET, 'A'],
    ])
      await plant(app, 'GlAccount', { Id, AccountNo: `X${Id}`, AccountType })
    for (const [Id, GlAccountId, paid] of [
      [71_002, EXPENSE, { Status: 'P', BalanceAmount: 0, PaidDate: '2026-01-05' }],
      [71_003, EXPENSE, { Status: 'A', BalanceAmount: 344.93 }],
      [71_004, ASSET, { Status: 'P', BalanceAmount: 0, PaidDate: '2026-01-05' }],
    ] as const) {
      const invoice = {
        Id,
        DocumentId: Id,
        InvoiceNo: `F-${Id}`,
        InvoiceDate: '2025-12-20',
        ExternalReference: `s-${Id}`,
      }
      await plant(app, 'Invoice', { ...invoice, ...paid })
      await plant(app, 'InvoiceLine', { Id, InvoiceId: Id, GlAccountId })
    }
    const agreement = { Category: 'P', DocumentId: 71_005, TenantId: 9161 }
    await plant(app, 'PreauthorizedDebit', {
      Id: 71_005,
      ...agreement,
      Status: 'X',
      CancelledDate: '2026-04-15',
    })
    await plant(app, 'PreauthorizedDebit', {
      Id: 71_006,
      ...agreement,
      DocumentId: 71_006,
      TenantId: 9162,
      Status: 'A',
    })
    for (const [index, [, kind, values]] of cases.entries())
      await plantDocument(app, 70_001 + index, kind, values as Readonly<Record<string, unknown>>)
    const path = join(folder, plan)
    // A hundred years from now, nothing ended but time.
    const { code, stderr } = await hapi(
      `documents retention --account DEV/ALEX --on 2126-01-01 --proof ${path} --json`,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test.each(
    cases.map(([what, , values, since], index) => ({
      what,
      since,
      id: 'Id' in values ? values.Id : 70_001 + index,
    })),
  )('$what: $since', async ({ since, id }) => {
    const line = (await linesOf(join(folder, plan))).find((each) => each['id'] === id)
    expect(line?.['since'] ?? null).toBe(since)
  })

  test('the first day on which it falls due, and not the day before', async () => {
    const due = async (day: string): Promise<unknown> => {
      const { stdout } = await hapi(`documents retention --account DEV/ALEX --on ${day} --json`)
      return (JSON.parse(stdout) as { documentType: string }[]).map(
        ({ documentType }) => documentType,
      )
    }
    expect(await due('2029-05-31')).not.toContain('AVRET')
    expect(await due('2029-06-01')).toContain('AVRET')
  })

  test('HAPI_DOCUMENT_TERMS lengthens a term; what is shorter than the law, or no kind with a term, refuses the command', async () => {
    const longer = { HAPI_DOCUMENT_TERMS: 'AVRET=10, BAIL=6' }
    const { stdout } = await hapi(
      'documents retention --account DEV/ALEX --on 2036-05-31 --json',
      longer,
    )
    expect(stdout).not.toContain('AVRET')
    expect(stdout).toContain('BAIL')
    for (const text of ['BAIL=5', 'REGL=10', 'XYZ=10', 'BAIL', 'BAIL=101'])
      expect(await hapi('documents retention', { HAPI_DOCUMENT_TERMS: text })).toMatchObject({
        code: 2,
      })
    const { stdout: terms } = await hapi('documents terms --json', longer)
    expect(JSON.parse(terms)).toContainEqual(
      expect.objectContaining({ documentType: 'AVRET', years: 10 }),
    )
  })
})

describe('security §6 Law 25: retention job, dry run and proof', () => {
  const content = '418-555-0199 doit 900 $'
  const sha256 = createHash('sha256').update(content).digest('hex')

  /** A receipt of 2015 with its content, added years ago. */
  async function oldReceipt(): Promise<number> {
    const { post } = writerOf(app)
    const { Id } = rowOf(
      await post('/api/Documents', {
        LedgerDivisionId: 4,
        DocumentType: 'RECU',
        Title: 'Reçu de Jeanne Dupuis',
        FileName: 'jeanne.txt',
        ContentType: 'text/plain',
        DocumentDate: '2015-03-01',
      }),
    )
    const headers = { 'content-type': 'text/plain' }
    const put = await app.ask(`/api/Documents(${Id})/$value`, {
      method: 'PUT',
      body: content,
      headers,
    })
    expect(put.status).toBe(204)
    await app.sql(
      "update documents set created_date = '2016-01-01' where account_id = 1 and id = $1",
      [Id],
    )
    return Id
  }

  const ids = (): Promise<readonly number[]> =>
    app.column<number>(
      "select id from documents where document_type = 'RECU' and created_date < '2017-01-01' and account_id = 1 order by id",
    )

  test('without --apply, and with it but without a proof, nothing is changed', async () => {
    const id = await oldReceipt()
    // What was read before is written within a second, whatever happens here.
    const count =
      "select count(*)::integer from audit.pending where kind not in ('READ', 'SIGN_IN', 'REFUSAL')"
    const before = await app.column(count)
    const { code, stdout, stderr } = await hapi('documents retention')
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        new RegExp(`DEV/ALEX +RECU +1 +0 +${content.length} +2022-01-01 .*6 years`),
      ),
      stderr: expect.stringContaining('Nothing was changed'),
    })
    expect(await hapi('documents retention --apply')).toMatchObject({ code: 2 })
    expect(await hapi('documents retention --apply --dry-run --proof x')).toMatchObject({ code: 2 })
    expect(await hapi('documents retention --apply --on 2030-01-01 --proof x')).toMatchObject({
      code: 2,
    })
    expect(await ids()).toContain(id)
    expect(await app.column(count)).toEqual(before)
  })

  test('--apply deletes as the API does: event, audit and content; the proof names it, and nobody', async () => {
    const path = join(folder, 'proof.ndjson')
    const due = await ids()
    const { code, stdout } = await hapi(`documents retention --apply --proof ${path} --json`)
    expect({ code, rows: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      rows: [{ documents: due.length, emptied: 0 }],
    })
    expect(await ids()).toEqual([])
    const [id] = due
    expect((await app.ask(`/api/Documents(${id})`)).status).toBe(404)
    expect(await app.column('select from document_contents where document_id = $1', [id])).toEqual(
      [],
    )
    expect(
      await app.sql(
        "select kind, actor::jsonb ->> 'process' as process, changes::jsonb -> 'Sha256' ->> 0 as sha256 from audit.pending where entity = 'Document' and entity_id = $1 and kind = 'DELETE'",
        [id],
      ),
    ).toEqual([{ kind: 'DELETE', process: 'hapi documents retention', sha256 }])
    expect(await lastEvents(app)).toEqual(due.map((each) => `Document ${each} 2`))
    const [begun, committed] = await linesOf(path)
    expect(begun).toMatchObject({
      state: 'begun',
      batch: 1,
      account: 'DEV/ALEX',
      id,
      sha256,
      since: '2022-01-01',
      referredBy: null,
    })
    expect(committed).toMatchObject({ state: 'committed', batch: 1, deleted: due, emptied: [] })
    const text = await readFile(path, 'utf8')
    expect(text).toContain('Tax Administration Act, s. 35.1')
    expect(text).not.toMatch(/Jeanne|418/)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    // Again: nothing is left to destroy, and no proof is written over.
    expect(await hapi(`documents retention --apply --proof ${path} --json`)).toMatchObject({
      code: 0,
      stdout: '[]\n',
    })
  })

  test('what something refers to stays as a row about nobody, without its content; it is not due again', async () => {
    const id = await oldReceipt()
    await plant(app, 'Message', { Id: 71_010, DocumentId: id })
    const path = join(folder, 'emptied.ndjson')
    await hapi(`documents retention --apply --proof ${path}`)
    expect(
      (await linesOf(path)).map((line) => [line['state'], line['referredBy'], line['emptied']]),
    ).toEqual([
      ['begun', 'Message:71010', undefined],
      ['committed', undefined, [id]],
    ])
    expect(rowOf(await app.ask(`/api/Documents(${id})`))).toMatchObject({
      Title: '[retiré]',
      FileName: `document-${id}.txt`,
      FileSize: 0,
      Sha256: null,
    })
    expect((await app.ask(`/api/Documents(${id})/$value`)).status).toBe(204)
    expect(await app.column('select from document_contents where document_id = $1', [id])).toEqual(
      [],
    )
    expect((await hapi('documents retention --json')).stdout).toBe('[]\n')
  })

  test('a proof that cannot be written lets nothing be destroyed', async () => {
    const id = await oldReceipt()
    const taken = join(folder, 'taken.ndjson')
    await hapi(`documents retention --proof ${taken}`)
    expect(await hapi(`documents retention --apply --proof ${taken}`)).toMatchObject({ code: 4 })
    expect((await writerOf(app).remove(`/api/Documents(${id})`)).status).toBe(204)
  })

  test('a hundred at a time: stopped in between, or dead between a commit and its confirmation, it goes on and every document is told', async () => {
    await plantDocument(app, 80_000, 'RECU', {
      DocumentDate: '2015-03-01',
      CreatedDate: '2016-01-01',
    })
    await app.sql(
      `insert into documents select (jsonb_populate_record(d, jsonb_build_object('id', 80000 + n, 'external_id', null))).*
         from documents d, generate_series(1, 210) n where d.account_id = 1 and d.id = 80000`,
    )
    const [account] = (await listAccounts(app.database)).filter(({ accountId }) => accountId === 1)
    if (account === undefined) throw new Error('The account is there')
    const told: string[] = []
    const run = (stop: AbortController, confirm: () => Promise<void>): Promise<void> =>
      destroyDueDocuments(app.database, {
        account,
        on: '2026-06-15',
        longer: {},
        now: () => new Date('2026-06-15T16:00:00Z'),
        signal: stop.signal,
        proof: {
          announce: async (documents) => void told.push(`begun ${documents.length}`),
          confirm,
        },
        onDestroyed: (documents) => told.push(`destroyed ${documents.length}`),
      })
    const stop = new AbortController()
    await run(stop, async () => stop.abort())
    const dead = new Error('dead')
    await expect(run(new AbortController(), () => Promise.reject(dead))).rejects.toBe(dead)
    await run(new AbortController(), async () => {})
    expect(told.join(', ')).toBe(
      'begun 100, destroyed 100, begun 100, destroyed 100, begun 11, destroyed 11',
    )
    expect((await ids()).filter((id) => id >= 80_000)).toEqual([])
  })

  test('by itself each day, where there is a folder for the proofs: what has been due for a month, of accounts with a real clock', async () => {
    await oldReceipt()
    const proofs = join(folder, 'proofs')
    const told: object[] = []
    const logger = {
      info: (details: object) => told.push(details),
      error: (details: object) => expect(details).toBeUndefined(),
    }
    const options = {
      database: app.database,
      folder: proofs,
      longer: {},
      now: () => new Date('2026-06-15T16:00:00Z'),
      logger,
    }
    const run = (day: string) => destroyDaily(options, day, new AbortController().signal)
    expect(await run('2022-02-01')).toBe(true)
    expect([told, await readdir(proofs)]).toEqual([[], []])
    await app.sql('update accounts set pinned_at = null where account_id = 1')
    await run('2022-01-30')
    expect(told).toEqual([{ accountId: 1, destroyed: 0, due: 1 }])
    await run('2022-01-31')
    expect(told[1]).toEqual({ accountId: 1, destroyed: 1, due: 0 })
    const [file = ''] = await readdir(proofs)
    expect((await linesOf(join(proofs, file))).map(({ state }) => state)).toEqual([
      'begun',
      'committed',
    ])
  })
})
