import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createEmptyDatabase } from '../support/database.ts'

let empty: Awaited<ReturnType<typeof createEmptyDatabase>>
let admin: Client
let user: string

beforeEach(async () => {
  empty = await createEmptyDatabase()
  admin = new Client({ connectionString: empty.url })
  await admin.connect()
  user = `hapi_test_user_${process.pid}_${Date.now()}`
})

afterEach(async () => {
  await admin.query(`reassign owned by ${user} to current_user; drop owned by ${user}`)
  await admin.end()
  await empty.drop()
  const server = new Client({
    connectionString: empty.url.replace(/\/hapi_test[^?]*/, '/postgres'),
  })
  await server.connect()
  await server.query(`drop role ${user}`)
  await server.end()
})

/** Makes the user that owns the database; gives the URL by which it connects. */
async function makeOwner(attributes: string): Promise<string> {
  await admin.query(`create role ${user} login password 'owner' ${attributes}`)
  const { rows } = await admin.query<{ name: string }>('select current_database() as name')
  await admin.query(`alter database ${rows[0]?.name} owner to ${user}`)
  return empty.url.replace(/^(\w+:\/\/)(?:[^@/]*@)?/, `$1${user}:owner@`)
}

/** Migrates as that user, gives two accounts a row each, and reads them without and with an account. */
async function readAs(url: string): Promise<unknown> {
  const notices: string[] = []
  await migrate({ connection: { url }, notify: (text) => notices.push(text.en) })
  await admin.query(`
    insert into accounts (account_id, database_name, name) values (1, 'A', 'A'), (2, 'B', 'B');
    insert into companies (account_id, id, company_no, name) values (1, 1, 1, 'A'), (2, 1, 1, 'B')`)
  const database = await openDatabase({ connection: { url }, poolSize: 2 })
  const client = await database.connectReader()
  const without = await client.query('select name from companies')
  await client.query('begin')
  await client.query(`select set_config('hapi.account_id', '2', true)`)
  const within = await client.query('select current_user as user, name from companies')
  await client.query('commit')
  client.release()
  await database.close()
  return { without: without.rows, within: within.rows, notices: notices.slice(-1) }
}

const textSearchNotice = expect.stringContaining('Text search: the user of DATABASE_URL')

describe('the user of DATABASE_URL is not a superuser', () => {
  test('owner of the database alone: the policies hold the user itself', async () => {
    expect(await readAs(await makeOwner(''))).toEqual({
      without: [],
      within: [{ user, name: 'B' }],
      notices: [textSearchNotice],
    })
  })

  test('bypasses the policies: requests step down to hapi_app', async () => {
    const url = await makeOwner('createrole bypassrls')
    await admin.query(`grant hapi_app to ${user}`)
    expect(await readAs(url)).toEqual({
      without: [],
      within: [{ user: 'hapi_app', name: 'B' }],
      notices: [textSearchNotice],
    })
  })
})
