import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAccount } from '../../src/auth/accounts.ts'
import {
  createDemoCredentials,
  type DemoCredentials,
  type DemoCredentialsOptions,
} from '../../src/auth/demo-credentials.ts'
import type { Database } from '../../src/db/database.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { openDoor, passwords } from './support.ts'

let db: TestDatabase
let options: DemoCredentialsOptions
let credentials: DemoCredentials

beforeAll(async () => {
  db = await createTestDatabase()
  await createAccount(db.database, { databaseName: 'DÉMO/UN', name: 'Démo' })
  await createAccount(db.database, { databaseName: 'DÉMO/DEUX', name: 'Autre' })
  options = {
    passwords,
    dataDir: await mkdtemp(join(tmpdir(), 'hapi-demo-')),
    baseUrl: 'http://127.0.0.1:8080',
    databaseName: 'DÉMO/UN',
    otherDatabaseName: 'DÉMO/DEUX',
    optionalModules: ['crm', 'financial-statements'],
    withheldModules: ['financial-statements'],
  }
  credentials = (await createDemoCredentials(db.database, options)) ?? never()
})

afterAll(async () => {
  await db.drop()
  await rm(options.dataDir, { recursive: true })
})

function never(): never {
  throw new Error('no credentials')
}

/** Every table as text: what a dump of the database would hold. */
async function dumpAll(database: Database): Promise<string> {
  return database.transaction(async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname in ('public', 'access')`,
    )
    let dump = ''
    for (const { name } of tables) {
      const { rows } = await client.query<{ line: string }>(`select t::text as line from ${name} t`)
      dump += rows.map(({ line }) => line).join('\n')
    }
    return dump
  })
}

describe('security §2 and §6: secrets at rest', () => {
  test('no table holds a key or a password', async () => {
    const dump = await dumpAll(db.database)
    const { administrator, other } = credentials
    for (const { apiKey, password } of [credentials, administrator, other]) {
      const secret = apiKey.split('_')[3] ?? never()
      expect([dump.includes(secret), dump.includes(password)]).toEqual([false, false])
      // The dump is one that would show them: the public parts are there.
      expect(dump.includes(apiKey.split('_').slice(0, 3).join('_'))).toBe(true)
    }
  })

  test('the role that serves requests reads none of the access tables', async () => {
    const client = await db.database.connectReader()
    try {
      for (const table of ['users', 'api_keys', 'integrators', 'version']) {
        await expect(client.query(`select * from access.${table}`)).rejects.toMatchObject({
          code: '42501',
        })
      }
    } finally {
      client.release()
    }
  })
})

describe('demo credentials', () => {
  test('are in a file that only its owner reads', async () => {
    const path = join(options.dataDir, 'demo-credentials.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(credentials)
    const one = {
      apiKey: expect.stringMatching(/^hapi_live_/),
      userName: 'integrateur',
      password: expect.stringMatching(/^\w{24}$/),
    }
    expect(credentials).toEqual({
      baseUrl: 'http://127.0.0.1:8080',
      ...one,
      databaseName: 'DÉMO/UN',
      other: { ...one, databaseName: 'DÉMO/DEUX' },
      administrator: { ...one, userName: 'administrateur', databaseName: 'DÉMO/UN' },
    })
  })

  test('contract A5: the integrator lacks the withheld module, the administrator has it', async () => {
    const door = await openDoor(db.database)
    const modulesOf = async (parts: DemoCredentials['other']): Promise<readonly string[]> => {
      const { token } = await door.issueToken({ ...parts, address: '192.0.2.1' })
      return [...(await door.authenticate(`Bearer ${token}`)).modules].sort()
    }
    const all = ['core', 'crm', 'financial-statements', 'leasing']
    expect(await modulesOf(credentials)).toEqual(['core', 'crm', 'leasing'])
    expect(await modulesOf(credentials.administrator)).toEqual(all)
    expect(await modulesOf(credentials.other)).toEqual(all)
    await door.close()
  })

  test('are made once', async () => {
    expect(await createDemoCredentials(db.database, options)).toBeUndefined()
  })

  test('a run cut short before the last step is made good by the next', async () => {
    await db.database.transaction((client) =>
      client.query("delete from access.users where user_name = 'administrateur'"),
    )
    const again = (await createDemoCredentials(db.database, options)) ?? never()
    expect(again.apiKey).not.toBe(credentials.apiKey)
    const door = await openDoor(db.database)
    for (const parts of [again, again.other, again.administrator]) {
      await door.issueToken({ ...parts, address: '192.0.2.1' })
    }
    await door.close()
  })
})
