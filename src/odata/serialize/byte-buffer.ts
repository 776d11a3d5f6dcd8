/** Bytes that grow: JSON is written into one buffer, never into strings. */

const INITIAL_BYTES = 16 * 1024

export class ByteBuffer {
  bytes: Buffer
  length = 0

  constructor(initialBytes = INITIAL_BYTES) {
    this.bytes = Buffer.allocUnsafe(initialBytes)
  }

  /** Makes room for `extra` bytes more, so that the caller may write to `bytes` directly. */
  reserve(extra: number): void {
    const needed = this.length + extra
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, needed))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  append(source: Buffer, start: number, end: number): void {
    this.reserve(end - start)
    source.copy(this.bytes, this.length, start, end)
    this.length += end - start
  }

  appendText(text: string): void {
    this.reserve(Buffer.byteLength(text))
    this.length += this.bytes.write(text, this.length)
  }

  appendByte(byte: number): void {
    this.reserve(1)
    this.bytes[this.length++] = byte
  }

  /** What was written, as a view; the buffer is not written to again until `clear` or `detach`. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  clear(): void {
    this.length = 0
  }

  /** What was written, handed over for good; writing goes on in a new buffer of the same size. */
  detach(): Buffer {
    const written = this.view()
    this.bytes = Buffer.allocUnsafe(this.bytes.length)
    this.length = 0
    return written
  }
}
