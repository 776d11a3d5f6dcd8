import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { moveThroughDays } from '../../src/domain/leasing/account-days.ts'
import { ensureCalendarStates } from '../../src/domain/leasing/calendar.ts'
import { addDays, type IsoDate } from '../../src/domain/leasing/dates.ts'
import { createDemoAccount, pinClock, rowsOf } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { events, type Snapshot, snapshot } from './day-rows.ts'

const start = '2026-06-15'
/** Forty days later, past the end of June and two terms of unavailability. */
const end = '2026-07-25'

let db: TestDatabase
/** Rows and events of an account that was moved one day at a time, every state computed each day. */
let expected: { readonly rows: Snapshot; readonly events: readonly string[] }

beforeAll(async () => {
  db = await createTestDatabase()
  const accountId = await createDemoAccount(db.database, 'TEST/EACH')
  for (let day = addDays(start, 1); day <= end; day = addDays(day, 1)) {
    expect(await moveThroughDays(db.database, accountId, atDawn(day))).toBe(day)
  }
  expected = await resultOf(accountId)
})

afterAll(async () => {
  await db.drop()
})

/** 00:05 in Toronto, in summer. */
function atDawn(date: IsoDate) {
  return { date, pinTo: new Date(`${date}T04:05:00Z`) }
}

async function resultOf(accountId: number) {
  return {
    rows: await snapshot(db.database, accountId),
    events: await events(db.database, accountId),
  }
}

async function accountRow(accountId: number): Promise<unknown[] | undefined> {
  const [row] = await rowsOf(
    db.database,
    accountId,
    'select states_date, pinned_at from accounts where account_id = $1',
    [accountId],
  )
  return row
}

function values(accountId: number, table: string, columns: string, id: number) {
  return rowsOf(
    db.database,
    accountId,
    `select ${columns} from ${table} where account_id = $1 and id = $2`,
    [accountId, id],
  )
}

describe('R-005 The daily job', () => {
  test('each day that changed something has events of its own, dated 00:05 of that day', () => {
    const days = new Set(expected.events.map((event) => event.slice(0, 16)))
    expect(expected.events.length).toBeGreaterThan(1_000)
    expect([...days]).toEqual(
      Array.from({ length: 40 }, (_, n) => `${addDays(start, n + 1)} 04:05`),
    )
  })

  test('late by forty days it does what it would have done each day, in the same order', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/LATE')
    await pinClock(db.database, accountId, `${end}T04:05:00Z`)
    await ensureCalendarStates(
      db.database,
      { accountId, pinnedAt: new Date(`${end}T04:05:00Z`) },
      new Date(0),
    )
    expect(await resultOf(accountId)).toEqual(expected)
  })

  test('moved at once with its clock, the same; the clock ends where it was told to', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/ONCE')
    const days: IsoDate[] = []
    await moveThroughDays(
      db.database,
      accountId,
      { date: end, pinTo: new Date(`${end}T15:30:00Z`) },
      { onDay: (day) => days.push(day) },
    )
    expect(days).toHaveLength(40)
    expect(await resultOf(accountId)).toEqual(expected)
    expect(await accountRow(accountId)).toEqual([end, `${end} 15:30:00+00`])
  })

  test('run twice it changes nothing more', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/TWICE')
    await moveThroughDays(db.database, accountId, atDawn('2026-07-01'))
    const before = await resultOf(accountId)
    await rowsOf(db.database, accountId, 'select run_account_day($1, $2)', [
      accountId,
      '2026-07-01',
    ])
    await moveThroughDays(db.database, accountId, atDawn('2026-07-01'))
    expect(await resultOf(accountId)).toEqual(before)
  })

  test('two processes at once do it once', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/RACE')
    const other = await openDatabase({ connection: { url: db.url }, poolSize: 2 })
    await Promise.all([
      moveThroughDays(db.database, accountId, atDawn(end)),
      moveThroughDays(other, accountId, atDawn(end)),
      moveThroughDays(other, accountId, { date: end }),
    ])
    await other.close()
    expect(await resultOf(accountId)).toEqual(expected)
  })

  test('killed between two days, the account stands on a whole day and the next run goes on', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/CRASH')
    const doomed = await openDatabase({ connection: { url: db.url }, poolSize: 2 })
    await expect(
      moveThroughDays(killedIn(doomed, 17), accountId, atDawn(end)),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await doomed.close()
    // The seventeenth day, 2026-07-02, was lost with its transaction.
    expect(await accountRow(accountId)).toEqual(['2026-07-01', '2026-07-01 04:05:00+00'])
    await moveThroughDays(db.database, accountId, atDawn(end))
    expect(await resultOf(accountId)).toEqual(expected)
  })

  test('under the real clock a late job dates nothing back', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/REAL')
    await rowsOf(
      db.database,
      accountId,
      'update accounts set pinned_at = null where account_id = $1',
      [accountId],
    )
    const before = new Date()
    await ensureCalendarStates(
      db.database,
      { accountId, pinnedAt: null },
      new Date(`${end}T12:00:00Z`),
    )
    const late = await events(db.database, accountId)
    expect(late.map((event) => event.slice(17))).toEqual(
      expected.events.map((event) => event.slice(17)),
    )
    const minute = before.toISOString().slice(0, 16).replace('T', ' ')
    expect(late.every((event) => event.slice(0, 16) >= minute)).toBe(true)
  })

  test('tombstones older than 90 days are gone, younger ones stay (R-012)', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/PRUNE')
    await rowsOf(
      db.database,
      accountId,
      `insert into change_log (account_id, entity, id, status, at)
       values ($1, 'TenantService', 1, 2, '2026-04-01T04:04:00Z'), ($1, 'TenantService', 2, 2, '2026-04-02T04:06:00Z')`,
      [accountId],
    )
    await moveThroughDays(db.database, accountId, atDawn('2026-07-01'))
    const kept = await events(db.database, accountId)
    expect(kept.filter((event) => event.includes('TenantService'))).toEqual([
      '2026-04-02 04:06 TenantService 2 2',
    ])
  })
})

