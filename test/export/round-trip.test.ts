/**
 * What `hapi export` writes, `hapi import` takes: the demo portfolio comes back in an empty account. All columns of all
 * rows are compared, what is computed too; what the server alone says is named here, with its reason.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccount } from '../../src/auth/accounts.ts'
import { type InputValue, isInputNumber } from '../../src/domain/command/input.ts'
import { csvForm } from '../../src/domain/export/csv-form.ts'
import type { ExportForm } from '../../src/domain/export/export-form.ts'
import { withTarget } from '../../src/domain/export/export-target.ts'
import { ndjsonForm } from '../../src/domain/export/ndjson-form.ts'
import { type ExportReport, runExport } from '../../src/domain/export/run-export.ts'
import { importableTypes } from '../../src/domain/import/files/importable-types.ts'
import { openImportSource } from '../../src/domain/import/files/open-source.ts'
import { accountNoContext } from '../../src/domain/pad/account-number.ts'
import { type EntityType, isOwnReference } from '../../src/model/entity-type.ts'
import { model } from '../../src/model/model.ts'
import { type Imported, importInto } from '../import/importing.ts'
import { contentStores, contentsIn } from '../support/contents.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { secretBox } from '../support/secret-box.ts'
import { AccountCopy, keepLabels, type StoredRow } from './account-copy.ts'

let db: TestDatabase
let folder: string
let exported: ExportReport
let imported: Imported
let copy: AccountCopy
let copyId: number

const DEMO = 1
/** The demo's clock stands. */
const BUSINESS_DATE = '2026-06-15'
const PINNED = new Date('2026-06-15T04:05:00Z')

function exportTo(path: string, form: ExportForm, accountId = DEMO): Promise<ExportReport> {
  const contents = contentStores(db.database)
  const request = { accountId, businessDate: BUSINESS_DATE, form, secretBox, contents }
  return withTarget(path, (target) => runExport(db.database, request, target))
}

beforeAll(async () => {
  db = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'hapi-round-trip-'))
  await emptyDocument()
  const path = join(folder, 'portefeuille.zip')
  exported = await exportTo(path, csvForm('fr'))
  await keepLabels(db.database)
  const account = { databaseName: 'COPY', name: 'Copie', pinnedAt: PINNED }
  copyId = (await createAccount(db.database, account)).accountId
  imported = await importInto(
    db.database,
    { accountId: copyId, profile: 'administrator', pinnedAt: PINNED },
    await openImportSource(path),
    { mode: 'create', isBestEffort: false },
    { secretBox, contents: contentsIn(db.database), now: () => PINNED },
  )
  copy = await AccountCopy.open(db.database, DEMO, copyId)
})

afterAll(async () => {
  await db.drop()
  await rm(folder, { recursive: true, force: true })
})

/** As retention leaves one that is still referred to. */
async function emptyDocument(): Promise<void> {
  await db.database.transaction(
    async (client) => {
      const { rows } = await client.query<{ id: number }>(
        `update documents set sha256 = null, file_size = 0, title = '[retiré]', file_name = 'document-' || id || '.pdf'
        where account_id = $1 and id = (select max(id) from documents where account_id = $1) returning id`,
        [DEMO],
      )
      const removed = 'delete from document_contents where account_id = $1 and document_id = $2'
      await client.query(removed, [DEMO, rows[0]?.id])
    },
    { accountId: DEMO },
  )
}

function typeOf(set: string): EntityType {
  return model.findBySet(set) ?? expect.unreachable()
}

/** Sealed anew, under a nonce and for a row of its own. */
const SEALED = ['account_no']
/** numbers of the division, and when each state began. */
const CALLS = [
  'service_call_no',
  'assigned_date',
  'started_date',
  'completed_date',
  'closed_date',
  'cancelled_date',
]
/** filled in where it is not said; the demo's leases were not all entered by that rule. */
const NOTICE = ['notice_new_lessee_rent']

