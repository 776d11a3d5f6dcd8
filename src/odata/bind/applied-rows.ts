/** Rows between two transformations of `$apply`: where they come from, and what is still to be said of them. */

import type { BindContext } from './bind-context.ts'
import type { AnchoredSource, BoundExpression, BoundOrderBy } from './bound-tree.ts'
import type { DerivedColumn, DerivedInput, DerivedRows } from './derived-rows.ts'
import { extendRowType, type RowProperty, type RowType } from './row-type.ts'
import { ScopeBuilder, valueOf } from './sources.ts'

export interface AppliedRows {
  readonly scope: ScopeBuilder
  /** Conditions that no subselect has taken up yet. */
  readonly conditions: readonly BoundExpression[]
  /** The entity whose bound function gives the rows. */
  readonly boundTo: AnchoredSource | undefined
  /** Columns that give the order asked so far, the first one first. */
  readonly order: readonly RowProperty[]
  /** Columns that tell rows apart, so that every order can be made complete (§3.3.11). */
  readonly ties: readonly RowProperty[]
  /** How often the statement reads the rows of the resource: once, and again for each branch of a `concat`. */
  readonly readings: number
  /** Columns of the groups within which transformations work, inside `groupby((…),…)`. */
  readonly partition: readonly RowProperty[]
}

/** The rows that the resource path leads to. */
export function startRows(
  scope: ScopeBuilder,
  conditions: readonly BoundExpression[],
  boundTo: AnchoredSource | undefined,
): AppliedRows {
  const { key, properties } = scope.root.row
  const values = properties.filter(({ collection }) => collection === undefined)
  return {
    scope,
    conditions,
    boundTo,
    order: [],
    ties: key === undefined ? values : [key],
    readings: 1,
    partition: [],
  }
}

export function inputOf({ scope, conditions, boundTo }: AppliedRows): DerivedInput {
  return { scope, conditions, boundTo }
}

/** The same rows for a second sequence of transformations. */
export function forkRows(rows: AppliedRows): AppliedRows {
  return { ...rows, scope: rows.scope.fork() }
}

/** The rows of a subselect; what was known of their order and groups stays unless it is replaced. */
export function deriveRows(
  context: BindContext,
  rows: AppliedRows,
  row: RowType,
  derived: DerivedRows,
  known: Partial<Pick<AppliedRows, 'order' | 'ties' | 'readings' | 'partition'>> = {},
): AppliedRows {
  const scope = new ScopeBuilder(context.numbers, row, { kind: 'derived', rows: derived })
  return { ...rows, ...known, scope, conditions: [], boundTo: undefined }
}

/**
 * Each row with more columns.
 * @param visible those of them that are properties from now on; others are known to us alone
 */
export function extendRows(
  context: BindContext,
  rows: AppliedRows,
  columns: readonly DerivedColumn[],
  visible: readonly RowProperty[] = [],
): AppliedRows {
  const row = extendRowType(rows.scope.root.row, visible)
  return deriveRows(context, rows, row, { kind: 'extended', input: inputOf(rows), columns })
}

/** A column that no answer shows. */
export function hiddenColumn(
  context: BindContext,
  type: RowProperty['type'],
  nullable: boolean,
): RowProperty {
  const column = context.numbers.column()
  return {
    name: column,
    column,
    type,
    nullable,
    code: false,
    padding: undefined,
    enumeration: undefined,
    collection: undefined,
  }
}

/** As a value of the rows as they are now. */
export function valuesOf(
  { scope }: AppliedRows,
  properties: readonly RowProperty[],
): readonly BoundExpression[] {
  return properties.map((property) => valueOf(scope.root, property))
}

/** The order asked so far and what makes it complete. */
export function completeOrder(rows: AppliedRows): readonly BoundOrderBy[] {
  return valuesOf(rows, [...rows.order, ...rows.ties]).map((expression) => ({
    expression,
    direction: 'asc',
  }))
}
