/**
 * From the change log to deliveries: one for each event and each endpoint that wants it, with the account's position
 * moved in the same transaction. So every committed change is made into its deliveries once, whatever crashes.
 */

import { DatabaseError, type PoolClient } from 'pg'
import type { Subscriber } from '../auth/access.ts'
import { type Change, readChanges } from '../changes/change-log.ts'
import type { Database } from '../db/database.ts'
import { mayHear, type SubscriberSource } from './event-access.ts'

/** `matches` gives those of the Ids whose row the filter holds for. */
export interface RowFilter {
  matches(
    subscriber: Subscriber,
    entity: string,
    filter: string,
    ids: readonly number[],
  ): Promise<ReadonlySet<number>>
}

export interface FanOutDependencies {
  readonly database: Database
  readonly subscribers: SubscriberSource
  readonly filter: RowFilter
}

export interface FanOutResult {
  /** Another worker is at it. */
  readonly isTaken: boolean
  /** More had been committed when the page was read. */
  readonly hasMore: boolean
  readonly events: number
  readonly deliveries: number
  /** Those of the account with new deliveries. */
  readonly endpointIds: readonly number[]
}

/** Queues of these endpoints have changed: a JSON array of [accountId, endpointId]; empty: look at all. */
export const DELIVERIES_CHANNEL = 'hapi_deliveries'

/** A subscription whose user may hear of the entity now. */
interface OpenRoute extends Route {
  readonly subscriber: Subscriber
}

/** While a page is written, the outcomes of its endpoints wait: some milliseconds of this, four times as many of 1,000. */
const PAGE_CHANGES = 250
/** A notification holds 8,000 bytes. */
const NOTIFIED_ENDPOINTS_MAX = 300

interface Route {
  readonly endpoint_id: number
  readonly entity: string
  readonly user_id: number
  readonly filter: string | null
}

/**
 * Makes one page of an account's new changes into deliveries. `lastLook` is when this process last found nothing new:
 * what is new now was committed after it.
 */
export async function fanOut(
  { database, subscribers, filter }: FanOutDependencies,
  accountId: number,
  lastLook: Date | undefined,
): Promise<FanOutResult> {
  return database.workTransaction(async (statements, begun, client) => {
    await Promise.all([
      begun,
      statements.ask("select set_config('hapi.account_id', $1, true)", [accountId]),
    ])
    const cursor = await takeCursor(client, accountId)
    if (cursor === undefined) return { ...NOTHING, isTaken: await hasCursor(client, accountId) }
    const page = await readChanges(client, {
      accountId,
      after: cursor.position,
      limit: PAGE_CHANGES,
    })
    if (page.changes.length === 0) return NOTHING
    const [routes] = await Promise.all([
      findRoutes(client, accountId, page.changes),
      reachAccess(client, subscribers),
    ])
    const open = routes.flatMap((route) => {
      const subscriber = subscribers.findSubscriber(route.user_id)
      const isOpen = subscriber !== undefined && mayHear(subscriber, route.entity)
      return isOpen ? { ...route, subscriber } : []
    })
    const insertions = await planInsertions(filter, open, page.changes)
    const endpointIds = [...new Set(insertions.flatMap(({ endpointIds: ids }) => ids))]
    const committedAfter = laterOf(cursor.looked_at, lastLook)
    // All of it travels at once: while its queues are locked, nobody's outcomes of these endpoints are written.
    const [, made] = await Promise.all([
      lockQueues(client, accountId, endpointIds),
      Promise.all(insertions.map((one) => insertOf(client, accountId, committedAfter, one))),
      markDue(client, accountId, endpointIds),
      moveCursor(client, accountId, page.next),
    ])
    return {
      isTaken: false,
      hasMore: page.hasMore,
      events: page.changes.length,
      deliveries: made.reduce((sum, count) => sum + count, 0),
      endpointIds,
    }
  })
}

const NOTHING: FanOutResult = {
  isTaken: false,
  hasMore: false,
  events: 0,
  deliveries: 0,
  endpointIds: [],
}

interface Cursor {
  readonly position: string
  readonly looked_at: Date
}

