/**
 * Bound expressions as SQL. Every value is a parameter; every identifier comes from the model.
 *
 * Two contexts differ in what a missing value may do. In a `where`, unknown counts as false, so
 * plain operators serve and indexes with them. Where the result itself matters (under `not`, in a
 * comparison, in `$orderby`), comparisons must give true or false as OData defines them for null.
 */

import type { AnchoredSource, BoundExpression, ComparisonOperator } from '../bind/bound-tree.ts'
import { alias, column, sqlTypes, writeKey } from './sql-names.ts'
import type { StatementText } from './statement-text.ts'
import { writeAggregate } from './write-aggregate.ts'
import { writeArithmetic } from './write-arithmetic.ts'
import { writeCast } from './write-cast.ts'
import { writeCollectionTest, writeMemberOf } from './write-collection.ts'
import { writeCall } from './write-function.ts'
import { writeOnce } from './write-once.ts'
import { writeFrom } from './write-source.ts'

export type Context = 'where' | 'exact'

/** Constants that are no bare literals: `order by` takes a bare one for the number of a column. */
const NULL = 'null::text'
const TRUE = '(1 = 1)'
const FALSE = '(1 = 0)'

export function writeExpression(
  expression: BoundExpression,
  statement: StatementText,
  context: Context = 'exact',
): string {
  switch (expression.kind) {
    case 'null':
      return NULL
    case 'parameter': {
      const array = expression.parameter.kind === 'list' ? '[]' : ''
      return `${statement.parameter(expression.parameter)}::${sqlTypes[expression.type]}${array}`
    }
    case 'property':
      if (expression.property.expression !== undefined)
        return `(${writeExpression(expression.property.expression, statement, context)})`
      return `${alias(expression.source)}.${column(expression.source, expression.property)}`
    case 'value':
      return `${alias(expression.source)}.value::${sqlTypes[expression.type]}`
    case 'anchored':
      return writeAnchored(expression, statement)
    case 'related':
      // A row without identity is there: only what a join does not find is not.
      return expression.source.row.key === undefined ? '(1)' : writeKey(expression.source)
    case 'comparison':
      return writeComparison(expression, statement, context)
    case 'rowComparison':
      return writeRowComparison(expression, statement)
    case 'logical':
      return `(${expression.operands.map((operand) => writeCondition(operand, statement, context)).join(` ${expression.operator} `)})`
    case 'not':
      return `(not ${writeCondition(expression.operand, statement, 'exact')})`
    case 'in':
      return writeIn(expression, statement, context)
    case 'arithmetic':
      return writeArithmetic(
        expression,
        writeExpression(expression.left, statement),
        writeExpression(expression.right, statement),
      )
    case 'negate':
      return `(- ${writeExpression(expression.operand, statement)})`
    case 'call':
      return writeCall(
        expression,
        expression.arguments.map((argument) => writeExpression(argument, statement)),
        statement,
      )
    case 'case':
      return writeCase(expression, statement)
    case 'lambda':
      return writeLambda(expression, statement)
    case 'count':
      return `(select count(*) ${writeFrom(expression.scope, writeConditions(expression.conditions, statement), statement)})`
    case 'aggregated':
      return `(select ${writeAggregate(expression.value, statement, writeExpression)} ${writeFrom(expression.scope, writeConditions(expression.conditions, statement), statement)})`
    case 'search':
      return writeSearch(expression, statement)
    case 'has':
      return `${writeOperand(expression.left, statement)} = ${writeOperand(expression.right, statement)}`
    case 'cast':
      return writeCast(expression, writeExpression(expression.operand, statement))
    case 'isof':
      return writeOnce(
        writeExpression(expression.operand, statement),
        (value) =>
          `(case when ${value} is not null then ${writeCast(expression.cast, value)} is not null end)`,
      )
    case 'memberOf':
      return writeMemberOf(expression, (part) => writeExpression(part, statement))
    case 'collectionTest':
      return writeCollectionTest(expression, (part) => writeExpression(part, statement))
  }
}

/** An expression where a truth value must stand: a bare null is one too. */
function writeCondition(
  expression: BoundExpression,
  statement: StatementText,
  context: Context,
): string {
  return expression.kind === 'null'
    ? 'null::boolean'
    : writeExpression(expression, statement, context)
}

export function writeConditions(
  conditions: readonly BoundExpression[],
  statement: StatementText,
): readonly string[] {
  return conditions.map((condition) => writeCondition(condition, statement, 'where'))
}

/** A scalar subquery: null when there is no such entity. */
function writeAnchored(
  {
    anchor: { source, scope, conditions },
    property,
  }: Pick<Extract<BoundExpression, { kind: 'anchored' }>, 'anchor' | 'property'>,
  statement: StatementText,
): string {
  const from = writeFrom(scope, writeConditions(conditions, statement), statement)
  return `(select ${alias(source)}.${column(source, property)} ${from})`
}

/** The key of the one entity at an anchor; null when it is not there. */
export function writeIdOf(anchor: AnchoredSource, statement: StatementText): string {
  const property = anchor.source.row.key
  if (property === undefined) throw new Error(`${anchor.source.row.name} has no key`)
  return writeAnchored({ anchor, property }, statement)
}

