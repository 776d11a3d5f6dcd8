/** The entities on the way of a resource path, as conditions on the rows at its end. */

import { columnName } from '../../model/naming.ts'
import type { AnchoredSource, Source } from '../bind/bound-tree.ts'
import { alias } from './sql-names.ts'
import type { StatementText } from './statement-text.ts'
import { writeExpression } from './write-expression.ts'
import { accountCondition, table } from './write-source.ts'

/** The value of `column` of the one entity at the end of a resource path: a scalar subquery. */
export function writeAnchor(
  anchor: AnchoredSource,
  column: string,
  statement: StatementText,
): string {
  const { source } = anchor
  return `(select ${alias(source)}."${columnName({ name: column })}" from ${table(source)} ${alias(source)} where ${anchorConditions(anchor, statement).join(' and ')})`
}

export function anchorConditions(
  anchor: AnchoredSource,
  statement: StatementText,
): readonly string[] {
  return [
    accountCondition(anchor.source, statement),
    ...anchor.conditions.map((condition) => writeExpression(condition, statement, 'where')),
    ...viaCondition(anchor.source, anchor.via, statement),
  ]
}

export function viaCondition(
  source: Source,
  via: AnchoredSource['via'],
  statement: StatementText,
): readonly string[] {
  if (via === undefined) return []
  return [
    `${alias(source)}."${columnName({ name: via.navigation.to })}" = ${writeAnchor(via.parent, via.navigation.from, statement)}`,
  ]
}
