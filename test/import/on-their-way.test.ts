/**
 * Rows whose state nobody can create are taken there by the changes that lead to it, in an import as in its repetition;
 * rents that were in force are taken as they were.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { InputObject } from '../../src/domain/command/input.ts'
import { type Row, requiredNumber } from '../../src/domain/command/row.ts'
import { runCommand } from '../../src/domain/command/run-command.ts'
import {
  inWriteTransaction,
  type WriteAccount,
} from '../../src/domain/command/write-transaction.ts'
import type { EntityType } from '../../src/model/entity-type.ts'
import { model } from '../../src/model/model.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { secretBox } from '../support/secret-box.ts'
import { importInto, newAccount, PINNED } from './importing.ts'
import { type Given, recordOf, sourceOf } from './source.ts'

let db: TestDatabase
let account: WriteAccount

beforeAll(async () => {
  db = await createTestDatabase()
  account = await newAccount(db.database)
  const { refusals } = await importRows(PORTFOLIO)
  expect(refusals).toEqual([])
})

afterAll(() => db.drop())

let sources = 0

function importRows(
  rows: readonly Given[],
  profile: WriteAccount['profile'] = 'administrator',
): ReturnType<typeof importInto> {
  const source = sourceOf(`rows ${sources++}`, rows.map(recordOf))
  return importInto(db.database, { ...account, profile }, source)
}

async function statesOf(table: string): Promise<Readonly<Record<string, string>>> {
  const { rows } = await db.database.transaction(
    (client) =>
      client.query<{ key: string; status: string }>(
        `select external_id as key, status from ${table} where account_id = $1 order by id`,
        [account.accountId],
      ),
    { accountId: account.accountId },
  )
  return Object.fromEntries(rows.map(({ key, status }) => [key, status]))
}

const division = { CompanyNo: 31, DivisionNo: 1 }
const building = { ...division, BuildingCode: 'B' }
const unit = { ...building, UnitCode: '1' }

const PORTFOLIO: readonly Given[] = [
  { set: 'Companies', cells: { CompanyNo: 31, Name: 'Gestion' } },
  {
    set: 'Employees',
    cells: { Id: 'luc', EmployeeCode: 'LUC', FirstName: 'Luc', LastName: 'Roy', Role: 'T' },
  },
  { set: 'LedgerDivisions', cells: { ...division, Name: 'Division' } },
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
  { set: 'Units', cells: { Id: 'u', ...unit, NumberOfRooms: 4.5 } },
  {
    set: 'Tenants',
    cells: { Id: 'cote', ...division, TenantType: 'D', TenantNo: 1, LastName: 'Côté' },
  },
  {
    set: 'ServiceCallCategories',
    cells: { Id: 'eau', CategoryCode: 'EAU', NameFr: 'Eau', NameEn: 'Water' },
  },
]

const call = (ExternalId: string, Status: string, more: Given['cells'] = {}): Given => ({
  set: 'ServiceCalls',
  cells: {
    Id: ExternalId,
    ...building,
    CategoryId: 'eau',
    Title: 'Fuite',
    Description: 'Sous l’évier',
    RequestedDate: '2026-06-01T14:00:00Z',
    ExternalId,
    Status,
    ...more,
  },
})

/** The source names its categories and employees itself, as an export does. */
const NAMES = PORTFOLIO.filter(({ set }) => /Employees|Categories/.test(set))

const done = { AssignedEmployeeId: 'luc', Resolution: 'Réparé' }

