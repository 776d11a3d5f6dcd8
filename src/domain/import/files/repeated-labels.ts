/** Two rows of one set that the source calls the same: whoever refers to one of them might mean the other. */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { ImportItem } from '../import-record.ts'

/** The second of them is refused. */
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
    const ofType = taken.get(type.name) ?? new Set()
    taken.set(type.name, ofType)
    const known = /^[1-9]\d{0,8}$/.test(label) ? Number(label) : label
    if (ofType.has(known)) {
      const key = `Id ${label.slice(0, 60)}`
      const error = new HapiError('DUPLICATE_KEY', { entity: type.name, key }, { target: 'Id' })
      yield {
        kind: 'fault',
        file,
        line,
        type,
        column: columns?.get('Id') ?? 'Id',
        value: label,
        error,
      }
    } else {
      ofType.add(known)
      yield item
    }
  }
}
