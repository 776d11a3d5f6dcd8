/** Rows that a transformation of `$apply` makes of others: what its subselect selects, groups and orders. */

import type { NavigationProperty } from '../../model/entity-type.ts'
import type {
  AnchoredSource,
  BoundExpression,
  BoundOrderBy,
  ParameterSource,
  Scope,
  Source,
} from './bound-tree.ts'
import type { RowProperty } from './row-type.ts'

/** The rows that a subselect reads. */
export interface DerivedInput {
  readonly scope: Scope
  readonly conditions: readonly BoundExpression[]
  /** The entity whose bound function gives the rows. */
  readonly boundTo: AnchoredSource | undefined
}

export type DerivedRows =
  /** All columns of its input, and more. */
  | {
      readonly kind: 'extended'
      readonly input: DerivedInput
      readonly columns: readonly DerivedColumn[]
    }
  | {
      readonly kind: 'paged'
      readonly input: DerivedInput
      readonly orderBy: readonly BoundOrderBy[]
      readonly limit: ParameterSource | undefined
      readonly offset: ParameterSource | undefined
    }
  /** One row per group; one row in all without any. */
  | {
      readonly kind: 'grouped'
      readonly input: DerivedInput
      readonly columns: readonly DerivedColumn[]
      readonly groupBy: readonly BoundExpression[]
      /** Which of `groupBy` make the groups of each level of a rollup; undefined without one. */
      readonly sets: readonly (readonly number[])[] | undefined
    }
  /** The rows of all branches, whose columns stand in one order. */
  | { readonly kind: 'union'; readonly branches: readonly DerivedBranch[] }

interface DerivedBranch {
  readonly input: DerivedInput
  readonly columns: readonly DerivedColumn[]
}

export interface DerivedColumn {
  readonly property: RowProperty
  readonly value: DerivedValue
}

export type AggregateMethod = 'sum' | 'min' | 'max' | 'average' | 'countdistinct' | 'count'

export type DerivedValue =
  | { readonly kind: 'expression'; readonly expression: BoundExpression }
  /** Over the rows of a group; `count` without an operand counts them. */
  | {
      readonly kind: 'aggregate'
      readonly method: AggregateMethod
      readonly operand: BoundExpression | undefined
    }
  /** Over the entities that the rows of a group lead to, each once (Data Aggregation 4.0 §3.2.1.1). */
  | {
      readonly kind: 'reached'
      readonly method: AggregateMethod
      readonly operand: BoundExpression | undefined
      readonly start: Source
      readonly steps: readonly ReachedStep[]
    }
  /** Over all rows, or those of a row's partition. */
  | {
      readonly kind: 'overall'
      readonly value: Extract<DerivedValue, { kind: 'aggregate' }>
      readonly partitionBy: readonly BoundExpression[]
    }
  /** Whether a row of a rollup belongs to a level that has the property. */
  | { readonly kind: 'grouped'; readonly expression: BoundExpression }
  | {
      readonly kind: 'window'
      readonly call: WindowCall
      readonly partitionBy: readonly BoundExpression[]
      readonly orderBy: readonly BoundOrderBy[]
    }
  /**
   * Whether rows before this one have brought enough together: `limit`, or as many percent of `total`. Once they have,
   * later contributions change nothing.
   */
  | {
      readonly kind: 'exhausted'
      readonly limit: BoundExpression
      readonly before: BoundExpression
      readonly total: BoundExpression | undefined
      readonly partitionBy: readonly BoundExpression[]
      readonly orderBy: readonly BoundOrderBy[]
    }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** No value, in the type of the property. */
  | { readonly kind: 'none' }

export interface ReachedStep {
  readonly navigation: NavigationProperty
  readonly source: Source
}

export type WindowCall =
  | { readonly name: 'row_number' }
  /** Of all rows, or of those before the row; 0 of none. */
  | {
      readonly name: 'sum'
      readonly frame: 'all' | 'before'
      readonly operand: BoundExpression
    }
