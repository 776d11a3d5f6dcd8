import { describe, expect, test } from 'vitest'
import { addDays, addMonths, daysBetween, earliest, isIsoDate } from './dates.ts'

describe('R-005 Dates', () => {
  test('only an existing date in the form YYYY-MM-DD is a date', () => {
    expect(['2026-07-01', '2024-02-29'].map(isIsoDate)).toEqual([true, true])
    expect(
      ['2026-7-1', '2026-02-30', '2026-13-01', '0000-01-01', '2026-07-01T00:00:00Z', ''].map(
        isIsoDate,
      ),
    ).toEqual([false, false, false, false, false, false])
  })

  test('days are added across months, years and leap days', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29')
    expect(daysBetween('2026-06-15', '2026-07-15')).toBe(30)
    // Daylight saving time must not cost a day.
    expect(daysBetween('2026-03-01', '2026-11-30')).toBe(274)
  })

  test('addMonths falls back on the last day of a shorter month', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28')
    expect(addMonths('2026-07-01', -6)).toBe('2026-01-01')
    expect(addMonths('2026-06-30', -4)).toBe('2026-02-28')
    expect(addMonths('2026-11-30', 3)).toBe('2027-02-28')
  })

  test('null is later than any date', () => {
    expect(earliest(null, '2026-07-01')).toBe('2026-07-01')
    expect(earliest('2026-07-02', '2026-07-01')).toBe('2026-07-01')
    expect(earliest(null, null)).toBeNull()
  })
})
