/** Calls of canonical functions: their arguments in the types that they take, over texts, numbers, times and collections. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Expression, Position } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import { argumentMismatch, mismatch, unknownFunction } from './bind-error.ts'
import type { BoundCollection, BoundExpression, CollectionTest } from './bound-tree.ts'
import { bindCollectionTest } from './collection-binder.ts'
import { type FunctionSignature, functionSignatures } from './function-signatures.ts'
import { coerceLiteralTo, encodedAs, fits } from './literal-typing.ts'

type Call = Extract<Expression, { kind: 'call' }>

/** What binds the arguments. */
export interface ArgumentBinder {
  readonly bind: (expression: Expression) => BoundExpression
  /** undefined when the expression is no collection. */
  readonly bindCollection: (expression: Expression) => BoundCollection | undefined
}

const NULL: BoundExpression = { kind: 'null', type: 'null', nullable: true }

/** Functions that take collections as well as texts, or collections alone. */
const collectionTests: ReadonlySet<string> = new Set<CollectionTest>([
  'contains',
  'startswith',
  'endswith',
  'indexof',
  'length',
  'hassubset',
  'hassubsequence',
])

/** Those of which there is no form over texts. */
const collectionsOnly: ReadonlySet<string> = new Set(['hassubset', 'hassubsequence'])

export function bindCall(
  context: BindContext,
  call: Call,
  binder: ArgumentBinder,
): BoundExpression {
  const { name, position } = call
  const signature = functionSignatures.get(name)
  if (signature === undefined) throw unknownFunction(name, position)
  const given = call.arguments
  if (given.length < signature.required || given.length > signature.arguments.length)
    throw argumentMismatch(name, signature, position)
  if (collectionTests.has(name)) {
    const test = bindOverCollections(context, call, binder)
    if (test !== undefined) return test
  }
  const bound = given.map((argument) => binder.bind(argument))
  // Every canonical function of null is null.
  if (bound.some((argument) => argument.kind === 'null')) return NULL
  const values = checkArguments(context, call, signature, bound)
  return {
    kind: 'call',
    type: signature.result === 'number' ? (values[0]?.type ?? 'Edm.Decimal') : signature.result,
    nullable: values.some((value) => value.nullable),
    name,
    arguments: encodeArguments(name, values),
  }
}

/** undefined when the arguments are texts. */
function bindOverCollections(
  context: BindContext,
  { name, arguments: given, position }: Call,
  binder: ArgumentBinder,
): BoundExpression | undefined {
  const collections = given.map((argument) => binder.bindCollection(argument))
  const all = collections.filter((collection) => collection !== undefined)
  if (all.length === 0 && !collectionsOnly.has(name)) return undefined
  if (all.length < given.length) {
    const other = given.filter((_, index) => collections[index] === undefined)
    const bound = other.map((argument) => binder.bind(argument))
    if (bound.every((value) => value.kind === 'null')) return NULL
    throw mismatch(name, 'Collection', bound[0]?.type ?? 'null', position)
  }
  // The names of the set are those of the tests.
  return bindCollectionTest(context, name as CollectionTest, all, position)
}

function checkArguments(
  context: BindContext,
  { name, arguments: given, position }: Call,
  signature: FunctionSignature,
  bound: readonly BoundExpression[],
): readonly BoundExpression[] {
  return bound.map((argument, index) => {
    const expected = signature.arguments[index]
    const value =
      expected === 'duration' ? coerceLiteralTo(context, argument, 'Edm.Duration') : argument
    if (expected === undefined || !fits(value, expected))
      throw argumentMismatch(name, signature, positionOf(given[index], position))
    return value
  })
}

function positionOf(argument: Expression | undefined, otherwise: Position): Position {
  return argument?.position ?? otherwise
}

/** Parts of an instant, which are those of UTC. */
const partsOfInstant: ReadonlySet<string> = new Set([
  'date',
  'day',
  'fractionalseconds',
  'hour',
  'minute',
  'month',
  'second',
  'time',
  'year',
])

/** Literals in the form that the function's SQL takes. */
function encodeArguments(
  name: string,
  values: readonly BoundExpression[],
): readonly BoundExpression[] {
  const [first] = values
  if (first === undefined || first.type !== 'Edm.DateTimeOffset') return encodePattern(name, values)
  // The offset is all that such a literal gives.
  if (name === 'totaloffsetminutes' && first.kind === 'parameter')
    return [{ ...encodedAs(first, 'offsetMinutes'), type: 'Edm.Int64' }]
  return partsOfInstant.has(name) ? [encodedAs(first, 'utcDateTime')] : values
}

/** The pattern of a text search is encoded whole, wildcards escaped, when it is a literal. */
function encodePattern(
  name: string,
  values: readonly BoundExpression[],
): readonly BoundExpression[] {
  const [text, pattern] = values
  if (text === undefined || pattern?.kind !== 'parameter' || pattern.parameter.kind !== 'literal') {
    if (name === 'matchespattern')
      throw new HapiError('NOT_IMPLEMENTED', { feature: 'matchesPattern(…, expression)' })
    return values
  }
  const code = text.kind === 'property' && text.property.code
  const encodings = {
    contains: code ? 'codeContains' : 'contains',
    startswith: code ? 'codeStartswith' : 'startswith',
    endswith: code ? 'codeEndswith' : 'endswith',
    matchespattern: 'pattern',
  } as const
  if (!(name in encodings)) return values
  return [text, encodedAs(pattern, encodings[name as keyof typeof encodings])]
}
