/**
 * The server process of one cluster: found through `postmaster.pid`, started, stopped. It outlives
 * a product that is killed, and is then found and used again.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile, readlink, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterArgument, engineEnvironment } from './embedded-cluster.ts'
import type { EmbeddedPlaces } from './embedded-places.ts'
import { StartupRefusal } from './startup-refusal.ts'

/** A running server of this cluster. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly socketDir: string
}

/** Only the name of the socket, which lies in a folder of its own: no port is opened. */
const SOCKET_PORT = 5432
/** Recovery after a power cut replays up to max_wal_size (1 GB); minutes on a slow disk. */
const READY_TIMEOUT_MS = 600_000
const POLL_MS = 10
/** A fast shutdown writes one checkpoint; past this the server is told to leave recovery to the next start. */
const STOP_TIMEOUT_MS = 20_000
const LOG_BYTES_MAX = 10_000_000
const LOG_TAIL_CHARACTERS = 2_000

/** Finds the running server of this cluster and waits until it accepts connections. */
export async function findPostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline) {
    const found = await readPidFile(clusterDir)
    if (found === undefined) return undefined
    switch (await ownerOf(found.pid, clusterDir)) {
      case 'nobody':
        // Left for the server: it also checks that no orphan still uses the shared memory named there.
        return undefined
      case 'another':
        // The number was given to another process after a crash. The server would take that one for
        // itself and refuse to start.
        await rm(join(clusterDir, 'postmaster.pid'), { force: true })
        return undefined
      case 'this cluster':
        if (found.isReady) return found
        await sleep(POLL_MS)
    }
  }
  throw neverReady(clusterDir)
}

/** Starts the server and waits until it accepts connections. */
export async function startPostmaster(
  places: EmbeddedPlaces,
  engineDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  const child = await spawnPostgres(places, engineDir, settings)
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline) {
    const found = await readPidFile(places.clusterDir)
    if (found?.pid === child.pid && found?.isReady === true) return found
    if (child.exitCode !== null || child.signalCode !== null) throw await didNotStart(places)
    await sleep(POLL_MS)
  }
  throw neverReady(places.clusterDir)
}

/** Stops the server of this cluster, if one runs: sessions end, data is written, nothing is lost. */
export async function stopPostmaster(clusterDir: string): Promise<void> {
  const found = await readPidFile(clusterDir)
  if (found === undefined || (await ownerOf(found.pid, clusterDir)) !== 'this cluster') return
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(found.pid, signal)
    const deadline = Date.now() + STOP_TIMEOUT_MS
    while (Date.now() < deadline) {
      if ((await ownerOf(found.pid, clusterDir)) !== 'this cluster') return
      await sleep(POLL_MS)
    }
  }
}

async function spawnPostgres(
  places: EmbeddedPlaces,
  engineDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const size = (await stat(places.logFile).catch(() => undefined))?.size ?? 0
  const log = await open(places.logFile, size > LOG_BYTES_MAX ? 'w' : 'a', 0o600)
  try {
    const allSettings = {
      listen_addresses: '',
      unix_socket_directories: places.socketDir,
      unix_socket_permissions: '0700',
      port: String(SOCKET_PORT),
      ...settings,
    }
    const child = spawn(
      join(engineDir, 'bin', 'postgres'),
      [
        '-D',
        clusterArgument(places, places.clusterDir),
        ...Object.entries(allSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      {
        cwd: places.clusterDir,
        env: engineEnvironment,
        stdio: ['ignore', log.fd, log.fd],
        // Ctrl-C in the terminal is for the product, which stops the server after its last request.
        detached: true,
        ...places.serverUser,
      },
    )
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    child.unref()
    return child
  } finally {
    await log.close()
  }
}

interface PidFile extends Postmaster {
  readonly isReady: boolean
}

/** `postmaster.pid` line by line: pid, data directory, start, port, socket folder, address, shared memory, status. */
async function readPidFile(clusterDir: string): Promise<PidFile | undefined> {
  const text = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pid, , , port, socketDir, , , status] = text.split('\n')
  if (!Number(pid)) return undefined
  return {
    pid: Number(pid),
    port: Number(port),
    socketDir: socketDir ?? '',
    isReady: status?.trim() === 'ready',
  }
}

/** Whose process has this number now? A copied DATA_DIR and a reused number must not deceive us. */
async function ownerOf(
  pid: number,
  clusterDir: string,
): Promise<'nobody' | 'this cluster' | 'another'> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: a process of another user.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
      ? 'nobody'
      : 'another'
  }
  // A server's working directory is its data directory. Without /proc the file is believed.
  if (process.platform !== 'linux') return 'this cluster'
  const workingDir = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
  // A process that has ended and is not collected yet (as under a container's first process) has none.
  if (workingDir === undefined) return 'nobody'
  return workingDir === clusterDir ? 'this cluster' : 'another'
}

async function didNotStart(places: EmbeddedPlaces): Promise<StartupRefusal> {
  const log = await readFile(places.logFile, 'utf8').catch(() => '')
  const tail = log.slice(-LOG_TAIL_CHARACTERS)
  return new StartupRefusal({
    fr: `Le PostgreSQL intégré n'a pas démarré. Fin de ${places.logFile} :\n${tail}`,
    en: `The embedded PostgreSQL did not start. See the end of ${places.logFile} above.`,
  })
}

function neverReady(clusterDir: string): StartupRefusal {
  return new StartupRefusal({
    fr: `Le PostgreSQL intégré de ${clusterDir} n'accepte pas de connexion après ${READY_TIMEOUT_MS / 1000} s.`,
    en: `The embedded PostgreSQL of ${clusterDir} accepts no connection after ${READY_TIMEOUT_MS / 1000} s.`,
  })
}
