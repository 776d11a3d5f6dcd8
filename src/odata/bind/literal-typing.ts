/** Types of literals and of what they meet: which values compare, and in which type. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Literal, LiteralKind } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import type { BoundExpression, ValueType } from './bound-tree.ts'
import type { ArgumentType } from './function-signatures.ts'
import type { LiteralEncoding } from './literal-encoding.ts'

interface TypedEncoding {
  readonly type: ValueType
  readonly encoding: LiteralEncoding
}

/** The type of a literal by itself. An integer is 64 bits wide: its size must not change the statement. */
const ownTypes: Readonly<Partial<Record<LiteralKind, TypedEncoding>>> = {
  boolean: { type: 'Edm.Boolean', encoding: 'boolean' },
  integer: { type: 'Edm.Int64', encoding: 'integer' },
  decimal: { type: 'Edm.Decimal', encoding: 'numeric' },
  double: { type: 'Edm.Double', encoding: 'double' },
  string: { type: 'Edm.String', encoding: 'string' },
  guid: { type: 'Edm.Guid', encoding: 'guid' },
  date: { type: 'Edm.Date', encoding: 'date' },
  dateTimeOffset: { type: 'Edm.DateTimeOffset', encoding: 'dateTimeOffset' },
  timeOfDay: { type: 'Edm.TimeOfDay', encoding: 'timeOfDay' },
  duration: { type: 'Edm.Duration', encoding: 'duration' },
  binary: { type: 'Edm.Binary', encoding: 'binary' },
  enum: { type: 'Edm.String', encoding: 'code' },
}

/** @throws {HapiError} NOT_IMPLEMENTED for kinds that no property of the model can meet. */
export function literalType(literal: Literal): TypedEncoding {
  const known = ownTypes[literal.kind]
  if (known === undefined)
    throw new HapiError('NOT_IMPLEMENTED', {
      feature: { fr: `littéral Edm (${literal.kind})`, en: `Edm literal (${literal.kind})` },
    })
  return known
}

/** Literal kind → type of the other side → how the literal is written for it. */
const coercions: Readonly<
  Partial<Record<LiteralKind, Readonly<Partial<Record<ValueType, TypedEncoding>>>>>
> = {
  integer: {
    'Edm.Decimal': { type: 'Edm.Decimal', encoding: 'numeric' },
    'Edm.Double': { type: 'Edm.Double', encoding: 'double' },
  },
  decimal: { 'Edm.Double': { type: 'Edm.Double', encoding: 'double' } },
  date: { 'Edm.DateTimeOffset': { type: 'Edm.DateTimeOffset', encoding: 'dateTimeOffset' } },
  // 4.01 needs no prefix (§5.1.1.14.1).
  string: { 'Edm.Duration': { type: 'Edm.Duration', encoding: 'duration' } },
}

/** A literal takes the type of what it is compared with; anything else stays as it is. */
export function coerceLiteral(
  context: BindContext,
  expression: BoundExpression,
  other: BoundExpression,
): BoundExpression {
  if (expression.kind !== 'parameter' || expression.parameter.kind !== 'literal') return expression
  const literal = context.literal(expression.parameter.literal)
  if (literal.kind === 'string' && isCode(other)) return encodedAs(expression, 'code')
  return coerceLiteralTo(context, expression, other.type)
}

/** As `coerceLiteral`, where the other side is a type alone. */
export function coerceLiteralTo(
  context: BindContext,
  expression: BoundExpression,
  type: ValueType,
): BoundExpression {
  if (expression.kind !== 'parameter' || expression.parameter.kind !== 'literal') return expression
  const literal = context.literal(expression.parameter.literal)
  const target = coercions[literal.kind]?.[type]
  return target === undefined
    ? expression
    : { ...encodedAs(expression, target.encoding), type: target.type }
}

/** A literal in another encoding; anything else stays as it is. */
export function encodedAs<E extends BoundExpression>(expression: E, encoding: LiteralEncoding): E {
  if (expression.kind !== 'parameter' || expression.parameter.kind !== 'literal') return expression
  return { ...expression, parameter: { ...expression.parameter, encoding } }
}

/** a code is compared as it is stored. */
function isCode(expression: BoundExpression): boolean {
  return (
    (expression.kind === 'property' || expression.kind === 'anchored') && expression.property.code
  )
}

const NUMERIC_WIDTH: Readonly<Partial<Record<ValueType, number>>> = {
  'Edm.Int32': 1,
  'Edm.Int64': 2,
  'Edm.Decimal': 3,
  'Edm.Double': 4,
}

export function isNumeric(type: ValueType): boolean {
  return NUMERIC_WIDTH[type] !== undefined
}

/** The type in which two numbers meet (§5.1.1.16, numeric promotion); undefined when one is no number. */
export function widerNumeric(left: ValueType, right: ValueType): ValueType | undefined {
  const a = NUMERIC_WIDTH[left]
  const b = NUMERIC_WIDTH[right]
  if (a === undefined || b === undefined) return undefined
  return a >= b ? left : right
}

export function comparable(left: ValueType, right: ValueType): boolean {
  if (left === right || widerNumeric(left, right) !== undefined) return true
  return isInstantOrDate(left) && isInstantOrDate(right)
}

function isInstantOrDate(type: ValueType): boolean {
  return type === 'Edm.Date' || type === 'Edm.DateTimeOffset'
}

const ARGUMENT_TYPES: Readonly<Record<ArgumentType, readonly ValueType[]>> = {
  collection: [],
  string: ['Edm.String'],
  number: ['Edm.Int32', 'Edm.Int64', 'Edm.Decimal', 'Edm.Double'],
  integer: ['Edm.Int32', 'Edm.Int64'],
  dateTime: ['Edm.DateTimeOffset'],
  dateOrDateTime: ['Edm.Date', 'Edm.DateTimeOffset'],
  timeOrDateTime: ['Edm.TimeOfDay', 'Edm.DateTimeOffset'],
  duration: ['Edm.Duration'],
}

export function fits(argument: BoundExpression, expected: ArgumentType): boolean {
  return argument.kind === 'null' || ARGUMENT_TYPES[expected].includes(argument.type)
}
