/** Collections of primitive values in expressions: their common type, and what is asked of them (URL Conventions 4.01 §5.1.1.5–6). */

import type { Position } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { BoundCollection, BoundExpression, CollectionTest, ValueType } from './bound-tree.ts'
import type { LiteralEncoding } from './literal-encoding.ts'
import { coerceLiteralTo, widerNumeric } from './literal-typing.ts'

/** A list of expressions as one collection; `null` may be among them. */
export function bindList(
  context: BindContext,
  members: readonly BoundExpression[],
  position: Position,
): BoundCollection {
  const type = members.reduce<ValueType>(
    (common, member) => commonType('[…]', common, member.type, position),
    'null',
  )
  return listOf(context, members, type)
}

function listOf(
  context: BindContext,
  members: readonly BoundExpression[],
  type: ValueType,
): BoundCollection {
  const converted = members.map((member) => coerceLiteralTo(context, member, type))
  const encodings = new Set(converted.map(literalEncoding))
  const [encoding] = encodings
  const array: BoundExpression | undefined =
    encodings.size === 1 && encoding !== undefined
      ? {
          kind: 'parameter',
          type,
          nullable: false,
          parameter: { kind: 'list', literals: converted.flatMap(literalIndex), encoding },
        }
      : undefined
  return { kind: 'list', type, array, members: converted }
}

function literalEncoding(member: BoundExpression): LiteralEncoding | undefined {
  return member.kind === 'parameter' && member.parameter.kind === 'literal'
    ? member.parameter.encoding
    : undefined
}

function literalIndex(member: BoundExpression): readonly number[] {
  return member.kind === 'parameter' && member.parameter.kind === 'literal'
    ? [member.parameter.literal]
    : []
}

/** @throws {HapiError} TYPE_MISMATCH */
function commonType(
  operator: string,
  left: ValueType,
  right: ValueType,
  position: Position,
): ValueType {
  if (left === right || right === 'null') return left
  if (left === 'null') return right
  const wider = widerNumeric(left, right)
  if (wider === undefined)
    throw mismatch(operator, `Collection(${left})`, `Collection(${right})`, position)
  return wider
}

/** Both collections with members of one type, so that they compare. */
export function bindCollectionTest(
  context: BindContext,
  test: CollectionTest,
  collections: readonly BoundCollection[],
  position: Position,
): BoundExpression {
  const type = collections.reduce<ValueType>(
    (common, collection) => commonType(test, common, collection.type, position),
    'null',
  )
  return {
    kind: 'collectionTest',
    type: test === 'length' || test === 'indexof' ? 'Edm.Int32' : 'Edm.Boolean',
    nullable: test !== 'eq' && test !== 'ne',
    test,
    collections: collections.map((collection) => typed(context, collection, type)),
  }
}

/** `concat` of two collections. */
export function bindConcatenation(
  context: BindContext,
  first: BoundCollection,
  second: BoundCollection,
  position: Position,
): BoundCollection {
  const type = commonType('concat', first.type, second.type, position)
  return {
    kind: 'concat',
    type,
    parts: [typed(context, first, type), typed(context, second, type)],
  }
}

/** `left in collection`. */
export function bindMemberOf(
  context: BindContext,
  left: BoundExpression,
  collection: BoundCollection,
  position: Position,
): BoundExpression {
  const literal = coerceLiteralTo(context, left, collection.type)
  const type = commonType('in', literal.type, collection.type, position)
  return {
    kind: 'memberOf',
    type: 'Edm.Boolean',
    nullable: false,
    left: coerceLiteralTo(context, literal, type),
    collection: typed(context, collection, type),
  }
}

function typed(
  context: BindContext,
  collection: BoundCollection,
  type: ValueType,
): BoundCollection {
  return collection.kind === 'list'
    ? listOf(context, collection.members, type)
    : { ...collection, type }
}
