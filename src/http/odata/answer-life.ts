/** How long a request may go on whose answer somebody else sends: until a deadline, or until nobody takes it any more. */

export class AnswerLife {
  /** Each with the question whether its answer has begun. */
  readonly #listeners = new Map<() => void, () => boolean>()
  readonly #deadline: NodeJS.Timeout
  readonly #onCut: () => void
  #isOver = false
  #isLate = false

  /** @param onCut cuts the connection: the answer cannot be finished */
  constructor(durationMs: number, onCut: () => void) {
    this.#onCut = onCut
    this.#deadline = setTimeout(() => {
      this.#isLate = true
      this.#tell()
    }, durationMs)
  }

  /** Nobody takes the answer. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** The deadline has passed: what has not been answered yet is told so. */
  get isLate(): boolean {
    return this.#isLate
  }

  /**
   * Hears once when a running statement is to stop: nobody takes the answer, or the deadline has passed and the answer
   * has not begun. One that has begun is finished: to stop it would be to cut what it is part of.
   */
  onEnd(listener: () => void, hasBegun: () => boolean): void {
    this.#listeners.set(listener, hasBegun)
  }

  offEnd(listener: () => void): void {
    this.#listeners.delete(listener)
  }

  /** The receiver has gone. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.finish()
    this.#tell()
  }

  /** An answer that is not whole cannot be ended otherwise. */
  cut(): void {
    this.#onCut()
    this.end()
  }

  /** All is answered. */
  finish(): void {
    clearTimeout(this.#deadline)
  }

  #tell(): void {
    for (const [listener, hasBegun] of this.#listeners) {
      if (!this.#isOver && hasBegun()) continue
      this.#listeners.delete(listener)
      listener()
    }
  }
}
