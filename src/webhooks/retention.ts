/** How long events stay replayable: deliveries, attempts and ended endpoints older than that go. */

import type { Database } from '../db/database.ts'

/** A transaction's worth: it locks the account's queues while it lasts. */
const DELETED_AT_ONCE = 2_000

/** Each is an event, and takes its subscriptions and its queue along. */
const ENDED_AT_ONCE = 500

const ACCOUNTS = 'select account_id from webhooks.cursors order by account_id'
const PRUNE = 'select webhooks.prune($1, clock_timestamp() - make_interval(days => $2), $3)'
const DELETE_ENDED = `
  delete from webhooks.endpoints e
   where e.account_id = $1
     and e.id = any (array(
       select o.id from webhooks.endpoints o
        where o.account_id = $1 and o.state = 'ENDED'
          and o.state_date < clock_timestamp() - make_interval(days => $2)
          and not exists (
            select from webhooks.deliveries d where d.account_id = o.account_id and d.endpoint_id = o.id)
        order by o.id limit $3))
  returning e.id`

export interface RetentionOptions {
  readonly days: number
  /** Ends between two transactions. */
  readonly signal: AbortSignal
}

/** Gives how many deliveries went. Throws UNAVAILABLE. */
export async function pruneDeliveries(
  database: Database,
  { days, signal }: RetentionOptions,
): Promise<number> {
  let gone = 0
  for (const [accountId] of await ask(database, undefined, ACCOUNTS, [])) {
    for (let last = DELETED_AT_ONCE; last === DELETED_AT_ONCE && !signal.aborted; gone += last) {
      const [row] = await ask(database, accountId, PRUNE, [accountId, days, DELETED_AT_ONCE])
      last = Number(row?.[0])
    }
    for (let last = ENDED_AT_ONCE; last === ENDED_AT_ONCE && !signal.aborted; ) {
      const values = [accountId, days, ENDED_AT_ONCE]
      last = (await ask(database, accountId, DELETE_ENDED, values)).length
    }
  }
  return gone
}

async function ask(
  database: Database,
  accountId: string | null | undefined,
  text: string,
  values: readonly unknown[],
): Promise<readonly (readonly (string | null)[])[]> {
  return database.workTransaction(async (statements, begun) => {
    const [, , { rows }] = await Promise.all([
      begun,
      statements.ask("select set_config('hapi.account_id', $1, true)", [accountId ?? '']),
      statements.ask(text, values),
    ])
    return rows
  })
}
