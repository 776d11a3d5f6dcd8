/** What a worker does, as numbers for Prometheus. */

import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { AttemptOutcome } from './attempt.ts'
import type { Outcome } from './outcome-writer.ts'
import type { QueueName } from './queue-store.ts'
import type { ObservedAttempt } from './runner-dependencies.ts'
import type { FannedOut, WorkerObserver } from './worker-observer.ts'

/** Seconds: from what is near-real time to what waits for a schedule. */
const DELAY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600]
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15]

export class WebhookMetrics implements WorkerObserver {
  readonly #events: Counter
  readonly #deliveries: Counter
  readonly #attempts: Counter<'result'>
  readonly #durations: Histogram
  readonly #delays: Histogram
  readonly #finished: Counter<'state'>
  readonly #endpoints: Counter<'state'>
  readonly #requests: Gauge
  readonly #queues: Gauge

  constructor(registry: Registry) {
    const registers = [registry]
    this.#events = new Counter({
      name: 'hapi_webhook_events_total',
      help: 'Committed changes made into deliveries.',
      registers,
    })
    this.#deliveries = new Counter({
      name: 'hapi_webhook_deliveries_total',
      help: 'Deliveries queued, one per event and endpoint.',
      registers,
    })
    this.#attempts = new Counter({
      name: 'hapi_webhook_attempts_total',
      help: 'Requests made, by result.',
      labelNames: ['result'],
      registers,
    })
    this.#durations = new Histogram({
      name: 'hapi_webhook_attempt_duration_seconds',
      help: 'Time of a request, its answer included.',
      buckets: DURATION_BUCKETS,
      registers,
    })
    this.#delays = new Histogram({
      name: 'hapi_webhook_first_attempt_delay_seconds',
      help: 'From the commit of a change to the first request that tells of it.',
      buckets: DELAY_BUCKETS,
      registers,
    })
    this.#finished = new Counter({
      name: 'hapi_webhook_deliveries_finished_total',
      help: 'Deliveries brought to their end, by the state that they ended in.',
      labelNames: ['state'],
      registers,
    })
    this.#endpoints = new Counter({
      name: 'hapi_webhook_endpoints_stopped_total',
      help: 'Endpoints that the worker has disabled after days of failures, or ended after a 410.',
      labelNames: ['state'],
      registers,
    })
    this.#requests = new Gauge({
      name: 'hapi_webhook_requests_under_way',
      help: 'Requests sent and not answered yet.',
      registers,
    })
    this.#queues = new Gauge({
      name: 'hapi_webhook_queues_owned',
      help: 'Queues of endpoints that this process serves now.',
      registers,
    })
  }

  fannedOut({ events, deliveries }: FannedOut): void {
    this.#events.inc(events)
    this.#deliveries.inc(deliveries)
  }

  begun({ delivery, startedAt }: ObservedAttempt): void {
    this.#requests.inc()
    const { attempts, isTest, committedAtMs } = delivery
    if (attempts === 0 && !isTest)
      this.#delays.observe(Math.max(0, startedAt.getTime() - committedAtMs) / 1_000)
  }

  ended(_attempt: ObservedAttempt, { result, durationMs }: AttemptOutcome): void {
    this.#requests.dec()
    this.#attempts.inc({ result })
    this.#durations.observe(durationMs / 1_000)
  }

  written({ state }: Outcome): void {
    if (state !== 'PENDING') this.#finished.inc({ state })
  }

  endpointEnded(_queue: QueueName): void {
    this.#endpoints.inc({ state: 'ENDED' })
  }

  endpointDisabled(_queue: QueueName): void {
    this.#endpoints.inc({ state: 'DISABLED' })
  }

  owns(queues: number): void {
    this.#queues.set(queues)
  }
}
