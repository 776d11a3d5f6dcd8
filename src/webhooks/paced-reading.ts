/** A reading of the database that many may ask for, and that takes a bounded part of its time whoever asks how often. */

/** A value is given again until it is so old. */
const KEPT_MS = 5_000
/** And until its reading has rested so many times as long as it took: at most one part in twenty of one connection. */
const RESTS = 20

export class PacedReading<T> {
  readonly #read: () => Promise<T>
  #reading: Promise<T> | undefined
  #freshUntilMs = Number.NEGATIVE_INFINITY

  constructor(read: () => Promise<T>) {
    this.#read = read
  }

  /** A value some seconds old at most, or the one being read. Throws what the reading throws, and asks again at the next call. */
  async get(): Promise<T> {
    if (this.#reading !== undefined && performance.now() < this.#freshUntilMs) return this.#reading
    // While it runs there is no other.
    this.#freshUntilMs = Number.POSITIVE_INFINITY
    const startedMs = performance.now()
    this.#reading = this.#read()
    try {
      const value = await this.#reading
      const endedMs = performance.now()
      this.#freshUntilMs = endedMs + Math.max(KEPT_MS, (endedMs - startedMs) * RESTS)
      return value
    } catch (error) {
      this.#freshUntilMs = Number.NEGATIVE_INFINITY
      throw error
    }
  }
}
