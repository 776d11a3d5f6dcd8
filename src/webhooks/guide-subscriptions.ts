/**
 * The subscriptions of the guide's calls (contract D1, D3, D4, R-016): one destination per user and entity, as calls
 * that know no URL can express. A destination is an endpoint; the entities of a user are spread over as many as there
 * are different URLs or headers.
 *
 * Subscribing to entities elsewhere moves them: what is still to be sent of them goes to the new destination, and
 * nothing is lost or told anew. An endpoint that is left without entities has ended.
 *
 * Calls of one user wait for each other on the user's row, and fan-out waits for them on the account's position: else
 * it could have read who follows an entity just before the entity moves, and find neither the old place nor the new.
 * After these come the rows of the queues, as for everybody.
 */

import type { ClientBase } from 'pg'
import { announceChange } from '../changes/announce.ts'
import type { Acting } from '../db/acting.ts'
import type { Database } from '../db/database.ts'
import { SealedValueError, type SecretBox } from '../secrets/secret-box.ts'
import type { CustomHeader } from './custom-headers.ts'
import { insertEndpoint, sealHeaders } from './endpoints.ts'
import { DELIVERIES_CHANNEL } from './fan-out.ts'
import type { QueueName } from './queue-store.ts'
import { openHeaders } from './sealed-headers.ts'

export interface SubscriptionStore {
  readonly database: Database
  readonly secretBox: SecretBox
}

/** Whose subscriptions: a user's, not a key's or a token's. */
export interface Subscriber {
  readonly accountId: number
  readonly userId: number
  /** What the audit says of who calls. */
  readonly acting?: Acting
}

export interface Destination {
  /** As `readDestination` gives it. */
  readonly url: string
  readonly headers: readonly CustomHeader[]
}

/** Names of the entities followed, sorted. Throws UNAVAILABLE. */
export async function listFollowed(
  { database }: SubscriptionStore,
  subscriber: Subscriber,
): Promise<readonly string[]> {
  const { accountId } = subscriber
  return database.transaction((client) => followed(client, subscriber), { accountId })
}

/**
 * Sends changes of these entities to the destination from the commit on, and those that were on their way elsewhere.
 * The same again changes nothing, but wakes a destination that was paused or disabled. Gives what is followed then.
 * Throws UNAVAILABLE.
 */
export async function subscribe(
  store: SubscriptionStore,
  subscriber: Subscriber,
  destination: Destination,
  entities: readonly string[],
): Promise<readonly string[]> {
  return change(store, subscriber, async (client, endpoints) => {
    const { secretBox } = store
    const choice = chooseTarget(secretBox, subscriber, endpoints, destination, entities)
    const target = choice?.endpoint ?? (await makeEmpty(client, secretBox, subscriber, destination))
    const others = endpoints.filter(({ id }) => id !== target.id)
    await moveEntities(client, subscriber, { from: others, to: target, entities })
    if (choice?.isSame !== true && choice !== undefined)
      await redirect(client, secretBox, subscriber, target.id, destination)
    await follow(client, subscriber, target, entities)
    if (choice !== undefined && (!choice.isSame || target.state !== 'ACTIVE'))
      await retryNow(client, subscriber, target.id)
    await leave(client, subscriber, others, entities, 'REPLACED')
    return [target.id]
  })
}

/** Ends the following of these entities and cancels what is pending of them. Gives what is followed still. Throws UNAVAILABLE. */
export async function unsubscribe(
  store: SubscriptionStore,
  subscriber: Subscriber,
  entities: readonly string[],
): Promise<readonly string[]> {
  return change(store, subscriber, async (client, endpoints) => {
    await leave(client, subscriber, endpoints, entities, 'UNSUBSCRIBED')
    return []
  })
}

/** One of the user's, of the guide's calls, that has not ended. */
interface Endpoint {
  readonly id: number
  readonly url: string
  readonly headers: Buffer | null
  readonly entities: readonly string[]
  readonly state: 'ACTIVE' | 'PAUSED' | 'DISABLED'
}

/** A backlog of a million events is moved or cancelled in one statement. */
const STATEMENT_TIMEOUT_MS = 60_000

