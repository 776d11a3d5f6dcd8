/** The subselects that transformations of `$apply` are: each over the rows of the one before. */

import { columnName } from '../../model/naming.ts'
import type { BoundExpression, BoundOrderBy } from '../bind/bound-tree.ts'
import type {
  DerivedColumn,
  DerivedInput,
  DerivedRows,
  DerivedValue,
  WindowCall,
} from '../bind/derived-rows.ts'
import type { RowProperty } from '../bind/row-type.ts'
import { alias, sqlTypes } from './sql-names.ts'
import type { StatementText } from './statement-text.ts'
import { writeAggregate, writeOver } from './write-aggregate.ts'
import { writeConditions, writeExpression, writeIdOf } from './write-expression.ts'
import { writeOrderBy } from './write-order.ts'
import { writeFrom } from './write-source.ts'

export function writeDerived(rows: DerivedRows, statement: StatementText): string {
  switch (rows.kind) {
    case 'extended': {
      const columns = rows.columns.map((column) => `, ${writeColumn(column, statement)}`).join('')
      return `select ${allOf(rows.input)}${columns} ${writeInput(rows.input, statement)}`
    }
    case 'paged': {
      const from = writeInput(rows.input, statement)
      const order = writeOrderBy(rows.orderBy, statement)
      const limit =
        rows.limit === undefined ? '' : ` limit ${statement.parameter(rows.limit)}::bigint`
      const offset =
        rows.offset === undefined ? '' : ` offset ${statement.parameter(rows.offset)}::bigint`
      return `select ${allOf(rows.input)} ${from}${order}${limit}${offset}`
    }
    case 'grouped': {
      const columns = writeColumns(rows.columns, statement)
      return `select ${columns} ${writeInput(rows.input, statement)}${writeGroupBy(rows, statement)}`
    }
    case 'union':
      return rows.branches
        .map(
          ({ input, columns }) =>
            `select ${writeColumns(columns, statement)} ${writeInput(input, statement)}`,
        )
        .join(' union all ')
  }
}

function allOf({ scope }: DerivedInput): string {
  return `${alias(scope.root)}.*`
}

function writeInput(
  { scope, conditions, boundTo }: DerivedInput,
  statement: StatementText,
): string {
  const boundId = boundTo === undefined ? undefined : writeIdOf(boundTo, statement)
  return writeFrom(scope, writeConditions(conditions, statement), statement, boundId)
}

function writeGroupBy(
  { groupBy, sets }: Extract<DerivedRows, { kind: 'grouped' }>,
  statement: StatementText,
): string {
  const written = groupBy.map((expression) => writeExpression(expression, statement))
  if (sets !== undefined) {
    const levels = sets.map((set) => `(${set.map((index) => written[index] ?? '').join(', ')})`)
    return ` group by grouping sets (${levels.join(', ')})`
  }
  return written.length === 0 ? '' : ` group by ${written.join(', ')}`
}

function writeColumns(columns: readonly DerivedColumn[], statement: StatementText): string {
  return columns.map((column) => writeColumn(column, statement)).join(', ')
}

function writeColumn({ property, value }: DerivedColumn, statement: StatementText): string {
  const name = property.column ?? columnName(property)
  return `${writeValue(value, property, statement)} as "${name}"`
}

function writeValue(value: DerivedValue, property: RowProperty, statement: StatementText): string {
  switch (value.kind) {
    case 'expression':
      return value.expression.kind === 'null'
        ? none(property)
        : writeExpression(value.expression, statement)
    case 'aggregate':
    case 'reached':
      return writeAggregate(value, statement, writeExpression)
    case 'overall':
      return writeOver(
        value.value,
        writeWindow({ ...value, orderBy: [] }, statement),
        statement,
        writeExpression,
      )
    case 'grouped':
      return `grouping(${writeExpression(value.expression, statement)}) = 0`
    case 'window':
      return writeWindowCall(value.call, statement, value)
    case 'exhausted':
      return writeExhausted(value, statement)
    case 'number':
      return String(value.value)
    case 'boolean':
      return String(value.value)
    case 'none':
      return none(property)
  }
}

/** Typed, since the branches of a union agree on the types of their columns. */
function none({ type, collection }: RowProperty): string {
  return `null::${collection === undefined ? sqlTypes[type] : 'json'}`
}

interface Window {
  readonly partitionBy: readonly BoundExpression[]
  readonly orderBy: readonly BoundOrderBy[]
}

function writeWindow({ partitionBy, orderBy }: Window, statement: StatementText): string {
  const partition = partitionBy.map((expression) => writeExpression(expression, statement))
  const by = partition.length === 0 ? '' : `partition by ${partition.join(', ')}`
  return `${by}${writeOrderBy(orderBy, statement)}`
}

function writeWindowCall(call: WindowCall, statement: StatementText, window: Window): string {
  const over = writeWindow(window, statement)
  if (call.name === 'row_number') return `row_number() over (${over})`
  const frame = call.frame === 'all' ? '' : ' rows between unbounded preceding and 1 preceding'
  return `coalesce(sum(${writeExpression(call.operand, statement)}::numeric) over (${over}${frame}), 0)`
}

/** Of a negative limit: as little as it, or less. Of percents: the sums have the sign of their total. */
function writeExhausted(
  { limit, before, total, ...window }: Extract<DerivedValue, { kind: 'exhausted' }>,
  statement: StatementText,
): string {
  const asked = `${writeExpression(limit, statement)}::numeric`
  const sum = writeExpression(before, statement)
  const all = total === undefined ? undefined : writeExpression(total, statement)
  const reached =
    all === undefined
      ? `case when ${asked} < 0 then ${sum} <= ${asked} else ${sum} >= ${asked} end`
      : `${all} <> 0 and sign(${all}) * ${sum} * 100 >= ${asked} * abs(${all})`
  const frame = ' rows between unbounded preceding and current row'
  return `bool_or(${reached}) over (${writeWindow(window, statement)}${frame})`
}
