/** `hapi import`, as a manager runs it over the sample portfolio of the documentation. */

import { cp, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccount } from '../../src/auth/accounts.ts'
import { runProgram } from '../../src/cli/program.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { PINNED } from './importing.ts'

const SAMPLE = resolve(import.meta.dirname, '../../docs/how-to/portefeuille-exemple')

let db: TestDatabase
let folder: string

beforeAll(async () => {
  db = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'hapi-import-cli-'))
  for (const databaseName of ['CLI1', 'CLI2'])
    await createAccount(db.database, { databaseName, name: databaseName, pinnedAt: PINNED })
})

afterAll(async () => {
  await rm(folder, { recursive: true })
  await db.drop()
})

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function hapi(args: readonly string[], interruption?: () => AbortSignal): Promise<Run> {
  const out = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      out[name] += text
    },
  })
  const code = await runProgram(['import', ...args], {
    environment: { DATABASE_URL: db.url, HAPI_LANG: 'fr', DATA_DIR: folder },
    configFile: '/nonexistent/hapi.config.json',
    version: '0.0.0',
    stdin: (async function* () {})(),
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    start: async () => {},
    seed: async () => {},
    ...(interruption === undefined ? {} : { interruption }),
  })
  return { code, ...out }
}

interface Told {
  readonly Rows: number
  readonly Created: number
  readonly Unchanged: number
  readonly Refused: number
  readonly IsKept: boolean
  readonly Refusals: readonly { readonly File: string; readonly Line: number }[]
}

async function told(args: readonly string[]): Promise<Told & { readonly code: number }> {
  const { code, stdout } = await hapi([...args, '--json'])
  return { code, ...(JSON.parse(stdout) as Told) }
}

describe('R-009 hapi import', () => {
  test('all or nothing: tells each refusal by its place, keeps nothing, and ends with 4', async () => {
    const { code, stdout, stderr } = await hapi([SAMPLE, '--account', 'CLI1'])
    expect(code).toBe(4)
    expect(stdout).toMatch(/^Lignes +: 23$/m)
    expect(stdout).toMatch(/^Gardé +: non$/m)
    expect(stderr).toMatch(
      /^Unites\.csv:7 Type de logement « Maison » : .+ \(R-006 INVALID_CODE\)$/m,
    )
    expect(stderr).toMatch(/^Baux\.csv:4 Code d'unité « 203 » : .+ \(R-002 REFERENCE_NOT_FOUND\)$/m)
    expect(stderr).toMatch(
      /^Rien n'a été importé\. Lignes refusées, en tout ou en partie : 3 sur 23\./m,
    )
  })

  test('a look keeps nothing either, and the report of the file has every refusal', async () => {
    const report = join(folder, 'refus.csv')
    const seen = await told([SAMPLE, '--account', 'CLI1', '--dry-run', '--report', report])
    expect(seen).toMatchObject({ code: 4, Rows: 23, Created: 20, Refused: 3, IsKept: false })
    const lines = (await readFile(report, 'utf8')).split('\r\n')
    expect(lines[0]).toBe(
      '\ufeff"Fichier";"Ligne";"Colonne";"Valeur";"Règle";"Code";"Message";"Effet"',
    )
    expect(lines[1]).toMatch(
      /^"Unites\.csv";"7";"Type de logement";"Maison";"R-006";"INVALID_CODE";".+"$/,
    )
    expect(lines).toHaveLength(5)
    const { rows } = await db.database.transaction((client) =>
      client.query<{ request: string }>(
        "select details ->> 'request' as request from audit.pending where kind = 'COMMAND'",
      ),
    )
    expect(rows).toEqual([{ request: 'hapi import --dry-run' }])
  })

  test('best effort keeps the good rows and ends with 4; the same again changes nothing', async () => {
    const report = join(folder, 'refus.json')
    const args = [SAMPLE, '--account', 'CLI1', '--mode', 'best-effort']
    const first = await told([...args, '--report', report])
    expect(first).toMatchObject({ code: 4, Created: 20, Refused: 3, IsKept: true })
    const written = JSON.parse(await readFile(report, 'utf8')) as Told
    expect(written).toMatchObject({ Rows: 23, Created: 20, Refused: 3, IsKept: true })
    expect(written.Refusals).toEqual(first.Refusals)
    expect(first.Refusals.map(({ File, Line }) => `${File}:${Line}`)).toEqual([
      'Unites.csv:7',
      'Baux.csv:4',
      'Baux.csv:5',
    ])
    const again = await told(args)
    expect(again).toMatchObject({ code: 4, Created: 0, Unchanged: 20, Refused: 3 })
  })

  test('interrupted, it says how to go on and ends with 130', async () => {
    const args = [SAMPLE, '--account', 'CLI2', '--mode', 'best-effort']
    const { code, stderr } = await hapi(args, () => AbortSignal.abort())
    expect(code).toBe(130)
    expect(stderr).toContain('la même commande continuera')
    expect(await told(args)).toMatchObject({ Created: 20, IsKept: true })
  })

  test('R-011: what the account has not acquired is refused', async () => {
    const file = join(folder, 'Prospects.ndjson')
    await writeFile(file, '{"LedgerDivisionId":1,"LastName":"Roy"}\n')
    const { stdout } = await hapi([file, '--account', 'CLI2', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      Created: 0,
      Refusals: [expect.objectContaining({ Code: 'MODULE_NOT_LICENSED', Rule: 'R-011' })],
    })
  })

  test('a report never replaces what is imported, nor lies among it', async () => {
    const portfolio = join(folder, 'portfolio')
    await cp(SAMPLE, portfolio, { recursive: true })
    const link = join(folder, 'link.csv')
    await symlink(join(portfolio, 'Baux.csv'), link)
    const before = await readFile(link, 'utf8')
    const file = join(portfolio, 'Baux.csv')
    for (const [source, report] of [
      [file, file],
      [file, link],
      [portfolio, join(portfolio, 'Refus.csv')],
    ] as const) {
      const args = [source, '--account', 'CLI2', '--report', report]
      expect(await hapi(args)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('qui est de la source'),
      })
    }
    expect(await readFile(link, 'utf8')).toBe(before)
    const beside = join(folder, 'portfolio.csv')
    await told([portfolio, '--account', 'CLI2', '--dry-run', '--report', beside])
    expect((await stat(beside)).mode & 0o777).toBe(0o600)
  })

  test('what is no source, no mode and no account is said before anything is read', async () => {
    expect(await hapi([join(folder, 'rien.zip'), '--account', 'CLI2'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('rien.zip'),
    })
    expect(await hapi([SAMPLE, '--mode', 'tout'])).toMatchObject({ code: 2 })
    expect(await hapi([SAMPLE])).toMatchObject({ code: 2 })
    const nowhere = join(folder, 'nulle', 'part.csv')
    expect(await hapi([SAMPLE, '--account', 'CLI2', '--report', nowhere])).toMatchObject({
      code: 2,
    })
  })
})
