/**
 * a source that is broken, or that somebody has made to do harm, is refused with the place of what is wrong, and
 * the account stays as it was: its rows, its audit, its change log.
 */

import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccount } from '../../src/auth/accounts.ts'
import type { WriteAccount } from '../../src/domain/command/write-transaction.ts'
import { openImportSource } from '../../src/domain/import/files/open-source.ts'
import { type ImportReport, runImport } from '../../src/domain/import/run-import.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Contents, folderOf } from './files/sources.ts'
import { zipBytes } from './files/zip-bytes.ts'

const PINNED = new Date('2026-06-15T16:00:00Z')

let db: TestDatabase
let account: WriteAccount

beforeAll(async () => {
  db = await createTestDatabase()
  const { accountId } = await createAccount(db.database, {
    databaseName: 'BROKEN',
    name: 'BROKEN',
    pinnedAt: PINNED,
  })
  account = { accountId, profile: 'administrator', pinnedAt: PINNED }
})

afterAll(() => db.drop())

async function importOf(contents: Contents, isBestEffort: boolean): Promise<ImportReport> {
  const folder = await folderOf(contents)
  const [only] = Object.keys(contents)
  const path = only?.endsWith('.zip') ? `${folder}/${only}` : folder
  return runImport(
    account,
    await openImportSource(path),
    { mode: 'create', isBestEffort, isDryRun: false },
    { database: db.database, now: () => PINNED, requireWrite: () => {} },
  )
}

/** Number of rows of each table of the database: of the account, its audit, its change log, its imports. */
async function tableCounts(): Promise<ReadonlyMap<string, number>> {
  const client = new Client({ connectionString: db.url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string; count: string }>(`
      select n.nspname || '.' || c.relname as name,
             (xpath('/row/n/text()', query_to_xml(
               format('select count(*) as n from %I.%I', n.nspname, c.relname),
               false, true, '')))[1]::text as count
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname !~ '^pg_|^information_schema$'`)
    return new Map(rows.map(({ name, count }) => [name, Number(count)]))
  } finally {
    await client.end()
  }
}

const SERVICES = 'ServiceCode;NameFr;NameEn\nA;a;b\n'
/** Its rows would be taken, if the source were whole. */
const good = { 'Companies.csv': 'CompanyNo;Name\n77;Gestion\n' }

const broken: Readonly<Record<string, Contents>> = {
  'another delimiter': { ...good, 'Services.csv': SERVICES.replaceAll(';', '|') },
  'a quote that does not close': { ...good, 'Services.csv': `${SERVICES}"B;b;c\n` },
  'a line of megabytes': {
    ...good,
    'Services.csv': SERVICES + Buffer.alloc(3_000_000, 'a').toString(),
  },
  'cells that a spreadsheet would run': { ...good, 'Services.csv': `${SERVICES}B;=1+1;c\n` },
  'a header that is unknown': { ...good, 'Services.csv': SERVICES.replace('NameEn', 'Truc') },
  'two encodings': {
    ...good,
    'Services.csv': Buffer.concat([
      Buffer.from(`${SERVICES}B;é;c\n`),
      Buffer.from('C;é;d\n', 'latin1'),
    ]),
  },
  'a content that no row names': { ...good, 'Contents/Services.csv': SERVICES },
  'a file that holds no set': { ...good, 'xyzzy.csv': SERVICES },
  'a zip bomb': {
    'bomb.zip': zipBytes([
      { name: 'Companies.csv', content: good['Companies.csv'] },
      { name: 'Services.csv', content: Buffer.alloc(20_000_000, ';') },
    ]),
  },
  'a path in a name': {
    'path.zip': zipBytes([
      { name: 'Companies.csv', content: good['Companies.csv'] },
      { name: '../Services.csv', content: SERVICES },
    ]),
  },
}

describe('R-009 An import whose source is broken', () => {
  test('tells where, in each way of importing, and leaves the account as it was', async () => {
    const before = await tableCounts()
    expect(before.get('audit.entries')).toBeDefined()
    expect(before.get('public.companies')).toBeGreaterThan(0)
    for (const [name, contents] of Object.entries(broken))
      for (const isBestEffort of [true, false]) {
        const { isKept, created, refusals } = await importOf(contents, isBestEffort)
        expect([name, isKept, created]).toEqual([name, false, 0])
        const [refusal] = refusals
        const { file, line, code } = refusal ?? {}
        expect(`${name}: ${file}:${line} ${code}`).toMatch(
          /: (?:(?:\.\.\/|Contents\/)?Services|xyzzy)\.csv:[1-9] (?:IMPORT_[A-Z_]+|UNKNOWN_FIELD)$/,
        )
      }
    expect(await tableCounts()).toEqual(before)
  })

  test('lets a whole one be taken, so that the first says something', async () => {
    const { isKept, created } = await importOf({ ...good, 'Services.csv': SERVICES }, false)
    expect([isKept, created]).toEqual([true, 2])
  })
})