describe('R-017 Modification dates', () => {
  test('(1) on 2026-07-01 unit 9001 is modified at that instant, (2) unit 9002 keeps its date', () => {
    const modified = (id: number) =>
      expected.rows['units']
        ?.map(([text]) => JSON.parse(String(text)) as { id: number; modified_date: string })
        .find((unit) => unit.id === id)?.modified_date
    expect(expected.events).toContain('2026-07-01 04:05 Unit 9001 1')
    expect(modified(9002)).toBe('2026-06-15T04:05:00+00:00')
    expect(expected.events.some((event) => event.includes('Unit 9002 '))).toBe(false)
  })
})

describe('R-024 OccupancyStatus, R-025 AvailableDate on moved dates', () => {
  test('the day of a departure, the day after, the start and the end of a renovation', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/MOVES')
    const on = async (date: IsoDate, id: number) => {
      await moveThroughDays(db.database, accountId, atDawn(date))
      const [row] = await values(accountId, 'units', 'occupancy_status, available_date', id)
      return row
    }
    expect(await on('2026-06-30', 9001)).toEqual(['L', '2026-07-01'])
    expect(await on('2026-06-30', 9017)).toEqual(['L', '2026-08-01'])
    expect(await on('2026-07-01', 9001)).toEqual(['V', '2026-07-01'])
    expect(await on('2026-07-01', 9017)).toEqual(['N', '2026-08-01'])
    expect(await on('2026-07-01', 9011)).toEqual(['L', null])
    // Free through 2026-09-30: on 2026-09-02 the run of the division's 30 days is one day too short.
    expect(await on('2026-09-01', 9007)).toEqual(['V', '2026-09-01'])
    expect(await on('2026-09-02', 9007)).toEqual(['V', null])
    expect(await on('2026-09-02', 9004)).toEqual(['V', '2026-09-02'])
    expect(await on('2026-10-01', 9007)).toEqual(['L', null])
  })
})

describe('R-032 Events of a departure', () => {
  test('(2) on 2026-07-01: unit, lease, tenant and the two spaces of tenant 9101, and nothing else of his', () => {
    const his = new Set([
      'Unit 9001',
      'Lease 9201',
      'Tenant 9101',
      'Parking 9302',
      'Storage 9351',
      'TenantParking 9402',
      'TenantStorage 9451',
    ])
    const day = expected.events
      .filter((event) => event.startsWith('2026-07-01'))
      .map((event) => event.slice(17))
      .filter((event) => his.has(event.replace(/ \d$/, '')))
    expect(day).toEqual([
      'Lease 9201 1',
      'Parking 9302 1',
      'Storage 9351 1',
      'Tenant 9101 1',
      'Unit 9001 1',
    ])
  })
})

describe('next_calendar_day', () => {
  test('months forward, every state is what a full computation gives', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/MONTHS')
    await moveThroughDays(db.database, accountId, atDawn('2026-10-02'))
    const before = await snapshot(db.database, accountId)
    await rowsOf(
      db.database,
      accountId,
      `select refresh_lease_states($1, '2026-10-02'), refresh_unit_states($1, '2026-10-02'),
              refresh_tenant_states($1, '2026-10-02'), refresh_parking_states($1, '2026-10-02'),
              refresh_storage_states($1, '2026-10-02')`,
      [accountId],
    )
    expect(await snapshot(db.database, accountId)).toEqual(before)
    expect(await accountRow(accountId)).toEqual(['2026-10-02', '2026-10-02 04:05:00+00'])
  }, 120_000)
})

/** The same database, whose connection is ended by the server just before the n-th commit. */
function killedIn(database: Database, n: number): Database {
  const transaction = database.transaction.bind(database)
  let count = 0
  database.transaction = (work, options) =>
    transaction(async (client) => {
      const result = await work(client)
      count += 1
      if (count === n) await client.query('select pg_terminate_backend(pg_backend_pid())')
      return result
    }, options)
  return database
}