/** Undefined: another worker holds it, or there is none. */
async function takeCursor(client: PoolClient, accountId: number): Promise<Cursor | undefined> {
  const { rows } = await client.query<Cursor>(
    'select position, looked_at from webhooks.cursors where account_id = $1 for update skip locked',
    [accountId],
  )
  return rows[0]
}

/** Where nobody has ever subscribed there is none. */
async function hasCursor(client: PoolClient, accountId: number): Promise<boolean> {
  const { rows } = await client.query('select from webhooks.cursors where account_id = $1', [
    accountId,
  ])
  return rows.length > 0
}

async function findRoutes(
  client: PoolClient,
  accountId: number,
  changes: readonly Change[],
): Promise<readonly Route[]> {
  const { rows } = await client.query<Route>(
    `select s.endpoint_id, s.entity, e.user_id, e.filter
       from webhooks.subscriptions s
       join webhooks.endpoints e on e.account_id = s.account_id and e.id = s.endpoint_id
      where s.account_id = $1 and s.entity = any ($2::text[])
      order by s.endpoint_id`,
    [accountId, [...new Set(changes.map(({ entity }) => entity))]],
  )
  return rows
}

/** No event is made into a delivery by a right that was withdrawn before the event: its page was read already. */
async function reachAccess(client: PoolClient, subscribers: SubscriberSource): Promise<void> {
  const { rows } = await client.query<{ value: string }>('select value from access.version')
  await subscribers.reach(rows[0]?.value ?? '0')
}

/** Milliseconds: whoever holds a queue for longer, a replay or a move, is not waited for by other accounts. */
const LOCK_MS = 500

/** Whether the page was given up because somebody holds one of its queues; the account is looked at again. */
export function isHeldUp(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '55P03'
}

/** From here on nobody finishes deliveries of these endpoints, or ends one of them, until the commit. */
async function lockQueues(
  client: PoolClient,
  accountId: number,
  endpointIds: readonly number[],
): Promise<void> {
  if (endpointIds.length === 0) return
  await Promise.all([
    client.query("select set_config('lock_timeout', $1, true)", [LOCK_MS]),
    client.query(
      `select from webhooks.queues where account_id = $1 and endpoint_id = any ($2::integer[])
        order by endpoint_id for no key update`,
      [accountId, endpointIds],
    ),
  ])
}

async function moveCursor(client: PoolClient, accountId: number, position: string): Promise<void> {
  await client.query(
    'update webhooks.cursors set position = $2, looked_at = clock_timestamp() where account_id = $1',
    [accountId, position],
  )
}

/** Changes, and who is told of them if his subscription wants it. */
interface Insertion {
  readonly endpointIds: readonly number[]
  readonly entities: readonly string[]
  readonly seqs: readonly number[]
}

/** One for all endpoints without a filter, and one for each of the others. */
async function planInsertions(
  filter: RowFilter,
  routes: readonly OpenRoute[],
  changes: readonly Change[],
): Promise<readonly Insertion[]> {
  const plain = routes.filter((route) => route.filter === null)
  const insertions = [insertionOf(plain, seqsOf(changes))]
  for (const route of routes) {
    if (route.filter === null) continue
    insertions.push(insertionOf([route], await matchingSeqs(filter, route, route.filter, changes)))
  }
  return insertions.filter(({ endpointIds, seqs }) => endpointIds.length > 0 && seqs.length > 0)
}

function insertionOf(routes: readonly OpenRoute[], seqs: readonly number[]): Insertion {
  return {
    endpointIds: routes.map(({ endpoint_id }) => endpoint_id),
    entities: routes.map(({ entity }) => entity),
    seqs,
  }
}

function seqsOf(changes: readonly Change[]): readonly number[] {
  return changes.map(({ seq }) => seq)
}

