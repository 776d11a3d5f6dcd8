import { afterEach, describe, expect, test, vi } from 'vitest'
import { OriginPools } from './origin-pools.ts'

const three = ['https://a.example', 'https://b.example', 'https://c.example'] as const

/** Never called: no request is made. */
function connect(): void {
  throw new Error('connected')
}

afterEach(() => {
  vi.useRealTimers()
})

describe('connections by origin', () => {
  test('beyond the limit the origin used least recently is forgotten, unless it is in use', async () => {
    const pools = new OriginPools(connect, 2)
    const [a, b, c] = three
    const first = pools.take(a)
    pools.release(a)
    const second = pools.take(b)
    pools.release(b)
    expect(pools.take(a)).toBe(first)
    const third = pools.take(c)
    expect([first.closed, second.destroyed, third.closed]).toEqual([false, true, false])
    // All in use: one more is better than an event that waits.
    const again = pools.take(b)
    expect([first.closed, third.closed, again.closed]).toEqual([false, false, false])
    await pools.destroy()
    expect([first.destroyed, third.destroyed, again.destroyed]).toEqual([true, true, true])
  })

  test('an origin is forgotten a minute after its last request, and not while one runs', async () => {
    vi.useFakeTimers()
    const pools = new OriginPools(connect)
    const [a, b] = three
    const idle = pools.take(a)
    pools.release(a)
    const busy = pools.take(b)
    vi.advanceTimersByTime(45_000)
    expect(pools.take(a)).toBe(idle)
    pools.release(a)
    vi.advanceTimersByTime(60_000)
    expect(idle.destroyed).toBe(false)
    vi.advanceTimersByTime(30_000)
    expect([idle.destroyed, busy.destroyed]).toEqual([true, false])
    expect(pools.take(a)).not.toBe(idle)
    vi.useRealTimers()
    await pools.destroy()
  })
})
