/** The sample portfolio of docs/: what a manager's spreadsheets give, its two mistakes told, and all of it once they are corrected. */

import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccount } from '../../src/auth/accounts.ts'
import type { WriteAccount } from '../../src/domain/command/write-transaction.ts'
import { openImportSource } from '../../src/domain/import/files/open-source.ts'
import { type ImportReport, runImport } from '../../src/domain/import/run-import.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const SAMPLE = resolve(import.meta.dirname, '../../docs/how-to/portefeuille-exemple')
const PINNED = new Date('2026-06-15T16:00:00Z')

let db: TestDatabase
let account: WriteAccount
let folder: string

beforeAll(async () => {
  db = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'hapi-sample-'))
  for (const name of await readdir(SAMPLE)) await copyFile(join(SAMPLE, name), join(folder, name))
  const { accountId } = await createAccount(db.database, {
    databaseName: 'SAMPLE',
    name: 'SAMPLE',
    pinnedAt: PINNED,
  })
  account = { accountId, profile: 'administrator', pinnedAt: PINNED }
})

afterAll(async () => {
  await rm(folder, { recursive: true })
  await db.drop()
})

async function importAll(isDryRun: boolean): Promise<ImportReport> {
  return runImport(
    account,
    await openImportSource(folder),
    { mode: 'create', isBestEffort: false, isDryRun },
    { database: db.database, now: () => PINNED, requireWrite: () => {} },
  )
}

async function correct(file: string, wrong: string, right: string): Promise<void> {
  const text = await readFile(join(folder, file), 'latin1')
  expect(text).toContain(wrong)
  await writeFile(join(folder, file), text.replace(wrong, right), 'latin1')
}

describe('docs/how-to/portefeuille-exemple', () => {
  test('its two mistakes are told by file, line, column and value', async () => {
    const { isKept, refusals } = await importAll(true)
    expect(isKept).toBe(false)
    const told = refusals.map(
      ({ file, line, code, message }) => `${file}:${line} ${code} ${message.fr}`,
    )
    expect(told[0]).toMatch(/^Unites\.csv:7 INVALID_CODE .*« MAISON »/)
    expect(refusals[0]).toMatchObject({ column: 'Type de logement', value: 'Maison' })
    expect(told[1]).toMatch(/^Baux\.csv:4 REFERENCE_NOT_FOUND .*ERABLES 203/)
    // Its unit is the one of the first mistake.
    expect(told[2]).toMatch(/^Baux\.csv:5 REFERENCE_NOT_FOUND .*MAISON/)
    expect(told).toHaveLength(3)
  })

  test('once they are corrected all of it is taken', async () => {
    await correct('Unites.csv', ';Maison;', ';Maison unifamiliale;')
    await correct('Baux.csv', ';203;', ';201;')
    const { isKept, created, rows } = await importAll(false)
    expect([isKept, created, rows]).toEqual([true, 21, 21])
  })
})
