/** `order by`, with nulls where OData has them. */

import type { BoundOrderBy } from '../bind/bound-tree.ts'
import type { StatementText } from './statement-text.ts'
import { writeExpression } from './write-expression.ts'

export function writeOrderBy(items: readonly BoundOrderBy[], statement: StatementText): string {
  if (items.length === 0) return ''
  return ` order by ${items.map((item) => writeOrder(item, statement)).join(', ')}`
}

/**
 * Nulls come before all values, and after them in descending order (Protocol §11.2.6.2): the opposite
 * of PostgreSQL's default. A column that is never null does without, and so keeps its index.
 */
export function writeOrder(item: BoundOrderBy, statement: StatementText): string {
  const nulls = item.expression.nullable
    ? item.direction === 'asc'
      ? ' nulls first'
      : ' nulls last'
    : ''
  const text = writeExpression(item.expression, statement)
  return `${text}${item.direction === 'desc' ? ' desc' : ''}${nulls}`
}
