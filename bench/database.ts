/**
 * The server that both targets are measured on: an embedded one in a folder of its own, with the
 * durability of production, or the one of BENCH_DATABASE_URL.
 */

import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedServer } from '../src/db/embedded-server.ts'

export interface BenchDatabase {
  readonly url: string
  /** Its processes' CPU time can be read; undefined for a server that is not ours. */
  readonly postmasterPid: number | undefined
  /** Stops the server, and removes its data unless they are kept. */
  readonly stop: () => Promise<void>
}

/** With BENCH_DATA_DIR the data stay there, and the next run finds them loaded. */
export async function startBenchDatabase(environment: NodeJS.ProcessEnv): Promise<BenchDatabase> {
  const url = environment['BENCH_DATABASE_URL']
  if (url !== undefined) return { url, postmasterPid: undefined, stop: async () => {} }
  const kept = environment['BENCH_DATA_DIR']
  const dataDir = kept ?? (await mkdtemp(join(tmpdir(), 'hapi-bench-')))
  await mkdir(dataDir, { recursive: true })
  // As root the server runs as another user, who must pass through here.
  await chmod(dataDir, 0o755)
  const server = await startEmbeddedServer({ dataDir, notify: () => {} })
  if ('url' in server.connection) throw new Error('The embedded server is reached by its socket')
  const { socketDir, port, user, database } = server.connection
  return {
    url: `postgresql://${user}@/${database}?host=${encodeURIComponent(socketDir)}&port=${port}`,
    postmasterPid: await readPostmasterPid(dataDir),
    async stop() {
      await server.stop()
      if (kept === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function readPostmasterPid(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')
  return Number(text.split('\n', 1)[0])
}
