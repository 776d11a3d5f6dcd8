/** A body that is read more than once: in a file of its own, which is gone when its work has ended. */

import { mkdtemp, open, rm } from 'node:fs/promises'
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
    const uploaded = new UploadedFile(await mkdtemp(join(tmpdir(), 'hapi-import-')))
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

/** Nobody else of the machine reads it. */
const OWN_FILE = 0o600
