/** Signatures of the Standard Webhooks specification, symmetric (`v1`). */

import { createHmac, randomBytes } from 'node:crypto'

/** The specification asks for 24 to 64; 32 is as strong as HMAC-SHA-256 gets. */
const SECRET_BYTES = 32

const PREFIX = 'whsec_'

/** What is signed, and by whom. */
export interface Signed {
  /** Stable over retries and replays, so that a receiver can drop duplicates. */
  readonly id: string
  /** When this attempt is sent; receivers refuse one that is five minutes off. */
  readonly timestamp: Date
  /** The exact bytes that are sent. */
  readonly body: string | Buffer
  /** All that are valid now: two during a rotation. Receivers accept any. */
  readonly secrets: readonly string[]
}

/** The three headers of an attempt, by their names in lower case. */
export type SignatureHeaders = Readonly<
  Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
>

/** A secret for one endpoint: `whsec_` and the base64 of random bytes. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`
}

/** Signs `id.timestamp.body` with each secret. */
export function signatureHeaders({ id, timestamp, body, secrets }: Signed): SignatureHeaders {
  const seconds = String(Math.floor(timestamp.getTime() / 1_000))
  const signatures = secrets.map((secret) =>
    createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'))
      .update(`${id}.${seconds}.`)
      .update(body)
      .digest('base64'),
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.map((signature) => `v1,${signature}`).join(' '),
  }
}