function writeCase(
  expression: Extract<BoundExpression, { kind: 'case' }>,
  statement: StatementText,
): string {
  const branches = expression.branches.map(({ when, then }) => {
    const value =
      then.kind === 'null' ? `null::${sqlTypes[expression.type]}` : writeExpression(then, statement)
    return `when ${writeCondition(when, statement, 'where')} then ${value}`
  })
  return `(case ${branches.join(' ')} end)`
}

/** Comparisons do not chain in SQL: one that is itself compared stands in parentheses. */
function writeOperand(expression: BoundExpression, statement: StatementText): string {
  const text = writeExpression(expression, statement)
  const compares =
    expression.type === 'Edm.Boolean' &&
    (expression.kind === 'comparison' || expression.kind === 'call' || expression.kind === 'has')
  return compares ? `(${text})` : text
}

const COMPARISON_SQL: Readonly<Record<Exclude<ComparisonOperator, 'eq' | 'ne'>, string>> = {
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
}

function writeComparison(
  expression: Extract<BoundExpression, { kind: 'comparison' }>,
  statement: StatementText,
  context: Context,
): string {
  const { operator, left, right } = expression
  if (left.kind === 'null' || right.kind === 'null')
    return writeNullComparison(operator, left, right, statement)
  const a = writeOperand(left, statement)
  const b = writeOperand(right, statement)
  const nullable = left.nullable || right.nullable
  switch (operator) {
    case 'eq':
      // `null eq null` is true (URL Conventions 4.01 §5.1.1.1.1); plain `=` would lose that, but only it has an index.
      if (!nullable || (context === 'where' && !(left.nullable && right.nullable)))
        return `${a} = ${b}`
      return `(${a} is not distinct from ${b})`
    case 'ne':
      // `null ne 'A'` is true (§5.1.1.1.2) but NULL under `<>`. `<>` has no index to lose.
      return nullable ? `(${a} is distinct from ${b})` : `${a} <> ${b}`
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le': {
      // With null on either side the result is false (§5.1.1.1.3–6).
      const plain = `${a} ${COMPARISON_SQL[operator]} ${b}`
      return nullable && context === 'exact' ? `coalesce(${plain}, false)` : plain
    }
  }
}

/** One comparison of rows where there can be one: it bounds the scan of an index, which a chain of `or` does not. */
function writeRowComparison(
  { operator, left, right }: Extract<BoundExpression, { kind: 'rowComparison' }>,
  statement: StatementText,
): string {
  const row = (values: readonly BoundExpression[]): string =>
    `(${values.map((value) => writeOperand(value, statement)).join(', ')})`
  return `${row(left)} ${COMPARISON_SQL[operator]} ${row(right)}`
}

function writeNullComparison(
  operator: ComparisonOperator,
  left: BoundExpression,
  right: BoundExpression,
  statement: StatementText,
): string {
  if (operator !== 'eq' && operator !== 'ne') return FALSE
  const other = left.kind === 'null' ? right : left
  if (other.kind === 'null') return operator === 'eq' ? TRUE : FALSE
  return `(${writeOperand(other, statement)} is ${operator === 'eq' ? '' : 'not '}null)`
}

function writeIn(
  expression: Extract<BoundExpression, { kind: 'in' }>,
  statement: StatementText,
  context: Context,
): string {
  // The left side is not written then: a parameter that no text mentions has no type.
  if (isEmpty(expression)) return FALSE
  const left = writeExpression(expression.left, statement)
  const terms = [
    ...(expression.list === undefined
      ? []
      : [`${left} = any(${writeExpression(expression.list, statement)})`]),
    ...expression.others.map(
      (other) => `${left} is not distinct from ${writeExpression(other, statement)}`,
    ),
    ...(expression.withNull ? [`${left} is null`] : []),
  ]
  const any = `(${terms.join(' or ')})`
  return context === 'exact' && expression.left.nullable ? `coalesce(${any}, false)` : any
}

function isEmpty({ list, others, withNull }: Extract<BoundExpression, { kind: 'in' }>): boolean {
  return list === undefined && others.length === 0 && !withNull
}

function writeLambda(
  expression: Extract<BoundExpression, { kind: 'lambda' }>,
  statement: StatementText,
): string {
  const { quantifier, scope, predicate } = expression
  const narrowed = writeConditions(expression.conditions, statement)
  if (predicate === undefined) return `exists (select 1 ${writeFrom(scope, narrowed, statement)})`
  if (quantifier === 'any')
    return `exists (select 1 ${writeFrom(scope, [...narrowed, writeCondition(predicate, statement, 'where')], statement)})`
  // `all` fails on a member for which the predicate is not true, unknown included (§5.1.1.13.2).
  return `(not exists (select 1 ${writeFrom(scope, [...narrowed, `${writeCondition(predicate, statement, 'exact')} is not true`], statement)}))`
}

/** All texts of the row as one, in the words of its index (`derive/table-ddl.ts`): accents and letter case do not count. */
function writeSearch(
  { source, properties, pattern }: Extract<BoundExpression, { kind: 'search' }>,
  statement: StatementText,
): string {
  // The pattern is not even a parameter then: one that no text mentions has no type.
  if (properties.length === 0) return FALSE
  statement.planForValues()
  const columns = properties.map((property) => `${alias(source)}.${column(source, property)}`)
  return `search_text(array[${columns.join(', ')}]::text[]) like search_pattern(${writeExpression(pattern, statement)})`
}
