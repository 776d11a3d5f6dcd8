import { describe, expect, test } from 'vitest'
import { businessDateOf } from './business-date.ts'

describe('R-005 Dates, time zone and business date', () => {
  test('(1) the date changes at midnight in Toronto', () => {
    expect(businessDateOf(new Date('2026-07-01T03:59:00Z'))).toBe('2026-06-30')
    expect(businessDateOf(new Date('2026-07-01T03:59:59.999Z'))).toBe('2026-06-30')
    expect(businessDateOf(new Date('2026-07-01T04:00:00Z'))).toBe('2026-07-01')
  })

  test('midnight is an hour later under standard time', () => {
    expect(businessDateOf(new Date('2026-01-01T04:59:59Z'))).toBe('2025-12-31')
    expect(businessDateOf(new Date('2026-01-01T05:00:00Z'))).toBe('2026-01-01')
  })

  test('the days on which the clocks change have one date each', () => {
    // 2026-03-08 has 23 hours, 2026-11-01 has 25.
    expect(businessDateOf(new Date('2026-03-08T04:59:59Z'))).toBe('2026-03-07')
    expect(businessDateOf(new Date('2026-03-08T05:00:00Z'))).toBe('2026-03-08')
    expect(businessDateOf(new Date('2026-03-09T03:59:59Z'))).toBe('2026-03-08')
    expect(businessDateOf(new Date('2026-11-01T04:00:00Z'))).toBe('2026-11-01')
    expect(businessDateOf(new Date('2026-11-02T04:59:59Z'))).toBe('2026-11-01')
    expect(businessDateOf(new Date('2026-11-02T05:00:00Z'))).toBe('2026-11-02')
  })

  test('the demonstration portfolio is pinned on 2026-06-15', () => {
    expect(businessDateOf(new Date('2026-06-15T04:05:00Z'))).toBe('2026-06-15')
  })
})