describe('R-090: service calls of a source', () => {
  test('come in closed, cancelled, on hold, with the details of the closed one', async () => {
    const { report, refusals } = await importRows([
      ...NAMES,
      call('closed', 'F', done),
      call('begun', 'e', { AssignedEmployeeId: 'luc' }),
      call('cancelled', 'X', { CancelReason: 'Doublon' }),
      call('held', 'S', { OnHoldReason: 'Pièce commandée' }),
      {
        set: 'ServiceCallDetails',
        cells: { ServiceCallId: 'closed', DetailType: 'N', Description: 'Robinet changé' },
      },
    ])
    expect(refusals).toEqual([])
    expect(report).toMatchObject({ created: 5, refused: 0 })
    expect(await statesOf('service_calls')).toEqual({
      closed: 'F',
      begun: 'E',
      cancelled: 'X',
      held: 'S',
    })
  })

  test('change nothing when they come again, and go on from where they are', async () => {
    const { refusals, report } = await importRows([
      ...NAMES,
      call('closed', 'F', done),
      call('begun', 'T', done),
      call('held', 'E', { OnHoldReason: 'Pièce commandée', AssignedEmployeeId: 'luc' }),
    ])
    expect(refusals).toEqual([])
    expect(report.created).toBe(0)
    expect(await statesOf('service_calls')).toEqual({
      closed: 'F',
      begun: 'T',
      cancelled: 'X',
      held: 'E',
    })
  })

  test('told as they were once, when they have gone on since, stay where they are', async () => {
    const before = await statesOf('service_calls')
    const { report, refusals } = await importRows([
      ...NAMES,
      call('closed', 'E', { ...done, Resolution: null }),
      call('closed', 'T', done),
    ])
    expect(refusals).toEqual([])
    expect(report).toMatchObject({ updated: 0, unchanged: 4, refused: 0, incomplete: 0 })
    expect(await statesOf('service_calls')).toEqual(before)
  })

  test('are refused where no way leads, or where a state demands what is not said', async () => {
    const { report, refusals } = await importRows([
      ...NAMES,
      call('cancelled', 'F', { CancelReason: 'Doublon' }),
      call('nobody', 'F', { Resolution: 'Réparé' }),
      call('none', 'N', { CategoryId: 'feu' }),
    ])
    // A row counts once: entered without its state it is not refused, but it is not all there.
    expect(report).toMatchObject({
      rows: 5,
      created: 1,
      updated: 0,
      unchanged: 3,
      refused: 1,
      incomplete: 2,
    })
    expect(refusals).toMatchObject([
      { line: 6, code: 'REFERENCE_NOT_FOUND', isRowEntered: false },
      {
        file: 'ServiceCalls.csv',
        line: 4,
        field: 'Status',
        code: 'TRANSITION_NOT_ALLOWED',
        rule: 'R-090',
        value: 'F',
        isRowEntered: true,
      },
      { line: 5, code: 'TRANSITION_GUARD_FAILED', rule: 'R-090', isRowEntered: true },
    ])
    expect(await statesOf('service_calls')).toMatchObject({ cancelled: 'X', nobody: 'N' })
  })

  test('leave nothing behind when all or nothing is to be taken and a state is refused', async () => {
    const source = sourceOf(
      'all',
      [...NAMES, call('alone', 'F', { Resolution: 'Réparé' })].map(recordOf),
    )
    const { report } = await importInto(db.database, account, source, { isBestEffort: false })
    expect(report).toMatchObject({ created: 1, refused: 0, incomplete: 1, isKept: false })
    expect(await statesOf('service_calls')).not.toHaveProperty('alone')
  })
})

describe('Rows without a key that have gone on since', () => {
  /** As a file has it whose columns are empty there. */
  const door: Given = {
    set: 'ServiceCalls',
    cells: {
      ...building,
      CategoryId: 'eau',
      Title: 'Porte',
      Description: 'Elle grince',
      RequestedDate: '2026-06-02T14:00:00Z',
      CancelReason: null,
      Status: 'N',
    },
  }
  const agreement: Given = {
    set: 'PreauthorizedDebits',
    cells: {
      TenantId: 'cote',
      InstitutionNo: '815',
      TransitNo: '20015',
      AccountNo: '1010255',
      AccountHolderName: 'Léa Côté',
      Status: 'A',
      AgreementDate: '2026-05-01',
      StartDate: '2026-06-01',
    },
  }
  const rows = [...PORTFOLIO, door, agreement]
  const again = (name: string): ReturnType<typeof importInto> =>
    importInto(db.database, account, sourceOf(name, rows.map(recordOf)), {}, { secretBox })

  async function change(type: EntityType, about: string, values: Row): Promise<void> {
    await inWriteTransaction(db.database, account, { now: PINNED }, async (context) => {
      const [row = {}] = await context.select(type.name, about)
      const input = new Map(Object.entries(values)) as InputObject
      const id = requiredNumber(row, 'Id')
      await runCommand({ type, operation: 'update', id, input }, context)
    })
  }

  test('are known when they are told again, whoever has worked on them', async () => {
    const first = await again('first')
    expect(first.refusals).toEqual([])
    expect(first.report).toMatchObject({ created: 2, refused: 0 })
    const unchanged = { created: 0, updated: 0, unchanged: rows.length, refused: 0, incomplete: 0 }
    // the number is told in clear, and kept sealed.
    expect((await again('second')).report).toMatchObject(unchanged)
    const cancelled = { Status: 'X', CancelReason: 'Doublon' }
    await change(model.getType('ServiceCall'), "title = 'Porte'", cancelled)
    await change(model.getType('PreauthorizedDebit'), 'true', { Status: 'X' })
    expect((await again('third')).report).toMatchObject(unchanged)
  })
})

