import { describe, expect, test } from 'vitest'
import {
  heldThrough,
  indeterminateNoticeWindow,
  noticeWindow,
  signedLeaseStatus,
  termMonths,
} from './lease-term.ts'

const year = { startDate: '2025-07-01', endDate: '2026-06-30' }

describe('R-020 Interval held by a lease', () => {
  test('a renewable lease is held through the departure, else without end', () => {
    expect(heldThrough({ ...year, isRenewable: true }, '2026-06-30')).toBe('2026-06-30')
    expect(heldThrough({ ...year, isRenewable: true }, '2026-09-15')).toBe('2026-09-15')
    expect(heldThrough({ ...year, isRenewable: true }, null)).toBeNull()
  })

  test('a lease that is not renewable ends at its end date or at an earlier departure', () => {
    expect(heldThrough({ ...year, isRenewable: false }, null)).toBe('2026-06-30')
    expect(heldThrough({ ...year, isRenewable: false }, '2026-03-31')).toBe('2026-03-31')
    expect(heldThrough({ ...year, isRenewable: false }, '2026-09-15')).toBe('2026-06-30')
  })
})

describe('R-021 Consistency of a lease', () => {
  test('TermMonths counts whole months only', () => {
    expect(termMonths('2026-07-01', '2029-06-30')).toBe(36)
    expect(termMonths('2026-07-15', '2027-06-30')).toBeNull()
    expect(termMonths('2025-09-01', '2026-06-30')).toBe(10)
    expect(termMonths('2024-09-16', '2029-09-15')).toBe(60)
    expect(termMonths('2023-05-01', null)).toBeNull()
    // The day after the end would have to be the 28th, the anniversary of a leap day (addMonths).
    expect(termMonths('2028-02-29', '2029-02-27')).toBe(12)
    expect(termMonths('2028-02-29', '2029-02-28')).toBeNull()
    expect(termMonths('2027-03-01', '2028-02-29')).toBe(12)
  })

  test('Status follows the business date and the held interval', () => {
    expect(signedLeaseStatus('2026-07-01', null, '2026-06-15')).toBe('S')
    expect(signedLeaseStatus('2026-06-15', '2026-06-15', '2026-06-15')).toBe('A')
    expect(signedLeaseStatus('2025-07-01', '2026-06-14', '2026-06-15')).toBe('T')
  })
})

describe('R-040 Window of the notice of modification', () => {
  test('12 months or more: three to six months before the new term', () => {
    expect(noticeWindow('2026-07-01', '2027-06-30', false)).toEqual({
      start: '2027-01-01',
      end: '2027-03-31',
    })
  })

  test('under 12 months: one to two months before', () => {
    expect(noticeWindow('2025-09-01', '2026-06-30', false)).toEqual({
      start: '2026-05-01',
      end: '2026-05-31',
    })
  })

  test('a room: 10 to 20 days before', () => {
    expect(noticeWindow('2026-01-01', '2026-06-30', true)).toEqual({
      start: '2026-06-11',
      end: '2026-06-20',
    })
  })

  test.each([
    // A month without that day counts by its last day, before the day is taken off; all counted on a calendar.
    ['2027-03-01', '2028-02-29', false, '2027-09-01', '2027-11-30'],
    ['2026-08-31', '2027-08-30', false, '2027-02-28', '2027-05-30'],
    ['2027-08-31', '2028-08-30', false, '2028-02-29', '2028-05-30'],
    ['2027-12-30', '2028-04-29', false, '2028-02-29', '2028-03-29'],
    ['2028-02-29', '2029-02-27', false, '2028-08-28', '2028-11-27'],
    ['2027-11-01', '2028-03-05', true, '2028-02-15', '2028-02-24'],
    ['2026-11-01', '2027-03-05', true, '2027-02-14', '2027-02-23'],
  ])('%s to %s, room %s: %s to %s', (termStart, end, isRoom, first, last) => {
    expect(noticeWindow(termStart, end, isRoom)).toEqual({ start: first, end: last })
  })

  test('an indeterminate lease: one to two months before the change; a room: 10 to 20 days', () => {
    expect(indeterminateNoticeWindow('2026-09-01', false)).toEqual({
      start: '2026-07-01',
      end: '2026-07-31',
    })
    expect(indeterminateNoticeWindow('2026-09-01', true)).toEqual({
      start: '2026-08-12',
      end: '2026-08-21',
    })
  })
})
