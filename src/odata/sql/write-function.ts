/** The canonical functions as SQL. A null argument gives null, as it does in PostgreSQL. */

import type { BoundExpression } from '../bind/bound-tree.ts'
import { sqlTypes } from './sql-names.ts'
import type { StatementText } from './statement-text.ts'
import { writeBothOnce } from './write-once.ts'

type Call = Extract<BoundExpression, { kind: 'call' }>

/** White space that `trim` removes: PostgreSQL's own default is the blank alone. */
const BLANKS = `E' \\t\\n\\r\\f\\u000B\\u00A0'`

const functions: Readonly<
  Record<string, (a: string, b: string, c: string | undefined, call: Call) => string>
> = {
  concat: (a, b) => `(${a} || ${b})`,
  contains: (a, b, _, call) => (hasPattern(call) ? `${a} like ${b}` : `position(${b} in ${a}) > 0`),
  startswith: (a, b, _, call) => (hasPattern(call) ? `${a} like ${b}` : `starts_with(${a}, ${b})`),
  endswith: (a, b, _, call) =>
    hasPattern(call) ? `${a} like ${b}` : `right(${a}, char_length(${b})) = ${b}`,
  matchespattern: (a, b) => `${a} ~ ${b}`,
  indexof: (a, b) => `(position(${b} in ${a}) - 1)`,
  length: (a) => `char_length(${a})`,
  substring: writeSubstring,
  tolower: (a) => `lower(${a})`,
  toupper: (a) => `upper(${a})`,
  trim: (a) => `btrim(${a}, ${BLANKS})`,
  date: (a) => `${a}::date`,
  time: (a) => `${a}::time`,
  year: (a) => part('year', a),
  month: (a) => part('month', a),
  day: (a) => part('day', a),
  hour: (a) => part('hour', a),
  minute: (a) => part('minute', a),
  second: (a) => `floor(extract(second from ${a}))::bigint`,
  fractionalseconds: (a) => `mod(extract(second from ${a}), 1)`,
  totalseconds: (a) => `extract(epoch from ${a})`,
  totaloffsetminutes: (a, _, __, call) =>
    call.arguments[0]?.type === 'Edm.DateTimeOffset'
      ? // Instants are kept and answered in UTC.
        `(case when ${a} is not null then 0 end)::bigint`
      : a,
  mindatetime: () => `'0001-01-01T00:00:00Z'::timestamptz`,
  maxdatetime: () => `'9999-12-31T23:59:59.999Z'::timestamptz`,
  ceiling: (a, _, __, call) => rounding('ceiling', a, call),
  floor: (a, _, __, call) => rounding('floor', a, call),
  // `round` of a numeric is half away from zero; that of a double is half to even.
  round: (a, _, __, call) => rounding('round', a, call),
}

/** @param given the arguments, as SQL */
export function writeCall(call: Call, given: readonly string[], statement: StatementText): string {
  if (call.name === 'now') return `${statement.parameter({ kind: 'now' })}::timestamptz`
  if (hasPattern(call)) statement.planForValues()
  const [a = '', b = '', c] = given
  const write = functions[call.name]
  if (write === undefined) throw new Error(`Function ${call.name} is bound but has no SQL`)
  return write(a, b, c, call)
}

/** Whether the second argument is a pattern made from a literal. */
function hasPattern(call: Call): boolean {
  const second = call.arguments[1]
  return (
    second?.kind === 'parameter' &&
    ['contains', 'startswith', 'endswith', 'matchespattern'].includes(call.name)
  )
}

function part(field: string, value: string): string {
  return `extract(${field} from ${value})::bigint`
}

/** Further than any text reaches, and still a position. */
const POSITION_MAX = 1_000_000

/**
 * Positions count from 0; a negative one counts from the end (URL Conventions 4.01 §5.1.1.5.7). A
 * negative length fails, as it must.
 */
function writeSubstring(text: string, start: string, length: string | undefined): string {
  return writeBothOnce(text, start, (t, n) => {
    const first = `(case when ${n} < 0 then greatest(char_length(${t}) + ${n}, 0) else least(${n}, ${POSITION_MAX}) end)::integer + 1`
    return length === undefined
      ? `substr(${t}, ${first})`
      : `substr(${t}, ${first}, least(${length}, ${POSITION_MAX})::integer)`
  })
}

function rounding(name: string, value: string, call: Call): string {
  return `${name}(${value}::numeric)::${sqlTypes[call.type]}`
}
