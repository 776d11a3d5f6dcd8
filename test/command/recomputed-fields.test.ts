/**
 * After hundreds of writes of every kind, accepted and refused, what the product keeps beside what was sent equals
 * what it computes anew from all rows: states of the calendar, held intervals, counts, copies of legacy keys.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { domainTypes, model } from '../../src/model/model.ts'
import { columnName, tableName } from '../../src/model/naming.ts'
import type { Answer, ClientName, TestApp } from '../support/test-app.ts'
import { startTestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const T = '2026-06-15'
const WRITES = 400
const ROUNDS = 15
const SEED = 20_260_615

/** mulberry32: the same writes on every machine. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const random = generator(SEED)

function pick<V>(values: readonly V[]): V {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('Nothing to pick from')
  return value
}

function day(): string {
  return new Date(Date.parse('2025-05-01') + Math.floor(random() * 900) * 86_400_000)
    .toISOString()
    .slice(0, 10)
}

const maybe = <V>(value: V): V | null => (random() < 0.5 ? value : null)
const flag = (): boolean => random() < 0.5
const unit = (): number => 9001 + Math.floor(random() * 25)
const tenant = (): number =>
  pick([9101, 9102, 9105, 9107, 9109, 9111, 9112, 9114, 9118, 9120, ...made])
/** Tenants that the test made. */
const made: number[] = []

interface Sent {
  readonly method: string
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly as?: ClientName
}

async function anyId(set: string, filter: string): Promise<number> {
  const ids = await app.ids(`/api/${set}?$select=Id&$filter=${filter}&$orderby=Id desc&$top=12`)
  return pick([...ids, 999_999])
}

const own = 'TenantId ge 9101 and (TenantId le 9199 or TenantId gt 10346)'

const writes: readonly (() => Sent | Promise<Sent>)[] = [
  () => ({ method: 'POST', path: 'Tenants', body: { LedgerDivisionId: 4, LastName: 'Essai' } }),
  () => ({
    method: 'PATCH',
    path: `Tenants(${tenant()})`,
    body: { DepartureDate: day(), DepartureReason: 'E' },
  }),
  () => ({ method: 'PATCH', path: `Tenants(${tenant()})`, body: { DepartureDate: null } }),
  () => ({ method: 'PATCH', path: `Tenants(${tenant()})`, body: { UnitId: maybe(unit()) } }),
  ...[1, 2, 3].map(() => (): Sent => {
    const isFixed = random() < 0.8
    const [start = T, end = T] = [day(), day()].sort()
    return {
      method: 'POST',
      path: 'Leases',
      body: {
        UnitId: unit(),
        TenantId: tenant(),
        LeaseType: isFixed ? 'F' : 'I',
        StartDate: start,
        EndDate: isFixed ? end : null,
        IsRenewable: isFixed ? flag() : true,
        SignedDate: maybe(start),
        RentAmount: 900,
      },
    }
  }),
  async () => ({
    method: 'POST',
    path: `Leases(${await anyId('Leases', own)})/Cancel`,
    body: { Reason: 'Essai' },
  }),
  async () => ({
    method: 'PATCH',
    path: `Leases(${await anyId('Leases', own)})`,
    body: pick([{ IsRenewable: flag() }, { SignedDate: maybe(T) }]),
  }),
  ...(['Parking', 'Storage'] as const).flatMap((kind) => [
    (): Sent => {
      const [start = T, end = T] = [day(), day()].sort()
      return {
        method: 'POST',
        path: `Tenant${kind}s`,
        body: {
          TenantId: tenant(),
          [`${kind}Id`]:
            kind === 'Parking' ? pick([9301, 9302, 9303, 9304]) : pick([9351, 9352, 9353]),
          StartDate: start,
          EndDate: maybe(end),
          IsRenewable: flag(),
          Amount: 50,
        },
      }
    },
    async (): Promise<Sent> => ({
      method: 'PATCH',
      path: `Tenant${kind}s(${await anyId(`Tenant${kind}s`, own)})`,
      body: pick([{ StartDate: day() }, { EndDate: maybe(day()) }, { IsRenewable: flag() }]),
    }),
    async (): Promise<Sent> => ({
      method: 'DELETE',
      path: `Tenant${kind}s(${await anyId(`Tenant${kind}s`, own)})`,
    }),
  ]),
  () => ({
    method: 'POST',
    path: 'TenantServices',
    body: { TenantId: tenant(), ServiceId: 5, StartDate: day(), EndDate: maybe(day()), Amount: 5 },
  }),
  async () => ({
    method: 'PATCH',
    path: `TenantServices(${await anyId('TenantServices', own)})`,
    body: { EndDate: maybe(day()) },
  }),
  () => {
    const [start = T, end = T] = [day(), day()].sort()
    return {
      method: 'POST',
      path: 'UnavailableUnits',
      body: { UnitId: unit(), StartDate: start, EndDate: maybe(end), ReasonCode: pick(['R', 'S']) },
    }
  },
  async () => ({
    method: pick(['PATCH', 'DELETE']),
    path: `UnavailableUnits(${await anyId('UnavailableUnits', 'BuildingCode eq %27900DEMO%27')})`,
    body: pick([{ StartDate: day() }, { EndDate: maybe(day()) }, { ReasonCode: 'S' }]),
  }),
  async () => ({
    method: 'POST',
    path: 'LeasePriceChanges',
    body: { LeaseId: await anyId('Leases', own), EffectiveDate: day(), NewAmount: 950 },
  }),
  async () => ({
    method: pick(['PATCH', 'DELETE']),
    path: `LeasePriceChanges(${await anyId('LeasePriceChanges', 'Id gt 700')})`,
    body: { NewAmount: 960 },
  }),
  async () => ({
    method: 'POST',
    path: 'LeaseRenewals',
    body: { LeaseId: await anyId('Leases', own), NewRent: 990 },
  }),
  () => ({
    method: 'PATCH',
    path: `Units(${unit()})`,
    as: 'administrator',
    body: pick([
      { IsActive: flag() },
      { IsRentable: flag() },
      { IsRoom: flag() },
      { IsActive: true },
    ]),
  }),
  () => ({
    method: 'PATCH',
    path: `Units(${unit()})`,
    as: 'administrator',
    body: { IsRoom: flag() },
  }),
  () => ({
    method: 'PATCH',
    path: pick(['Parkings(9301)', 'Parkings(9304)', 'Storages(9353)']),
    as: 'administrator',
    body: pick([{ IsActive: flag() }, { IsRentable: flag() }, { IsActive: true }]),
  }),
  () => ({
    method: 'PATCH',
    path: pick(['LedgerDivisions(4)', 'Buildings(900)', 'Companies(2)']),
    as: 'administrator',
    body: pick([
      { MinimumRentalDays: pick([1, 30, 90]) },
      { IsActive: flag() },
      { IsActive: true },
      { ManagementEndDate: maybe(day()) },
      { Name: `Essai ${Math.floor(random() * 100)}` },
    ]),
  }),
]

