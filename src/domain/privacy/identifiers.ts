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
  /** Names that stand alone: meant only where they begin with a capital, since many are words too. */
  readonly names: readonly string[]
  readonly phones: readonly string[]
}

/** A shorter one says too little: half of all texts would have it. */
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
  const replaceIn = (text: string, replacement: string): string => {
    const whole = text.normalize('NFC')
    const rest = anywhere === undefined ? whole : whole.replace(anywhere, replacement)
    return asNames === undefined
      ? rest
      : rest.replace(asNames, (found) => (isCapital(found) ? replacement : found))
  }
  return {
    texts: [...words, ...alone].map(
      (text) => `%${text.replace(/[\\%_]/g, '\\$&').replace(JOINTS, '%')}%`,
    ),
    phones: digits.map((number) => `%${number}%`),
    isIn: (text) => replaceIn(text, '') !== text.normalize('NFC'),
    replaceIn: (text, replacement) => {
      const replaced = replaceIn(text, replacement)
      // What has none of them stays as it was written, byte by byte.
      return replaced === text.normalize('NFC') ? text : replaced
    },
  }
}

/** The longest first: a name inside a longer one is not what is left of it. */
function distinctive(texts: readonly string[]): readonly string[] {
  return distinct(texts.map(foldText))
    .filter((text) => text.replace(/[^\p{L}\p{N}]/gu, '').length >= TEXT_LENGTH_MIN)
    .toSorted((a, b) => b.length - a.length)
}

function anyOf(patterns: readonly string[]): RegExp | undefined {
  return patterns.length === 0 ? undefined : new RegExp(patterns.join('|'), 'giu')
}

function isCapital(text: string): boolean {
  return /^\p{Lu}/u.test(text)
}

/** What stands between the parts of a name: people write one for the other. */
const JOINTS = /[ '’ʼ\-‐‑–]+/g

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
    .replace(JOINTS, ' ')
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
  if (letter === ' ') return "[\\s'’ʼ\\-‐‑–]+"
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