/** `work` gives the ids of the endpoints of which something may be due now. */
async function change(
  { database }: SubscriptionStore,
  subscriber: Subscriber,
  work: (client: ClientBase, endpoints: readonly Endpoint[]) => Promise<readonly number[]>,
): Promise<readonly string[]> {
  const { accountId, acting } = subscriber
  const { names, due } = await database.transaction(
    async (client) => {
      await client.query("select set_config('statement_timeout', $1, true)", [
        String(STATEMENT_TIMEOUT_MS),
      ])
      const ids = await work(client, await lockEndpoints(client, subscriber))
      return { names: await followed(client, subscriber), due: ids }
    },
    { accountId, acting },
  )
  // An endpoint is a row whose changes are logged; and its queue may be in the hands of a worker that waits.
  announceChange(database, accountId)
  if (due.length > 0) {
    const queues = JSON.stringify(due.map((id) => [accountId, id]))
    await database.notify(DELIVERIES_CHANNEL, [queues]).catch(() => {})
  }
  return names
}

/** Locks first and reads in a later statement, which sees what those have committed who held the locks before. */
async function lockEndpoints(
  client: ClientBase,
  { accountId, userId }: Subscriber,
): Promise<readonly Endpoint[]> {
  const values = [accountId, userId]
  await client.query(
    'select from access.users u where u.account_id = $1 and u.id = $2 for no key update',
    values,
  )
  await client.query('select from webhooks.cursors c where c.account_id = $1 for update', [
    accountId,
  ])
  await client.query(
    `select from webhooks.queues q
      where q.account_id = $1 and q.endpoint_id in (
        select e.id from webhooks.endpoints e
         where e.account_id = $1 and e.user_id = $2 and e.origin = 'SUBSCRIBE' and e.state <> 'ENDED')
      order by q.account_id, q.endpoint_id
        for update`,
    values,
  )
  const { rows } = await client.query<Endpoint>(
    `select e.id, e.url, e.headers, e.entities, e.state from webhooks.endpoints e
      where e.account_id = $1 and e.user_id = $2 and e.origin = 'SUBSCRIBE' and e.state <> 'ENDED'
      order by e.id`,
    values,
  )
  return rows
}

async function followed(
  client: ClientBase,
  { accountId, userId }: Subscriber,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ entity: string }>(
    `select s.entity from webhooks.subscriptions s
      where s.account_id = $1 and s.single_user_id = $2
      order by s.entity`,
    [accountId, userId],
  )
  return rows.map(({ entity }) => entity)
}

interface Choice {
  readonly endpoint: Endpoint
  /** It has this URL and these headers already. */
  readonly isSame: boolean
}

/**
 * The endpoint that goes on as the destination: the one that is it already, else one of which nothing stays where it
 * is, rather with the same URL; its signing secret is known to the receiver. Undefined: a new one is needed.
 */
function chooseTarget(
  box: SecretBox,
  { accountId }: Subscriber,
  endpoints: readonly Endpoint[],
  destination: Destination,
  entities: readonly string[],
): Choice | undefined {
  const wanted = textOf(destination.headers)
  const same = endpoints.find(
    ({ id, url, headers }) =>
      url === destination.url &&
      storedHeaders(box, { accountId, endpointId: id }, headers) === wanted,
  )
  if (same !== undefined) return { endpoint: same, isSame: true }
  const whole = endpoints.filter((endpoint) =>
    endpoint.entities.every((name) => entities.includes(name)),
  )
  const endpoint = whole.find(({ url }) => url === destination.url) ?? whole[0]
  return endpoint === undefined ? undefined : { endpoint, isSame: false }
}

/** Undefined when their key is lost: subscribing again is how they come back. */
function storedHeaders(box: SecretBox, key: QueueName, sealed: Buffer | null): string | undefined {
  try {
    return textOf(openHeaders(box, key, sealed))
  } catch (error) {
    if (error instanceof SealedValueError) return undefined
    throw error
  }
}

/** Equal for the same headers in any order. */
function textOf(headers: readonly CustomHeader[]): string {
  return JSON.stringify(headers.map(({ name, value }) => `${name}:${value}`).sort())
}

/** Without entities at first: those that are followed elsewhere have to be moved to it before it has them. */
async function makeEmpty(
  client: ClientBase,
  box: SecretBox,
  { accountId, userId }: Subscriber,
  { url, headers }: Destination,
): Promise<Endpoint> {
  const endpoint = { accountId, userId, origin: 'SUBSCRIBE', url, headers, entities: [] } as const
  const { id } = await insertEndpoint(client, box, endpoint)
  return { id, url, headers: null, entities: [], state: 'ACTIVE' }
}

interface Move {
  readonly from: readonly Endpoint[]
  readonly to: Endpoint
  readonly entities: readonly string[]
}

/**
 * Takes subscriptions, since when they were, and what is unfinished of them along. It goes the way of what waits: so
 * the order per row holds even beside an older event that the target was asked to send again.
 */
