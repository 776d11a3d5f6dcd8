/** How long events stay replayable: deliveries, attempts and ended endpoints older than that go. */

import type { Database } from '../db/database.ts'

/** A transaction's worth: it locks the account's queues while it lasts. */
const DELETED_AT_ONCE = 2_000

const ACCOUNTS = 'select account_id from webhooks.cursors order by account_id'
const PRUNE = 'select webhooks.prune($1, clock_timestamp() - make_interval(days => $2), $3)'
const DELETE_ENDED = `
  delete from webhooks.endpoints e
   where e.account_id = $1 and e.state = 'ENDED'
     and e.state_date < clock_timestamp() - make_interval(days => $2)
     and not exists (
       select from webhooks.deliveries d where d.account_id = e.account_id and d.endpoint_id = e.id)`

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
    if (signal.aborted) return gone
    await ask(database, accountId, DELETE_ENDED, [accountId, days])
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
