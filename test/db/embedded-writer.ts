/**
 * A product to be killed: starts the embedded server of the folder given, then commits one row after
 * another and prints each number once it is committed. Started by `embedded-server.test.ts`.
 */

import { Client } from 'pg'
import { clientConfig } from '../../src/db/connection-settings.ts'
import { startEmbeddedServer } from '../../src/db/embedded-server.ts'

const dataDir = process.argv[2] ?? ''
const server = await startEmbeddedServer({
  dataDir,
  notify: (text) => console.log(`notice ${text.en}`),
})
const client = new Client(clientConfig(server.connection, 'writer'))
await client.connect()
const facts = await client.query(
  `select current_database() as database, current_setting('listen_addresses') as addresses,
          current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
)
console.log(`ready ${JSON.stringify({ uid: process.getuid?.(), ...facts.rows[0] })}`)
await client.query('create table if not exists written (n bigint generated always as identity)')

const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())
while (!stopping.signal.aborted) {
  const { rows } = await client.query<{ n: string }>(
    'insert into written default values returning n',
  )
  console.log(`committed ${rows[0]?.n}`)
}
await client.end()
await server.stop()
