import { Decimal } from 'decimal.js'
import { describe, expect, test } from 'vitest'
import { type FixedTerm, refusedIncreases } from './rent-schedule.ts'

const threeYears: FixedTerm = { termStartDate: '2026-07-01', endDate: '2029-06-30' }

/** `[effectiveDate, newAmount, changeType, isPlanned]`, of a lease at 1000.00. */
type Planned = readonly [date: string, amount: string, type?: string, isPlanned?: boolean]

function refused(term: FixedTerm, planned: readonly Planned[]): readonly string[] {
  const changes = planned.map(
    ([effectiveDate, amount, changeType = 'C', isPlanned = true], id) => ({
      id,
      effectiveDate,
      newAmount: new Decimal(amount),
      changeType,
      isPlanned,
    }),
  )
  return refusedIncreases(term, { initialRent: new Decimal('1000.00'), changes }).map(
    ({ change, code, ...dates }) => [change.effectiveDate, code, ...Object.values(dates)].join(' '),
  )
}

describe('R-036 (C.c.Q. 1906) increases during a residential fixed term', () => {
  test('one for each year of the term after the first', () => {
    expect(
      refused(threeYears, [
        ['2028-07-01', '1040'],
        ['2027-07-01', '1020'],
      ]),
    ).toEqual([])
    expect(refused(threeYears, [['2027-06-30', '1000.01']])).toEqual([
      '2027-06-30 RENT_ADJUSTMENT_TOO_EARLY 2027-07-01',
    ])
  })

  test('of two in one year each is one too many, and a year ends the day before its anniversary', () => {
    expect(
      refused(threeYears, [
        ['2027-07-01', '1020'],
        ['2028-06-30', '1030'],
      ]),
    ).toEqual([
      '2027-07-01 RENT_ADJUSTMENT_TOO_FREQUENT 2027-07-01 2028-06-30',
      '2028-06-30 RENT_ADJUSTMENT_TOO_FREQUENT 2027-07-01 2028-06-30',
    ])
  })

  test('a decision of the tribunal is an increase of its year, and is never refused itself', () => {
    expect(
      refused(threeYears, [
        ['2027-07-01', '1020'],
        ['2027-09-01', '1030', 'T'],
      ]),
    ).toEqual(['2027-07-01 RENT_ADJUSTMENT_TOO_FREQUENT 2027-07-01 2028-06-30'])
  })

  test('what a decrease took away may not come back in the same year either', () => {
    const changes: readonly Planned[] = [
      ['2027-07-01', '1020'],
      ['2027-10-01', '1000'],
      ['2028-01-01', '1020'],
    ]
    expect(refused(threeYears, changes)).toHaveLength(2)
  })

  test('none in 12 months or less; 12 months and a day have a second year of one day', () => {
    const year = { termStartDate: '2026-07-01', endDate: '2027-06-30' }
    expect(refused(year, [['2027-01-01', '1000.01']])).toEqual([
      '2027-01-01 RENT_ADJUSTMENT_FORBIDDEN',
    ])
    expect(
      refused(year, [
        ['2027-01-01', '1000.00'],
        ['2027-02-01', '990'],
      ]),
    ).toEqual([])
    expect(refused({ ...year, endDate: '2027-07-01' }, [['2027-07-01', '1001']])).toEqual([])
  })

  test('a term from 29 February has its anniversaries on the 28th and on the 29th', () => {
    const term = { termStartDate: '2024-02-29', endDate: '2029-02-27' }
    expect(refused(term, [['2025-02-27', '1001']])).toEqual([
      '2025-02-27 RENT_ADJUSTMENT_TOO_EARLY 2025-02-28',
    ])
    expect(
      refused(term, [
        ['2025-02-28', '1001'],
        ['2026-02-28', '1002'],
        ['2028-02-29', '1003'],
      ]),
    ).toEqual([])
    expect(
      refused(term, [
        ['2027-02-28', '1001'],
        ['2028-02-28', '1002'],
      ]),
    ).toHaveLength(2)
  })

  test('agreements and corrections only decrease; what has happened is history', () => {
    expect(
      refused(threeYears, [
        ['2027-07-01', '1001', 'E'],
        ['2028-07-01', '1002', 'X'],
      ]),
    ).toEqual(['2027-07-01 RENT_INCREASE_NOT_ALLOWED', '2028-07-01 RENT_INCREASE_NOT_ALLOWED'])
    expect(refused(threeYears, [['2026-09-01', '1100', 'C', false]])).toEqual([])
    expect(refused(threeYears, [['2026-09-01', '1100', 'R']])).toEqual([])
  })
})
