import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { ensureCalendarStates } from '../../src/domain/leasing/calendar.ts'
import { createDemoAccount, pinClock, rowsOf } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})

afterAll(async () => {
  await db.drop()
})

async function createLiveAccount(name: string): Promise<number> {
  const accountId = await createDemoAccount(db.database, name)
  await rowsOf(
    db.database,
    accountId,
    'update accounts set pinned_at = null where account_id = $1',
    [accountId],
  )
  return accountId
}

async function statesDate(accountId: number): Promise<unknown> {
  const rows = await rowsOf(
    db.database,
    accountId,
    'select states_date from accounts where account_id = $1',
    [accountId],
  )
  return rows[0]?.[0]
}

async function statusOf(accountId: number, unitId: number): Promise<unknown> {
  const rows = await rowsOf(
    db.database,
    accountId,
    'select occupancy_status from units where account_id = $1 and id = $2',
    [accountId, unitId],
  )
  return rows[0]?.[0]
}

/** The transactions that a process opens, counted. */
function counted(database: Database): { database: Database; transactions: () => number } {
  let count = 0
  const transaction = database.transaction.bind(database)
  database.transaction = (work, options) => {
    count += 1
    return transaction(work, options)
  }
  return { database, transactions: () => count }
}

describe('R-005 Dates, time zone and business date', () => {
  test('(1) a read one minute after midnight sees the new day', async () => {
    const accountId = await createLiveAccount('TEST/MIDNIGHT')
    const account = { accountId, pinnedAt: null }
    const ensure = (now: string) => ensureCalendarStates(db.database, account, new Date(now))
    expect(await ensure('2026-07-01T03:59:00Z')).toBe('2026-06-30')
    expect(await statusOf(accountId, 9001)).toBe('L')
    expect(await ensure('2026-07-01T04:00:00Z')).toBe('2026-07-01')
    expect(await statusOf(accountId, 9001)).toBe('V')
  })

  test('a pinned clock decides, not the real one', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/PINNED')
    await pinClock(db.database, accountId, '2026-07-01T12:00:00Z')
    const account = { accountId, pinnedAt: new Date('2026-07-01T12:00:00Z') }
    expect(await ensureCalendarStates(db.database, account, new Date('2031-01-01'))).toBe(
      '2026-07-01',
    )
    expect(await statesDate(accountId)).toBe('2026-07-01')
  })

  test('in the common case there is no query; a first reader and its followers share one way', async () => {
    const accountId = await createLiveAccount('TEST/COMMON')
    const process = counted(await openDatabase({ connection: { url: db.url }, poolSize: 4 }))
    const account = { accountId, pinnedAt: null }
    const now = new Date('2026-07-02T12:00:00Z')
    const ensure = () => ensureCalendarStates(process.database, account, now)
    expect(await Promise.all([ensure(), ensure(), ensure()])).toEqual([
      '2026-07-02',
      '2026-07-02',
      '2026-07-02',
    ])
    await ensure()
    // One for each day since 2026-06-15.
    expect(process.transactions()).toBe(17)
    expect(await statesDate(accountId)).toBe('2026-07-02')
    await process.database.close()
  })

  test('a process whose clock is behind does not undo the new day', async () => {
    const accountId = await createLiveAccount('TEST/BEHIND')
    const account = { accountId, pinnedAt: null }
    const slow = await openDatabase({ connection: { url: db.url }, poolSize: 2 })
    await ensureCalendarStates(db.database, account, new Date('2026-07-01T04:00:01Z'))
    await ensureCalendarStates(slow, account, new Date('2026-07-01T03:59:59Z'))
    expect(await statesDate(accountId)).toBe('2026-07-01')
    expect(await statusOf(accountId, 9001)).toBe('V')
    await slow.close()
  })

  test('a clock that another process moved is followed by each', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/MOVED')
    const other = await openDatabase({ connection: { url: db.url }, poolSize: 2 })
    const at = (instant: string) => ({ accountId, pinnedAt: new Date(instant) })
    const now = new Date()
    await ensureCalendarStates(db.database, at('2026-06-15T04:05:00Z'), now)
    await pinClock(other, accountId, '2026-07-01T04:05:00Z')
    await ensureCalendarStates(other, at('2026-07-01T04:05:00Z'), now)
    await ensureCalendarStates(db.database, at('2026-07-01T04:05:00Z'), now)
    expect(await statusOf(accountId, 9001)).toBe('V')
    // And a sandbox may be put back.
    await pinClock(other, accountId, '2026-06-15T04:05:00Z')
    await ensureCalendarStates(db.database, at('2026-06-15T04:05:00Z'), now)
    expect(await statusOf(accountId, 9001)).toBe('L')
    await other.close()
  })

  test('a failed refresh is tried again by the next read', async () => {
    const missing = { accountId: 999_999, pinnedAt: null }
    const now = new Date('2026-07-01T12:00:00Z')
    await expect(ensureCalendarStates(db.database, missing, now)).rejects.toThrow(
      'query returned no rows',
    )
    await expect(ensureCalendarStates(db.database, missing, now)).rejects.toThrow(
      'query returned no rows',
    )
  })
})
