/** R-110, R-009: contents of documents that come with an import take the road of an upload, and nothing of them stays behind. */

import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WriteAccount } from '../../src/domain/command/write-transaction.ts'
import { openImportSource } from '../../src/domain/import/files/open-source.ts'
import type { ImportContents } from '../../src/domain/import/import-contents.ts'
import type { ImportOptions, ImportServices } from '../../src/domain/import/run-import.ts'
import { Child } from '../support/child-process.ts'
import { contentsIn } from '../support/contents.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type Contents, folderOf } from './files/sources.ts'
import { type Imported, importInto, newAccount } from './importing.ts'

let db: TestDatabase
let contents: ImportContents

beforeAll(async () => {
  db = await createTestDatabase()
  contents = contentsIn(db.database)
})

afterAll(() => db.drop())

const pdf = (text: string): string => `%PDF-1.7\n${text}\n%%EOF\n`

const portfolio: Contents = {
  'Compagnies.csv': 'N° de compagnie;Nom\n88;Gestion\n',
  'Compagnies-divisions.csv': 'N° de compagnie;N° de division;Nom de la division\n88;1;A\n',
}

const HEADER =
  'N° de compagnie;N° de division;Type;Titre;Date du document;Identifiant externe;Contenu'

function documents(...rows: readonly string[]): string {
  return [HEADER, ...rows.map((row) => `88;1;AUTRE;${row}`), ''].join('\n')
}

/** Each by its title: `title;external id;content`. */
function withDocuments(rows: readonly string[], files: Contents): Contents {
  const lines = rows.map((row) => row.replace(';', ';2026-06-01;'))
  return { ...portfolio, 'Documents.csv': documents(...lines), ...files }
}

async function importOf(
  account: WriteAccount,
  given: Contents | string,
  options: Partial<ImportOptions> = {},
  kept: Partial<ImportContents> = {},
  others: Partial<ImportServices> = {},
): Promise<Imported> {
  const folder = typeof given === 'string' ? given : await folderOf(given)
  const source = await openImportSource(folder, { isPartial: true })
  const services = { ...others, contents: { ...contents, ...kept } }
  return importInto(db.database, account, source, { isBestEffort: false, ...options }, services)
}

interface Kept {
  readonly title: string
  /** Of the document, and of its content. */
  readonly id: number
  readonly contentId: string | null
  readonly text: string | null
}

/** Each as its row and its pieces say it; a row that says otherwise fails. */
async function keptBy({ accountId }: WriteAccount): Promise<readonly Kept[]> {
  const { rows } = await db.database.transaction(
    (client) =>
      client.query<Kept & { sha256: string | null; size: number }>(
        `select d.title, d.id, d.sha256, d.file_size::integer as size, c.id as "contentId",
                (select convert_from(string_agg(p.bytes, '' order by p.start_byte), 'UTF8') from document_pieces p
                  where p.account_id = c.account_id and p.content_id = c.id) as text
           from documents d
           left join document_contents c on c.account_id = d.account_id and c.document_id = d.id
          where d.account_id = $1 order by d.title, d.id`,
        [accountId],
      ),
    { accountId },
  )
  return rows.map(({ title, id, contentId, text, sha256, size }) => {
    const digest = text === null ? null : createHash('sha256').update(text).digest('hex')
    expect({ sha256, size }).toEqual({ sha256: digest, size: Buffer.byteLength(text ?? '') })
    return { title, id, contentId, text }
  })
}

async function countIn(
  table: string,
  { accountId }: WriteAccount,
  where = 'true',
): Promise<number> {
  const { rows } = await db.database.transaction(
    (client) =>
      client.query<{ count: number }>(
        `select count(*)::integer as count from ${table} where account_id = $1 and ${where}`,
        [accountId],
      ),
    { accountId },
  )
  return rows[0]?.count ?? -1
}

const two = withDocuments(['Bail;D1;bail.pdf', 'Photo;;2026/note.txt'], {
  'Contenus/bail.pdf': pdf('bail'),
  'Contenus/2026/note.txt': 'Clé remise',
})

