/**
 * Texts in which somebody has written about a person, in rows that do not lead to the person: a note on the building, a
 * neighbour's service call, another's payment. They are found by what the person is known by.
 */

import type { PoolClient } from 'pg'
import type { EntityType, Property } from '../../model/entity-type.ts'
import { domainTypes, model } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { isPersonType, personalClassOf } from '../../model/personal-information.ts'
import { textFormatOf } from '../../model/text-format.ts'
import { foldText, type Identifiers, identifiersOf, type KnownBy } from './identifiers.ts'
import { namesOf, type People } from './people.ts'
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

/** What persons are known by: their names, addresses of mail and of the mail box, numbers and plates. */
export async function readIdentifiers(
  ask: Ask,
  accountId: number,
  people: People,
): Promise<Identifiers> {
  const known: KnownBy[] = []
  for (const { type: name, id } of namesOf(people)) {
    const type = model.getType(name)
    const [row] = await ask(
      `select ${type.properties.map(columnName).join(', ')} from ${tableName(type)} where account_id = $1 and id = $2`,
      [accountId, id],
    )
    if (row !== undefined) known.push(await knownByRow(ask, accountId, type, row))
  }
  const plates = await ask(
    `select distinct license_plate from tenant_parkings
      where account_id = $1 and tenant_id = any ($2::integer[]) and license_plate is not null`,
    [accountId, people.get('Tenant') ?? []],
  )
  return identifiersOf({
    texts: [
      ...known.flatMap(({ texts }) => texts),
      ...plates.map(({ license_plate: plate }) => plate ?? ''),
    ],
    phones: known.flatMap(({ phones }) => phones),
  })
}

async function knownByRow(
  ask: Ask,
  accountId: number,
  type: EntityType,
  row: Readonly<Record<string, string | null>>,
): Promise<KnownBy> {
  const values = (wanted: (property: Property) => boolean): readonly string[] =>
    type.properties.filter(wanted).flatMap((property) => row[columnName(property)] ?? [])
  const last = row['last_name'] ?? ''
  const first = row['first_name'] ?? ''
  const full = first === '' ? [] : [`${first} ${last}`, `${last} ${first}`, `${last}, ${first}`]
  const streets = await keepOwn(
    ask,
    accountId,
    values(({ name }) => STREETS.has(name)),
  )
  return {
    texts: [
      ...full,
      ...((await isRareName(ask, accountId, last)) ? [last] : []),
      ...values(({ name }) => name === 'InsurancePolicyNo' || name === 'ContactName'),
      ...values((property) => textFormatOf(property)?.name === 'email'),
      ...streets,
    ],
    phones: values((property) => textFormatOf(property)?.name === 'phone'),
  }
}

const STREETS: ReadonlySet<string> = new Set(['CivicNoAndStreet', 'ForwardingStreet'])

/** The address of a building is in many texts that are about nobody. */
async function keepOwn(
  ask: Ask,
  accountId: number,
  streets: readonly string[],
): Promise<readonly string[]> {
  if (streets.length === 0) return []
  const buildings = await ask(
    `select s.street from unnest($2::text[]) as s(street)
      where exists (select from buildings b where b.account_id = $1
                     and search_text(array[b.civic_no_and_street]::text[]) = search_text(array[s.street]))
         or exists (select from units u where u.account_id = $1
                     and search_text(array[u.civic_no_and_street]::text[]) = search_text(array[s.street]))`,
    [accountId, streets],
  )
  const known = new Set(buildings.map(({ street }) => street))
  return streets.filter((street) => /\d/.test(street) && street.length >= 8 && !known.has(street))
}

const NAME_LENGTH_MIN = 5

/** A family name alone tells of somebody when only one person of the account has it. */
async function isRareName(ask: Ask, accountId: number, name: string): Promise<boolean> {
  if (foldText(name).length < NAME_LENGTH_MIN) return false
  const parts = [
    'tenants',
    'co_tenants',
    'tenant_contacts',
    'prospects',
    'owners',
    'employees',
  ].map(
    (
      table,
    ) => `select count(distinct search_text(array[coalesce(first_name, '')])) as bearers from ${table}
                 where account_id = $1 and last_name = $2`,
  )
  const [row] = await ask(
    `select sum(p.bearers) as bearers from (${parts.join(' union all ')}) p`,
    [accountId, name],
  )
  return Number(row?.['bearers']) <= 1
}

/** Rows of a statement at most; whoever is in more texts is somebody about whom the account is. */
const MENTIONS_MAX = 100_000

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
  const rows = await ask(
    `select ${table}.id, ${columns.join(', ')} from ${table}
      where ${table}.account_id = $1 ${own === undefined ? '' : `and not coalesce(${own.isAbout}, false)`}
        and num_nonnulls(${columns.join(', ')}) > 0
        and (search_text(array[${columns.join(', ')}]::text[]) like any (${texts})
             or regexp_replace(concat_ws(' ', ${columns.join(', ')}), '\\D', '', 'g') like any (${phones}))
      order by ${table}.id limit ${MENTIONS_MAX}`,
    values,
  )
  return rows.flatMap((row) =>
    properties.flatMap((property): Mention[] => {
      const text = row[columnName(property)] ?? ''
      return identifiers.isIn(text) ? [{ type, id: Number(row['id']), property, text }] : []
    }),
  )
}
