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