async function send({ method, path, body, as = 'integrator' }: Sent): Promise<Answer> {
  return app.ask(`/api/${path}`, {
    as,
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined || method === 'DELETE' ? {} : { body: JSON.stringify(body) }),
  })
}

const STATEFUL = ['leases', 'units', 'tenants', 'parkings', 'storages'] as const

/** Rows that refreshing every row changes: none may be left. */
async function staleRows(): Promise<readonly string[]> {
  const before = await states()
  await app.sql(
    `select ${STATEFUL.map((table) => `refresh_${table.slice(0, -1)}_states(1, '${T}')`).join(', ')}`,
  )
  const after = await states()
  return after.filter((row, index) => row !== before[index])
}

function states(): Promise<readonly string[]> {
  return app.column<string>(
    STATEFUL.map(
      (table) =>
        `(select '${table} ' || (to_jsonb(r) - 'modified_date')::text as row, '${table}' as t, id
            from ${table} r where account_id = 1)`,
    ).join(' union all ') + ' order by t, id',
  )
}

/** R-020, R-033, R-035 in their own words. */
const HOLDS = `
  select 'lease ' || l.id as stale from leases l join tenants t using (account_id)
   where t.id = l.tenant_id and l.account_id = 1 and l.cancelled_date is null
     and l.held_through_date is distinct from
         case when l.is_renewable then t.departure_date else least(l.end_date, t.departure_date) end
  union all
  select 'parking rental ' || p.id from tenant_parkings p join tenants t using (account_id)
   where t.id = p.tenant_id and p.account_id = 1 and p.held_through_date is distinct from
         case when p.is_renewable then t.departure_date else least(p.end_date, t.departure_date) end
  union all
  select 'storage rental ' || s.id from tenant_storages s join tenants t using (account_id)
   where t.id = s.tenant_id and s.account_id = 1 and s.held_through_date is distinct from
         case when s.is_renewable then t.departure_date else least(s.end_date, t.departure_date) end
  union all
  select 'service ' || s.id from tenant_services s join tenants t using (account_id)
   where t.id = s.tenant_id and s.account_id = 1
     and s.held_through_date is distinct from least(s.end_date, t.departure_date)`

