/** Keys in parentheses and as path segments: the primary key, or an alternate one by name (URL Conventions 4.01 §4.3). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Arguments, Expression } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import type { BoundExpression, Source } from './bound-tree.ts'
import { coerceLiteral, comparable, literalType } from './literal-typing.ts'
import type { RowProperty, RowType } from './row-type.ts'

export interface BoundKey {
  readonly conditions: readonly BoundExpression[]
  /** Its values, for messages. */
  readonly literals: readonly number[]
}

/** @throws {HapiError} INVALID_KEY */
export function bindKey(context: BindContext, source: Source, given: Arguments): BoundKey {
  const { row } = source
  if (given.kind === 'positional') {
    const [value, ...more] = given.values
    if (value === undefined || more.length > 0 || row.key === undefined) throw invalidKey(row)
    return keyOf(context, source, [{ property: row.key, value }])
  }
  const names = given.values.map((pair) => pair.name.toLowerCase())
  const keys = [['Id'], row.entityType?.businessKey ?? []]
  const matches = keys.some(
    (key) => key.length === names.length && key.every((name) => names.includes(name.toLowerCase())),
  )
  if (!matches) throw invalidKey(row)
  return keyOf(
    context,
    source,
    given.values.map(({ name, value }) => {
      const property = row.findProperty(name)
      if (property === undefined) throw invalidKey(row)
      return { property, value }
    }),
  )
}

/** @throws {HapiError} INVALID_KEY; UNKNOWN_SEGMENT where the rows have no key */
export function bindKeySegment(context: BindContext, source: Source, literal: number): BoundKey {
  const { key } = source.row
  if (key === undefined)
    throw new HapiError('UNKNOWN_SEGMENT', {
      segment: context.literal(literal).value,
      type: source.row.name,
      nearest: '',
    })
  const value: Expression = { kind: 'literal', literal, position: 0 }
  return keyOf(context, source, [{ property: key, value }])
}

export function invalidKey({ name, entityType }: RowType): HapiError {
  const set = entityType?.set ?? name
  const keys = [
    'Id',
    ...(entityType?.businessKey === undefined
      ? []
      : [entityType.businessKey.map((part) => `${part}=…`).join(',')]),
  ]
  return new HapiError(
    'INVALID_KEY',
    { set, expected: keys.map((key) => `(${key})`).join(' | ') },
    { target: set },
  )
}

interface KeyPart {
  readonly property: RowProperty
  readonly value: Expression
}

function keyOf(context: BindContext, source: Source, parts: readonly KeyPart[]): BoundKey {
  const values = parts.map(({ property, value }) => {
    const resolved = value.kind === 'alias' ? context.alias(value.name) : value
    if (resolved?.kind !== 'literal') throw invalidKey(source.row)
    return { property, literal: resolved.literal }
  })
  return {
    conditions: values.map(({ property, literal }) =>
      keyCondition(context, source, property, literal),
    ),
    literals: values.map(({ literal }) => literal),
  }
}

function keyCondition(
  context: BindContext,
  source: Source,
  property: RowProperty,
  index: number,
): BoundExpression {
  const { type: propertyType, nullable } = property
  const left: BoundExpression = { kind: 'property', type: propertyType, nullable, source, property }
  const literal = context.literal(index)
  const integer = { type: 'Edm.Int64', encoding: 'integer' } as const
  if (literal.kind === 'null' || (literal.kind === 'segment' && !isInteger(property)))
    throw invalidKey(source.row)
  const { type, encoding } = literal.kind === 'segment' ? integer : literalType(literal)
  const right = coerceLiteral(
    context,
    {
      kind: 'parameter',
      type,
      nullable: false,
      parameter: { kind: 'literal', literal: index, encoding },
    },
    left,
  )
  if (!comparable(left.type, right.type)) throw invalidKey(source.row)
  return { kind: 'comparison', type: 'Edm.Boolean', nullable: false, operator: 'eq', left, right }
}

function isInteger({ type }: RowProperty): boolean {
  return type === 'Edm.Int32' || type === 'Edm.Int64'
}
