/**
 * What a worker does, as spans of OpenTelemetry, for the SDK that an operator loads; without one they go nowhere. A span
 * is made when what it tells of is over: nothing has to be carried along, and nothing is left open.
 */

import {
  type Attributes,
  context,
  createContextKey,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { eventIdOf } from '../changes/notification.ts'
import type { AttemptOutcome } from './attempt.ts'
import type { ObservedAttempt } from './runner-dependencies.ts'
import type { FannedOut, WorkerObserver } from './worker-observer.ts'

const SCOPE = 'primmo-hapi.webhooks'

export class WebhookTraces implements WorkerObserver {
  readonly #tracer: Tracer = trace.getTracer(SCOPE)

  begun(): void {}

  ended({ queue, delivery, startedAt, host }: ObservedAttempt, outcome: AttemptOutcome): void {
    const span = this.#tracer.startSpan('POST webhook', {
      kind: SpanKind.CLIENT,
      root: true,
      startTime: startedAt,
      attributes: {
        'hapi.account.id': queue.accountId,
        'hapi.webhook.endpoint.id': queue.endpointId,
        'hapi.webhook.event.id': eventIdOf(delivery),
        'hapi.webhook.attempt': delivery.attempts + 1,
        'hapi.webhook.result': outcome.result,
        ...httpAttributes(host, outcome),
      },
    })
    if (outcome.result !== 'DELIVERED') span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(new Date(startedAt.getTime() + outcome.durationMs))
  }

  fannedOut({ accountId, events, deliveries, startedAt }: FannedOut): void {
    const span = this.#tracer.startSpan('webhook fan-out', {
      kind: SpanKind.INTERNAL,
      root: true,
      startTime: startedAt,
      attributes: {
        'hapi.account.id': accountId,
        'hapi.webhook.events': events,
        'hapi.webhook.deliveries': deliveries,
      },
    })
    span.end(new Date())
  }

  written(): void {}
  endpointEnded(): void {}
  endpointDisabled(): void {}
  owns(): void {}
}

/** Semantic conventions of HTTP client spans, without `url.full`: receivers put secrets into queries. */
function httpAttributes(host: string, { result, status }: AttemptOutcome): Attributes {
  const [, address = '', port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? []
  return {
    'http.request.method': 'POST',
    'server.address': address,
    ...(port === undefined ? {} : { 'server.port': Number(port) }),
    ...(status === undefined ? {} : { 'http.response.status_code': status }),
    ...(result === 'DELIVERED' ? {} : { 'error.type': String(status ?? result) }),
  }
}

/** The key by which the SDK knows that nothing below is to be traced (`suppressTracing` of its core package). */
const SUPPRESSED = ROOT_CONTEXT.setValue(
  createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
  true,
)

/**
 * Runs `work` so that an SDK's instrumentation of HTTP keeps away from it: that would write whole URLs into spans, and
 * send `traceparent` to receivers, whom our traces are no business of.
 */
export function untraced(work: () => void): void {
  context.with(SUPPRESSED, work)
}
