/** `topcount`, `topsum`, `toppercent` and their opposites: rows by what they contribute (Data Aggregation 4.0 §3.3.1). */

import type { RankedMethod, Transformation } from '../parse/syntax.ts'
import {
  type AppliedRows,
  completeOrder,
  extendRows,
  hiddenColumn,
  valuesOf,
} from './applied-rows.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { BoundExpression, BoundOrderBy, Source } from './bound-tree.ts'
import type { DerivedColumn, WindowCall } from './derived-rows.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { isNumeric } from './literal-typing.ts'
import { type RowProperty, reduceRowType } from './row-type.ts'
import { ScopeBuilder, valueOf } from './sources.ts'

type Ranked = Extract<Transformation, { kind: 'ranked' }>

/** @param limit how much the rows are to bring together, the same for all of them */
export function bindRanked(
  context: BindContext,
  rows: AppliedRows,
  { method, by }: Ranked,
  limit: BoundExpression,
  contribution: BoundExpression,
): AppliedRows {
  const counts = method.endsWith('count')
  const fits = counts ? contribution.kind !== 'related' : isNumeric(contribution.type)
  if (!fits) throw mismatch(method, contribution.type, 'Edm.Decimal', by.position)
  const ranking = new Ranking(context, rows, method, contribution)
  return { ...(counts ? ranking.byCount(limit) : ranking.bySum(limit)), order: [] }
}

/** Belongs to the rows as a whole: there is no property that it could name. */
export function bindAmount(
  context: BindContext,
  rows: AppliedRows,
  { method, amount, position }: Ranked,
): BoundExpression {
  const nothing = { ...reduceRowType(rows.scope.root.row, [], []), reduced: undefined }
  const scope = new ScopeBuilder(context.numbers, nothing, { kind: 'table' })
  const limit = new ExpressionBinder(context, scope.root, scope).bind(amount)
  if (!isNumeric(limit.type)) throw mismatch(method, limit.type, 'Edm.Decimal', position)
  return limit
}

class Ranking {
  readonly #context: BindContext
  readonly #rows: AppliedRows
  readonly #method: RankedMethod
  readonly #contribution: BoundExpression

  constructor(
    context: BindContext,
    rows: AppliedRows,
    method: RankedMethod,
    contribution: BoundExpression,
  ) {
    this.#context = context
    this.#rows = rows
    this.#method = method
    this.#contribution = contribution
  }

  byCount(amount: BoundExpression): AppliedRows {
    const limit = this.#limit(amount)
    const rank = hiddenColumn(this.#context, 'Edm.Int64', false)
    const extended = extendRows(this.#context, this.#rows, [
      ...limit.columns,
      this.#column(rank, { name: 'row_number' }, this.#order(this.#rows, this.#contribution)),
    ])
    const { root } = extended.scope
    return withCondition(extended, compare('le', valueOf(root, rank), limit.in(root)))
  }

  /** A value that depends on the rows is a column of theirs, so that it is calculated before any of them is left out. */
  #limit(amount: BoundExpression): {
    readonly columns: readonly DerivedColumn[]
    readonly in: (root: Source) => BoundExpression
  } {
    if (amount.kind === 'parameter') return { columns: [], in: () => amount }
    const property = hiddenColumn(this.#context, amount.type, true)
    return {
      columns: [{ property, value: { kind: 'expression', expression: amount } }],
      in: (root) => valueOf(root, property),
    }
  }

  /**
   * A row stays as long as those before it have not yet brought enough together; once they have,
   * nothing after them counts, even if negative contributions follow.
   */
  bySum(amount: BoundExpression): AppliedRows {
    const context = this.#context
    const limit = this.#limit(amount)
    const own = hiddenColumn(context, 'Edm.Decimal', true)
    const before = hiddenColumn(context, 'Edm.Decimal', false)
    const total = hiddenColumn(context, 'Edm.Decimal', false)
    const sum = { name: 'sum', operand: this.#contribution } as const
    const order = this.#order(this.#rows, this.#contribution)
    const summed = extendRows(context, this.#rows, [
      ...limit.columns,
      { property: own, value: { kind: 'expression', expression: this.#contribution } },
      this.#column(before, { ...sum, frame: 'before' }, order),
      this.#column(total, { ...sum, frame: 'all' }, []),
    ])
    const exhausted = hiddenColumn(context, 'Edm.Boolean', false)
    const { root } = summed.scope
    const extended = extendRows(context, summed, [
      {
        property: exhausted,
        value: {
          kind: 'exhausted',
          limit: limit.in(root),
          before: valueOf(root, before),
          total: this.#method.endsWith('percent') ? valueOf(root, total) : undefined,
          partitionBy: valuesOf(summed, summed.partition),
          orderBy: this.#order(summed, valueOf(root, own)),
        },
      },
    ])
    const operand = valueOf(extended.scope.root, exhausted)
    return withCondition(extended, { kind: 'not', type: 'Edm.Boolean', nullable: false, operand })
  }

  #order(rows: AppliedRows, contribution: BoundExpression): readonly BoundOrderBy[] {
    const direction = this.#method.startsWith('top') ? 'desc' : 'asc'
    // Any complete order will do below the contribution; the one asked before is the least surprising.
    return [{ expression: contribution, direction }, ...completeOrder(rows)]
  }

  #column(
    property: RowProperty,
    call: WindowCall,
    orderBy: readonly BoundOrderBy[],
  ): DerivedColumn {
    const partitionBy = valuesOf(this.#rows, this.#rows.partition)
    return { property, value: { kind: 'window', call, partitionBy, orderBy } }
  }
}

export function withCondition(rows: AppliedRows, condition: BoundExpression): AppliedRows {
  return { ...rows, conditions: [...rows.conditions, condition] }
}

export function compare(
  operator: 'le' | 'gt',
  left: BoundExpression,
  right: BoundExpression,
): BoundExpression {
  return { kind: 'comparison', type: 'Edm.Boolean', nullable: false, operator, left, right }
}
