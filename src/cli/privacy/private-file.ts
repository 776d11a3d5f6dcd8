/** A file that only its owner reads, written through a small buffer: what is wrong with the disk is told by `add`. */

import { type FileHandle, open } from 'node:fs/promises'

const BUFFER_BYTES_MAX = 65_536
const PRIVATE = 0o600

export class PrivateFile {
  readonly #handle: FileHandle
  #waiting: Buffer[] = []
  #bytes = 0

  /** Throws when there is one already. */
  static async create(path: string): Promise<PrivateFile> {
    return new PrivateFile(await open(path, 'wx', PRIVATE))
  }

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  async add(data: string | Buffer): Promise<void> {
    const bytes = Buffer.from(data)
    this.#waiting.push(bytes)
    this.#bytes += bytes.length
    if (this.#bytes >= BUFFER_BYTES_MAX) await this.#flush()
  }

  async close(): Promise<void> {
    try {
      await this.#flush()
    } finally {
      await this.#handle.close()
    }
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#bytes = 0
    await this.#handle.writeFile(bytes)
  }
}
