/**
 * Sends events to the developer's machine as the webhooks of the product are sent: by the same sender, signed the same
 * way, with the same headers and body. What differs is where to: the addresses of a developer's machine are those that
 * a server refuses.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { AttemptOutcome } from '../../webhooks/attempt.ts'
import type { EgressPolicy } from '../../webhooks/egress-policy.ts'
import { readNetworks } from '../../webhooks/egress-policy.ts'
import { nextDelayMs, type RetrySchedule } from '../../webhooks/retry-schedule.ts'
import type { WebhookSender } from '../../webhooks/sender.ts'
import { signatureHeaders } from '../../webhooks/signature.ts'
import type { FeedEvent } from './events-client.ts'

/** Where events go: those of one entity, or of every entity that has no address of its own. */
export interface Forward {
  readonly entity: string | undefined
  readonly url: string
}

/** What became of one attempt. */
export interface ReportedAttempt {
  readonly event: FeedEvent
  readonly url: string
  /** From 1. */
  readonly attempt: number
  readonly outcome: AttemptOutcome
  /** `undefined`: there is no next one. */
  readonly nextAttemptMs: number | undefined
}

export interface ForwarderOptions {
  readonly forwards: readonly Forward[]
  readonly secret: string
  readonly schedule: RetrySchedule
  readonly sender: WebhookSender
  readonly signal: AbortSignal
  readonly report: (attempt: ReportedAttempt) => void
  /** Told of an event that nobody wanted. */
  readonly show: (event: FeedEvent) => void
}

/** Every address by http and https; the sender still refuses those of a machine's metadata. */
export const LOCAL_POLICY: EgressPolicy = {
  allowHttp: true,
  allowedNetworks: readNetworks('0.0.0.0/0,::/0') ?? [],
}

export class Forwarder {
  readonly #options: ForwarderOptions

  constructor(options: ForwarderOptions) {
    this.#options = options
  }

  /** Sends a page: in its order, one at a time to each address. Throws the signal's reason. */
  async forward(events: readonly FeedEvent[]): Promise<void> {
    const byUrl = group(events, (event) => this.#urlOf(event))
    await Promise.all(
      [...byUrl].map(async ([url, own]) => {
        for (const event of own) await this.#forwardOne(event, url)
      }),
    )
  }

  #urlOf({ Event: { Entity } }: FeedEvent): string | undefined {
    const { forwards } = this.#options
    const own = forwards.find(({ entity }) => entity === Entity)
    return (own ?? forwards.find(({ entity }) => entity === undefined))?.url
  }

  async #forwardOne(event: FeedEvent, url: string | undefined): Promise<void> {
    if (url === undefined) {
      this.#options.show(event)
      return
    }
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#send(event, url, attempt)
      const nextAttemptMs = this.#delayMs(outcome, attempt)
      this.#options.report({ event, url, attempt, outcome, nextAttemptMs })
      if (nextAttemptMs === undefined) return
      await sleep(nextAttemptMs, undefined, { signal: this.#options.signal })
    }
  }

  async #send(event: FeedEvent, url: string, attempt: number): Promise<AttemptOutcome> {
    const { sender, secret, signal } = this.#options
    const body = JSON.stringify(event.Event)
    const signed = { id: event.WebhookId, timestamp: new Date(), body, secrets: [secret] }
    const headers = { ...signatureHeaders(signed), 'webhook-attempt': String(attempt) }
    const outcome = await sender.send({ url, headers, customHeaders: [], body }, signal)
    signal.throwIfAborted()
    return outcome
  }

  /** 410 asks for no more: the product would end the subscription. */
  #delayMs({ result, retryAfterMs }: AttemptOutcome, count: number): number | undefined {
    if (result === 'DELIVERED' || result === 'GONE') return undefined
    return nextDelayMs({ count, retryAfterMs }, this.#options.schedule, Math.random)
  }
}

function group<K, V>(values: readonly V[], keyOf: (value: V) => K): ReadonlyMap<K, readonly V[]> {
  const groups = new Map<K, V[]>()
  for (const value of values) {
    const key = keyOf(value)
    groups.set(key, [...(groups.get(key) ?? []), value])
  }
  return groups
}