describe('Documents with their contents', () => {
  test('are entered as one change each, whose name and type the file tells', async () => {
    const account = await newAccount(db.database)
    const { report } = await importOf(account, two)
    expect(report).toMatchObject({ created: 4, refused: 0, isKept: true })
    expect((await keptBy(account)).map(({ title, text }) => [title, text])).toEqual([
      ['Bail', pdf('bail')],
      ['Photo', 'Clé remise'],
    ])
    expect(await countIn('documents', account, "file_name = 'note.txt' and source = 'T'")).toBe(1)
    expect(await countIn('change_log', account, "entity = 'Document' and status = 3")).toBe(2)
    expect(await countIn('change_log', account, "entity = 'Document'")).toBe(2)
  })

  test('come again: nothing changes, nor is rewritten; another content takes its place', async () => {
    const account = await newAccount(db.database)
    const rows = ['Bail;D1;bail.pdf', 'Note;;note.txt']
    await importOf(
      account,
      withDocuments(rows, { 'Contenus/bail.pdf': pdf('a'), 'Contenus/note.txt': 'n' }),
    )
    const first = await keptBy(account)
    const again = await importOf(
      account,
      withDocuments(rows, { 'Contents/bail.pdf': pdf('a'), 'Contents/note.txt': 'n' }),
    )
    expect(again.report).toMatchObject({ unchanged: 4, updated: 0, created: 0 })
    expect(await keptBy(account)).toEqual(first)
    const { report } = await importOf(
      account,
      withDocuments(rows, { 'Contents/bail.pdf': pdf('b'), 'Contents/note.txt': 'n' }),
    )
    expect(report).toMatchObject({ unchanged: 3, updated: 1, created: 0 })
    expect((await keptBy(account)).map(({ id, text }) => [id, text])).toEqual([
      [first[0]?.id, pdf('b')],
      [first[1]?.id, 'n'],
    ])
  })

  test('whose row has no key: a first content completes it, another one makes another document', async () => {
    const account = await newAccount(db.database)
    const row = ['Photo;;']
    await importOf(account, { ...withDocuments([], {}), ...named(row, 'photo.txt', undefined) })
    await importOf(account, named(row, 'photo.txt', 'un'))
    await importOf(account, named(row, 'photo.txt', 'deux'))
    await importOf(account, named(row, 'photo.txt', 'un'))
    expect((await keptBy(account)).map(({ text }) => text)).toEqual(['un', 'deux'])
  })

  test('whose row has no key is the same while its content is, whatever else is said of it', async () => {
    const account = await newAccount(db.database)
    const rows = (...said: readonly string[]): Contents => ({
      ...portfolio,
      'Documents.csv': `${HEADER};FileName;Description\n${said
        .map((each, index) => `88;1;AUTRE;Avis;2026-06-01;;${index}.txt;avis.txt;${each}\n`)
        .join('')}`,
      'Contenus/0.txt': 'a',
      'Contenus/1.txt': 'a',
    })
    await importOf(account, rows('un', 'deux'))
    const before = await keptBy(account)
    expect(before).toHaveLength(2)
    const { report } = await importOf(account, rows('un', 'trois'))
    expect(report).toMatchObject({ created: 0, updated: 1, unchanged: 3, refused: 0 })
    expect(await keptBy(account)).toEqual(before)
  })
})

/** Rows that say the name and the type of their content, with or without it. */
function named(rows: readonly string[], file: string, text: string | undefined): Contents {
  const said = rows.map((row) => `88;1;AUTRE;${row.replace(';', ';2026-06-01;')}`)
  const content = text === undefined ? '' : file
  return {
    ...portfolio,
    'Documents.csv': `${HEADER};FileName;ContentType\n${said.map((row) => `${row}${content};${file};text/plain\n`).join('')}`,
    ...(text === undefined ? {} : { [`Contents/${file}`]: text }),
  }
}

const wrong = withDocuments(
  [
    'Bon;;bon.pdf',
    'Autre;;faux.pdf',
    'Gros;;gros.txt',
    'Rien;;vide.txt',
    'Absent;;Absent.pdf',
    'Loin;;../bon.pdf',
    'Encore;;bon.pdf',
    'Sorte;;film.mp4',
  ],
  {
    'Contenus/bon.pdf': pdf('bon'),
    'Contenus/faux.pdf': 'not a PDF',
    'Contenus/gros.txt': 'g'.repeat(1_000_001),
    'Contenus/vide.txt': '',
    'Contenus/absent.pdf': pdf('absent'),
    'Contenus/film.mp4': 'film',
  },
)

