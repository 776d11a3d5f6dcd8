/**
 * The secrets that sign tokens: the current one, and the previous one while a rotation lasts.
 *
 * Without a configured secret, one is drawn and kept in DATA_DIR, private to the owner, so that
 * tokens outlive a restart.
 */

import { createHmac, randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartupRefusal } from '../db/startup-refusal.ts'

/** One signing secret and the name by which tokens refer to it. */
interface TokenSecret {
  readonly kid: string
  readonly key: Uint8Array
}

export interface TokenSecrets {
  /** Signs new tokens. */
  readonly current: TokenSecret
  /** By kid: the secrets whose tokens are accepted. */
  readonly accepted: ReadonlyMap<string, TokenSecret>
}

export interface TokenSecretSettings {
  readonly dataDir: string
  readonly jwtSecret: string | undefined
  readonly jwtSecretPrevious: string | undefined
}

/** RFC 7518 §3.2: a key shorter than the hash weakens it. */
const SECRET_BYTES_MIN = 32
const SECRET_FILE = 'jwt-secret'

/** Reads the secrets, or makes one in DATA_DIR. Throws StartupRefusal for one that is too short. */
export async function loadTokenSecrets(settings: TokenSecretSettings): Promise<TokenSecrets> {
  const { dataDir, jwtSecret, jwtSecretPrevious } = settings
  const current = toSecret('JWT_SECRET', jwtSecret ?? (await readOrMakeSecret(dataDir)))
  const accepted = new Map([[current.kid, current]])
  if (jwtSecretPrevious !== undefined) {
    const previous = toSecret('JWT_SECRET_PREVIOUS', jwtSecretPrevious)
    accepted.set(previous.kid, previous)
  }
  return { current, accepted }
}

function toSecret(name: string, text: string): TokenSecret {
  const key = Buffer.from(text)
  if (key.length < SECRET_BYTES_MIN) {
    throw new StartupRefusal({
      fr: `${name} doit compter au moins ${SECRET_BYTES_MIN} octets (par exemple : openssl rand -base64 48).`,
      en: `${name} must be at least ${SECRET_BYTES_MIN} bytes long (for example: openssl rand -base64 48).`,
    })
  }
  // Every process with the secret finds the same name, which tells nothing of the secret.
  const kid = createHmac('sha256', key).update('hapi token kid').digest('base64url').slice(0, 8)
  return { kid, key }
}

async function readOrMakeSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, SECRET_FILE)
  const found = await readSecret(path)
  if (found !== undefined) return found
  await mkdir(dataDir, { recursive: true })
  // Two that start at once, in one process or in two, must not share a draft.
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, randomBytes(48).toString('base64url'), { mode: 0o600 })
  try {
    // Written whole before it has its name, and the name is given once: two processes end up with one secret.
    await link(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(path, 'utf8')
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
