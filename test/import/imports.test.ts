/** What an import promises: all or nothing, the good rows, or only a look; each row once; one import at a time. */

import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InputValue } from '../../src/domain/command/input.ts'
import { runCommand } from '../../src/domain/command/run-command.ts'
import { inWriteTransaction } from '../../src/domain/command/write-transaction.ts'
import { openImportSource } from '../../src/domain/import/files/open-source.ts'
import { errorCatalogue } from '../../src/errors/catalogue.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import { model } from '../../src/model/model.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { rowsOf } from './account-rows.ts'
import { folderOf } from './files/sources.ts'
import { importInto, newAccount, PINNED } from './importing.ts'
import { type Given, recordOf, sourceOf } from './source.ts'

let db: TestDatabase
let client: Client

beforeAll(async () => {
  db = await createTestDatabase()
  client = new Client({ connectionString: db.url })
  await client.connect()
})

afterAll(async () => {
  await client.end()
  await db.drop()
})

const SETS = ['Companies', 'LedgerDivisions', 'Buildings', 'Units', 'Tenants', 'Leases', 'Notes']

const building = { CompanyNo: 31, DivisionNo: 1, BuildingCode: 'B' }
const tenant = (TenantNo: number): Given['cells'] => ({
  CompanyNo: 31,
  DivisionNo: 1,
  TenantType: 'D',
  TenantNo,
})
const lease = (UnitCode: string, TenantNo: number): Given['cells'] => ({
  ...building,
  UnitCode,
  ...tenant(TenantNo),
  StartDate: '2024-07-01',
  EndDate: '2025-06-30',
  RentAmount: 950,
})

/** Lines 2 to 10. */
const GOOD: readonly Given[] = [
  { set: 'Companies', cells: { CompanyNo: 31, Name: 'Gestion' } },
  { set: 'LedgerDivisions', cells: { CompanyNo: 31, DivisionNo: 1, Name: 'Division' } },
  {
    set: 'Buildings',
    cells: {
      ...building,
      Name: 'Immeuble',
      CivicNoAndStreet: '1, rue A',
      City: 'Québec',
      PostalCode: 'G1M 2R4',
    },
  },
  { set: 'Units', cells: { ...building, UnitCode: '1', NumberOfRooms: 4.5 } },
  { set: 'Tenants', cells: { Id: 'roy', ...tenant(1), LastName: 'Roy' } },
  { set: 'Tenants', cells: { Id: 'cote', ...tenant(2), LastName: 'Côté' } },
  { set: 'Leases', cells: lease('1', 1) },
  { set: 'Notes', cells: { CompanyNo: 31, DivisionNo: 1, TenantId: 'roy', Body: 'Sans clé' } },
  { set: 'Notes', cells: { CompanyNo: 31, DivisionNo: 1, TenantId: 'cote', Body: 'Autre' } },
]

/** Lines 11 to 15: each is refused, the last one for another row's sake. */
const BAD: readonly Given[] = [
  { set: 'Tenants', cells: { Id: 'z', ...tenant(3), TenantType: 'Z', LastName: 'Roy' } },
  { set: 'Units', cells: { ...building, UnitCode: '2', NumberOfRooms: 'quatre' } },
  { set: 'Leases', cells: lease('1', 2) },
  { set: 'Tenants', cells: { ...tenant(4), LastName: 'Roy', BankAccountName: 'x', Nom: 'Roy' } },
  { set: 'Notes', cells: { CompanyNo: 31, DivisionNo: 1, TenantId: 'z', Body: 'De personne' } },
]

const ALL = [...GOOD, ...BAD]

/** As a file of cells gives them, under headers of its own. */
function source(rows: readonly Given[]): ReturnType<typeof sourceOf> {
  const columns = new Map([['TenantType', 'Type de locataire']])
  const records = rows.map((given, index) => ({ ...recordOf(given, index), columns }))
  return sourceOf(JSON.stringify(rows), records)
}

