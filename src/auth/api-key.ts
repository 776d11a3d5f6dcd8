/**
 * The API key of an integrator: `hapi_live_<id>_<secret>_<checksum>`.
 *
 * The id finds the key, the secret (32 random bytes) proves it, the checksum (CRC-32 of all before)
 * refuses a mistyped key without a search and lets scanners of leaked secrets be sure. `hapi_test_`
 * says that the key opens a sandbox. Only the id, the SHA-256 of the secret and the key's visible
 * ends are kept; the key itself is shown once.
 */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { encodeBase62, randomBase62 } from './base62.ts'

/** `test` for an account whose clock is pinned. */
export type ApiKeyKind = 'live' | 'test'

export interface NewApiKey {
  /** Shown once, stored nowhere. */
  readonly text: string
  readonly id: string
  readonly secretHash: Buffer
  /** `hapi_live_<id>`: what lists show. */
  readonly prefix: string
  readonly lastFour: string
}

export interface PresentedApiKey {
  readonly id: string
  readonly secretHash: Buffer
}

const ID_LENGTH = 8
const SECRET_BYTES = 32
const API_KEY = /^(hapi_(?:live|test)_([0-9A-Za-z]{8})_([0-9A-Za-z]{43}))_([0-9A-Za-z]{6})$/

/** Draws a key. */
export function createApiKey(kind: ApiKeyKind): NewApiKey {
  const id = randomBase62(ID_LENGTH)
  const secret = encodeBase62(randomBytes(SECRET_BYTES))
  const prefix = `hapi_${kind}_${id}`
  const text = `${prefix}_${secret}_${checksum(`${prefix}_${secret}`)}`
  return { text, id, secretHash: sha256(secret), prefix, lastFour: text.slice(-4) }
}

/** Reads the key of a request; `undefined` when it cannot be one. */
export function parseApiKey(text: string): PresentedApiKey | undefined {
  const [, body, id, secret, check] = API_KEY.exec(text) ?? []
  if (body === undefined || id === undefined || secret === undefined) return undefined
  return checksum(body) === check ? { id, secretHash: sha256(secret) } : undefined
}

/** Compares in a time that tells nothing of where the two differ. */
export function isSameSecret(stored: Uint8Array, presented: Uint8Array): boolean {
  return stored.length === presented.length && timingSafeEqual(stored, presented)
}

function checksum(text: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return encodeBase62(bytes)
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
