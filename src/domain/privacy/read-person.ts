/** Everything that an account holds about persons, read in pages. */

import type { EntityType, Property } from '../../model/entity-type.ts'
import { domainTypes } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { personalClassOf } from '../../model/personal-information.ts'
import type { Ask } from './mentions.ts'
import type { People } from './people.ts'
import { personCondition } from './person-rows.ts'

export interface PersonRow {
  readonly id: number
  /** It says something about them; else it only has to do with them, and says nothing about whom it is about. */
  readonly isAbout: boolean
  /** Texts by the name of the property: numbers and dates as JSON writes them, `true` and `false`. */
  readonly values: ReadonlyMap<string, string | null>
}

/** Rows of a page, of at most some 20 kilobytes each. */
const PAGE_ROWS = 500

/** The types of which rows may have to do with these persons. */
export function typesAbout(people: People): readonly EntityType[] {
  return domainTypes.filter((type) => personCondition(type, people) !== undefined)
}

/** In the order of the Ids. */
export async function* readPersonRows(
  ask: Ask,
  accountId: number,
  type: EntityType,
  people: People,
): AsyncGenerator<PersonRow> {
  const condition = personCondition(type, people)
  if (condition === undefined) return
  const table = tableName(type)
  const shown = shownProperties(type)
  const statement = `select ${table}.id as row_id, ${condition.isAbout} as row_about, ${shown.map((property) => textOf(table, property)).join(', ')}
     from ${table} where ${table}.account_id = $1 and ${condition.concerns}
      and ${table}.id > $${condition.values.length + 2} order by ${table}.id limit ${PAGE_ROWS}`
  let after = 0
  for (;;) {
    const rows = await ask(statement, [accountId, ...condition.values, after])
    for (const row of rows) yield toRow(row, shown)
    if (rows.length < PAGE_ROWS) return
    after = Number(rows.at(-1)?.['row_id'])
  }
}

/** What is shown of a row; an account number is shown by its end alone. */
export function shownProperties(type: EntityType): readonly Property[] {
  return type.properties.filter(({ writeOnly }) => writeOnly !== true)
}

function toRow(
  row: Readonly<Record<string, string | null>>,
  shown: readonly Property[],
): PersonRow {
  const isAbout = row['row_about'] === 't'
  // Of a row that is about somebody else, and only has to do with these, the rest is somebody else's.
  const told = shown.filter((property) => isAbout || personalClassOf(property) === undefined)
  return {
    id: Number(row['row_id']),
    isAbout,
    values: new Map(told.map((property) => [property.name, row[columnName(property)] ?? null])),
  }
}

function textOf(table: string, property: Property): string {
  const column = columnName(property)
  switch (property.type) {
    case 'Edm.DateTimeOffset':
      return `to_char(${table}.${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`
    case 'Edm.Boolean':
      return `${table}.${column}::text as ${column}`
    case 'Edm.Date':
    case 'Edm.Decimal':
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.String':
      return `${table}.${column}`
  }
}
