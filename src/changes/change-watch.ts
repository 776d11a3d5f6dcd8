/**
 * Tells who waits for an account's changes that there are some: one watcher of a process for all of its waiting
 * requests, which hold no connection meanwhile.
 *
 * Whoever writes announces the account after its commit. That is a wake-up and no promise: a look each second, one
 * transaction for all who wait, finds what was not announced (a person with psql, a lost notification). It asks for
 * changes that the position of each does not hold, so that none slips through between a reading and the wait after it;
 * while no transaction has ended since, the look is one statement.
 */

import type { ClientBase } from 'pg'
import type { Database } from '../db/database.ts'
import { CHANGES_CHANNEL } from './announce.ts'
import { type ChangePosition, currentPosition, findPassed } from './change-log.ts'

export interface WaitOptions {
  readonly accountId: number
  /** Of the last reading, which gave all there was: a snapshot, not a place inside a window. */
  readonly since: ChangePosition
  readonly timeoutMs: number
  /** Ends the wait before its time. */
  readonly signal: AbortSignal
}

interface Waiter {
  readonly accountId: number
  since: ChangePosition
  readonly settle: (isChanged: boolean) => void
}

/** How late a change that nobody announced may be told. */
const LOOK_EVERY_MS = 1_000

export class ChangeWatch {
  readonly #database: Database
  readonly #waiters = new Set<Waiter>()
  #listening: Promise<(() => void) | undefined> | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Resolves to true as soon as the account has a change that `since` does not hold, or may have one; to false when the
   * time is over, the signal aborts or the watch closes. Never rejects.
   */
  async changed({ accountId, since, timeoutMs, signal }: WaitOptions): Promise<boolean> {
    if (this.#isClosed || signal.aborted) return false
    this.#follow()
    return new Promise((resolve) => {
      const settle = (isChanged: boolean): void => {
        clearTimeout(timeout)
        signal.removeEventListener('abort', giveUp)
        this.#waiters.delete(waiter)
        resolve(isChanged)
      }
      const giveUp = (): void => settle(false)
      const waiter: Waiter = { accountId, since, settle }
      const timeout = setTimeout(giveUp, timeoutMs)
      signal.addEventListener('abort', giveUp, { once: true })
      this.#waiters.add(waiter)
    })
  }

  /** Tells everybody who waits to look: what they may read has changed, if not what there is. */
  wake(): void {
    this.#announced()
  }

  /** Lets go of everybody who waits, and of the database, which it does not close. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    void this.#listening?.then((stop) => stop?.())
    for (const { settle } of this.#waiters) settle(false)
  }

  #follow(): void {
    // Without a subscription the looks still find everything; the next wait tries again.
    this.#listening ??= this.#database
      .listen(CHANGES_CHANNEL, (payload) => this.#announced(payload))
      .catch(() => (this.#listening = undefined))
    this.#timer ??= setTimeout(() => void this.#look(), LOOK_EVERY_MS)
  }

  /** Nothing, or nobody in particular: it may be any account. */
  #announced(payload = ''): void {
    for (const { accountId, settle } of this.#waiters)
      if (payload === '' || payload === String(accountId)) settle(true)
  }

  async #look(): Promise<void> {
    try {
      await this.#database.readingTransaction((client) => this.#lookFor(client))
    } catch {
      // Who waits while the database is away is told when the wait is over, by the reading that follows.
    }
    this.#timer = undefined
    if (this.#waiters.size > 0 && !this.#isClosed) this.#follow()
  }

  /** One snapshot for all who wait now; whoever comes meanwhile has read later than the look before this one. */
  async #lookFor(client: ClientBase): Promise<void> {
    const now = await currentPosition(client)
    const behind = [...this.#waiters].filter(({ since }) => since !== now)
    for (const accountId of new Set(behind.map((waiter) => waiter.accountId))) {
      const waiters = behind.filter((waiter) => waiter.accountId === accountId)
      const positions = [...new Set(waiters.map(({ since }) => since))]
      const passed = await findPassed(client, accountId, positions)
      for (const waiter of waiters) {
        if (passed.has(waiter.since)) waiter.settle(true)
        // Nothing until now: the next look need not go back farther.
        else waiter.since = now
      }
    }
  }
}
