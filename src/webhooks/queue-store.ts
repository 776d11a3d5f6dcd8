/** The queues in PostgreSQL: taking them, what is due in one, giving it back. */

import type { Database } from '../db/database.ts'

export interface QueueName {
  readonly accountId: number
  readonly endpointId: number
}

export function queueKey({ accountId, endpointId }: QueueName): string {
  return `${accountId}/${endpointId}`
}

/** What is known of a queue when it is taken. */
export interface ClaimedQueue extends QueueName {
  /** In a row, when it was taken. */
  readonly failures: number
}

/** What a request is made of, besides the event. Sealed parts are as stored. */
export interface EndpointRow {
  readonly userId: number
  readonly url: string
  readonly headers: Buffer | null
  readonly secret: Buffer
  /** Null when no rotation lasts. */
  readonly previousSecret: Buffer | null
  readonly databaseName: string
  readonly isActive: boolean
}

export interface DueDelivery {
  readonly id: number
  readonly seq: number
  readonly entity: string
  readonly entityId: number
  readonly status: 1 | 2 | 3
  readonly additionalInformation: string | null
  readonly isTest: boolean
  /** Made before, in all and since the schedule began. */
  readonly attempts: number
  readonly roundAttempts: number
  readonly replays: number
  readonly committedAtMs: number
}

/** Locks out nobody: what another worker is just taking is left to it. */
const CLAIM = `
  with due as (
    select account_id, endpoint_id from webhooks.queues
     where worker_id is null and not halted and due_at <= clock_timestamp()
     order by due_at limit $2
       for update skip locked)
  update webhooks.queues q set worker_id = $1
    from due
   where q.account_id = due.account_id and q.endpoint_id = due.endpoint_id
  returning q.account_id, q.endpoint_id, q.failures`

/** Takes queues in which something is due, those first that have waited longest. Throws UNAVAILABLE. */
export async function claimQueues(
  database: Database,
  workerId: number,
  most: number,
): Promise<readonly ClaimedQueue[]> {
  return toQueues(await only(database, CLAIM, [workerId, most]))
}

const OWNED = 'select account_id, endpoint_id, failures from webhooks.queues where worker_id = $1'

/** The queues that are this worker's. Throws UNAVAILABLE. */
export async function findOwnedQueues(
  database: Database,
  workerId: number,
): Promise<readonly ClaimedQueue[]> {
  return toQueues(await only(database, OWNED, [workerId]))
}

function toQueues(rows: readonly TextRow[]): readonly ClaimedQueue[] {
  return rows.map(([accountId, endpointId, failures]) => ({
    accountId: Number(accountId),
    endpointId: Number(endpointId),
    failures: Number(failures),
  }))
}

const ENDPOINT = `
  select e.user_id, e.url, e.headers, e.secret,
         case when e.previous_secret_until > clock_timestamp() then e.previous_secret end, a.database_name,
         e.state = 'ACTIVE', v.value
    from access.version v
   cross join webhooks.queues q
    join webhooks.endpoints e on e.account_id = q.account_id and e.id = q.endpoint_id
    join accounts a on a.account_id = q.account_id
   where q.account_id = $1 and q.endpoint_id = $2 and q.worker_id = $3`

const DUE = `
  select d.id, d.seq, d.entity, d.entity_id, d.status, d.additional_information, d.is_test, d.attempts,
         d.round_attempts, d.replays, (extract(epoch from d.committed_at) * 1000)::bigint, d.next_attempt_at
    from webhooks.deliveries d
   where d.account_id = $1 and d.endpoint_id = $2 and d.state = 'PENDING' and d.next_attempt_at <= clock_timestamp()
     and d.id <> all ($3::bigint[]) and d.next_attempt_at >= coalesce($5::timestamptz, '-infinity')
   order by d.next_attempt_at, d.seq
   limit $4`

export interface QueueState {
  readonly endpoint: EndpointRow
  /** Of the rights by which this is sent: they may not be older than what is due. */
  readonly accessVersion: string
  readonly due: readonly DueDelivery[]
  /** Where to read on from. */
  readonly mark: QueueMark | undefined
}

/** When the last delivery read was due, as PostgreSQL writes it. */
export type QueueMark = string

interface QueueReading {
  /** Ids of deliveries that are not wanted. */
  readonly besides: readonly number[]
  readonly most: number
  /**
   * Whatever was due before has been read. A long queue is read on from there: at its head stand, until a vacuum, the
   * index entries of all that was finished.
   */
  readonly from: QueueMark | undefined
}

/**
 * The endpoint as it is now, and what is due of it, in the order in which it became due. Undefined: the queue is not
 * this worker's any more. Throws UNAVAILABLE.
 */
