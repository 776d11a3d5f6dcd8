/**
 * How a command reaches the database: the operator's, the embedded one that a running product has
 * started, or that one started for the time of the command.
 */

import { userInfo } from 'node:os'
import type { Config } from '../config.ts'
import type { ConnectionSettings } from '../db/connection-settings.ts'
import { type Database, openDatabase } from '../db/database.ts'
import { EMBEDDED_DATABASE, EMBEDDED_USER } from '../db/embedded-cluster.ts'
import { prepareEmbeddedPlaces } from '../db/embedded-places.ts'
import { findPostmaster } from '../db/embedded-postmaster.ts'
import { startEmbeddedServer } from '../db/embedded-server.ts'
import { migrate } from '../db/migrate.ts'
import { type Notify, StartupRefusal } from '../db/startup-refusal.ts'

/** One command at a time needs one connection; a second is for what it waits on. */
const POOL_SIZE = 2

/** Runs `work` with the way to the database. Throws StartupRefusal, UNAVAILABLE. */
export async function withConnection<T>(
  config: Config,
  notify: Notify,
  work: (connection: ConnectionSettings) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl !== undefined) return work({ url: config.databaseUrl })
  const { dataDir } = config
  const running = await findPostmaster(await prepareEmbeddedPlaces(dataDir))
  if (running !== undefined) {
    const { socketDir, port } = running
    return work({ socketDir, port, user: EMBEDDED_USER, database: EMBEDDED_DATABASE })
  }
  const server = await startEmbeddedServer({ dataDir, notify })
  try {
    await migrate({ connection: server.connection, notify })
    return await work(server.connection)
  } finally {
    await server.stop()
  }
}

/** Runs `work` over the database. Throws StartupRefusal, also when it was never migrated, UNAVAILABLE. */
export async function withDatabase<T>(
  config: Config,
  { notify, command }: { readonly notify: Notify; readonly command: string },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  return withConnection(config, notify, async (connection) => {
    const database = await openDatabase({
      connection,
      poolSize: POOL_SIZE,
      acting: { channel: 'cli', process: command, userName: systemUser() },
    })
    try {
      return await work(database)
    } catch (error) {
      throw isMissingTable(error) ? notMigrated(error) : error
    } finally {
      await database.close()
    }
  })
}

/** Whoever runs the command, as his system calls him; a container may not know. */
export function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? '')
  }
}

/** SQLSTATE undefined_table and invalid_schema_name. */
function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(?:42P01|3F000)$/.test(String(error.code))
}

function notMigrated(cause: unknown): StartupRefusal {
  return new StartupRefusal(
    {
      fr: 'La base de données n’a pas encore les tables de cette version : lancez « hapi migrate ».',
      en: "The database does not have the tables of this version yet: run 'hapi migrate'.",
    },
    { cause },
  )
}
