/**
 * Where a client that copies rows stands in the change log: what the snapshot of its first reading showed, it has;
 * what it did not show is told by the next delta (Protocol 4.01 §11.3). Read in that very snapshot, so that nothing
 * falls between the reading and the position, however long other transactions run.
 */

import type { ReadStatement } from '../db/read-session.ts'
import type { ChangePosition } from './change-log.ts'

export interface DeltaPosition {
  readonly snapshot: ChangePosition
  /** Times that the account's log had been pruned. */
  readonly runs: string
}

/**
 * One row of three texts: the snapshot, how many times the log was pruned, and `t` when changes after an earlier
 * position are kept no longer, or that position is one of another cluster.
 */
export const DELTA_POSITION: ReadStatement = {
  text: `select pg_current_snapshot()::text,
    coalesce((select p.runs from change_log_pruned p where p.account_id = $1::integer), 0)::text,
    $2::text is not null and (
      change_log_missed($1::integer, $2::text::pg_snapshot, null, 0, $3::bigint)
      or pg_snapshot_xmax($2::text::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot()))`,
  prepared: true,
}

export function deltaPositionValues(
  accountId: number,
  since: DeltaPosition | undefined,
): readonly (string | null)[] {
  return [String(accountId), since?.snapshot ?? null, since?.runs ?? null]
}
