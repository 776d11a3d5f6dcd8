/**
 * Writes what became of requests: many in one transaction. While one is under way, the next collects; so the busier, the
 * fewer transactions a delivery costs. Written twice, after a commit whose answer was lost, they are as written once.
 */

import type { Database } from '../db/database.ts'
import { DISABLED_AFTER_DAYS } from './endpoint-states.ts'
import { type DueDelivery, type QueueName, queueKey } from './queue-store.ts'

/** What a request, or the decision not to make one, has led to. */
export interface Outcome extends QueueName {
  readonly delivery: DueDelivery
  readonly state: 'PENDING' | 'DELIVERED' | 'FAILED' | 'CANCELLED'
  /** Of PENDING: milliseconds until the next attempt. */
  readonly delayMs: number | undefined
  /** The request; undefined when none was made. */
  readonly attempt: Attempt | undefined
}

interface Attempt {
  /** Where it went: the endpoint may have another URL by now. */
  readonly url: string
  readonly startedAt: Date
  readonly durationMs: number
  readonly result: string
  readonly status: number | undefined
  readonly body: string
}

/** How an endpoint fares, to be stored with the outcomes. */
export interface QueueHealth extends QueueName {
  readonly failures: number
  readonly succeeded: boolean
  readonly failed: boolean
  /** Milliseconds from now. */
  readonly restMs: number | undefined
}

export interface WrittenOutcomes {
  /** The queues in which something became due by it, by their keys. */
  readonly promoted: ReadonlySet<string>
  /** Queues that had no success for too long. */
  readonly failing: readonly QueueName[]
}

/** A statement's parameters are held in memory, and its locks by everyone who queues for these endpoints. */
export const OUTCOMES_MAX = 500

const LOCK_QUEUES = `
  select from webhooks.queues q
    join (select distinct account_id, endpoint_id from unnest($1::integer[], $2::integer[]) as k(account_id, endpoint_id)) k
      on q.account_id = k.account_id and q.endpoint_id = k.endpoint_id
   order by q.account_id, q.endpoint_id
     for no key update of q`

/**
 * What was cancelled meanwhile stays so, and so does what was moved to another endpoint, which has not heard of it. A
 * success counts also when a replay has put the delivery behind another, and when a worker that had lost the queue has
 * counted a failure of its own in between; a failure does not when the endpoint has had another URL since, which has
 * not been tried.
 */
const WRITE = `
  with o as (
    select o.* from unnest($1::integer[], $2::integer[], $3::bigint[], $4::text[], $5::double precision[],
      $6::timestamptz[], $7::integer[], $8::text[], $9::integer[], $10::text[], $11::integer[], $12::text[],
      $13::integer[])
      as o(account_id, endpoint_id, delivery_id, state, delay_ms, started_at, duration_ms, result, response_status,
           response_body, number, url, replays)
      join webhooks.endpoints e on e.account_id = o.account_id and e.id = o.endpoint_id
     where o.state = 'DELIVERED' or o.url is null or o.url = e.url
  ), made as (
    insert into webhooks.attempts (account_id, delivery_id, endpoint_id, number, started_at, duration_ms, result,
      response_status, response_body, next_attempt_at)
    select o.account_id, o.delivery_id, o.endpoint_id, o.number, o.started_at, o.duration_ms, o.result,
           o.response_status, o.response_body, clock_timestamp() + make_interval(secs => o.delay_ms / 1000)
      from o join webhooks.deliveries d on d.account_id = o.account_id and d.id = o.delivery_id
       and d.endpoint_id = o.endpoint_id
     where o.result is not null
    on conflict on constraint attempts_number do nothing
  )
  update webhooks.deliveries d
     set state = o.state,
         state_reason = case when o.state = 'CANCELLED' then 'ACCESS' end,
         next_attempt_at = clock_timestamp() + make_interval(secs => o.delay_ms / 1000),
         attempts = greatest(o.number, d.attempts),
         round_attempts = case when o.result is null then d.round_attempts else d.round_attempts + 1 end,
         last_result = coalesce(o.result, d.last_result),
         last_response_status = case when o.result is null then d.last_response_status else o.response_status end,
         modified_date = greatest(clock_timestamp(), d.modified_date + interval '1 millisecond')
    from o
   where d.account_id = o.account_id and d.id = o.delivery_id and d.endpoint_id = o.endpoint_id
     and (d.attempts < o.number or o.result is null or (o.state = 'DELIVERED' and d.replays = o.replays))
     and (d.state = 'PENDING' or (d.state = 'WAITING' and o.state = 'DELIVERED'))`

