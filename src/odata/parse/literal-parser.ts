/**
 * Primitive literals as they stand in URLs (ABNF §7), 4.0 and 4.01 forms.
 *
 * Reads what the grammar allows. Whether 30 February exists, or a number fits its property, is for
 * the binder, which knows the type.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { endOfIdentifier, isDigit, isHexDigit, isIdentifierPart } from './character-class.ts'
import { type TextCursor, wholeCharacters } from './text-cursor.ts'

const QUOTE = 39
const PLUS = 43
const MINUS = 45
const DOT = 46
const COLON = 58

const guidPattern = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/iy
// The sign of the offset may have come as a plain `+`, which decodes to a blank; nothing else can stand there.
const datePattern =
  /(-?(?:0\d{3}|[1-9]\d{3,})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:T((?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,12})?)?)(Z|[+ -](?:[01]\d|2[0-3]):[0-5]\d))?/iy
const timePattern = /(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,12})?)?/y
const durationPattern = /^-?P(?=\d|T\d)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/i
const binaryPattern = /^(?:[\w-]{4})*(?:[\w-]{2}[AEIMQUYcgkosw048]=?|[\w-][AQgw](?:==)?)?$/
const enumPattern = /^(?:[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*|[+-]?\d+)$/u

/** Reads any literal that stands at the cursor: its index, or undefined with nothing read. */
export function parsePrimitiveLiteral(cursor: TextCursor): number | undefined {
  const literal = parseUnnamedLiteral(cursor)
  if (literal !== undefined) return literal
  const start = cursor.index
  if (endOfIdentifier(cursor.text, start) === start) return undefined
  const name = cursor.readQualifiedName('')
  const named = parseNamedLiteral(cursor, name, start)
  if (named === undefined) cursor.index = start
  return named
}

/** Literals that begin with a quote, a digit or a sign, and GUIDs. */
export function parseUnnamedLiteral(cursor: TextCursor): number | undefined {
  const { text, index } = cursor
  const code = text.charCodeAt(index)
  if (code === QUOTE) return cursor.addLiteral('string', readQuoted(cursor), index)
  if (isHexDigit(code) && text.charCodeAt(index + 8) === MINUS) {
    const guid = matchAt(guidPattern, text, index)
    if (guid !== undefined) {
      cursor.index += guid.length
      endHere(cursor, index, 'Edm.Guid')
      return cursor.addLiteral('guid', guid, index)
    }
  }
  if (isDigit(code)) return parseNumber(cursor, index)
  if (code !== MINUS && code !== PLUS) return undefined
  if (isDigit(text.charCodeAt(index + 1))) return parseNumber(cursor, index + 1)
  if (
    code === MINUS &&
    endOfIdentifier(text, index + 1) === index + 4 &&
    text.startsWith('INF', index + 1)
  ) {
    cursor.index += 4
    return cursor.addLiteral('double', '-INF', index)
  }
  return undefined
}

/**
 * Literals that begin as a name does: `true`, `NaN`, `duration'P1D'`, `Ns.Color'Red'`.
 * The cursor stands after `name`; undefined leaves it there.
 */
export function parseNamedLiteral(
  cursor: TextCursor,
  name: string,
  start: number,
): number | undefined {
  if (cursor.code === QUOTE) return parsePrefixed(cursor, name, start)
  switch (name.length) {
    case 3:
      if (name === 'INF' || name === 'NaN') return cursor.addLiteral('double', name, start)
      return undefined
    case 4:
    case 5: {
      const word = name.toLowerCase()
      if (word === 'null') return cursor.addLiteral('null', word, start)
      if (word === 'true' || word === 'false') return cursor.addLiteral('boolean', word, start)
      return undefined
    }
    default:
      return undefined
  }
}

