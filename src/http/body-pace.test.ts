import { describe, expect, test } from 'vitest'
import { Pace } from './body-pace.ts'

/** When a body of so many bytes is cut, in seconds: each second `bytesOf` more have come; undefined when it is not. */
function cutAfter(
  bytesOf: (second: number) => number,
  whole = 25 * 1024 ** 2,
  { isUnread = false, isAnswered = false, isStored = true } = {},
): number | undefined {
  const pace = new Pace(30_000)
  let bytes = 0
  for (let second = 1; bytes < whole && second < 6 * 3_600; second++) {
    bytes += bytesOf(second)
    if (!pace.keeps(1_000, { bytes, isUnread, isAnswered, isStored })) return second
  }
  return undefined
}

describe('A body', () => {
  test('arrives however slow the line, as long as it moves on', () => {
    expect(cutAfter(() => 16 * 1024)).toBeUndefined()
    expect(cutAfter(() => 5 * 1024)).toBeUndefined()
    // A line that is gone for twenty seconds of each minute.
    expect(cutAfter((second) => (second % 60 < 20 ? 0 : 10 * 1024))).toBeUndefined()
  })

  test('that stands still is cut, however much of it has come', () => {
    expect(cutAfter(() => 0)).toBe(30)
    expect(cutAfter((second) => (second <= 10 ? 2 * 1024 ** 2 : 0))).toBe(40)
  })

  test('whose bytes drip to hold a connection is cut after a minute', () => {
    expect(cutAfter(() => 1)).toBe(60 + 1)
    expect(cutAfter((second) => (second % 29 === 0 ? 1 : 0))).toBe(60 + 1)
    expect(cutAfter(() => 100)).toBeLessThan(65)
  })

  test('that waits to be read is not late', () => {
    expect(cutAfter(() => 0, 1, { isUnread: true })).toBeUndefined()
  })

  test('that is held in memory has five minutes', () => {
    expect(cutAfter(() => 16 * 1024, 25 * 1024 ** 2, { isStored: false })).toBe(300)
    expect(cutAfter(() => 100 * 1024, 25 * 1024 ** 2, { isStored: false })).toBeUndefined()
  })

  test('that goes on behind its answer has a minute, whatever comes and whoever reads it', () => {
    expect(cutAfter(() => 1024 ** 2, Infinity, { isAnswered: true })).toBe(60)
    expect(cutAfter(() => 0, 1, { isAnswered: true, isUnread: true })).toBe(30)
  })
})
