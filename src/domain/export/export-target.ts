/**
 * Where an export goes. It has its name only once it is whole: until then everything is beside it under another one, which
 * is removed when something goes wrong, and which a killed process leaves behind as what it is, a part.
 *
 * Files can be read by their owner alone: they hold personal information.
 */

import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, mkdir, open, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'

export interface ExportTarget {
  /**
   * Writes the file as its texts come, or its bytes, and tells whether there is one: without any there is none. It may be
   * in a folder (`Contents/1.pdf`). Throws what `texts` throws, and errors of the disk.
   *
   * @param isPacked an archive would not make it smaller, only slower to write
   */
  readonly write: (
    file: string,
    texts: AsyncIterable<string | Buffer>,
    isPacked?: boolean,
  ) => Promise<boolean>
}

const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
/** As an archive says it: of a regular file. */
const ZIP_MODE = 0o100_000 + FILE_MODE

/** Something else has that name already. */
export class TargetTaken extends Error {
  override readonly name = 'TargetTaken'
}

/**
 * Runs `work` with a folder or, for a path that ends in `.zip`, an archive. Throws TargetTaken, what `work` throws, and
 * errors of the disk.
 */
export async function withTarget<T>(
  path: string,
  work: (target: ExportTarget) => Promise<T>,
): Promise<T> {
  const place = resolve(path)
  const part = join(dirname(place), `.${basename(place)}.${randomBytes(6).toString('hex')}.part`)
  const isZip = /\.zip$/i.test(place)
  await refuseTaken(place, isZip)
  try {
    const result = await (isZip ? intoZip(part, work) : intoFolder(part, work))
    await refuseTaken(place, isZip)
    await rename(part, place)
    await syncFolder(dirname(place))
    return result
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
}

/** An empty folder may be there: it makes room. */
async function refuseTaken(place: string, isZip: boolean): Promise<void> {
  if (!isZip) await rmdir(place).catch(() => {})
  const isTaken = await access(place).then(
    () => true,
    () => false,
  )
  if (isTaken) throw new TargetTaken(place)
}

async function intoFolder<T>(part: string, work: (target: ExportTarget) => Promise<T>): Promise<T> {
  await mkdir(part, { mode: FOLDER_MODE })
  const folders = new Set<string>()
  const result = await work({
    async write(file, texts) {
      const first = await firstOf(texts)
      if (first === undefined) return false
      const folder = dirname(join(part, file))
      if (folder !== part && !folders.has(folder)) {
        await mkdir(folder, { mode: FOLDER_MODE })
        folders.add(folder)
      }
      const stream = createWriteStream(join(part, file), {
        flags: 'wx',
        mode: FILE_MODE,
        flush: true,
      })
      await pipeline(first, stream)
      return true
    },
  })
  for (const folder of folders) await syncFolder(folder)
  await syncFolder(part)
  return result
}

async function intoZip<T>(part: string, work: (target: ExportTarget) => Promise<T>): Promise<T> {
  const file = await open(part, 'wx', FILE_MODE)
  const output = file.createWriteStream({ flush: true })
  const zip = new ZipFile()
  const written = pipeline(zip.outputStream, output)
  // A disk that is full, say: whoever waits for the archive to take more would wait for ever.
  const failed = new Promise<never>((_, reject) => {
    zip.on('error', reject)
    written.catch(reject)
  })
  failed.catch(() => {})
  try {
    const result = await work({
      write: (name, texts, isPacked) =>
        addTo(zip, texts, { name, compress: isPacked !== true }, failed),
    })
    zip.end()
    await written
    return result
  } catch (error) {
    output.destroy()
    await written.catch(() => {})
    throw error
  }
}

async function addTo(
  zip: ZipFile,
  texts: AsyncIterable<string | Buffer>,
  { name, compress }: { readonly name: string; readonly compress: boolean },
  failed: Promise<never>,
): Promise<boolean> {
  const first = await firstOf(texts)
  if (first === undefined) return false
  const stream = Readable.from(first)
  try {
    zip.addReadStream(stream, name, { mode: ZIP_MODE, mtime: new Date(), compress })
    await Promise.race([finished(stream), failed])
    return true
  } finally {
    stream.destroy()
  }
}

/** The same texts again, once the first is there; undefined when there is none. */
async function firstOf<T>(texts: AsyncIterable<T>): Promise<AsyncIterable<T> | undefined> {
  const iterator = texts[Symbol.asyncIterator]()
  const first = await iterator.next()
  if (first.done === true) return undefined
  return (async function* () {
    yield first.value
    for (;;) {
      const next = await iterator.next()
      if (next.done === true) return
      yield next.value
    }
  })()
}

/** So that a name outlives a loss of power. Windows writes names through and does not open directories. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
