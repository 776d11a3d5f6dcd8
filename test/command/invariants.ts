/**
 * What must hold of stored rows whatever happened: looked at in plain SQL and plain arithmetic, which share
 * nothing with the rules that wrote them.
 */

import type { Client } from 'pg'
import { domainTypes, model } from '../../src/model/model.ts'
import { columnName, tableName } from '../../src/model/naming.ts'

/** Sentences with the rows that contradict them; none when all is well. */
export async function brokenInvariants(
  client: Client,
  accountId: number,
): Promise<readonly string[]> {
  const broken: string[] = []
  const statements: readonly (readonly [string, string])[] = [
    ...referenceStatements(),
    ...Object.entries(conditions),
  ]
  for (const [sentence, statement] of statements) {
    const { rows } = await client.query(statement, [accountId])
    if (rows.length > 0) broken.push(`${sentence}: ${JSON.stringify(rows.slice(0, 5))}`)
  }
  return [...broken, ...(await brokenTerms(client, accountId))]
}

/** Every reference of the model leads to a row. */
function referenceStatements(): readonly (readonly [string, string])[] {
  return domainTypes.flatMap((type) =>
    type.navigation
      .filter(({ cardinality, from, to }) => cardinality !== 'many' && from !== 'Id' && to === 'Id')
      .map(({ name, from, target }): readonly [string, string] => [
        `${type.set}.${name} leads somewhere`,
        `select t.id, t.${columnName({ name: from })} as target from ${tableName(type)} t
          where t.account_id = $1 and t.${columnName({ name: from })} is not null
            and not exists (select from ${tableName(model.getType(target))} r
                             where r.account_id = $1 and r.id = t.${columnName({ name: from })})`,
      ]),
  )
}

/** Days held by two rows of the same owner. */
function overlap(table: string, owner: string, last: string, also = 'true'): string {
  return `select a.id, b.id as other from ${table} a join ${table} b
      on b.account_id = a.account_id and b.${owner} = a.${owner} and b.id > a.id
   where a.account_id = $1 and ${also.replaceAll('r.', 'a.')} and ${also.replaceAll('r.', 'b.')}
     and a.start_date <= coalesce(b.${last}, 'infinity') and b.start_date <= coalesce(a.${last}, 'infinity')
     and a.start_date <= coalesce(a.${last}, 'infinity') and b.start_date <= coalesce(b.${last}, 'infinity')`
}

const T = '(select states_date from accounts where account_id = $1)'

const rentalHeld = (table: string): string =>
  `select r.id, r.held_through_date from ${table} r
     join tenants t on t.account_id = r.account_id and t.id = r.tenant_id
    where r.account_id = $1 and r.held_through_date is distinct from
      case when t.departure_date is null and r.is_renewable then null
           when t.departure_date is null then r.end_date
           when r.is_renewable then t.departure_date
           else least(r.end_date, t.departure_date) end`

const occupied = (spaces: string, rentals: string, space: string): string =>
  `select s.id from ${spaces} s
    where s.account_id = $1 and s.is_occupied is distinct from exists (
      select from ${rentals} r where r.account_id = $1 and r.${space} = s.id
         and r.start_date <= ${T} and coalesce(r.held_through_date, 'infinity') >= ${T})`

const conditions: Readonly<Record<string, string>> = {
  'R-022 no two leases hold a unit on one day': overlap(
    'leases',
    'unit_id',
    'held_through_date',
    'r.cancelled_date is null',
  ),
  'R-023 no two leases hold a tenant on one day': overlap(
    'leases',
    'tenant_id',
    'held_through_date',
    'r.cancelled_date is null',
  ),
  'R-033 no two rentals hold a parking space on one day': overlap(
    'tenant_parkings',
    'parking_id',
    'held_through_date',
  ),
  'R-033 no two rentals hold a storage space on one day': overlap(
    'tenant_storages',
    'storage_id',
    'held_through_date',
  ),
  'R-028 no two periods of unavailability of a unit meet': overlap(
    'unavailable_units',
    'unit_id',
    'end_date',
  ),
  'R-020 HeldThroughDate of leases': `select l.id, l.held_through_date from leases l
     join tenants t on t.account_id = l.account_id and t.id = l.tenant_id
    where l.account_id = $1 and l.cancelled_date is null and l.held_through_date is distinct from
      case when t.departure_date is null and (l.is_renewable or l.lease_type = 'I') then null
           when t.departure_date is null then l.end_date
           when l.is_renewable or l.lease_type = 'I' then t.departure_date
           else least(l.end_date, t.departure_date) end`,
  'R-033 HeldThroughDate of parking rentals': rentalHeld('tenant_parkings'),
  'R-033 HeldThroughDate of storage rentals': rentalHeld('tenant_storages'),
  'R-035 HeldThroughDate of services': `select s.id, s.held_through_date from tenant_services s
     join tenants t on t.account_id = s.account_id and t.id = s.tenant_id
    where s.account_id = $1
      and s.held_through_date is distinct from least(s.end_date, t.departure_date)`,
  'R-021 Status of leases': `select l.id, l.status from leases l
    where l.account_id = $1 and l.status is distinct from
      case when l.cancelled_date is not null then 'X' when l.signed_date is null then 'P'
           when l.start_date > ${T} then 'S'
           when coalesce(l.held_through_date, 'infinity') >= ${T} then 'A' else 'T' end`,
  'R-024 OccupancyStatus of units': `select u.id, u.occupancy_status from units u
    where u.account_id = $1 and u.occupancy_status is distinct from
      case when not u.is_rentable then 'A'
           when exists (select from leases l where l.account_id = $1 and l.unit_id = u.id
                          and l.cancelled_date is null and l.start_date <= ${T}
                          and coalesce(l.held_through_date, 'infinity') >= ${T}) then 'L'
           when exists (select from unavailable_units n where n.account_id = $1 and n.unit_id = u.id
                          and n.start_date <= ${T} and coalesce(n.end_date, 'infinity') >= ${T}) then 'N'
           else 'V' end`,
  'R-033 IsOccupied of parking spaces': occupied('parkings', 'tenant_parkings', 'parking_id'),
  'R-033 IsOccupied of storage spaces': occupied('storages', 'tenant_storages', 'storage_id'),
  'R-047 a cancelled lease has no planned change': `select p.id from lease_price_changes p
     join leases l on l.account_id = p.account_id and l.id = p.lease_id
    where p.account_id = $1 and p.status = 'P' and l.cancelled_date is not null`,
}

