/** The cells of one row as a body of the API. */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { Property } from '../../../model/entity-type.ts'
import type { InputObject, InputValue } from '../../command/input.ts'
import type { DateOrder } from './cell-dates.ts'
import { type CellReader, cellReader } from './cell-values.ts'
import type { Column } from './columns.ts'
import { formError } from './csv-form.ts'
import type { CsvRow } from './csv-rows.ts'
import { emptyTexts } from './empty-cells.ts'
import { shownUnknown } from './header-values.ts'
import { labelText } from './label-text.ts'
import type { FileFault } from './source-file.ts'

export interface CellReading {
  readonly dateOrder?: DateOrder | undefined
}

interface ReadCells {
  readonly input: InputObject
  /** What the source calls the row. */
  readonly label: string | undefined
  readonly faults: readonly Omit<FileFault, 'line'>[]
}

interface ReadColumn extends Column {
  readonly read: CellReader | undefined
  /** Columns of the same reference in its other form: an identifier, or the parts of a legacy key. */
  readonly others: readonly number[]
}

export class CsvInput {
  /** As the file writes them, by property. */
  readonly headers: ReadonlyMap<string, string>
  readonly #columns: readonly ReadColumn[]
  readonly #delimiter: string
  /** Tools that quote every cell say nothing by it. */
  readonly #quotesMean: boolean

  constructor(columns: readonly Column[], header: CsvRow, delimiter: string, reading: CellReading) {
    const properties = columns.map(({ property }) => property)
    this.#columns = columns.map((column) => ({
      ...column,
      read: column.property && cellReader(column.property, reading.dateOrder),
      others: otherForms(column.property, properties),
    }))
    this.headers = new Map(
      columns.flatMap(({ property, header: written }) =>
        property === undefined ? [] : [[property.name, written] as const],
      ),
    )
    this.#delimiter = delimiter
    this.#quotesMean = !header.raw
      .trim()
      .split(delimiter)
      .every((cell) => cell.startsWith('"'))
  }

  /** How many cells a row has. */
  get columns(): number {
    return this.#columns.length
  }

  /** What one of a row's cells has for a property. */
  cellOf(name: string, cells: readonly string[]): string | undefined {
    return cells[this.#columns.findIndex(({ property }) => property?.name === name)]
  }

  /** @param cells at least as many as there are columns */
  read(cells: readonly string[], raw: string): ReadCells {
    const input = new Map<string, InputValue>()
    const faults: Omit<FileFault, 'line'>[] = []
    const texts =
      this.#quotesMean && raw.includes('""') ? emptyTexts(raw, this.#delimiter) : NO_CELLS
    for (const [index, column] of this.#columns.entries()) {
      const { property, header, read } = column
      const text = cells[index] ?? ''
      if (property === undefined || read === undefined) {
        if (text !== '') faults.push({ value: shownUnknown(text), error: formError(NO_HEADER) })
        continue
      }
      try {
        const value = isEmpty(property, text)
          ? emptyValue(column, property, texts.has(index), cells)
          : read(text)
        if (value !== undefined) input.set(property.name, value)
      } catch (error) {
        if (!(error instanceof HapiError)) throw error
        const value = property.sensitive === true ? undefined : text
        faults.push({ column: header, value, error })
      }
    }
    const label = labelText(input.get('Id'))
    input.delete('Id')
    return { input, label, faults }
  }
}

const NO_CELLS: ReadonlySet<number> = new Set()

const NO_HEADER = {
  fr: 'une cellule se trouve dans une colonne sans en-tête',
  en: 'a cell stands in a column without header',
}

function otherForms(
  property: Property | undefined,
  all: readonly (Property | undefined)[],
): readonly number[] {
  if (property === undefined) return []
  const { name, lookupFor } = property
  return [...all.keys()].filter((index) => {
    const other = all[index]
    return other !== undefined && (other.name === lookupFor || other.lookupFor === name)
  })
}

function isEmpty({ type, enumeration }: Property, text: string): boolean {
  if (text === '') return true
  return (type !== 'Edm.String' || enumeration !== undefined) && text.trim() === ''
}

/** Undefined where the row says nothing of the property: its default holds, or what it has already. */
function emptyValue(
  { others }: ReadColumn,
  { name, type, enumeration, nullable }: Property,
  isText: boolean,
  cells: readonly string[],
): InputValue | undefined {
  // One form of a reference says all of it, though the other has columns too.
  if (others.some((index) => cells[index] !== '')) return undefined
  if (isText && type === 'Edm.String' && enumeration === undefined) return ''
  if (nullable) return null
  // A house of one dwelling: the code of the unit is empty.
  return name === 'UnitCode' ? '' : undefined
}
