/**
 * The secrets that sign tokens: the current one, and the previous one while a rotation lasts.
 *
 * Without a configured secret, one is drawn and kept in DATA_DIR, private to the owner, so that
 * tokens outlive a restart.
 */

import { createHmac } from 'node:crypto'
import { readOrMakeSecret, secretBytes } from '../secrets/kept-secret.ts'

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

const SECRET_FILE = 'jwt-secret'

/** Reads the secrets, or makes one in DATA_DIR. Throws StartupRefusal for one that is too short. */
export async function loadTokenSecrets(settings: TokenSecretSettings): Promise<TokenSecrets> {
  const { dataDir, jwtSecret, jwtSecretPrevious } = settings
  const current = toSecret(
    'JWT_SECRET',
    jwtSecret ?? (await readOrMakeSecret(dataDir, SECRET_FILE)),
  )
  const accepted = new Map([[current.kid, current]])
  if (jwtSecretPrevious !== undefined) {
    const previous = toSecret('JWT_SECRET_PREVIOUS', jwtSecretPrevious)
    accepted.set(previous.kid, previous)
  }
  return { current, accepted }
}

function toSecret(name: string, text: string): TokenSecret {
  const key = secretBytes(name, text)
  // Every process with the secret finds the same name, which tells nothing of the secret.
  const kid = createHmac('sha256', key).update('hapi token kid').digest('base64url').slice(0, 8)
  return { kid, key }
}
