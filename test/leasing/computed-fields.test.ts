/**
 * "identical to evaluating every computed field at read time". Random writes over HTTP and moves of the
 * clock, as managers and integrators make them in any order; after each, every computed field of building 900 is
 * computed again by the words of the rules, and the events are those of the rows that are others than before.
 */

import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestDatabase } from '../support/database.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import { outcomeOf, write } from '../support/writing.ts'
import {
  plusDays,
  plusMonths,
  type Stored,
  type StoredRow,
  wrongFields,
} from './computed-fields-oracle.ts'

/** Tables and the names under which their rows are told of. */
const tables = {
  units: 'Unit',
  leases: 'Lease',
  tenants: 'Tenant',
  parkings: 'Parking',
  storages: 'Storage',
  tenant_parkings: 'TenantParking',
  tenant_storages: 'TenantStorage',
  tenant_services: 'TenantService',
  unavailable_units: 'UnavailableUnit',
  lease_price_changes: 'LeasePriceChange',
  lease_renewals: 'LeaseRenewal',
} as const

let app: TestApp
let today = '2026-06-15'

beforeAll(async () => {
  app = await startTestApp({ prepare: keepBuilding900 })
}, 60_000)

afterAll(() => app.close())

/** One of each situation. */
const unitCodes = '101 102 103 105 107 108 109 111 112 118'
  .split(' ')
  .concat('119 201 202 203 205'.split(' '))

/** Fewer rows, so that years pass in seconds. */
async function keepBuilding900({ database }: TestDatabase): Promise<void> {
  await database.transaction(async (client) => {
    await client.query("set local session_replication_role = 'replica'")
    for (const table of ['units', 'leases'])
      await client.query(
        `delete from ${table} where account_id = 1
           and (building_code <> '900DEMO' or unit_code <> all($1))`,
        [unitCodes],
      )
    for (const table of ['parkings', 'storages', 'tenant_parkings', 'tenant_storages'])
      await client.query(`delete from ${table} where account_id = 1 and building_code <> '900DEMO'`)
    await client.query(
      `delete from tenants t where account_id = 1 and not exists (
         select from leases l where l.account_id = 1 and l.tenant_id = t.id) and id <> 9171`,
    )
    for (const table of ['tenant_services', 'tenant_parkings', 'tenant_storages'])
      await client.query(
        `delete from ${table} r where account_id = 1 and not exists (
           select from tenants t where t.account_id = 1 and t.id = r.tenant_id)`,
      )
    await client.query('delete from rental_applications where account_id = 1')
    for (const table of ['lease_price_changes', 'lease_renewals'])
      await client.query(
        `delete from ${table} r where account_id = 1 and not exists (
           select from leases l where l.account_id = 1 and l.id = r.lease_id)`,
      )
    await client.query(
      `delete from unavailable_units n where account_id = 1 and not exists (
         select from units u where u.account_id = 1 and u.id = n.unit_id)`,
    )
    await client.query('delete from receivable_transactions where account_id = 1')
  })
}

async function readAll(): Promise<Stored> {
  const found: Record<string, readonly StoredRow[]> = {}
  for (const table of Object.keys(tables))
    found[table] = await app.column<StoredRow>(
      `select to_jsonb(r) from ${table} r where account_id = 1 order by id`,
    )
  return found
}

/** `Lease 9201 1` for each row that is another, 3 for a new one, 2 for one that is gone. */
function differences(before: Stored, after: Stored): readonly string[] {
  return Object.entries(tables)
    .flatMap(([table, entity]) => {
      const [old, now] = [before, after].map(
        (stored) =>
          new Map((stored[table] ?? []).map((row) => [Number(row['id']), JSON.stringify(row)])),
      )
      return [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].flatMap((id) => {
        const [was, is] = [old?.get(id), now?.get(id)]
        if (was === is) return []
        return [`${entity} ${id} ${was === undefined ? 3 : is === undefined ? 2 : 1}`]
      })
    })
    .sort()
}

async function eventsSince(seq: number): Promise<readonly string[]> {
  const events = await app.column<string>(
    `select distinct entity || ' ' || id || ' ' || status from change_log
      where account_id = 1 and seq > $1`,
    [seq],
  )
  return [...events].sort()
}

async function lastSeq(): Promise<number> {
  const [seq = 0] = await app.column<number>('select coalesce(max(seq), 0)::float8 from change_log')
  return seq
}

/** Draws that become a request when the rows are known. */
interface Step {
  readonly kind: (typeof kinds)[number]
  /** Which row, of which kind, how. */
  readonly pick: number
  readonly other: number
  readonly offset: number
  readonly length: number
  readonly flag: boolean
  readonly choice: number
}

