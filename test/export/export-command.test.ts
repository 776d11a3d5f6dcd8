/** `hapi export`: where the files go, who may read them, what is left out and said. */

import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { SECRETS_KEY } from '../support/secret-box.ts'

let db: TestDatabase
let folder: string

beforeAll(async () => {
  db = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'hapi-export-'))
})

afterAll(async () => {
  await db.drop()
  await rm(folder, { recursive: true, force: true })
})

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function hapiExport(
  args: readonly string[],
  given: { language?: string; interruption?: () => AbortSignal } = {},
): Promise<Outcome> {
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const { language = 'en', ...rest } = given
  const code = await runProgram(['export', '--account', 'DEV/ALEX', ...args], {
    environment: { DATABASE_URL: db.url, HAPI_LANG: language, HAPI_SECRETS_KEY: SECRETS_KEY },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: noInput(),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    start: async () => {},
    seed: async () => {},
    ...rest,
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

async function* noInput(): AsyncGenerator<string> {}

describe('hapi export', () => {
  test('writes a file for each set, which its owner alone can read, and says what it leaves out', async () => {
    const to = join(folder, 'portefeuille')
    const { code, stdout, stderr } = await hapiExport(['--to', to], { language: 'fr' })
    expect(code).toBe(0)
    const files = await readdir(to)
    expect(files).toContain('Leases.csv')
    expect(files).not.toContain('PreauthorizedDebits.csv')
    expect(stdout).toMatch(/^Leases +\d+ +Leases\.csv$/m)
    expect(stderr).toMatch(/PreauthorizedDebits : \d+ — .*--with-account-numbers/)
    expect(stderr).toMatch(/Documents\.Content : 422 — contenus.*--with-contents/)
    expect(stderr).toMatch(/LeaseRenewals : 1 — renouvellements dont le terme est commencé/)
    expect((await stat(to)).mode & 0o777).toBe(0o700)
    for (const file of files) expect((await stat(join(to, file))).mode & 0o777).toBe(0o600)
    const buildings = await readFile(join(to, 'Buildings.csv'), 'utf8')
    expect(buildings).toMatch(/^\ufeffId;Code d'immeuble;/)
    // Nothing of the numbers, and nothing that is only kept to be looked at.
    expect(buildings.split('\r\n')[0]).not.toMatch(/Nombre d'unités|Créé/)
  })

  test('writes account numbers only when that is asked for', async () => {
    const to = join(folder, 'numbers')
    const { code } = await hapiExport([
      '--to',
      to,
      '--with-account-numbers',
      '--sets',
      'PreauthorizedDebits',
      '--format',
      'ndjson',
    ])
    expect(code).toBe(0)
    const [line = ''] = (await readFile(join(to, 'PreauthorizedDebits.ndjson'), 'utf8')).split('\n')
    expect(JSON.parse(line)).toMatchObject({ AccountNo: expect.stringMatching(/^\d{5,12}$/) })
  })

  test('writes contents of documents only when that is asked for, into a folder of theirs', async () => {
    const to = join(folder, 'contents')
    const { code, stderr } = await hapiExport([
      '--to',
      to,
      '--with-contents',
      '--sets',
      'Documents',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "Ready for 'hapi import'.\n" })
    const rows = await readFile(join(to, 'Documents.csv'), 'utf8')
    expect(rows).toMatch(/,Content\r\n/)
    const [, id, name = ''] = /^(\d+),.*,(\d+-bail-L-\d+\.pdf)\r$/m.exec(rows) ?? []
    expect(name.startsWith(`${id}-`)).toBe(true)
    expect(await readdir(join(to, 'Contents'))).toHaveLength(422)
    const { mode } = await stat(join(to, 'Contents', name))
    expect([mode & 0o777, (await stat(join(to, 'Contents'))).mode & 0o777]).toEqual([0o600, 0o700])
    expect(await readFile(join(to, 'Contents', name), 'latin1')).toMatch(/^%PDF-/)
  })

  test('counts contents that are damaged or missing, whose rows it writes', async () => {
    await db.database.transaction(
      async (client) => {
        const [first, second] = ['min', 'max']
        const which = (name = ''): string =>
          `(select ${name}(id) from documents where account_id = 1)`
        await client.query(`update document_pieces p set bytes = 'x' from document_contents c
          where c.account_id = 1 and c.document_id = ${which(first)} and p.account_id = 1 and p.content_id = c.id`)
        await client.query(`delete from document_pieces p using document_contents c
          where c.account_id = 1 and c.document_id = ${which(second)} and p.account_id = 1 and p.content_id = c.id`)
      },
      { accountId: 1 },
    )
    const to = join(folder, 'damaged.zip')
    const { stderr } = await hapiExport(['--to', to, '--with-contents', '--sets', 'Documents'])
    expect(stderr).toMatch(/Documents\.Content: 1 — contents that the store does not have/)
    expect(stderr).toMatch(/Documents\.Content: 1 — contents without the digest/)
  })

  test('tells the audit who exported which personal information, and that an export was begun', async () => {
    await hapiExport(['--to', join(folder, 'told'), '--sets', 'Tenants,TaxRates'])
    const interrupted = AbortSignal.abort()
    await hapiExport(['--to', join(folder, 'untold')], { interruption: () => interrupted })
    const { rows } = await db.database.transaction((client) =>
      client.query(
        `select kind, actor::jsonb ->> 'process' as process, entity, details ->> 'request' as request,
                (details ->> 'rows')::integer as rows,
                (select count(*)::integer from tenants where account_id = 1
                    and id between (details ->> 'firstId')::integer and (details ->> 'lastId')::integer) as between
           from audit.pending p where p.account_id = 1 and details ->> 'request' = 'hapi export'
          order by p.id desc limit 3`,
      ),
    )
    const command = { process: 'hapi export', request: 'hapi export' }
    const begun = { ...command, kind: 'COMMAND', entity: null, rows: null, between: 0 }
    expect(rows.toReversed()).toEqual([
      begun,
      { ...command, kind: 'READ', entity: 'Tenant', rows: 393, between: 393 },
      begun,
    ])
  })

  test('makes an archive, whose entries their owner alone can read when it is unpacked', async () => {
    const to = join(folder, 'units.zip')
    const { code, stdout } = await hapiExport(['--to', to, '--sets', 'units, Buildings', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject([
      { set: 'Buildings', file: 'Buildings.csv' },
      { set: 'Units', file: 'Units.csv' },
    ])
    expect((await stat(to)).mode & 0o777).toBe(0o600)
    // External attributes of the central directory: the mode in the upper half (APPNOTE 4.4.15).
    const bytes = await readFile(to)
    const entry = bytes.indexOf(Buffer.from('PK\u0001\u0002'))
    expect((bytes.readUInt32LE(entry + 38) >>> 16).toString(8)).toBe('100600')
  })

  test('replaces nothing, but an empty folder', async () => {
    const taken = join(folder, 'taken')
    await mkdir(taken)
    await writeFile(join(taken, 'mine.txt'), 'mine')
    const zip = join(folder, 'taken.zip')
    await writeFile(zip, 'mine')
    for (const to of [taken, zip]) {
      const { code, stderr } = await hapiExport(['--to', to, '--sets', 'Units'])
      expect({ code, stderr }).toEqual({
        code: 4,
        stderr: `'${to}' exists already; an export replaces nothing.\n`,
      })
    }
    expect(await readFile(zip, 'utf8')).toBe('mine')
    const empty = join(folder, 'empty')
    await mkdir(empty)
    expect((await hapiExport(['--to', empty, '--sets', 'Units'])).code).toBe(0)
    expect(await readdir(empty)).toEqual(['Units.csv'])
  })

  test.each(['cut', 'cut.zip'])(
    'interrupted, it leaves nothing that looks like an export: %s',
    async (name) => {
      const place = await mkdtemp(join(folder, 'cut-'))
      const to = join(place, name)
      const interrupted = AbortSignal.abort()
      const { code } = await hapiExport(['--to', to], { interruption: () => interrupted })
      expect(code).toBe(130)
      expect(await readdir(place)).toEqual([])
    },
  )

  test.each([
    [['--to', '/nowhere/at/all'], 4],
    [['--to', '/nowhere/at/all.zip'], 4],
    [['--to', 'x', '--sets', 'Units,BankAccounts'], 2],
    [['--to', 'x', '--format', 'xlsx'], 2],
    [[], 2],
  ])('refuses %j', async (args, code) => {
    const outcome = await hapiExport(args)
    expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' })
    expect(outcome.stderr).not.toMatch(/\n\s+at /)
  })
})
