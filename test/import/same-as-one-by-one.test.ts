/**
 * an import takes and refuses what the API would, row by row. Random rows over few keys, so that many of them meet:
 * in one account by an import, in another one command after another, each in a transaction of its own.
 */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../../src/domain/command/run-command.ts'
import {
  inWriteTransaction,
  type WriteAccount,
} from '../../src/domain/command/write-transaction.ts'
import type { ImportReport } from '../../src/domain/import/run-import.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { rowsOf } from './account-rows.ts'
import { importInto, newAccount, PINNED } from './importing.ts'
import { type Given, recordOf, sourceOf } from './source.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})

afterAll(() => db.drop())

const BUILDINGS = 2
const UNITS = 4

function* portfolio(): Generator<Given> {
  yield { set: 'Companies', cells: { CompanyNo: 88, Name: 'Gestion' } }
  for (const DivisionNo of [1, 2])
    yield { set: 'LedgerDivisions', cells: { CompanyNo: 88, DivisionNo, Name: 'Division' } }
  const service = { ServiceCode: 'ZA', NameFr: 'Service', NameEn: 'Service', DefaultAmount: 10 }
  yield { set: 'Services', cells: service }
  for (let building = 0; building < BUILDINGS; building++) {
    const key = { CompanyNo: 88, DivisionNo: 1 + building, BuildingCode: `B${building}` }
    yield {
      set: 'Buildings',
      cells: {
        ...key,
        Name: 'Immeuble',
        CivicNoAndStreet: '1, rue A',
        City: 'Québec',
        PostalCode: 'G1M 2R4',
      },
    }
    for (let unit = 0; unit < UNITS; unit++)
      yield { set: 'Units', cells: { ...key, UnitCode: String(unit), NumberOfRooms: 4.5 } }
    for (const space of [0, 1])
      yield { set: 'Parkings', cells: { ...key, ParkingCode: `P${space}`, MonthlyPrice: 60 } }
    for (let tenant = 1; tenant <= 5; tenant++)
      yield {
        set: 'Tenants',
        cells: {
          CompanyNo: 88,
          DivisionNo: 1 + building,
          TenantType: 'D',
          TenantNo: tenant,
          LastName: 'Roy',
        },
      }
  }
}

const day = fc.constantFrom('2018-07-01', '2024-07-01', '2026-05-01', '2026-07-01', '2027-07-01')
const lastDay = fc.constantFrom(
  '2019-06-30',
  '2025-06-30',
  '2026-06-30',
  '2027-06-30',
  '2028-06-30',
)
const building = fc.nat({ max: BUILDINGS - 1 })
const buildingOf = (index: number) => ({
  CompanyNo: 88,
  DivisionNo: 1 + index,
  BuildingCode: `B${index}`,
})
const tenantOf = (index: number, TenantNo: number) => ({
  CompanyNo: 88,
  DivisionNo: 1 + index,
  TenantType: 'D',
  TenantNo,
})

/** Fields that may be left out, so that defaults and what the service assigns are met too. */
const given: fc.Arbitrary<Given> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        b: building,
        u: fc.nat({ max: UNITS }),
        t: fc.integer({ min: 1, max: 6 }),
        from: day,
        to: lastDay,
        renewable: fc.boolean(),
      })
      .map(({ b, u, t, from, to, renewable }) => ({
        set: 'Leases',
        cells: {
          ...buildingOf(b),
          UnitCode: String(u),
          ...tenantOf(b, t),
          StartDate: from,
          EndDate: to,
          RentAmount: 900,
          IsRenewable: renewable,
        },
      })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        b: building,
        p: fc.nat({ max: 2 }),
        t: fc.integer({ min: 1, max: 6 }),
        from: day,
        to: lastDay,
      })
      .map(({ b, p, t, from, to }) => ({
        set: 'TenantParkings',
        cells: {
          ...buildingOf(b),
          ParkingCode: `P${p}`,
          ...tenantOf(b, t),
          StartDate: from,
          EndDate: to,
          Amount: 75,
        },
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ b: building, u: fc.nat({ max: 8 }), rooms: fc.constantFrom(4.5, 4.3) })
      .map(({ b, u, rooms }) => ({
        set: 'Units',
        cells: { ...buildingOf(b), UnitCode: String(u), NumberOfRooms: rooms },
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        b: building,
        no: fc.option(fc.integer({ min: 1, max: 8 })),
        name: fc.constantFrom('Roy', ''),
      })
      .map(({ b, no, name }) => ({
        set: 'Tenants',
        cells: {
          CompanyNo: 88,
          DivisionNo: 1 + b,
          TenantType: 'D',
          ...(no === null ? {} : { TenantNo: no }),
          ...(name === '' ? {} : { LastName: name }),
        },
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        b: building,
        t: fc.integer({ min: 1, max: 6 }),
        from: day,
        role: fc.constantFrom('C', 'Z'),
      })
      .map(({ b, t, from, role }) => ({
        set: 'CoTenants',
        cells: {
          ...tenantOf(b, t),
          LastName: 'Côté',
          FirstName: 'Léa',
          StartDate: from,
          Role: role,
        },
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ b: building, t: fc.integer({ min: 1, max: 6 }), from: day })
      .map(({ b, t, from }) => ({
        set: 'TenantServices',
        cells: { ...tenantOf(b, t), ServiceCode: 'ZA', StartDate: from, Amount: -20 },
      })),
  },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 4 }).map((code) => ({
      set: 'Suppliers',
      cells: { CompanyNo: 88, SupplierCode: `F${code}`, Name: 'Fournisseur' },
    })),
  },
)

