/**
 * Whether the bucket answers, for whoever looks at the health of a process. Nobody waits for it: what is told is what was
 * seen last, and looking asks again when that is some time ago.
 */

import type { S3Store } from './s3-store.ts'

/** A store that is slower is of no use to who reads a document. */
const ASK_TIMEOUT_MS = 5_000
/** What was seen is told for so long, whoever asks how often. */
const SEEN_FOR_MS = 10_000

export class StoreWatch {
  readonly #bucket: Pick<S3Store, 'check'>
  readonly #onChange: (isReachable: boolean, cause: unknown) => void
  /** The start has asked it. */
  #isReachable = true
  #askAgainMs = 0

  constructor(
    bucket: Pick<S3Store, 'check'>,
    onChange: (isReachable: boolean, cause: unknown) => void,
  ) {
    this.#bucket = bucket
    this.#onChange = onChange
  }

  isReachable(): boolean {
    if (performance.now() >= this.#askAgainMs) {
      // One question at a time.
      this.#askAgainMs = Number.POSITIVE_INFINITY
      void this.#ask()
    }
    return this.#isReachable
  }

  async #ask(): Promise<void> {
    let cause: unknown
    const isReachable = await this.#bucket.check(AbortSignal.timeout(ASK_TIMEOUT_MS)).then(
      () => true,
      (error: unknown) => {
        cause = error
        return false
      },
    )
    this.#askAgainMs = performance.now() + SEEN_FOR_MS
    if (isReachable === this.#isReachable) return
    this.#isReachable = isReachable
    this.#onChange(isReachable, cause)
  }
}
