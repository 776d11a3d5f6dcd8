/**
 * What a person is known by, and where a text has it: in any letter case, with or without accents, a telephone number in
 * any spelling. By this, texts that people have written elsewhere are found.
 */

export interface Identifiers {
  /** As PostgreSQL's `search_text` writes them: patterns of LIKE, which may find too much. */
  readonly texts: readonly string[]
  /** Digits of telephone numbers. */
  readonly phones: readonly string[]
  /** Whether a text has one of them. */
  readonly isIn: (text: string) => boolean
  /** The text with each of them replaced. */
  readonly replaceIn: (text: string, replacement: string) => string
}

export interface KnownBy {
  /** Names as they are written one after the other, e-mail addresses, numbers, plates: distinctive as they are. */
  readonly texts: readonly string[]
  readonly phones: readonly string[]
}

/** A shorter one says too little: half of all texts would have it. */
const TEXT_LENGTH_MIN = 4
/** Without an area code; shorter ones are extensions. */
const PHONE_DIGITS_MIN = 7
/** With it; what stands before is the country. */
const PHONE_DIGITS_MAX = 10

export function identifiersOf({ texts, phones }: KnownBy): Identifiers {
  const words = distinct(texts.map(foldText)).filter((text) => text.length >= TEXT_LENGTH_MIN)
  const digits = distinct(
    phones.map((phone) => phone.replace(/\D/g, '').slice(-PHONE_DIGITS_MAX)),
  ).filter((number) => number.length >= PHONE_DIGITS_MIN)
  // The longest first: a name inside a longer one is not what is left of it.
  const patterns = [
    ...words.toSorted((a, b) => b.length - a.length).map(textPattern),
    ...digits.map(phonePattern),
  ]
  const pattern = patterns.length === 0 ? undefined : new RegExp(patterns.join('|'), 'giu')
  return {
    texts: words.map((text) => `%${text.replace(/[\\%_]/g, '\\$&')}%`),
    phones: digits.map((number) => `%${number}%`),
    isIn: (text) => pattern !== undefined && text.normalize('NFC').search(pattern) >= 0,
    replaceIn: (text, replacement) =>
      pattern === undefined ? text : text.normalize('NFC').replace(pattern, replacement),
  }
}

/** Small letters without accents, œ as oe; one blank between words. */
export function foldText(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/æ/g, 'ae')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Letters that a folded one stands for. */
const ACCENTED: Readonly<Record<string, string>> = {
  a: 'aàáâäãå',
  c: 'cç',
  e: 'eèéêë',
  i: 'iìíîï',
  n: 'nñ',
  o: 'oòóôöõ',
  u: 'uùúûü',
  y: 'yýÿ',
}

/** Not inside a longer word: Roy is not in Royer. */
function textPattern(folded: string): string {
  const body = folded
    .replace(/oe/g, '\u0000')
    .replace(/ae/g, '\u0001')
    .split('')
    .map(letterPattern)
    .join('')
  const edge = (character: string | undefined, look: string): string =>
    /[\p{L}\p{N}]/u.test(character ?? '') ? look : ''
  return `${edge(folded[0], '(?<![\\p{L}\\p{N}])')}${body}${edge(folded.at(-1), '(?![\\p{L}\\p{N}])')}`
}

function letterPattern(letter: string): string {
  if (letter === '\u0000') return '(?:œ|[oòóôöõ][eèéêë])'
  if (letter === '\u0001') return '(?:æ|[aàáâäãå][eèéêë])'
  if (letter === ' ') return '\\s+'
  const accented = ACCENTED[letter]
  return accented === undefined ? letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : `[${accented}]`
}

/** Digits with whatever people write between them, and the country before. */
function phonePattern(digits: string): string {
  const between = '[ ().\\-\\u00a0/]{0,3}'
  return `(?<!\\d)(?:\\+?1${between})?\\(?${digits.split('').join(between)}(?!\\d)`
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
