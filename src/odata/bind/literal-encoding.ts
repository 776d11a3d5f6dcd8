/**
 * Literals of the request as parameters of a statement: checked, normalised, always text.
 *
 * The encoding is chosen when the shape is bound; the value is encoded for each request. So
 * everything here depends on the literal alone, and a wrong value is a 400 that names it.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Literal } from '../parse/syntax.ts'
import { encodePattern } from './pattern-encoding.ts'

/** Bounds that the operator sets. */
export interface EncodingLimits {
  /** Characters of a regular expression. */
  readonly patternLengthMax: number
}

const INT64_MAX = 2n ** 63n - 1n

/** A numeric of PostgreSQL takes more, but no column of the model comes near. */
const NUMERIC_DIGITS_MAX = 100

const encoders = {
  boolean: (literal) => literal.value,
  integer: encodeInteger,
  numeric: encodeNumeric,
  double: encodeDouble,
  string: encodeString,
  /** trimmed on both sides, upper-cased, as codes are stored. */
  code: (literal) => encodeString(literal).trim().toUpperCase(),
  date: encodeDate,
  dateTimeOffset: encodeDateTimeOffset,
  timeOfDay: encodeTimeOfDay,
  duration: encodeDuration,
  guid: (literal) => literal.value.toLowerCase(),
  /** The hexadecimal form of `bytea`. */
  binary: (literal) => `\\x${Buffer.from(literal.value, 'base64url').toString('hex')}`,
  utcDateTime: encodeUtcDateTime,
  offsetMinutes: encodeOffsetMinutes,
  contains: (literal) => `%${escapeLike(encodeString(literal))}%`,
  startswith: (literal) => `${escapeLike(encodeString(literal))}%`,
  endswith: (literal) => `%${escapeLike(encodeString(literal))}`,
  codeContains: (literal) => `%${escapeLike(encodeString(literal).toUpperCase())}%`,
  codeStartswith: (literal) => `${escapeLike(encodeString(literal).toUpperCase())}%`,
  codeEndswith: (literal) => `%${escapeLike(encodeString(literal).toUpperCase())}`,
  pattern: encodeBoundedPattern,
} as const satisfies Record<string, (literal: Literal, limits: EncodingLimits) => string>

export type LiteralEncoding = keyof typeof encoders

/** @throws {HapiError} INVALID_LITERAL when the text is no value of the type. */
export function encodeLiteral(
  literal: Literal,
  encoding: LiteralEncoding,
  limits: EncodingLimits,
): string {
  return encoders[encoding](literal, limits)
}

function invalid(literal: Literal, type: string): HapiError {
  const value = literal.value.length > 60 ? `${literal.value.slice(0, 60)}…` : literal.value
  return new HapiError('INVALID_LITERAL', { value, type, position: literal.position })
}

function encodeString(literal: Literal): string {
  // PostgreSQL stores no NUL, so no text contains one; the parser refuses it, this is the second lock.
  if (literal.value.includes('\0')) throw invalid(literal, 'Edm.String')
  return literal.value
}

function encodeInteger(literal: Literal): string {
  if (!/^[+-]?\d{1,19}$/.test(literal.value)) throw invalid(literal, 'Edm.Int64')
  const value = BigInt(literal.value.replace('+', ''))
  if (value > INT64_MAX || value < -INT64_MAX - 1n) throw invalid(literal, 'Edm.Int64')
  return value.toString()
}

function encodeNumeric(literal: Literal): string {
  if (literal.value.length > NUMERIC_DIGITS_MAX || !/^[+-]?\d+(\.\d+)?$/.test(literal.value)) {
    throw invalid(literal, 'Edm.Decimal')
  }
  return literal.value
}

function encodeDouble(literal: Literal): string {
  if (literal.value === 'INF') return 'Infinity'
  if (literal.value === '-INF') return '-Infinity'
  if (literal.value === 'NaN') return 'NaN'
  const value = Number(literal.value)
  if (!Number.isFinite(value)) throw invalid(literal, 'Edm.Double')
  return String(value)
}

function encodeDate(literal: Literal): string {
  if (!isRealDate(literal.value)) throw invalid(literal, 'Edm.Date')
  return literal.value
}

/** Year 1 to 9999 of the Gregorian calendar, and a day that exists. */
function isRealDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (match === null || match[1] === '0000') return false
  const [year = 0, month = 0, day = 0] = match.slice(1).map(Number)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function encodeDateTimeOffset(literal: Literal): string {
  // A date alone stands for its first instant in UTC: the commonest slip of clients, and unambiguous.
  if (literal.kind === 'date') return `${encodeDate(literal)}T00:00:00Z`
  const match =
    /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,12})?)?(Z|[+-]\d{2}:\d{2})?$/i.exec(
      literal.value,
    )
  const [, date = '', hour = '99', minute = '99', second = '00'] = match ?? []
  if (!isRealDate(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    throw invalid(literal, 'Edm.DateTimeOffset')
  }
  return match?.[5] === undefined ? `${literal.value}Z` : literal.value
}

/**
 * Instants are kept in UTC, so a part of one that is stated in another zone would be another part:
 * it must fail (URL Conventions 4.01 §5.1.1.7.5 and its like).
 */
function encodeUtcDateTime(literal: Literal): string {
  const instant = encodeDateTimeOffset(literal)
  if (!/(?:Z|[+-]00:00)$/i.test(instant)) throw invalid(literal, 'Edm.DateTimeOffset (Z)')
  return instant
}

function encodeOffsetMinutes(literal: Literal): string {
  const match = /([+-])(\d{2}):(\d{2})$/.exec(encodeDateTimeOffset(literal))
  const [, sign, hours = '0', minutes = '0'] = match ?? []
  return String((sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)))
}

function encodeTimeOfDay(literal: Literal): string {
  const match = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,12})?)?$/.exec(literal.value)
  const [, hour = '99', minute = '99', second = '00'] = match ?? []
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw invalid(literal, 'Edm.TimeOfDay')
  return literal.value
}

/** ISO 8601 with days and time only, as whole seconds and fraction: PostgreSQL knows no leading sign. */
function encodeDuration(literal: Literal): string {
  const match =
    /^([+-])?P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{1,12})?)S)?)?$/i.exec(
      literal.value,
    )
  if (match === null) throw invalid(literal, 'Edm.Duration')
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((part) => Number(part ?? 0))
  const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
  return `${match[1] === '-' ? '-' : ''}${total} seconds`
}

/** `%`, `_` and `\` stand for themselves. */
function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

function encodeBoundedPattern(literal: Literal, limits: EncodingLimits): string {
  const pattern = encodeString(literal)
  const encoded = pattern.length > limits.patternLengthMax ? undefined : encodePattern(pattern)
  if (encoded === undefined) throw invalid(literal, 'pattern')
  return encoded
}
