/** The persons whom a request of the Act is about: named by the operator, with the rows that are the same persons. */

import { AdministrationRefusal } from '../../auth/administration-refusal.ts'
import { model } from '../../model/model.ts'
import { tableName } from '../../model/naming.ts'
import { isPersonType, type PersonType } from '../../model/personal-information.ts'
import type { Ask } from './mentions.ts'

export interface PersonName {
  readonly type: PersonType
  readonly id: number
}

/** Ids by the type of the person. */
export type People = ReadonlyMap<PersonType, readonly number[]>

/** `Tenant:9101`, in any letter case; undefined for what is none. */
export function parsePersonName(text: string): PersonName | undefined {
  const [, name = '', digits = ''] = /^(\w+):(\d{1,9})$/.exec(text.trim()) ?? []
  const type = model.entityTypes.find(
    (candidate) => candidate.name.toLowerCase() === name.toLowerCase(),
  )?.name
  return type !== undefined && isPersonType(type) ? { type, id: Number(digits) } : undefined
}

export function personText({ type, id }: PersonName): string {
  return `${type}:${id}`
}

function peopleOf(names: readonly PersonName[]): People {
  const people = new Map<PersonType, number[]>()
  for (const { type, id } of names) {
    const ids = people.get(type) ?? []
    if (!ids.includes(id)) ids.push(id)
    people.set(type, ids)
  }
  return people
}

export function namesOf(people: People): readonly PersonName[] {
  return [...people].flatMap(([type, ids]) => ids.map((id) => ({ type, id })))
}

/**
 * The persons named, and the same persons under another row: a prospect whose application made a tenant of him,
 * and the other way round. Inside a transaction of the account. Throws AdministrationRefusal for one who is not there.
 */
export async function findPeople(
  ask: Ask,
  accountId: number,
  names: readonly PersonName[],
  contacts: 'withContacts' | 'alone' = 'alone',
): Promise<People> {
  for (const name of names) {
    const rows = await ask(
      `select id from ${tableName(model.getType(name.type))} where account_id = $1 and id = $2`,
      [accountId, name.id],
    )
    if (rows.length === 0) throw nobody(name)
  }
  const named = peopleOf(names)
  const rows = await ask(
    `select distinct tenant_id, prospect_id from rental_applications
      where account_id = $1 and tenant_id is not null
        and (tenant_id = any ($2::integer[]) or prospect_id = any ($3::integer[]))`,
    [accountId, named.get('Tenant') ?? [], named.get('Prospect') ?? []],
  )
  const same = rows.flatMap(({ tenant_id: tenant, prospect_id: prospect }): PersonName[] => [
    { type: 'Tenant', id: Number(tenant) },
    { type: 'Prospect', id: Number(prospect) },
  ])
  const people = peopleOf([...names, ...same])
  return contacts === 'alone' ? people : withContacts(ask, accountId, people)
}

/** Whom a tenant has named as somebody to reach, and who is known here for nothing else. */
async function withContacts(ask: Ask, accountId: number, people: People): Promise<People> {
  const rows = await ask(
    'select id from tenant_contacts where account_id = $1 and tenant_id = any ($2::integer[]) order by id',
    [accountId, people.get('Tenant') ?? []],
  )
  const contacts = rows.map(({ id }): PersonName => ({ type: 'TenantContact', id: Number(id) }))
  return peopleOf([...namesOf(people), ...contacts])
}

function nobody(name: PersonName): AdministrationRefusal {
  return new AdministrationRefusal({
    fr: `Ce compte n'a personne sous « ${personText(name)} ».`,
    en: `This account has nobody under '${personText(name)}'.`,
  })
}
