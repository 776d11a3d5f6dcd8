import { describe, expect, test } from 'vitest'
import { localTimeOf } from './local-time.ts'

describe('R-094 local time is that of America/Toronto', () => {
  test.each([
    ['2026-06-17T14:00:00.000Z', '2026-06-17 10:00', 600],
    ['2026-06-17T23:30:00.000Z', '2026-06-17 19:30', 1_170],
    ['2026-01-15T14:00:00.000Z', '2026-01-15 09:00', 540],
    ['2026-06-18T03:59:59.999Z', '2026-06-17 23:59', 1_439 + 59.999 / 60],
    ['2026-06-18T04:00:00.000Z', '2026-06-18 00:00', 0],
    // The clock goes from 02:00 to 03:00 on 2026-03-08, and back from 02:00 to 01:00 on 2026-11-01.
    ['2026-03-08T06:59:00.000Z', '2026-03-08 01:59', 119],
    ['2026-03-08T07:00:00.000Z', '2026-03-08 03:00', 180],
    ['2026-11-01T05:30:00.000Z', '2026-11-01 01:30', 90],
    ['2026-11-01T06:30:00.000Z', '2026-11-01 01:30', 90],
    ['2026-11-01T12:00:00.000Z', '2026-11-01 07:00', 420],
  ])('%s is %s', (instant, text, minutes) => {
    const local = localTimeOf(instant)
    expect([local.text, local.minutes]).toEqual([text, minutes])
    expect(local.date).toBe(text.slice(0, 10))
  })
})
