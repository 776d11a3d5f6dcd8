/** A source as a whole, before the first of its rows is written: whether it can be read to its end, and what is in it. */

import { chunksOf } from './chunks.ts'
import { Departures } from './departures.ts'
import type { ImportFault, ImportItem, ImportSource } from './import-record.ts'
import { RowsOnTheirWay } from './life-cycles.ts'

export interface Survey {
  /** That could be read as such. */
  readonly rows: number
  /** Of the import: rows, and what is entered after others. */
  readonly steps: number
  /** Types of which the source names rows. */
  readonly named: ReadonlySet<string>
  /** Whether some of them have contents. */
  readonly hasContents: boolean
  readonly departures: Departures
  readonly onTheirWay: RowsOnTheirWay
  /** Faults that let nothing of the source be imported; they were told. */
  readonly broken: number
}

/**
 * @param onBroken hears of what lets nothing be imported, in its order
 * @throws {HapiError} what the source cannot be read for, and the reason of `signal`
 */
export async function surveySource(
  source: ImportSource,
  onBroken: (faults: readonly ImportFault[]) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<Survey> {
  const named = new Set<string>()
  const departures = new Departures()
  const onTheirWay = new RowsOnTheirWay()
  let hasContents = false
  let rows = 0
  let broken = 0
  for await (const items of chunksOf(source.items())) {
    signal?.throwIfAborted()
    for (const item of items) {
      departures.notice(item)
      onTheirWay.notice(item)
      if (item.kind === 'record' && item.label !== undefined) named.add(item.type.name)
      hasContents ||= item.kind === 'record' && item.content !== undefined
    }
    const faults = items.filter(isBroken)
    if (faults.length > 0) await onBroken(faults)
    rows += items.length - faults.length
    broken += faults.length
  }
  const steps = rows + departures.size + onTheirWay.size
  return { rows, steps, named, hasContents, departures, onTheirWay, broken }
}

function isBroken(item: ImportItem): item is ImportFault {
  return item.kind === 'fault' && item.isOfSource === true
}