export async function readQueue(
  database: Database,
  { accountId, endpointId }: QueueName,
  workerId: number,
  { besides, most, from }: QueueReading,
): Promise<QueueState | undefined> {
  return database.workTransaction(async (statements, begun) => {
    const [, endpoint, due] = await Promise.all([
      begun,
      statements.ask(ENDPOINT, [accountId, endpointId, workerId]),
      statements.ask(DUE, [accountId, endpointId, besides, most, from ?? null]),
    ])
    const [row] = endpoint.rows
    if (row === undefined) return undefined
    const mark = due.rows.at(-1)?.at(-1) ?? undefined
    const accessVersion = row.at(-1) ?? '0'
    return { endpoint: toEndpoint(row), accessVersion, due: due.rows.map(toDelivery), mark }
  })
}

const LOCK = `
  select from webhooks.queues where account_id = $1 and endpoint_id = $2 and worker_id = $3 for no key update`

/** Looked at in a statement after the lock: what came until then is seen, what comes later sets the time again. */
const GIVE_BACK = `
  update webhooks.queues q
     set worker_id = null,
         due_at = greatest((
           select d.next_attempt_at from webhooks.deliveries d
            where d.account_id = q.account_id and d.endpoint_id = q.endpoint_id and d.state = 'PENDING'
            order by d.next_attempt_at limit 1
         ), q.rests_until, clock_timestamp() + make_interval(secs => $4))
   where q.account_id = $1 and q.endpoint_id = $2 and q.worker_id = $3
     and exists (
       select from webhooks.deliveries d
        where d.account_id = q.account_id and d.endpoint_id = q.endpoint_id and d.state = 'PENDING')`

const GIVE_BACK_IDLE = `
  update webhooks.queues q set worker_id = null, due_at = null
   where q.account_id = $1 and q.endpoint_id = $2 and q.worker_id = $3`

/** Gives a queue back, due when its next attempt is, but not within `notBeforeS`. Throws UNAVAILABLE. */
export async function giveBackQueue(
  database: Database,
  { accountId, endpointId }: QueueName,
  workerId: number,
  notBeforeS = 0,
): Promise<void> {
  const values = [accountId, endpointId, workerId]
  await database.workTransaction(async (statements, begun) => {
    await Promise.all([
      begun,
      statements.ask(LOCK, values),
      statements.ask(GIVE_BACK, [...values, notBeforeS]),
      // Of what the statement before has left.
      statements.ask(GIVE_BACK_IDLE, values),
    ])
  })
}

const RESUME = `
  with asleep as (
    select q.account_id, q.endpoint_id
      from webhooks.queues q
      join unnest($1::integer[], $2::integer[]) as k(account_id, endpoint_id)
        on q.account_id = k.account_id and q.endpoint_id = k.endpoint_id
     where q.due_at > clock_timestamp()
     order by q.account_id, q.endpoint_id
       for no key update of q)
  update webhooks.queues q set due_at = greatest(clock_timestamp(), q.rests_until)
    from asleep
   where q.account_id = asleep.account_id and q.endpoint_id = asleep.endpoint_id`

/** Makes queues due that were given back for later; those that rest after failures go on resting. Throws UNAVAILABLE. */
export async function resumeQueues(
  database: Database,
  queues: readonly QueueName[],
): Promise<void> {
  await only(database, RESUME, [
    queues.map(({ accountId }) => accountId),
    queues.map(({ endpointId }) => endpointId),
  ])
}

async function only(
  database: Database,
  text: string,
  values: readonly unknown[],
): Promise<readonly TextRow[]> {
  return database.workTransaction(async (statements, begun) => {
    const [, { rows }] = await Promise.all([begun, statements.ask(text, values)])
    return rows
  })
}

type TextRow = readonly (string | null)[]

function toEndpoint(row: TextRow): EndpointRow {
  const [userId, url, headers, secret, previousSecret, databaseName, isActive] = row
  return {
    userId: Number(userId),
    url: url ?? '',
    headers: bytesOf(headers),
    secret: bytesOf(secret) ?? Buffer.alloc(0),
    previousSecret: bytesOf(previousSecret),
    databaseName: databaseName ?? '',
    isActive: isActive === 't',
  }
}

/** `\x…`, PostgreSQL's text of bytes. */
function bytesOf(text: string | null | undefined): Buffer | null {
  return text === null || text === undefined ? null : Buffer.from(text.slice(2), 'hex')
}

function toDelivery(row: TextRow): DueDelivery {
  const [
    id,
    seq,
    entity,
    entityId,
    status,
    additionalInformation,
    isTest,
    attempts,
    roundAttempts,
    replays,
    committedAt,
  ] = row
  return {
    id: Number(id),
    seq: Number(seq),
    entity: entity ?? '',
    entityId: Number(entityId),
    // The column's check allows these alone.
    status: Number(status) as DueDelivery['status'],
    additionalInformation: additionalInformation ?? null,
    isTest: isTest === 't',
    attempts: Number(attempts),
    roundAttempts: Number(roundAttempts),
    replays: Number(replays),
    committedAtMs: Number(committedAt),
  }
}