async function moveEntities(
  client: ClientBase,
  { accountId }: Subscriber,
  { from, to, entities }: Move,
): Promise<void> {
  const moving = from.filter((endpoint) => overlaps(endpoint, entities)).map(({ id }) => id)
  if (moving.length === 0) return
  const values = [accountId, moving, to.id, entities]
  await client.query(
    `update webhooks.subscriptions s set endpoint_id = $3
      where s.account_id = $1 and s.endpoint_id = any ($2) and s.entity = any ($4)`,
    values,
  )
  await client.query(
    `update webhooks.deliveries d
        set endpoint_id = $3, state = 'WAITING', next_attempt_at = null, round_attempts = 0,
            modified_date = greatest(clock_timestamp(), d.modified_date + interval '1 millisecond')
      where d.account_id = $1 and d.endpoint_id = any ($2) and d.entity = any ($4)
        and d.state in ('PENDING', 'WAITING')
        and not exists (
          select from webhooks.deliveries t
           where t.account_id = $1 and t.endpoint_id = $3 and t.seq = d.seq)`,
    values,
  )
  // What the target has already, from a time when the entity was its own.
  await client.query(
    `select webhooks.cancel_deliveries($1, e.id, $3, 'UNSUBSCRIBED') from unnest($2::integer[]) as e(id)`,
    [accountId, moving, entities],
  )
  await client.query('select webhooks.promote_all($1, $2)', [accountId, to.id])
}

/** Another URL or other headers for an endpoint, whose signing secret stays. */
async function redirect(
  client: ClientBase,
  box: SecretBox,
  { accountId }: Subscriber,
  id: number,
  { url, headers }: Destination,
): Promise<void> {
  const sealed = sealHeaders(box, { accountId, endpointId: id }, headers)
  await client.query(
    `update webhooks.endpoints set url = $3, headers = $4, header_names = $5
      where account_id = $1 and id = $2`,
    [accountId, id, url, sealed.headers, sealed.headerNames],
  )
}

/** Adds the entities to the endpoint's, and wakes it. What changes nothing is not written. */
async function follow(
  client: ClientBase,
  { accountId }: Subscriber,
  target: Endpoint,
  entities: readonly string[],
): Promise<void> {
  const all = [...new Set([...target.entities, ...entities])].sort()
  if (target.state === 'ACTIVE' && all.length === target.entities.length) return
  await client.query(
    `update webhooks.endpoints e
        set entities = $3, state = 'ACTIVE', state_reason = null,
            state_date = case when e.state = 'ACTIVE' then e.state_date else clock_timestamp() end
      where e.account_id = $1 and e.id = $2`,
    [accountId, target.id, all],
  )
}

/**
 * A receiver that was put right is not made to wait for the delays that the broken one had earned: what is pending is
 * due, and its schedule begins anew.
 */
async function retryNow(client: ClientBase, { accountId }: Subscriber, id: number): Promise<void> {
  await client.query(
    `update webhooks.deliveries d
        set next_attempt_at = clock_timestamp(), round_attempts = 0,
            modified_date = greatest(clock_timestamp(), d.modified_date + interval '1 millisecond')
      where d.account_id = $1 and d.endpoint_id = $2 and d.state = 'PENDING'
        and d.next_attempt_at > clock_timestamp()`,
    [accountId, id],
  )
  await client.query(
    `update webhooks.queues q
        set due_at = clock_timestamp(), failures = 0, rests_until = null, failing_since = null
      where q.account_id = $1 and q.endpoint_id = $2`,
    [accountId, id],
  )
}

/**
 * Takes the entities from endpoints that have them; a trigger cancels what is unfinished of them. One that loses its
 * last entity has ended, and still shows which it had.
 */
async function leave(
  client: ClientBase,
  { accountId }: Subscriber,
  endpoints: readonly Endpoint[],
  entities: readonly string[],
  reason: 'REPLACED' | 'UNSUBSCRIBED',
): Promise<void> {
  for (const endpoint of endpoints) {
    if (!overlaps(endpoint, entities)) continue
    const left = endpoint.entities.filter((name) => !entities.includes(name))
    if (left.length > 0)
      await client.query(
        'update webhooks.endpoints set entities = $3 where account_id = $1 and id = $2',
        [accountId, endpoint.id, left],
      )
    else
      await client.query(
        `update webhooks.endpoints
            set state = 'ENDED', state_reason = $3, state_date = clock_timestamp()
          where account_id = $1 and id = $2`,
        [accountId, endpoint.id, reason],
      )
  }
}

function overlaps({ entities }: Endpoint, names: readonly string[]): boolean {
  return entities.some((name) => names.includes(name))
}
