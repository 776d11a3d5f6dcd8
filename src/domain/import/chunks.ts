/** Steps of a source by chunks, the next of which is read while one is worked on. */

import type { EntityType } from '../../model/entity-type.ts'
import type { ImportStep } from './import-record.ts'

/** Rows that share the statements of a chunk; with best effort other writers of the account wait for so many. */
const CHUNK_SIZE = 500

/**
 * Rows of another type begin a chunk of their own: what they refer to is stored by then, and asked for with one statement
 * for all of them.
 *
 * @param weightOf what a step takes of a chunk besides, as a part of 1
 */
export async function* chunksOf<S extends ImportStep>(
  steps: AsyncIterable<S>,
  size = CHUNK_SIZE,
  weightOf: (step: S) => number = () => 0,
): AsyncGenerator<readonly S[]> {
  const chunks = cut(steps, size, weightOf)
  try {
    let next = chunks.next()
    for (;;) {
      const { done, value } = await next
      if (done === true) return
      next = chunks.next()
      // Its failure is met when its turn has come.
      next.catch(() => {})
      yield value
    }
  } finally {
    await chunks.return(undefined)
  }
}

async function* cut<S extends ImportStep>(
  steps: AsyncIterable<S>,
  size: number,
  weightOf: (step: S) => number,
): AsyncGenerator<readonly S[]> {
  let chunk: S[] = []
  let weight = 0
  let ofType: EntityType | undefined
  for await (const step of steps) {
    const isOther = step.kind === 'record' && step.type !== ofType
    if (chunk.length === size || weight >= 1 || (isOther && chunk.length > 0)) {
      yield chunk
      chunk = []
      weight = 0
    }
    if (step.kind === 'record') ofType = step.type
    chunk.push(step)
    weight += weightOf(step)
  }
  if (chunk.length > 0) yield chunk
}
