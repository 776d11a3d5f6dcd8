/**
 * Who runs the embedded server, and where each of its folders lies. Decides and creates; starts
 * nothing.
 *
 * PostgreSQL refuses to run as root, so root hands the server to an unprivileged user. That user
 * often cannot pass through the folders above DATA_DIR (`/root` is 0700): the data is then reached
 * through the server's working directory, which the kernel resolves without walking those folders,
 * and what must be reached by path, binaries and socket, goes to a folder of the system.
 */

import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { StartupRefusal } from './startup-refusal.ts'

/** A user of the operating system. */
interface SystemUser {
  readonly uid: number
  readonly gid: number
}

/** Where one embedded server lives. All paths are absolute and free of symbolic links. */
export interface EmbeddedPlaces {
  /** DATA_DIR/postgres: everything below belongs to the embedded server. */
  readonly postgresDir: string
  /** The cluster itself; absent before the first start. */
  readonly clusterDir: string
  /** Where the binaries are copied. */
  readonly engineParentDir: string
  readonly socketDir: string
  readonly logFile: string
  /** The user that the server runs as when it is not our own. */
  readonly serverUser: SystemUser | undefined
}

/** Longest socket folder: a unix address holds 104 bytes on macOS, `/.s.PGSQL.5432` and NUL take 15. */
const SOCKET_DIR_BYTES_MAX = 104 - 15

/** Finds and creates the folders of the embedded server of one DATA_DIR. */
export async function prepareEmbeddedPlaces(dataDir: string): Promise<EmbeddedPlaces> {
  await mkdir(join(dataDir, 'postgres'), { recursive: true })
  const postgresDir = await realpath(join(dataDir, 'postgres'))
  const clusterDir = join(postgresDir, 'data')
  const serverUser = await findServerUser(clusterDir)
  if (process.getuid?.() === 0) await chmod(postgresDir, 0o711)
  const sharedDir =
    serverUser === undefined || (await isReachable(postgresDir, serverUser))
      ? postgresDir
      : await makeSystemDir()
  return {
    postgresDir,
    clusterDir,
    engineParentDir: sharedDir,
    socketDir: await makeSocketDir(postgresDir, sharedDir, serverUser),
    logFile: join(postgresDir, 'server.log'),
    serverUser,
  }
}

/** Takes back the socket's folder where it lies outside DATA_DIR, once the server has stopped. */
export async function removeSystemSocketDir(places: EmbeddedPlaces): Promise<void> {
  if (dirname(places.socketDir) === places.postgresDir) return
  await rm(places.socketDir, { recursive: true, force: true })
}

/** Root gives the server to whoever owns the cluster, at first to `nobody`. */
async function findServerUser(clusterDir: string): Promise<SystemUser | undefined> {
  const ourUid = process.getuid?.()
  const owner = await stat(clusterDir).catch(() => undefined)
  if (ourUid === 0) {
    return owner !== undefined && owner.uid !== 0
      ? { uid: owner.uid, gid: owner.gid }
      : findNobody()
  }
  if (owner !== undefined && owner.uid !== ourUid) {
    throw new StartupRefusal({
      fr: `Les données de ${clusterDir} appartiennent à l'utilisateur ${owner.uid}, pas à ${ourUid}. Démarrez comme root ou comme ce propriétaire.`,
      en: `The data in ${clusterDir} belongs to user ${owner.uid}, not to ${ourUid}. Start as root or as that owner.`,
    })
  }
  return undefined
}

/** `nobody` of /etc/passwd: initdb wants a user that has an entry there. */
async function findNobody(): Promise<SystemUser> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const fields = passwd
    .split('\n')
    .find((line) => line.startsWith('nobody:'))
    ?.split(':')
  if (fields === undefined) {
    throw new StartupRefusal({
      fr: "PostgreSQL ne fonctionne pas comme root, et l'utilisateur « nobody » n'existe pas ici. Démarrez comme un utilisateur ordinaire, ou donnez DATABASE_URL.",
      en: "PostgreSQL does not run as root, and there is no user 'nobody' here. Start as an ordinary user, or set DATABASE_URL.",
    })
  }
  return { uid: Number(fields[2]), gid: Number(fields[3]) }
}

/** May this user pass through the folder and all those above it? */
async function isReachable(path: string, user: SystemUser): Promise<boolean> {
  const { mode, uid, gid } = await stat(path)
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  if ((mode & bit) === 0) return false
  return path === dirname(path) || isReachable(dirname(path), user)
}

/** A folder that every user may pass through. /var/lib first: what lies in /tmp may be swept away. */
async function makeSystemDir(): Promise<string> {
  for (const parent of ['/var/lib', tmpdir()]) {
    const dir = join(parent, 'primmo-hapi')
    try {
      await mkdir(dir, { recursive: true })
      await claimDir(dir, { uid: 0, gid: 0 }, 0o755)
      return await realpath(dir)
    } catch (error) {
      if (error instanceof StartupRefusal) throw error
    }
  }
  throw new StartupRefusal({
    fr: 'Aucun dossier du système ne peut recevoir PostgreSQL. Démarrez comme un utilisateur ordinaire, ou donnez DATABASE_URL.',
    en: 'No folder of the system can receive PostgreSQL. Start as an ordinary user, or set DATABASE_URL.',
  })
}

/**
 * The folder of the socket, private to the server's user (and root): who enters it is trusted.
 * Beside the data when the name is short enough, else under the folder for temporary files.
 */
async function makeSocketDir(
  postgresDir: string,
  sharedDir: string,
  serverUser: SystemUser | undefined,
): Promise<string> {
  const key = createHash('sha256').update(postgresDir).digest('hex').slice(0, 12)
  const beside =
    sharedDir === postgresDir ? join(postgresDir, 'run') : join(sharedDir, `run-${key}`)
  const isShort = Buffer.byteLength(beside) <= SOCKET_DIR_BYTES_MAX
  const socketDir = isShort ? beside : join(tmpdir(), `primmo-hapi-${key}`)
  await mkdir(socketDir, { recursive: true, mode: 0o700 })
  if (serverUser !== undefined && (await lstat(socketDir)).uid === 0) {
    await chown(socketDir, serverUser.uid, serverUser.gid)
  }
  await claimDir(socketDir, serverUser ?? ourselves(), 0o700)
  return socketDir
}

/** Sets the mode, after making sure that nobody else has put a folder or a link there before us. */
async function claimDir(path: string, owner: SystemUser, mode: number): Promise<void> {
  const found = await lstat(path)
  if (!found.isDirectory() || found.uid !== owner.uid) {
    throw new StartupRefusal({
      fr: `${path} devrait être un dossier de l'utilisateur ${owner.uid}. Supprimez-le, puis recommencez.`,
      en: `${path} should be a folder of user ${owner.uid}. Remove it, then try again.`,
    })
  }
  await chmod(path, mode)
}

function ourselves(): SystemUser {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
}
