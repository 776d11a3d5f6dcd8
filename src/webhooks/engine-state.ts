/** How the engine stands, as PostgreSQL knows it: what waits, for whom, and who is there to send it. */

import { advisoryLocks } from '../db/advisory-locks.ts'
import type { Database } from '../db/database.ts'
import { COUNT_WORKERS } from './worker-session.ts'

export interface Unfinished {
  /** By endpoint, those first whose oldest waits longest. */
  readonly backlogs: readonly Backlog[]
  /** Of the endpoints that are not listed. */
  readonly rest: { readonly endpoints: number; readonly deliveries: number }
}

export interface EngineState {
  /** By their state. */
  readonly endpoints: ReadonlyMap<string, number>
  /** Alive. */
  readonly workers: number
  /** As `readStalledSeconds`. */
  readonly stalledSeconds: number
}

interface Backlog {
  /** DatabaseName. */
  readonly account: string
  readonly endpointId: number
  /** Of the endpoint. */
  readonly state: string
  readonly deliveries: number
  /** Since the oldest of them was committed. */
  readonly ageSeconds: number
}

/** Series of a metric cost its readers memory for months. */
export const BACKLOGS_LISTED = 1_000

/**
 * What waits behind an older event of its row is younger than that: so the age is that of what is PENDING, and each half
 * is read by its partial index.
 */
const BACKLOGS = `
  with unfinished as (
    select account_id, endpoint_id, count(*) as deliveries, min(committed_at) as oldest
      from webhooks.deliveries where state = 'PENDING' group by account_id, endpoint_id
    union all
    select account_id, endpoint_id, count(*), null
      from webhooks.deliveries where state = 'WAITING' group by account_id, endpoint_id
  ), backlogs as (
    select account_id, endpoint_id, sum(deliveries) as deliveries, min(oldest) as oldest
      from unfinished group by account_id, endpoint_id
  )
  select a.database_name, b.endpoint_id, e.state, b.deliveries,
         greatest(extract(epoch from clock_timestamp() - b.oldest), 0),
         count(*) over (), sum(b.deliveries) over ()
    from backlogs b
    join webhooks.endpoints e on e.account_id = b.account_id and e.id = b.endpoint_id
    join accounts a on a.account_id = b.account_id
   order by b.oldest, b.account_id, b.endpoint_id
   limit $1`

const ENDPOINTS = 'select state, count(*) from webhooks.endpoints group by state'

const STALLED =
  'select coalesce(greatest(extract(epoch from clock_timestamp() - webhooks.stalled_since()), 0), 0)'

/** Counts the unfinished deliveries one by one: a second for a million. Throws UNAVAILABLE. */
export async function readUnfinished(database: Database): Promise<Unfinished> {
  const rows = await database.pipelinedTransaction(async (statements, begun) => {
    const [, answer] = await Promise.all([begun, statements.ask(BACKLOGS, [BACKLOGS_LISTED])])
    return answer.rows
  })
  const backlogs = rows.map(toBacklog)
  const listed = backlogs.reduce((total, { deliveries }) => total + deliveries, 0)
  const [endpoints = 0, deliveries = 0] = rows[0]?.slice(5).map(Number) ?? []
  return {
    backlogs,
    rest: { endpoints: endpoints - backlogs.length, deliveries: deliveries - listed },
  }
}

/** Takes milliseconds, whatever waits. Throws UNAVAILABLE. */
export async function readEngineState(database: Database): Promise<EngineState> {
  return database.pipelinedTransaction(async (statements, begun) => {
    const [, endpoints, workers, stalled] = await Promise.all([
      begun,
      statements.ask(ENDPOINTS),
      statements.ask(COUNT_WORKERS, [advisoryLocks.worker]),
      statements.ask(STALLED),
    ])
    return {
      endpoints: new Map(endpoints.rows.map(([state, count]) => [state ?? '', Number(count)])),
      workers: Number(workers.rows[0]?.[0]),
      stalledSeconds: Number(stalled.rows[0]?.[0]),
    }
  })
}

/**
 * For how long committed changes of some account have waited while none of its changes were made into deliveries; 0: none
 * wait. Receivers have no part in it. Throws UNAVAILABLE.
 */
export async function readStalledSeconds(database: Database): Promise<number> {
  return database.pipelinedTransaction(async (statements, begun) => {
    const [, { rows }] = await Promise.all([begun, statements.ask(STALLED)])
    return Number(rows[0]?.[0])
  })
}

function toBacklog(row: readonly (string | null)[]): Backlog {
  const [account, endpointId, state, deliveries, ageSeconds] = row
  return {
    account: account ?? '',
    endpointId: Number(endpointId),
    state: state ?? '',
    deliveries: Number(deliveries),
    ageSeconds: Number(ageSeconds),
  }
}
