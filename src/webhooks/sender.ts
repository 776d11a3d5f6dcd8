/**
 * Sends webhooks: over kept connections, to permitted addresses only, within time and size limits.
 * Follows no redirect, reads no proxy variable, decompresses nothing.
 */

import { setMaxListeners } from 'node:events'
import { HapiError } from '../errors/hapi-error.ts'
import { type AttemptOutcome, type AttemptResult, runAttempt } from './attempt.ts'
import { type CustomHeader, customHeadersProblem } from './custom-headers.ts'
import { readDestination } from './destination.ts'
import type { EgressPolicy } from './egress-policy.ts'
import { guardedConnector } from './guarded-connector.ts'
import { type ResolveName, systemResolver } from './name-resolver.ts'
import { OriginPools } from './origin-pools.ts'
import { untraced } from './webhook-traces.ts'

export interface WebhookSenderOptions {
  readonly policy: EgressPolicy
  /** Milliseconds by the wall clock for one attempt: name, connection, head and body. */
  readonly timeoutMs: number
  /** Milliseconds for the name, the connection and TLS. */
  readonly connectTimeoutMs: number
  /** Of the product, for `User-Agent`. */
  readonly version: string
  /** Absent: DNS, and the operating system's resolver for names of permitted networks. */
  readonly resolve?: ResolveName
  /** Certificate authorities in PEM. Absent: those of Node and NODE_EXTRA_CA_CERTS. */
  readonly ca?: string
}

/** What one attempt sends. */
export interface WebhookRequest {
  /** POST unless it is said otherwise. A GET has no body. */
  readonly method?: 'GET'
  readonly url: string
  /** Ours besides `Content-Type`, `Content-Length` and `User-Agent`, which are always sent. */
  readonly headers: Readonly<Record<string, string>>
  readonly customHeaders: readonly CustomHeader[]
  /** JSON, sent as it is. */
  readonly body: string | Buffer
}

export class WebhookSender {
  readonly #options: WebhookSenderOptions
  readonly #pools: OriginPools
  readonly #running = new Set<Promise<AttemptOutcome>>()
  #isClosed = false

  constructor(options: WebhookSenderOptions) {
    this.#options = options
    const { policy, connectTimeoutMs, ca } = options
    const resolve = options.resolve ?? systemResolver(policy)
    this.#pools = new OriginPools(guardedConnector({ policy, connectTimeoutMs, resolve, ca }))
  }

  /** Makes one attempt. Never rejects; `signal`, which many may share, ends it as ABORTED. */
  async send(request: WebhookRequest, signal?: AbortSignal): Promise<AttemptOutcome> {
    const url = this.#destinationOf(request)
    if (typeof url === 'string') return { result: url, body: '', durationMs: 0 }
    // Node warns of a leak at the eleventh listener; there is one for each attempt that runs.
    if (signal !== undefined) setMaxListeners(0, signal)
    const attempt = this.#attempt(url, request, signal)
    this.#running.add(attempt)
    try {
      return await attempt
    } finally {
      this.#running.delete(attempt)
    }
  }

  /** Waits for the attempts that run, which are not longer than the time limit; then closes every connection. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#running)
    await this.#pools.destroy()
  }

  async #attempt(url: URL, request: WebhookRequest, signal?: AbortSignal): Promise<AttemptOutcome> {
    const pool = this.#pools.take(url.origin)
    try {
      return await runAttempt({
        request: {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method: request.method ?? 'POST',
          headers: this.#headersOf(request),
          body: request.method === 'GET' ? null : request.body,
        },
        dispatch: (options, handler) => untraced(() => pool.dispatch(options, handler)),
        timeoutMs: this.#options.timeoutMs,
        signal,
      })
    } finally {
      this.#pools.release(url.origin)
    }
  }

  /**
   * Where to, or why not. Saved under other settings, or changed behind our back: URL and headers
   * are judged again before anything is sent.
   */
  #destinationOf({ url, customHeaders }: WebhookRequest): URL | AttemptResult {
    if (this.#isClosed) return 'ABORTED'
    if (customHeadersProblem(customHeaders) !== undefined) return 'HEADERS_REFUSED'
    try {
      return new URL(readDestination(url, this.#options.policy, 'Url'))
    } catch (error) {
      if (error instanceof HapiError) return 'ADDRESS_REFUSED'
      throw error
    }
  }

  /** Name, value, name, value: the form in which names keep their case. */
  #headersOf({ method, headers, customHeaders }: WebhookRequest): string[] {
    return [
      ...(method === 'GET' ? [] : ['content-type', 'application/json; charset=utf-8']),
      'user-agent',
      `Primmo-HApi/${this.#options.version}`,
      ...Object.entries(headers).flat(),
      ...customHeaders.flatMap(({ name, value }) => [name, value]),
    ]
  }
}
