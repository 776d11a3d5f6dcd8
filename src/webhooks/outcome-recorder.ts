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

/**
 * After a transaction that began with several outcomes, the next begins no sooner than so many milliseconds after it,
 * unless many wait: what ends meanwhile travels together, which saves PostgreSQL a third of its work. At a calm pace
 * each is written at once, so that a crash repeats little.
 */
const TOGETHER_MS = 10
const TOGETHER_FROM = 8
const TOGETHER_MAX = 100
/** Between tries while the database is away. */
const RETRY_MS = 200

export class OutcomeRecorder {
  readonly #options: OutcomeRecorderOptions
  readonly #waiting: Outcome[] = []
  #writing: Promise<void> | undefined
  #isGivingUp = false
  #last = { begunMs: Number.NEGATIVE_INFINITY, count: 0 }

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
      await this.#untilMany()
      const outcomes = this.#waiting.splice(0, OUTCOMES_MAX)
      this.#last = { begunMs: performance.now(), count: outcomes.length }
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

  async #untilMany(): Promise<void> {
    const { begunMs, count } = this.#last
    if (count < TOGETHER_FROM || this.#waiting.length >= TOGETHER_MAX || this.#isGivingUp) return
    const restMs = begunMs + TOGETHER_MS - performance.now()
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs))
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
