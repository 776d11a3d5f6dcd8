/** `cast` and `isof` (URL Conventions 4.01 §5.1.1.10), to primitive types and to entity types. */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import { schemaNamespace } from '../../model/naming.ts'
import type { Expression, Position } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { BoundExpression, CastTarget, Source, ValueType } from './bound-tree.ts'

type Call = Extract<Expression, { kind: 'call' }>

const NULL: BoundExpression = { kind: 'null', type: 'null', nullable: true }

const FALSE: Extract<BoundExpression, { kind: 'comparison' }> = {
  kind: 'comparison',
  type: 'Edm.Boolean',
  nullable: false,
  operator: 'ne',
  left: NULL,
  right: NULL,
}

/** The type in which a cast value is kept: the small numbers are wider than they need be, and checked. */
const castTypes: Readonly<Record<CastTarget, ValueType>> = {
  'Edm.Binary': 'Edm.Binary',
  'Edm.Boolean': 'Edm.Boolean',
  'Edm.Byte': 'Edm.Int32',
  'Edm.Date': 'Edm.Date',
  'Edm.DateTimeOffset': 'Edm.DateTimeOffset',
  'Edm.Decimal': 'Edm.Decimal',
  'Edm.Double': 'Edm.Double',
  'Edm.Duration': 'Edm.Duration',
  'Edm.Guid': 'Edm.Guid',
  'Edm.Int16': 'Edm.Int32',
  'Edm.Int32': 'Edm.Int32',
  'Edm.Int64': 'Edm.Int64',
  'Edm.SByte': 'Edm.Int32',
  'Edm.Single': 'Edm.Double',
  'Edm.String': 'Edm.String',
  'Edm.TimeOfDay': 'Edm.TimeOfDay',
}

/** Types that no value of the model has or can be made of. */
const UNOFFERED =
  /^(?:Edm\.(?:Geo\w+|Stream|Untyped|PrimitiveType|ComplexType|EntityType)|Collection\(.*\))$/i

type NamedType =
  | { readonly kind: 'primitive'; readonly target: CastTarget }
  | { readonly kind: 'entity'; readonly name: string }

/**
 * @param instance the entity that the expression is about, which a call with a type alone means
 * @param bind binds the first argument
 */
export function bindTypeFunction(
  context: BindContext,
  call: Call,
  instance: Source,
  bind: (expression: Expression) => BoundExpression,
): BoundExpression {
  const typeArgument = call.arguments.at(-1)
  if (typeArgument?.kind !== 'typeName' || call.arguments.length > 2)
    throw new HapiError('ARGUMENT_MISMATCH', {
      name: call.name,
      expected: '(…, Edm.String)',
      position: call.position,
    })
  const named = findType(context, typeArgument.name, typeArgument.position)
  const [first] = call.arguments
  const operand: BoundExpression =
    first === undefined || first === typeArgument
      ? { kind: 'related', type: 'null', nullable: true, source: instance }
      : bind(first)
  if (named.kind === 'entity') return entityFunction(call, operand, named.name)
  if (operand.kind === 'null') return NULL
  if (operand.kind === 'related')
    throw mismatch(call.name, operand.source.row.name, named.target, call.position)
  if (!isCastable(operand.type, named.target)) return call.name === 'cast' ? NULL : FALSE
  const cast: Extract<BoundExpression, { kind: 'cast' }> = {
    kind: 'cast',
    type: castTypes[named.target],
    nullable: true,
    target: named.target,
    operand,
  }
  return call.name === 'cast'
    ? cast
    : { kind: 'isof', type: 'Edm.Boolean', nullable: operand.nullable, operand, cast }
}

/** Types have no subtypes here: an entity is of its own type and of no other. */
function entityFunction(
  { name, position }: Call,
  operand: BoundExpression,
  type: string,
): BoundExpression {
  if (operand.kind !== 'null' && operand.kind !== 'related')
    throw mismatch(name, operand.type, type, position)
  const same = operand.kind === 'related' && operand.source.row.name === type
  if (name === 'cast') return same ? operand : NULL
  return same ? { ...FALSE, left: operand } : FALSE
}

function findType(context: BindContext, name: string, position: Position): NamedType {
  const targets = Object.keys(castTypes)
  const wanted = name.toLowerCase()
  const target = targets.find((candidate) => candidate.toLowerCase() === wanted)
  // The keys of this literal are what its type says.
  if (target !== undefined) return { kind: 'primitive', target: target as CastTarget }
  if (UNOFFERED.test(name)) throw new HapiError('NOT_IMPLEMENTED', { feature: name })
  const types = [...context.model.entityTypes, ...context.model.complexTypes].map(
    (type) => type.name,
  )
  const type = types.find((candidate) => qualified(candidate).toLowerCase() === wanted)
  if (type !== undefined) return { kind: 'entity', name: type }
  throw new HapiError('UNKNOWN_TYPE', {
    name,
    position,
    nearest: nearestHint(name, [...targets, ...types.map(qualified)]),
  })
}

function qualified(type: string): string {
  return `${schemaNamespace}.${type}`
}

const numbers: ReadonlySet<string> = new Set(
  ['Byte', 'Decimal', 'Double', 'Int16', 'Int32', 'Int64', 'SByte', 'Single'].map(
    (name) => `Edm.${name}`,
  ),
)

/** Other casts fail for every value, which makes them null (rules 2 to 5). */
function isCastable(from: ValueType, target: CastTarget): boolean {
  if (from === target || from === 'Edm.String' || target === 'Edm.String') return true
  return numbers.has(from) && numbers.has(target)
}