/** File, line, column, code, rule and value of each. */
const REFUSALS = [
  ['Tenants.csv', 11, 'Type de locataire', 'INVALID_CODE', 'R-006', 'Z'],
  ['Units.csv', 12, 'NumberOfRooms', 'INVALID_FORMAT', 'R-007', 'quatre'],
  ['Leases.csv', 13, 'UnitCode', 'LEASE_HELD_RENEWABLE', 'R-022', '1'],
  ['Tenants.csv', 14, 'BankAccountName', 'UNKNOWN_FIELD', 'R-008', 'x'],
  ['Tenants.csv', 14, 'Nom', 'UNKNOWN_FIELD', 'R-008', 'Roy'],
  ['Notes.csv', 15, 'TenantId', 'REFERENCE_NOT_FOUND', 'R-002', 'z'],
]

type Told = Awaited<ReturnType<typeof importInto>>

function shown({ refusals }: Told): readonly unknown[] {
  return refusals.map(({ file, line, column, code, rule, value }) => [
    file,
    line,
    column,
    code,
    rule,
    value,
  ])
}

function counts({ report }: Told): object {
  const { rows, created, updated, unchanged, refused, isKept } = report
  return { rows, created, updated, unchanged, refused, isKept }
}

function rowsIn(accountId: number): Promise<readonly string[]> {
  return rowsOf(db.database, accountId, SETS)
}

/** Of all that an import leaves behind besides its rows. */
async function traces(accountId: number): Promise<object> {
  const { rows } = await client.query<Record<string, number>>(
    `select (select count(*)::integer from imports where account_id = $1) as imports,
            (select count(*)::integer from import_labels where account_id = $1) as labels,
            (select count(*)::integer from change_log where account_id = $1) as events,
            (select count(*)::integer from audit.pending where account_id = $1 and entity <> 'Account') as audited`,
    [accountId],
  )
  return rows[0] ?? {}
}

const NOTHING = { imports: 0, labels: 0, events: 0, audited: 0 }

