/** Rows of a source by chunks, the next of which is read while one is worked on. */

/** Rows that share the statements of a chunk; with best effort other writers of the account wait for so many. */
const CHUNK_SIZE = 500

export async function* chunksOf<T>(
  items: AsyncIterable<T>,
  size = CHUNK_SIZE,
): AsyncGenerator<readonly T[]> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    let next = takeChunk(iterator, size)
    for (;;) {
      const chunk = await next
      if (chunk.length === 0) return
      next = takeChunk(iterator, size)
      // Its failure is met when its turn has come.
      next.catch(() => {})
      yield chunk
    }
  } finally {
    await iterator.return?.()
  }
}

async function takeChunk<T>(iterator: AsyncIterator<T>, size: number): Promise<readonly T[]> {
  const chunk: T[] = []
  while (chunk.length < size) {
    const { done, value } = await iterator.next()
    if (done === true) break
    chunk.push(value)
  }
  return chunk
}
