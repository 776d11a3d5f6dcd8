/** One set of an export: what is written of its rows, and the statements that read and count them. */

import { type EntityType, isOwnReference, type Property } from '../../model/entity-type.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { isWritable } from '../../model/offered.ts'
import { contentColumn } from '../import/files/content-column.ts'
import { selfReferenceOf } from '../import/files/importable-types.ts'
import {
  keptReference,
  lostReferencesOf,
  type Reason,
  type RowRule,
  rowRulesOf,
} from './left-out.ts'
import { ownValues } from './own-values.ts'

export interface ExportSet {
  readonly type: EntityType
  /** `Id` first. */
  readonly columns: readonly Property[]
  /** Texts of the columns, in their order; account `$1`, business date `$2`. */
  readonly rows: string
  readonly rules: readonly RowRule[]
}

/**
 * What is sealed is read as it is.
 *
 * @param withContents its rows name the files of their contents; what is read of them is their length
 */
export function exportSetOf(type: EntityType, withContents = false): ExportSet {
  const lost = new Set(lostReferencesOf(type))
  const columns = type.properties.filter((property) => {
    if (property.name === 'Id') return true
    // Parts of a legacy key are said by the identifier that is beside them.
    return isWritable(property) && property.lookupFor === undefined && !lost.has(property)
  })
  const ordered = [
    ...columns.filter(({ name }) => name === 'Id'),
    ...columns.filter(({ name }) => name !== 'Id'),
    ...(withContents ? [contentColumn] : []),
  ]
  const rules = rowRulesOf(type)
  return { type, columns: ordered, rows: rowsStatement(type, ordered, rules), rules }
}

function rowsStatement(
  type: EntityType,
  columns: readonly Property[],
  rules: readonly RowRule[],
): string {
  const list = columns.map((property) => textOf(property, valueOf(type, property))).join(', ')
  const { before, joined, order } = orderOf(type)
  // Whether the parameters are used or not, they have types.
  return `${before}select ${list} from ${tableName(type)} t${joined}
    where t.account_id = $1::integer and $2::date is not null${conditionsOf(rules)} order by ${order}`
}

function conditionsOf(rules: readonly RowRule[]): string {
  return rules.map(({ keeps }) => ` and (${keeps})`).join('')
}

function valueOf(type: EntityType, property: Property): string {
  if (property === contentColumn) return CONTENT_LENGTH
  const column = `t.${columnName(property)}`
  const own = ownValues[type.name]?.[property.name]
  if (own !== undefined) return own.sql
  const kept = property.nullable ? keptReference(type, property) : undefined
  return kept === undefined ? column : `case when ${kept} then ${column} end`
}

const CONTENT_LENGTH = `(select c.byte_count from document_contents c
  where c.account_id = $1 and c.document_id = t.id)`

interface LostValue {
  readonly property: Property
  readonly reason: Reason
  /** Over the row `t`: whether it has a value that is not written. */
  readonly isLost: string
}

/** Values that rows have and the export does not write. */
export function lostValuesOf({ type, columns }: ExportSet): readonly LostValue[] {
  const without = lostReferencesOf(type).map((property) => ({
    property,
    reason: LOST_REFERENCE,
    isLost: `t.${columnName(property)} is not null`,
  }))
  const nulled = columns.flatMap((property) => {
    if (property === contentColumn) return []
    const reason = ownValues[type.name]?.[property.name]?.lost ?? LOST_ROW
    const [value, column] = [valueOf(type, property), `t.${columnName(property)}`]
    return !property.nullable || value === column
      ? []
      : [{ property, reason, isLost: `${column} is not null and (${value}) is null` }]
  })
  return [...without, ...nulled]
}

const LOST_REFERENCE: Reason = {
  fr: "désigne des lignes qui ne s'importent pas",
  en: 'names rows that cannot be imported',
}
const LOST_ROW: Reason = {
  fr: 'désigne des lignes omises',
  en: 'names rows that are left out',
}

/** How many rows that are written lose each of the values. */
export function lostStatement({ type, rules }: ExportSet, lost: readonly LostValue[]): string {
  const counts = lost.map(({ isLost }) => `count(*) filter (where ${isLost})::text`)
  return `select ${counts.join(', ')} from ${tableName(type)} t
    where t.account_id = $1::integer and $2::date is not null${conditionsOf(rules)}`
}

/** What PostgreSQL writes, but bytes, which are as many hexadecimal digits. */
function textOf({ sealed }: Property, value: string): string {
  return sealed === true ? `encode(${value}, 'hex')` : `(${value})::text`
}

/**
 * Who is referred to comes first: in a tree who stands above, of leases the earlier one, so that who leaves a unit comes
 * before who follows.
 */
function orderOf(type: EntityType): RowOrder {
  if (hasStart(type)) return { before: '', joined: '', order: 't.start_date, t.id' }
  const parent = selfReferenceOf(type)
  if (parent === undefined) return { before: '', joined: '', order: 't.id' }
  const table = tableName(type)
  const column = columnName({ name: parent })
  return {
    before: `with recursive tree as (
        select id, 0 as depth from ${table} where account_id = $1 and ${column} is null
        union all
        select c.id, p.depth + 1 from tree p
          join ${table} c on c.account_id = $1 and c.${column} = p.id)
      `,
    joined: ' left join tree on tree.id = t.id',
    order: 'tree.depth, t.id',
  }
}

interface RowOrder {
  readonly before: string
  readonly joined: string
  readonly order: string
}

/** Of what one tenant has after another. */
function hasStart({ properties, navigation }: EntityType): boolean {
  const start = properties.find(({ name }) => name === 'StartDate')
  return (
    start?.nullable === false &&
    navigation.some((each) => isOwnReference(each) && each.target === 'Tenant')
  )
}

/** How many rows each rule leaves out that those before it have kept, and how many there are. */
export function countStatement({ type, rules }: ExportSet): string {
  const counts = rules.map(({ keeps }, index) => {
    const before = rules.slice(0, index).map((rule) => `(${rule.keeps}) and `)
    return `count(*) filter (where ${before.join('')}(${keeps}) is not true)::text`
  })
  return `select ${counts.join(', ')} from ${tableName(type)} t
    where t.account_id = $1::integer and $2::date is not null`
}
