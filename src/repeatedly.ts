/** Work that is looked for again and again for as long as the process runs. */

export interface Repetition {
  readonly everyMs: number
  /** Never rejects. What it begins after `signal` was aborted is waited for. */
  readonly look: (signal: AbortSignal) => Promise<unknown>
}

/**
 * Looks at once and then each time; a look that still goes on is not joined by another. The function given back stops it
 * and waits for the look in hand.
 */
export function repeatedly({ everyMs, look }: Repetition): () => Promise<void> {
  const stopped = new AbortController()
  let running: Promise<void> | undefined
  const next = (): void => {
    running ??= look(stopped.signal).then(() => {
      running = undefined
    })
  }
  const timer = setInterval(next, everyMs)
  timer.unref()
  next()
  return async () => {
    stopped.abort()
    clearInterval(timer)
    await running
  }
}
