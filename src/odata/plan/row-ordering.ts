/**
 * The place of a row in an order, and the rows after it: by the values of the row itself, so that a page begins where
 * the last one ended whatever came or went in between.
 */

import type { BoundExpression, BoundOrderBy, Source } from '../bind/bound-tree.ts'

/**
 * The items that place a row: no two rows are equal in all of them. Undefined when the order does not tell all rows
 * apart.
 */
export function rowOrdering(
  root: Source,
  orderBy: readonly BoundOrderBy[],
): readonly BoundOrderBy[] | undefined {
  // Rows of a function are told apart by their default order when they have no key, groups by what they are groups of.
  const { key, reduced } = root.row
  const isTold =
    key !== undefined ||
    root.from.kind === 'function' ||
    root.from.kind === 'crossjoin' ||
    reduced !== undefined
  const ordering = orderBy.filter(({ expression }) => !isConstant(expression))
  return isTold && ordering.length > 0 ? ordering : undefined
}

function isConstant({ kind }: BoundExpression): boolean {
  return kind === 'null' || kind === 'parameter'
}

/**
 * The condition that a row comes after one whose values are given as parameters; `nulls` says which of them are null.
 * Null is the least value, in both directions.
 *
 * A chain of `or` gives the rows exactly. What it begins with can be bounded by one comparison of rows, as far as the
 * items go one way: an index then starts at the page instead of passing over all the pages before it.
 */
export function afterRow(
  ordering: readonly BoundOrderBy[],
  nulls: readonly boolean[],
): BoundExpression {
  const items = ordering.map(
    (item, index): PlacedItem => ({
      ...item,
      value: nulls[index] === true ? undefined : valueParameter(item.expression, index),
    }),
  )
  const bounded = boundedLength(items)
  if (bounded === items.length) return rowComparison(items, 'strict')
  const exact = afterItems(items)
  return bounded === 0 ? exact : all([rowComparison(items.slice(0, bounded), 'weak'), exact])
}

interface PlacedItem extends BoundOrderBy {
  /** Undefined: null. */
  readonly value: BoundExpression | undefined
}

/** Items from the first on that one comparison of rows can bound: of one direction, and without a null among what follows. */
function boundedLength(items: readonly PlacedItem[]): number {
  const end = items.findIndex(
    ({ direction, expression, value }) =>
      value === undefined ||
      direction !== items[0]?.direction ||
      (direction === 'desc' && expression.nullable),
  )
  return end < 0 ? items.length : end
}

function rowComparison(items: readonly PlacedItem[], kind: 'strict' | 'weak'): BoundExpression {
  const ascending = items[0]?.direction === 'asc'
  const operator = kind === 'strict' ? (ascending ? 'gt' : 'lt') : ascending ? 'ge' : 'le'
  return {
    kind: 'rowComparison',
    type: 'Edm.Boolean',
    nullable: items.some(({ expression }) => expression.nullable),
    operator,
    left: items.map(({ expression }) => expression),
    right: items.flatMap(({ value }) => (value === undefined ? [] : [value])),
  }
}

/** After in the first item, or equal in it and after in the others. */
function afterItems([item, ...rest]: readonly PlacedItem[]): BoundExpression {
  if (item === undefined) throw new Error('Rows without an order do not follow each other')
  const after = afterItem(item)
  if (rest.length === 0) return after ?? never(item)
  const tied = all([compared('eq', item), afterItems(rest)])
  return after === undefined ? tied : any([after, tied])
}

/** Undefined when nothing comes after: null in descending order. */
function afterItem(item: PlacedItem): BoundExpression | undefined {
  if (item.direction === 'asc') return compared(item.value === undefined ? 'ne' : 'gt', item)
  if (item.value === undefined) return undefined
  const below = compared('lt', item)
  return item.expression.nullable
    ? any([below, compared('eq', { ...item, value: undefined })])
    : below
}

function never(item: PlacedItem): BoundExpression {
  return all([
    compared('eq', { ...item, value: undefined }),
    compared('ne', { ...item, value: undefined }),
  ])
}

function compared(
  operator: 'eq' | 'ne' | 'gt' | 'lt',
  { expression, value }: PlacedItem,
): BoundExpression {
  return {
    kind: 'comparison',
    type: 'Edm.Boolean',
    nullable: false,
    operator,
    left: expression,
    right: value ?? { kind: 'null', type: 'null', nullable: true },
  }
}

function any(operands: readonly BoundExpression[]): BoundExpression {
  return { kind: 'logical', type: 'Edm.Boolean', nullable: false, operator: 'or', operands }
}

function all(operands: readonly BoundExpression[]): BoundExpression {
  return { kind: 'logical', type: 'Edm.Boolean', nullable: false, operator: 'and', operands }
}

/** Integers are calculated as exact numbers beyond their type; a column's own type keeps its index. */
function valueParameter(expression: BoundExpression, index: number): BoundExpression {
  const { type } = expression
  const calculated =
    expression.kind !== 'property' && (type === 'Edm.Int32' || type === 'Edm.Int64')
  return {
    kind: 'parameter',
    type: calculated ? 'Edm.Decimal' : type,
    nullable: false,
    parameter: { kind: 'pageStart', index },
  }
}
