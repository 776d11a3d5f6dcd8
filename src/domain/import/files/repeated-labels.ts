/** How a source calls its rows: two of one set that it calls the same, and names that are none. */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { ImportItem } from '../import-record.ts'

/** Identifiers of other systems are far shorter; an index keeps these. */
const LABEL_MAX = 200

/** The second of two is refused, since whoever refers to one of them might mean the other. */
export async function* withoutRepeated(
  items: AsyncIterable<ImportItem>,
): AsyncGenerator<ImportItem> {
  // Numbers by their value: a set of numbers is a fraction of one of texts.
  const taken = new Map<string, Set<string | number>>()
  for await (const item of items) {
    const { label } = item.kind === 'record' ? item : {}
    if (item.kind === 'fault' || label === undefined) {
      yield item
      continue
    }
    const { file, line, type, columns } = item
    const fault = { kind: 'fault', file, line, type, column: columns?.get('Id') ?? 'Id' } as const
    if (label.length > LABEL_MAX) {
      const error = new HapiError('MAX_LENGTH_EXCEEDED', { field: 'Id', max: LABEL_MAX })
      yield { ...fault, value: label, error }
      continue
    }
    const ofType = taken.get(type.name) ?? new Set()
    taken.set(type.name, ofType)
    const known = /^[1-9]\d{0,8}$/.test(label) ? Number(label) : label
    if (ofType.has(known)) {
      const key = `Id ${label.slice(0, 60)}`
      const error = new HapiError('DUPLICATE_KEY', { entity: type.name, key }, { target: 'Id' })
      yield { ...fault, value: label, error }
    } else {
      ofType.add(known)
      yield item
    }
  }
}
