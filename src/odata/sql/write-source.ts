/** Where rows come from, as `from` and `where` clauses. Every table is constrained to the account. */

import type { Operation } from '../../model/entity-type.ts'
import { columnName, operationFunctionName, tableName } from '../../model/naming.ts'
import type { Scope, Source } from '../bind/bound-tree.ts'
import type { RowType } from '../bind/row-type.ts'
import { alias, sqlTypes } from './sql-names.ts'
import type { StatementText } from './statement-text.ts'

/**
 * `from … where …` of a scope; the conditions are SQL already.
 * @param boundId SQL of the `Id` of the entity to which the root's function is bound
 */
export function writeFrom(
  scope: Scope,
  conditions: readonly string[],
  statement: StatementText,
  boundId?: string,
): string {
  const where = [...rootConditions(scope.root, statement), ...conditions]
  const clause = where.length === 0 ? '' : ` where ${where.join(' and ')}`
  return `from ${writeRoot(scope.root, statement, boundId)}${writeJoins(scope, statement)}${clause}`
}

function rootConditions(root: Source, statement: StatementText): readonly string[] {
  switch (root.from.kind) {
    case 'table':
    case 'join':
      return [accountCondition(root, statement)]
    case 'related': {
      const { navigation, source } = root.from
      return [
        accountCondition(root, statement),
        `${alias(root)}."${columnName({ name: navigation.to })}" = ${alias(source)}."${columnName({ name: navigation.from })}"`,
      ]
    }
    case 'function':
    case 'members':
    case 'derived':
    case 'crossjoin':
      return []
  }
}

export function accountCondition(source: Source, statement: StatementText): string {
  return `${alias(source)}.account_id = ${statement.parameter({ kind: 'account' })}::integer`
}

function writeRoot(root: Source, statement: StatementText, boundId: string | undefined): string {
  switch (root.from.kind) {
    case 'table':
    case 'related':
    case 'join':
      return `${table(root)} ${alias(root)}`
    case 'function':
      return `${writeCallOf(root.from.operation, statement, boundId)} ${alias(root)}`
    case 'crossjoin':
      return `(select) ${alias(root)}`
    case 'derived':
      return `(${statement.subselect(root.from.rows)}) ${alias(root)}`
    case 'members': {
      const value = `${alias(root.from.source)}."${columnName(root.from.property)}"`
      if (!root.from.ordered) return writeMembers(root, value)
      return isPrimitive(root.row)
        ? `json_array_elements_text(${value}) with ordinality as ${alias(root)}(value, ord)`
        : `rows from (json_to_recordset(${value}) as (${memberColumns(root.row)})) with ordinality as ${alias(root)}(${memberNames(root.row)}, ord)`
    }
  }
}

/** Account, business date, the bound entity's `Id` if there is one, then the parameters. */
function writeCallOf(
  operation: Operation,
  statement: StatementText,
  boundId: string | undefined,
): string {
  const types = [
    'Edm.Int32',
    'Edm.Date',
    ...operation.parameters.map((parameter) => parameter.type),
  ] as const
  const given = types.map(
    (type, index) =>
      `${statement.parameter({ kind: 'argument', index })}::${type === 'Edm.Int32' ? 'integer' : sqlTypes[type]}`,
  )
  if (boundId !== undefined) given.splice(2, 0, boundId)
  return `${operationFunctionName(operation)}(${given.join(', ')})`
}

function writeMembers(root: Source, value: string): string {
  return isPrimitive(root.row)
    ? `json_array_elements_text(${value}) as ${alias(root)}(value)`
    : `json_to_recordset(${value}) as ${alias(root)}(${memberColumns(root.row)})`
}

/** Plain values have no properties. */
export function isPrimitive(row: RowType): boolean {
  return row.properties.length === 0
}

function memberNames(row: RowType): string {
  return storedProperties(row)
    .map(({ name }) => `"${name}"`)
    .join(', ')
}

/** What the request computes is none of what the collection holds. */
function storedProperties({ properties }: RowType): RowType['properties'] {
  return properties.filter((property) => property.expression === undefined)
}

function memberColumns(row: RowType): string {
  return storedProperties(row)
    .map((property) => `"${property.name}" ${sqlTypes[property.type]}`)
    .join(', ')
}

function writeJoins(scope: Scope, statement: StatementText): string {
  return scope.joins
    .map((join) => {
      if (join.from.kind !== 'join') throw new Error('A scope joins to-one relations only')
      const { navigation, source } = join.from
      if (source.from.kind === 'crossjoin')
        return ` join ${table(join)} ${alias(join)} on ${accountCondition(join, statement)}`
      const on = `${alias(join)}."${columnName({ name: navigation.to })}" = ${alias(source)}."${columnName({ name: navigation.from })}"`
      return ` left join ${table(join)} ${alias(join)} on ${accountCondition(join, statement)} and ${on}`
    })
    .join('')
}

export function table(source: Source): string {
  if (source.row.entityType === undefined) throw new Error(`${source.row.name} has no table`)
  return `"${tableName(source.row.entityType)}"`
}
