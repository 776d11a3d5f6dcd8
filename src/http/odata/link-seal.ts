/**
 * What next links and delta links carry, sealed: a client can neither read nor change it, and it opens for the same
 * user, account and query alone.
 *
 * Sealed and not only signed, since the values by which rows are ordered are names and amounts of people, and the
 * addresses of requests stand in the logs of proxies. The key is derived from the secret that signs tokens: processes
 * that accept each other's tokens accept each other's links, and a rotation of that secret keeps links alive as long.
 *
 * AES-256-GCM: nonce (12 bytes), ciphertext, tag (16), as base64url. The nonce is a keyed digest of what is sealed, so
 * that the same page gives the same link, and two equal nonces mean equal links.
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
    return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString('base64url')
  }

  /** Undefined for what was altered, sealed by somebody else, or for another context. */
  open(sealed: string, context: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url')
    // Other spellings of the same bytes are no links of ours.
    if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed)
      return undefined
    for (const key of this.#accepted) {
      const content = openWith(key, bytes, context)
      if (content !== undefined) return content
    }
    return undefined
  }
}

function deriveKey(secret: Uint8Array): LinkKey {
  const derive = (purpose: string): KeyObject =>
    createSecretKey(
      Buffer.from(hkdfSync('sha256', secret, '', `primmo hapi links: ${purpose}`, 32)),
    )
  return { cipher: derive('cipher'), nonce: derive('nonce') }
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