describe('R-100: applications of a source', () => {
  test('come in accepted and are converted by their lease; the prospect is as the source has him', async () => {
    const application = (ExternalId: string, Status: string, ProspectId: string): Given => ({
      set: 'RentalApplications',
      cells: {
        Id: ExternalId,
        ...unit,
        ProspectId,
        ApplicationDate: '2026-05-01',
        DesiredStartDate: '2026-07-01',
        DecisionDate: '2026-05-10',
        DecisionReason: 'Dossier',
        ProposedRent: 950,
        ExternalId,
        Status,
      },
    })
    const prospect = (ExternalId: string, Status: string): Given => ({
      set: 'Prospects',
      cells: { Id: ExternalId, ...division, LastName: 'Roy', ExternalId, Status },
    })
    const { refusals } = await importRows([
      {
        set: 'Tenants',
        cells: { Id: 'cote', ...division, TenantType: 'D', TenantNo: 1, LastName: 'Côté' },
      },
      prospect('won', 'G'),
      prospect('lost', 'P'),
      application('converted', 'B', 'won'),
      application('refused', 'R', 'lost'),
      {
        set: 'Visits',
        cells: {
          ...unit,
          ProspectId: 'won',
          ScheduledStart: '2026-05-04T18:00:00Z',
          DurationMinutes: 30,
          ExternalId: 'visit',
          Status: 'F',
        },
      },
      {
        set: 'Leases',
        cells: {
          ...unit,
          TenantId: 'cote',
          StartDate: '2026-07-01',
          EndDate: '2027-06-30',
          RentAmount: 950,
          RentalApplicationId: 'converted',
        },
      },
    ])
    expect(refusals).toEqual([])
    expect(await statesOf('rental_applications')).toEqual({ converted: 'B', refused: 'R' })
    expect(await statesOf('prospects')).toEqual({ won: 'G', lost: 'P' })
    expect(await statesOf('visits')).toEqual({ visit: 'F' })
  })
})

