/**
 * A transaction in which commands run: of one account, on one business date, at one instant of its clock.
 *
 * While it runs the daily job cannot move the account to another date, and it begins only on states that are
 * those of T; so a command never sees yesterday's states. Two commands that collide on a constraint are
 * settled by running the loser again: its rules now see the winner's row and say precisely what is wrong.
 */

import { DatabaseError } from 'pg'
import { unavailable } from '../../db/connection-error.ts'
import type { Database } from '../../db/database.ts'
import { ensureCalendarStates } from '../leasing/calendar.ts'
import type { Actor } from './command.ts'
import { constraintError } from './constraint-error.ts'
import { TransactionClient } from './stored-rows.ts'
import { WriteContext } from './write-context.ts'

export interface WriteAccount extends Actor {
  /** A sandbox's clock stands still at this instant; null follows the real clock. */
  readonly pinnedAt: Date | null
}

export interface WriteOptions {
  /** The real clock. */
  readonly now: Date
  /** Runs everything and commits nothing. */
  readonly dryRun?: boolean
}

/** A collision is settled by the second run; a third is for a collision with yet another writer. */
const RUNS_MAX = 4

/** Under which advisory locks the daily job and the writers of an account exclude each other. */
const DAY_LOCK = 7_301

/** @throws {HapiError} what the work throws; violated constraints by the catalogue's codes; UNAVAILABLE */
export async function inWriteTransaction<T>(
  database: Database,
  account: WriteAccount,
  { now, dryRun = false }: WriteOptions,
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  for (let run = 1; ; run++) {
    const businessDate = await ensureCalendarStates(database, account, now)
    try {
      return await runOnce(database, account, { now, dryRun }, businessDate, work)
    } catch (error) {
      if (run === RUNS_MAX || !(error instanceof StaleStates || isCollision(error)))
        throw (await constraintError(database, account.accountId, error)) ?? lastWord(error)
    }
  }
}

async function runOnce<T>(
  database: Database,
  account: WriteAccount,
  { now, dryRun }: { readonly now: Date; readonly dryRun: boolean },
  businessDate: string,
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  let outcome: { readonly result: T } | undefined
  try {
    return await database.transaction(
      async (connection) => {
        const client = new TransactionClient(connection)
        await enter(client, account, businessDate)
        const context = new WriteContext({
          client,
          actor: account,
          businessDate,
          now: account.pinnedAt ?? now,
        })
        const result = await work(context)
        if (!dryRun) return result
        // What a commit would find wrong a dry run finds too.
        await client.texts('set constraints all immediate', [])
        outcome = { result }
        throw new DryRunEnd()
      },
      { accountId: account.accountId },
    )
  } catch (error) {
    if (error instanceof DryRunEnd && outcome !== undefined) return outcome.result
    throw error
  }
}

/** Not an error: the way to end a transaction without a commit. */
class DryRunEnd extends Error {}

/** The account's states are those of another date by now. */
class StaleStates extends Error {}

async function enter(
  client: TransactionClient,
  account: WriteAccount,
  businessDate: string,
): Promise<void> {
  await client.texts(
    "select pg_advisory_xact_lock_shared($1, $2), set_config('hapi.clock', $3, true)",
    [DAY_LOCK, account.accountId, account.pinnedAt?.toISOString() ?? ''],
    'enter-write',
  )
  const [row] = await client.texts(
    'select states_date from accounts where account_id = $1',
    [account.accountId],
    'states-date',
  )
  if (row?.['states_date'] !== businessDate) throw new StaleStates()
}

/** Unique or exclusion constraint, serialization failure, deadlock. */
const COLLISIONS = new Set(['23505', '23P01', '40001', '40P01'])

function isCollision(error: unknown): boolean {
  return error instanceof DatabaseError && COLLISIONS.has(error.code ?? '')
}

/** Whoever loses four times in a row has done nothing wrong: he may try again. */
function lastWord(error: unknown): unknown {
  return error instanceof StaleStates || isCollision(error) ? unavailable(error) : error
}
