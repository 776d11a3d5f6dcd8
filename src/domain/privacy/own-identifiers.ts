/**
 * What persons are known by, and nobody else of the account: names, addresses of mail and of the mail box, telephone and
 * other numbers. What is somebody else's too, a homonym's name or a family's telephone, tells of nobody, and texts that
 * have it stay as they are.
 */

import type { EntityType, Property } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { columnName, tableName } from '../../model/naming.ts'
import type { PersonType } from '../../model/personal-information.ts'
import { textFormatOf } from '../../model/text-format.ts'
import { type Identifiers, identifiersOf } from './identifiers.ts'
import type { Ask } from './mentions.ts'
import { NOBODY } from './neutral-values.ts'
import { namesOf, type People } from './people.ts'

export async function readIdentifiers(
  ask: Ask,
  accountId: number,
  people: People,
): Promise<Identifiers> {
  const records: PersonRecord[] = []
  for (const { type: name, id } of namesOf(people)) {
    const type = model.getType(name)
    const [row] = await ask(
      `select ${type.properties.map(columnName).join(', ')} from ${tableName(type)} where account_id = $1 and id = $2`,
      [accountId, id],
    )
    if (row !== undefined) records.push({ type, row })
  }
  const said = records.map(saidOf)
  const isOwn = await ownOf(
    ask,
    accountId,
    people,
    said.flatMap(({ reaches, fullNames }) => [...reaches, ...fullNames.map(({ name }) => name)]),
  )
  const lastNames = new Set(said.flatMap(({ lastName }) => lastName))
  const names: string[] = []
  for (const name of lastNames) if (await isRareName(ask, accountId, people, name)) names.push(name)
  return identifiersOf({
    texts: [
      ...said.flatMap(({ fullNames }) =>
        fullNames.filter(({ name }) => isOwn(name)).flatMap(({ spellings }) => spellings),
      ),
      ...said.flatMap(({ reaches }) => reaches.filter((text) => isOwn(text) && !isNumber(text))),
      ...said.flatMap(({ numbers }) => numbers),
      ...(await readPlates(ask, accountId, people)),
    ],
    names,
    phones: said.flatMap(({ reaches }) => reaches.filter((text) => isOwn(text) && isNumber(text))),
  })
}

interface PersonRecord {
  readonly type: EntityType
  readonly row: Readonly<Record<string, string | null>>
}

interface FullName {
  /** `first last`; of a supplier what it is called. */
  readonly name: string
  /** It, and as lists and letters write it. */
  readonly spellings: readonly string[]
}

interface Said {
  readonly fullNames: readonly FullName[]
  readonly lastName: readonly string[]
  /** E-mail addresses, telephone numbers, streets with their number. */
  readonly reaches: readonly string[]
  readonly numbers: readonly string[]
}

function saidOf({ type, row }: PersonRecord): Said {
  const values = (wanted: (property: Property) => boolean): readonly string[] =>
    type.properties.filter(wanted).flatMap((property) => row[columnName(property)] ?? [])
  const last = row['last_name'] ?? ''
  const first = row['first_name'] ?? ''
  return {
    fullNames: [
      ...(first === '' ? [] : [fullName(first, last)]),
      ...values(({ name }) => /^(?:Contact)?Name$/.test(name))
        .filter(isFullName)
        .map((name) => ({ name, spellings: [name] })),
    ],
    lastName: last === '' || last === NOBODY ? [] : [last],
    reaches: [
      ...values((property) => /^(?:email|phone)$/.test(textFormatOf(property)?.name ?? '')),
      ...values(({ name }) => name.endsWith('Street')).filter(isHouse),
    ],
    numbers: values(({ name }) => name === 'InsurancePolicyNo').filter(hasDigit),
  }
}

function fullName(first: string, last: string): FullName {
  const name = `${first} ${last}`
  return { name, spellings: [name, `${last} ${first}`, `${last}, ${first}`] }
}

/** Nothing but digits and what stands between them: a telephone number. */
function isNumber(text: string): boolean {
  return !/\p{L}/u.test(text)
}

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

async function readPlates(ask: Ask, accountId: number, people: People): Promise<readonly string[]> {
  const rows = await ask(
    `select distinct license_plate from tenant_parkings
      where account_id = $1 and tenant_id = any ($2::integer[]) and license_plate is not null`,
    [accountId, people.get('Tenant') ?? []],
  )
  return rows.map(({ license_plate: plate }) => plate ?? '').filter(hasDigit)
}

const BEARERS = [
  'Tenant',
  'CoTenant',
  'TenantContact',
  'Prospect',
  'Owner',
  'Employee',
] as const satisfies readonly PersonType[]

/** How the manager and its buildings are reached stands in many texts that are about nobody. */
const OURS = [
  'select unnest(array[civic_no_and_street, phone, email]) from ledger_divisions where account_id = $1',
  'select unnest(array[civic_no_and_street, phone, email]) from companies where account_id = $1',
  'select unnest(array[civic_no_and_street, office_phone, emergency_phone, email]) from buildings where account_id = $1',
  'select civic_no_and_street from units where account_id = $1',
]

/** Tells of each of the texts whether nobody but these persons has it. */
async function ownOf(
  ask: Ask,
  accountId: number,
  people: People,
  texts: readonly string[],
): Promise<(text: string) => boolean> {
  const others = BEARERS.map((name, index) => {
    const type = model.getType(name)
    const columns = type.properties
      .filter(
        (property) =>
          /^(?:email|phone)$/.test(textFormatOf(property)?.name ?? '') ||
          property.name.endsWith('Street'),
      )
      .map(columnName)
    const called = "first_name || ' ' || last_name"
    return `select unnest(array[${[called, ...columns].join(', ')}]) from ${tableName(type)}
             where account_id = $1 and not id = any ($${index + 3}::integer[])`
  })
  const suppliers = `select unnest(array[name, contact_name, civic_no_and_street, phone, email]) from suppliers
     where account_id = $1 and not id = any ($${BEARERS.length + 3}::integer[])`
  const rows = await ask(
    `with known(text) as (${[...OURS, ...others, suppliers].join(' union all ')}),
          folded as materialized (select distinct ${comparable('text')} as text from known where text <> '')
     select t.text from unnest($2::text[]) as t(text) join folded f on f.text = ${comparable('t.text')}`,
    [
      accountId,
      texts,
      ...BEARERS.map((type) => people.get(type) ?? []),
      people.get('Supplier') ?? [],
    ],
  )
  const shared = new Set(rows.map(({ text }) => text))
  return (text) => !shared.has(text)
}

/** Two spellings of the same are equal in it. */
function comparable(text: string): string {
  return `case when ${text} ~ '[[:alpha:]]' then search_text(array[${text}]::text[])
               else right(regexp_replace(${text}, '\\D', '', 'g'), 10) end`
}

const NAME_LENGTH_MIN = 5

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
     union all select from suppliers where account_id = $1 and search_text(array[name]::text[]) like search_pattern($2)
       and not id = any ($${BEARERS.length + 3}::integer[])`
  const rows = await ask(
    `select 1 as one where exists (${[...others, places].join(' union all ')})`,
    [
      accountId,
      name,
      ...BEARERS.map((type) => people.get(type) ?? []),
      people.get('Supplier') ?? [],
    ],
  )
  return rows.length === 0
}
