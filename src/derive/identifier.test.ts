import { describe, expect, test } from 'vitest'
import { constraintName } from './identifier.ts'

describe('constraintName', () => {
  test('joins table, columns and kind', () => {
    expect(constraintName('units', ['building_id', 'unit_code'], 'key')).toBe(
      'units_building_id_unit_code_key',
    )
  })

  test('counts the columns that do not fit in the 63 characters that PostgreSQL keeps', () => {
    const columns = ['ledger_division_id', 'building_id', 'statement_type', 'period', 'line_no']
    expect(constraintName('financial_statements', columns, 'key')).toBe(
      'financial_statements_ledger_division_id_and_4_more_key',
    )
  })

  test('refuses what no name can fit', () => {
    expect(() => constraintName('t'.repeat(60), ['column'], 'key')).toThrow(
      'No name of 63 characters',
    )
  })
})
