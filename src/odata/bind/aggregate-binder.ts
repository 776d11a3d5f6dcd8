/** The transformation `aggregate`: one row of aggregated values, or one per group (Data Aggregation 4.0 §3.2.1). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { AggregateItem, AggregationPath, Expression, Position } from '../parse/syntax.ts'
import { type FollowedPath, followPath } from './aggregation-path.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { BoundExpression, ValueType } from './bound-tree.ts'
import type { AggregateMethod, DerivedColumn, DerivedValue, ReachedStep } from './derived-rows.ts'
import { isNumeric } from './literal-typing.ts'
import { checkAlias } from './new-name.ts'
import type { RowProperty } from './row-type.ts'
import { type ScopeBuilder, valueOf } from './sources.ts'

const METHODS: readonly AggregateMethod[] = ['sum', 'min', 'max', 'average', 'countdistinct']

/** Types whose values have an order that `min` and `max` go by. */
const UNORDERED: ReadonlySet<ValueType> = new Set(['Edm.Boolean', 'Edm.Binary', 'Edm.Guid', 'null'])

/** Whatever is aggregated, whether it is named by an alias or stands in an expression. */
export interface BoundAggregate {
  readonly value: Extract<DerivedValue, { kind: 'aggregate' | 'reached' }>
  readonly type: ValueType
}

/** What is aggregated, and how expressions over it are bound. */
export interface AggregatedRows {
  readonly scope: ScopeBuilder
  readonly bind: (expression: Expression) => BoundExpression
}

/** The columns that the items make of `rows`. */
export function bindAggregates(
  context: BindContext,
  rows: AggregatedRows,
  items: readonly AggregateItem[],
  names: Set<string>,
): readonly DerivedColumn[] {
  return items.map((item) => {
    const { value, type } = bindAggregate(context, rows, item)
    return { property: aggregateProperty(context, rows, item, type, names), value }
  })
}

function aggregateProperty(
  context: BindContext,
  rows: AggregatedRows,
  item: AggregateItem,
  type: ValueType,
  names: Set<string>,
): RowProperty {
  const name = item.alias ?? ''
  checkAlias(name, rows.scope.root.row, names, '$apply')
  return {
    name,
    type,
    nullable: item.kind !== 'count',
    code: false,
    padding: undefined,
    enumeration: undefined,
    collection: undefined,
    column: context.numbers.column(),
    dynamic: true,
  }
}

/** @throws {HapiError} NOT_IMPLEMENTED for `from` beside other aggregates and for methods of somebody's own */
export function bindAggregate(
  context: BindContext,
  rows: AggregatedRows,
  item: AggregateItem,
): BoundAggregate {
  if (item.from.length > 0) throw notImplemented('aggregate(… from …)')
  switch (item.kind) {
    case 'custom':
      throw customAggregate(context, rows, item)
    case 'count':
      return bindCount(context, rows, item.path, item.position)
    case 'method':
      return bindMethod(context, rows, item.operand, readMethod(item.method), item.position)
  }
}

function notImplemented(feature: string): HapiError {
  return new HapiError('NOT_IMPLEMENTED', { feature }, { target: '$apply' })
}

/** The model has no custom aggregate: what stands alone is a property that lacks its method, or unknown. */
function customAggregate(
  context: BindContext,
  { scope }: AggregatedRows,
  { path, position }: Extract<AggregateItem, { kind: 'custom' }>,
): HapiError {
  followPath(context, scope.root.row, path, position)
  return new HapiError(
    'SYNTAX_ERROR',
    { option: '$apply', position, found: `“${path.join('/')}”`, expected: 'with … as …' },
    { target: '$apply' },
  )
}

function readMethod(written: string): AggregateMethod {
  const method = METHODS.find((candidate) => candidate === written.toLowerCase())
  if (method !== undefined) return method
  if (written.includes('.')) throw notImplemented(`aggregate(… with ${written} …)`)
  throw new HapiError(
    'INVALID_OPTION_VALUE',
    { option: '$apply: aggregate(… with …)', value: written.slice(0, 40) },
    { target: '$apply' },
  )
}

