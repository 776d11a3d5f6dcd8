/** What a worker does, as numbers for Prometheus. */

import { Counter, Histogram, type Registry } from 'prom-client'
import type { AttemptOutcome } from './attempt.ts'
import type { DueDelivery, QueueName } from './queue-store.ts'
import type { WorkerObserver } from './worker-observer.ts'

/** Seconds: from what is near-real time to what waits for a schedule. */
const DELAY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600]
const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15]

export class WebhookMetrics implements WorkerObserver {
  readonly #events: Counter
  readonly #deliveries: Counter
  readonly #attempts: Counter<'result'>
  readonly #durations: Histogram
  readonly #delays: Histogram
  readonly #endpoints: Counter<'state'>

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
    this.#endpoints = new Counter({
      name: 'hapi_webhook_endpoints_stopped_total',
      help: 'Endpoints that the worker has disabled after days of failures, or ended after a 410.',
      labelNames: ['state'],
      registers,
    })
  }

  fannedOut(events: number, deliveries: number): void {
    this.#events.inc(events)
    this.#deliveries.inc(deliveries)
  }

  begun(_queue: QueueName, { attempts, isTest, committedAtMs }: DueDelivery, at: Date): void {
    if (attempts === 0 && !isTest)
      this.#delays.observe(Math.max(0, at.getTime() - committedAtMs) / 1_000)
  }

  ended(_queue: QueueName, _delivery: DueDelivery, { result, durationMs }: AttemptOutcome): void {
    this.#attempts.inc({ result })
    this.#durations.observe(durationMs / 1_000)
  }

  endpointEnded(): void {
    this.#endpoints.inc({ state: 'ENDED' })
  }

  endpointDisabled(): void {
    this.#endpoints.inc({ state: 'DISABLED' })
  }
}
