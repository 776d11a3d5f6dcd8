/** Who watches a worker: metrics, traces, logs. */

import type { Outcome } from './outcome-writer.ts'
import type { QueueName } from './queue-store.ts'
import type { DeliveryObserver } from './runner-dependencies.ts'

/** One page of an account's changes, made into deliveries and committed. */
export interface FannedOut {
  readonly accountId: number
  readonly events: number
  readonly deliveries: number
  readonly startedAt: Date
}

/** Observers hear and do nothing else: they are called between requests, and must be quick. */
export interface WorkerObserver extends DeliveryObserver {
  fannedOut(page: FannedOut): void
  /** What an attempt has led to is committed. */
  written(outcome: Outcome): void
  endpointEnded(queue: QueueName): void
  endpointDisabled(queue: QueueName): void
  /** How many queues the worker owns now. */
  owns(queues: number): void
}

/** Tells all; one that throws is reported once, and neither stops the others nor a delivery. */
export function composeObservers(
  observers: readonly WorkerObserver[],
  onFailure: (error: unknown) => void,
): WorkerObserver {
  const failed = new Set<WorkerObserver>()
  const tell = (say: (observer: WorkerObserver) => void): void => {
    for (const observer of observers) {
      try {
        say(observer)
      } catch (error) {
        if (!failed.has(observer)) onFailure(error)
        failed.add(observer)
      }
    }
  }
  return {
    begun: (attempt) => tell((observer) => observer.begun(attempt)),
    ended: (attempt, outcome, standing) =>
      tell((observer) => observer.ended(attempt, outcome, standing)),
    fannedOut: (page) => tell((observer) => observer.fannedOut(page)),
    written: (outcome) => tell((observer) => observer.written(outcome)),
    endpointEnded: (queue) => tell((observer) => observer.endpointEnded(queue)),
    endpointDisabled: (queue) => tell((observer) => observer.endpointDisabled(queue)),
    owns: (queues) => tell((observer) => observer.owns(queues)),
  }
}