/** A deletion is always told: its row, which the filter would be asked of, is gone. */
async function matchingSeqs(
  filter: RowFilter,
  { subscriber, entity }: OpenRoute,
  text: string,
  changes: readonly Change[],
): Promise<readonly number[]> {
  const own = changes.filter((change) => change.entity === entity)
  const asked = [...new Set(own.flatMap(({ id, status }) => (status === 2 ? [] : [id])))]
  const matching =
    asked.length === 0 ? new Set<number>() : await filter.matches(subscriber, entity, text, asked)
  return own.filter(({ id, status }) => status === 2 || matching.has(id)).map(({ seq }) => seq)
}

/**
 * The subscription is looked at again: it may have gone before its queue was locked. A row's first event waits for none;
 * its second, and what comes behind an unfinished one, waits.
 *
 * What there is of a row or an event is asked for one by one, by subqueries that cannot become joins: the planner of a
 * table that it believes empty would read the whole queue for each page instead. And what has a number is the first from
 * that number on: one index alone gives this order; for a plain equality any other of the endpoint, or of the account,
 * seems as good, and is read whole for each event.
 */
export const INSERT = `
  with page as materialized (
    select c.*
      from unnest($2::bigint[]) as w(seq)
     cross join lateral (
       select l.* from change_log l where l.account_id = $1 and l.seq >= w.seq order by l.seq limit 1) c
     where c.seq = w.seq
  ), made as (
    insert into webhooks.deliveries (account_id, endpoint_id, seq, entity, entity_id, status, additional_information,
      occurred_at, committed_at, state, next_attempt_at)
    select $1, n.endpoint_id, n.seq, n.entity, n.id, n.status, n.additional_information, n.at, n.committed_at, n.state,
           case when n.state = 'PENDING' then clock_timestamp() end
      from (
        select s.endpoint_id, c.seq, c.entity, c.id, c.status, c.additional_information, c.at,
               greatest(c.logged_at, $5::timestamptz) as committed_at,
               case when row_number() over (partition by s.endpoint_id, c.entity, c.id order by c.seq) > 1
                      or (select o.id from webhooks.deliveries o
                           where o.account_id = $1 and o.endpoint_id = s.endpoint_id and o.entity = c.entity
                             and o.entity_id = c.id and o.state = 'PENDING') is not null
                    then 'WAITING' else 'PENDING' end as state
          from page c
          join unnest($3::integer[], $4::text[]) as r(endpoint_id, entity) on r.entity = c.entity
          join webhooks.subscriptions s
            on s.account_id = $1 and s.endpoint_id = r.endpoint_id and s.entity = r.entity
         where not pg_visible_in_snapshot(c.xid, s.since)
           -- A replay may have queued it before.
           and (select e.seq from webhooks.deliveries e
                 where e.account_id = $1 and e.endpoint_id = s.endpoint_id and e.seq >= c.seq
                 order by e.seq limit 1) is distinct from c.seq) n
     order by n.seq
    on conflict on constraint deliveries_event do nothing
    returning endpoint_id)
  select count(*)::integer as made from made`

/** Gives how many deliveries there are more. */
async function insertOf(
  client: PoolClient,
  accountId: number,
  committedAfter: Date,
  { endpointIds, entities, seqs }: Insertion,
): Promise<number> {
  const { rows } = await client.query<{ made: number }>(INSERT, [
    accountId,
    seqs,
    endpointIds,
    entities,
    committedAfter,
  ])
  return rows[0]?.made ?? 0
}

/** A queue that rests goes on resting; one that a worker owns is told of by the notification. */
async function markDue(
  client: PoolClient,
  accountId: number,
  endpointIds: readonly number[],
): Promise<void> {
  if (endpointIds.length === 0) return
  const pairs = endpointIds.map((endpointId) => [accountId, endpointId])
  await Promise.all([
    client.query(
      `update webhooks.queues
          set due_at = greatest(least(due_at, clock_timestamp()), rests_until)
        where account_id = $1 and endpoint_id = any ($2::integer[])`,
      [accountId, endpointIds],
    ),
    client.query('select pg_notify($1, $2)', [
      DELIVERIES_CHANNEL,
      pairs.length > NOTIFIED_ENDPOINTS_MAX ? '' : JSON.stringify(pairs),
    ]),
  ])
}

function laterOf(a: Date, b: Date | undefined): Date {
  return b !== undefined && b > a ? b : a
}
