/** The column and the checks of one property. */

import type { Property } from '../model/entity-type.ts'
import { getEnumeration } from '../model/get-enumeration.ts'
import { columnName } from '../model/naming.ts'
import { constraintName } from './identifier.ts'
import type { Check, Column } from './table.ts'

export function columnOf(property: Property): Column {
  return {
    name: columnName(property),
    type: columnType(property),
    collation: property.type === 'Edm.String' && property.sealed !== true ? 'french' : undefined,
    nullable: property.nullable,
    default: columnDefault(property),
  }
}

function columnType(property: Property): string {
  if (property.sealed === true) return 'bytea'
  switch (property.type) {
    case 'Edm.Boolean':
      return 'boolean'
    case 'Edm.Date':
      return 'date'
    case 'Edm.DateTimeOffset':
      return 'timestamp(3) with time zone'
    case 'Edm.Decimal':
      return `numeric(${property.precision ?? missing(property, 'precision')},${property.scale ?? missing(property, 'scale')})`
    case 'Edm.Int32':
      return 'integer'
    case 'Edm.Int64':
      return 'bigint'
    case 'Edm.String':
      return `character varying(${property.maxLength ?? missing(property, 'maxLength')})`
  }
}

function columnDefault(property: Property): string | undefined {
  if (property.system === true) return 'hapi_clock()'
  return property.default === undefined ? undefined : sqlLiteral(property.default)
}

/** What the values of a property obey in the database, whoever writes them. */
export function checksOf(table: string, property: Property): readonly Check[] {
  const column = columnName(property)
  const conditions = [domainCondition(column, property), rangeCondition(column, property)]
  return conditions.flatMap(([suffix, condition]) =>
    condition === undefined ? [] : [{ name: constraintName(table, [column], suffix), condition }],
  )
}

/** Members of the enumeration, or the stored form of a free code. */
function domainCondition(
  column: string,
  property: Property,
): readonly [string, string | undefined] {
  if (property.enumeration !== undefined) {
    const codes = getEnumeration(property.enumeration).members.map((member) =>
      sqlLiteral(member.code),
    )
    return ['code_check', `${column} in (${codes.join(', ')})`]
  }
  return ['code_check', property.code === true ? `${column} = upper(btrim(${column}))` : undefined]
}

function rangeCondition(column: string, property: Property): readonly [string, string | undefined] {
  const bounds = [
    ...(property.minimum === undefined ? [] : [`${column} >= ${property.minimum}`]),
    ...(property.maximum === undefined ? [] : [`${column} <= ${property.maximum}`]),
  ]
  return ['range_check', bounds.length === 0 ? undefined : bounds.join(' and ')]
}

function sqlLiteral(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value)
}

function missing(property: Property, facet: string): never {
  throw new Error(`Property ${property.name} declares no ${facet}`)
}
