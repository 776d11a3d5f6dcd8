/**
 * The data directory of the embedded server: created whole or not at all, and checked to be of this
 * engine's major version.
 */

import { spawn } from 'node:child_process'
import { chown, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbeddedPlaces } from './embedded-places.ts'
import { type Notify, StartupRefusal } from './startup-refusal.ts'

/** The superuser of the embedded cluster, and the database that the product uses in it. */
export const EMBEDDED_USER = 'hapi'
export const EMBEDDED_DATABASE = 'hapi'

/** Written to postgresql.conf once, where the operator may change them. */
const INITIAL_SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  max_connections: '100',
  work_mem: '16MB',
  // The data of one installation is mostly in memory, so an index page costs little more than the next.
  random_page_cost: '1.1',
  // Compiling a statement takes longer than nearly all of ours run.
  jit: 'off',
  // Parallel workers share memory through /dev/shm, 64 MB in a container by default; and many small
  // statements at once gain nothing from them.
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/** Gives the environment of every PostgreSQL program: nothing inherited may name another server. */
export const engineEnvironment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' }

/** How programs of the engine name the cluster: a user other than ours may not reach it by path. */
export function clusterArgument(places: EmbeddedPlaces, dir: string): string {
  return places.serverUser !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : dir
}

/** Makes the cluster when there is none. Killed at any point, the next start begins it anew. */
export async function ensureCluster(
  places: EmbeddedPlaces,
  engineDir: string,
  notify: Notify,
): Promise<void> {
  if (await clusterExists(places)) return checkMajorVersion(places, engineDir)
  notify({
    fr: `Création de la base de données dans ${places.clusterDir}…`,
    en: `Creating the database in ${places.clusterDir}…`,
  })
  const partialDir = join(places.postgresDir, `partial-data-${process.pid}`)
  await rm(partialDir, { recursive: true, force: true })
  await mkdir(partialDir, { mode: 0o700 })
  if (places.serverUser !== undefined) {
    await chown(partialDir, places.serverUser.uid, places.serverUser.gid)
  }
  try {
    await runInitdb(places, engineDir, partialDir)
    await rename(partialDir, places.clusterDir)
  } catch (error) {
    await rm(partialDir, { recursive: true, force: true })
    // A second process was faster; which of us may use the cluster is the lock's affair.
    if (!(await clusterExists(places))) throw error
  }
}

/** Removes what killed starts have left. Only for the process that holds the cluster. */
export async function removePartialFolders(places: EmbeddedPlaces): Promise<void> {
  for (const name of await readdir(places.postgresDir)) {
    if (name.startsWith('partial-')) {
      await rm(join(places.postgresDir, name), { recursive: true, force: true })
    }
  }
}

async function clusterExists(places: EmbeddedPlaces): Promise<boolean> {
  return stat(join(places.clusterDir, 'PG_VERSION')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}

async function checkMajorVersion(places: EmbeddedPlaces, engineDir: string): Promise<void> {
  const data = (await readFile(join(places.clusterDir, 'PG_VERSION'), 'utf8')).trim()
  const engine = /engine-(\d+)\./.exec(engineDir)?.[1] ?? ''
  if (data === engine) return
  throw new StartupRefusal({
    fr: `Les données de ${places.clusterDir} sont de PostgreSQL ${data}, et le serveur intégré est de la version ${engine}. Exportez-les avec la version précédente du produit, puis importez-les.`,
    en: `The data in ${places.clusterDir} is of PostgreSQL ${data}, and the embedded server is version ${engine}. Export it with the previous version of the product, then import it.`,
  })
}

async function runInitdb(places: EmbeddedPlaces, engineDir: string, dir: string): Promise<void> {
  const settings = Object.entries(INITIAL_SETTINGS).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(
    join(engineDir, 'bin', 'initdb'),
    [
      `--pgdata=${clusterArgument(places, dir)}`,
      `--username=${EMBEDDED_USER}`,
      '--encoding=UTF8',
      // Text columns bring their own collation; everything else compares by code point, the fastest.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      // The socket's folder is private to the server's user: entering it is the proof.
      '--auth-local=trust',
      '--auth-host=reject',
      '--no-instructions',
      ...settings,
    ],
    {
      cwd: dir,
      env: engineEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...places.serverUser,
    },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code === 0) return
  throw new StartupRefusal({
    fr: `La base de données n'a pu être créée (initdb, code ${code}) :\n${output}`,
    en: `The database could not be created (initdb, code ${code}):\n${output}`,
  })
}
