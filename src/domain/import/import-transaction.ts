/**
 * A transaction that has its account alone: other writers and the daily job wait until it ends, readers do not. So what
 * was read once stays right without a lock on each row, and two orders of locking cannot meet.
 *
 * An import that keeps what it can takes one for each chunk: writers get in between, in the order in which they came. One
 * that takes all or nothing needs one for the whole.
 */

import { announceChange } from '../../changes/announce.ts'
import { advisoryLocks } from '../../db/advisory-locks.ts'
import { unavailableOr } from '../../db/connection-error.ts'
import type { Database } from '../../db/database.ts'
import type { StatementBatches } from '../../db/statement-batches.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { TransactionClient } from '../command/stored-rows.ts'
import { enter, StaleStates, type WriteAccount } from '../command/write-transaction.ts'
import { ensureCalendarStates } from '../leasing/calendar.ts'
import type { IsoDate } from '../leasing/dates.ts'

export class ImportTransaction {
  readonly businessDate: IsoDate
  readonly #statements: StatementBatches
  #client: TransactionClient

  constructor(statements: StatementBatches, client: TransactionClient, businessDate: IsoDate) {
    this.#statements = statements
    this.#client = client
    this.businessDate = businessDate
  }

  get client(): TransactionClient {
    return this.#client
  }

  /** It will end without a commit. */
  isGivenUp = false

  /**
   * Writers that come from now on are told that an import runs, instead of waiting for its end. Does nothing while one is
   * just looking whether they are, so it is to be asked again.
   */
  async close(accountId: number): Promise<boolean> {
    const [row] = await this.client.texts(
      'select pg_try_advisory_xact_lock($1, $2)::text as closed',
      [advisoryLocks.closedAccount, accountId],
    )
    return row?.['closed'] === 'true'
  }

  /** Does all of `work`, or nothing of it and throws what it throws; the transaction goes on either way. */
  async attempt<T>(work: (client: TransactionClient) => Promise<T>): Promise<T> {
    const { client } = this
    await client.send('savepoint attempt', [])
    try {
      const result = await work(client)
      await client.settled()
      await client.texts('release savepoint attempt', [])
      return result
    } catch (error) {
      const cause = unavailableOr((await client.failure()) ?? error)
      // Who has lost the connection has lost the transaction.
      if (cause instanceof HapiError && cause.code === 'UNAVAILABLE') throw cause
      await this.#statements.settled()
      await this.#statements.ask('rollback to savepoint attempt')
      await this.#statements.ask('release savepoint attempt')
      // What failed in it is over.
      this.#client = new TransactionClient(this.#statements, async () => {})
      throw cause
    }
  }
}

/** Not an error: the way to end a transaction without a commit. */
class WithoutCommit extends Error {}

/** A chunk waits for writers that came before it, and its largest statement writes some hundred rows. */
const STATEMENT_TIMEOUT_MS = 120_000
/** Between two statements rows of the source are read and rules run. */
const IDLE_TIMEOUT_MS = 120_000

/** Moving days of the account may come in between two tries; more often than this they do not. */
const TRIES_MAX = 4

/**
 * Runs `work` and commits, unless it has given the transaction up; gives what it returns.
 *
 * @throws {HapiError} UNAVAILABLE, and what `work` throws
 */
export async function inImportTransaction<T>(
  database: Database,
  account: WriteAccount,
  now: () => Date,
  work: (transaction: ImportTransaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const businessDate = await ensureCalendarStates(database, account, now())
    let outcome: { readonly result: T } | undefined
    try {
      await database.pipelinedTransaction(async (statements, begun) => {
        const client = new TransactionClient(statements, async (entering) => {
          // Before the lock, which may be waited for.
          const limits = entering.lists(LIMITS, [])
          await Promise.all([begun, limits, enter(entering, account, businessDate, 'alone')])
        })
        await client.settled()
        const transaction = new ImportTransaction(statements, client, businessDate)
        outcome = { result: await work(transaction) }
        await transaction.client.settled()
        if (transaction.isGivenUp) throw new WithoutCommit()
      })
      announceChange(database, account.accountId)
    } catch (error) {
      if (error instanceof StaleStates && attempt < TRIES_MAX) continue
      if (!(error instanceof WithoutCommit)) throw error
    }
    if (outcome !== undefined) return outcome.result
  }
}

const LIMITS = `select set_config('statement_timeout', '${STATEMENT_TIMEOUT_MS}', true),
  set_config('idle_in_transaction_session_timeout', '${IDLE_TIMEOUT_MS}', true)`
