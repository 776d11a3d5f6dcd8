import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Access } from '../../src/auth/access.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeIntegrator, openDoor, type SignInParts } from './support.ts'

let db: TestDatabase
/** The database as the door sees it: closed under it, it is a server that went away. */
let connection: Database
let door: Access
let crm: SignInParts
let aheadMs = 0

beforeEach(async () => {
  aheadMs = 0
  db = await createTestDatabase()
  connection = await openDatabase({ connection: { url: db.url }, poolSize: 4 })
  crm = await makeIntegrator(db.database, {
    databaseName: 'ÉRABLES',
    integrator: 'CRM',
    userName: 'crm',
  })
  door = await openDoor(connection, () => Date.now() + aheadMs)
})

afterEach(async () => {
  await door.close()
  await db.drop()
})

describe('security §2: the database is out of reach', () => {
  test('what was known serves for 10 s, then nothing does', async () => {
    const authorization = `Bearer ${(await door.issueToken(crm)).token}`
    await connection.close()
    aheadMs = 9_000
    expect((await door.authenticate(authorization)).userName).toBe('crm')
    aheadMs = 11_000
    const unavailable = { code: 'UNAVAILABLE', status: 503, headers: { 'Retry-After': '2' } }
    await expect(door.authenticate(authorization)).rejects.toMatchObject(unavailable)
    await expect(door.issueToken(crm)).rejects.toMatchObject(unavailable)
  })
})

describe('the last use of a key', () => {
  test('is written at the latest when the process ends, and changes nothing that others must reload', async () => {
    const version = (): Promise<unknown> =>
      db.database.transaction(async (client) => (await client.query('table access.version')).rows)
    await door.authenticate(`Bearer ${(await door.issueToken(crm)).token}`)
    const before = await version()
    await door.close()
    await connection.close()
    const ages = await db.database.transaction(async (client) => {
      const { rows } = await client.query<{ is_recent: boolean }>(
        `select last_used_date between now() - interval '1 minute' and now() + interval '1 s' as is_recent
           from access.api_keys where id = $1`,
        [crm.keyId],
      )
      return rows
    })
    expect(ages).toEqual([{ is_recent: true }])
    expect(await version()).toEqual(before)
  })
})
