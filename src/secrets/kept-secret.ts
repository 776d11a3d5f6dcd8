/**
 * A secret that the operator gave, or one drawn once and kept in DATA_DIR, private to its owner,
 * so that what it signed or sealed outlives a restart.
 */

import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { StartupRefusal } from '../db/startup-refusal.ts'

/** As long as the output of SHA-256, over which every secret here is used (RFC 7518 §3.2). */
const SECRET_BYTES_MIN = 32
/** 64 characters of base64url. */
const DRAWN_SECRET_BYTES = 48

/** The bytes of a secret given by the setting `name`. Throws StartupRefusal for one that is too short. */
export function secretBytes(name: string, text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length >= SECRET_BYTES_MIN) return bytes
  throw new StartupRefusal({
    fr: `${name} doit compter au moins ${SECRET_BYTES_MIN} octets (par exemple : openssl rand -base64 48).`,
    en: `${name} must be at least ${SECRET_BYTES_MIN} bytes long (for example: openssl rand -base64 48).`,
  })
}

/** The secret kept in DATA_DIR under this name; drawn when there is none. */
export async function readOrMakeSecret(dataDir: string, fileName: string): Promise<string> {
  const path = join(dataDir, fileName)
  const found = await readSecret(path)
  if (found !== undefined) return found
  await mkdir(dataDir, { recursive: true })
  // Two that start at once, in one process or in two, must not share a draft.
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeDurably(draft, randomBytes(DRAWN_SECRET_BYTES).toString('base64url'))
    // Written whole before it has its name, and the name is given once: two processes end up with one secret.
    await link(draft, path)
    await syncDirectory(dataDir)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
  return (await readFile(path, 'utf8')).trim()
}

/** On the disk before it is used: what the database keeps under a key must not outlive the key. */
async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows writes names through and does not open directories.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
