/**
 * `cast` as SQL: a text that is no literal of the type, or a number that does not fit, gives null
 * (URL Conventions 4.01 §5.1.1.10.1). PostgreSQL's own casts would fail the request, so the form is
 * checked first; a `case` keeps the order.
 */

import type { BoundExpression, CastTarget, ValueType } from '../bind/bound-tree.ts'
import { writeOnce } from './write-once.ts'

type Cast = Extract<BoundExpression, { kind: 'cast' }>

type Integer = 'Edm.Byte' | 'Edm.SByte' | 'Edm.Int16' | 'Edm.Int32' | 'Edm.Int64'

const integerRanges: Readonly<Record<Integer, readonly [string, string]>> = {
  'Edm.Byte': ['0', '255'],
  'Edm.SByte': ['-128', '127'],
  'Edm.Int16': ['-32768', '32767'],
  'Edm.Int32': ['-2147483648', '2147483647'],
  'Edm.Int64': ['-9223372036854775808', '9223372036854775807'],
}

const DOUBLE_MAX = '1.7976931348623157e308'
const SINGLE_MAX = '3.4028234663852886e38'
/** Smaller than any double that is not zero to its last digit; PostgreSQL refuses what underflows. */
const DOUBLE_MIN = '1e-290'

/** @param value the operand, as SQL */
export function writeCast({ target, operand }: Cast, value: string): string {
  const from = operand.type
  const write = (v: string): string => {
    if (from === 'Edm.String') return textTo(target, v)
    if (target === 'Edm.String') return toText(from, v)
    if (isNumber(from)) return numberTo(target, v, from)
    // Other types are cast to themselves alone.
    return v
  }
  return writeOnce(value, (v) => `(${write(v)})`)
}

function isNumber(type: ValueType): boolean {
  return (
    type === 'Edm.Int32' || type === 'Edm.Int64' || type === 'Edm.Decimal' || type === 'Edm.Double'
  )
}

function numberTo(target: CastTarget, v: string, from: ValueType): string {
  switch (target) {
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
    case 'Edm.Int64':
      return integer(target, `${v}::numeric`)
    case 'Edm.Decimal':
      // A decimal has neither INF nor NaN here.
      return from === 'Edm.Double'
        ? `case when abs(${v}) <= ${DOUBLE_MAX}::float8 then ${v}::numeric end`
        : `${v}::numeric`
    case 'Edm.Double':
      return from === 'Edm.Double' ? v : double(`${v}::numeric`, DOUBLE_MAX)
    case 'Edm.Single':
      return single(v, from)
    case 'Edm.Binary':
    case 'Edm.Boolean':
    case 'Edm.Date':
    case 'Edm.DateTimeOffset':
    case 'Edm.Duration':
    case 'Edm.Guid':
    case 'Edm.String':
    case 'Edm.TimeOfDay':
      throw new Error(`A number is never cast to ${target}`)
  }
}

/** Rounded half away from zero, as `round` is. */
function integer(target: Integer, number: string): string {
  const [low, high] = integerRanges[target]
  return `case when round(${number}) between ${low} and ${high} then round(${number})::bigint end`
}

function double(number: string, max: string): string {
  return `case when abs(${number}) < ${DOUBLE_MIN} then 0::float8 when abs(${number}) <= ${max} then ${number}::float8 end`
}

function single(v: string, from: ValueType): string {
  const number = from === 'Edm.Double' ? v : `${v}::numeric`
  const min = '1e-37'
  return `case when abs(${number}) < ${min} then 0::float8 when abs(${number}) <= ${SINGLE_MAX} then ${number}::float4::float8${
    from === 'Edm.Double' ? ` when ${v} in ('Infinity', '-Infinity', 'NaN') then ${v}` : ''
  } end`
}

const NUMBER = '[-+]?[0-9]{1,100}'
const CLOCK = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,12})?)?'
const DAY = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
const DURATION = 'P([0-9]{1,8}D)?(T([0-9]{1,8}H)?([0-9]{1,8}M)?([0-9]{1,10}(\\.[0-9]{1,12})?S)?)?'
const GUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
const BASE64URL = '([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2}([A-Za-z0-9_-]|=)?=?)?'

function matches(v: string, pattern: string): string {
  return `${v} ~ '^(${pattern})$'`
}

