/**
 * The generator of the demonstration portfolio: integers only, no clock, no locale, so that the same
 * row comes out on any machine. One generator per row, so that adding rows never disturbs others.
 */

/** FNV-1a, 32 bits, of the UTF-8 bytes of a text. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text, 'utf8')) {
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  return hash >>> 0
}

/** mulberry32, seeded by the row that it serves. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** The generator of one row; `salt` gives another portfolio by the same recipe. */
  static of(entity: string, id: number, salt: string): Random {
    return new Random(fnv1a(salt === '' ? `${entity}|${id}` : `${entity}|${id}|${salt}`))
  }

  /** Next unsigned 32-bit integer. */
  draw(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    const a = this.#state
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }

  /** An integer from 0 to `count` − 1. */
  below(count: number): number {
    return this.draw() % count
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }

  /** True in `thousandths` cases out of a thousand. */
  chance(thousandths: number): boolean {
    return this.below(1000) < thousandths
  }
}
