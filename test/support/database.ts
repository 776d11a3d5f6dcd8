/** A database of one test file's own, with the demo portfolio in it. */

import { Client } from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { databaseUrl } from './database-url.ts'

/** Made in `beforeAll`, dropped in `afterAll`. */
export interface TestDatabase {
  readonly url: string
  readonly database: Database
  /** Closes the pools and removes the database. */
  drop(): Promise<void>
}

let made = 0

/** Clones the template: schema, demo portfolio, rights. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = inject('templateName')
  return openTestDatabase(await createDatabase(`template ${template} strategy file_copy`))
}

/** A database without a single table, for tests of what makes them. */
export async function createEmptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = await createDatabase("encoding 'UTF8' template template0")
  return { url: databaseUrl(inject('serverUrl'), name), drop: () => dropDatabase(name) }
}

async function openTestDatabase(name: string): Promise<TestDatabase> {
  const url = databaseUrl(inject('serverUrl'), name)
  const database = await openDatabase({ connection: { url }, poolSize: 4 })
  return {
    url,
    database,
    async drop() {
      await database.close()
      await dropDatabase(name)
    },
  }
}

async function createDatabase(options: string): Promise<string> {
  const name = `${inject('templateName')}_${process.pid}_${++made}`
  await onServer(`create database ${name} ${options}`)
  return name
}

async function dropDatabase(name: string): Promise<void> {
  await onServer(`drop database if exists ${name} with (force)`)
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('serverUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
