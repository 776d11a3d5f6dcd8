/** Collections that a row holds, filtered, ordered and cut as the request asks: JSON, made by PostgreSQL. */

import type { PlanColumn } from '../plan/query-plan.ts'
import { alias, sqlTypes } from './sql-names.ts'
import type { StatementText } from './statement-text.ts'
import { writeConditions, writeExpression } from './write-expression.ts'
import { writeOrder } from './write-order.ts'
import { isPrimitive, writeFrom } from './write-source.ts'

type MembersColumn = Extract<PlanColumn, { kind: 'members' }>

/** Members that compare equal keep their order in the collection. */
export function writeMembersColumn({ query }: MembersColumn, statement: StatementText): string {
  const { root, scope, conditions, orderBy, top, skip } = query
  const from = writeFrom(scope, writeConditions(conditions, statement), statement)
  const order = [...orderBy.map((item) => writeOrder(item, statement)), `${alias(root)}.ord`]
  const limit = top === undefined ? '' : ` limit ${statement.parameter(top)}::bigint`
  const offset = skip === undefined ? '' : ` offset ${statement.parameter(skip)}::bigint`
  const members = `select ${writeMember(query, statement)} as member ${from} order by ${order.join(', ')}${limit}${offset}`
  return `(select coalesce(json_agg(m.member), '[]') from (${members}) m)`
}

function writeMember(
  { root, properties }: MembersColumn['query'],
  statement: StatementText,
): string {
  if (isPrimitive(root.row)) return `to_json(${alias(root)}.value::${sqlTypes[memberType(root)]})`
  const values = properties.map((property) => {
    const { type, nullable, name } = property
    const value = writeExpression(
      { kind: 'property', type, nullable, source: root, property },
      statement,
    )
    return `${value} as "${name}"`
  })
  // A row keeps the names and has no limit of arguments, as `json_build_object` does.
  return `row_to_json((select o from (select ${values.join(', ')}) o))`
}

function memberType({ from }: MembersColumn['query']['root']): keyof typeof sqlTypes {
  const collection = from.kind === 'members' ? from.property.collection : undefined
  return typeof collection === 'string' ? collection : 'Edm.String'
}
