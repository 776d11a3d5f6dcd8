/**
 * Moves an account through its days: from the date of its stored states to another, in order, each day that
 * changes something in a transaction of its own. The SQL function `advance_account_day` takes one step
 * and says how callers at once and crashes between two steps are met.
 */

import { announceChange } from '../../changes/announce.ts'
import type { Acting } from '../../db/acting.ts'
import type { Database } from '../../db/database.ts'
import type { IsoDate } from './dates.ts'

/** Where to: under the real clock a date, in a sandbox the instant at which its clock is to stand. */
export type DayTarget =
  | { readonly date: IsoDate }
  | { readonly date: IsoDate; readonly pinTo: Date }

/** The first day of a large account computes every state, which takes seconds; past this something is wrong. */
const STEP_TIMEOUT_MS = 120_000

export interface MoveOptions {
  readonly onDay?: (day: IsoDate) => void
  readonly signal?: AbortSignal
  /** Who moves the account, for the audit; absent: the process. */
  readonly acting?: Acting | undefined
}

/** Days that pass by themselves. */
export const DAILY_JOB: Acting = { channel: 'job', process: 'daily job' }

/**
 * Gives the date that the account has reached: the target's, a later one that another caller brought it to, or
 * that of its pinned clock.
 * `onDay` hears of each step, after its commit; `signal` ends the way between two steps.
 */
export async function moveThroughDays(
  database: Database,
  accountId: number,
  target: DayTarget,
  options: MoveOptions = {},
): Promise<IsoDate> {
  let last: IsoDate | undefined
  for (;;) {
    const reached = await advance(database, accountId, target, options.acting)
    announceChange(database, accountId)
    options.onDay?.(reached)
    // A step that does not move is the end too: a pinned clock keeps its states, whatever date is asked for.
    const isThere = reached >= target.date || reached === last
    if (isThere || options.signal?.aborted === true) return reached
    last = reached
  }
}

async function advance(
  database: Database,
  accountId: number,
  target: DayTarget,
  acting: Acting | undefined,
): Promise<IsoDate> {
  return database.transaction(
    async (client) => {
      await client.query(`set local statement_timeout = ${STEP_TIMEOUT_MS}`)
      const { rows } = await client.query<{ reached: IsoDate }>(
        'select advance_account_day($1, $2, $3)::text as reached',
        [accountId, target.date, 'pinTo' in target ? target.pinTo : null],
      )
      const [row] = rows
      if (row === undefined) throw new Error('A select without a table gives one row')
      return row.reached
    },
    { accountId, acting },
  )
}
