/**
 * IsOverdue as it is at an instant: what the clock alone has made late since somebody looked. Whoever reads
 * calls looks first, which is one look into an index; a job does the same each minute for who does not read.
 */

import { announceChange } from '../../changes/announce.ts'
import type { Database } from '../../db/database.ts'
import { openReadSession } from '../../db/read-session.ts'
import type { AccountClock } from '../leasing/calendar.ts'

const HAS_DUE = {
  text: `select exists (
    select from service_calls c
     where c.account_id = $1::integer and not c.is_overdue
       and overdue_after(c.status, c.target_response_date, c.target_resolution_date) < $2::timestamptz)`,
  prepared: true,
}

/** `now` is the real clock. Throws UNAVAILABLE. */
export async function ensureOverdueCalls(
  database: Database,
  { accountId, pinnedAt }: AccountClock,
  now: Date,
): Promise<void> {
  const instant = (pinnedAt ?? now).toISOString()
  if (!(await hasDueCalls(database, accountId, instant))) return
  await database.transaction(
    async (client) => {
      await client.query(
        "select set_config('hapi.clock', coalesce($3, ''), true), refresh_overdue_calls($1, $2)",
        [accountId, instant, pinnedAt?.toISOString() ?? null],
      )
    },
    { accountId },
  )
  announceChange(database, accountId)
}

/** One round trip. */
async function hasDueCalls(
  database: Database,
  accountId: number,
  instant: string,
): Promise<boolean> {
  const session = await openReadSession(database, accountId)
  let isDue = false
  try {
    await session
      .openOnly(HAS_DUE, [String(accountId), instant])
      // One column, whose text of one letter stands after the count of columns and its own length.
      .next(1, (message, offset) => (isDue = message[offset + 6] === LETTER_T))
  } finally {
    await session.release()
  }
  return isDue
}

const LETTER_T = 0x74