describe('R-009 All or nothing, the good rows, or a look', () => {
  test('all or nothing: refused rows leave nothing at all', async () => {
    const account = await newAccount(db.database)
    const before = await traces(account.accountId)
    const told = await importInto(db.database, account, source(ALL), { isBestEffort: false })
    expect(counts(told)).toEqual({
      rows: 14,
      created: 9,
      updated: 0,
      unchanged: 0,
      refused: 5,
      isKept: false,
    })
    expect(shown(told)).toEqual(REFUSALS)
    expect(await rowsIn(account.accountId)).toEqual([])
    expect([before, await traces(account.accountId)]).toEqual([NOTHING, NOTHING])
  })

  test('best effort: good rows are kept, each refusal names file, line, column, rule and value', async () => {
    const [account, clean] = [await newAccount(db.database), await newAccount(db.database)]
    const told = await importInto(db.database, account, source(ALL))
    expect(counts(told)).toMatchObject({ created: 9, refused: 5, isKept: true })
    expect(shown(told)).toEqual(REFUSALS)
    for (const { code, message } of told.refusals) {
      expect(Object.keys(errorCatalogue)).toContain(code)
      expect(message.fr).not.toBe(message.en)
    }
    await importInto(db.database, clean, source(GOOD))
    expect(await rowsIn(account.accountId)).toEqual(await rowsIn(clean.accountId))
  })

  test('best effort: a report may repeat whatever a source says', async () => {
    const account = await newAccount(db.database)
    const value = `${'L'.repeat(199)}😀\0`
    const error = new HapiError('UNKNOWN_FIELD', { field: '\ud83d\0', entity: 'Note', nearest: '' })
    const fault = { kind: 'fault', file: 'Notes.csv', line: 2, value, error } as const
    const told = await importInto(db.database, account, sourceOf('odd', [fault]))
    expect(told.refusals.map((refusal) => refusal.value)).toEqual(['L'.repeat(199)])
    expect(counts(told)).toMatchObject({ refused: 1, isKept: true })
  })

  test('best effort: a content of what has none is a field that nobody knows', async () => {
    const account = await newAccount(db.database)
    const company = {
      set: 'Companies',
      cells: { CompanyNo: 31, Name: 'Gestion', Content: 'a.pdf' },
    }
    const told = await importInto(db.database, account, source([company]))
    expect(shown(told)).toEqual([
      ['Companies.csv', 2, 'Content', 'UNKNOWN_FIELD', 'R-008', 'a.pdf'],
    ])
  })

  test('a look tells the same, and writes nothing', async () => {
    const account = await newAccount(db.database)
    for (const isBestEffort of [true, false]) {
      const options = { isBestEffort, isDryRun: true }
      const told = await importInto(db.database, account, source(ALL), options)
      expect(counts(told)).toMatchObject({ rows: 14, created: 9, refused: 5, isKept: false })
      expect(shown(told)).toEqual(REFUSALS)
      expect(await traces(account.accountId)).toEqual(NOTHING)
    }
  })

  test('a source that is broken somewhere leaves the account as it was', async () => {
    const account = await newAccount(db.database)
    const error = new HapiError('INVALID_FORMAT', { field: 'RentAmount' })
    const fault = { kind: 'fault', file: 'Units.csv', line: 9, error, isOfSource: true } as const
    const items = [...GOOD.map(recordOf), fault]
    const told = await importInto(db.database, account, sourceOf('broken', items))
    expect(counts(told)).toMatchObject({ rows: 9, created: 0, refused: 0, isKept: false })
    expect(told.report.faults).toBe(1)
    expect(shown(told)).toEqual([['Units.csv', 9, null, 'INVALID_FORMAT', 'R-007', null]])
    expect(await traces(account.accountId)).toEqual(NOTHING)
  })
})