describe('A content that no document may have', () => {
  const refused = [
    'Documents.csv:3 Contenu faux.pdf R-110 DOCUMENT_CONTENT_REJECTED',
    'Documents.csv:4 Contenu gros.txt R-110 DOCUMENT_CONTENT_REJECTED',
    'Documents.csv:5 Contenu vide.txt R-110 DOCUMENT_CONTENT_REJECTED',
    'Documents.csv:6 Contenu Absent.pdf R-110 IMPORT_CONTENT',
    'Documents.csv:7 Contenu ../bon.pdf R-110 IMPORT_CONTENT',
    'Documents.csv:8 Contenu bon.pdf R-110 IMPORT_CONTENT',
    'Documents.csv:9 Contenu film.mp4 R-110 DOCUMENT_CONTENT_REJECTED',
  ]

  const told = ({ refusals }: Imported): readonly string[] =>
    refusals.map(
      ({ file, line, column, value, rule, code }) =>
        `${file}:${line} ${column} ${value} ${rule} ${code}`,
    )

  test('is its row’s fault: told by its place, in each way of importing', async () => {
    const account = await newAccount(db.database)
    const look = await importOf(account, wrong, { isDryRun: true })
    expect(told(look)).toEqual(refused)
    expect(told(await importOf(account, wrong))).toEqual(refused)
    expect(await countIn('document_contents', account)).toBe(0)
    const best = await importOf(account, wrong, { isBestEffort: true })
    expect(told(best)).toEqual(refused)
    expect((await keptBy(account)).map(({ title }) => title)).toEqual(['Bon'])
    const [, , , absent] = best.refusals
    expect(absent?.message.fr).toContain('→ absent.pdf')
    expect(absent?.message.en).toContain('→ absent.pdf')
  })

  test('is looked at without being kept', async () => {
    const account = await newAccount(db.database)
    const { report } = await importOf(account, two, { isDryRun: true })
    expect(report).toMatchObject({ created: 4, refused: 0, isKept: false })
    expect(await countIn('document_contents', account)).toBe(0)
  })

  test('is more than the account may keep, a look says so too', async () => {
    const account = await newAccount(db.database)
    const text = 'x'.repeat(600_000)
    const source = withDocuments(['A;K;a.txt', 'B;;b.txt'], {
      'Contenus/a.txt': text,
      'Contenus/b.txt': `${text}b`,
    })
    for (const isDryRun of [true, false]) {
      const options = { isDryRun, isBestEffort: !isDryRun }
      expect(told(await importOf(account, source, options, { accountMibMax: 1 }))).toEqual([
        'Documents.csv:3 Contenu b.txt R-110 DOCUMENT_QUOTA_EXCEEDED',
      ])
    }
    // What is replaced makes room.
    const other = withDocuments(['A;K;a.txt'], { 'Contenus/a.txt': `${text}a` })
    const { report } = await importOf(account, other, {}, { accountMibMax: 1 })
    expect(report).toMatchObject({ updated: 1, refused: 0 })
  })

  test('is none that the system has produced', async () => {
    const account = await newAccount(db.database)
    await importOf(account, two)
    await db.database.transaction(
      (client) =>
        client.query("update documents set source = 'G' where account_id = $1", [
          account.accountId,
        ]),
      { accountId: account.accountId },
    )
    expect((await importOf(account, two)).report).toMatchObject({ unchanged: 4, refused: 0 })
    const other = withDocuments(['Bail;D1;bail.pdf'], { 'Contents/bail.pdf': pdf('other') })
    expect((await importOf(account, other)).refusals).toMatchObject([
      { code: 'OPERATION_NOT_SUPPORTED', line: 2 },
    ])
    expect((await keptBy(account))[0]?.text).toBe(pdf('bail'))
  })
})

describe('Of an import that does not end nothing of a content stays', () => {
  test('a content that is saved meanwhile ends it', async () => {
    const account = await newAccount(db.database)
    const folder = await folderOf(two)
    const saving: ImportContents = {
      ...contents,
      store: {
        ...contents.store,
        kind: 'postgres',
        keyOf: () => null,
        openWriter: (place) => {
          void writeFile(`${folder}/Contenus/bail.pdf`, pdf('other'))
          return contents.store.openWriter(place)
        },
      },
    }
    const cut = importOf(account, folder, {}, saving)
    await expect(cut).rejects.toMatchObject({ code: 'IMPORT_SOURCE_CHANGED' })
    expect(await countIn('document_contents', account)).toBe(0)
    expect(await countIn('documents', account)).toBe(0)
  })

  const names = Array.from({ length: 40 }, (_, index) => `d${index + 10}`)
  const many = withDocuments(
    names.map((name) => `${name};;${name}.txt`),
    Object.fromEntries(names.map((name) => [`Contenus/${name}.txt`, name])),
  )

  async function expectWhole(account: WriteAccount): Promise<void> {
    const kept = await keptBy(account)
    expect(kept.map(({ title, text }) => [title, text])).toEqual(names.map((name) => [name, name]))
    expect(await countIn('document_contents', account)).toBe(names.length)
    expect(await countIn('document_pieces', account)).toBe(names.length)
  }

  test('all or nothing, killed among its contents: the next one comes to the whole, once', async () => {
    const account = await newAccount(db.database)
    const folder = await folderOf(many)
    const child = new Child(PROGRAM, [db.url, `${account.accountId}`, folder, 'all-or-nothing'])
    await child.line(/^at 22/)
    child.kill('SIGKILL')
    await child.ended
    expect(await countIn('documents', account)).toBe(0)
    expect(await countIn('document_contents', account)).toBeGreaterThan(0)
    expect((await importOf(account, folder)).report).toMatchObject({ created: 42, isKept: true })
    await expectWhole(account)
  })

  test('best effort, interrupted between two chunks: the next one goes on behind them', async () => {
    const account = await newAccount(db.database)
    const folder = await folderOf(many)
    const interruption = new AbortController()
    const onProgress = ({ position }: { position: number }): void => {
      if (position === 22) interruption.abort()
    }
    const services = { signal: interruption.signal, chunkSize: 10, onProgress }
    await expect(importOf(account, folder, { isBestEffort: true }, {}, services)).rejects.toThrow(
      'aborted',
    )
    // Behind a company and a division, each in a chunk of its own.
    expect(await countIn('document_contents', account)).toBe(20)
    const { report } = await importOf(account, folder, { isBestEffort: true })
    expect(report).toMatchObject({ resumedAfter: 22, created: 42, refused: 0 })
    await expectWhole(account)
  })
})

const PROGRAM = fileURLToPath(new URL('killed-import.ts', import.meta.url))
