import { describe, expect, test } from 'vitest'
import { Pace } from './pace.ts'

/** Begins a request in its own wave and lets it fail. */
function failInTurn(pace: Pace, times: number): readonly (number | undefined)[] {
  return Array.from({ length: times }, () => pace.fail(pace.wave))
}

describe('Requests at once', () => {
  test('begin at 8, grow by one with each success, and end at 64', () => {
    const pace = new Pace(0)
    expect(pace.limit).toBe(8)
    pace.succeed()
    expect(pace.limit).toBe(9)
    for (let success = 0; success < 100; success++) pace.succeed()
    expect(pace.limit).toBe(64)
  })

  test('are halved by a failure, down to one', () => {
    const pace = new Pace(0)
    failInTurn(pace, 3)
    expect(pace.limit).toBe(1)
    failInTurn(pace, 1)
    expect(pace.limit).toBe(1)
  })

  test('are one for an endpoint that was failing when its queue was taken', () => {
    expect(new Pace(3).limit).toBe(1)
  })
})

describe('Rest', () => {
  test('begins with the fifth failure in a row, a second long, and doubles up to a minute', () => {
    expect(failInTurn(new Pace(0), 12)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      1_000,
      2_000,
      4_000,
      8_000,
      16_000,
      32_000,
      60_000,
      60_000,
    ])
  })

  test('is not brought about by requests that failed together', () => {
    const pace = new Pace(0)
    const { wave } = pace
    expect(Array.from({ length: 64 }, () => pace.fail(wave))).not.toContain(1_000)
    expect(pace.failures).toBe(1)
  })

  test('is forgotten with a success', () => {
    const pace = new Pace(0)
    failInTurn(pace, 4)
    pace.succeed()
    expect(failInTurn(pace, 4)).toEqual([undefined, undefined, undefined, undefined])
  })
})