describe('R-003 A row that comes again is the same row', () => {
  test('the same source again changes nothing and tells nobody, rows without a key too', async () => {
    const account = await newAccount(db.database)
    await importInto(db.database, account, source(GOOD))
    const [rows, before] = [await rowsIn(account.accountId), await traces(account.accountId)]
    for (const isBestEffort of [true, false]) {
      const told = await importInto(db.database, account, source(GOOD), { isBestEffort })
      expect(counts(told)).toMatchObject({ created: 0, updated: 0, unchanged: 9, refused: 0 })
    }
    expect(await rowsIn(account.accountId)).toEqual(rows)
    expect(await traces(account.accountId)).toEqual({ ...before, imports: 3 })
  })

  test('what is said otherwise is changed, what is not said stays', async () => {
    const account = await newAccount(db.database)
    await importInto(db.database, account, source(GOOD))
    const renamed = [{ set: 'Tenants', cells: { ...tenant(1), LastName: 'Roi' } }]
    const told = await importInto(db.database, account, source(renamed))
    expect(counts(told)).toMatchObject({ created: 0, updated: 1, unchanged: 0, refused: 0 })
    const rows = await rowsIn(account.accountId)
    expect(rows.filter((row) => row.includes('"Roi"'))).toHaveLength(1)
    expect(rows.filter((row) => row.includes('"Roy"'))).toHaveLength(0)
  })

  test('an empty cell says nothing of a row that is there: a departure is not withdrawn by it', async () => {
    const account = await newAccount(db.database)
    await importInto(db.database, account, source(GOOD))
    const key = 'CompanyNo;DivisionNo;TenantType;TenantNo'
    const read = async (cells: string): ReturnType<typeof importInto> => {
      const names = `${key};LastName;Email;DepartureDate;DepartureReason;DepartureNoticeDate`
      const folder = await folderOf({ 'Tenants.csv': `${names}\n31;1;D;1;${cells}\n` })
      const tenants = await openImportSource(folder, { isPartial: true })
      return importInto(db.database, account, tenants)
    }
    const told = await read('Roy;roy@example.com;2026-12-31;E;2026-05-01')
    expect(counts(told)).toMatchObject({ updated: 1, refused: 0 })
    const before = await rowsIn(account.accountId)
    for (const cells of ['Roy;;;;', 'Roy;;2026-12-31;E;'])
      expect(counts(await read(cells))).toMatchObject({ updated: 0, unchanged: 1, refused: 0 })
    expect(await rowsIn(account.accountId)).toEqual(before)
    expect(before.filter((row) => row.includes('2026-05-01'))).toHaveLength(1)
  })

  test('a row without a key is known though cells of it are empty; a rental and a co-tenant by whom, what and when', async () => {
    const account = await newAccount(db.database)
    await importInto(db.database, account, source(GOOD))
    const key = '31;1;D;1'
    const read = async (rent: string, end: string, phones: readonly string[], note = '') => {
      const names = 'CompanyNo;DivisionNo;TenantType;TenantNo'
      const folder = await folderOf({
        'Parkings.csv': 'Id;CompanyNo;DivisionNo;BuildingCode;ParkingCode\np;31;1;B;P1\n',
        'TenantParkings.csv': `${names};ParkingId;StartDate;EndDate;Amount\n${key};p;2024-07-01;${end};${rent}\n`,
        'CoTenants.csv': `${names};LastName;FirstName;StartDate;Phone\n${phones
          .map((phone) => `${key};Roy;Jean;2024-07-01;${phone}\n`)
          .join('')}`,
        'Notes.csv': `CompanyNo;DivisionNo;BuildingId;Body;FollowUpDate\n31;1;b;A;${note}\n31;1;b;B;\n`,
        'Buildings.csv': 'Id;CompanyNo;DivisionNo;BuildingCode\nb;31;1;B\n',
      })
      const rows = await openImportSource(folder, { isPartial: true })
      return counts(await importInto(db.database, account, rows))
    }
    // A father and his son.
    const both = ['418-555-0101', '418-555-0102']
    expect(await read('75', '2026-12-31', both, '2026-07-01')).toMatchObject({ created: 6 })
    const before = await rowsIn(account.accountId)
    const unchanged = { created: 0, updated: 0, unchanged: 7, refused: 0 }
    expect(await read('75', '', both)).toMatchObject(unchanged)
    expect(await rowsIn(account.accountId)).toEqual(before)
    const changed = { created: 0, updated: 2, unchanged: 5, refused: 0 }
    expect(await read('80', '', ['418-555-0101', '418-555-0109'])).toMatchObject(changed)
    expect(await read('80', '', ['418-555-0101', '418-555-0109'])).toMatchObject(unchanged)
  })

  test('two rows of one source with one key: the second is refused unless it says the same', async () => {
    const account = await newAccount(db.database)
    const twice = (LastName: string): Given => ({
      set: 'Tenants',
      cells: { ...tenant(7), LastName },
    })
    const rows = [...GOOD.slice(0, 2), twice('Roy'), twice('Roy'), twice('Roi')]
    const told = await importInto(db.database, account, source(rows), { isBestEffort: true })
    expect(counts(told)).toMatchObject({ created: 3, updated: 0, unchanged: 1, refused: 1 })
    expect(shown(told)).toEqual([['Tenants.csv', 6, 'TenantNo', 'DUPLICATE_KEY', 'R-003', '7']])
    const before = await rowsIn(account.accountId)
    const again = await importInto(db.database, account, source(rows), { isBestEffort: true })
    expect(counts(again)).toMatchObject({ created: 0, updated: 0, unchanged: 4, refused: 1 })
    expect(shown(again)).toEqual(shown(told))
    expect(await rowsIn(account.accountId)).toEqual(before)
  })

  test('who only creates is refused what is there', async () => {
    const account = await newAccount(db.database)
    const rows = GOOD.filter(({ set }) => set !== 'Notes')
    await importInto(db.database, account, source(rows))
    const told = await importInto(db.database, account, source(rows), { mode: 'create' })
    expect(counts(told)).toMatchObject({ created: 0, updated: 0, refused: rows.length })
    expect(told.refusals.filter(({ code }) => code !== 'DUPLICATE_KEY')).toEqual([
      expect.objectContaining({ code: 'LEASE_HELD_RENEWABLE', column: 'UnitCode', value: '1' }),
      expect.objectContaining({ code: 'TENANT_LEASE_OVERLAP', column: 'TenantNo', value: '1' }),
    ])
  })
})

