/** Transactions whose statements travel together: what happens when one of them fails. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let testDatabase: TestDatabase
let database: Database

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  // Two connections that write: statements find what earlier ones left on theirs.
  database = await openDatabase({ connection: { url: testDatabase.url }, poolSize: 2 })
  await database.transaction((client) => client.query('create table probe (n integer primary key)'))
})

beforeEach(() => database.transaction((client) => client.query('truncate probe')))

afterAll(async () => {
  await database.close()
  await testDatabase.drop()
})

const INSERT = 'insert into probe values ($1)'

async function stored(): Promise<readonly (string | null)[]> {
  return database.pipelinedTransaction(async (statements) => {
    const { rows } = await statements.ask('select n from probe order by n')
    return rows.flat()
  })
}

test('statements of one turn run in their order, each sees those before it', async () => {
  const counts = await database.pipelinedTransaction(async (statements, begun) => {
    await begun
    void statements.ask(INSERT, [1])
    const one = statements.ask('select count(*) as total from probe', [], true)
    void statements.ask(INSERT, [2])
    const two = statements.ask('select count(*) as total from probe')
    return Promise.all([one, two])
  })
  expect(counts).toEqual([
    { columns: ['total'], rows: [['1']], command: 'SELECT 1' },
    { columns: [], rows: [['2']], command: 'SELECT 1' },
  ])
  expect(await stored()).toEqual(['1', '2'])
})

test('the failure of one that nobody waits for fails the commit, and nothing is stored', async () => {
  const committing = database.pipelinedTransaction(async (statements, begun) => {
    await begun
    statements.ask(INSERT, [1]).catch(() => {})
    statements.ask(INSERT, [1]).catch(() => {})
  })
  await expect(committing).rejects.toMatchObject({ code: '23505' })
  expect(await stored()).toEqual([])
})

test('so it does when the failure was long before the commit', async () => {
  const committing = database.pipelinedTransaction(async (statements, begun) => {
    await begun
    await statements.ask('select 1 / 0').catch(() => {})
  })
  await expect(committing).rejects.toThrow('a statement failed')
})

test('those after a failure are not run, and fail with its error', async () => {
  const failing = database.pipelinedTransaction(async (statements, begun) => {
    await begun
    const outcomes = await Promise.allSettled([
      statements.ask(INSERT, [1]),
      statements.ask('select 1 / 0'),
      statements.ask(INSERT, [2]),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(outcomes[2]).toMatchObject({ reason: { code: '22012' } })
    throw new Error('given up')
  })
  await expect(failing).rejects.toThrow('given up')
  expect(await stored()).toEqual([])
})

test('a statement that was first sent in a batch that failed can be sent again', async () => {
  const text = 'insert into probe values ($1), ($1 + 1)'
  for (const attempt of [1, 2]) {
    const failing = database.pipelinedTransaction(async (statements, begun) => {
      await begun
      await Promise.all([statements.ask('select 1 / 0'), statements.ask(text, [attempt * 10])])
    })
    await expect(failing).rejects.toMatchObject({ code: '22012' })
  }
  await database.pipelinedTransaction(async (statements, begun) => {
    await begun
    await statements.ask(text, [1])
    await statements.ask(text, [3])
  })
  expect(await stored()).toEqual(['1', '2', '3', '4'])
})

test('what is thrown in the turn in which statements were made rolls them back', async () => {
  const failing = database.pipelinedTransaction(async (statements, begun) => {
    await begun
    void statements.ask(INSERT, [1])
    throw new Error('given up')
  })
  await expect(failing).rejects.toThrow('given up')
  expect(await stored()).toEqual([])
})