const kinds = [
  'leave',
  'leave',
  'leave at the end',
  'stay',
  'stay',
  'lease',
  'lease',
  'change lease',
  'cancel lease',
  'rent parking',
  'rent storage',
  'change parking rental',
  'end parking rental',
  'service',
  'change service',
  'unavailable',
  'change unavailability',
  'price',
  'change price',
  'delete price',
  'renewal',
  'renewal',
  'answer',
  'answer',
  'receive',
  'tribunal',
  'clock',
  'clock',
  'clock',
] as const

const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  pick: fc.nat(1_000),
  other: fc.nat(1_000),
  offset: fc.oneof(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -400, max: 500 })),
  length: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 800 })),
  flag: fc.boolean(),
  choice: fc.nat(11),
})

function pickOf<T>(list: readonly T[], index: number): T | undefined {
  return list.length === 0 ? undefined : list[index % list.length]
}

type Send = Parameters<typeof write>

/** The request of a step; undefined where there is nothing to ask about. */
function requestOf(step: Step, stored: Stored): readonly [Send[1], string, unknown?] | undefined {
  const { kind, pick, other, offset, length, flag, choice } = step
  const row = (table: keyof typeof tables, index = pick): number =>
    Number(pickOf(stored[table] ?? [], index)?.['id'] ?? 0)
  const date = plusDays(today, offset)
  const end = flag ? plusDays(plusMonths(date, choice + 1), -1) : plusDays(date, length)
  switch (kind) {
    case 'leave':
      return [
        'PATCH',
        `Tenants(${row('tenants')})`,
        { DepartureDate: date, DepartureReason: pickOf(['E', 'C', 'D'], choice) },
      ]
    case 'leave at the end': {
      const lease = pickOf(stored['leases'] ?? [], pick)
      const last = lease?.['end_date'] ?? date
      const notice = lease?.['notice_window_end'] ?? plusDays(String(last), -40)
      return [
        'PATCH',
        `Tenants(${lease?.['tenant_id']})`,
        {
          DepartureDate: last,
          DepartureReason: 'F',
          DepartureNoticeDate: plusDays(String(notice), flag ? 0 : choice - 9),
        },
      ]
    }
    case 'stay':
      return ['PATCH', `Tenants(${row('tenants')})`, { DepartureDate: null }]
    case 'lease':
      return [
        'POST',
        'Leases',
        {
          TenantId: row('tenants', other),
          UnitId: row('units'),
          StartDate: date,
          ...(choice === 0 ? { LeaseType: 'I' } : { EndDate: end, IsRenewable: choice < 8 }),
          RentAmount: 900 + choice,
          ...(flag ? { SignedDate: today } : {}),
        },
      ]
    case 'change lease':
      return [
        'PATCH',
        `Leases(${row('leases')})`,
        choice < 6 ? { IsRenewable: flag } : { SignedDate: flag ? today : null },
      ]
    case 'cancel lease':
      return ['POST', `Leases(${row('leases')})/Cancel`, { Reason: 'Désistement' }]
    case 'rent parking':
    case 'rent storage': {
      const [set, id, table] =
        kind === 'rent parking'
          ? (['TenantParkings', 'ParkingId', 'parkings'] as const)
          : (['TenantStorages', 'StorageId', 'storages'] as const)
      return [
        'POST',
        set,
        {
          TenantId: row('tenants', other),
          [id]: row(table),
          StartDate: date,
          EndDate: choice === 0 ? null : end,
          IsRenewable: flag,
          Amount: 50,
        },
      ]
    }
    case 'change parking rental':
      return [
        'PATCH',
        `TenantParkings(${row('tenant_parkings')})`,
        { IsRenewable: flag, ...(choice < 6 ? { EndDate: date } : {}) },
      ]
    case 'end parking rental':
      return ['DELETE', `TenantParkings(${row('tenant_parkings')})`]
    case 'service':
      return [
        'POST',
        'TenantServices',
        {
          TenantId: row('tenants'),
          ServiceCode: flag ? 'RABAIS' : 'INTERNET',
          Amount: flag ? -50 : 40,
          StartDate: date,
          EndDate: choice < 6 ? end : null,
        },
      ]
    case 'change service':
      return ['PATCH', `TenantServices(${row('tenant_services')})`, { EndDate: flag ? date : null }]
    case 'unavailable':
      return [
        'POST',
        'UnavailableUnits',
        {
          UnitId: row('units'),
          StartDate: date,
          EndDate: choice < 3 ? null : end,
          ReasonCode: flag ? 'S' : 'R',
        },
      ]
    case 'change unavailability':
      return [
        'PATCH',
        `UnavailableUnits(${row('unavailable_units')})`,
        { EndDate: choice < 4 ? null : date },
      ]
    case 'price':
      return [
        'POST',
        'LeasePriceChanges',
        {
          LeaseId: row('leases'),
          EffectiveDate: date,
          NewAmount: 880 + choice * 10,
          ChangeType: pickOf(['C', 'E', 'T'], other),
        },
      ]
    case 'change price':
      return [
        'PATCH',
        `LeasePriceChanges(${row('lease_price_changes')})`,
        { EffectiveDate: date, NewAmount: 700 + choice },
      ]
    case 'delete price':
      return ['DELETE', `LeasePriceChanges(${row('lease_price_changes')})`]
    case 'renewal': {
      const lease = pickOf(stored['leases'] ?? [], pick)
      const [start, last] = [lease?.['notice_window_start'], lease?.['notice_window_end']]
      const day = choice % 3 === 0 ? start : choice % 3 === 1 ? last : today
      const newEnd = plusMonths(String(lease?.['end_date'] ?? date), (other % 24) + 1)
      return [
        'POST',
        'LeaseRenewals',
        {
          LeaseId: row('leases'),
          NewRent: 900 + choice * 5,
          ...(flag ? { NoticeReceivedDate: day ?? today } : {}),
          ...(lease?.['lease_type'] === 'I'
            ? { NewStartDate: plusMonths(today, 1 + (other % 2)) }
            : {}),
          ...(lease?.['lease_type'] === 'F' && other % 2 === 0 ? { NewEndDate: newEnd } : {}),
        },
      ]
    }
    case 'receive': {
      const renewal = prepared(stored, 'P', pick)
      if (renewal === undefined) return undefined
      const day = smaller(today, renewal['window_end'])
      return ['PATCH', `LeaseRenewals(${renewal['id']})`, { NoticeReceivedDate: day }]
    }
    case 'answer': {
      const renewal = prepared(stored, 'E', pick)
      if (renewal === undefined) return undefined
      const day = flag ? renewal['response_deadline'] : smaller(today, renewal['response_deadline'])
      return [
        'PATCH',
        `LeaseRenewals(${renewal['id']})`,
        { Response: pickOf(['A', 'R', 'R', 'Q'], choice), ResponseDate: day },
      ]
    }
    case 'tribunal': {
      const renewal = prepared(stored, flag ? 'R' : 'D', pick)
      if (renewal === undefined) return undefined
      return [
        'PATCH',
        `LeaseRenewals(${renewal['id']})`,
        renewal['status'] === 'R'
          ? { TalApplicationDate: renewal['tal_deadline'] }
          : {
              TalDecisionDate: plusDays(String(renewal['tal_application_date']), choice),
              TalRent: 930,
            },
      ]
    }
    case 'clock':
      return undefined
  }
}