const TERMS = ['term_start_date', 'term_months', 'renewal_count']
/** of the run that has activated it; and of a renewal that is history. */
const ACTIVATION = ['activated_date', 'billing_run_id', 'lease_renewal_id']

/** what is imported was uploaded, and is published when it is. */
const DOCUMENTS = ['source', 'published_date']

const without: Readonly<Record<string, readonly string[]>> = {
  PreauthorizedDebits: SEALED,
  ServiceCalls: CALLS,
  Leases: [...NOTICE, ...TERMS],
  LeasePriceChanges: ACTIVATION,
  Documents: DOCUMENTS,
}

/** Its answer was that the tenant leaves: what follows from it is his departure, which is there. */
const LEASE_THAT_IS_LEFT = 9224

const isComparable: Readonly<Record<string, (row: StoredRow) => boolean>> = {
  LookupCodes: (row) => row['is_system'] === false,
  LeaseRenewals: (row) => row['lease_id'] !== LEASE_THAT_IS_LEFT,
}

describe('The demo portfolio, exported and imported', () => {
  test('comes in whole', () => {
    expect(imported.refusals).toEqual([])
    const rows = exported.sets.reduce((sum, set) => sum + set.rows, 0)
    expect(rows).toBeGreaterThan(3_000)
    expect(imported.report).toMatchObject({ created: rows, refused: 0, isKept: true })
  })

  test('tells what a manager may miss, and not what no portfolio takes along', () => {
    expect(exported.leftOut.map(({ set, column, count }) => [set, column, count])).toEqual([
      ['LeasePriceChanges', null, 1],
      ['LeaseRenewals', null, 1],
      ['BankAccounts', null, 6],
    ])
  })

  test.each(importableTypes.map(({ set }) => set))(
    '%s come back with all of their values',
    async (set) => {
      const { original, copied } = await copy.rowsOf(
        typeOf(set),
        without[set] ?? [],
        isComparable[set],
      )
      expect(copied).toEqual(original)
    },
  )

  test('a lease that has rolled over rolls over again, to the same terms (R-039)', async () => {
    const { original, copied } = await copy.rowsOf(
      typeOf('Leases'),
      NOTICE,
      (row) => row['is_renewable'] === true,
    )
    expect(original.filter((row) => !row.includes('"renewal_count",0')).length).toBeGreaterThan(200)
    expect(copied).toEqual(original)
  })

  test('contents of documents are the same bytes; one that was emptied has none (R-110)', async () => {
    const [original, copied] = [await contentsOf(DEMO), await contentsOf(copyId)]
    expect(copied.size).toBe(421)
    expect([...copied.values()].sort()).toEqual([...original.values()].sort())
    expect([...copied.values()].filter((each) => each.endsWith('otherwise'))).toEqual([])
  })

  test('account numbers are the same, sealed for their new rows (R-120)', async () => {
    const numbersOf = async (accountId: number): Promise<ReadonlyMap<number, string>> => {
      const { rows } = await db.database.transaction(
        (client) =>
          client.query<{ id: number; sealed: Buffer }>(
            'select id, account_no as sealed from preauthorized_debits where account_id = $1',
            [accountId],
          ),
        { accountId },
      )
      return new Map(
        rows.map(({ id, sealed }) => [
          id,
          secretBox.open(sealed, accountNoContext({ accountId, id })),
        ]),
      )
    }
    const [original, copied] = [await numbersOf(DEMO), await numbersOf(copyId)]
    expect(copied.size).toBe(201)
    expect([...copied.values()].sort()).toEqual([...original.values()].sort())
  })

  test('says the same in CSV of either language and in NDJSON', async () => {
    const french = await read(join(folder, 'portefeuille.zip'))
    await exportTo(join(folder, 'portfolio'), csvForm('en'))
    await exportTo(join(folder, 'lines.zip'), ndjsonForm)
    expect(await read(join(folder, 'portfolio'))).toEqual(french)
    expect(await read(join(folder, 'lines.zip'))).toEqual(french)
  })

  test('exported once more, gives the same files, under new Ids', async () => {
    const again = join(folder, 'encore.zip')
    const report = await exportTo(again, csvForm('fr'), copyId)
    const sizes = ({ sets }: ExportReport): unknown => sets.map(({ set, rows }) => [set, rows])
    expect(sizes(report)).toEqual(sizes(exported))
    const first = said(await read(join(folder, 'portefeuille.zip')), (type, id) =>
      copy.isNamed(type) ? Number(id) : undefined,
    )
    const second = said(await read(again), (type, id) => copy.originalOf(type, id))
    const differing = first.filter((row, index) => row !== second[index])
    expect(differing).toEqual([])
    expect(second).toHaveLength(first.length)
  })

  test('changes nothing when it comes in once more', async () => {
    const { report, refusals } = await importInto(
      db.database,
      { accountId: copyId, profile: 'administrator', pinnedAt: PINNED },
      await openImportSource(join(folder, 'portefeuille.zip')),
      { mode: 'upsert', isBestEffort: true },
      { secretBox, contents: contentsIn(db.database), now: () => PINNED },
    )
    expect(refusals).toEqual([])
    expect(report).toMatchObject({ created: 0, updated: 0, refused: 0, unchanged: report.rows })
  })
})

