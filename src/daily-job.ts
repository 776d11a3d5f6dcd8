/**
 * Runs the daily job of every account with a real clock, so that events happen although nobody reads.
 * A read brings its account to today by itself; this does no more, earlier.
 *
 * Soon after 00:05 in Toronto, and once at the start for what was missed, one account after another. Several
 * processes do the same: the account's lock lets one work, and the others find it done. An account that fails
 * is logged and tried again a quarter of an hour later, as are all whose day is not over.
 */

import type { FastifyBaseLogger } from 'fastify'
import { listAccounts } from './auth/accounts.ts'
import type { Database } from './db/database.ts'
import { forgetOldImports } from './domain/import/import-state.ts'
import { DAILY_JOB, moveThroughDays } from './domain/leasing/account-days.ts'
import { businessDateOf } from './domain/leasing/business-date.ts'
import { ensureOverdueCalls } from './domain/maintenance/overdue-calls.ts'
import { repeatedly } from './repeatedly.ts'

export interface DailyJobOptions {
  readonly database: Database
  /** The real clock. */
  readonly now: () => Date
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'error'>
}

/** Midnight is far enough behind at 00:05; looking each minute finds it whatever the clock did meanwhile. */
const LOOK_EVERY_MS = 60_000
const RETRY_MS = 15 * 60_000
const MINUTES_AFTER_MIDNIGHT = 5

/** Starts looking. The function given back stops it between two days and waits for the one in hand. */
export function startDailyJob(options: DailyJobOptions): () => Promise<void> {
  let doneFor: string | undefined
  let notBeforeMs = 0
  const stops = [
    repeatedly({
      everyMs: LOOK_EVERY_MS,
      look: (signal) => followClock(options, options.now(), signal),
    }),
    repeatedly({
      everyMs: LOOK_EVERY_MS,
      async look(signal) {
        const now = options.now()
        // Five minutes ago it was today already: it is 00:05 or later.
        const day = businessDateOf(new Date(now.getTime() - MINUTES_AFTER_MIDNIGHT * 60_000))
        if (day === doneFor || now.getTime() < notBeforeMs) return
        const isWhole = await runDailyJob(options, day, signal)
        if (isWhole) doneFor = day
        else notBeforeMs = now.getTime() + RETRY_MS
      },
    }),
  ]
  return async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
}

/** R-093, each minute: the service calls that have become late since the last one. Never rejects. */
async function followClock(
  { database, logger }: DailyJobOptions,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const { accountId, pinnedAt, revokedDate } of await listAccounts(database)) {
      if (signal.aborted) return
      if (pinnedAt === null && revokedDate === null)
        await ensureOverdueCalls(database, { accountId, pinnedAt }, now)
    }
  } catch (error) {
    logger.error({ err: error }, 'late service calls not told')
  }
}

/** Brings every account with a real clock to `day`. Gives whether all are there; never rejects. */
async function runDailyJob(
  { database, logger }: DailyJobOptions,
  day: string,
  signal: AbortSignal,
): Promise<boolean> {
  let isWhole = true
  try {
    for (const { accountId, pinnedAt, revokedDate } of await listAccounts(database)) {
      if (signal.aborted) return false
      await forgetOldImports(database, accountId)
      if (pinnedAt !== null || revokedDate !== null) continue
      const startedMs = performance.now()
      try {
        const reached = await moveThroughDays(
          database,
          accountId,
          { date: day },
          { signal, acting: DAILY_JOB },
        )
        const ms = Math.round(performance.now() - startedMs)
        logger.info({ accountId, day: reached, ms }, 'daily job')
      } catch (error) {
        isWhole = false
        logger.error({ accountId, day, err: error }, 'daily job failed')
      }
    }
  } catch (error) {
    logger.error({ day, err: error }, 'daily job failed')
    return false
  }
  return isWhole
}
