/** Refuses, before anything else is tried, a server on which the product cannot work. */

import { Client } from 'pg'
import { unavailableOr } from './connection-error.ts'
import { type ConnectionSettings, clientConfig } from './connection-settings.ts'
import { StartupRefusal } from './startup-refusal.ts'

const VERSION_MIN = 15

/** Throws StartupRefusal for a server older than 15 or built without ICU, UNAVAILABLE when none answers. */
export async function checkServer(connection: ConnectionSettings): Promise<void> {
  const client = new Client(clientConfig(connection, 'hapi check'))
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<ServerFacts>(
      `select current_setting('server_version_num')::integer / 10000 as version,
              exists (select from pg_collation where collprovider = 'i') as has_icu,
              current_setting('server_encoding') as encoding`,
    )
    if (rows[0] !== undefined) checkFacts(rows[0])
  } catch (error) {
    throw unavailableOr(error)
  } finally {
    await client.end().catch(() => {})
  }
}

/** What the check asks of a server. */
export interface ServerFacts {
  readonly version: number
  readonly has_icu: boolean
  readonly encoding: string
}

/** The decision alone. Throws StartupRefusal. */
export function checkFacts(facts: ServerFacts): void {
  if (facts.version < VERSION_MIN) {
    throw new StartupRefusal({
      fr: `Le serveur de DATABASE_URL est PostgreSQL ${facts.version}; il faut la version ${VERSION_MIN} ou plus récente.`,
      en: `The server of DATABASE_URL is PostgreSQL ${facts.version}; version ${VERSION_MIN} or later is needed.`,
    })
  }
  if (!facts.has_icu) {
    throw new StartupRefusal({
      fr: "Le PostgreSQL de DATABASE_URL est compilé sans ICU, dont dépend l'ordre français des textes.",
      en: 'The PostgreSQL of DATABASE_URL is built without ICU, on which the French order of texts depends.',
    })
  }
  if (facts.encoding !== 'UTF8') {
    throw new StartupRefusal({
      fr: `La base de DATABASE_URL est encodée en ${facts.encoding}; créez-la avec l'encodage UTF8.`,
      en: `The database of DATABASE_URL is encoded in ${facts.encoding}; create it with encoding UTF8.`,
    })
  }
}
