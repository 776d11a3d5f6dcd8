/**
 * Queues that this worker has given back for a while because their user has no live key. They are due again as soon as
 * it has one; what is not remembered here, after a restart for example, is looked at when the while is over.
 */

import type { Database } from '../db/database.ts'
import type { SubscriberSource } from './event-access.ts'
import { type QueueName, queueKey, resumeQueues } from './queue-store.ts'

export interface SuspendedQueuesOptions {
  readonly database: Database
  readonly subscribers: SubscriberSource
  /** Some are due now. */
  readonly onResumed: () => void
  readonly onFailure: (error: unknown) => void
}

/** Some hundred bytes each. */
const SUSPENDED_MAX = 10_000

interface Suspended {
  readonly queue: QueueName
  readonly userId: number
}

export class SuspendedQueues {
  readonly #options: SuspendedQueuesOptions
  readonly #byKey = new Map<string, Suspended>()

  constructor(options: SuspendedQueuesOptions) {
    this.#options = options
  }

  /** Given back already. */
  add(queue: QueueName, userId: number): void {
    const suspended = { queue, userId }
    // The key may have come while it was given back.
    if (this.#maySend(userId)) void this.#resume([suspended])
    else if (this.#byKey.size < SUSPENDED_MAX) this.#byKey.set(queueKey(queue), suspended)
  }

  /** Access has changed. */
  look(): void {
    const resumed = [...this.#byKey.values()].filter(({ userId }) => this.#maySend(userId))
    if (resumed.length > 0) void this.#resume(resumed)
  }

  #maySend(userId: number): boolean {
    try {
      return this.#options.subscribers.findSubscriber(userId)?.hasKey === true
    } catch {
      // Not known now; what is found when it is known again calls once more.
      return false
    }
  }

  async #resume(resumed: readonly Suspended[]): Promise<void> {
    for (const { queue } of resumed) this.#byKey.delete(queueKey(queue))
    try {
      await resumeQueues(
        this.#options.database,
        resumed.map(({ queue }) => queue),
      )
      this.#options.onResumed()
    } catch (error) {
      this.#options.onFailure(error)
    }
  }
}
