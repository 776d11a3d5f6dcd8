/**
 * Stored calendar states (OccupancyStatus, AvailableDate, Status of leases and tenants …) are right for
 * one business date, `accounts.states_date`. This module makes sure, before a read, that it is today's.
 *
 * What is remembered here is only that some date's states were stored: the work itself is done by
 * `account-days.ts`, day by day, which locks the account and finds out whether it is still to do. So several
 * processes may remember different things: one that knows too little makes a superfluous call. A crash in the
 * middle leaves the account on a day that is whole, and the next read goes on from there.
 */

import type { Database } from '../../db/database.ts'
import { DAILY_JOB, moveThroughDays } from './account-days.ts'
import { businessDateOf } from './business-date.ts'
import type { IsoDate } from './dates.ts'

/** The clock of an account, as its row in `accounts` says it. */
export interface AccountClock {
  readonly accountId: number
  /** A sandbox's clock stands still at this instant; null follows the real clock. */
  readonly pinnedAt: Date | null
}

interface Refresh {
  readonly date: IsoDate
  /** Settles when the states of `date` are stored. */
  readonly done: Promise<unknown>
}

/** By database, one entry per account: its last date and the call that brought it there. */
const refreshes = new WeakMap<Database, Map<number, Refresh>>()

/**
 * The account's business date, whose states are stored when the promise settles. `now` is the real clock.
 *
 * No query when this process has done it for that date before. An account's clock may move: `account` has
 * to be as fresh as the request's other knowledge of the account.
 */
export async function ensureCalendarStates(
  database: Database,
  account: AccountClock,
  now: Date,
): Promise<IsoDate> {
  const date = businessDateOf(account.pinnedAt ?? now)
  const known = refreshesOf(database)
  const last = known.get(account.accountId)
  if (last?.date === date) {
    await last.done
    return date
  }
  const done = moveThroughDays(database, account.accountId, { date }, { acting: DAILY_JOB })
  known.set(account.accountId, { date, done })
  try {
    await done
  } catch (error) {
    // Nothing was stored: the next read tries again.
    if (known.get(account.accountId)?.done === done) known.delete(account.accountId)
    throw error
  }
  return date
}

function refreshesOf(database: Database): Map<number, Refresh> {
  const known = refreshes.get(database) ?? new Map<number, Refresh>()
  refreshes.set(database, known)
  return known
}
