import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  type Change,
  type ChangePosition,
  readChanges,
  START_OF_LOG,
} from '../../src/changes/change-log.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { ALEX, BEATRICE, commit, now, readAll } from './change-rows.ts'

let db: TestDatabase
const writers: Client[] = []

beforeAll(async () => {
  db = await createTestDatabase()
})
afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.end()
})
afterAll(async () => {
  await db.drop()
})

/** A writer whose transaction is open, and has its number already. */
async function openWriter(): Promise<Client> {
  const writer = new Client({ connectionString: db.url })
  writers.push(writer)
  await writer.connect()
  await writer.query("begin; select set_config('hapi.account_id', '1', true), pg_current_xact_id()")
  return writer
}

/** A visible change of a tenant. */
const touch = (id: number) =>
  `update tenants set comment = coalesce(comment, '') || '.' where account_id = 1 and id = ${id}`
const hire = (id: number) =>
  `insert into employees (account_id, id, employee_code, last_name, first_name)
   values (1, ${id}, 'E${id}', 'Roy', 'Ève')`
const remove = (id: number) => `delete from employees where account_id = 1 and id = ${id}`

const brief = ({ entity, id, status }: Change) => `${entity} ${id} ${status}`

async function page(after: ChangePosition, limit: number) {
  return db.database.transaction(
    (client) => readChanges(client, { accountId: ALEX, after, limit }),
    {
      accountId: ALEX,
    },
  )
}

