/**
 * What a worker does, as lines of the log: each attempt at debug, and above that what an operator wants to know of an
 * endpoint. Names and numbers alone: no URL, header, body or answer, for receivers put secrets into all of them.
 */

import { eventIdOf } from '../changes/notification.ts'
import type { AttemptOutcome } from './attempt.ts'
import type { Outcome } from './outcome-writer.ts'
import { FAILURES_BEFORE_REST } from './pace.ts'
import { type QueueName, queueKey } from './queue-store.ts'
import type { ObservedAttempt, Standing, WorkerLogger } from './runner-dependencies.ts'
import type { FannedOut, WorkerObserver } from './worker-observer.ts'

export interface WebhookLogger extends WorkerLogger {
  debug(facts: object, text: string): void
}

/** An endpoint that fails and answers in turns is told of no more often. */
const TOLD_EVERY_MS = 60_000
/** Endpoints remembered as failing, of some hundred bytes; past them the one told of first is forgotten. */
const REMEMBERED_MAX = 10_000

/** What has been told of an endpoint's failing. */
interface Told {
  readonly atMs: number
  /** Not yet told that it answers again. */
  isOpen: boolean
  hasRest: boolean
}

export class WebhookLog implements WorkerObserver {
  readonly #logger: WebhookLogger
  readonly #now: () => number
  readonly #told = new Map<string, Told>()

  /** `now` gives milliseconds of a clock that no one sets. */
  constructor(logger: WebhookLogger, now: () => number = () => performance.now()) {
    this.#logger = logger
    this.#now = now
  }

  begun(): void {}

  ended(attempt: ObservedAttempt, outcome: AttemptOutcome, standing: Standing): void {
    const facts = factsOf(attempt, outcome)
    this.#logger.debug(facts, 'webhook attempt')
    if (outcome.result === 'ABORTED') return
    if (outcome.result === 'DELIVERED') this.#recovered(attempt.queue, facts, standing)
    else if (standing.failures > standing.failuresBefore)
      this.#failed(attempt.queue, facts, standing)
  }

  fannedOut({ accountId, events, deliveries, startedAt }: FannedOut): void {
    const durationMs = Date.now() - startedAt.getTime()
    this.#logger.debug({ accountId, events, deliveries, durationMs }, 'webhook deliveries queued')
  }

  written({ accountId, endpointId, delivery, state, attempt }: Outcome): void {
    if (state !== 'FAILED' || attempt?.result === 'GONE') return
    const facts = { accountId, endpointId, eventId: eventIdOf(delivery), result: attempt?.result }
    this.#logger.info(facts, 'webhook event given up after its last attempt, can be replayed')
  }

  endpointEnded({ accountId, endpointId }: QueueName): void {
    this.#logger.warn(
      { accountId, endpointId },
      'webhook endpoint ended: its receiver answered 410',
    )
  }

  endpointDisabled({ accountId, endpointId }: QueueName): void {
    this.#logger.warn({ accountId, endpointId }, 'webhook endpoint disabled: no success for days')
  }

  owns(): void {}

  #failed(queue: QueueName, facts: object, { failures, restMs }: Standing): void {
    const key = queueKey(queue)
    const told = this.#told.get(key)
    const hasRest = restMs !== undefined
    if (told?.isOpen === true) {
      if (!hasRest || told.hasRest) return
      told.hasRest = true
    } else {
      if (told !== undefined && this.#now() - told.atMs < TOLD_EVERY_MS) return
      // Failing already when this process took it: told with its next rest.
      if (!hasRest && failures > 1) return
      this.#remember(key, hasRest)
    }
    if (hasRest) this.#logger.warn({ ...facts, failures, restMs }, 'webhook endpoint rests')
    else this.#logger.info(facts, 'webhook endpoint fails')
  }

  #recovered(queue: QueueName, facts: object, { failuresBefore }: Standing): void {
    if (failuresBefore === 0) return
    const told = this.#told.get(queueKey(queue))
    // Another process may have told that it fails.
    if (told === undefined ? failuresBefore < FAILURES_BEFORE_REST : !told.isOpen) return
    if (told !== undefined) told.isOpen = false
    this.#logger.info({ ...facts, failures: failuresBefore }, 'webhook endpoint answers again')
  }

  #remember(key: string, hasRest: boolean): void {
    this.#told.delete(key)
    this.#told.set(key, { atMs: this.#now(), isOpen: true, hasRest })
    for (const oldest of this.#told.keys()) {
      if (this.#told.size <= REMEMBERED_MAX) return
      this.#told.delete(oldest)
    }
  }
}

function factsOf(
  { queue: { accountId, endpointId }, delivery }: ObservedAttempt,
  { result, status, durationMs }: AttemptOutcome,
): object {
  return {
    accountId,
    endpointId,
    eventId: eventIdOf(delivery),
    attempt: delivery.attempts + 1,
    result,
    status,
    durationMs,
  }
}
