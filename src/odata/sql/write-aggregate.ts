/** Aggregated values: over the rows of a group, and over the entities that these lead to. */

import { columnName } from '../../model/naming.ts'
import type { BoundExpression, Source } from '../bind/bound-tree.ts'
import type { AggregateMethod, DerivedValue, ReachedStep } from '../bind/derived-rows.ts'
import { alias } from './sql-names.ts'
import type { StatementText } from './statement-text.ts'
import { accountCondition, table } from './write-source.ts'

type WriteExpression = (expression: BoundExpression, statement: StatementText) => string

type Aggregate = Extract<DerivedValue, { kind: 'aggregate' | 'reached' }>

/** @param write writes expressions, which may hold aggregates again */
export function writeAggregate(
  value: Aggregate,
  statement: StatementText,
  write: WriteExpression,
): string {
  const call = writeCallOf(value, statement, write, '')
  return value.kind === 'aggregate' ? call : writeReached(call, value.start, value.steps, statement)
}

/** The same for each of the rows, over all of them or those of its partition. */
export function writeOver(
  value: Aggregate,
  partition: string,
  statement: StatementText,
  write: WriteExpression,
): string {
  return writeCallOf(value, statement, write, ` over (${partition})`)
}

function writeCallOf(
  value: Aggregate,
  statement: StatementText,
  write: WriteExpression,
  over: string,
): string {
  const operand = value.operand === undefined ? undefined : write(value.operand, statement)
  const exact = value.operand?.type !== 'Edm.Double' && value.operand?.type !== 'Edm.Duration'
  return writeCall(value.method, operand, exact, over)
}

function writeCall(
  method: AggregateMethod,
  operand: string | undefined,
  exact: boolean,
  over: string,
): string {
  switch (method) {
    case 'sum':
      return `sum(${operand ?? ''})${over}`
    case 'min':
      return `min(${operand ?? ''})${over}`
    case 'max':
      return `max(${operand ?? ''})${over}`
    case 'average':
      // PostgreSQL fills the average of a numeric up with zeros.
      return exact ? `trim_scale(avg(${operand ?? ''})${over})` : `avg(${operand ?? ''})${over}`
    case 'countdistinct':
      return `(count(distinct ${operand ?? ''})${over})::numeric`
    case 'count':
      return `(count(${operand ?? '*'})${over})::numeric`
  }
}

/**
 * The rows of the table that the group's rows lead to, found by the keys of all of them together: an
 * entity is there once, however many rows lead to it, and no join multiplies anything.
 */
function writeReached(
  call: string,
  start: Source,
  steps: readonly ReachedStep[],
  statement: StatementText,
): string {
  const last = steps.at(-1)
  if (last === undefined) throw new Error('A path through relations has none')
  return `(select ${call} from ${writeStep(steps, start, statement)})`
}

function writeStep(steps: readonly ReachedStep[], start: Source, statement: StatementText): string {
  const last = steps.at(-1)
  if (last === undefined) throw new Error('A path through relations has none')
  const { source, navigation } = last
  const before = steps.slice(0, -1)
  const previous = before.at(-1)
  const from = `"${columnName({ name: navigation.from })}"`
  const keys =
    previous === undefined
      ? `= any(array_agg(${alias(start)}.${from}))`
      : `in (select ${alias(previous.source)}.${from} from ${writeStep(before, start, statement)})`
  const to = `${alias(source)}."${columnName({ name: navigation.to })}"`
  return `${table(source)} ${alias(source)} where ${accountCondition(source, statement)} and ${to} ${keys}`
}
