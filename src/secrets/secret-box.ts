/**
 * Encryption at rest: what the database holds of secrets that have to be read again (header values
 * and signing secrets of receivers, numbers of bank accounts) is sealed under a key that the database
 * does not hold.
 *
 * AES-256-GCM. A sealed value is: version (1 byte), key id (4), nonce (12), ciphertext, tag (16).
 * Version and key id are authenticated, and so is the context, which names the row and the column
 * that the value belongs to: a sealed value that is moved elsewhere does not open.
 *
 * Rotation: new values are sealed under the current key, and those of the previous key still open.
 * A database whose values are all current (`isCurrent`) needs the previous key no longer.
 */

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { readOrMakeSecret, secretBytes } from './kept-secret.ts'

export interface SecretBoxSettings {
  readonly dataDir: string
  readonly secretsKey: string | undefined
  readonly secretsKeyPrevious: string | undefined
}

/** Seals under the current key, opens under the current and the previous one. */
export interface SecretBox {
  /** `context` names the place of the value: `webhook-endpoint/1/5/headers`. */
  readonly seal: (text: string, context: string) => Buffer
  /** @throws {SealedValueError} which never tells anything of the value */
  readonly open: (sealed: Uint8Array, context: string) => string
  /** Was it sealed under the current key? Else it has to be sealed again before a rotation ends. */
  readonly isCurrent: (sealed: Uint8Array) => boolean
  /**
   * By which the same bytes are known again without being kept: 32 bytes under the current key, then under the previous
   * one. Without the key nobody finds the bytes by trying.
   */
  readonly fingerprints: (bytes: Uint8Array) => readonly [Buffer, ...Buffer[]]
}

/**
 * `unknownKey`: sealed under a key that this process does not have. `altered`: its bytes are not
 * those that were sealed, or it belongs to another place; authentication cannot tell which.
 */
type SealedValueReason = 'unknownKey' | 'altered'

/** A sealed value does not open; the message is for the operator. */
export class SealedValueError extends Error {
  override readonly name = 'SealedValueError'
  readonly reason: SealedValueReason

  constructor(reason: SealedValueReason, message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** The key in DATA_DIR when the operator gives none. */
const KEY_FILE = 'secrets-key'

const VERSION = 1
const KEY_ID_BYTES = 4
const HEADER_BYTES = 1 + KEY_ID_BYTES
/** Drawn at random: NIST SP 800-38D §8.3 allows 2^32 values under one key, far above what is stored here. */
const NONCE_BYTES = 12
const TAG_BYTES = 16
const CIPHER = 'aes-256-gcm'

interface SealingKey {
  /** Derived apart from the key: every process with the secret finds the same, which tells nothing of it. */
  readonly id: Buffer
  readonly key: KeyObject
  /** Another one, for what is to be known again and never read. */
  readonly fingerprintKey: KeyObject
}

/** Reads the keys, or makes one in DATA_DIR. Throws StartupRefusal for one that is too short. */
export async function openSecretBox(settings: SecretBoxSettings): Promise<SecretBox> {
  const { dataDir, secretsKey, secretsKeyPrevious } = settings
  const current = deriveKey(
    secretBytes('HAPI_SECRETS_KEY', secretsKey ?? (await readOrMakeSecret(dataDir, KEY_FILE))),
  )
  const previous =
    secretsKeyPrevious === undefined
      ? []
      : [deriveKey(secretBytes('HAPI_SECRETS_KEY_PREVIOUS', secretsKeyPrevious))]
  const keys = [current, ...previous]
  return {
    seal: (text, context) => seal(current, text, context),
    open: (sealed, context) => open(keys, Buffer.from(sealed), context),
    isCurrent: (sealed) => isSealedUnder(current, Buffer.from(sealed)),
    fingerprints: (bytes) => [
      fingerprint(current, bytes),
      ...previous.map((key) => fingerprint(key, bytes)),
    ],
  }
}

function deriveKey(secret: Buffer): SealingKey {
  const derive = (purpose: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, '', `primmo hapi secret box: ${purpose}`, bytes))
  return {
    id: derive('id', KEY_ID_BYTES),
    key: createSecretKey(derive('key', 32)),
    fingerprintKey: createSecretKey(derive('fingerprint', 32)),
  }
}

function fingerprint({ fingerprintKey }: SealingKey, bytes: Uint8Array): Buffer {
  return createHmac('sha256', fingerprintKey).update(bytes).digest()
}

function seal({ id, key }: SealingKey, text: string, context: string): Buffer {
  const header = Buffer.concat([Buffer.from([VERSION]), id])
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(authenticated(header, context))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()])
}

function open(keys: readonly SealingKey[], sealed: Buffer, context: string): string {
  if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || sealed[0] !== VERSION) {
    throw new SealedValueError('altered', 'This is not a value that was sealed by this version.')
  }
  const found = keys.find((key) => isSealedUnder(key, sealed))
  if (found === undefined) {
    const id = sealed.subarray(1, HEADER_BYTES).toString('hex')
    throw new SealedValueError(
      'unknownKey',
      `The value was sealed under key ${id}, which is neither HAPI_SECRETS_KEY nor HAPI_SECRETS_KEY_PREVIOUS of this process.`,
    )
  }
  return decrypt(found.key, sealed, context)
}

function decrypt(key: KeyObject, sealed: Buffer, context: string): string {
  const ciphertextStart = HEADER_BYTES + NONCE_BYTES
  const nonce = sealed.subarray(HEADER_BYTES, ciphertextStart)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(authenticated(sealed.subarray(0, HEADER_BYTES), context))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const text = decipher.update(sealed.subarray(ciphertextStart, -TAG_BYTES))
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new SealedValueError(
      'altered',
      `The value of ${context} was altered, or was sealed for another place.`,
      { cause },
    )
  }
}

function isSealedUnder({ id }: SealingKey, sealed: Buffer): boolean {
  return sealed[0] === VERSION && sealed.subarray(1, HEADER_BYTES).equals(id)
}

/** What is not secret but may not be changed. The header has one length, so the two cannot run into each other. */
function authenticated(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context)])
}
