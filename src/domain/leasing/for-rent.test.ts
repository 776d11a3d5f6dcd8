import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { type ForRentParameters, forRentArguments } from './for-rent.ts'

const today = '2026-06-15'

function errorOf(parameters: ForRentParameters) {
  try {
    forRentArguments(parameters, today)
  } catch (error) {
    if (error instanceof HapiError) return [error.code, error.status, error.target]
    throw error
  }
  return undefined
}

describe('R-026 Units/ForRent, parameters', () => {
  test('defaults: today, 90 days more, the minimum of each division', () => {
    expect(forRentArguments({}, today)).toEqual({
      startDate: '2026-06-15',
      endDate: '2026-09-13',
      minimumDays: null,
    })
    expect(forRentArguments({ StartDate: '2026-12-01' }, today)).toEqual({
      startDate: '2026-12-01',
      endDate: '2027-03-01',
      minimumDays: null,
    })
  })

  test('a start before the business date is raised to it, and the raised range counts', () => {
    expect(forRentArguments({ StartDate: '2020-01-01', MinimumDays: '10' }, today)).toEqual({
      startDate: '2026-06-15',
      endDate: '2026-09-13',
      minimumDays: 10,
    })
    expect(forRentArguments({ StartDate: '2020-01-01', EndDate: '2029-06-15' }, today)).toEqual({
      startDate: '2026-06-15',
      endDate: '2029-06-15',
      minimumDays: null,
    })
    // Wholly over: legal, and no unit has a free day in it.
    expect(forRentArguments({ StartDate: '2026-01-01', EndDate: '2026-02-01' }, today)).toEqual({
      startDate: '2026-06-15',
      endDate: '2026-02-01',
      minimumDays: null,
    })
  })

  test('DATE_ORDER: the end may not precede the start', () => {
    expect(errorOf({ StartDate: '2026-07-02', EndDate: '2026-07-01' })).toEqual([
      'DATE_ORDER',
      400,
      'EndDate',
    ])
    expect(errorOf({ EndDate: '2026-06-14' })).toEqual(['DATE_ORDER', 400, 'EndDate'])
    expect(errorOf({ StartDate: '2026-07-01', EndDate: '2026-07-01' })).toBeUndefined()
  })

  test('RANGE_TOO_LONG: 1096 days at most', () => {
    expect(errorOf({ EndDate: '2029-06-15' })).toBeUndefined()
    expect(errorOf({ EndDate: '2029-06-16' })).toEqual(['RANGE_TOO_LONG', 400, 'EndDate'])
  })

  test('INVALID_FORMAT: dates that do not exist, days that are no positive number', () => {
    expect(errorOf({ StartDate: '2026-7-1' })).toEqual(['INVALID_FORMAT', 400, 'StartDate'])
    expect(errorOf({ EndDate: '2026-02-30' })).toEqual(['INVALID_FORMAT', 400, 'EndDate'])
    for (const days of ['', 'x', '1.5', '-1', 0, -3, 2.5, '2147483648', Number.NaN]) {
      expect(errorOf({ MinimumDays: days })).toEqual(['INVALID_FORMAT', 400, 'MinimumDays'])
    }
    expect(errorOf({ MinimumDays: '2147483647' })).toBeUndefined()
  })

  test('the last days of the calendar do not overflow', () => {
    expect(forRentArguments({ StartDate: '9999-12-01' }, today).endDate).toBe('9999-12-31')
  })
})
