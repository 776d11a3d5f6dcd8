/** A text made worse: bytes lost, doubled, exchanged, and signs that mean something put where they mean something else. */

import type { Random } from './random.ts'

const signs = [
  '(',
  ')',
  "'",
  '"',
  ',',
  ';',
  ':',
  '/',
  '?',
  '&',
  '=',
  '$',
  '@',
  '[',
  ']',
  '{',
  '}',
  '+',
  '-',
  '.',
  '#',
  '\\',
  ' ',
  '%20',
  '%00',
  '%',
  '%zz',
  '%27',
  '%28',
  '%3B',
  '%2F',
  '%C3%A9',
  '%ED%A0%80',
  '%FF',
  'é',
  '\u{1F600}',
  '\u202e',
  '\u0001',
  '0',
  '9',
  'e',
  'T',
  'Z',
  '$filter=',
  '$it',
  '$count',
  '/any(',
  ' and ',
  ' eq ',
  'null',
  'INF',
  '../',
  '$$',
  '()',
  "''",
  '((((',
  '))))',
] as const

/** Longest text: what a URL may hold. */
const LENGTH_MAX = 32_768

export function mutate(random: Random, text: string, other: string): string {
  let result = text
  for (let round = random.below(4); round >= 0; round -= 1)
    result = mutateOnce(random, result, other)
  return result.slice(0, LENGTH_MAX)
}

function mutateOnce(random: Random, text: string, other: string): string {
  const at = random.below(text.length + 1)
  const length = random.chance(0.7) ? 1 + random.below(4) : random.below(text.length - at + 1)
  const before = text.slice(0, at)
  const piece = text.slice(at, at + length)
  const after = text.slice(at + length)
  return random.oneOf(
    () => before + after,
    () => before + random.pick(signs) + text.slice(at),
    () => before + random.pick(signs) + after,
    () => before + piece + piece + after,
    () => before + piece.repeat(2 ** random.below(11)) + after,
    () => before + other.slice(random.below(other.length + 1)),
    () => before + String.fromCharCode(random.below(0x250)) + after,
    () => before + piece.toUpperCase() + after,
    () => piece + before + after,
    () => before + encodeURIComponent(piece.replace(/\p{Surrogate}/gu, '')) + after,
  )
}
