/**
 * One product at a time on an embedded cluster: a session lock of PostgreSQL itself, so that it ends
 * with the process that holds it, however that process ends.
 */

import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { type ConnectionSettings, clientConfig } from './connection-settings.ts'
import { StartupRefusal } from './startup-refusal.ts'

/** 'HApi' in ASCII: the lock's number in the maintenance database, where nothing else locks. */
const LOCK_KEY = 0x48417069
/** The server notices the end of a killed product in milliseconds; this is room for a busy machine. */
const LOCK_WAIT_MS = 2_000
const LOCK_POLL_MS = 50
const HOLDER_PREFIX = 'hapi lock of '

/** Takes the lock; the connection given back holds it until it ends. Throws StartupRefusal. */
export async function holdEmbeddedLock(connection: ConnectionSettings): Promise<Client> {
  const client = new Client(
    clientConfig(connection, `${HOLDER_PREFIX}${process.pid}@${hostname()}`),
  )
  // Without a listener, the loss of the connection would end the process; who holds it listens to 'end'.
  client.on('error', () => {})
  await client.connect()
  try {
    const deadline = Date.now() + LOCK_WAIT_MS
    do {
      const { rows } = await client.query<{ held: boolean }>(
        'select pg_try_advisory_lock($1) as held',
        [LOCK_KEY],
      )
      if (rows[0]?.held === true) return client
      await sleep(LOCK_POLL_MS)
    } while (Date.now() < deadline)
    throw inUse(await findHolder(client))
  } catch (error) {
    await client.end()
    throw error
  }
}

async function findHolder(client: Client): Promise<string> {
  const { rows } = await client.query<{ application_name: string }>(
    `select a.application_name
       from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.objid = $1::bigint::oid and l.granted`,
    [LOCK_KEY],
  )
  return rows[0]?.application_name.slice(HOLDER_PREFIX.length) ?? '?'
}

function inUse(holder: string): StartupRefusal {
  const [pid, host] = holder.split('@')
  return new StartupRefusal({
    fr: `Primmo HApi fonctionne déjà sur ce dossier de données (processus ${pid} sur ${host}). Arrêtez-le, choisissez un autre DATA_DIR, ou donnez DATABASE_URL pour exécuter plusieurs processus.`,
    en: `Primmo HApi already runs on this data folder (process ${pid} on ${host}). Stop it, choose another DATA_DIR, or set DATABASE_URL to run several processes.`,
  })
}
