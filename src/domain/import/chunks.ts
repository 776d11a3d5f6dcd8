/** Rows of a source by chunks, the next of which is read while one is worked on. */

import type { ImportItem } from './import-record.ts'

/** Rows that share the statements of a chunk; with best effort other writers of the account wait for so many. */
const CHUNK_SIZE = 500

export async function* chunksOf(
  items: AsyncIterable<ImportItem>,
  size = CHUNK_SIZE,
): AsyncGenerator<readonly ImportItem[]> {
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

async function takeChunk(
  iterator: AsyncIterator<ImportItem>,
  size: number,
): Promise<readonly ImportItem[]> {
  const chunk: ImportItem[] = []
  while (chunk.length < size) {
    const { done, value } = await iterator.next()
    if (done === true) break
    chunk.push(value)
  }
  return chunk
}
