/**
 * `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header): a client that does not know whether
 * its request arrived sends it again under the same key, and gets the first answer instead of a second row.
 *
 * OData clients say the same by `Repeatability-Request-ID` and `Repeatability-First-Sent` (OASIS Repeatable Requests
 * 1.0), whose date tells a request that comes too late to be known from one that is new.
 *
 * The answer is stored in the transaction of the change: there is either both or nothing, whenever the
 * process dies. Refusals are not stored: they changed nothing, and may end differently the next time. An answer that
 * tells a secret is stored sealed.
 */

import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { TransactionClient } from '../../domain/command/stored-rows.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'

/** An answer as it goes out. */
export interface WrittenAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

export interface RepeatableRequest {
  readonly scheme: 'key' | 'repeatability'
  readonly accountId: number
  readonly userId: number
  readonly key: string
  /** Of what was sent; the first is the one to keep, the others are of keys that are going out of use. */
  readonly fingerprints: readonly Buffer[]
}

/** How long an answer is kept. */
const KEPT_HOURS = 24
const KEPT = `interval '${KEPT_HOURS} hours'`
const KEPT_MS = KEPT_HOURS * 3_600_000

const KEY_MAX = 255
const KEY = /^[\x21-\x7e]{1,255}$/

interface WriteRequestFacts {
  readonly method: string
  readonly url: string
  readonly body: Buffer
  readonly headers: IncomingHttpHeaders
  /** The real clock. */
  readonly now: Date
}

/**
 * What was sent is kept as a fingerprint under a key that the database does not hold: of a body that is known but for an
 * account number, a plain digest would tell that number to whoever tries them all.
 *
 * @throws {HapiError} IDEMPOTENCY_KEY_INVALID, REPEATABILITY_INVALID, REPEATABILITY_EXPIRED
 */
export function repeatableRequest(
  { accountId, userId }: { readonly accountId: number; readonly userId: number },
  secretBox: SecretBox,
  { method, url, body, headers, now }: WriteRequestFacts,
): RepeatableRequest | undefined {
  const repeatability = repeatabilityKey(headers, now)
  const key = repeatability?.key ?? firstOf(headers['idempotency-key'])
  if (key === undefined) return undefined
  if (!KEY.test(key)) throw new HapiError('IDEMPOTENCY_KEY_INVALID')
  const head = Buffer.from(`${method} ${url}\n${repeatability?.firstSent ?? ''}`)
  const fingerprints = secretBox.fingerprints(Buffer.concat([head, body]))
  const scheme = repeatability === undefined ? 'key' : 'repeatability'
  return { scheme, accountId, userId, key, fingerprints }
}

/** IMF-fixdate (RFC 9110 §5.6.7). */
const FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/** The key that stands for the request's identifier, one of the client's own clients. */
function repeatabilityKey(
  headers: IncomingHttpHeaders,
  now: Date,
): { readonly key: string; readonly firstSent: string } | undefined {
  const id = firstOf(headers['repeatability-request-id'])
  const firstSent = firstOf(headers['repeatability-first-sent'])
  if (id === undefined && firstSent === undefined) return undefined
  const client = firstOf(headers['repeatability-client-id']) ?? ''
  const sentAt = FIXDATE.test(firstSent ?? '') ? Date.parse(firstSent ?? '') : Number.NaN
  if (id === undefined || !KEY.test(id) || client.length > KEY_MAX || Number.isNaN(sentAt))
    throw new HapiError('REPEATABILITY_INVALID', {}, REJECTED)
  // What we do not remember we cannot tell from what is new.
  if (Math.abs(now.getTime() - sentAt) > KEPT_MS)
    throw new HapiError('REPEATABILITY_EXPIRED', { hours: KEPT_HOURS }, REJECTED)
  const digest = createHash('sha256').update(`${client}\n${id}`).digest('hex')
  return { key: `repeatability-${digest}`, firstSent: firstSent ?? '' }
}

const REJECTED = { headers: { 'repeatability-result': 'rejected' } }

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

/**
 * The stored answer; undefined when the request is the first of its key, which is then held until the
 * transaction ends.
 *
 * @throws {HapiError} IDEMPOTENCY_IN_PROGRESS while another request of the key runs, IDEMPOTENCY_KEY_REUSED
 */
export async function findAnswer(
  client: TransactionClient,
  request: RepeatableRequest,
  secretBox: SecretBox,
): Promise<WrittenAnswer | undefined> {
  const [lock] = await client.texts('select pg_try_advisory_xact_lock($1::bigint) as held', [
    lockNumber(request),
  ])
  if (lock?.['held'] !== 't')
    throw new HapiError('IDEMPOTENCY_IN_PROGRESS', {}, { headers: { 'retry-after': '1' } })
  const [stored] = await client.texts(
    `select encode(request_hash, 'hex') as hash, status, headers, encode(body, 'base64') as body
       from idempotency_keys
      where account_id = $1 and user_id = $2 and key = $3
        and created_date > clock_timestamp() - ${KEPT}`,
    [request.accountId, request.userId, request.key],
  )
  if (stored === undefined) return undefined
  if (!request.fingerprints.some((known) => known.toString('hex') === stored['hash']))
    throw request.scheme === 'key'
      ? new HapiError('IDEMPOTENCY_KEY_REUSED')
      : new HapiError('REPEATABILITY_INVALID', {}, REJECTED)
  // We wrote the column ourselves, from headers of this type.
  const known = JSON.parse(stored['headers'] ?? '{}') as Record<string, string>
  const { [SEALED]: sealed, ...headers } = known
  const body = stored['body'] === null ? undefined : Buffer.from(stored['body'] ?? '', 'base64')
  return {
    status: Number(stored['status']),
    headers,
    body:
      sealed === undefined || body === undefined
        ? body
        : Buffer.from(secretBox.open(body, placeOf(request))),
  }
}

/** No header's name: it says that the body is sealed. */
const SEALED = ':sealed'

/** What a sealed body is sealed for. */
function placeOf({ accountId, userId, key }: RepeatableRequest): string {
  return `idempotency-key/${accountId}/${userId}/${key}`
}

/**
 * Keeps the answer, and forgets those of the account that are too old.
 *
 * @param secretBox seals the body; undefined when it may be kept as it is
 */
export async function storeAnswer(
  client: TransactionClient,
  request: RepeatableRequest,
  answer: WrittenAnswer,
  secretBox: SecretBox | undefined,
): Promise<void> {
  const body =
    secretBox === undefined || answer.body === undefined
      ? answer.body
      : secretBox.seal(answer.body.toString(), placeOf(request))
  const headers = secretBox === undefined ? answer.headers : { ...answer.headers, [SEALED]: 'true' }
  await client.texts(
    `delete from idempotency_keys where account_id = $1 and created_date <= clock_timestamp() - ${KEPT}`,
    [request.accountId],
  )
  await client.texts(
    `insert into idempotency_keys (account_id, user_id, key, request_hash, status, headers, body)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      request.accountId,
      request.userId,
      request.key,
      request.fingerprints[0],
      answer.status,
      JSON.stringify(headers),
      body ?? null,
    ],
  )
}

/** One of 2⁶⁴ locks; two keys that share one by chance would only wait for each other. */
function lockNumber({ accountId, userId, key }: RepeatableRequest): string {
  return createHash('sha256')
    .update(`${accountId}/${userId}/${key}`)
    .digest()
    .readBigInt64BE(0)
    .toString()
}
