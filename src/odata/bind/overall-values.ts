/** Values of all the rows that a transformation works on, which its expressions ask of `$these` (Data Aggregation 4.0 §3.6). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { BoundAggregate } from './aggregate-binder.ts'
import { type AppliedRows, hiddenColumn, valuesOf } from './applied-rows.ts'
import type { BindContext } from './bind-context.ts'
import type { BoundExpression } from './bound-tree.ts'
import type { DerivedColumn } from './derived-rows.ts'
import type { RowProperty } from './row-type.ts'
import { type ScopeBuilder, valueOf } from './sources.ts'

/**
 * Expressions are bound twice: the first time what they ask for is collected as columns; the second time, over rows
 * that have these columns, each asks in the same order again and gets its own.
 */
export class OverallValues {
  readonly scope: ScopeBuilder
  readonly columns: DerivedColumn[] = []
  readonly #context: BindContext
  readonly #rows: AppliedRows
  readonly #known: RowProperty[]

  constructor(context: BindContext, rows: AppliedRows, known: readonly RowProperty[] = []) {
    this.#context = context
    this.#rows = rows
    this.scope = rows.scope
    this.#known = [...known]
  }

  /** Over rows that have the columns. */
  known(rows: AppliedRows): OverallValues {
    const properties = this.columns.map(({ property }) => property)
    return new OverallValues(this.#context, rows, properties)
  }

  valueOf(bind: () => BoundAggregate): BoundExpression {
    const known = this.#known.shift()
    if (known !== undefined) return valueOf(this.scope.root, known)
    // A value of all the rows is none of each of them: no such value is part of another one.
    this.#context.current = undefined
    const { value, type } = bind()
    this.#context.current = this
    if (value.kind === 'reached' || value.method === 'countdistinct')
      throw new HapiError(
        'NOT_IMPLEMENTED',
        { feature: `$these/aggregate(… with ${value.method})` },
        { target: '$these' },
      )
    const property = hiddenColumn(this.#context, type, true)
    const partitionBy = valuesOf(this.#rows, this.#rows.partition)
    this.columns.push({ property, value: { kind: 'overall', value, partitionBy } })
    return valueOf(this.scope.root, property)
  }
}
