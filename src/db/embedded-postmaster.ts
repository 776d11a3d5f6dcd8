/**
 * The server process of one cluster: found through `postmaster.pid`, started, stopped. It outlives
 * a product that is killed, and is then found and used again.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, readlink, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
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
/** When a server is killed its sessions end by themselves, a busy one a little later; until then it cannot restart. */
const ORPHANS_TIMEOUT_MS = 10_000
const ORPHANS_MESSAGE = 'pre-existing shared memory block'
const LOG_BYTES_MAX = 10_000_000
const LOG_TAIL_CHARACTERS = 2_000

/** Finds the running server of this cluster and waits until it accepts connections. */
export async function findPostmaster(places: EmbeddedPlaces): Promise<Postmaster | undefined> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  while (Date.now() < deadline) {
    const found = await readPidFile(places.clusterDir)
    if (found === undefined) return undefined
    const owner = await ownerOf(found.pid, places.clusterDir)
    if (owner === 'this cluster') {
      if (found.isReady) return found
      await sleep(POLL_MS)
      continue
    }
    // The number may be of another container that shares this folder: its server answers all the same,
    // and a second one on the same files would destroy them.
    if (await answers(places.socketDir)) return { ...found, socketDir: places.socketDir }
    // The number was given to another process after a crash. The server would take that one for
    // itself and refuse to start. A free number is left to it: it also checks that no orphan still
    // uses the shared memory named in the file.
    if (owner === 'another') await rm(join(places.clusterDir, 'postmaster.pid'), { force: true })
    return undefined
  }
  throw neverReady(places.clusterDir)
}

/** Does a server listen on the cluster's socket? */
async function answers(socketDir: string): Promise<boolean> {
  const socket = connect(join(socketDir, `.s.PGSQL.${SOCKET_PORT}`))
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Starts the server and waits until it accepts connections. */
export async function startPostmaster(
  places: EmbeddedPlaces,
  engineDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster> {
  await removeStaleSocketLock(places)
  let start = await spawnPostgres(places, engineDir, settings)
  const deadline = Date.now() + READY_TIMEOUT_MS
  const orphanDeadline = Date.now() + ORPHANS_TIMEOUT_MS
  while (Date.now() < deadline) {
    const found = await readPidFile(places.clusterDir)
    if (found?.pid === start.child.pid && found?.isReady === true) return found
    if (start.child.exitCode !== null || start.child.signalCode !== null) {
      const log = await readLog(places, start.logOffset)
      if (!log.includes(ORPHANS_MESSAGE) || Date.now() > orphanDeadline) {
        throw didNotStart(places, log)
      }
      start = await spawnPostgres(places, engineDir, settings)
    }
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

interface StartedProcess {
  readonly child: ChildProcess
  /** Where this process's own lines begin in the log. */
  readonly logOffset: number
}

async function spawnPostgres(
  places: EmbeddedPlaces,
  engineDir: string,
  settings: Readonly<Record<string, string>>,
): Promise<StartedProcess> {
  const size = (await stat(places.logFile).catch(() => undefined))?.size ?? 0
  const isFull = size > LOG_BYTES_MAX
  const log = await open(places.logFile, isFull ? 'w' : 'a', 0o600)
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
    return { child, logOffset: isFull ? 0 : size }
  } finally {
    await log.close()
  }
}

/** The socket has a file of the same kind, and the same number in it can deceive the server likewise. */
async function removeStaleSocketLock(places: EmbeddedPlaces): Promise<void> {
  const lockFile = join(places.socketDir, `.s.PGSQL.${SOCKET_PORT}.lock`)
  const pid = Number((await readFile(lockFile, 'utf8').catch(() => '')).split('\n')[0])
  if (pid && (await ownerOf(pid, places.clusterDir)) !== 'this cluster') {
    await rm(lockFile, { force: true })
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
    return codeOf(error) === 'ESRCH' ? 'nobody' : 'another'
  }
  // A server's working directory is its data directory. Without /proc the file is believed.
  if (process.platform !== 'linux') return 'this cluster'
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === clusterDir ? 'this cluster' : 'another'
  } catch (error) {
    // ENOENT: it has ended and nobody has collected it, as in a container whose first process is not
    // an init. To the server it would seem alive.
    return codeOf(error) === 'ENOENT' ? 'another' : 'this cluster'
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

async function readLog(places: EmbeddedPlaces, offset: number): Promise<string> {
  const log = await readFile(places.logFile).catch(() => Buffer.alloc(0))
  return log.subarray(offset).toString().slice(-LOG_TAIL_CHARACTERS)
}

function didNotStart(places: EmbeddedPlaces, log: string): StartupRefusal {
  return new StartupRefusal({
    fr: `Le PostgreSQL intégré n'a pas démarré. Fin de ${places.logFile} :\n${log}`,
    en: `The embedded PostgreSQL did not start. End of ${places.logFile}:\n${log}`,
  })
}

function neverReady(clusterDir: string): StartupRefusal {
  return new StartupRefusal({
    fr: `Le PostgreSQL intégré de ${clusterDir} n'accepte pas de connexion après ${READY_TIMEOUT_MS / 1000} s.`,
    en: `The embedded PostgreSQL of ${clusterDir} accepts no connection after ${READY_TIMEOUT_MS / 1000} s.`,
  })
}
