/** A file of a source once its bytes were looked at: how they are written, and the rows in them. */

import type { Hash } from 'node:crypto'
import { HapiError } from '../../../errors/hapi-error.ts'
import type { Phrase } from '../../../errors/phrase.ts'
import type { EntityType } from '../../../model/entity-type.ts'
import type { ImportItem } from '../import-record.ts'
import { formError, readCsvForm } from './csv-form.ts'
import { type CsvReading, csvItems } from './csv-items.ts'
import { type Encoding, EncodingScan } from './encoding.ts'
import { type FileForm, readFileForm, refused } from './file-form.ts'
import { ndjsonItems } from './ndjson-items.ts'
import { type FileFault, isOfSystem, type SourceFile } from './source-file.ts'
import { utf8Bytes } from './utf8-bytes.ts'
import { isZip } from './zip-files.ts'

export interface ReadableFile {
  readonly name: string
  /** Undefined when each line says its own. */
  readonly type: EntityType | undefined
  readonly items: () => AsyncIterable<ImportItem>
}

/**
 * Reads all bytes of the file once.
 *
 * @param kind what a file by itself is, when its name does not say it
 * @param hash takes the name and the bytes
 */
export async function readableFile(
  file: SourceFile,
  kind: FileForm['kind'] | undefined,
  hash: Hash,
  reading: CsvReading,
): Promise<ReadableFile | FileFault> {
  try {
    const form = readFileForm(file.name, kind)
    const encoding = await scan(file, hash)
    if (typeof encoding !== 'string') return encoding
    return await withForm(file, form, encoding, reading)
  } catch (error) {
    if (error instanceof HapiError) return { line: 1, error }
    if (!isOfSystem(error)) throw error
    const reason = String(error.code)
    return { line: 1, error: refused(file.name, { fr: reason, en: reason }) }
  }
}

async function withForm(
  { name, open }: SourceFile,
  form: FileForm,
  encoding: Encoding,
  reading: CsvReading,
): Promise<ReadableFile | FileFault> {
  const bytes = () => utf8Bytes(open(), encoding)
  const { type } = form
  if (form.kind === 'ndjson') return { name, type, items: () => ndjsonItems({ name, type, bytes }) }
  const csv = await readCsvForm(form.type, bytes())
  if ('error' in csv) return csv
  return { name, type, items: () => csvItems({ name, type: form.type, form: csv, bytes }, reading) }
}

async function scan(file: SourceFile, hash: Hash): Promise<Encoding | FileFault> {
  const found = new EncodingScan()
  let size = 0
  hash.update(`${file.name}\0`)
  for await (const bytes of file.open()) {
    if (size === 0 && isZip(bytes)) return { line: 1, error: formError(reasons.archive) }
    hash.update(bytes)
    found.update(bytes)
    size += bytes.length
    // The rest of it would change nothing.
    if (found.fault !== undefined) return found.fault
  }
  hash.update(`\0${size}\0`)
  return size === 0 ? { line: 1, error: formError(reasons.empty) } : found.end()
}

const reasons = {
  archive: {
    fr: "c'est une archive ou un classeur sous un autre nom; enregistrez chaque feuille en CSV",
    en: 'it is an archive or a workbook by another name; save each sheet as CSV',
  },
  empty: { fr: 'il est vide', en: 'it is empty' },
} as const satisfies Readonly<Record<string, Phrase>>
