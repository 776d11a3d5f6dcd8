/**
 * Rows that refer to rows of their own set: a ledger account to the one that it is part of, a reply to its message. What
 * is referred to has to be entered first, wherever it stands in the file. Rows that already stand in such an order, which
 * is nearly all of them, are one wave; each of the others comes in a later one.
 */

import type { EntityType } from '../../../model/entity-type.ts'
import type { ImportItem } from '../import-record.ts'
import { selfReferenceOf } from './importable-types.ts'
import { labelText } from './label-text.ts'

/** Files are read once for each wave: chains that stand upside down are not followed further. */
const WAVES_MAX = 50

/** The items of one file, in the order in which they can be entered. */
export async function* inWaves(
  type: EntityType | undefined,
  read: () => AsyncIterable<ImportItem>,
): AsyncGenerator<ImportItem> {
  const reference = type === undefined ? undefined : selfReferenceOf(type)
  if (reference === undefined) return yield* read()
  const late = await findLate(reference, read())
  for (let wave = 0; wave <= Math.max(0, ...late.values()); wave++) {
    let index = 0
    for await (const item of read()) if ((late.get(index++) ?? 0) === wave) yield item
  }
}

interface LateRow {
  readonly index: number
  readonly label: string | undefined
  readonly parent: string
}

/** Waves by the index of the item, of those that are not in the first. */
async function findLate(
  reference: string,
  items: AsyncIterable<ImportItem>,
): Promise<ReadonlyMap<number, number>> {
  const seen = new Set<string>()
  const late: LateRow[] = []
  const lateLabels = new Map<string, LateRow>()
  let index = 0
  for await (const item of items) {
    if (item.kind === 'record') {
      const parent = labelText(item.input.get(reference))
      if (parent !== undefined && (!seen.has(parent) || lateLabels.has(parent))) {
        const row = { index, label: item.label, parent }
        late.push(row)
        if (item.label !== undefined) lateLabels.set(item.label, row)
      }
      if (item.label !== undefined) seen.add(item.label)
    }
    index++
  }
  return new Map(
    late
      .filter(({ parent }) => seen.has(parent))
      .map((row) => [row.index, waveOf(row, lateLabels)] as const),
  )
}

/** A circle has no first row: its rows come in the last wave, and are refused there. */
function waveOf(row: LateRow, lateLabels: ReadonlyMap<string, LateRow>): number {
  let wave = 0
  let at: LateRow | undefined = row
  while (at !== undefined && wave < WAVES_MAX) {
    const parent: LateRow | undefined = lateLabels.get(at.parent)
    if (parent === undefined || parent.index > at.index) wave++
    at = parent
  }
  return wave
}
