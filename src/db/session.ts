/** A connection that its holder keeps: for advisory locks, which last as long as a session. */

import { Client } from 'pg'
import { unavailable } from './connection-error.ts'
import { CONNECT_TIMEOUT_MS, type ConnectionSettings, clientConfig } from './connection-settings.ts'

export interface DatabaseSession {
  /** Throws what the statement throws; a lost connection is also told by `onLost`. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  close(): Promise<void>
}

/** Past this the connection is as good as lost. */
const QUERY_TIMEOUT_MS = 10_000

/** `onLost` hears once when the connection has ended although nobody closed it. Throws UNAVAILABLE. */
export async function openSession(
  connection: ConnectionSettings,
  name: string,
  onLost: () => void,
  queryTimeoutMs: number = QUERY_TIMEOUT_MS,
): Promise<DatabaseSession> {
  const client = new Client({
    ...clientConfig(connection, name),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs,
  })
  let isClosed = false
  // The end follows, and tells.
  client.on('error', () => {})
  client.on('end', () => {
    if (!isClosed) onLost()
  })
  try {
    await client.connect()
  } catch (error) {
    isClosed = true
    throw unavailable(error)
  }
  return {
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      const { rows } = await client.query<Row>(text, [...values])
      return rows
    },
    close: async () => {
      isClosed = true
      await client.end().catch(() => {})
    },
  }
}
