/**
 * Texts in which somebody has written about a person, in rows that do not lead to the person: a note on the building, a
 * neighbour's service call, another's payment. They are found by what the person is known by.
 */

import type { PoolClient } from 'pg'
import type { EntityType, Property } from '../../model/entity-type.ts'
import { domainTypes } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { isPersonType, personalClassOf } from '../../model/personal-information.ts'
import type { Identifiers } from './identifiers.ts'
import type { People } from './people.ts'
import { personCondition } from './person-rows.ts'

/** Runs a statement; its values come as texts. */
export type Ask = (
  text: string,
  values: readonly unknown[],
) => Promise<readonly Readonly<Record<string, string | null>>[]>

export interface Mention {
  readonly type: EntityType
  readonly id: number
  readonly property: Property
  readonly text: string
}

export function askOf(client: PoolClient): Ask {
  return async (text, values) => {
    const { rows } = await client.query<Record<string, string | null>>({
      text,
      values: [...values],
      types: { getTypeParser: () => (value: string | null) => value },
    })
    return rows
  }
}

/** Rows of a statement at most. */
const PAGE_ROWS = 1_000

/** All such texts of the account, in rows that are not about these persons. */
export async function findMentions(
  ask: Ask,
  accountId: number,
  people: People,
  identifiers: Identifiers,
): Promise<readonly Mention[]> {
  if (identifiers.texts.length + identifiers.phones.length === 0) return []
  const mentions: Mention[] = []
  for (const type of domainTypes) {
    const properties = type.properties.filter((property) => mayMention(type, property))
    if (properties.length > 0)
      mentions.push(
        ...(await mentionsIn(ask, accountId, type, properties, { people, identifiers })),
      )
  }
  return mentions
}

/** What another person's own row says is about that person: only what people write freely there may be about others. */
function mayMention(type: EntityType, property: Property): boolean {
  const found = personalClassOf(property)
  if (property.type !== 'Edm.String' || property.sealed === true || found === undefined)
    return false
  if (property.enumeration !== undefined) return false
  return found === 'freeText' || !isPersonType(type.name)
}

async function mentionsIn(
  ask: Ask,
  accountId: number,
  type: EntityType,
  properties: readonly Property[],
  { people, identifiers }: { readonly people: People; readonly identifiers: Identifiers },
): Promise<readonly Mention[]> {
  const table = tableName(type)
  const columns = properties.map((property) => `${table}.${columnName(property)}`)
  const own = personCondition(type, people)
  const values = [accountId, ...(own?.values ?? []), identifiers.texts, identifiers.phones]
  const [texts, phones] = [`$${values.length - 1}::text[]`, `$${values.length}::text[]`]
  const statement = `select ${table}.id, ${columns.join(', ')} from ${table}
      where ${table}.account_id = $1 ${own === undefined ? '' : `and not coalesce(${own.isAbout}, false)`}
        and num_nonnulls(${columns.join(', ')}) > 0
        and (search_text(array[normalize(concat_ws(E'\\n', ${columns.join(', ')}), nfc)]) like any (${texts})
             or regexp_replace(concat_ws(' ', ${columns.join(', ')}), '\\D', '', 'g') like any (${phones}))
        and ${table}.id > $${values.length + 1}
      order by ${table}.id limit ${PAGE_ROWS}`
  const mentions: Mention[] = []
  let after = 0
  for (;;) {
    const rows = await ask(statement, [...values, after])
    for (const row of rows)
      for (const property of properties) {
        const text = row[columnName(property)] ?? ''
        if (identifiers.isIn(text)) mentions.push({ type, id: Number(row['id']), property, text })
      }
    if (rows.length < PAGE_ROWS) return mentions
    after = Number(rows.at(-1)?.['id'])
  }
}
