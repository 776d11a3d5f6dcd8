/** One attempt: what is sent has been decided; this listens to what comes back, and judges it. */

import { performance } from 'node:perf_hooks'
import { type Dispatcher, errors } from 'undici'
import { ConnectionFailure } from './guarded-connector.ts'
import type { CarriedRequest, Carrier } from './origin-pools.ts'
import { readRetryAfter } from './retry-after.ts'

/** How an attempt ended. */
export type AttemptResult =
  /** The head of a 2xx answer came in. */
  | 'DELIVERED'
  /** Any other status, redirects among them. */
  | 'HTTP_ERROR'
  /** 410: the receiver wants no more. */
  | 'GONE'
  /** No connection, or no head, in the time allowed. */
  | 'TIMEOUT'
  | 'DNS_FAILED'
  | 'CONNECT_FAILED'
  | 'TLS_FAILED'
  /** The connection broke before the head of an answer. */
  | 'RESET'
  /** What came back is not HTTP/1.1, or its head is too large. */
  | 'INVALID_RESPONSE'
  /** The URL or the address that it leads to is not permitted; nothing was sent. */
  | 'ADDRESS_REFUSED'
  /** A custom header is not permitted; nothing was sent. */
  | 'HEADERS_REFUSED'
  /** We gave up: the signal of `send`, or the sender was closed. Says nothing about the receiver. */
  | 'ABORTED'

/** What is known about an attempt that has ended. */
export interface AttemptOutcome {
  readonly result: AttemptResult
  /** Of the answer, when its head came in. */
  readonly status?: number
  /** The first 4 KB of the answer's body, as PostgreSQL's `text` can hold them; never decompressed. */
  readonly body: string
  readonly durationMs: number
  /** Milliseconds that a failing receiver asked us to wait, at most an hour. */
  readonly retryAfterMs?: number
}

/** Bytes of an answer that are kept. */
const BODY_KEPT = 4_096
/** Bytes of an answer that are read, so that a receiver that says much still keeps its connection. */
const BODY_READ_MAX = 65_536

/** What breaks when a receiver closes an idle connection at the moment we use it. */
const BROKEN = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

interface AttemptPlan {
  readonly request: Dispatcher.DispatchOptions
  readonly dispatch: (
    request: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ) => void
  /** Milliseconds by the wall clock for everything: waiting, connection, head and body. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** Sends and resolves when it is over. Never rejects. */
export function runAttempt(plan: AttemptPlan): Promise<AttemptOutcome> {
  return new Promise((resolve) => {
    new Attempt(plan, resolve).start()
  })
}

class Attempt implements Dispatcher.DispatchHandler {
  readonly #plan: AttemptPlan
  readonly #resolve: (outcome: AttemptOutcome) => void
  readonly #startedAt = performance.now()
  readonly #chunks: Buffer[] = []
  #timer: NodeJS.Timeout | undefined
  #controller: Dispatcher.DispatchController | undefined
  #carrier: Carrier | undefined
  #wasReused = false
  #hasRetried = false
  #isOver = false
  #status: number | undefined
  #retryAfter: string | undefined
  #bytes = 0

  constructor(plan: AttemptPlan, resolve: (outcome: AttemptOutcome) => void) {
    this.#plan = plan
    this.#resolve = resolve
  }

  start(): void {
    const { signal, timeoutMs } = this.#plan
    if (signal?.aborted === true) {
      this.#end('ABORTED')
      return
    }
    this.#timer = setTimeout(() => {
      this.#cut('TIMEOUT')
    }, timeoutMs)
    signal?.addEventListener('abort', this.#onAbort)
    this.#dispatch()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#wasReused = (this.#carrier?.answers ?? 0) > 0
    // It waited for a connection for too long; nothing of it is sent.
    if (this.#isOver) controller.abort(new Error('the attempt is over'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // 103 and the like are not the answer yet.
    if (status < 200) return
    this.#status = status
    const retryAfter = headers['retry-after']
    this.#retryAfter = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#bytes < BODY_KEPT) this.#chunks.push(chunk.subarray(0, BODY_KEPT - this.#bytes))
    this.#bytes += chunk.length
    if (this.#bytes > BODY_READ_MAX) this.#cut('INVALID_RESPONSE')
  }

  onResponseEnd(): void {
    if (this.#carrier !== undefined) this.#carrier.answers += 1
    // undici frees the connection in the next turn of the event loop. Who learnt of the end before
    // and sent the next event would open a second connection beside it.
    setImmediate(() => {
      setImmediate(() => {
        this.#end('INVALID_RESPONSE')
      })
    })
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#isOver) return
    if (this.#mayRetry(error)) {
      this.#hasRetried = true
      this.#dispatch()
      return
    }
    this.#end(resultOf(error))
  }

  readonly #onAbort = (): void => {
    this.#cut('ABORTED')
  }

  #dispatch(): void {
    const request: CarriedRequest = {
      ...this.#plan.request,
      carriedBy: (carrier) => {
        this.#carrier = carrier
      },
    }
    this.#plan.dispatch(request, this)
  }

  /**
   * A receiver may close an idle connection in the moment in which we use it. Nothing of an answer
   * came back, so it has most probably read nothing; and if it has, it knows the event by its
   * `webhook-id`, as it would at the next attempt, seconds later. Browsers do the same. Once only,
   * and never on a connection that carried nothing before.
   */
  #mayRetry(error: Error): boolean {
    return (
      this.#wasReused &&
      !this.#hasRetried &&
      this.#status === undefined &&
      BROKEN.has(codeOf(error))
    )
  }

  /** Ends the attempt from our side, and its connection. */
  #cut(otherwise: AttemptResult): void {
    if (this.#isOver) return
    this.#end(otherwise)
    this.#controller?.abort(new Error('the attempt is over'))
  }

  /** Once a head is in, its status is the result, whatever became of the body. */
  #end(otherwise: AttemptResult): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#plan.signal?.removeEventListener('abort', this.#onAbort)
    const status = this.#status
    const result = status === undefined ? otherwise : resultOfStatus(status)
    const retryAfterMs =
      result === 'DELIVERED' ? undefined : readRetryAfter(this.#retryAfter, Date.now())
    this.#resolve({
      result,
      ...(status === undefined ? {} : { status }),
      body: this.#bodyText(),
      durationMs: Math.round(performance.now() - this.#startedAt),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }

  #bodyText(): string {
    // A character that was cut at the end is left out; other bytes that are not UTF-8 are replaced.
    const isCut = this.#bytes > BODY_KEPT
    const text = new TextDecoder().decode(Buffer.concat(this.#chunks), { stream: isCut })
    return text.replaceAll('\0', '')
  }
}

function resultOfStatus(status: number): AttemptResult {
  if (status < 300) return 'DELIVERED'
  return status === 410 ? 'GONE' : 'HTTP_ERROR'
}

function resultOf(error: Error): AttemptResult {
  if (error instanceof ConnectionFailure) return error.result
  if (error instanceof errors.ClientDestroyedError || error instanceof errors.ClientClosedError)
    return 'ABORTED'
  // An answer that nobody asked for: 100 Continue, 101 Switching Protocols.
  if (error instanceof errors.SocketError && error.message.startsWith('bad '))
    return 'INVALID_RESPONSE'
  return BROKEN.has(codeOf(error)) || 'syscall' in error ? 'RESET' : 'INVALID_RESPONSE'
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}
