/** A PostgreSQL of a campaign's own, which can be taken down and comes back. */

import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { startEmbeddedServer } from '../../../src/db/embedded-server.ts'
import { databaseUrl } from '../../support/database-url.ts'
import { makeTemplateDatabase } from '../../support/template-database.ts'

export interface OwnServer {
  /** Of a database with the demo portfolio. */
  readonly url: string
  /** Immediate: every session ends at once, and the server recovers from its log. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

const POLL_MS = 50

export async function startOwnServer(): Promise<OwnServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hapi-chaos-server-'))
  // As root the server runs as another user, who must pass through here.
  await chmod(dataDir, 0o755)
  const server = await startEmbeddedServer({
    dataDir,
    notify: () => {},
    // The machine goes on: what was written to a file is there, and nothing needs the disk.
    settings: { fsync: 'off' },
  })
  if ('url' in server.connection) throw new Error('The embedded server is reached by its socket')
  const { socketDir, port, user } = server.connection
  const maintenance = `postgresql://${user}@/postgres?host=${encodeURIComponent(socketDir)}&port=${port}`
  const template = await makeTemplateDatabase(maintenance)
  return {
    url: databaseUrl(maintenance, template.name),
    restart: async () => {
      const pid = await postmasterPid(dataDir)
      process.kill(pid, 'SIGQUIT')
      // Whoever started it finds it gone, and starts it again.
      while (!(await isUp(maintenance, dataDir, pid))) await sleep(POLL_MS)
    },
    stop: async () => {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function postmasterPid(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8').catch(
    () => '',
  )
  return Number(text.split('\n', 1)[0])
}

async function isUp(url: string, dataDir: string, formerPid: number): Promise<boolean> {
  const pid = await postmasterPid(dataDir)
  if (pid === 0 || pid === formerPid) return false
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
