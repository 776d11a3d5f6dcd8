/**
 * Who may have seen a person, and whom a key may have shown, by what the audit keeps of readings and of changes. Exact for
 * what names its rows: single reads, short lists, changes. Of a long list it is known from which Id to which it went: its
 * reader may have seen whoever is in between.
 */

import type { EntityType } from '../../model/entity-type.ts'
import { domainTypes } from '../../model/model.ts'
import { tableName } from '../../model/naming.ts'
import { type PersonType, personPathsOf, tellsOfPersons } from '../../model/personal-information.ts'
import type { Ask } from './mentions.ts'
import type { People, PersonName } from './people.ts'
import { personCondition, personOf } from './person-rows.ts'

export interface Interval {
  readonly from: Date
  readonly to: Date
}

/** Whose acts are looked at; absent: everybody's. */
export interface Seer {
  /** The public part of a key. */
  readonly key?: string | undefined
  readonly user?: string | undefined
}

export interface Sighting {
  readonly integrator: string | null
  readonly user: string | null
  readonly key: string | null
  /** `api`, `cli` …, and of what nobody asked for by the API the process. */
  readonly channel: string
  readonly process: string | null
  /** READ, or the kind of the change. */
  readonly kinds: readonly string[]
  readonly sets: readonly string[]
  /** At least one of them named a row of the person. */
  readonly isExact: boolean
  readonly first: Date
  readonly last: Date
  readonly times: number
}

/** Types whose rows say something about persons when they are read. */
const telling: readonly EntityType[] = domainTypes.filter(tellsOfPersons)

/** Inside a transaction of the account, when the audit is sealed. In the order of time. */
export async function findSeers(
  ask: Ask,
  accountId: number,
  people: People,
  { interval, seer }: { readonly interval: Interval; readonly seer: Seer },
): Promise<readonly Sighting[]> {
  const rows: { readonly entity: string; readonly ids: readonly number[] }[] = []
  for (const type of telling) {
    const ids = await idsAbout(ask, accountId, type, people)
    if (ids.length > 0) rows.push({ entity: type.name, ids })
  }
  const found = await ask(SIGHTINGS, [
    accountId,
    interval.from.toISOString(),
    interval.to.toISOString(),
    seer.key ?? null,
    seer.user ?? null,
    JSON.stringify(rows),
  ])
  return found.map((row) => ({
    integrator: row['integrator_name'] ?? null,
    user: row['user_name'] ?? null,
    key: row['key_id'] ?? null,
    channel: row['channel'] ?? '',
    process: row['process'] ?? null,
    kinds: (row['kinds'] ?? '').split(','),
    sets: (row['sets'] ?? '').split(',').map(setOf),
    isExact: row['is_exact'] === 't',
    first: new Date(row['first'] ?? ''),
    last: new Date(row['last'] ?? ''),
    times: Number(row['times']),
  }))
}

/** `[{"entity","ids"}]` is `$6`: rows about the persons. By the index of (account, entity). */
const SIGHTINGS = `
  with wanted as materialized (
    select w.entity, w.ids, (select min(i) from unnest(w.ids) i) as low, (select max(i) from unnest(w.ids) i) as high
      from jsonb_to_recordset($6::jsonb) as w(entity text, ids bigint[])
  ), seen as (
    select e.*, e.kind <> 'READ' or e.entity_ids is not null as exact
      from wanted w
      join audit.entries e on e.account_id = $1 and e.entity = w.entity
     where e.at >= $2::timestamptz and e.at < $3::timestamptz
       and ($4::text is null or e.key_id = $4) and ($5::text is null or e.user_name = $5)
       and case when e.kind <> 'READ' then e.kind in ('INSERT', 'UPDATE', 'DELETE') and e.entity_id = any (w.ids)
                when e.entity_ids is not null then e.entity_ids && w.ids
                -- Groups say of no row whether it is among them.
                when e.first_id is null then true
                else e.first_id <= w.high and e.last_id >= w.low
                     and exists (select from unnest(w.ids) i where i between e.first_id and e.last_id) end
  )
  select integrator_name, user_name, key_id, channel, process, string_agg(distinct kind, ',') as kinds,
         string_agg(distinct entity, ',') as sets, bool_or(exact) as is_exact,
         to_char(min(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as first,
         to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last, sum(occurrences) as times
    from seen
   group by integrator_name, user_name, key_id, channel, process
   order by min(at)`

