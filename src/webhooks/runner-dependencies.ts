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

/** Hears of requests: metrics, traces, logs. */
export interface DeliveryObserver {
  begun(queue: QueueName, delivery: DueDelivery, at: Date): void
  ended(queue: QueueName, delivery: DueDelivery, outcome: AttemptOutcome): void
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
  readonly now: () => Date
  /** In [0, 1). */
  readonly random: () => number
  /** Cuts every request short. */
  readonly signal: AbortSignal
}
