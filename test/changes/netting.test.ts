import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { ALEX, BEATRICE, changesIn, commit, emptyLog, loggedChanges } from './change-rows.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(async () => {
  await db.drop()
})
beforeEach(async () => {
  await emptyLog(db.database)
})

const insertEmployee = (id: number) =>
  `insert into employees (account_id, id, employee_code, last_name, first_name)
   values (${ALEX}, ${id}, 'E${id}', 'Roy', 'Ève')`
const renameEmployee = (id: number, name: string) =>
  `update employees set last_name = '${name}' where account_id = ${ALEX} and id = ${id}`
const deleteEmployee = (id: number) =>
  `delete from employees where account_id = ${ALEX} and id = ${id}`

describe('R-013 One event per row and transaction', () => {
  test('insert then update is an insert', async () => {
    await commit(db.database, [insertEmployee(70_001), renameEmployee(70_001, 'Roi')])
    expect(await loggedChanges(db.database)).toEqual([
      { entity: 'Employee', id: 70_001, status: 3 },
    ])
  })

  test('several updates are one update', async () => {
    await commit(db.database, [renameEmployee(70_001, 'A'), renameEmployee(70_001, 'B')])
    expect(await loggedChanges(db.database)).toEqual([
      { entity: 'Employee', id: 70_001, status: 1 },
    ])
  })

  test('update then delete is a delete', async () => {
    await commit(db.database, [renameEmployee(70_001, 'C'), deleteEmployee(70_001)])
    expect(await loggedChanges(db.database)).toEqual([
      { entity: 'Employee', id: 70_001, status: 2 },
    ])
  })

  test('insert then delete is nothing', async () => {
    await commit(db.database, [
      insertEmployee(70_002),
      renameEmployee(70_002, 'A'),
      deleteEmployee(70_002),
    ])
    expect(await loggedChanges(db.database)).toEqual([])
  })

  test('each transaction has its own event', async () => {
    await commit(db.database, [insertEmployee(70_003)])
    await commit(db.database, [renameEmployee(70_003, 'A')])
    await commit(db.database, [renameEmployee(70_003, 'B')])
    await commit(db.database, [deleteEmployee(70_003)])
    expect((await loggedChanges(db.database)).map(({ status }) => status)).toEqual([3, 1, 1, 2])
  })

  test('an update that changes no value is nothing', async () => {
    await commit(db.database, [
      'update tenants set phone = phone where account_id = 1 and id = 9101',
      "update tenants set modified_date = '2030-01-01' where account_id = 1 and id = 9101",
    ])
    expect(await loggedChanges(db.database)).toEqual([])
  })

  test('a change that no answer shows is nothing', async () => {
    await commit(db.database, [
      "update preauthorized_debits set account_no = '7654321' where account_id = 1",
    ])
    expect(await loggedChanges(db.database)).toEqual([])
    await commit(db.database, [
      "update preauthorized_debits set account_no = '1234567', account_holder_name = 'X' where account_id = 1",
    ])
    const changes = await loggedChanges(db.database)
    expect(changes.length).toBeGreaterThan(0)
    expect(new Set(changes.map(({ status }) => status))).toEqual(new Set([1]))
  })

  test('(2) the same telephone twice is one event', async () => {
    const patch = "update tenants set phone = '418-555-0001' where account_id = 1 and id = 9101"
    await commit(db.database, [patch])
    await commit(db.database, [patch])
    expect(await loggedChanges(db.database)).toEqual([{ entity: 'Tenant', id: 9101, status: 1 }])
  })

  test('a statement over many rows gives one event for each, and merges each', async () => {
    await commit(db.database, [
      'update units set asking_rent = coalesce(asking_rent, 0) + 1 where account_id = 1',
      'update units set asking_rent = asking_rent + 1 where account_id = 1 and id < 10000',
    ])
    const changes = await loggedChanges(db.database)
    const { rows } = await db.database.transaction((client) =>
      client.query<{ id: number }>('select id from units where account_id = 1'),
    )
    expect(new Set(changes.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)))
    expect(changes).toHaveLength(rows.length)
    expect(new Set(changes.map(({ entity, status }) => `${entity} ${status}`))).toEqual(
      new Set(['Unit 1']),
    )
  })

  test('a change of a computed field is an update', async () => {
    await commit(db.database, ["select run_account_day(1, '2026-07-01')"])
    expect(await loggedChanges(db.database)).toContainEqual({
      entity: 'Unit',
      id: 9001,
      status: 1,
    })
  })

  test('a rollback leaves nothing, whole or to a savepoint', async () => {
    await expect(
      commit(db.database, [insertEmployee(70_010), 'select 1 / 0']),
    ).rejects.toMatchObject({ code: '22012' })
    await commit(db.database, [
      insertEmployee(70_011),
      'savepoint before',
      insertEmployee(70_012),
      deleteEmployee(70_011),
      'rollback to savepoint before',
    ])
    expect(await loggedChanges(db.database)).toEqual([
      { entity: 'Employee', id: 70_011, status: 3 },
    ])
  })

  test('a row that comes back under its Id is an update; a row that takes another Id is two', async () => {
    await commit(db.database, [deleteEmployee(70_011), insertEmployee(70_011)])
    await commit(db.database, [
      `update employees set id = 70013 where account_id = ${ALEX} and id = 70011`,
    ])
    expect(await loggedChanges(db.database)).toEqual([
      { entity: 'Employee', id: 70_011, status: 1 },
      { entity: 'Employee', id: 70_011, status: 2 },
      { entity: 'Employee', id: 70_013, status: 3 },
    ])
  })

  test('several writers at once have their own events', async () => {
    await Promise.all(
      [1, 2, 3, 4, 5, 6].map((writer) =>
        commit(db.database, [
          insertEmployee(71_000 + writer),
          renameEmployee(71_000 + writer, `W${writer}`),
          "update tenants set comment = coalesce(comment, '') || '.' where account_id = 1 and id = 9101",
        ]),
      ),
    )
    const changes = await loggedChanges(db.database)
    expect(changes.filter(({ entity }) => entity === 'Employee')).toHaveLength(6)
    expect(changes.filter(({ entity }) => entity === 'Tenant')).toEqual(
      Array.from({ length: 6 }, () => ({ entity: 'Tenant', id: 9101, status: 1 })),
    )
  })

  test('a load switches the log off for its own transaction alone', async () => {
    await commit(db.database, [
      "select set_config('hapi.change_log', 'off', true)",
      insertEmployee(72_001),
      renameEmployee(72_001, 'A'),
      insertEmployee(72_002),
      deleteEmployee(72_002),
    ])
    expect(await loggedChanges(db.database)).toEqual([])
    await commit(db.database, [deleteEmployee(72_001)])
    expect(await loggedChanges(db.database)).toEqual([
      { entity: 'Employee', id: 72_001, status: 2 },
    ])
  })

  test('a writer whom row-level security holds has events and Ids like any other', async () => {
    await commit(db.database, [
      'set local role hapi_app',
      insertEmployee(73_001),
      deleteEmployee(73_001),
      insertEmployee(73_002),
      "select allocate_ids(1, 'Employee', 1)",
    ])
    expect(await loggedChanges(db.database)).toEqual([
      { entity: 'Employee', id: 73_002, status: 3 },
    ])
  })

  test('another account has its own events', async () => {
    await commit(db.database, [renameEmployee(71_001, 'Q')])
    await commit(
      db.database,
      ["update tenants set phone = '418-555-0002' where account_id = 2 and id = 9101"],
      BEATRICE,
    )
    expect(await loggedChanges(db.database, BEATRICE)).toEqual([
      { entity: 'Tenant', id: 9101, status: 1 },
    ])
    const client = await db.database.connectReader()
    try {
      await client.query('begin')
      await client.query("select set_config('hapi.account_id', '1', true)")
      expect(await changesIn(client, BEATRICE)).toEqual([])
      expect(await changesIn(client, ALEX)).toHaveLength(1)
      await client.query('rollback')
    } finally {
      client.release()
    }
  })
})
