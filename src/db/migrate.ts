/**
 * Brings a database to the schema of this program: the migrations that it lacks, in order, each in
 * its own transaction; then the runtime role's rights.
 *
 * Killed between two migrations, the next run goes on with the second. Two runs at once: each step
 * takes the same lock and looks again, so that one applies it and the other finds it applied.
 */

import { Client } from 'pg'
import { prepareAppRole } from './app-role.ts'
import { type ConnectionSettings, clientConfig } from './connection-settings.ts'
import { markTextSearchLeakproof } from './leakproof.ts'
import { MIGRATIONS_DIR, type Migration, readMigrations } from './migration-files.ts'
import { type Notify, StartupRefusal } from './startup-refusal.ts'

/** What to migrate, and by which files (the product's own unless given). */
export interface MigrateOptions {
  readonly connection: ConnectionSettings
  readonly notify: Notify
  readonly directory?: string
}

/** 'HApm' in ASCII: serialises migrations of one database. */
const MIGRATION_LOCK_KEY = 0x4841706d

/**
 * Applies what is missing and gives the numbers applied. Throws StartupRefusal when a file that was
 * applied has changed, or when the database is ahead of this program.
 */
export async function migrate(options: MigrateOptions): Promise<readonly number[]> {
  const migrations = await readMigrations(options.directory ?? MIGRATIONS_DIR)
  const client = new Client(clientConfig(options.connection, 'hapi migrate'))
  // The query in progress reports the loss of the connection; this listener keeps the process alive.
  client.on('error', () => {})
  await client.connect()
  try {
    await locked(client, () => client.query(CREATE_LEDGER))
    checkApplied(migrations, await readApplied(client))
    const applied: number[] = []
    for (const migration of migrations) {
      if (await locked(client, () => applyIfMissing(client, migration, options.notify))) {
        applied.push(migration.number)
      }
    }
    await locked(client, async () => {
      await prepareAppRole(client)
      await markTextSearchLeakproof(client, options.notify)
    })
    return applied
  } finally {
    await client.end()
  }
}

const CREATE_LEDGER = `create table if not exists schema_migrations (
  number     integer primary key,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now()
)`

interface AppliedMigration {
  readonly number: number
  readonly name: string
  readonly checksum: string
}

async function readApplied(client: Client): Promise<readonly AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    'select number, name, checksum from schema_migrations order by number',
  )
  return rows
}

function checkApplied(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): void {
  const byNumber = new Map(migrations.map((migration) => [migration.number, migration]))
  for (const { number, name, checksum } of applied) {
    const file = byNumber.get(number)
    if (file === undefined) throw aheadOfProgram(number, name)
    if (file.checksum !== checksum) throw changedFile(number, name)
  }
}

async function applyIfMissing(
  client: Client,
  migration: Migration,
  notify: Notify,
): Promise<boolean> {
  const { number, name, sql, checksum } = migration
  const applied = (await readApplied(client)).find((row) => row.number === number)
  if (applied !== undefined) {
    if (applied.checksum !== checksum) throw changedFile(number, name)
    return false
  }
  notify({ fr: `Migration ${number} : ${name}`, en: `Migration ${number}: ${name}` })
  await client.query(sql)
  await client.query('insert into schema_migrations (number, name, checksum) values ($1, $2, $3)', [
    number,
    name,
    checksum,
  ])
  return true
}

/** One transaction under the lock, which ends with it: a pooler in transaction mode may be between. */
async function locked<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK_KEY])
    const result = await work()
    await client.query('commit')
    return result
  } catch (error) {
    // The first error is the one to report, also when the connection is gone.
    await client.query('rollback').catch(() => {})
    throw error
  }
}

function changedFile(number: number, name: string): StartupRefusal {
  return new StartupRefusal({
    fr: `La migration ${number} (${name}) a changé depuis qu'elle a été appliquée à cette base. Rétablissez le fichier d'origine; un changement est une nouvelle migration.`,
    en: `Migration ${number} (${name}) has changed since it was applied to this database. Restore the original file; a change is a new migration.`,
  })
}

function aheadOfProgram(number: number, name: string): StartupRefusal {
  return new StartupRefusal({
    fr: `La base a reçu la migration ${number} (${name}), que ce programme ne connaît pas : il est plus ancien qu'elle. Démarrez la version qui l'a appliquée, ou une plus récente.`,
    en: `The database has received migration ${number} (${name}), which this program does not know: it is older than the database. Start the version that applied it, or a later one.`,
  })
}
