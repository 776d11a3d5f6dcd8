/** Rows of persons that may be the same human being: the operator looks, and names them too if they are. */

import { model } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { textFormatOf } from '../../model/text-format.ts'
import type { Ask } from './mentions.ts'
import { namesOf, type People, type PersonName } from './people.ts'

const CANDIDATES = ['Tenant', 'CoTenant', 'TenantContact', 'Prospect', 'Owner', 'Employee'] as const

/** More would be a number that a company gives everybody. */
const FOUND_MAX = 100

/** Who has an e-mail address or a telephone number of theirs. */
export async function findNamesakes(
  ask: Ask,
  accountId: number,
  people: People,
): Promise<readonly PersonName[]> {
  const known = namesOf(people)
  const reaches = (await Promise.all(known.map((name) => readReaches(ask, accountId, name)))).flat()
  if (reaches.length === 0) return []
  const found: PersonName[] = []
  for (const name of CANDIDATES) {
    const columns = reachColumns(name)
    const rows = await ask(
      `select id from ${tableName(model.getType(name))}
        where account_id = $1 and array[${columns.map(folded).join(', ')}] && $2::text[]
        order by id limit ${FOUND_MAX}`,
      [accountId, reaches],
    )
    found.push(...rows.map(({ id }) => ({ type: name, id: Number(id) })))
  }
  return found.filter(({ type, id }) => people.get(type)?.includes(id) !== true)
}

async function readReaches(
  ask: Ask,
  accountId: number,
  { type, id }: PersonName,
): Promise<readonly string[]> {
  const columns = reachColumns(type)
  const [row] = await ask(
    `select ${columns.map((column) => `${folded(column)} as ${column}`).join(', ')}
       from ${tableName(model.getType(type))} where account_id = $1 and id = $2`,
    [accountId, id],
  )
  return Object.values(row ?? {}).flatMap((value) =>
    value === null || value === '' ? [] : [value],
  )
}

function reachColumns(name: PersonName['type']): readonly string[] {
  return model
    .getType(name)
    .properties.filter((property) => /^(?:email|phone)$/.test(textFormatOf(property)?.name ?? ''))
    .map(columnName)
}

/** Addresses in small letters, numbers as their last ten digits. */
function folded(column: string): string {
  return column.startsWith('email')
    ? `lower(${column})::text`
    : `right(regexp_replace(${column}, '\\D', '', 'g'), 10)::text`
}
