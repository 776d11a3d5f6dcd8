/** `$apply`: each transformation makes rows of rows (Data Aggregation 4.0 §3). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { AggregateItem, Transformation } from '../parse/syntax.ts'
import {
  type AppliedRows,
  completeOrder,
  deriveRows,
  extendRows,
  forkRows,
  hiddenColumn,
  inputOf,
  valuesOf,
} from './applied-rows.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { BoundExpression, BoundOrderBy, ParameterSource } from './bound-tree.ts'
import { computedProperty } from './compute-binder.ts'
import { bindConcat } from './concat-binder.ts'
import type { DerivedColumn } from './derived-rows.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { bindGroups, bindPartitions, groupingSets } from './groupby-binder.ts'
import { checkAlias } from './new-name.ts'
import { OverallValues } from './overall-values.ts'
import { bindAmount, bindRanked, compare, withCondition } from './ranked-binder.ts'
import { bindSearch } from './search-binder.ts'
import { valueOf } from './sources.ts'

type Of<Kind extends Transformation['kind']> = Extract<Transformation, { kind: Kind }>

/**
 * The rows after the last transformation.
 * @throws {HapiError} NAME_IN_USE, NOT_IMPLEMENTED, LIMIT_EXCEEDED, and whatever is wrong with paths and expressions
 */
export function bindApply(
  context: BindContext,
  rows: AppliedRows,
  sequence: readonly Transformation[],
): AppliedRows {
  return new ApplyBinder(context).sequence(rows, sequence)
}

/** Each branch of a `concat` holds all that stands before it, so that a row of them would double without end. */
const READINGS_MAX = 64

class ApplyBinder {
  readonly #context: BindContext

  constructor(context: BindContext) {
    this.#context = context
  }

  sequence(rows: AppliedRows, sequence: readonly Transformation[]): AppliedRows {
    return sequence.reduce((input, transformation) => this.#transform(input, transformation), rows)
  }

  #transform(rows: AppliedRows, transformation: Transformation): AppliedRows {
    switch (transformation.kind) {
      case 'aggregate':
        return this.#aggregate(rows, transformation.items)
      case 'groupby':
        return this.#groupBy(rows, transformation)
      case 'concat':
        return this.#concat(rows, transformation.sequences, transformation.position)
      case 'filter': {
        const { condition } = transformation
        const [known, bound] = this.#bound(rows, (binder) => binder.bindCondition(condition))
        return withCondition(known, bound)
      }
      case 'search':
        return withCondition(
          rows,
          bindSearch(this.#context, transformation.search, rows.scope.root),
        )
      case 'compute':
        return this.#compute(rows, transformation)
      case 'orderby':
        return this.#orderBy(rows, transformation)
      case 'top':
      case 'skip':
        return this.#page(rows, transformation)
      case 'ranked':
        return this.#ranked(rows, transformation)
      case 'identity':
        return rows
    }
  }

  /**
   * Binds expressions over the rows. What they ask of `$these` becomes columns first, since such a value cannot be
   * calculated where a row is judged or sorted; then they are bound over the rows that have them.
   */
  #bound<Bound>(
    rows: AppliedRows,
    bind: (binder: ExpressionBinder) => Bound,
  ): readonly [AppliedRows, Bound] {
    const overall = new OverallValues(this.#context, rows)
    const first = this.#within(overall, rows, bind)
    if (overall.columns.length === 0) return [rows, first]
    const known = extendRows(this.#context, rows, overall.columns)
    return [known, this.#within(overall.known(known), known, bind)]
  }

  #within<Bound>(
    current: OverallValues,
    { scope }: AppliedRows,
    bind: (binder: ExpressionBinder) => Bound,
  ): Bound {
    this.#context.current = current
    const bound = bind(new ExpressionBinder(this.#context, scope.root, scope))
    this.#context.current = undefined
    return bound
  }

  #ranked(rows: AppliedRows, transformation: Of<'ranked'>): AppliedRows {
    const [known, { limit, contribution }] = this.#bound(rows, (binder) => ({
      limit: bindAmount(this.#context, rows, transformation),
      contribution: binder.bind(transformation.by),
    }))
    return bindRanked(this.#context, known, transformation, limit, contribution)
  }

  #aggregate(rows: AppliedRows, items: readonly AggregateItem[]): AppliedRows {
    const [only] = items
    if (only !== undefined && only.from.length > 0 && items.length === 1)
      return this.sequence(rows, withoutFrom(only))
    return bindGroups(this.#context, rows, { paths: [], sets: undefined }, items)
  }

  #groupBy(rows: AppliedRows, { elements, sequence, position }: Of<'groupby'>): AppliedRows {
    const groups = groupingSets(elements)
    const items = aggregatesAlone(sequence)
    if (items !== undefined) return bindGroups(this.#context, rows, groups, items)
    const { paths, sets } = groups
    if (sets === undefined)
      return bindPartitions(this.#context, rows, paths, (input) => this.sequence(input, sequence))
    // Each level by itself: what a rollup stands for (§3.2.3.2).
    const levels = sets.map((set): readonly Transformation[] =>
      set.length === 0
        ? sequence
        : [
            {
              kind: 'groupby',
              elements: set.flatMap((index) => paths[index] ?? []),
              sequence,
              position,
            },
          ],
    )
    return this.#concat(rows, levels, position)
  }

  #concat(
    rows: AppliedRows,
    sequences: readonly (readonly Transformation[])[],
    position: number,
  ): AppliedRows {
    const branches: AppliedRows[] = []
    let readings = 0
    for (const sequence of sequences) {
      const branch = this.sequence(forkRows(rows), sequence)
      branches.push(branch)
      readings += branch.readings
      if (readings > READINGS_MAX)
        throw new HapiError(
          'LIMIT_EXCEEDED',
          { limit: READINGS_MAX, what: '$apply (concat, rollup)' },
          { target: '$apply' },
        )
    }
    return bindConcat(this.#context, branches, position)
  }

  #compute(rows: AppliedRows, { items }: Of<'compute'>): AppliedRows {
    const [known, bound] = this.#bound(rows, (binder) =>
      items.map(({ expression }) => binder.bind(expression)),
    )
    const names = new Set<string>()
    const columns = items.flatMap((item, index): readonly DerivedColumn[] => {
      const expression = bound[index]
      if (expression === undefined) return []
      checkAlias(item.name, rows.scope.root.row, names, '$apply')
      const { expression: _inColumn, ...property } = computedProperty(item, expression)
      return [
        {
          property: { ...property, column: this.#context.numbers.column() },
          value: { kind: 'expression', expression },
        },
      ]
    })
    const visible = columns.map(({ property }) => property)
    return extendRows(this.#context, known, columns, visible)
  }

  /** Stable: what the new order does not tell apart stays in the order it had (§3.3.6). */
  #orderBy(rows: AppliedRows, { items }: Of<'orderby'>): AppliedRows {
    const [known, asked] = this.#bound(rows, (binder) =>
      items.map(({ expression, direction, position }): BoundOrderBy => {
        const bound = binder.bind(expression)
        if (bound.kind === 'related')
          throw mismatch('orderby', bound.source.row.name, 'Edm.PrimitiveType', position)
        return { expression: bound, direction }
      }),
    )
    const rank = hiddenColumn(this.#context, 'Edm.Int64', false)
    const ordered = extendRows(this.#context, known, [this.#rank(known, rank, asked)])
    return { ...ordered, order: [rank] }
  }

  #rank(
    rows: AppliedRows,
    property: DerivedColumn['property'],
    asked: readonly BoundOrderBy[],
  ): DerivedColumn {
    return {
      property,
      value: {
        kind: 'window',
        call: { name: 'row_number' },
        partitionBy: valuesOf(rows, rows.partition),
        orderBy: [...asked, ...completeOrder(rows)],
      },
    }
  }

  #page(rows: AppliedRows, { kind, rows: literal }: Of<'top' | 'skip'>): AppliedRows {
    const number: ParameterSource = { kind: 'literal', literal, encoding: 'integer' }
    if (rows.partition.length > 0) return this.#pageOfEach(rows, kind, number)
    return deriveRows(this.#context, rows, rows.scope.root.row, {
      kind: 'paged',
      input: inputOf(rows),
      orderBy: completeOrder(rows),
      limit: kind === 'top' ? number : undefined,
      offset: kind === 'skip' ? number : undefined,
    })
  }

