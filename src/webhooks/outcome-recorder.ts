/** Collects the outcomes of all runners, and writes them a transaction at a time. */

import type { Database } from '../db/database.ts'
import { OUTCOMES_MAX, type Outcome, type QueueHealth, writeOutcomes } from './outcome-writer.ts'
import { type DueDelivery, queueKey } from './queue-store.ts'

export interface OutcomeRecorderOptions {
  readonly database: Database
  /** How a queue fares, when that is to be written too; by its key. */
  readonly takeHealth: (key: string) => QueueHealth | undefined
  /** `hasPromoted`: something became due in the queue by it. */
  readonly onQueueWritten: (
    key: string,
    deliveries: readonly DueDelivery[],
    hasPromoted: boolean,
  ) => void
  /** Hears of each after the commit. */
  readonly onWritten: (outcome: Outcome) => void
  readonly onFailure: (error: unknown) => void
}

/** Between tries while the database is away. */
const RETRY_MS = 200

export class OutcomeRecorder {
  readonly #options: OutcomeRecorderOptions
  readonly #waiting: Outcome[] = []
  #writing: Promise<void> | undefined
  #isGivingUp = false

  constructor(options: OutcomeRecorderOptions) {
    this.#options = options
  }

  add(outcome: Outcome): void {
    this.#waiting.push(outcome)
    // In a later turn: what ends in this one travels together.
    this.#writing ??= new Promise((resolve) => {
      setImmediate(() => {
        void this.#writeAll().then(resolve)
      })
    })
  }

  /** When all that was added is written. */
  async settled(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
  }

  /** Stops trying: what is not written now is sent again by the next worker. */
  giveUp(): void {
    this.#isGivingUp = true
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const outcomes = this.#waiting.splice(0, OUTCOMES_MAX)
      const byQueue = groupByQueue(outcomes)
      const healths = [...byQueue.keys()].flatMap((key) => this.#options.takeHealth(key) ?? [])
      const promoted = await this.#write(outcomes, healths)
      if (promoted === undefined) break
      for (const [key, deliveries] of byQueue)
        this.#options.onQueueWritten(key, deliveries, promoted.has(key))
      for (const outcome of outcomes) this.#options.onWritten(outcome)
    }
    this.#writing = undefined
  }

  /** Until it is written: an outcome that is lost is a notification that comes twice. */
  async #write(
    outcomes: readonly Outcome[],
    healths: readonly QueueHealth[],
  ): Promise<ReadonlySet<string> | undefined> {
    while (!this.#isGivingUp) {
      try {
        const { promoted } = await writeOutcomes(this.#options.database, outcomes, healths)
        return promoted
      } catch (error) {
        this.#options.onFailure(error)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
    return undefined
  }
}

function groupByQueue(outcomes: readonly Outcome[]): ReadonlyMap<string, readonly DueDelivery[]> {
  const groups = new Map<string, DueDelivery[]>()
  for (const outcome of outcomes) {
    const key = queueKey(outcome)
    const group = groups.get(key) ?? []
    group.push(outcome.delivery)
    groups.set(key, group)
  }
  return groups
}