/** Codes and fields of each refused row, by its line. */
type Refusals = ReadonlyMap<number, string>

async function oneByOne(account: WriteAccount, rows: readonly Given[]): Promise<Refusals> {
  const refusals = new Map<number, string>()
  for (const [index, row] of rows.entries()) {
    const { type, input, line } = recordOf(row, index)
    try {
      await inWriteTransaction(db.database, account, { now: PINNED }, async (context) => {
        await runCommand({ type, operation: 'create', input }, context)
      })
    } catch (error) {
      if (!(error instanceof HapiError)) throw error
      const each = error.details.length > 0 ? error.details : [error]
      refusals.set(line, each.map(({ code, target }) => `${code} ${target ?? ''}`).join(', '))
    }
  }
  return refusals
}

async function imported(
  account: WriteAccount,
  rows: readonly Given[],
  isBestEffort: boolean,
): Promise<{ readonly refusals: Refusals; readonly report: ImportReport }> {
  const source = sourceOf(`rows ${isBestEffort}`, rows.map(recordOf))
  const options = { mode: 'create', isBestEffort } as const
  const { report, refusals: told } = await importInto(db.database, account, source, options)
  const refusals = new Map<number, string>()
  for (const { line, code, field } of told) {
    const before = refusals.get(line)
    const text = `${code} ${field ?? ''}`
    refusals.set(line, before === undefined ? text : `${before}, ${text}`)
  }
  return { refusals, report }
}

const SETS = [
  'Units',
  'Parkings',
  'Tenants',
  'CoTenants',
  'Leases',
  'TenantParkings',
  'TenantServices',
  'Suppliers',
  'Buildings',
]

function allOf({ accountId }: WriteAccount): Promise<readonly string[]> {
  return rowsOf(db.database, accountId, SETS)
}

describe('R-009 An import is what its rows are one by one', () => {
  test('with best effort: the same rows are taken, the others refused for the same reasons', async () => {
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.array(given, { minLength: 20, maxLength: 60 }), async (random) => {
        const [alone, together] = [await newAccount(db.database), await newAccount(db.database)]
        const rows = [...portfolio(), ...random]
        const expected = await oneByOne(alone, rows)
        const { refusals, report } = await imported(together, rows, true)
        expect([...refusals]).toEqual([...expected])
        expect(await allOf(together)).toEqual(await allOf(alone))
        expect([report.created, report.refused]).toEqual([
          rows.length - expected.size,
          expected.size,
        ])
        refused += expected.size
      }),
      { numRuns: 2, endOnFailure: true },
    )
    // Else nothing has met anything.
    expect(refused).toBeGreaterThan(20)
  })

  test('all or nothing: one refused row keeps all others out, and is told with its reasons', async () => {
    const account = await newAccount(db.database)
    const rows = [...portfolio(), { set: 'Suppliers', cells: { CompanyNo: 88, SupplierCode: 'A' } }]
    const { refusals, report } = await imported(account, rows, false)
    expect([...refusals]).toEqual([[rows.length + 1, 'REQUIRED_FIELD Name']])
    expect([report.isKept, report.refused]).toEqual([false, 1])
    expect(await allOf(account)).toEqual([])
    const taken = await imported(account, [...portfolio()], false)
    expect([taken.report.isKept, taken.report.created]).toEqual([true, rows.length - 1])
  })
})
