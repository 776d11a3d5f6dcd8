/**
 * What an import reads: a folder of files, an archive of them, or one file. Each file holds rows of one set, which its
 * name says; a file of JSON by itself may hold rows of several. Contents of documents lie in a folder of theirs. Nothing
 * is kept in memory but how rows and contents are called.
 */

import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { HapiError } from '../../../errors/hapi-error.ts'
import type { ImportFault, ImportItem, ImportSource } from '../import-record.ts'
import { ContentFiles } from './content-files.ts'
import type { CsvReading } from './csv-items.ts'
import { withinBounds } from './file-bounds.ts'
import { type FileForm, refused } from './file-form.ts'
import { diskFile, folderFiles } from './folder-files.ts'
import { importableTypes } from './importable-types.ts'
import { type ReadableFile, readableFile } from './readable-file.ts'
import { withoutRepeated } from './repeated-labels.ts'
import { type FileFault, type FoundFiles, isOfSystem } from './source-file.ts'
import { inWaves } from './waves.ts'
import { isZip, zipFiles } from './zip-files.ts'

export interface ImportSourceOptions extends CsvReading {
  /** What the sender calls a file whose own name says nothing: one that was uploaded. */
  readonly name?: string | undefined
}

/**
 * Reads all of it once, for its digest and its encodings. What is wrong with it are faults of its items, by which
 * nothing of it is imported.
 *
 * @throws {HapiError} IMPORT_FILE_REFUSED when there is nothing to read
 */
export async function openImportSource(
  path: string,
  options: ImportSourceOptions = {},
): Promise<ImportSource> {
  const name = options.name ?? basename(path)
  const { files, contents, faults, kind } = await findFiles(path, name)
  if (files.length + contents.length + faults.length === 0) throw refused(name, reasons.nothing)
  // What cells mean is of the source as well: read otherwise it is another one.
  const hash = createHash('sha256').update(`${options.dateOrder ?? ''}\0`)
  const problems = faults.map(ofSource)
  const readable: ReadableFile[] = []
  for (const file of files) {
    const read = await readableFile(file, kind, hash, options)
    if ('error' in read) problems.push(ofSource({ file: file.name, ...read }))
    else readable.push(read)
  }
  problems.push(...repeatedSets(readable))
  const contentFiles = new ContentFiles(contents)
  for (const { name: file } of contentFiles.repeated)
    problems.push(ofSource({ file, line: 1, error: refused(file, reasons.repeated) }))
  // What they hold is compared where it is used.
  for (const { inner, size, mark } of contents) hash.update(`${inner}\0${size}\0${mark}\0`)
  const inOrder = readable.toSorted((a, b) => placeOf(a) - placeOf(b))
  async function* rows(): AsyncGenerator<ImportItem> {
    yield* problems
    for (const { type, items } of inOrder)
      yield* withoutRepeated(inWaves(type, () => withinBounds(items())))
  }
  return { digest: hash.digest('hex'), items: () => contentFiles.named(rows()) }
}

interface Found extends FoundFiles {
  /** Of a file by itself, as far as its bytes tell. */
  readonly kind?: FileForm['kind'] | undefined
}

/** @throws {HapiError} IMPORT_FILE_REFUSED */
async function findFiles(path: string, name: string): Promise<Found> {
  try {
    const stats = await stat(path)
    if (stats.isDirectory()) return await folderFiles(path)
    if (!stats.isFile()) throw refused(name, reasons.noFile)
    const head = await headOf(path)
    if (isZip(head)) return await zipFiles(path, name)
    const isJson = /^(?:\ufeff)?\s*\{/.test(head.toString())
    return {
      files: [diskFile(path, name)],
      contents: [],
      faults: [],
      kind: isJson ? 'ndjson' : 'csv',
    }
  } catch (error) {
    if (!isOfSystem(error)) throw error
    const reason = String(error.code)
    throw refused(name, error.code === 'ENOENT' ? reasons.missing : { fr: reason, en: reason })
  }
}

/** Enough to know an archive, or the first of a line of JSON. */
const HEAD_BYTES = 64

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Two files of one set, each a fault of the second. */
function repeatedSets(files: readonly ReadableFile[]): readonly ImportFault[] {
  const first = new Map<string, string>()
  return files.flatMap(({ name: file, type }) => {
    if (type === undefined) return []
    const other = first.get(type.name)
    if (other === undefined) first.set(type.name, file)
    if (other === undefined) return []
    const error = new HapiError('IMPORT_FILE_REPEATED', { file, other, set: type.set })
    return [{ ...ofSource({ file, line: 1, error }), type }]
  })
}

/** Rows of several types come in the order in which they stand. */
function placeOf({ type }: ReadableFile): number {
  return type === undefined ? -1 : importableTypes.indexOf(type)
}

function ofSource(fault: FileFault & { readonly file: string }): ImportFault {
  return { kind: 'fault', ...fault, isOfSource: true }
}

const reasons = {
  nothing: { fr: 'il ne contient aucun fichier', en: 'there is no file in it' },
  noFile: { fr: "ce n'est ni un fichier ni un dossier", en: 'it is neither a file nor a folder' },
  repeated: {
    fr: 'un autre dossier de contenus a un fichier du même nom',
    en: 'another folder of contents has a file of the same name',
  },
  missing: { fr: "il n'existe pas", en: 'it does not exist' },
}
