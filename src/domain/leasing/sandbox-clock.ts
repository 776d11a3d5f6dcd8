/**
 * The clock of a sandbox: it stands at an instant and moves forward only, through every day between, whose
 * events happen in order before the move is over. The move itself is `account-days.ts`: interrupted, it
 * leaves the clock on a whole day, from which the next move goes on.
 */

import type { Database } from '../../db/database.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { type MoveOptions, moveThroughDays } from './account-days.ts'
import { businessDateOf } from './business-date.ts'
import { ensureCalendarStates } from './calendar.ts'
import { addMonths, type IsoDate } from './dates.ts'

export interface ClockState {
  /** Null: the real clock. */
  readonly pinnedAt: Date | null
  readonly businessDate: IsoDate
}

/** Where a clock is to go: an instant, or a date at 00:05 in Toronto. */
export type ClockGoal = { readonly instant: Date } | { readonly date: IsoDate }

/** Farther is more likely a mistyped year than a wish, and would take the server minutes. */
const YEARS_MAX = 10

/** `now` is the real clock. Throws UNAVAILABLE. */
export async function readClock(
  database: Database,
  accountId: number,
  now: Date,
): Promise<ClockState> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<{ pinned_at: Date | null }>(
      'select pinned_at from accounts where account_id = $1',
      [accountId],
    )
    const [row] = rows
    if (row === undefined) throw new Error(`There is no account ${accountId}`)
    return { pinnedAt: row.pinned_at, businessDate: businessDateOf(row.pinned_at ?? now) }
  })
}

/**
 * Moves the clock; everything that would have happened has happened when the promise settles. A date on which
 * the clock stands already is no move. `target` names the field in errors. Throws CLOCK_NOT_PINNED,
 * CLOCK_BACKWARD, CLOCK_TOO_FAR, UNAVAILABLE.
 */
export async function moveClock(
  database: Database,
  accountId: number,
  goal: ClockGoal,
  options: MoveOptions & { readonly target?: string } = {},
): Promise<ClockState> {
  const { pinnedAt } = await readClock(database, accountId, new Date())
  if (pinnedAt === null) throw new HapiError('CLOCK_NOT_PINNED')
  const instant = await instantOf(database, goal, pinnedAt)
  checkMove(pinnedAt, instant, options.target)
  await moveThroughDays(
    database,
    accountId,
    { date: businessDateOf(instant), pinTo: instant },
    options,
  )
  return readClock(database, accountId, instant)
}

/** Stops a real clock where it is: the account becomes a sandbox. One that stands already stays. */
export async function pinClock(
  database: Database,
  accountId: number,
  now: Date,
): Promise<ClockState> {
  const { pinnedAt } = await readClock(database, accountId, now)
  await ensureCalendarStates(database, { accountId, pinnedAt }, now)
  await database.transaction(async (client) => {
    await client.query(
      `update accounts set pinned_at = date_trunc('milliseconds', $2::timestamptz)
        where account_id = $1 and pinned_at is null`,
      [accountId, now],
    )
  })
  return readClock(database, accountId, now)
}

/** Moves a sandbox to the real time and lets its clock run. Throws what `moveClock` throws. */
export async function releaseClock(
  database: Database,
  accountId: number,
  now: Date,
  options: { readonly onDay?: (day: IsoDate) => void } = {},
): Promise<ClockState> {
  await moveClock(database, accountId, { instant: now }, options)
  await database.transaction(async (client) => {
    await client.query('update accounts set pinned_at = null where account_id = $1', [accountId])
  })
  return readClock(database, accountId, now)
}

/** A date is its 00:05, or what the clock shows when it is later on that date. */
async function instantOf(database: Database, goal: ClockGoal, pinnedAt: Date): Promise<Date> {
  if ('instant' in goal) return goal.instant
  const { rows } = await database.transaction((client) =>
    client.query<{ dawn: Date }>('select day_instant($1) as dawn', [goal.date]),
  )
  const [row] = rows
  if (row === undefined) throw new Error('A select without a table gives one row')
  return goal.date === businessDateOf(pinnedAt) && row.dawn < pinnedAt ? pinnedAt : row.dawn
}

function checkMove(from: Date, to: Date, target: string | undefined): void {
  const options = target === undefined ? {} : { target }
  if (to < from)
    throw new HapiError('CLOCK_BACKWARD', { from: textOf(from), to: textOf(to) }, options)
  const max = addMonths(businessDateOf(from), YEARS_MAX * 12)
  if (businessDateOf(to) > max)
    throw new HapiError('CLOCK_TOO_FAR', { years: YEARS_MAX, max }, options)
}

/** An instant as it is shown: UTC, without milliseconds when there are none. */
export function textOf(instant: Date): string {
  return instant.toISOString().replace('.000Z', 'Z')
}