describe('A reader of the change log', () => {
  test('sees what is committed, with its instant, and nothing else', async () => {
    const after = await now(db.database)
    const running = await openWriter()
    await running.query(touch(9101))
    await commit(db.database, [
      "select set_config('hapi.clock', '2026-06-15T12:00:00.120Z', true)",
      touch(9102),
    ])
    const { changes, hasMore } = await readAll(db.database, after)
    expect(hasMore).toBe(false)
    expect(changes).toEqual([
      {
        seq: expect.any(Number),
        entity: 'Tenant',
        id: 9102,
        status: 1,
        additionalInformation: null,
        at: new Date('2026-06-15T12:00:00.120Z'),
      },
    ])
    await running.query('rollback')
    expect((await readAll(db.database, after)).changes).toHaveLength(1)
  })

  test('does not skip an older transaction with a smaller number that commits later', async () => {
    const start = await now(db.database)
    const older = await openWriter()
    await older.query(touch(9101))
    await commit(db.database, [touch(9102)])
    const first = await readAll(db.database, start)
    expect(first.changes.map(brief)).toEqual(['Tenant 9102 1'])
    expect((await readAll(db.database, first.next)).changes).toEqual([])
    await older.query('commit')
    const second = await readAll(db.database, first.next)
    expect(second.changes.map(brief)).toEqual(['Tenant 9101 1'])
    expect(second.changes[0]?.seq).toBeLessThan(first.changes[0]?.seq ?? 0)
    expect((await readAll(db.database, second.next)).changes).toEqual([])
  })

  test('nor a transaction that had begun and not yet written', async () => {
    const older = await openWriter()
    const start = await now(db.database)
    await older.query(touch(9101))
    await older.query('commit')
    expect((await readAll(db.database, start)).changes.map(brief)).toEqual(['Tenant 9101 1'])
  })

  test('does not wait for a long transaction', async () => {
    const long = await openWriter()
    await long.query(touch(9101))
    let after = await now(db.database)
    for (const id of [9102, 9106, 9107]) {
      await commit(db.database, [touch(id)])
      const { changes, next } = await readAll(db.database, after)
      expect(changes.map(brief)).toEqual([`Tenant ${id} 1`])
      after = next
    }
    await long.query('commit')
    expect((await readAll(db.database, after)).changes.map(brief)).toEqual(['Tenant 9101 1'])
  })

  test('gets the changes of one row in the order in which they were made', async () => {
    // The one that deletes has the smallest transaction number, one in between keeps running.
    const deleter = await openWriter()
    const bystander = await openWriter()
    await bystander.query(touch(9101))
    const start = await now(db.database)
    await commit(db.database, [hire(80_001)])
    await deleter.query(remove(80_001))
    await deleter.query('commit')
    const first = await readAll(db.database, start)
    expect(first.changes.map(brief)).toEqual(['Employee 80001 3', 'Employee 80001 2'])
    await bystander.query('commit')
    const second = await readAll(db.database, first.next)
    expect(second.changes.map(brief)).toEqual(['Tenant 9101 1'])
  })

  test('reads a long window in pages, whatever commits between them', async () => {
    const start = await now(db.database)
    const older = await openWriter()
    await older.query(touch(9105))
    await commit(db.database, [touch(9101), touch(9102), touch(9106)])
    const first = await page(start, 2)
    expect([first.changes.map(brief), first.hasMore]).toEqual([
      ['Tenant 9101 1', 'Tenant 9102 1'],
      true,
    ])
    await older.query('commit')
    await commit(db.database, [touch(9107)])
    const second = await page(first.next, 2)
    expect([second.changes.map(brief), second.hasMore]).toEqual([['Tenant 9106 1'], false])
    const third = await page(second.next, 2)
    expect([third.changes.map(brief), third.hasMore]).toEqual([
      ['Tenant 9105 1', 'Tenant 9107 1'],
      false,
    ])
    expect((await page(third.next, 2)).changes).toEqual([])
  })

  test('reads each change once while many write', async () => {
    const start = await now(db.database)
    let isWriting = true
    const read: Change[] = []
    const reader = async () => {
      let after = start
      for (let isLast = false; !isLast; ) {
        // A transaction of any database of the server that has begun before may hold the last changes back.
        const last = isWriting ? undefined : await lastSeq()
        const { changes, next, hasMore } = await page(after, 7)
        read.push(...changes)
        after = next
        isLast = !hasMore && read.some(({ seq }) => seq === last)
      }
    }
    const writer = async (number: number) => {
      const client = await openWriter()
      for (let round = 0; round < 40; round += 1) {
        // In one order of the rows, so that the writers meet and do not block each other for good.
        for (const id of [9101, 9102, 9106])
          if ((round + id) % (number + 1) === 0) await client.query(touch(id))
        await client.query(hire(81_000 + number * 100 + round))
        await client.query(round % 5 === 4 ? 'rollback' : 'commit')
        await client.query(
          "begin; select set_config('hapi.account_id', '1', true), pg_current_xact_id()",
        )
      }
      await client.query('commit')
    }
    const reading = reader()
    await Promise.all([1, 2, 3, 4].map(writer))
    isWriting = false
    await reading
    const whole = await readAll(db.database, start)
    expect(read.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(
      whole.changes.map(({ seq }) => seq),
    )
    expect(read.filter(({ entity }) => entity === 'Employee')).toHaveLength(4 * 32)
    const ofRow = (id: number) => read.filter((change) => change.id === id).map(({ seq }) => seq)
    for (const id of [9101, 9102, 9106]) {
      expect(ofRow(id).length).toBeGreaterThan(10)
      expect(ofRow(id)).toEqual(ofRow(id).toSorted((a, b) => a - b))
    }
  })

  async function lastSeq(): Promise<number> {
    const { rows } = await db.database.transaction(
      (client) =>
        client.query<{ seq: string }>(
          'select max(seq)::text as seq from change_log where account_id = 1',
        ),
      { accountId: 1 },
    )
    return Number(rows[0]?.seq)
  }

  test('never gets a change of another account', async () => {
    const start = await now(db.database)
    await commit(
      db.database,
      ["update tenants set comment = 'B' where account_id = 2 and id = 9101"],
      BEATRICE,
    )
    expect((await readAll(db.database, start, ALEX)).changes).toEqual([])
    expect((await readAll(db.database, START_OF_LOG, ALEX)).changes.length).toBeGreaterThan(0)
    expect((await readAll(db.database, start, BEATRICE)).changes.map(brief)).toEqual([
      'Tenant 9101 1',
    ])
    // The second lock: under the role of requests even a statement that asks for the other account.
    const client = await db.database.connectReader()
    try {
      await client.query("begin; select set_config('hapi.account_id', '1', true)")
      const asked = { accountId: BEATRICE, after: start, limit: 10 }
      expect((await readChanges(client, asked)).changes).toEqual([])
      await client.query('rollback')
    } finally {
      client.release()
    }
  })

  test.each(['', '7', '1:1:/', "1:1:'", '9:1:', '1:9:4,3', '1:1:/1:1:/99999999999999999999'])(
    'refuses %j, which is no position',
    async (after) => {
      await expect(readAll(db.database, after)).rejects.toBeInstanceOf(RangeError)
    },
  )
})
