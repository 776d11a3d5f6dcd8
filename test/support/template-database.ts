/**
 * The database that every test file's own is cloned from: migrated once, with the demo portfolio.
 * Names tell the run that made them, so that runs on one server do not meet and those of killed runs
 * are found.
 */

import { Client } from 'pg'
import { migrate } from '../../src/db/migrate.ts'
import { databaseUrl } from './database-url.ts'
import { seedTemplate } from './seed-template.ts'

/** What the test files of a run need to know; `close` drops all that the run has made. */
export interface TemplateDatabase {
  readonly name: string
  close(): Promise<void>
}

/** Makes the template on the server of `serverUrl`, after dropping what killed runs have left. */
export async function makeTemplateDatabase(serverUrl: string): Promise<TemplateDatabase> {
  const run = new Client({ connectionString: serverUrl, application_name: 'hapi test run' })
  // Whoever needs the connection next reports its loss.
  run.on('error', () => {})
  await run.connect()
  // The run is alive as long as this session holds its lock.
  const { rows } = await run.query<{ pid: number }>(
    'select pg_backend_pid() as pid, pg_advisory_lock_shared(1, pg_backend_pid())',
  )
  const name = `hapi_test_${rows[0]?.pid}`
  const close = async () => {
    await dropDatabases(run, await findDatabases(run, name))
    await run.end()
  }
  await dropDatabases(run, await findLeftovers(run))
  await dropDatabases(run, await findDatabases(run, name))
  try {
    await run.query(`create database ${name} encoding 'UTF8' template template0`)
    const connection = { url: databaseUrl(serverUrl, name) }
    await migrate({ connection, notify: () => {} })
    await seedTemplate(connection)
    return { name, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Databases `hapi_test_<session>…` whose session holds no lock any more. */
async function findLeftovers(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database
      where datname ~ '^hapi_test_[0-9]+'
        and not exists (
          select from pg_locks
           where locktype = 'advisory' and classid = 1 and pid = objid::bigint
             and objid::bigint = substring(datname from '^hapi_test_([0-9]+)')::bigint)`,
  )
  return rows.map((row) => row.datname)
}

async function findDatabases(client: Client, prefix: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where datname = $1 or starts_with(datname, $2)',
    [prefix, `${prefix}_`],
  )
  return rows.map((row) => row.datname)
}

async function dropDatabases(client: Client, names: readonly string[]): Promise<void> {
  for (const name of names) await client.query(`drop database if exists ${name} with (force)`)
}
