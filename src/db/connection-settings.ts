/** How to reach one database, in the driver's terms; the same shape for both kinds of server. */

import type { ClientConfig } from 'pg'

/** Either the operator's URL (its TLS parameters included) or the embedded server's unix socket. */
export type ConnectionSettings =
  | { readonly url: string }
  | {
      /** Folder of the unix socket, absolute. */
      readonly socketDir: string
      readonly port: number
      readonly user: string
      readonly database: string
    }

/** Bound of every wait for a connection: a refused caller gets an answer within 5 s. */
export const CONNECT_TIMEOUT_MS = 5_000

/** The driver's configuration of these settings, under a name that `pg_stat_activity` shows. */
export function clientConfig(
  connection: ConnectionSettings,
  applicationName: string,
): ClientConfig {
  const shared = {
    application_name: applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  }
  if ('url' in connection) return { ...shared, connectionString: connection.url }
  return {
    ...shared,
    host: connection.socketDir,
    port: connection.port,
    user: connection.user,
    database: connection.database,
    // The driver fills what is absent from PGSSLMODE, PGOPTIONS, PGPASSWORD and PGCLIENTENCODING.
    // They speak of some other server, so each has a value here.
    ssl: false,
    options: '-c client_min_messages=warning',
    password: 'none',
    client_encoding: 'UTF8',
  }
}
