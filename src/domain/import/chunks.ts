/** Steps of a source by chunks, the next of which is read while one is worked on. */

import type { EntityType } from '../../model/entity-type.ts'
import type { ImportStep } from './import-record.ts'

/** Rows that share the statements of a chunk; with best effort other writers of the account wait for so many. */
const CHUNK_SIZE = 500

/**
 * The first row of each type begins a chunk: what it and the next ones refer to is stored by then, and asked for with one
 * statement for all of them. Types that take turns, as lines of JSON may, share chunks from then on: one for each row
 * would cost a transaction each.
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
  const met = new Set<EntityType>()
  for await (const step of steps) {
    const isFirst = step.kind === 'record' && !met.has(step.type)
    if (chunk.length === size || weight >= 1 || (isFirst && chunk.length > 0)) {
      yield chunk
      chunk = []
      weight = 0
    }
    if (step.kind === 'record') met.add(step.type)
    chunk.push(step)
    weight += weightOf(step)
  }
  if (chunk.length > 0) yield chunk
}
