/**
 * The PostgreSQL of one test run: an embedded one in a temporary folder, or the one of
 * TEST_DATABASE_URL when the run is asked to use it (HAPI_TEST_TARGET=server).
 */

import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopPostmaster } from '../../src/db/embedded-postmaster.ts'
import { startEmbeddedServer } from '../../src/db/embedded-server.ts'

/** A server on which the run may create databases. */
export interface TestServer {
  /** URL of its maintenance database. */
  readonly url: string
  stop(): Promise<void>
}

const PREFIX = 'hapi-test-server-'

/** Starts or finds the server that this run is meant for. */
export async function startTestServer(): Promise<TestServer> {
  if (process.env['HAPI_TEST_TARGET'] !== 'server') return startEmbedded()
  const url = process.env['TEST_DATABASE_URL']
  if (url === undefined) throw new Error('HAPI_TEST_TARGET=server needs TEST_DATABASE_URL')
  return { url, stop: async () => {} }
}

async function startEmbedded(): Promise<TestServer> {
  await removeLeftovers()
  const dataDir = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  // As root the server runs as another user, who must pass through here.
  await chmod(dataDir, 0o755)
  const server = await startEmbeddedServer({
    dataDir,
    notify: () => {},
    // The data lives as long as the run: nothing needs to survive the machine.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  })
  return {
    url: socketUrl(server.connection),
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Stops and removes the servers of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = /^hapi-test-server-(\d+)-/.exec(name) ?? []
    if (pid === undefined || isAlive(Number(pid))) continue
    const dataDir = join(tmpdir(), name)
    await stopPostmaster(join(dataDir, 'postgres', 'data'))
    await rm(dataDir, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function socketUrl(connection: Awaited<ReturnType<typeof startEmbeddedServer>>['connection']) {
  if ('url' in connection) return connection.url
  const { socketDir, port, user } = connection
  return `postgresql://${user}@/postgres?host=${encodeURIComponent(socketDir)}&port=${port}`
}
