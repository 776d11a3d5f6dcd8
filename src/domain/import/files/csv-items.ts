/** The rows of a file of cells as records of an import, and what is wrong with the file. */

import type { EntityType } from '../../../model/entity-type.ts'
import type { ImportFault, ImportItem } from '../import-record.ts'
import { readColumns } from './columns.ts'
import { type CsvForm, formError } from './csv-form.ts'
import { type CellReading, CsvInput } from './csv-input.ts'
import { type CsvRow, csvRows, FileBroken } from './csv-rows.ts'
import type { FileFault } from './source-file.ts'

export interface CsvFile {
  readonly name: string
  readonly type: EntityType
  readonly form: CsvForm
  /** From the first on, as UTF-8. */
  readonly bytes: () => AsyncIterable<Buffer>
}

export interface CsvReading extends CellReading {
  /** Rows may be there already, so that columns that new ones need may be missing. */
  readonly isPartial?: boolean | undefined
}

export async function* csvItems(file: CsvFile, reading: CsvReading): AsyncGenerator<ImportItem> {
  try {
    const rows = csvRows(file.bytes(), file.form.delimiter)
    if (file.form.saysDelimiter) await rows.next()
    const header = await rows.next()
    if (header.done === true) return
    const { line, cells } = header.value
    const { all, faults } = readColumns(file.type, cells, reading.isPartial === true)
    for (const fault of faults) yield ofSource(file, { line, ...fault })
    if (faults.length > 0) return
    const input = new CsvInput(all, header.value, file.form.delimiter, reading)
    for await (const row of rows) yield* itemsOf(row, file, input)
  } catch (error) {
    if (!(error instanceof FileBroken)) throw error
    yield ofSource(file, error.fault)
  }
}

function* itemsOf(
  { line, cells, raw }: CsvRow,
  file: CsvFile,
  input: CsvInput,
): Generator<ImportItem> {
  // Spreadsheets leave rows of nothing but delimiters behind the last one.
  if (cells.every((cell) => cell === '')) return
  const { name, type } = file
  const place = { file: name, line, type }
  const { columns } = input
  if (cells.length < columns || cells.slice(columns).some((cell) => cell !== '')) {
    yield { kind: 'fault', ...place, error: formError(cellCount(cells.length, columns)) }
    return
  }
  const read = input.read(cells, raw)
  const [first, ...others] = read.faults
  if (first !== undefined && read.faults.every(isOfRow))
    yield { kind: 'fault', ...place, ...first, others }
  else if (first !== undefined)
    for (const fault of read.faults) yield ofSource(file, { line, ...fault })
  else
    yield {
      kind: 'record',
      ...place,
      input: read.input,
      columns: input.headers,
      cellOf: (property) => input.cellOf(property, cells),
      ...(read.label === undefined ? {} : { label: read.label }),
    }
}

/** Who wrote it meant something, and only that row is in doubt; anything else says that the file is none. */
function isOfRow({ error }: Pick<FileFault, 'error'>): boolean {
  return error.code === 'IMPORT_VALUE_UNCLEAR'
}

function ofSource({ name, type }: CsvFile, fault: FileFault): ImportFault {
  return { kind: 'fault', file: name, type, ...fault, isOfSource: true }
}

function cellCount(cells: number, columns: number) {
  return {
    fr: `la rangée compte ${cells} cellules, et la ligne des en-têtes ${columns}`,
    en: `the row has ${cells} cells, and the line of headers ${columns}`,
  }
}