interface Term {
  readonly id: number
  readonly start: string
  readonly end: string
  readonly months: number | null
  readonly windowStart: string | null
  readonly windowEnd: string | null
  readonly residential: boolean
  readonly room: boolean
}

/** R-021 TermMonths and R-040 the window of the notice, of leases with a fixed term. */
async function brokenTerms(client: Client, accountId: number): Promise<readonly string[]> {
  const { rows } = await client.query<Term>(
    `select l.id, l.term_start_date::text as start, l.end_date::text as "end", l.term_months as months,
            l.notice_window_start::text as "windowStart", l.notice_window_end::text as "windowEnd",
            l.lease_category = 'R' as residential, u.is_room as room
       from leases l join units u on u.account_id = l.account_id and u.id = l.unit_id
      where l.account_id = $1 and l.end_date is not null`,
    [accountId],
  )
  return rows.flatMap((term) => {
    const found = [term.months, term.windowStart, term.windowEnd]
    const expected = [wholeMonths(term), ...(term.residential ? noticeWindow(term) : [null, null])]
    return found.every((value, index) => value === expected[index])
      ? []
      : [`Terms of lease ${term.id}: ${JSON.stringify({ found, expected })}`]
  })
}

function wholeMonths({ start, end }: Term): number | null {
  const first = addDays(end, 1)
  for (let months = 1; months <= 1_200; months++) {
    const day = addMonths(start, months)
    if (day === first) return months
    if (day > first) return null
  }
  return null
}

function noticeWindow(term: Term): readonly string[] {
  const first = addDays(term.end, 1)
  if (term.room) return [addDays(first, -20), addDays(first, -11)]
  const [most, least] = first >= addMonths(term.start, 12) ? [6, 3] : [2, 1]
  return [addMonths(first, -most), addDays(addMonths(first, -least), -1)]
}

function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** The same day of the target month, or its last day. */
function addMonths(day: string, months: number): string {
  const [year = 0, month = 0, dayOfMonth = 0] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  const date = new Date(Date.UTC(year, month - 1 + months, Math.min(dayOfMonth, last)))
  return date.toISOString().slice(0, 10)
}

/** `Unit 9001` → a digest of all that its row holds, of every entity whose changes are logged. */
export async function rowDigests(
  client: Client,
  accountId: number,
): Promise<ReadonlyMap<string, string>> {
  const parts = domainTypes.map(
    (type) =>
      `select '${type.name} ' || t.id as key, md5(to_jsonb(t)::text) as digest
         from ${tableName(type)} t where t.account_id = $1`,
  )
  const { rows } = await client.query<{ key: string; digest: string }>(parts.join(' union all '), [
    accountId,
  ])
  return new Map(rows.map(({ key, digest }) => [key, digest]))
}

/** Rows that came, changed and went, as comparing tables shows it. */
export function difference(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Readonly<Record<string, readonly string[]>> {
  const kept = [...after].filter(([key]) => before.has(key))
  return {
    inserted: [...after.keys()].filter((key) => !before.has(key)).toSorted(),
    updated: kept.flatMap(([key, row]) => (before.get(key) === row ? [] : [key])).toSorted(),
    deleted: [...before.keys()].filter((key) => !after.has(key)).toSorted(),
  }
}

/** The same as the change log tells it to a reader who knew the position before. */
export async function loggedDifference(
  client: Client,
  accountId: number,
  sinceSeq: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows } = await client.query<{ key: string; statuses: number[] }>(
    `select entity || ' ' || id as key, array_agg(status order by seq) as statuses
       from change_log where account_id = $1 and seq > $2 group by entity, id`,
    [accountId, sinceSeq],
  )
  const kindOf = (statuses: readonly number[]): string => {
    const [isNew, isGone] = [statuses[0] === 3, statuses.at(-1) === 2]
    if (isNew) return isGone ? 'never' : 'inserted'
    return isGone ? 'deleted' : 'updated'
  }
  const keys = (kind: string): readonly string[] =>
    rows.flatMap(({ key, statuses }) => (kindOf(statuses) === kind ? [key] : [])).toSorted()
  return { inserted: keys('inserted'), updated: keys('updated'), deleted: keys('deleted') }
}

/** Events that computing every state of the account anew would cause: none when they are what they should be. */
export async function staleStates(client: Client, accountId: number): Promise<readonly string[]> {
  await client.query('begin')
  try {
    await client.query('set constraints all immediate')
    for (const kind of ['lease', 'unit', 'tenant', 'parking', 'storage'])
      await client.query(
        `select refresh_${kind}_states($1, states_date) from accounts where account_id = $1`,
        [accountId],
      )
    const { rows } = await client.query<{ event: string }>(
      `select concat_ws(' ', entity, id, status) as event from change_log
        where account_id = $1 and xid = pg_current_xact_id_if_assigned()`,
      [accountId],
    )
    return rows.map(({ event }) => event)
  } finally {
    await client.query('rollback')
  }
}
