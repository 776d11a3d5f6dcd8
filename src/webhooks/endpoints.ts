/**
 * Rows of `webhooks.endpoints`: making one, and what of it is sealed. A sealed value opens in its own row and column
 * only, so an endpoint has its id before its secrets are sealed.
 */

import type { SecretBox } from '../secrets/secret-box.ts'
import type { CustomHeader } from './custom-headers.ts'
import type { QueueName } from './queue-store.ts'
import { sealContext } from './sealed-headers.ts'
import { newSecret } from './signature.ts'

/** A connection inside a transaction; rows come as objects, whose values may be texts. */
export interface StatementClient {
  query(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly object[] }>
}

export interface NewEndpoint {
  readonly accountId: number
  /** Whose it is. */
  readonly userId: number
  /** SUBSCRIBE: by the guide's call. ENDPOINT: by POST /api/WebhookEndpoints. */
  readonly origin: 'SUBSCRIBE' | 'ENDPOINT'
  /** As `readDestination` gives it. */
  readonly url: string
  readonly headers: readonly CustomHeader[]
  /** Names of entity types, sorted. */
  readonly entities: readonly string[]
  readonly description?: string | null
  readonly filter?: string | null
}

/** The columns that hold an endpoint's own headers. */
export interface SealedHeaders {
  readonly headers: Buffer | null
  readonly headerNames: readonly string[]
}

/**
 * Inserts an endpoint with a signing secret of its own; a trigger makes its subscriptions and its queue. The
 * transaction is one of the account. The secret is for the user to see once.
 */
export async function insertEndpoint(
  client: StatementClient,
  box: SecretBox,
  endpoint: NewEndpoint,
): Promise<{ readonly id: number; readonly secret: string }> {
  const { accountId, userId, origin, url, entities, description, filter } = endpoint
  const id = await drawId(client)
  const secret = newSecret()
  const { headers, headerNames } = sealHeaders(box, { accountId, endpointId: id }, endpoint.headers)
  await client.query(
    `insert into webhooks.endpoints
       (account_id, id, user_id, origin, url, entities, headers, header_names, secret, description, filter)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      accountId,
      id,
      userId,
      origin,
      url,
      entities,
      headers,
      headerNames,
      box.seal(secret, sealContext({ accountId, endpointId: id }, 'secret')),
      description ?? null,
      filter ?? null,
    ],
  )
  return { id, secret }
}

/** Width of the column of names, which is for people: a name so long shows its beginning. */
const NAME_LENGTH_MAX = 100

export function shownName(name: string): string {
  return name.slice(0, NAME_LENGTH_MAX)
}

export function sealHeaders(
  box: SecretBox,
  key: QueueName,
  headers: readonly CustomHeader[],
): SealedHeaders {
  if (headers.length === 0) return { headers: null, headerNames: [] }
  return {
    headers: box.seal(JSON.stringify(headers), sealContext(key, 'headers')),
    headerNames: headers.map(({ name }) => shownName(name)),
  }
}

async function drawId(client: StatementClient): Promise<number> {
  const { rows } = await client.query(
    "select nextval(pg_get_serial_sequence('webhooks.endpoints', 'id'))::integer as id",
    [],
  )
  const [id] = Object.values(rows[0] ?? {})
  if (id === undefined) throw new Error('A select without a table gives one row')
  return Number(id)
}
