/**
 * Rows of one type that an import has read and written, by what was asked for: all rows of the account that have
 * certain values. A set that is here is whole, and stays so, since every change of a row goes through `change`.
 */

import type { FieldValue, Row } from '../command/row.ts'
import type { SetShape } from '../command/stored-rows.ts'

export interface RowSet {
  /** In the order of the Ids. */
  readonly rows: readonly Row[]
  /** Another one after each change: what was found out about its rows is over then. */
  readonly version: number
}

interface MutableSet {
  rows: Row[]
  version: number
}

class ShapeSets {
  readonly shape: SetShape
  readonly sets = new Map<string, MutableSet>()

  constructor(shape: SetShape) {
    this.shape = shape
  }

  /** Under which key a row stands; undefined when it belongs to no set of this shape. */
  keyOf(row: Row): string | undefined {
    const { fixed, properties } = this.shape
    if (fixed.some(([name, value]) => row[name] !== value)) return undefined
    return keyOf(properties.map((name) => row[name] ?? null))
  }
}

export class RowSets {
  readonly #shapes = new Map<string, ShapeSets>()

  find(shape: SetShape, values: readonly FieldValue[]): RowSet | undefined {
    const key = keyOf(values)
    return key === undefined ? NONE : this.#of(shape).sets.get(key)
  }

  /** What was read for these keys: sets that have no row are known too. A set that is here already stays. */
  fill(shape: SetShape, keys: readonly (readonly FieldValue[])[], rows: readonly Row[]): void {
    const ofShape = this.#of(shape)
    const fresh = new Set<string>()
    for (const values of keys) {
      const key = keyOf(values)
      if (key === undefined || ofShape.sets.has(key)) continue
      ofShape.sets.set(key, { rows: [], version: 0 })
      fresh.add(key)
    }
    for (const row of rows) {
      const key = ofShape.keyOf(row)
      if (key !== undefined && fresh.has(key)) ofShape.sets.get(key)?.rows.push(row)
    }
  }

  /** A row that is new (`before` undefined), other, or gone (`after` undefined). Gives the way back. */
  change(before: Row | undefined, after: Row | undefined): () => void {
    const undone: (() => void)[] = []
    for (const ofShape of this.#shapes.values()) {
      const [left, joined] = [before, after].map((row) =>
        row === undefined ? undefined : ofShape.sets.get(ofShape.keyOf(row) ?? NO_KEY),
      )
      for (const set of new Set([left, joined])) {
        if (set === undefined) continue
        const { rows } = set
        const id = Number((after ?? before)?.['Id'])
        const others = rows.filter((row) => row['Id'] !== id)
        set.rows = set === joined && after !== undefined ? withRow(others, after) : others
        set.version++
        undone.push(() => {
          set.rows = rows
          set.version++
        })
      }
    }
    return () => {
      for (const undo of undone.toReversed()) undo()
    }
  }

  #of(shape: SetShape): ShapeSets {
    const name = `${shape.properties.join(' ')}|${shape.fixed.join(' ')}`
    const known = this.#shapes.get(name) ?? new ShapeSets(shape)
    this.#shapes.set(name, known)
    return known
  }
}

/** Nothing equals null. */
const NONE: RowSet = { rows: [], version: 0 }

/** No row stands under it. */
const NO_KEY = '\u0000'

/** Undefined when a value is null: no row has such a key. */
function keyOf(values: readonly FieldValue[]): string | undefined {
  if (values.includes(null)) return undefined
  return values.length === 1 ? String(values[0]) : JSON.stringify(values.map(String))
}

/** New Ids are greater than those before them, nearly always. */
function withRow(rows: Row[], row: Row): Row[] {
  const id = Number(row['Id'])
  const at = rows.findLastIndex((other) => Number(other['Id']) < id)
  rows.splice(at + 1, 0, row)
  return rows
}