describe('An import has its account to itself', () => {
  test('two at once: the second is told so, and the first goes on', async () => {
    const [account, other] = [await newAccount(db.database), await newAccount(db.database)]
    const outcomes: unknown[] = []
    const meanwhile = async (): Promise<void> => {
      const again = importInto(db.database, account, source(GOOD), { isDryRun: true })
      outcomes.push(await again.catch((error: unknown) => error))
      outcomes.push(await importInto(db.database, other, source(GOOD)))
    }
    let first: Promise<void> | undefined
    const slow = { ...source(GOOD), items: () => waiting() }
    async function* waiting(): ReturnType<ReturnType<typeof source>['items']> {
      first ??= meanwhile()
      await first
      yield* source(GOOD).items()
    }
    const told = await importInto(db.database, account, slow)
    expect(counts(told)).toMatchObject({ created: 9, isKept: true })
    expect(outcomes).toEqual([
      expect.objectContaining({ code: 'IMPORT_IN_PROGRESS' }),
      expect.objectContaining({ report: expect.objectContaining({ created: 9 }) }),
    ])
  })

  test('all or nothing of much: who would write meanwhile is told so at once, then may', async () => {
    const account = await newAccount(db.database)
    const error = new HapiError('INVALID_FORMAT', { field: 'Name' })
    const fault = { kind: 'fault', file: 'Suppliers.csv', line: 9, error } as const
    const outcomes: unknown[] = []
    async function* items() {
      for (let count = 0; count < 2_500; count++) {
        yield fault
        // It goes on when the other has his answer.
        await outcomes[0]
      }
    }
    const write = async (): Promise<unknown> => {
      const type = model.findBySet('Companies')
      if (type === undefined) throw new Error('There is no such set')
      const input = new Map<string, InputValue>([['Name', 'Autre']])
      input.set('CompanyNo', { kind: 'number', text: '32' })
      return inWriteTransaction(db.database, account, { now: PINNED }, (context) =>
        runCommand({ type, operation: 'create', input }, context),
      )
    }
    await importInto(
      db.database,
      account,
      { digest: 'much', items },
      { isBestEffort: false },
      {
        onProgress: ({ position }) => {
          if (position > 0 && outcomes.length === 0)
            outcomes.push(write().catch((reason: unknown) => reason))
        },
      },
    )
    expect(await outcomes[0]).toMatchObject({
      code: 'IMPORT_IN_PROGRESS',
      headers: { 'retry-after': '30' },
    })
    expect(await write()).toMatchObject({ kind: 'create' })
  })

  test('what it writes is audited as of an import, by whoever started it', async () => {
    const account = await newAccount(db.database)
    const { report } = await importInto(db.database, account, source(GOOD))
    const { rows } = await client.query<{ channel: string; request: string; process: string }>(
      `select distinct actor::jsonb ->> 'channel' as channel, actor::jsonb ->> 'requestId' as request,
                        actor::jsonb ->> 'process' as process
         from audit.pending where account_id = $1 and entity = 'Tenant'`,
      [account.accountId],
    )
    expect(rows).toEqual([{ channel: 'import', request: report.id, process: 'hapi import' }])
  })
})