/** Digits at `digits`, before which a sign may stand at the cursor; dates and times begin with digits too. */
function parseNumber(cursor: TextCursor, digits: number): number {
  const { text, index: start } = cursor
  let end = endOfDigits(text, digits)
  const next = text.charCodeAt(end)
  if (next === MINUS && end - digits >= 4 && text.charCodeAt(start) !== PLUS)
    return parseDate(cursor)
  if (next === COLON && end - start === 2) {
    const time = matchAt(timePattern, text, start)
    if (time !== undefined) {
      cursor.index += time.length
      endHere(cursor, start, 'Edm.TimeOfDay')
      return cursor.addLiteral('timeOfDay', time, start)
    }
  }
  let kind: 'integer' | 'decimal' | 'double' = 'integer'
  if (next === DOT && isDigit(text.charCodeAt(end + 1))) {
    end = endOfDigits(text, end + 1)
    kind = 'decimal'
  }
  const exponent = endOfExponent(text, end)
  if (exponent > end) {
    end = exponent
    kind = 'double'
  }
  cursor.index = end
  endHere(cursor, start, kind === 'integer' ? 'Edm.Int64' : 'Edm.Decimal')
  // `+5` is 5: one text for one number.
  const from = text.charCodeAt(start) === PLUS ? start + 1 : start
  return cursor.addLiteral(kind, text.slice(from, end), start)
}

function endOfDigits(text: string, start: number): number {
  let end = start
  while (isDigit(text.charCodeAt(end))) end++
  return end
}

function endOfExponent(text: string, start: number): number {
  if ((text.charCodeAt(start) | 32) !== 101) return start
  const sign = text.charCodeAt(start + 1)
  const digits = sign === PLUS || sign === MINUS ? start + 2 : start + 1
  const end = endOfDigits(text, digits)
  return end === digits ? start : end
}

function parseDate(cursor: TextCursor): number {
  const { text, index: start } = cursor
  datePattern.lastIndex = start
  const match = datePattern.exec(text)
  if (match === null) throw invalid(cursor, start, 'Edm.Date')
  const [whole, date = '', time, offset] = match
  cursor.index += whole.length
  endHere(cursor, start, 'Edm.DateTimeOffset')
  if (time === undefined || offset === undefined) return cursor.addLiteral('date', date, start)
  return cursor.addLiteral(
    'dateTimeOffset',
    `${date}T${time}${offset.replace(' ', '+').toUpperCase()}`,
    start,
  )
}

function parsePrefixed(cursor: TextCursor, name: string, start: number): number {
  const quote = cursor.index
  const value = readQuoted(cursor)
  switch (name.toLowerCase()) {
    case 'duration':
      if (!durationPattern.test(value)) throw invalid(cursor, start, 'Edm.Duration')
      return cursor.addLiteral('duration', value.toUpperCase(), start)
    case 'binary':
      if (!binaryPattern.test(value)) throw invalid(cursor, start, 'Edm.Binary')
      return cursor.addLiteral('binary', value, start)
    case 'geography':
    case 'geometry':
      throw new HapiError('NOT_IMPLEMENTED', { feature: `${name}'…'` }, { target: cursor.option })
    default:
      if (!name.includes('.'))
        cursor.failAt(start, "'…', duration'…', binary'…', Namespace.Type'…'")
      if (!value.split(',').every((member) => enumPattern.test(member.trim())))
        throw invalid(cursor, start, name)
      // The type's name stays in the shape: it decides how the literal is bound.
      return cursor.addLiteral('enum', value, quote, name)
  }
}

/** Reads a string in single quotes; two of them inside are one. */
export function readQuoted(cursor: TextCursor): string {
  const { text, index: start } = cursor
  let end = text.indexOf("'", start + 1)
  let doubled = false
  while (end !== -1 && text.charCodeAt(end + 1) === QUOTE) {
    doubled = true
    end = text.indexOf("'", end + 2)
  }
  if (end === -1) return cursor.failAt(text.length, "'")
  cursor.index = end + 1
  const value = text.slice(start + 1, end)
  return doubled ? value.replaceAll("''", "'") : value
}

/** Refuses a literal that runs into other text, as in `12abc` or `2011-12-31T24:00Z`. */
function endHere(cursor: TextCursor, start: number, type: string): void {
  if (isIdentifierPart(cursor.text, cursor.index)) throw invalid(cursor, start, type)
}

/** Characters of the literal that an error repeats. */
const EXCERPT_LENGTH_MAX = 40

function invalid(cursor: TextCursor, start: number, type: string): HapiError {
  const text = cursor.text.slice(start, start + EXCERPT_LENGTH_MAX)
  const end = text.search(/[\s,()]/)
  const value = wholeCharacters(end > 0 ? text.slice(0, end) : text)
  return new HapiError(
    'INVALID_LITERAL',
    { value, type, position: cursor.positionAt(start) },
    { target: cursor.option },
  )
}

function matchAt(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0]
}
