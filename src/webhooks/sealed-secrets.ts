/**
 * Seals what the database holds of endpoints again under the current key, while others deliver.
 *
 * Nobody waits for it: it locks endpoints, which deliveries only read, skips those that somebody else is changing, and
 * comes back to them one at a time. Run again, it does what is left.
 */

import type { PoolClient } from 'pg'
import type { Database } from '../db/database.ts'
import { SealedValueError, type SecretBox } from '../secrets/secret-box.ts'
import type { QueueName } from './queue-store.ts'
import { sealContext } from './sealed-headers.ts'

export interface SealedAgain {
  /** Endpoints of which something was sealed again. */
  readonly sealed: number
  /** Endpoints of which everything was current. */
  readonly current: number
  /** Those that have not ended, of which something does not open; nothing of them was changed. */
  readonly unopened: readonly EndpointName[]
}

export interface EndpointName extends QueueName {
  readonly databaseName: string
}

/** A transaction's worth: some hundred kilobytes, and locks for some milliseconds. */
const SEALED_AT_ONCE = 200

/** Seals under the current key whatever is not. Throws UNAVAILABLE. */
export async function sealAgain(database: Database, box: SecretBox): Promise<SealedAgain> {
  const counts = { sealed: 0, current: 0 }
  const unopened: EndpointName[] = []
  let after = { accountId: 0, endpointId: 0 }
  for (;;) {
    const page = await readPage(database, after)
    const last = page.at(-1)
    if (last === undefined) return { ...counts, unopened }
    after = last
    const stale = page.filter((endpoint) => !isCurrent(box, endpoint))
    counts.current += page.length - stale.length
    for (const { endpoint, became } of await sealSome(database, box, stale)) {
      if (became === 'sealed') counts.sealed++
      else if (endpoint.state !== 'ENDED') unopened.push(endpoint)
    }
  }
}

interface SealedEndpoint extends EndpointName {
  readonly state: string
  readonly secret: Buffer
  readonly previousSecret: Buffer | null
  readonly headers: Buffer | null
}

const COLUMNS = `
  e.account_id as "accountId", e.id as "endpointId", a.database_name as "databaseName", e.state, e.secret,
  e.previous_secret as "previousSecret", e.headers`

async function readPage(
  database: Database,
  { accountId, endpointId }: QueueName,
): Promise<readonly SealedEndpoint[]> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<SealedEndpoint>(
      `select ${COLUMNS} from webhooks.endpoints e join accounts a using (account_id)
        where (e.account_id, e.id) > ($1, $2) order by e.account_id, e.id limit $3`,
      [accountId, endpointId, SEALED_AT_ONCE],
    )
    return rows
  })
}

function sealedValues({ secret, previousSecret, headers }: SealedEndpoint): readonly Buffer[] {
  return [secret, previousSecret, headers].filter((value) => value !== null)
}

function isCurrent(box: SecretBox, endpoint: SealedEndpoint): boolean {
  return sealedValues(endpoint).every((value) => box.isCurrent(value))
}

interface Result {
  readonly endpoint: SealedEndpoint
  readonly became: 'sealed' | 'unopened'
}

/** What somebody else holds is waited for when nothing is held: so nobody waits for each other. */
async function sealSome(
  database: Database,
  box: SecretBox,
  endpoints: readonly SealedEndpoint[],
): Promise<readonly Result[]> {
  if (endpoints.length === 0) return []
  const results = [...(await sealFree(database, box, endpoints, 'skip locked'))]
  const seen = new Set(results.map(({ endpoint }) => keyOf(endpoint)))
  for (const endpoint of endpoints) {
    if (seen.has(keyOf(endpoint))) continue
    results.push(...(await sealFree(database, box, [endpoint], '')))
  }
  return results
}

function keyOf({ accountId, endpointId }: QueueName): string {
  return `${accountId}/${endpointId}`
}

async function sealFree(
  database: Database,
  box: SecretBox,
  endpoints: readonly SealedEndpoint[],
  waiting: 'skip locked' | '',
): Promise<readonly Result[]> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<SealedEndpoint>(
      `select ${COLUMNS} from webhooks.endpoints e join accounts a using (account_id)
        where (e.account_id, e.id) in (select * from unnest($1::integer[], $2::integer[]))
        order by e.account_id, e.id for no key update of e ${waiting}`,
      [endpoints.map(({ accountId }) => accountId), endpoints.map(({ endpointId }) => endpointId)],
    )
    const results = rows.map((endpoint) => ({ endpoint, again: sealOne(box, endpoint) }))
    await store(
      client,
      results.flatMap(({ again }) => again ?? []),
    )
    return results.map(({ endpoint, again }) => ({
      endpoint,
      became: again === undefined ? 'unopened' : 'sealed',
    }))
  })
}

/** Undefined: something of it does not open. */
function sealOne(box: SecretBox, endpoint: SealedEndpoint): SealedEndpoint | undefined {
  const again = (sealed: Buffer, what: 'secret' | 'headers'): Buffer => {
    const context = sealContext(endpoint, what)
    return box.seal(box.open(sealed, context), context)
  }
  const { secret, previousSecret, headers } = endpoint
  try {
    return {
      ...endpoint,
      secret: again(secret, 'secret'),
      previousSecret: previousSecret === null ? null : again(previousSecret, 'secret'),
      headers: headers === null ? null : again(headers, 'headers'),
    }
  } catch (error) {
    if (error instanceof SealedValueError) return undefined
    throw error
  }
}

async function store(client: PoolClient, endpoints: readonly SealedEndpoint[]): Promise<void> {
  if (endpoints.length === 0) return
  await client.query(
    `update webhooks.endpoints e
        set secret = s.secret, previous_secret = s.previous_secret, headers = s.headers
       from unnest($1::integer[], $2::integer[], $3::bytea[], $4::bytea[], $5::bytea[])
         as s(account_id, id, secret, previous_secret, headers)
      where e.account_id = s.account_id and e.id = s.id`,
    [
      endpoints.map(({ accountId }) => accountId),
      endpoints.map(({ endpointId }) => endpointId),
      endpoints.map(({ secret }) => secret),
      endpoints.map(({ previousSecret }) => previousSecret),
      endpoints.map(({ headers }) => headers),
    ],
  )
}
