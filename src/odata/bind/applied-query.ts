/** The other query options on what `$apply` has made: they are evaluated after it (Data Aggregation 4.0 §3). */

import type { ExpandItem, QueryOptions, Transformation } from '../parse/syntax.ts'
import { type AppliedRows, completeOrder } from './applied-rows.ts'
import type { BoundOrderBy, BoundQuery } from './bound-tree.ts'
import { fullName, type RowProperty, type RowType } from './row-type.ts'

/**
 * The options without `$apply`. Related entities that rows are grouped by are expanded unless the
 * request says otherwise (§3.2.3.1).
 */
export function optionsAfterApply(row: RowType, options: QueryOptions): QueryOptions {
  const { apply: _applied, ...others } = options
  if (row.reduced === undefined || others.expand !== undefined) return others
  const expand = row.navigation
    .filter(({ name }) => isSelected(name, others))
    .map(({ name }): ExpandItem => ({ path: [name], position: 0 }))
  return expand.length === 0 ? others : { ...others, expand }
}

/**
 * `$these` in an option means the rows that the option is about (§3.6), as it does in the transformation that does the
 * same.
 */
export function optionsWithThese(shape: string, options: QueryOptions): QueryOptions {
  const { apply = [], compute, search, filter, orderby, ...others } = options
  // The shape of a request holds all of its words.
  if (!/\$these/i.test(shape) || (compute ?? filter ?? orderby) === undefined) return options
  const more: readonly Transformation[] = [
    ...(compute === undefined ? [] : [{ kind: 'compute', items: compute, position: 1 } as const]),
    ...(search === undefined ? [] : [{ kind: 'search', search, position: 1 } as const]),
    ...(filter === undefined ? [] : [{ kind: 'filter', condition: filter, position: 1 } as const]),
    ...(orderby === undefined ? [] : [{ kind: 'orderby', items: orderby, position: 1 } as const]),
  ]
  return { ...others, apply: [...apply, ...more] }
}

function isSelected(name: string, { select }: QueryOptions): boolean {
  return (
    select === undefined ||
    select.some(
      ({ path: [first = ''] }) => first === '*' || first.toLowerCase() === name.toLowerCase(),
    )
  )
}

/** The order that was asked inside `$apply` comes after the one asked outside; it is complete. */
export function orderAfterApply(rows: AppliedRows, query: BoundQuery): readonly BoundOrderBy[] {
  // Entities are told apart by their keys anyway.
  const { reduced } = rows.scope.root.row
  return [...query.orderBy, ...completeOrder(reduced === undefined ? { ...rows, ties: [] } : rows)]
}

/** Properties that a path names in rows with objects inside: one, or all of an object. */
export function propertiesAt(row: RowType, path: readonly string[]): readonly RowProperty[] {
  const name = path.join('/')
  const property = row.findProperty(name)
  if (property !== undefined) return [property]
  const prefix = `${name.toLowerCase()}/`
  return row.properties.filter((candidate) => fullName(candidate).toLowerCase().startsWith(prefix))
}
