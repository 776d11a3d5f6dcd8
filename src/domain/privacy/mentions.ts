/**
 * Texts in which somebody has written about a person, in rows that do not lead to the person: a note on the building, a
 * neighbour's service call, another's payment. They are found by what the person is known by.
 */

import type { PoolClient } from 'pg'
import type { EntityType, Property } from '../../model/entity-type.ts'
import { domainTypes, model } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import { isPersonType, type PersonType, personalClassOf } from '../../model/personal-information.ts'
import { textFormatOf } from '../../model/text-format.ts'
import { type Identifiers, identifiersOf, type KnownBy } from './identifiers.ts'
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
    if (row !== undefined) known.push(await knownByRow(ask, accountId, people, { type, row }))
  }
  const plates = await ask(
    `select distinct license_plate from tenant_parkings
      where account_id = $1 and tenant_id = any ($2::integer[]) and license_plate is not null`,
    [accountId, people.get('Tenant') ?? []],
  )
  return identifiersOf({
    texts: [
      ...known.flatMap(({ texts }) => texts),
      ...plates.map(({ license_plate: plate }) => plate ?? '').filter(hasDigit),
    ],
    names: known.flatMap(({ names }) => names),
    phones: known.flatMap(({ phones }) => phones),
  })
}

interface PersonRecord {
  readonly type: EntityType
  readonly row: Readonly<Record<string, string | null>>
}

async function knownByRow(
  ask: Ask,
  accountId: number,
  people: People,
  { type, row }: PersonRecord,
): Promise<KnownBy> {
  const values = (wanted: (property: Property) => boolean): readonly string[] =>
    type.properties.filter(wanted).flatMap((property) => row[columnName(property)] ?? [])
  const last = row['last_name'] ?? ''
  const first = row['first_name'] ?? ''
  const full = first === '' ? [] : [`${first} ${last}`, `${last} ${first}`, `${last}, ${first}`]
  const isMail = (property: Property): boolean => textFormatOf(property)?.name === 'email'
  const isPhone = (property: Property): boolean => textFormatOf(property)?.name === 'phone'
  const mails = await leaveOutOurs(ask, accountId, values(isMail))
  const streets = await leaveOutOurs(
    ask,
    accountId,
    values(({ name }) => STREETS.has(name)).filter(isHouse),
  )
  return {
    texts: [
      ...full,
      ...values(({ name }) => name === 'InsurancePolicyNo').filter(hasDigit),
      ...values(({ name }) => /^(?:Contact)?Name$/.test(name)).filter(isFullName),
      ...mails,
      ...streets,
    ],
    names: (await isRareName(ask, accountId, people, last)) ? [last] : [],
    phones: await leaveOutOurs(ask, accountId, values(isPhone)),
  }
}

const STREETS: ReadonlySet<string> = new Set(['CivicNoAndStreet', 'ForwardingStreet'])

/** « aucune », « à venir »: what is no number is a word, which stands in texts about nobody. */
function hasDigit(text: string): boolean {
  return /\d/.test(text)
}

const STREET_LENGTH_MIN = 8

function isHouse(street: string): boolean {
  return hasDigit(street) && street.length >= STREET_LENGTH_MIN
}

/** « Réception » and « Service à la clientèle » are nobody's names. */
function isFullName(text: string): boolean {
  return /^\p{Lu}\S*(?: \p{Lu}\S*)+$/u.test(text.trim())
}

/** How the manager and its buildings are reached is in many texts that are about nobody. */
async function leaveOutOurs(
  ask: Ask,
  accountId: number,
  texts: readonly string[],
): Promise<readonly string[]> {
  if (texts.length === 0) return []
  const ours = `
    select unnest(array[civic_no_and_street, phone, email]) from ledger_divisions where account_id = $1
    union all select unnest(array[civic_no_and_street, phone, email]) from companies where account_id = $1
    union all select unnest(array[civic_no_and_street, office_phone, emergency_phone, email]) from buildings where account_id = $1
    union all select civic_no_and_street from units where account_id = $1`
  const rows = await ask(
    `with ours(text) as (${ours})
     select distinct t.text from unnest($2::text[]) as t(text), ours
      where search_text(array[ours.text]::text[]) = search_text(array[t.text])
         or (t.text ~ '^[^[:alpha:]]+$' and right(regexp_replace(ours.text, '\\D', '', 'g'), 10) = right(regexp_replace(t.text, '\\D', '', 'g'), 10))`,
    [accountId, texts],
  )
  const known = new Set(rows.map(({ text }) => text))
  return texts.filter((text) => !known.has(text))
}

const NAME_LENGTH_MIN = 5

const BEARERS = [
  'Tenant',
  'CoTenant',
  'TenantContact',
  'Prospect',
  'Owner',
  'Employee',
] as const satisfies readonly PersonType[]

/** A family name alone tells of somebody when nobody else of the account has it, and nothing is called by it. */
async function isRareName(
  ask: Ask,
  accountId: number,
  people: People,
  name: string,
): Promise<boolean> {
  if (Array.from(name).length < NAME_LENGTH_MIN) return false
  const others = BEARERS.map(
    (type, index) => `select from ${tableName(model.getType(type))}
       where account_id = $1 and search_text(array[last_name]::text[]) = search_text(array[$2]::text[])
         and not id = any ($${index + 3}::integer[])`,
  )
  const places = `select from buildings where account_id = $1
       and search_text(array[name, civic_no_and_street, city, sector]::text[]) like search_pattern($2)
     union all select from suppliers where account_id = $1 and search_text(array[name]::text[]) like search_pattern($2)`
  const rows = await ask(
    `select 1 as one where exists (${[...others, places].join(' union all ')})`,
    [accountId, name, ...BEARERS.map((type) => people.get(type) ?? [])],
  )
  return rows.length === 0
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
