/** Imports of the tests: accounts of their own whose clock stands still, and all that an import tells. */

import { createAccount } from '../../src/auth/accounts.ts'
import type { Database } from '../../src/db/database.ts'
import type { WriteAccount } from '../../src/domain/command/write-transaction.ts'
import type { ImportSource } from '../../src/domain/import/import-record.ts'
import type { ImportRefusal } from '../../src/domain/import/refusal.ts'
import {
  type ImportOptions,
  type ImportReport,
  type ImportServices,
  runImport,
} from '../../src/domain/import/run-import.ts'

export const PINNED = new Date('2026-06-15T16:00:00Z')

let accounts = 0

export async function newAccount(database: Database): Promise<WriteAccount> {
  accounts += 1
  const databaseName = `IMPORT${accounts}`
  const { accountId } = await createAccount(database, {
    databaseName,
    name: databaseName,
    pinnedAt: PINNED,
  })
  return accountOf(accountId)
}

export function accountOf(accountId: number): WriteAccount {
  return {
    accountId,
    profile: 'administrator',
    pinnedAt: PINNED,
    acting: { channel: 'cli', process: 'hapi import' },
  }
}

export interface Imported {
  readonly report: ImportReport
  /** All of them. */
  readonly refusals: readonly ImportRefusal[]
}

export async function importInto(
  database: Database,
  account: WriteAccount,
  source: ImportSource,
  options: Partial<ImportOptions> = {},
  services: Partial<ImportServices> = {},
): Promise<Imported> {
  const refusals: ImportRefusal[] = []
  const report = await runImport(
    account,
    source,
    { mode: 'upsert', isBestEffort: true, isDryRun: false, ...options },
    {
      database,
      now: () => PINNED,
      requireWrite: () => {},
      onRefusals: (told) => {
        refusals.push(...told)
      },
      ...services,
    },
  )
  return { report, refusals }
}