describe('R-037: rents that were in force before', () => {
  const flat = { ...building, UnitCode: '2' }
  const tenant: Given = {
    set: 'Tenants',
    cells: { Id: 'roy', ...division, TenantType: 'D', TenantNo: 2, LastName: 'Roy' },
  }
  const lease: Given = {
    set: 'Leases',
    cells: {
      Id: 'old',
      ...flat,
      TenantId: 'roy',
      StartDate: '2023-07-01',
      EndDate: '2024-06-30',
      RentAmount: 900,
    },
  }
  const rent = (EffectiveDate: string, NewAmount: number, ChangeType = 'R'): Given => ({
    set: 'LeasePriceChanges',
    cells: { LeaseId: 'old', EffectiveDate, NewAmount, ChangeType },
  })
  const history = [
    { set: 'Units', cells: { ...flat, NumberOfRooms: 3.5 } },
    tenant,
    lease,
    // Whatever their order is.
    rent('2025-07-01', 950),
    rent('2024-07-01', 920),
  ]

  async function rents(): Promise<unknown> {
    const { rows } = await db.database.transaction(
      (client) =>
        client.query(
          `select l.initial_rent_amount, l.rent_amount, l.rent_effective_date::text, l.end_date::text,
                  u.current_rent, u.lowest_rent_last12_months,
                  (select json_agg(json_build_array(c.effective_date, c.previous_amount, c.new_amount, c.status)
                                   order by c.effective_date)
                     from lease_price_changes c where c.account_id = $1 and c.lease_id = l.id) as changes
             from leases l join units u on u.account_id = $1 and u.id = l.unit_id
            where l.account_id = $1 and u.unit_code = '2'`,
          [account.accountId],
        ),
      { accountId: account.accountId },
    )
    return rows
  }

  test('come in as activated changes, from which the rents of today follow (R-046)', async () => {
    const { refusals } = await importRows(history)
    expect(refusals).toEqual([])
    expect(await rents()).toEqual([
      {
        initial_rent_amount: '900.00',
        rent_amount: '950.00',
        rent_effective_date: '2025-07-01',
        // two terms have followed.
        end_date: '2026-06-30',
        current_rent: '950.00',
        // From 2025-06-15 to 2025-06-30 the rent was still that of the year before.
        lowest_rent_last12_months: '920.00',
        changes: [
          ['2024-07-01', 900, 920, 'A'],
          ['2025-07-01', 920, 950, 'A'],
        ],
      },
    ])
  })

  test('change nothing when they come again', async () => {
    const { refusals, report } = await importRows(history)
    expect(refusals).toEqual([])
    expect(report).toMatchObject({ created: 0, updated: 0, unchanged: 5 })
  })

  test('are within the lease, on a day each, and not of the days to come', async () => {
    const { refusals } = await importRows([
      tenant,
      lease,
      rent('2023-07-01', 890),
      rent('2025-07-01', 955),
      rent('2026-06-30', 990),
      rent('2026-06-30', 990, 'C'),
    ])
    expect(refusals.map(({ line, code }) => [line, code])).toEqual([
      [4, 'PRICE_CHANGE_OUT_OF_TERM'],
      [5, 'PRICE_CHANGE_LOCKED'],
      [6, 'PRICE_CHANGE_TYPE_RESERVED'],
      [7, 'RENT_ADJUSTMENT_FORBIDDEN'],
    ])
  })

  test('are told by administrators alone', async () => {
    const { refusals } = await importRows([tenant, lease, rent('2024-12-01', 925)], 'integrator')
    expect(refusals).toMatchObject([{ line: 4, code: 'PRICE_CHANGE_TYPE_RESERVED' }])
  })
})

describe('R-030: tenants who left long ago', () => {
  const flat = { ...building, UnitCode: '3' }
  const tenant = (Id: string, TenantNo: number, more: Given['cells'] = {}): Given => ({
    set: 'Tenants',
    cells: { Id, ...division, TenantType: 'D', TenantNo, LastName: Id, ...more },
  })
  const lease = (TenantId: string, StartDate: string, EndDate: string): Given => ({
    set: 'Leases',
    cells: { ...flat, TenantId, StartDate, EndDate, RentAmount: 700 },
  })

  test('leave at the end of the term that had followed by then, and the next ones have the unit', async () => {
    const left = {
      DepartureDate: '2022-06-30',
      DepartureReason: 'F',
      DepartureNoticeDate: '2022-02-01',
    }
    const { refusals } = await importRows([
      { set: 'Units', cells: { ...flat, NumberOfRooms: 3.5 } },
      tenant('first', 11, left),
      tenant('second', 12, { DepartureDate: '2023-10-15', DepartureReason: 'E' }),
      tenant('third', 13),
      // Papers of a year each: R-039 had two of them renewed.
      lease('first', '2020-07-01', '2021-06-30'),
      lease('second', '2022-07-01', '2023-06-30'),
      lease('third', '2023-11-01', '2024-10-31'),
    ])
    expect(refusals).toEqual([])
    const { rows } = await db.database.transaction(
      (client) =>
        client.query(
          `select end_date::text, renewal_count, held_through_date::text from leases
            where account_id = $1 and unit_code = '3' order by start_date`,
          [account.accountId],
        ),
      { accountId: account.accountId },
    )
    expect(rows).toEqual([
      { end_date: '2022-06-30', renewal_count: 1, held_through_date: '2022-06-30' },
      { end_date: '2024-06-30', renewal_count: 1, held_through_date: '2023-10-15' },
      { end_date: '2026-10-31', renewal_count: 2, held_through_date: null },
    ])
  })
})
