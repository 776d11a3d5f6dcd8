/** Sources of the tests: rows as they stand here, without a file. */

import type { InputObject, InputValue } from '../../src/domain/command/input.ts'
import type {
  ImportItem,
  ImportRecord,
  ImportSource,
} from '../../src/domain/import/import-record.ts'
import { model } from '../../src/model/model.ts'

type Cell = string | number | boolean | null

export interface Given {
  readonly set: string
  /** `Id` is the row's name in the source. */
  readonly cells: Readonly<Record<string, Cell>>
}

/** The row on its line of a file that has one header. */
export function recordOf({ set, cells: { Id, ...cells } }: Given, index: number): ImportRecord {
  const type = model.findBySet(set)
  if (type === undefined) throw new Error(`There is no set ${set}`)
  const place = { file: `${set}.csv`, line: index + 2 }
  const label = Id === undefined ? {} : { label: String(Id) }
  return { kind: 'record', ...place, type, input: inputOf(cells), ...label }
}

export function sourceOf(digest: string, items: readonly ImportItem[]): ImportSource {
  return {
    digest,
    async *items() {
      yield* items
    },
  }
}

function inputOf(cells: Given['cells']): InputObject {
  const value = (cell: Cell): InputValue =>
    typeof cell === 'number' ? { kind: 'number', text: String(cell) } : cell
  return new Map(Object.entries(cells).map(([name, cell]) => [name, value(cell)]))
}
