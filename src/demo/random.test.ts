import { describe, expect, test } from 'vitest'
import { fnv1a, Random } from './random.ts'

describe('Demonstration portfolio §2 Determinism', () => {
  test('FNV-1a 32 bits: its published vectors', () => {
    expect([fnv1a(''), fnv1a('a'), fnv1a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
  })

  test('mulberry32 in 32-bit arithmetic', () => {
    // Written again with exact integers, from the text of the recipe.
    const mask = 0xffffffffn
    let a = 42n
    const expected = Array.from({ length: 50 }, () => {
      a = (a + 0x6d2b79f5n) & mask
      let t = ((a ^ (a >> 15n)) * (a | 1n)) & mask
      t = t ^ ((t + (((t ^ (t >> 7n)) * (t | 61n)) & mask)) & mask)
      return Number((t ^ (t >> 14n)) & mask)
    })
    const random = new Random(42)
    expect(Array.from({ length: 50 }, () => random.draw())).toEqual(expected)
  })

  test('each row has its own generator, and a salt gives another', () => {
    const first = (random: Random) => [random.draw(), random.draw()]
    expect(first(Random.of('Unit', 10001, ''))).toEqual(first(new Random(fnv1a('Unit|10001'))))
    expect(first(Random.of('Unit', 10001, 'B'))).not.toEqual(first(Random.of('Unit', 10001, '')))
  })
})
