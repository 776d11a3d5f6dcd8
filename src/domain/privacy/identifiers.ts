/**
 * What a person is known by, and where a text has it: in any letter case, with or without accents, a telephone number in
 * any spelling. By this, texts that people have written elsewhere are found.
 */

import { type FoldedText, foldText } from './folded-text.ts'

export interface Identifiers {
  /** Patterns of LIKE over PostgreSQL's `search_text`, which may find too much. */
  readonly texts: readonly string[]
  /** The same over the digits of a text. */
  readonly phones: readonly string[]
  /** Whether a text has one of them. */
  readonly isIn: (text: string) => boolean
  /** The text with each of them replaced. */
  readonly replaceIn: (text: string, replacement: string) => string
}

export interface KnownBy {
  /** Names as they are written one after the other, e-mail addresses, numbers, plates: distinctive as they are. */
  readonly texts: readonly string[]
  /** Names that stand alone: meant only where they begin with a capital, since many are words too. */
  readonly names: readonly string[]
  readonly phones: readonly string[]
}

/** Letters and digits; a shorter one says too little: half of all texts would have it. */
const TEXT_LENGTH_MIN = 4
/** Without an area code; shorter ones are extensions. */
const PHONE_DIGITS_MIN = 7
/** With it; what stands before is the country. */
const PHONE_DIGITS_MAX = 10

export function identifiersOf({ texts, names, phones }: KnownBy): Identifiers {
  const words = distinctive(texts)
  const alone = distinctive(names)
  const digits = distinct(
    phones.map((phone) => phone.replace(/\D/g, '').slice(-PHONE_DIGITS_MAX)),
  ).filter((number) => number.length >= PHONE_DIGITS_MIN)
  const anywhere = anyOf([...words.map(textPattern), ...digits.map(phonePattern)])
  const asNames = anyOf(alone.map(textPattern))
  const placesIn = (text: string): readonly Place[] => {
    const folded = foldText(text)
    const isName = ({ start }: Place): boolean => /^\p{Lu}/u.test(text.slice(start))
    return [...find(folded, anywhere), ...find(folded, asNames).filter(isName)]
  }
  return {
    texts: [...words, ...alone].map(likePattern),
    phones: digits.map((number) => `%${number}%`),
    isIn: (text) => placesIn(text).length > 0,
    replaceIn: (text, replacement) => replacePlaces(text, placesIn(text), replacement),
  }
}

/** The longest first: a name inside a longer one is not what is left of it. */
function distinctive(texts: readonly string[]): readonly string[] {
  return distinct(texts.map((text) => foldText(text).text.replace(/\s+/g, ' ').trim()))
    .filter((text) => text.replace(/[^\p{L}\p{N}]/gu, '').length >= TEXT_LENGTH_MIN)
    .toSorted((a, b) => b.length - a.length)
}

interface Place {
  readonly start: number
  readonly end: number
}

function find({ text, starts, ends }: FoldedText, pattern: RegExp | undefined): readonly Place[] {
  if (pattern === undefined) return []
  return Array.from(text.matchAll(pattern), ({ 0: found, index }) => ({
    start: starts[index] ?? 0,
    end: ends[index + found.length - 1] ?? 0,
  }))
}

function replacePlaces(text: string, places: readonly Place[], replacement: string): string {
  let replaced = ''
  let after = 0
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= after) continue
    if (start >= after) replaced += text.slice(after, start) + replacement
    after = end
  }
  return replaced + text.slice(after)
}

function anyOf(patterns: readonly string[]): RegExp | undefined {
  return patterns.length === 0 ? undefined : new RegExp(patterns.join('|'), 'gu')
}

/** What stands between the parts of a name or an address (`12, rue Roy`): people write one for the other, or none. */
const JOINTS = /[ ,'’ʼ\-‐‑–]+/g

/** Not inside a longer word: Roy is not in Royer. */
function textPattern(folded: string): string {
  const body = folded.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(JOINTS, "[\\s,'’ʼ\\-‐‑–]+")
  const edge = (character: string | undefined, look: string): string =>
    /[\p{L}\p{N}]/u.test(character ?? '') ? look : ''
  return `${edge(folded[0], '(?<![\\p{L}\\p{N}])')}${body}${edge(folded.at(-1), '(?![\\p{L}\\p{N}])')}`
}

/** Whatever may be written in two ways, or folded by PostgreSQL in another than here, stands for anything. */
function likePattern(folded: string): string {
  const foldedAlike = folded.replace(/oe|ae|ss|th/g, '%').replace(/[^a-z0-9]+/g, '%')
  return `%${foldedAlike}%`.replace(/%+/g, '%')
}

/** Digits with whatever people write between them, and the country before. */
function phonePattern(digits: string): string {
  const between = '[ ().\\-\\u00a0/]{0,3}'
  return `(?<!\\d)(?:\\+?1${between})?\\(?${digits.split('').join(between)}(?!\\d)`
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
