import { describe, expect, test } from 'vitest'
import { firstDebitDate } from './first-debit.ts'

const of = (agreementDate: string, debitDay: number, rest: object = {}): string =>
  firstDebitDate({
    agreementDate,
    startDate: agreementDate,
    debitDay,
    noticeWaived: false,
    ...rest,
  })

describe('R-062 Pre-authorized debit agreement', () => {
  test('example 1: the first debit is at least 10 calendar days after the agreement', () => {
    expect(of('2026-06-15', 1)).toBe('2026-07-01')
    expect(of('2026-06-25', 1)).toBe('2026-08-01')
  })

  test('the tenth day itself is late enough', () => {
    expect(of('2026-06-21', 1)).toBe('2026-07-01')
    expect(of('2026-06-22', 1)).toBe('2026-08-01')
    expect(of('2026-12-22', 1)).toBe('2027-01-01')
  })

  test('with a waiver it may be the day of the agreement', () => {
    expect(of('2026-06-25', 1, { noticeWaived: true })).toBe('2026-07-01')
    expect(of('2026-06-25', 25, { noticeWaived: true })).toBe('2026-06-25')
  })

  test('it is never before the start', () => {
    expect(of('2026-06-15', 15, { startDate: '2026-09-16' })).toBe('2026-10-15')
    expect(of('2026-01-05', 28, { startDate: '2026-02-01' })).toBe('2026-02-28')
  })
})
