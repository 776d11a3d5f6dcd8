/** Collects the outcomes of all runners, and writes them a transaction at a time. */

import type { Database } from '../db/database.ts'
import {
  isLocked,
  OUTCOMES_MAX,
  type Outcome,
  type QueueHealth,
  type WrittenOutcomes,
  writeOutcomes,
} from './outcome-writer.ts'
import { type DueDelivery, type QueueName, queueKey } from './queue-store.ts'

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
  /** Has been failing for so long that it is to be disabled. */
  readonly onFailing: (queue: QueueName) => void
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
/** Between tries while a queue is held by somebody else. */
const ASIDE_RETRY_MS = 50
/** Whoever queues a page of deliveries holds a queue for less; whoever moves or cancels a backlog, for seconds. */
const LOCK_MS = 200
/** What is known to be held is not waited for. */
const LOCK_ASIDE_MS = 1

export class OutcomeRecorder {
  readonly #options: OutcomeRecorderOptions
  readonly #waiting: Outcome[] = []
  /** By queue: of those that somebody else holds. Nobody's outcomes wait for another's queue. */
  readonly #aside = new Map<string, Outcome[]>()
  /** What was taken and could not be written. */
  readonly #healths = new Map<string, QueueHealth>()
  #writing: Promise<void> | undefined
  #writingAside: Promise<void> | undefined
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
    for (;;) {
      const writing = this.#writing ?? this.#writingAside
      if (writing === undefined) return
      await writing
    }
  }

  /** Stops trying: what is not written now is sent again by the next worker. */
  giveUp(): void {
    this.#isGivingUp = true
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#untilMany()
      const outcomes = this.#waiting.splice(0, OUTCOMES_MAX).filter((one) => !this.#isAside(one))
      this.#last = { begunMs: performance.now(), count: outcomes.length }
      if (outcomes.length > 0) await this.#write(outcomes)
    }
    this.#writing = undefined
  }

  async #untilMany(): Promise<void> {
    const { begunMs, count } = this.#last
    if (count < TOGETHER_FROM || this.#waiting.length >= TOGETHER_MAX || this.#isGivingUp) return
    const restMs = begunMs + TOGETHER_MS - performance.now()
    if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs))
  }

  #isAside(outcome: Outcome): boolean {
    const aside = this.#aside.get(queueKey(outcome))
    aside?.push(outcome)
    return aside !== undefined
  }

  /** Until it is written, or its queue is set aside: an outcome that is lost is a notification that comes twice. */
  async #write(outcomes: readonly Outcome[]): Promise<void> {
    if (await this.#tryUntilWritten(outcomes, LOCK_MS)) return
    for (const some of groupByQueue(outcomes).values())
      if (!(await this.#tryUntilWritten(some, LOCK_ASIDE_MS))) this.#setAside(some)
  }

  #setAside(outcomes: readonly Outcome[]): void {
    for (const [key, some] of groupByQueue(outcomes))
      this.#aside.set(key, [...(this.#aside.get(key) ?? []), ...some])
    this.#writingAside ??= this.#writeAside()
  }

  async #writeAside(): Promise<void> {
    while (this.#aside.size > 0 && !this.#isGivingUp) {
      await new Promise((resolve) => setTimeout(resolve, ASIDE_RETRY_MS))
      for (const [key, outcomes] of this.#aside) {
        const some = outcomes.splice(0, OUTCOMES_MAX)
        if (await this.#tryUntilWritten(some, LOCK_ASIDE_MS)) {
          // Free again: what has come meanwhile goes the way of all others, however much it is.
          this.#aside.delete(key)
          for (const outcome of outcomes) this.add(outcome)
        } else outcomes.unshift(...some)
      }
    }
    this.#writingAside = undefined
  }

  /** False: one of the queues is held by somebody else. */
  async #tryUntilWritten(outcomes: readonly Outcome[], lockMs: number): Promise<boolean> {
    const byQueue = groupByQueue(outcomes)
    const healths = [...byQueue.keys()].flatMap((key) => this.#takeHealth(key) ?? [])
    while (!this.#isGivingUp) {
      try {
        this.#tell(byQueue, await writeOutcomes(this.#options.database, outcomes, healths, lockMs))
        return true
      } catch (error) {
        if (isLocked(error)) {
          for (const health of healths) this.#healths.set(queueKey(health), health)
          return false
        }
        this.#options.onFailure(error)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
    return true
  }

  #takeHealth(key: string): QueueHealth | undefined {
    const kept = this.#healths.get(key)
    this.#healths.delete(key)
    const fresh = this.#options.takeHealth(key)
    if (fresh === undefined || kept === undefined) return fresh ?? kept
    const succeeded = fresh.succeeded || kept.succeeded
    return { ...fresh, succeeded, failed: fresh.failed || kept.failed }
  }

  #tell(
    byQueue: ReadonlyMap<string, readonly Outcome[]>,
    { promoted, failing }: WrittenOutcomes,
  ): void {
    for (const [key, outcomes] of byQueue) {
      const deliveries = outcomes.map(({ delivery }) => delivery)
      this.#options.onQueueWritten(key, deliveries, promoted.has(key))
      for (const outcome of outcomes) this.#options.onWritten(outcome)
    }
    for (const queue of failing) this.#options.onFailing(queue)
  }
}

function groupByQueue(outcomes: readonly Outcome[]): ReadonlyMap<string, readonly Outcome[]> {
  const groups = new Map<string, Outcome[]>()
  for (const outcome of outcomes) {
    const key = queueKey(outcome)
    const group = groups.get(key) ?? []
    group.push(outcome)
    groups.set(key, group)
  }
  return groups
}