function textTo(target: CastTarget, v: string): string {
  switch (target) {
    case 'Edm.String':
      return v
    case 'Edm.Boolean':
      return `case when lower(${v}) in ('true', 'false') then lower(${v}) = 'true' end`
    case 'Edm.Byte':
    case 'Edm.SByte':
    case 'Edm.Int16':
    case 'Edm.Int32':
    case 'Edm.Int64':
      return `case when ${matches(v, NUMBER)} then ${integer(target, `${v}::numeric`)} end`
    case 'Edm.Decimal':
      return `case when ${matches(v, `${NUMBER}(\\.[0-9]{1,100})?([eE][-+]?[0-9]{1,2})?`)} then ${v}::numeric end`
    case 'Edm.Double':
      return textToDouble(v, double(`${v}::numeric`, DOUBLE_MAX))
    case 'Edm.Single':
      return textToDouble(v, single(`${v}::numeric`, 'Edm.Decimal'))
    case 'Edm.Date':
      return `case when ${matches(v, DAY)} then ${realDay(v, `${v}::date`)} end`
    case 'Edm.DateTimeOffset':
      return `case when ${matches(v, `${DAY}[Tt]${CLOCK}([zZ]|[-+](0[0-9]|1[0-4]):[0-5][0-9])?`)} then ${realDay(v, instant(v))} end`
    case 'Edm.TimeOfDay':
      return `case when ${matches(v, CLOCK)} then ${v}::time end`
    case 'Edm.Duration':
      return `case when ${matches(v, `-?${DURATION}`)} and ${v} ~ '[0-9][A-Z]$' then (case when left(${v}, 1) = '-' then - substr(${v}, 2)::interval else ${v}::interval end) end`
    case 'Edm.Guid':
      return `case when ${matches(v, GUID)} then lower(${v}) end`
    case 'Edm.Binary':
      return `case when ${matches(v, BASE64URL)} then decode(rpad(rtrim(translate(${v}, '-_', '+/'), '='), (char_length(rtrim(${v}, '=')) + 3) / 4 * 4, '='), 'base64') end`
  }
}

function textToDouble(v: string, finite: string): string {
  const number = `${NUMBER}(\\.[0-9]{1,100})?([eE][-+]?[0-9]{1,3})?`
  return `case when ${matches(v, number)} then ${finite} when ${v} in ('INF', '-INF', 'NaN') then replace(${v}, 'INF', 'Infinity')::float8 end`
}

/** `value` when the ten characters at the beginning are a day of the calendar. */
function realDay(v: string, value: string): string {
  const monthEnd = `(left(${v}, 7) || '-01')::date + interval '1 month' - interval '1 day'`
  return `case when left(${v}, 4) <> '0000' then case when substr(${v}, 9, 2)::integer <= extract(day from ${monthEnd}) then ${value} end end`
}

/** Without an offset it is UTC (§5.1.1.10.1, rule 11). */
function instant(v: string): string {
  return `(case when ${v} ~ '([zZ]|[-+]..:..)$' then ${v} else ${v} || 'Z' end)::timestamptz`
}

/** As payloads have it (JSON Format 4.01 §7.1). */
function toText(from: ValueType, v: string): string {
  switch (from) {
    case 'Edm.Boolean':
    case 'Edm.Decimal':
    case 'Edm.Guid':
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.TimeOfDay':
      return `${v}::text`
    case 'Edm.Double':
      return `replace(${v}::text, 'Infinity', 'INF')`
    case 'Edm.Date':
      return `to_char(${v}, 'YYYY-MM-DD')`
    case 'Edm.DateTimeOffset':
      return `to_char(${v} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || rtrim(rtrim(to_char(${v} at time zone 'UTC', '.US'), '0'), '.') || 'Z'`
    case 'Edm.Duration':
      return durationText(v)
    case 'Edm.Binary':
      return `translate(encode(${v}, 'base64'), E'+/=\\n', '-_')`
    case 'Edm.String':
    case 'null':
      return v
  }
}

/** `-P1DT2H3M4.5S`: days are of 24 hours. */
function durationText(v: string): string {
  const seconds = `abs(extract(epoch from ${v}))`
  const whole = (unit: number, most: string, letter: string): string =>
    `coalesce(nullif(div(${most}, ${unit}), 0)::text || '${letter}', '')`
  const ofDay = `mod(${seconds}, 86400)`
  const rest = `mod(${seconds}, 60)`
  const time = `${whole(3600, ofDay, 'H')} || ${whole(60, `mod(${seconds}, 3600)`, 'M')} || coalesce(nullif(trim_scale(${rest}), 0)::text || 'S', '')`
  return `case when ${v} is not null then case when ${seconds} = 0 then 'PT0S' else (case when extract(epoch from ${v}) < 0 then '-' else '' end) || 'P' || ${whole(86_400, seconds, 'D')} || coalesce('T' || nullif(${time}, ''), '') end end`
}
