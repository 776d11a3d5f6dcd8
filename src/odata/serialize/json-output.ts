/** Where JSON goes: a buffer that is handed on when it is full, as fast as the receiver takes it. */

import { ByteBuffer } from './byte-buffer.ts'

/** Handed on at once: few system calls for large answers, and a small one stays whole. */
const FULL_BYTES = 64 * 1024

/** Takes bytes for good; settles when the receiver wants more. */
export type Flush = (bytes: Buffer) => Promise<void>

export class JsonOutput {
  readonly buffer = new ByteBuffer()
  readonly #flush: Flush

  constructor(flush: Flush) {
    this.#flush = flush
  }

  get isFull(): boolean {
    return this.buffer.length >= FULL_BYTES
  }

  async flushWhenFull(): Promise<void> {
    if (this.isFull) await this.#flush(this.buffer.detach())
  }
}