async function idsAbout(
  ask: Ask,
  accountId: number,
  type: EntityType,
  people: People,
): Promise<readonly number[]> {
  const condition = personCondition(type, people)
  if (condition === undefined) return []
  const table = tableName(type)
  const rows = await ask(
    `select ${table}.id from ${table} where ${table}.account_id = $1 and ${condition.isAbout}`,
    [accountId, ...condition.values],
  )
  return rows.map(({ id }) => Number(id))
}

function setOf(entity: string): string {
  return domainTypes.find(({ name }) => name === entity)?.set ?? entity
}

export interface SeenPerson {
  readonly name: PersonName
  readonly sets: readonly string[]
  readonly isExact: boolean
}

/** The other way round: whom somebody may have seen. Inside a transaction of the account. In the order of the persons. */
export async function findSeen(
  ask: Ask,
  accountId: number,
  { interval, seer }: { readonly interval: Interval; readonly seer: Seer },
): Promise<readonly SeenPerson[]> {
  const readings = await ask(READINGS, [
    accountId,
    interval.from.toISOString(),
    interval.to.toISOString(),
    seer.key ?? null,
    seer.user ?? null,
  ])
  const found = new Map<string, SeenPerson>()
  for (const { entity, ids, ranges } of readings) {
    const type = telling.find(({ name }) => name === entity)
    if (type === undefined) continue
    const table = tableName(type)
    const rows = await ask(
      `select person, bool_or(exact) as is_exact
         from (select ${aboutWhom(type)} as person, ${table}.id = any ($2::bigint[]) as exact from ${table}
                where ${table}.account_id = $1
                  and (${table}.id = any ($2::bigint[]) or ${table}.id::bigint <@ $3::int8multirange)) seen
        where person is not null group by person`,
      [accountId, ids ?? '{}', ranges ?? '{}'],
    )
    for (const { person, is_exact: exact } of rows)
      add(found, person ?? '', type.set, exact === 't')
  }
  return [...found.values()].toSorted(
    ({ name: a }, { name: b }) => a.type.localeCompare(b.type) || a.id - b.id,
  )
}

/** By entity: the rows that were named, and from where to where the others went. */
const READINGS = `
  select e.entity, (select array_agg(distinct i) from unnest(array_agg(i.id)) i) as ids,
         range_agg(int8range(e.first_id, e.last_id, '[]'))
           filter (where e.kind = 'READ' and e.entity_ids is null) as ranges
    from audit.entries e
    left join lateral unnest(case when e.kind = 'READ' then e.entity_ids else array[e.entity_id] end) as i(id) on true
   where e.account_id = $1 and e.at >= $2::timestamptz and e.at < $3::timestamptz
     and e.kind in ('READ', 'INSERT', 'UPDATE', 'DELETE') and e.entity is not null
     and ($4::text is null or e.key_id = $4) and ($5::text is null or e.user_name = $5)
   group by e.entity order by e.entity`

/** `Tenant:9101`, the person whom a row is about; null when it is about nobody. */
function aboutWhom(type: EntityType): string {
  const paths = personPathsOf(type).map((path) => `'${path.person}:' || ${personOf(type, path)}`)
  return `coalesce(${paths.join(', ')})`
}

function add(found: Map<string, SeenPerson>, text: string, set: string, isExact: boolean): void {
  const known = found.get(text)
  const [type = '', id = ''] = text.split(':')
  found.set(text, {
    // Written by aboutWhom.
    name: { type: type as PersonType, id: Number(id) },
    sets: [...(known?.sets ?? []), set],
    isExact: isExact || known?.isExact === true,
  })
}
