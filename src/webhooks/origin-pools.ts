/** Keep-alive connections by origin: few per receiver, and forgotten when they are not used. */

import { type buildConnector, Client, type Dispatcher, Pool } from 'undici'

/** Of one origin, that many endpoints may share: more than one of them can hold, and less than floods a receiver. */
const CONNECTIONS_MAX = 96

/** Origins kept open; beyond it the one that was used least recently is closed. */
const ORIGINS_MAX = 1_000

/** Milliseconds without a request after which an origin is forgotten, and how often that is looked at. */
const ORIGIN_IDLE_MS = 60_000
const SWEEP_MS = 15_000

/**
 * Milliseconds that an idle connection is kept when the receiver says nothing (common servers keep
 * theirs from 5 s to 75 s), and at most when it does.
 */
const IDLE_CONNECTION_MS = 4_000
const IDLE_CONNECTION_MAX_MS = 30_000

/** Bytes of the head of an answer. */
const RESPONSE_HEAD_MAX = 16_384

/** What an attempt learns of the connection that carries it. */
export interface Carrier {
  /** Answers received on the connection as it is now: more than none means that it is reused. */
  answers: number
}

/** Options of a request that wants to know its carrier. */
export interface CarriedRequest extends Dispatcher.DispatchOptions {
  readonly carriedBy: (carrier: Carrier) => void
}

interface Origin {
  readonly pool: Pool
  open: number
  /** Milliseconds since 1970. */
  usedAt: number
}

/** Origins by their text, those used least recently first. */
export class OriginPools {
  readonly #origins = new Map<string, Origin>()
  readonly #connect: buildConnector.connector
  readonly #originsMax: number
  readonly #sweeper: NodeJS.Timeout

  constructor(connect: buildConnector.connector, originsMax = ORIGINS_MAX) {
    this.#connect = connect
    this.#originsMax = originsMax
    this.#sweeper = setInterval(() => {
      this.#sweep()
    }, SWEEP_MS)
    this.#sweeper.unref()
  }

  /** The pool of an origin, in use until `release`. */
  take(origin: string): Pool {
    const entry = this.#origins.get(origin) ?? this.#open(origin)
    // Set again, it is the last: the order of the map is that of use.
    this.#origins.delete(origin)
    this.#origins.set(origin, entry)
    entry.open += 1
    return entry.pool
  }

  release(origin: string): void {
    const entry = this.#origins.get(origin)
    if (entry === undefined) return
    entry.open -= 1
    entry.usedAt = Date.now()
  }

  /** Cuts every connection. */
  async destroy(): Promise<void> {
    clearInterval(this.#sweeper)
    const pools = [...this.#origins.values()].map(({ pool }) => pool)
    this.#origins.clear()
    await Promise.all(pools.map((pool) => pool.destroy()))
  }

  #open(origin: string): Origin {
    if (this.#origins.size >= this.#originsMax) this.#forgetOldest()
    const pool = new Pool(origin, {
      connect: this.#connect,
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE_CONNECTION_MS,
      keepAliveMaxTimeout: IDLE_CONNECTION_MAX_MS,
      maxHeaderSize: RESPONSE_HEAD_MAX,
      // Whoever sends holds the clock, by the wall: these would start again at each byte.
      headersTimeout: 0,
      bodyTimeout: 0,
      factory: (url, options) => new CarrierClient(url, options),
    })
    return { pool, open: 0, usedAt: Date.now() }
  }

  #forgetOldest(): void {
    for (const [origin, entry] of this.#origins)
      if (entry.open === 0) {
        this.#forget(origin, entry)
        return
      }
  }

  #sweep(): void {
    const before = Date.now() - ORIGIN_IDLE_MS
    for (const [origin, entry] of this.#origins)
      if (entry.open === 0 && entry.usedAt < before) this.#forget(origin, entry)
  }

  #forget(origin: string, { pool }: Origin): void {
    this.#origins.delete(origin)
    // Nothing runs on it, and what could go wrong while idle sockets close concerns nobody.
    pool.destroy().catch(() => undefined)
  }
}

/** A connection that tells its requests which one it is. */
class CarrierClient extends Client {
  readonly #carrier: Carrier = { answers: 0 }

  constructor(origin: URL, options: object) {
    super(origin, options)
    this.on('connect', () => {
      this.#carrier.answers = 0
    })
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    if (isCarried(options)) options.carriedBy(this.#carrier)
    return super.dispatch(options, handler)
  }
}

function isCarried(options: Dispatcher.DispatchOptions): options is CarriedRequest {
  return 'carriedBy' in options && typeof options.carriedBy === 'function'
}
