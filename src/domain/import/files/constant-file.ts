/** A file is read several times, and means one source: whoever saves it meanwhile is told so. */

import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { HapiError } from '../../../errors/hapi-error.ts'

/** How a file was when it was first looked at. */
export class FileConstancy {
  readonly #name: string
  #first: BigIntStats | undefined

  /** @param name as reports call it */
  constructor(name: string) {
    this.#name = name
  }

  /** Throws IMPORT_SOURCE_CHANGED when it is not the file that it was, or what the disk has against looking. */
  async check(file: FileHandle | string): Promise<void> {
    const now = await (typeof file === 'string'
      ? stat(file, { bigint: true })
      : file.stat({ bigint: true }))
    this.#first ??= now
    const { ino, size, mtimeNs } = this.#first
    if (now.ino !== ino || now.size !== size || now.mtimeNs !== mtimeNs)
      throw new HapiError('IMPORT_SOURCE_CHANGED', { file: this.#name })
  }
}

const CHUNK_BYTES = 64 * 1024

/** All bytes of the file. Throws IMPORT_SOURCE_CHANGED before it gives one that was not there at first. */
export async function* constantBytes(
  path: string,
  constancy: FileConstancy,
): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    await constancy.check(file)
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, null)
      await constancy.check(file)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}
