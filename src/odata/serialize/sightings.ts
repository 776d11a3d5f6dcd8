/**
 * Which rows that tell of persons an answer has shown, by entity type: how many, from which Id to which, and each
 * of them as long as they are few.
 */

import type { Witness } from '../plan/query-plan.ts'
import type { RowWriter } from './row-writer.ts'

export interface RowsShown {
  readonly rows: number
  readonly first: number
  readonly last: number
  /** Undefined when there are more than may be named. */
  readonly ids: ReadonlySet<number> | undefined
}

export class Sightings {
  /** By the name of the entity type. */
  readonly #shown = new Map<string, Shown>()
  readonly #idsMax: number

  /** @param idsMax Ids that are kept one by one */
  constructor(idsMax: number) {
    this.#idsMax = idsMax
  }

  /** Notes the row that the writer has read last. */
  see(witnesses: readonly Witness[], writer: RowWriter, message: Buffer): void {
    for (const { entity, column } of witnesses) {
      const id = writer.integer(message, column)
      // A related entity that is not there.
      if (id === undefined) continue
      const known = this.#shown.get(entity)
      if (known === undefined) this.#shown.set(entity, new Shown(id))
      else known.add(id, this.#idsMax)
    }
  }

  [Symbol.iterator](): IterableIterator<[string, RowsShown]> {
    return this.#shown[Symbol.iterator]()
  }
}

class Shown implements RowsShown {
  rows = 1
  first: number
  last: number
  ids: Set<number> | undefined

  constructor(id: number) {
    this.first = id
    this.last = id
    this.ids = new Set([id])
  }

  add(id: number, idsMax: number): void {
    this.rows += 1
    if (id < this.first) this.first = id
    if (id > this.last) this.last = id
    if (this.ids === undefined) return
    this.ids.add(id)
    if (this.ids.size > idsMax) this.ids = undefined
  }
}
