/**
 * How many requests an endpoint gets at once, and when it rests: quick to trust what answers, and a handful of requests
 * at most for what does not. Pure: times are the caller's.
 */

const REQUESTS_MAX = 64
const REQUESTS_FIRST = 8
/** Failing waves in a row before the queue rests. */
export const FAILURES_BEFORE_REST = 5
const REST_FIRST_MS = 1_000
const REST_MAX_MS = 60_000

/** What a request remembers of the time when it was begun. */
export type Wave = number

export class Pace {
  #failures: number
  #limit: number
  #wave: Wave = 0

  /** `failures` in a row before now: who goes on with a failing endpoint tries it with one request. */
  constructor(failures: number) {
    this.#failures = failures
    this.#limit = failures === 0 ? REQUESTS_FIRST : 1
  }

  /** Most requests under way at once. */
  get limit(): number {
    return this.#limit
  }

  /** In a row. Requests that were under way together fail as one: they met the same moment. */
  get failures(): number {
    return this.#failures
  }

  get wave(): Wave {
    return this.#wave
  }

  succeed(): void {
    this.#failures = 0
    this.#limit = Math.min(REQUESTS_MAX, this.#limit + 1)
  }

  /** Gives how long the endpoint is to rest from now, in milliseconds; undefined: not at all. */
  fail(wave: Wave): number | undefined {
    if (wave !== this.#wave) return undefined
    this.#wave++
    this.#failures++
    this.#limit = Math.max(1, Math.floor(this.#limit / 2))
    if (this.#failures < FAILURES_BEFORE_REST) return undefined
    return Math.min(REST_MAX_MS, REST_FIRST_MS * 2 ** (this.#failures - FAILURES_BEFORE_REST))
  }
}