  #pageOfEach(rows: AppliedRows, kind: 'top' | 'skip', parameter: ParameterSource): AppliedRows {
    const rank = hiddenColumn(this.#context, 'Edm.Int64', false)
    const ranked = extendRows(this.#context, rows, [this.#rank(rows, rank, [])])
    const limit: BoundExpression = {
      kind: 'parameter',
      type: 'Edm.Int64',
      nullable: false,
      parameter,
    }
    return withCondition(
      ranked,
      compare(kind === 'top' ? 'le' : 'gt', valueOf(ranked.scope.root, rank), limit),
    )
  }
}

/** The expressions of a sequence that does nothing but aggregate, or nothing at all. */
function aggregatesAlone(
  sequence: readonly Transformation[],
): readonly AggregateItem[] | undefined {
  const [first, ...more] = sequence
  if (first === undefined) return []
  const plain =
    more.length === 0 &&
    first.kind === 'aggregate' &&
    first.items.every(({ from }) => from.length === 0)
  return plain ? first.items : undefined
}

/** No request can name it. */
const INTERMEDIATE = '#from'

/** `A from p with g as D` is `groupby((p),aggregate(A as B))/aggregate(B with g as D)` (§3.2.1.5). */
function withoutFrom(item: AggregateItem): readonly Transformation[] {
  const { position } = item
  const last = item.from.at(-1)
  if (last?.method === undefined)
    return [{ kind: 'aggregate', items: [{ ...item, from: [] }], position }]
  const inner = {
    ...item,
    from: item.from.slice(0, -1),
    alias: `${INTERMEDIATE}${item.from.length}`,
  }
  return [
    {
      kind: 'groupby',
      elements: last.paths.map((path) => ({ kind: 'path', path, position })),
      sequence: [{ kind: 'aggregate', items: [inner], position }],
      position,
    },
    {
      kind: 'aggregate',
      items: [
        {
          kind: 'method',
          operand: {
            kind: 'path',
            steps: [{ kind: 'name', name: inner.alias, position }],
            position,
          },
          method: last.method,
          alias: item.alias,
          from: [],
          position,
        },
      ],
      position,
    },
  ]
}
