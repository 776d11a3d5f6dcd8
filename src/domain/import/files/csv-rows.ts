/** The rows of a file of cells, each with its line and its cells. */

import { pipeline } from 'node:stream'
import { CsvError, type Info, type Parser, parse } from 'csv-parse'
import type { Phrase } from '../../../errors/phrase.ts'
import { formError } from './csv-form.ts'
import { tooLong } from './encoding.ts'
import { type FileFault, RECORD_BYTES_MAX } from './source-file.ts'

export interface CsvRow {
  /** On which it begins. */
  readonly line: number
  readonly cells: readonly string[]
  /** As written, without the end of its line. */
  readonly raw: string
}

/** What breaks a file off, thrown where it is met. */
export class FileBroken extends Error {
  readonly fault: FileFault

  constructor(fault: FileFault) {
    super(fault.error.code)
    this.fault = fault
  }
}

/** One object for each row, with `info` and `raw`. */
interface Parsed {
  readonly record: string[]
  readonly info: Info
  readonly raw: string
}

/** Empty lines are none. Throws FileBroken, and what `bytes` throws. */
export async function* csvRows(
  bytes: AsyncIterable<Buffer>,
  delimiter: string,
): AsyncGenerator<CsvRow> {
  const parser = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    raw: true,
    max_record_size: RECORD_BYTES_MAX,
  })
  const lines = new LineCount()
  // What goes wrong comes out of the parser as well.
  pipeline(boundedRecords(bytes, parser), parser, () => {})
  try {
    for await (const each of parser) {
      // `info` and `raw` make these objects of the records.
      const { record, info, raw } = each as Parsed
      yield { line: lines.take(info.lines, record), cells: record, raw }
    }
  } catch (error) {
    throw error instanceof CsvError ? new FileBroken(faultOf(error, lines)) : error
  }
}

/** The parser counts the line on which a row ends, and two where a cell has CR and LF. */
class LineCount {
  /** On which the last row ends. */
  last = 0
  #tooMany = 0

  /** The line on which the row begins. */
  take(counted: number, cells: readonly string[]): number {
    let inner = 0
    if (counted - this.#tooMany > this.last + 1)
      for (const cell of cells)
        for (const end of cell.match(/\r\n|\n|\r/g) ?? []) {
          inner++
          if (end.length > 1) this.#tooMany++
        }
    this.last = this.right(counted)
    return this.last - inner
  }

  right(counted: number): number {
    return counted - this.#tooMany
  }
}

/** The parser counts what stands in cells: rows of delimiters alone would have no bound. */
async function* boundedRecords(
  bytes: AsyncIterable<Buffer>,
  parser: Parser,
): AsyncGenerator<Buffer> {
  let taken = { records: 0, bytes: 0 }
  for await (const chunk of bytes) {
    const { records, bytes: read, lines } = parser.info
    if (records > taken.records) taken = { records, bytes: read }
    if (read - taken.bytes > 2 * RECORD_BYTES_MAX) throw new FileBroken(tooLong(lines))
    yield chunk
  }
}

function faultOf({ code, ...error }: CsvError, lines: LineCount): FileFault {
  const next = lines.last + 1
  const line = lines.right(Number(error['lines'])) || next
  // The parser tells the end of the file: the quote stands in the row behind the last one.
  if (code === 'CSV_QUOTE_NOT_CLOSED') return { line: next, error: formError(reasons.notClosed) }
  if (code === 'CSV_MAX_RECORD_SIZE') return tooLong(next)
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return { line, error: formError(reasons.closing) }
  if (code === 'INVALID_OPENING_QUOTE') return { line, error: formError(reasons.opening) }
  return { line, error: formError(reasons.other(code)) }
}

const reasons = {
  notClosed: {
    fr: "un guillemet s'ouvre dans cette rangée et ne se ferme pas",
    en: 'a quote opens in this row and does not close',
  },
  closing: {
    fr: "un guillemet fermant n'est suivi ni du séparateur ni de la fin de la ligne; un guillemet dans une cellule s'écrit deux fois",
    en: 'a closing quote is followed by neither the delimiter nor the end of the line; a quote inside a cell is written twice',
  },
  opening: {
    fr: "un guillemet se trouve au milieu d'une cellule qui ne commence pas par un guillemet",
    en: 'a quote stands in the middle of a cell that does not begin with one',
  },
  other: (code: string): Phrase => ({ fr: code, en: code }),
}
