import { beforeEach, describe, expect, test } from 'vitest'
import { HapiError } from '../errors/hapi-error.ts'
import { SignInThrottle } from './sign-in-throttle.ts'

const who = { keyId: 'AbCd1234', signInName: 'crm', address: '192.0.2.1' }
let nowMs: number
let throttle: SignInThrottle

beforeEach(() => {
  nowMs = Date.parse('2026-06-15T12:00:00Z')
  throttle = new SignInThrottle(() => nowMs)
})

/** 'wrong', 'right', or the seconds of Retry-After. */
async function outcome(password: 'wrong' | 'right', subject = who): Promise<string> {
  try {
    const result = await throttle.run(subject, async () =>
      password === 'right' ? 'signed in' : undefined,
    )
    return result === undefined ? 'wrong' : 'right'
  } catch (error) {
    if (!(error instanceof HapiError) || error.code !== 'TOO_MANY_REQUESTS') throw error
    return error.headers['Retry-After'] ?? ''
  }
}

async function fail(times: number, subject = who): Promise<void> {
  for (let count = 0; count < times; count++) await outcome('wrong', subject)
}

describe('security §2: guessing passwords', () => {
  test('ten failures are free, the next tries wait 1, 2, 4 … 60 s', async () => {
    await fail(10)
    const delays: number[] = []
    for (let count = 0; count < 8; count++) {
      const delay = Number(await outcome('wrong'))
      delays.push(delay)
      nowMs += delay * 1_000
      expect(await outcome('wrong')).toBe('wrong')
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  test('a refused try does not lengthen the wait; then the right password works and forgets', async () => {
    await fail(10)
    expect([await outcome('right'), await outcome('wrong'), await outcome('right')]).toEqual([
      '1',
      '1',
      '1',
    ])
    nowMs += 1_000
    expect(await outcome('right')).toBe('right')
    await fail(9)
    expect(await outcome('right')).toBe('right')
  })

  test('others are not locked out', async () => {
    await fail(10)
    expect(await outcome('right', { ...who, signInName: 'portal' })).toBe('right')
    expect(await outcome('right', { ...who, keyId: 'Zzzz9999' })).toBe('right')
  })

  test('fifteen quiet minutes forget the failures', async () => {
    await fail(10)
    nowMs += 15 * 60_000 + 1
    await fail(9)
    expect(await outcome('right')).toBe('right')
  })

  test('300 failures a minute close the door to an address, for the rest of the minute', async () => {
    for (let count = 0; count < 300; count++) await fail(1, { ...who, signInName: `user${count}` })
    nowMs += 20_000
    expect(await outcome('right')).toBe('40')
    expect(await outcome('right', { ...who, address: '192.0.2.2' })).toBe('right')
    nowMs += 40_000
    expect(await outcome('right')).toBe('right')
  })

  test('a burst of wrong tries is stopped like tries one after the other', async () => {
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => outcome('wrong')))
    expect(outcomes.filter((result) => result === 'wrong')).toHaveLength(10)
    expect(outcomes.filter((result) => result === '1')).toHaveLength(50)
  })

  test('a burst of right ones all pass', async () => {
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => outcome('right')))
    expect(new Set(outcomes)).toEqual(new Set(['right']))
  })

  test('an undecided try counts for nothing', async () => {
    for (let count = 0; count < 20; count++) {
      await expect(
        throttle.run(who, async () => {
          throw new Error('busy')
        }),
      ).rejects.toThrow('busy')
    }
    expect(await outcome('right')).toBe('right')
  })
})
