/** The body of an answer that is too large to be sent whole, while it is produced. */

import { Readable } from 'node:stream'

/** A receiver that takes nothing for this long is cut, and its connection to the database with it. */
const STALLED_TIMEOUT_MS = 60_000

export class AnswerBody extends Readable {
  /** Whoever waits until the receiver wants more. */
  #waiting: { readonly resume: () => void; readonly giveUp: () => void } | undefined
  #stalled: NodeJS.Timeout | undefined

  /** Hands bytes to the receiver; settles when it wants more. Rejects when it has gone. */
  write(bytes: Buffer): Promise<void> {
    if (this.destroyed) return Promise.reject(new ReceiverGone())
    if (this.push(bytes)) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#stalled = setTimeout(() => this.destroy(new ReceiverGone()), STALLED_TIMEOUT_MS)
      this.#waiting = { resume: resolve, giveUp: () => reject(new ReceiverGone()) }
    })
  }

  end(bytes: Buffer): void {
    if (bytes.length > 0) this.push(bytes)
    this.push(null)
  }

  override _read(): void {
    clearTimeout(this.#stalled)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resume()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#stalled)
    this.#waiting?.giveUp()
    callback(error)
  }
}

/** Nobody takes the answer any more. */
export class ReceiverGone extends Error {
  override readonly name = 'ReceiverGone'

  constructor() {
    super('The receiver of the answer has gone')
  }
}
