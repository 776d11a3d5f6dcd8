import { describe, expect, test } from 'vitest'
import { readRetryAfter } from './retry-after.ts'
import { nextDelayMs, readRetrySchedule } from './retry-schedule.ts'

const schedule = readRetrySchedule('5,300,1800,7200,18000,36000,50400,72000,86400') ?? []
const middle = (): number => 0.5

describe('D9: retries with growing delays', () => {
  test('ten attempts: at once, then after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h', () => {
    const delays = Array.from({ length: 9 }, (_, i) =>
      nextDelayMs({ count: i + 1 }, schedule, middle),
    )
    expect(delays).toEqual([
      5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000,
      86_400_000,
    ])
    expect(nextDelayMs({ count: 10 }, schedule, middle)).toBeUndefined()
    // The Standard Webhooks table: 75 h 35 min 5 s in all.
    expect(schedule.reduce((sum, delay) => sum + delay, 0)).toBe(((75 * 60 + 35) * 60 + 5) * 1_000)
  })

  test('±20 %', () => {
    expect(nextDelayMs({ count: 2 }, schedule, () => 0)).toBe(240_000)
    expect(nextDelayMs({ count: 2 }, schedule, () => 0.999_999)).toBe(360_000)
  })

  test('Retry-After puts an attempt off by an hour at most, and brings none forward', () => {
    const after = (retryAfterMs: number): number | undefined =>
      nextDelayMs({ count: 2, retryAfterMs }, schedule, middle)
    expect([after(0), after(299_000), after(600_000), after(7_200_000)]).toEqual([
      300_000, 300_000, 600_000, 3_600_000,
    ])
    expect(nextDelayMs({ count: 10, retryAfterMs: 1 }, schedule, middle)).toBeUndefined()
  })

  test.each<[string, readonly number[] | undefined]>([
    ['off', []],
    ['OFF', []],
    ['', []],
    ['0', []],
    ['0,5', [5_000]],
    ['0.25, 1.5', [250, 1_500]],
    ['5,0', [5_000, 0]],
    ['2592000', [2_592_000_000]],
    ['2592000.001', undefined],
    ['2592001', undefined],
    ['-1', undefined],
    ['5,', undefined],
    ['5;6', undefined],
    ['1e3', undefined],
    ['5 s', undefined],
    [Array.from({ length: 30 }, () => '1').join(','), Array.from({ length: 30 }, () => 1_000)],
    [Array.from({ length: 31 }, () => '1').join(','), undefined],
  ])('the schedule %j', (text, delays) => {
    expect(readRetrySchedule(text)).toEqual(delays)
  })
})

describe('RFC 9110 §10.2.3 Retry-After', () => {
  const now = Date.UTC(2026, 5, 15, 12, 0, 0)

  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['120', 120_000],
    [' 120 ', 120_000],
    ['0', 0],
    ['3600', 3_600_000],
    ['3601', 3_600_000],
    ['9'.repeat(400), 3_600_000],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['Mon, 15 Jun 2026 12:01:00 GMT', 60_000],
    ['Mon, 15 Jun 2026 11:00:00 GMT', 0],
    ['Mon, 15 Jun 2026 23:00:00 GMT', 3_600_000],
    ['Monday, 15-Jun-26 12:01:00 GMT', 60_000],
    ['Mon Jun 15 12:01:00 2026', 60_000],
    ['Mon, 45 Jun 2026 12:01:00 GMT', undefined],
    ['2026-06-15T12:01:00Z', undefined],
  ])('%j', (header, waitMs) => {
    expect(readRetryAfter(header, now)).toBe(waitMs)
  })
})
