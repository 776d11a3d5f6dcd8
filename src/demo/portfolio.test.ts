import { describe, expect, test } from 'vitest'
import type { DemoValue } from './demo-row.ts'
import { portfolioRows } from './portfolio.ts'

/** Some properties of a row of the portfolio. */
function rowOf(entity: string, id: number, names: readonly string[]): readonly DemoValue[] {
  for (const { type, values } of portfolioRows({ scale: 1, marker: '' })) {
    if (type.name === entity && values['Id'] === id) {
      return names.map((name) => values[name] ?? null)
    }
  }
  throw new Error(`The portfolio has no ${entity} ${id}`)
}

// Worked out from the recipe by another program.
describe('Demonstration portfolio §7 Generated portfolio', () => {
  test('the first building: draws 4, 10, 458, 2018, 19', () => {
    expect(
      rowOf('Building', 10_001, [
        'BuildingCode',
        'Name',
        'CivicNoAndStreet',
        'City',
        'ConstructionYear',
        'NumberOfUnits',
        'NumberOfParkings',
        'NumberOfStorages',
        'HasElevator',
      ]),
    ).toEqual([
      'MERISI0001',
      'Les Merisiers 1',
      '458 rue des Merisiers',
      'Longueuil',
      2018,
      19,
      9,
      6,
      true,
    ])
  })

  test('the first unit: 3.5 rooms by draw 21, 860 × 115 % rounded down, unavailable by draw 962', () => {
    expect(
      rowOf('Unit', 10_001, [
        'UnitCode',
        'NumberOfRooms',
        'NumberOfBedrooms',
        'Area',
        'AskingRent',
      ]),
    ).toEqual(['101', '3.5', 1, '795.00', '985.00'])
    expect(rowOf('UnavailableUnit', 10_001, ['UnitId', 'StartDate', 'EndDate'])).toEqual([
      10_001,
      '2026-05-26',
      '2026-07-25',
    ])
  })

  test('the first lease: July 1, 2024, one completed year off the asking rent', () => {
    expect(
      rowOf('Lease', 10_001, [
        'UnitId',
        'TenantId',
        'StartDate',
        'EndDate',
        'TermStartDate',
        'IsRenewable',
        'RenewalCount',
        'RentAmount',
      ]),
    ).toEqual([10_002, 10_001, '2024-07-01', '2026-06-30', '2025-07-01', true, 1, '1135.00'])
  })

  test('the first tenant: draws 12, 4, 44', () => {
    expect(
      rowOf('Tenant', 10_001, ['TenantType', 'TenantNo', 'LastName', 'FirstName', 'MobilePhone']),
    ).toEqual(['D', '1001.0', 'Bélanger', 'Charlie', '450-555-0144'])
  })
})
