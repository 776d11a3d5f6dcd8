import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PacedReading } from './paced-reading.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

/** A database that takes its time. */
function readingOf(tookMs: number): {
  readonly reading: PacedReading<number>
  readonly count: () => number
} {
  let count = 0
  const reading = new PacedReading(async () => {
    count++
    await new Promise((resolve) => setTimeout(resolve, tookMs))
    return count
  })
  return { reading, count: () => count }
}

async function settle<T>(promise: Promise<T>, ms: number): Promise<T> {
  await vi.advanceTimersByTimeAsync(ms)
  return promise
}

describe('A reading that many ask for', () => {
  test('is made once for all who ask while it runs, and for five seconds after', async () => {
    const { reading, count } = readingOf(10)
    const both = await settle(Promise.all([reading.get(), reading.get()]), 10)
    expect(both).toEqual([1, 1])
    await vi.advanceTimersByTimeAsync(4_990)
    expect(await reading.get()).toBe(1)
    await vi.advanceTimersByTimeAsync(20)
    expect(await settle(reading.get(), 10)).toBe(2)
    expect(count()).toBe(2)
  })

  test('rests twenty times as long as it took', async () => {
    const { reading, count } = readingOf(2_000)
    await settle(reading.get(), 2_000)
    await vi.advanceTimersByTimeAsync(39_000)
    expect(await reading.get()).toBe(1)
    await vi.advanceTimersByTimeAsync(1_001)
    expect(await settle(reading.get(), 2_000)).toBe(2)
    expect(count()).toBe(2)
  })

  test('is made again at once when it has failed', async () => {
    let isBroken = true
    const reading = new PacedReading(async () => {
      if (isBroken) throw new Error('away')
      return 'well'
    })
    await expect(reading.get()).rejects.toThrow('away')
    isBroken = false
    expect(await reading.get()).toBe('well')
  })
})
