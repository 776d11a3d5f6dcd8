/** Names and types in SQL: aliases of sources, columns of properties. All come from the model. */

import { columnName } from '../../model/naming.ts'
import type { Source, ValueType } from '../bind/bound-tree.ts'
import type { RowProperty } from '../bind/row-type.ts'

export const sqlTypes: Readonly<Record<ValueType, string>> = {
  'Edm.Binary': 'bytea',
  'Edm.Boolean': 'boolean',
  'Edm.Date': 'date',
  'Edm.DateTimeOffset': 'timestamptz',
  'Edm.Decimal': 'numeric',
  'Edm.Double': 'double precision',
  'Edm.Duration': 'interval',
  'Edm.Guid': 'text',
  'Edm.Int32': 'bigint',
  'Edm.Int64': 'bigint',
  'Edm.String': 'text',
  'Edm.TimeOfDay': 'time',
  null: 'text',
}

export function alias(source: Source): string {
  return `t${source.id}`
}

/** Members of a stored collection keep the names of the model; tables have columns of their own. */
export function column(source: Source, property: Pick<RowProperty, 'name' | 'column'>): string {
  if (property.column !== undefined) return `"${property.column}"`
  return source.from.kind === 'members' ? `"${property.name}"` : `"${columnName(property)}"`
}

export function writeKey(source: Source): string {
  if (source.row.key === undefined) throw new Error(`${source.row.name} has no key`)
  return `${alias(source)}.${column(source, source.row.key)}`
}
