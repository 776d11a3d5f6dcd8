/** Sessions that read rows as bytes: what one leaves behind must not reach the next one. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { openReadSession } from '../../src/db/read-session.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const WRITERS = 2

let made: TestDatabase
let database: Database

beforeAll(async () => {
  made = await createTestDatabase()
  // One connection that reads: whoever comes next gets the one that was given back.
  database = await openDatabase({ connection: { url: made.url }, poolSize: 1 })
})

afterAll(async () => {
  await database.close()
  await made.drop()
})

describe('Cancelling', () => {
  test('a cancel that comes late does not stop the next reader of the connection', async () => {
    const first = await openReadSession(database, 1)
    const running = sleep(first, '0.05')
    // Every connection that could carry the cancel is busy until the statement is long over.
    const busy = Array.from({ length: WRITERS }, () =>
      database.transaction((client) => client.query('select pg_sleep(0.3)')),
    )
    const interrupting = first.interrupt()
    await running
    await first.release()
    const second = await openReadSession(database, 1)
    await expect(sleep(second, '0.6')).resolves.toBe(1)
    await second.release()
    await Promise.all([...busy, interrupting])
  })

  test('a cancel stops a statement that runs', async () => {
    const session = await openReadSession(database, 1)
    const stopped = sleep(session, '20').catch((error: unknown) => error)
    await untilRunning()
    await session.interrupt()
    expect(await stopped).toMatchObject({ code: '57014' })
    await session.release()
  })
})

/** A cancel that comes before the statement finds nothing to stop. */
async function untilRunning(): Promise<void> {
  const running = `select from pg_stat_activity
    where datname = current_database() and state = 'active' and query like 'select pg_sleep%'`
  let rows = 0
  while (rows === 0) {
    const { rowCount } = await database.transaction((client) => client.query(running))
    rows = rowCount ?? 0
  }
}

/** Gives the number of rows. */
async function sleep(
  session: Awaited<ReturnType<typeof openReadSession>>,
  seconds: string,
): Promise<number> {
  let rows = 0
  const statement = { text: 'select pg_sleep($1::double precision)', prepared: false }
  await session.open(statement, [seconds]).next(0, () => {
    rows += 1
  })
  return rows
}