/** `$count` of the rows themselves, of what they lead to, or of values that are not null. */
function bindCount(
  context: BindContext,
  rows: AggregatedRows,
  path: AggregationPath,
  position: Position,
): BoundAggregate {
  if (path.length === 0) return counted({ kind: 'aggregate', method: 'count', operand: undefined })
  const followed = followPath(context, rows.scope.root.row, path, position)
  return counted(bindPath(context, rows, followed, 'count'))
}

function counted(value: BoundAggregate['value']): BoundAggregate {
  return { value, type: 'Edm.Decimal' }
}

function bindMethod(
  context: BindContext,
  rows: AggregatedRows,
  operand: Expression,
  method: AggregateMethod,
  position: Position,
): BoundAggregate {
  const path = namesOf(operand)
  const followed =
    path === undefined ? undefined : followPath(context, rows.scope.root.row, path, position)
  if (followed !== undefined && needsReaching(followed, method)) {
    const value = bindPath(context, rows, followed, method)
    return { value, type: resultType(method, value.operand, position) }
  }
  const bound = rows.bind(operand)
  const type = resultType(method, bound, position)
  return { value: { kind: 'aggregate', method, operand: bound }, type }
}

/** A path of names alone is followed once for each entity; anything else is evaluated for each row. */
function namesOf(expression: Expression): AggregationPath | undefined {
  if (expression.kind !== 'path') return undefined
  const names = expression.steps.map((step) =>
    step.kind === 'name' && step.arguments === undefined ? step.name : undefined,
  )
  return names.every((name) => name !== undefined) ? names : undefined
}

/** Where it does not matter how often an entity is met, a join does. */
function needsReaching(
  { navigations, property, nested }: FollowedPath,
  method: AggregateMethod,
): boolean {
  if (nested && (method === 'sum' || method === 'average'))
    throw notImplemented(`aggregate(…/… with ${method}) after groupby((…/…))`)
  if (property === undefined) return true
  if (navigations.some(({ navigation }) => navigation.cardinality === 'many')) return true
  return navigations.length > 0 && (method === 'sum' || method === 'average')
}

function bindPath(
  context: BindContext,
  { scope }: AggregatedRows,
  { navigations, property, nested }: FollowedPath,
  method: AggregateMethod,
): BoundAggregate['value'] {
  if (property?.collection !== undefined) throw notImplemented(`aggregate(${property.name} …)`)
  if (navigations.length === 0) {
    if (property === undefined) throw new Error('A path that ends nowhere was followed')
    if (nested) throw notImplemented('aggregate(…/…/$count) after groupby((…/…))')
    return { kind: 'aggregate', method, operand: valueOf(scope.root, property) }
  }
  const steps = navigations.map(
    ({ navigation, row }): ReachedStep => ({
      navigation,
      source: context.numbers.create(row, { kind: 'table' }),
    }),
  )
  const end = steps.at(-1)?.source
  if (end === undefined) throw new Error('A path through relations has none')
  return {
    kind: 'reached',
    // Entities are told apart by being reached once each.
    method: property === undefined ? 'count' : method,
    operand: property === undefined ? undefined : valueOf(end, property),
    start: scope.root,
    steps,
  }
}

function resultType(
  method: AggregateMethod,
  operand: BoundExpression | undefined,
  position: Position,
): ValueType {
  if (method === 'countdistinct' || method === 'count') return 'Edm.Decimal'
  const type = operand?.type ?? 'null'
  const summed = isNumeric(type) || type === 'Edm.Duration'
  if (method === 'min' || method === 'max') {
    if (operand === undefined || operand.kind === 'related' || UNORDERED.has(type))
      throw mismatch(method, type, 'Edm.PrimitiveType', position)
    return type
  }
  if (!summed) throw mismatch(method, type, 'Edm.Decimal', position)
  if (type === 'Edm.Double' || type === 'Edm.Duration') return type
  // The sum of many 32-bit integers needs 64 bits, and that of many 64-bit ones still more.
  return method === 'sum' && type === 'Edm.Int32' ? 'Edm.Int64' : 'Edm.Decimal'
}
