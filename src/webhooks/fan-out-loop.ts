/** Makes the changes of accounts into deliveries: a few accounts at once, and one account once at a time. */

import { type FanOutDependencies, fanOut, isHeldUp } from './fan-out.ts'
import type { QueueName } from './queue-store.ts'
import type { WorkerLogger } from './runner-dependencies.ts'
import type { WorkerObserver } from './worker-observer.ts'

export interface FanOutLoopOptions {
  readonly dependencies: FanOutDependencies
  readonly observer: WorkerObserver
  readonly logger: WorkerLogger
  readonly now: () => Date
  readonly onDeliveries: (queues: readonly QueueName[]) => void
}

/** Half of the connections of the background work. */
const ACCOUNTS_AT_ONCE = 2
/** Another worker holds the account: it may have looked before the change that we know of. */
const TAKEN_RETRY_MS = 50
/** Somebody holds the queue of one of its endpoints: other accounts go first. */
const HELD_RETRY_MS = 250
const FAILED_RETRY_MS = 1_000

/**
 * Deliveries made, after which PostgreSQL is to look at the table. It looks by itself each minute; until then it plans for
 * an empty one, takes any index of an endpoint for as good as the right one, and reads the whole queue for each event.
 */
const ANALYZE_AT = [500, 5_000, 50_000]
const ANALYZE = 'analyze webhooks.deliveries'

const CHANGED_ACCOUNTS = 'select webhooks.accounts_with_changes()'

export class FanOutLoop {
  readonly #options: FanOutLoopOptions
  /** In the order in which they are looked at. */
  readonly #waiting = new Set<number>()
  readonly #running = new Map<number, Promise<void>>()
  /** When an account was last found without news. */
  readonly #looked = new Map<number, Date>()
  #made = 0
  #isStopped = false

  constructor(options: FanOutLoopOptions) {
    this.#options = options
  }

  /** The account may have new changes. */
  wake(accountId: number): void {
    if (this.#isStopped) return
    this.#waiting.add(accountId)
    this.#next()
  }

  /** Looks for accounts with changes that nobody has announced. Throws UNAVAILABLE. */
  async sweep(): Promise<void> {
    const { database } = this.#options.dependencies
    const accounts = await database.workTransaction(async (statements, begun) => {
      const [, { rows }] = await Promise.all([begun, statements.ask(CHANGED_ACCOUNTS)])
      return rows.map(([accountId]) => Number(accountId))
    })
    for (const accountId of accounts) this.wake(accountId)
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#waiting.clear()
    await Promise.all(this.#running.values())
  }

  #next(): void {
    if (this.#isStopped) return
    for (const accountId of this.#waiting) {
      if (this.#running.size >= ACCOUNTS_AT_ONCE) return
      if (this.#running.has(accountId)) continue
      this.#waiting.delete(accountId)
      this.#running.set(
        accountId,
        this.#work(accountId).then(() => {
          this.#running.delete(accountId)
          this.#next()
        }),
      )
    }
  }

  /** Never rejects. */
  async #work(accountId: number): Promise<void> {
    const { dependencies, observer, logger, now, onDeliveries } = this.#options
    const startedAt = now()
    try {
      const result = await fanOut(dependencies, accountId, this.#looked.get(accountId))
      if (result.isTaken) {
        this.#wakeLater(accountId, TAKEN_RETRY_MS)
        return
      }
      if (result.hasMore) this.#waiting.add(accountId)
      else this.#looked.set(accountId, startedAt)
      if (result.events > 0) {
        const { events, deliveries } = result
        observer.fannedOut({ accountId, events, deliveries, startedAt })
      }
      await this.#count(result.deliveries)
      if (result.endpointIds.length > 0)
        onDeliveries(result.endpointIds.map((endpointId) => ({ accountId, endpointId })))
    } catch (error) {
      if (isHeldUp(error)) {
        this.#wakeLater(accountId, HELD_RETRY_MS)
        return
      }
      logger.error({ accountId, err: error }, 'changes not made into webhook deliveries')
      this.#wakeLater(accountId, FAILED_RETRY_MS)
    }
  }

  async #count(deliveries: number): Promise<void> {
    const before = this.#made
    this.#made += deliveries
    if (!ANALYZE_AT.some((count) => before < count && this.#made >= count)) return
    await this.#options.dependencies.database.workTransaction(async (statements, begun) => {
      await Promise.all([begun, statements.ask(ANALYZE)])
    })
  }

  #wakeLater(accountId: number, delayMs: number): void {
    setTimeout(() => this.wake(accountId), delayMs).unref()
  }
}
