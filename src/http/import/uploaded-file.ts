/** A body that is read more than once: in a file of its own, which is gone when its work has ended. */

import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HapiError } from '../../errors/hapi-error.ts'

export class UploadedFile {
  readonly path: string
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
    this.path = join(folder, 'body')
  }

  /** @throws {HapiError} BODY_TOO_LARGE at the first byte that is too many */
  static async receive(body: AsyncIterable<Buffer>, bytesMax: number): Promise<UploadedFile> {
    const uploaded = new UploadedFile(await mkdtemp(join(tmpdir(), PREFIX)))
    try {
      await uploaded.#write(body, bytesMax)
    } catch (error) {
      await uploaded.remove()
      throw error
    }
    return uploaded
  }

  /** Never throws. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => {})
  }

  async #write(body: AsyncIterable<Buffer>, bytesMax: number): Promise<void> {
    const file = await open(this.path, 'wx', OWN_FILE)
    try {
      let length = 0
      for await (const bytes of body) {
        length += bytes.length
        if (length > bytesMax) throw new HapiError('BODY_TOO_LARGE', { limit: bytesMax })
        await file.write(bytes)
      }
    } finally {
      await file.close()
    }
  }
}

const PREFIX = 'hapi-upload-'

/** No upload and no import of one lasts so long. */
const ABANDONED_MS = 24 * 3_600_000

/** Removes what a process has left that was killed in the middle. Never throws: it is looked for again. */
export async function removeAbandoned(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  for (const name of names.filter((each) => each.startsWith(PREFIX))) {
    const path = join(tmpdir(), name)
    const found = await stat(path).catch(() => undefined)
    if (found === undefined || found.uid !== process.getuid?.()) continue
    if (Date.now() - found.mtimeMs > ABANDONED_MS)
      await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

/** Nobody else of the machine reads it. */
const OWN_FILE = 0o600
