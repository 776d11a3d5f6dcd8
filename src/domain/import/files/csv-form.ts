/** How a file of cells is written, by its first lines: what stands between the cells. */

import { parse } from 'csv-parse/sync'
import { HapiError } from '../../../errors/hapi-error.ts'
import type { Phrase } from '../../../errors/phrase.ts'
import type { EntityType } from '../../../model/entity-type.ts'
import { countKnown, headerMissing } from './columns.ts'
import { isValue } from './header-values.ts'
import type { FileFault } from './source-file.ts'

export interface CsvForm {
  readonly delimiter: string
  /** Whether Excel's own word on the delimiter stands before the header. */
  readonly saysDelimiter: boolean
}

const DELIMITERS = [';', ',', '\t']

const LINE_END = /\r\n|\n|\r/
const LINE_ENDS = ['\r\n', '\n', '\r']

/** Of the line with the headers, which are some dozens of short names. */
const HEAD_CHARACTERS_MAX = 64 * 1024

/** @param bytes of the file, as UTF-8 */
export async function readCsvForm(
  type: EntityType,
  bytes: AsyncIterable<Buffer>,
): Promise<CsvForm | FileFault> {
  const { text, isWhole } = await firstText(bytes)
  const lines = text.split(LINE_END, 2)
  const [, said] = /^"?sep=(.?)"?$/i.exec(lines[0] ?? '') ?? []
  if (said !== undefined && !DELIMITERS.includes(said)) return fault(1, reasons.delimiter)
  const at = said === undefined ? 0 : 1
  const header = lines[at] ?? ''
  const rows = said === undefined ? text : text.slice(text.search(LINE_END)).replace(LINE_END, '')
  const isEmpty = isWhole && rows.trim() === ''
  if (header.trim() === '') return fault(at + 1, isEmpty ? reasons.empty : reasons.noHeader)
  if (header.length > HEAD_CHARACTERS_MAX) return fault(at + 1, reasons.longHeader)
  const known = (delimiter: string): number => countKnown(type, headersOf(rows, delimiter))
  const tried = said === undefined ? DELIMITERS : [said]
  const delimiter = tried.reduce((best, next) => (known(next) > known(best) ? next : best))
  if (known(delimiter) > 0) return { delimiter, saysDelimiter: said !== undefined }
  if (header.split(/[;,\t|]/).some(isValue)) return { line: at + 1, error: headerMissing() }
  return { ...fault(at + 1, reasons.noHeader), value: header.slice(0, HEADER_SHOWN_MAX) }
}

const HEADER_SHOWN_MAX = 200

interface Head {
  readonly text: string
  /** There is nothing behind it. */
  readonly isWhole: boolean
}

/** More than the line with the headers, which may have ends of lines in its cells. */
async function firstText(bytes: AsyncIterable<Buffer>): Promise<Head> {
  let head = Buffer.alloc(0)
  for await (const chunk of bytes) {
    head = Buffer.concat([head, chunk])
    if (head.length > 2 * HEAD_CHARACTERS_MAX) return { text: head.toString(), isWhole: false }
  }
  return { text: head.toString(), isWhole: true }
}

/** Of the first row; none when it cannot be read so. */
function headersOf(text: string, delimiter: string): readonly string[] {
  try {
    return parse(text, { delimiter, record_delimiter: LINE_ENDS, to: 1 })[0] ?? []
  } catch {
    return []
  }
}

export function formError(reason: Phrase): HapiError {
  return new HapiError('IMPORT_FORM', { reason })
}

function fault(line: number, reason: Phrase): FileFault {
  return { line, error: formError(reason) }
}

const reasons = {
  empty: { fr: 'il est vide', en: 'it is empty' },
  noHeader: {
    fr: "aucun en-tête connu n'est sur la première ligne; séparez-les par un point-virgule, une virgule ou une tabulation",
    en: 'no known header stands on the first line; separate them by semicolons, commas or tabs',
  },
  longHeader: {
    fr: `la ligne des en-têtes dépasse ${HEAD_CHARACTERS_MAX} caractères`,
    en: `the line of headers exceeds ${HEAD_CHARACTERS_MAX} characters`,
  },
  delimiter: {
    fr: 'le séparateur annoncé est autre que le point-virgule, la virgule et la tabulation',
    en: 'the delimiter that it says is none of semicolon, comma and tab',
  },
} as const satisfies Readonly<Record<string, Phrase>>
