/** What the runners of a worker share. */

import type { Database } from '../db/database.ts'
import type { SecretBox } from '../secrets/secret-box.ts'
import type { AttemptOutcome } from './attempt.ts'
import type { SubscriberSource } from './event-access.ts'
import type { OutcomeRecorder } from './outcome-recorder.ts'
import type { DueDelivery, QueueName } from './queue-store.ts'
import type { RequestBudget } from './request-budget.ts'
import type { RetrySchedule } from './retry-schedule.ts'
import type { WebhookSender } from './sender.ts'

/** A request that is made, as observers know it: neither its URL nor its headers, which may hold secrets. */
export interface ObservedAttempt {
  readonly queue: QueueName
  readonly delivery: DueDelivery
  readonly startedAt: Date
  /** Where it goes: `example.org:8443`; empty when the URL that is stored is none. */
  readonly host: string
}

/** How the endpoint fares by an attempt: failures in a row before and after it, and the milliseconds that it now rests. */
export interface Standing {
  readonly failuresBefore: number
  readonly failures: number
  readonly restMs: number | undefined
}

/** Hears of requests: metrics, traces, logs. What begins also ends, ABORTED at the latest. */
export interface DeliveryObserver {
  begun(attempt: ObservedAttempt): void
  ended(attempt: ObservedAttempt, outcome: AttemptOutcome, standing: Standing): void
}

export interface WorkerLogger {
  info(facts: object, text: string): void
  warn(facts: object, text: string): void
  error(facts: object, text: string): void
}

export interface RunnerDependencies {
  readonly database: Database
  readonly subscribers: SubscriberSource
  readonly box: SecretBox
  readonly sender: WebhookSender
  readonly schedule: RetrySchedule
  readonly budget: RequestBudget
  readonly recorder: OutcomeRecorder
  readonly observer: DeliveryObserver
  readonly logger: WorkerLogger
  /** A queue was given back for a while: its user may not be sent to now. */
  readonly onSuspended: (queue: QueueName, userId: number) => void
  readonly now: () => Date
  /** In [0, 1). */
  readonly random: () => number
  /** Cuts every request short. */
  readonly signal: AbortSignal
}