function prepared(stored: Stored, status: string, pick: number): StoredRow | undefined {
  return pickOf(
    (stored['lease_renewals'] ?? []).filter((row) => row['status'] === status),
    pick,
  )
}

function smaller(a: string, b: unknown): string {
  return typeof b === 'string' && b < a ? b : a
}

/** A step of the clock that nobody takes is nothing. */
async function take(step: Step, stored: Stored): Promise<Answer | undefined> {
  if (step.kind === 'clock') {
    today = plusDays(today, 1 + (step.length % (step.flag ? 12 : 50)))
    return write(
      app,
      'PATCH',
      '/api/Sandbox/Clock',
      { BusinessDate: today },
      { as: 'administrator' },
    )
  }
  const request = requestOf(step, stored)
  if (request === undefined) return undefined
  const [method, path, body] = request
  return write(app, method, `/api/${path}`, body)
}

test('after any sequence, every computed field is what the rules say, and each change has its event', async () => {
  expect(wrongFields(await readAll(), today)).toEqual([])
  let changes = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 12, maxLength: 30 }), async (steps) => {
      for (const step of steps) {
        const before = await readAll()
        const seq = await lastSeq()
        const answer = await take(step, before)
        if (answer === undefined) continue
        const after = await readAll()
        const request = step.kind === 'clock' ? `clock ${today}` : requestOf(step, before)
        const told = { request, outcome: outcomeOf(answer), body: answer.text.slice(0, 600) }
        expect({ ...told, status: answer.status < 500 }).toEqual({ ...told, status: true })
        const events = await eventsSince(seq)
        // On its way through many days a row may come back to what it was.
        const found = differences(before, after)
        const untold = found.filter((event) => !events.includes(event))
        const silent = step.kind === 'clock' ? untold : differencesOf(found, events)
        expect({ ...told, wrong: wrongFields(after, today), silent }).toEqual({
          ...told,
          wrong: [],
          silent: [],
        })
        changes += found.length
      }
    }),
    // The rows go on from run to run, so that a smaller case is another one.
    { numRuns: Number(process.env['WALKS'] ?? 16), endOnFailure: true },
  )
  expect(changes).toBeGreaterThan(100)
}, 300_000)

function differencesOf(a: readonly string[], b: readonly string[]): readonly string[] {
  return [
    ...a.filter((one) => !b.includes(one)).map((one) => `${one} untold`),
    ...b.filter((one) => !a.includes(one)).map((one) => `${one} told without a change`),
  ]
}
