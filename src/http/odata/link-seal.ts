/**
 * What next links and delta links carry, sealed: a client can neither read nor change it, and it opens for the same
 * user, account and query alone.
 *
 * Sealed and not only signed, since the values by which rows are ordered are names and amounts of people, and the
 * addresses of requests stand in the logs of proxies. The key is derived from the secret that signs tokens: processes
 * that accept each other's tokens accept each other's links, and a rotation of that secret keeps links alive as long.
 *
 * AES-256-GCM: key id (4 bytes), nonce (12), ciphertext, tag (16), as base64url. The nonce is a keyed digest of what is
 * sealed, so that the same page gives the same link, and two equal nonces mean equal links. The key id tells a link that
 * has outlived its secret from one that was altered.
 */

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** The secrets that sign tokens: the current one seals, the others open still (`auth/token-secret.ts`). */
export interface LinkSecrets {
  readonly current: { readonly key: Uint8Array }
  readonly accepted: ReadonlyMap<string, { readonly key: Uint8Array }>
}

const CIPHER = 'aes-256-gcm'
const KEY_ID_BYTES = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Longer contents are compressed: a row may be ordered by a text of thousands of characters. */
const PLAIN_BYTES_MAX = 400
/** No content that is sealed here comes near; what does not open is never inflated. */
const CONTENT_BYTES_MAX = 262_144

/** The first byte of what is sealed. */
const PLAIN = 0
const DEFLATED = 1

interface LinkKey {
  /** Tells nothing of the key. */
  readonly id: Buffer
  readonly cipher: KeyObject
  readonly nonce: KeyObject
}

export class LinkSeal {
  readonly #current: LinkKey
  readonly #accepted: readonly LinkKey[]

  constructor(secrets: LinkSecrets) {
    this.#current = deriveKey(secrets.current.key)
    this.#accepted = [...secrets.accepted.values()].map(({ key }) => deriveKey(key))
  }

  /** @param context whom and what the content is for; the same is needed to open it */
  seal(content: string, context: string): string {
    const bytes = pack(content)
    const nonce = createHmac('sha256', this.#current.nonce)
      .update(`${context.length}:${context}`)
      .update(bytes)
      .digest()
      .subarray(0, NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, this.#current.cipher, nonce, {
      authTagLength: TAG_BYTES,
    })
    cipher.setAAD(Buffer.from(context))
    const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()])
    return Buffer.concat([this.#current.id, nonce, ciphertext, cipher.getAuthTag()]).toString(
      'base64url',
    )
  }

  /** Undefined for what was altered, sealed by somebody else, or for another context. */
  open(sealed: string, context: string): string | undefined {
    const bytes = bytesOf(sealed)
    const key = bytes === undefined ? undefined : this.#keyOf(bytes)
    return bytes === undefined || key === undefined
      ? undefined
      : openWith(key, bytes.subarray(KEY_ID_BYTES), context)
  }

  /** Whether it may have been sealed here, under a secret that is accepted no longer. */
  isOfFormerKey(sealed: string): boolean {
    const bytes = bytesOf(sealed)
    return bytes !== undefined && this.#keyOf(bytes) === undefined
  }

  #keyOf(bytes: Buffer): LinkKey | undefined {
    return this.#accepted.find(({ id }) => id.equals(bytes.subarray(0, KEY_ID_BYTES)))
  }
}

/** Undefined for what has not the form of a seal; other spellings of the same bytes are no links of ours. */
function bytesOf(sealed: string): Buffer | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  const isWhole = bytes.length > KEY_ID_BYTES + NONCE_BYTES + TAG_BYTES
  return isWhole && bytes.toString('base64url') === sealed ? bytes : undefined
}

function deriveKey(secret: Uint8Array): LinkKey {
  const derive = (purpose: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `primmo hapi links: ${purpose}`, bytes))
  return {
    id: derive('id', KEY_ID_BYTES),
    cipher: createSecretKey(derive('cipher', 32)),
    nonce: createSecretKey(derive('nonce', 32)),
  }
}

function openWith({ cipher }: LinkKey, sealed: Buffer, context: string): string | undefined {
  const decipher = createDecipheriv(CIPHER, cipher, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const content = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    return unpack(Buffer.concat([content, decipher.final()]))
  } catch {
    return undefined
  }
}

function pack(content: string): Buffer {
  const bytes = Buffer.from(content)
  return bytes.length <= PLAIN_BYTES_MAX
    ? Buffer.concat([Buffer.from([PLAIN]), bytes])
    : Buffer.concat([Buffer.from([DEFLATED]), deflateRawSync(bytes)])
}

function unpack(bytes: Buffer): string {
  const content = bytes.subarray(1)
  return bytes[0] === PLAIN
    ? content.toString()
    : inflateRawSync(content, { maxOutputLength: CONTENT_BYTES_MAX }).toString()
}