/** Row by row through the indexes, whatever the statistics say of a backlog that has just grown. */
const PROMOTE = `
  update webhooks.deliveries d
     set state = 'PENDING', next_attempt_at = clock_timestamp(), modified_date = clock_timestamp()
    from (
      select w.account_id, w.id
        from (select distinct * from unnest($1::integer[], $2::integer[], $3::text[], $4::integer[])
                as f(account_id, endpoint_id, entity, entity_id)) f
       cross join lateral (
         select w.account_id, w.id from webhooks.deliveries w
          where w.account_id = f.account_id and w.endpoint_id = f.endpoint_id and w.entity = f.entity
            and w.entity_id = f.entity_id and w.state = 'WAITING'
            and (select p.id from webhooks.deliveries p
                  where p.account_id = f.account_id and p.endpoint_id = f.endpoint_id and p.entity = f.entity
                    and p.entity_id = f.entity_id and p.state = 'PENDING') is null
          order by w.account_id, w.endpoint_id, w.entity, w.entity_id, w.seq limit 1) w) h
   where d.account_id = h.account_id and d.id = h.id
  returning d.account_id, d.endpoint_id`

const HEALTH = `
  update webhooks.queues q
     set failures = h.failures,
         failing_since = case when h.failures = 0 then null else coalesce(q.failing_since, clock_timestamp()) end,
         last_success_at = case when h.succeeded then clock_timestamp() else q.last_success_at end,
         last_failure_at = case when h.failed then clock_timestamp() else q.last_failure_at end,
         rests_until = clock_timestamp() + make_interval(secs => h.rest_ms / 1000)
    from unnest($1::integer[], $2::integer[], $3::integer[], $4::boolean[], $5::boolean[], $6::double precision[])
      as h(account_id, endpoint_id, failures, succeeded, failed, rest_ms)
   where q.account_id = h.account_id and q.endpoint_id = h.endpoint_id
  returning q.account_id, q.endpoint_id, q.failing_since < clock_timestamp() - make_interval(days => $7)`

/** SQLSTATE lock_not_available. */
const LOCKED = '55P03'

/** Somebody else holds one of the queues: nothing is written. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LOCKED
}

/**
 * One transaction, all of whose statements travel together; it waits no longer than `lockMs` for a queue. Throws
 * UNAVAILABLE and what `isLocked` knows, and then nothing is written.
 */
export async function writeOutcomes(
  database: Database,
  outcomes: readonly Outcome[],
  healths: readonly QueueHealth[],
  lockMs: number,
): Promise<WrittenOutcomes> {
  const finished = outcomes.filter(({ state }) => state !== 'PENDING')
  return database.workTransaction(async (statements, begun) => {
    const bounded = statements.ask("select set_config('lock_timeout', $1, true)", [lockMs])
    const locked = statements.ask(LOCK_QUEUES, [
      outcomes.map(({ accountId }) => accountId),
      outcomes.map(({ endpointId }) => endpointId),
    ])
    const written = statements.ask(WRITE, columnsOf(outcomes))
    const promoted = statements.ask(PROMOTE, [
      finished.map(({ accountId }) => accountId),
      finished.map(({ endpointId }) => endpointId),
      finished.map(({ delivery }) => delivery.entity),
      finished.map(({ delivery }) => delivery.entityId),
    ])
    const health =
      healths.length === 0
        ? Promise.resolve({ rows: [] })
        : statements.ask(HEALTH, [
            healths.map(({ accountId }) => accountId),
            healths.map(({ endpointId }) => endpointId),
            healths.map(({ failures }) => failures),
            healths.map(({ succeeded }) => succeeded),
            healths.map(({ failed }) => failed),
            healths.map(({ restMs }) => restMs ?? null),
            DISABLED_AFTER_DAYS,
          ])
    const [, , , , { rows }, { rows: fared }] = await Promise.all([
      begun,
      bounded,
      locked,
      written,
      promoted,
      health,
    ])
    return {
      promoted: new Set(rows.map((row) => queueKey(toQueue(row)))),
      failing: fared.filter(([, , isTooLong]) => isTooLong === 't').map(toQueue),
    }
  })
}

function toQueue([accountId, endpointId]: readonly (string | null)[]): QueueName {
  return { accountId: Number(accountId), endpointId: Number(endpointId) }
}

function columnsOf(outcomes: readonly Outcome[]): readonly unknown[] {
  return [
    outcomes.map(({ accountId }) => accountId),
    outcomes.map(({ endpointId }) => endpointId),
    outcomes.map(({ delivery }) => delivery.id),
    outcomes.map(({ state }) => state),
    outcomes.map(({ delayMs }) => delayMs ?? null),
    outcomes.map(({ attempt }) => attempt?.startedAt.toISOString() ?? null),
    outcomes.map(({ attempt }) => attempt?.durationMs ?? null),
    outcomes.map(({ attempt }) => attempt?.result ?? null),
    outcomes.map(({ attempt }) => attempt?.status ?? null),
    outcomes.map(({ attempt }) => attempt?.body ?? null),
    outcomes.map(({ delivery, attempt }) => delivery.attempts + (attempt === undefined ? 0 : 1)),
    outcomes.map(({ attempt }) => attempt?.url ?? null),
    outcomes.map(({ delivery }) => delivery.replays),
  ]
}