/** Of each document what its content is, and whether its row says that too. */
async function contentsOf(accountId: number): Promise<ReadonlyMap<number, string>> {
  const { rows } = await db.database.transaction(
    (client) =>
      client.query<{ id: number; content: string }>(
        `select c.document_id as id, d.title || ' ' || c.digest
                  || case when c.digest = d.sha256 and c.length = d.file_size then '' else ' otherwise' end as content
           from (select k.account_id, k.document_id, sum(octet_length(p.bytes)) as length,
                        encode(sha256(string_agg(p.bytes, '' order by p.start_byte)), 'hex') as digest
                   from document_contents k
                   join document_pieces p on p.account_id = k.account_id and p.content_id = k.id
                  where k.account_id = $1 group by k.account_id, k.document_id) c
           join documents d on d.account_id = c.account_id and d.id = c.document_id`,
        [accountId],
      ),
    { accountId },
  )
  return new Map(rows.map(({ id, content }) => [id, content]))
}

interface Said {
  readonly type: EntityType
  readonly label: string | undefined
  readonly values: readonly (readonly [name: string, value: string])[]
}

/** Without what is filled in where it is not said. */
async function read(path: string): Promise<readonly Said[]> {
  const rows: Said[] = []
  for await (const item of (await openImportSource(path)).items()) {
    if (item.kind === 'fault') throw item.error
    const { type, label, input } = item
    const values = [...input].filter(
      ([name, value]) => value !== null && name !== 'NoticeNewLesseeRent',
    )
    // A content's file is called after its document.
    const told = values.map(([name, value]): [string, string] => [
      name,
      name === 'Content' ? String(item.content?.size) : textOf(value),
    ])
    rows.push({ type, label, values: told })
  }
  return rows
}

function textOf(value: InputValue): string {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null && isInputNumber(value)
    ? value.text
    : JSON.stringify(value)
}

/** What is said of each row, under the names that `nameOf` gives, in an order of its own. */
function said(
  rows: readonly Said[],
  nameOf: (type: string, id: string) => unknown,
): readonly string[] {
  return rows
    .map(({ type, label = '', values }) => {
      const targets = new Map(
        type.navigation.filter(isOwnReference).map(({ from, target }) => [from, target]),
      )
      const named = values.map(([name, value]) => {
        const target = targets.get(name)
        return [name, target === undefined ? value : (nameOf(target, value) ?? value)]
      })
      return JSON.stringify([type.set, nameOf(type.name, label), named])
    })
    .sort()
}
