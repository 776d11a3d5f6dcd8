/** The requests of a process: a bound for all endpoints together, given out in turn. */

/** A request under way costs a socket and some kilobytes. */
const REQUESTS_MAX = 512

export class RequestBudget {
  #used = 0
  readonly #waiting = new Set<() => void>()

  get used(): number {
    return this.#used
  }

  get free(): number {
    return REQUESTS_MAX - this.#used
  }

  take(): void {
    this.#used++
  }

  /** Who has waited longest hears that there is room. */
  release(): void {
    this.#used--
    const [next] = this.#waiting
    if (next === undefined) return
    this.#waiting.delete(next)
    next()
  }

  /**
   * As many of those who wait as there is room for hear of it: who was called by `release` may have had nothing to send
   * any more, and the room it left is nobody's turn.
   */
  wakeWaiting(): void {
    for (const next of [...this.#waiting].slice(0, Math.max(0, this.free))) {
      this.#waiting.delete(next)
      next()
    }
  }

  /** Calls once, when there is room; the same caller waits once. */
  whenFree(call: () => void): void {
    this.#waiting.add(call)
  }

  forget(call: () => void): void {
    this.#waiting.delete(call)
  }
}
