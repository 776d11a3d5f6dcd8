/**
 * A transaction in which commands run: of one account, on one business date, at one instant of its clock.
 *
 * While it runs the daily job cannot move the account to another date, and it begins only on states that are
 * those of T; so a command never sees yesterday's states. Two commands that collide on a constraint are
 * settled by running the loser again: its rules now see the winner's row and say precisely what is wrong.
 */

import { DatabaseError } from 'pg'
import { announceChange } from '../../changes/announce.ts'
import { actingText } from '../../db/acting.ts'
import { advisoryLocks } from '../../db/advisory-locks.ts'
import { unavailable } from '../../db/connection-error.ts'
import type { Database } from '../../db/database.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import type { WebhookServices } from '../../webhooks/webhook-services.ts'
import { ensureCalendarStates } from '../leasing/calendar.ts'
import type { Actor } from './command.ts'
import { constraintError } from './constraint-error.ts'
import { forgetIds, takeId } from './id-blocks.ts'
import { DirectRows } from './row-access.ts'
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
  /** What rules of webhooks ask and use. */
  readonly webhooks?: WebhookServices | undefined
  /** Seals what the database may hold encrypted only; a way in that writes such entities gives it. */
  readonly secretBox?: SecretBox | undefined
}

/** A collision is settled by the second run; a third is for a collision with yet another writer. */
const RUNS_MAX = 4

/** An import that takes all or nothing of much is waited for by trying again: it may take minutes. */
const CLOSED_RETRY_SECONDS = 30

/** @throws {HapiError} IMPORT_IN_PROGRESS; what the work throws; violated constraints by the catalogue's codes; UNAVAILABLE */
export async function inWriteTransaction<T>(
  database: Database,
  account: WriteAccount,
  options: WriteOptions,
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  const { now, dryRun = false } = options
  for (let run = 1; ; run++) {
    const businessDate = await ensureCalendarStates(database, account, now)
    try {
      const result = await runOnce(database, account, { ...options, dryRun }, businessDate, work)
      if (!dryRun) announceChange(database, account.accountId)
      return result
    } catch (error) {
      if (run === RUNS_MAX || !(error instanceof StaleStates || isCollision(error)))
        throw (await constraintError(database, account.accountId, error)) ?? lastWord(error)
      if (isTakenId(error)) forgetIds(database, account.accountId)
    }
  }
}

async function runOnce<T>(
  database: Database,
  account: WriteAccount,
  { now, dryRun, webhooks, secretBox }: WriteOptions & { readonly dryRun: boolean },
  businessDate: string,
  work: (context: WriteContext) => Promise<T>,
): Promise<T> {
  let client: TransactionClient | undefined
  let outcome: { readonly result: T } | undefined
  try {
    return await database.pipelinedTransaction(async (statements, begun) => {
      client = new TransactionClient(statements, async (entering) => {
        await Promise.all([begun, enter(entering, account, businessDate)])
      })
      const context = new WriteContext({
        rows: new DirectRows(client, account.accountId),
        actor: account,
        businessDate,
        now: account.pinnedAt ?? now,
        webhooks,
        secretBox,
        nextId: (typeName) => takeId(database, account.accountId, typeName),
      })
      const result = await work(context)
      if (!dryRun) return result
      await client.settled()
      // What a commit would find wrong a dry run finds too.
      await client.texts('set constraints all immediate', [])
      outcome = { result }
      throw new DryRunEnd()
    })
  } catch (error) {
    // A statement that nobody waited for has failed: it is the cause of what failed after it.
    if (error instanceof DryRunEnd && outcome !== undefined) return outcome.result
    throw (await client?.failure()) ?? error
  }
}

/**
 * Waits for the account's other writers and keeps them waiting until the transaction ends, for what has to see all that
 * they have written. To be asked before a row is locked. Two that ask at once collide: one of them runs again.
 */
export async function holdWriters({ client, accountId }: WriteContext): Promise<void> {
  await client.texts('select pg_advisory_xact_lock($1, $2)', [advisoryLocks.accountDay, accountId])
}

/**
 * Ends one of several commands of a transaction: what a commit would find wrong with it is found now, while it is known
 * whose fault it is.
 */
export async function endCommand({ client }: WriteContext): Promise<void> {
  await client.settled()
  await client.texts('set constraints all immediate', [])
  // The next command may again write rows in any order.
  await client.send('set constraints all deferred', [])
}

/** Not an error: the way to end a transaction without a commit. */
class DryRunEnd extends Error {}

/** The account's states are those of another date by now. */
export class StaleStates extends Error {}

/**
 * The account's setting and clock, its lock, and the date of its states: all sent at once. The date is read by a
 * statement of its own, whose snapshot is taken when the lock is held. Who is `alone` waits until all writers of the
 * account have ended, and they wait for him.
 *
 * @throws {HapiError} IMPORT_IN_PROGRESS to a writer, while the account is closed
 */
export async function enter(
  client: TransactionClient,
  account: WriteAccount,
  businessDate: string,
  company: 'shared' | 'alone' = 'shared',
): Promise<void> {
  const lock = company === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock'
  const locked = client.lists(
    `select set_config('hapi.account_id', $2::integer::text, true), set_config('hapi.clock', $3, true),
            set_config('hapi.user_id', $4, true), set_config('hapi.actor', coalesce($5, current_setting('hapi.actor', true)), true),
            case when pg_try_advisory_lock_shared($6, $2) then
              case when pg_advisory_unlock_shared($6, $2) then ${lock}($1, $2)::text end end`,
    [
      advisoryLocks.accountDay,
      account.accountId,
      account.pinnedAt?.toISOString() ?? '',
      visibleUsers(account),
      account.acting === undefined ? null : actingText(account.acting),
      advisoryLocks.closedAccount,
    ],
  )
  const dates = client.lists('select states_date from accounts where account_id = $1', [
    account.accountId,
  ])
  const [[entered], [row]] = await Promise.all([locked, dates])
  if (entered?.at(-1) === null)
    throw new HapiError(
      'IMPORT_IN_PROGRESS',
      {},
      { headers: { 'retry-after': String(CLOSED_RETRY_SECONDS) } },
    )
  if (row?.[0] !== businessDate) throw new StaleStates()
}

/** Whose rows the views of users' rows show. */
function visibleUsers({ profile, user }: Actor): string {
  if (user === undefined) return ''
  return profile === 'administrator' ? 'all' : String(user.userId)
}

/** Unique or exclusion constraint, serialization failure, deadlock. */
const COLLISIONS = new Set(['23505', '23P01', '40001', '40P01'])

function isCollision(error: unknown): boolean {
  return error instanceof DatabaseError && COLLISIONS.has(error.code ?? '')
}

/** Somebody has loaded rows under Ids that we had in hand. */
function isTakenId(error: unknown): boolean {
  return error instanceof DatabaseError && error.constraint?.endsWith('_pkey') === true
}

/** Whoever loses four times in a row has done nothing wrong: he may try again. */
function lastWord(error: unknown): unknown {
  return error instanceof StaleStates || isCollision(error) ? unavailable(error) : error
}
