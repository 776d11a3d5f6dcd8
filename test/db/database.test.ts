import { EventEmitter, once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let testDatabase: TestDatabase
let database: Database

beforeEach(async () => {
  testDatabase = await createTestDatabase()
  database = testDatabase.database
})

afterEach(() => testDatabase.drop())

async function read(text: string): Promise<unknown[]> {
  const client = await database.connectReader()
  try {
    return (await client.query(text)).rows
  } finally {
    client.release()
  }
}

const write = (text: string, accountId?: number) =>
  database.transaction(
    async (client) => (await client.query(text)).rows,
    accountId === undefined ? {} : { accountId },
  )

const notify = (payload: string) => write(`select pg_notify('probe', '${payload}')`)

/** Ends every session of this database but the one that asks, as a restart of the server does. */
const endSessions = () =>
  write(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  )

describe('readers', () => {
  test('are held by row-level security, read only, under one snapshot, in UTC', async () => {
    expect(
      await read(
        `select current_user as user, current_setting('transaction_read_only') as read_only,
                current_setting('transaction_isolation') as isolation,
                current_setting('timezone') as timezone, current_setting('datestyle') as datestyle,
                current_setting('statement_timeout') as timeout,
                current_setting('idle_in_transaction_session_timeout') as idle`,
      ),
    ).toEqual([
      {
        user: 'hapi_app',
        read_only: 'on',
        isolation: 'repeatable read',
        timezone: 'UTC',
        datestyle: 'ISO, MDY',
        timeout: '30s',
        idle: '15s',
      },
    ])
    await expect(read('delete from accounts')).rejects.toThrow('read-only transaction')
  })

  test('see no row of a table under the policy without an account, and only its rows with one', async () => {
    await write(
      `create table probe (account_id integer not null, id integer not null);
       alter table probe enable row level security, force row level security;
       create policy account on probe using (
         account_id = (select nullif(current_setting('hapi.account_id', true), '')::integer));
       grant select on probe to hapi_app;
       insert into probe values (1, 10), (2, 20)`,
    )
    expect(await read('select id from probe')).toEqual([])
    const client = await database.connectReader()
    await client.query('begin')
    await client.query(`select set_config('hapi.account_id', '2', true)`)
    expect((await client.query('select id from probe')).rows).toEqual([{ id: 20 }])
    await client.query('commit')
    // The account does not outlive its transaction: the next one on this connection sees nothing.
    expect((await client.query('select id from probe')).rows).toEqual([])
    client.release()
  })

  test('wait 5 s at most for a connection, then UNAVAILABLE', async () => {
    const held = await Promise.all(Array.from({ length: 4 }, () => database.connectReader()))
    const start = Date.now()
    await expect(database.connectReader()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      status: 503,
      headers: { 'Retry-After': '2' },
    })
    expect(Date.now() - start).toBeLessThan(6_000)
    for (const client of held) client.release()
    expect(await read('select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('transactions', () => {
  test('commit what they did, with their account, and roll back when they throw', async () => {
    await write('create table probe (n integer)')
    const account = `current_setting('hapi.account_id', true)`
    expect(await write(`insert into probe values (1) returning ${account} as account`, 7)).toEqual([
      { account: '7' },
    ])
    const failure = new Error('the rule says no')
    const failing = database.transaction(async (client) => {
      await client.query('insert into probe values (2)')
      throw failure
    })
    await expect(failing).rejects.toBe(failure)
    expect(await write(`select n, ${account} as account from probe`)).toEqual([
      { n: 1, account: '' },
    ])
  })
})

describe('a server that restarts', () => {
  test('ends the statement in progress with UNAVAILABLE, and the pools recover', async () => {
    await read('select 1')
    const sleeping = write('select pg_sleep(20)')
    await expect
      .poll(() =>
        write(
          `select count(*)::integer as n from pg_stat_activity
            where datname = current_database() and query like 'select pg_sleep%'`,
        ),
      )
      .toEqual([{ n: 1 }])
    const [outcome] = await Promise.all([sleeping.catch((error: unknown) => error), endSessions()])
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', status: 503 })
    // A connection may be handed out in the instant before its end is noticed.
    await expect.poll(() => read('select 1 as one').catch(() => [])).toEqual([{ one: 1 }])
    await expect.poll(() => write('select 1 as one').catch(() => [])).toEqual([{ one: 1 }])
  })

  test('listeners hear notifications, and after the restart that some may be missed', async () => {
    const heard = new EventEmitter()
    await database.listen('probe', (payload) => void heard.emit(payload ?? 'missed'))
    const first = once(heard, 'one')
    await notify('one')
    expect(await first).toEqual([])
    const missed = once(heard, 'missed')
    await endSessions()
    expect(await missed).toEqual([])
    const second = once(heard, 'two')
    await expect.poll(() => notify('two').catch(() => [])).toEqual([{ pg_notify: '' }])
    expect(await second).toEqual([])
  })
})

describe('a server that cannot be reached', () => {
  test.each([
    ['a port nobody listens on', { url: 'postgresql://nobody@127.0.0.1:1/none' }],
    ['a socket that is gone', { socketDir: '/nonexistent', port: 1, user: 'a', database: 'a' }],
  ])('%s: UNAVAILABLE', async (_, connection) => {
    await expect(openDatabase({ connection })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})
