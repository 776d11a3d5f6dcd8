/** Arithmetic as SQL (URL Conventions 4.01 §5.1.1.2). */

import type { ArithmeticOperator, BoundExpression } from '../bind/bound-tree.ts'
import { writeBothOnce } from './write-once.ts'

type Arithmetic = Extract<BoundExpression, { kind: 'arithmetic' }>

const signs: Readonly<Record<ArithmeticOperator, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  divby: '/',
  mod: '%',
}

/**
 * Exact numbers are calculated as `numeric`, which does not overflow. A division of them by zero fails
 * the request, as the standard says; only `divby` and doubles have an answer to it.
 */
export function writeArithmetic(
  { operator, type, left, right }: Arithmetic,
  a: string,
  b: string,
): string {
  switch (type) {
    case 'Edm.Int32':
    case 'Edm.Int64':
      if (operator === 'div') return `div(${a}::numeric, ${b}::numeric)`
      return `(${a}::numeric ${signs[operator]} ${b}::numeric)`
    case 'Edm.Decimal':
      return operator === 'divby'
        ? withInfinity(`${a}::numeric`, `${b}::numeric`, 'numeric')
        : `(${a}::numeric ${signs[operator]} ${b}::numeric)`
    case 'Edm.Double':
      return writeDouble(operator, `${a}::double precision`, `${b}::double precision`)
    case 'Edm.Date':
      return `(${a} ${signs[operator]} ${b})::date`
    case 'Edm.Duration':
      if (left.type === 'Edm.Date' && right.type === 'Edm.Date')
        return `make_interval(days => ${a} - ${b})`
      if (operator === 'add' || operator === 'sub') return `(${a} ${signs[operator]} ${b})`
      return left.type === 'Edm.Duration'
        ? `(${a} ${signs[operator]} ${b}::double precision)`
        : `(${a}::double precision ${signs[operator]} ${b})`
    case 'Edm.DateTimeOffset':
      return `(${a} ${signs[operator]} ${b})`
    case 'Edm.Binary':
    case 'Edm.Boolean':
    case 'Edm.Guid':
    case 'Edm.String':
    case 'Edm.TimeOfDay':
    case 'null':
      throw new Error(`No arithmetic gives ${type}`)
  }
}

function writeDouble(operator: ArithmeticOperator, a: string, b: string): string {
  // `%` of doubles is only there for numbers that end.
  if (operator === 'mod') return `(${a}::numeric % ${b}::numeric)::double precision`
  return operator === 'div' || operator === 'divby'
    ? withInfinity(a, b, 'double precision')
    : `(${a} ${signs[operator]} ${b})`
}

/** Positive by zero is INF, negative by zero is -INF, zero by zero is NaN (§5.1.1.2.5). */
function withInfinity(a: string, b: string, type: string): string {
  return writeBothOnce(
    a,
    b,
    (x, y) =>
      `(case when ${y} <> 0 then ${x} / ${y} when ${x} > 0 then 'Infinity'::${type} when ${x} < 0 then '-Infinity'::${type} when ${y} = 0 and ${x} = 0 then 'NaN'::${type} end)`,
  )
}