/** R-021, R-037, R-040 of leases; the active units and spaces of buildings; the names of companies. */
const COMPUTED = `
  select 'term ' || l.id as stale from leases l
   where l.account_id = 1 and l.term_months is distinct from lease_term_months(l.term_start_date, l.end_date)
  union all
  select 'window ' || l.id from leases l join units u on u.account_id = 1 and u.id = l.unit_id
   cross join lease_notice_window(l.term_start_date, l.end_date, u.is_room) w
   where l.account_id = 1 and l.lease_category = 'R' and l.cancelled_date is null and l.end_date is not null
     and (l.notice_window_start, l.notice_window_end) is distinct from (w.first_day, w.last_day)
  union all
  select 'building ' || b.id from buildings b
   where b.account_id = 1 and (b.number_of_units, b.number_of_parkings, b.number_of_storages) <> (
     (select count(*) from units u where u.account_id = 1 and u.building_id = b.id and u.is_active),
     (select count(*) from parkings p where p.account_id = 1 and p.building_id = b.id and p.is_active),
     (select count(*) from storages s where s.account_id = 1 and s.building_id = b.id and s.is_active))
  union all
  select 'division ' || d.id from ledger_divisions d join companies c on c.account_id = 1 and c.id = d.company_id
   where d.account_id = 1 and d.company_name <> c.name`

/** Copies of the legacy key of each row that is referred to (R-002). */
function copiesQuery(): string {
  return domainTypes
    .flatMap((type) =>
      type.navigation
        .filter(({ cardinality, from }) => cardinality !== 'many' && from !== 'Id')
        .flatMap(({ from, target }) => {
          const other = model.getType(target)
          const copies = type.properties.filter(
            ({ name, lookupFor }) =>
              lookupFor === from && other.properties.some((property) => property.name === name),
          )
          const identifier = columnName({ name: from })
          return copies.map(
            (copy) => `select '${type.name}.${copy.name} ' || r.id as stale
              from ${tableName(type)} r left join ${tableName(other)} o on o.account_id = 1 and o.id = r.${identifier}
             where r.account_id = 1 and r.${columnName(copy)} is distinct from o.${columnName(copy)}`,
          )
        }),
    )
    .join(' union all ')
}

async function expectAllRecomputed(): Promise<void> {
  expect(await app.column(HOLDS)).toEqual([])
  expect(await app.column(COMPUTED)).toEqual([])
  expect(await app.column(copiesQuery())).toEqual([])
  expect(await staleRows()).toEqual([])
}

describe('R-005, R-009 Computed fields equal a recomputation at any time', () => {
  test('of the demonstration portfolio', expectAllRecomputed)

  test(`after ${WRITES} writes, and nothing fails on the way`, { timeout: 240_000 }, async () => {
    const outcomes = new Map<number, number>()
    for (let count = 1; count <= WRITES; count++) {
      const sent = await pick(writes)()
      const answer = await send(sent)
      expect([sent, answer.status < 500 ? '' : answer.text]).toEqual([sent, ''])
      outcomes.set(answer.status, (outcomes.get(answer.status) ?? 0) + 1)
      if (answer.status === 201 && sent.path === 'Tenants')
        made.push((answer.json as { readonly Id: number }).Id)
      if (count % 40 === 0) await expectAllRecomputed()
    }
    // Both kinds of outcome are plenty: else the writes would prove little.
    const accepted = [200, 201, 204].reduce((sum, status) => sum + (outcomes.get(status) ?? 0), 0)
    expect(accepted).toBeGreaterThan(WRITES / 4)
    expect(WRITES - accepted).toBeGreaterThan(WRITES / 10)
  })

  test('after writers that come ten at a time', { timeout: 240_000 }, async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const sent: Sent[] = []
      for (let writer = 1; writer <= 10; writer++) sent.push(await pick(writes)())
      const answers = await Promise.all(sent.map(send))
      expect(answers.filter(({ status }) => status >= 500).map(({ text }) => text)).toEqual([])
      if (round % 5 === 0) await expectAllRecomputed()
    }
  })
})
