/** One pass over a row message writes its JSON object: the columns stand in the order of the answer. */

import type { Column } from './columns.ts'

/** Bytes that grow; they are handed on, and a new buffer takes their place. */
export class Bytes {
  buffer: Buffer
  length = 0

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size)
  }

  reserve(extra: number): void {
    if (this.length + extra <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + extra))
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }

  text(text: string): void {
    this.reserve(text.length * 3)
    this.length += this.buffer.write(text, this.length)
  }

  take(): Buffer {
    const taken = this.buffer.subarray(0, this.length)
    this.buffer = Buffer.allocUnsafe(this.buffer.length)
    this.length = 0
    return taken
  }
}

export type WriteRow = (message: Buffer, start: number, end: number, out: Bytes) => void

const QUOTE = 0x22
const BACKSLASH = 0x5c
const NULL = Buffer.from('null')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')

/** `"` and `\` and what stands below the blank: of the last, the data hold none but line ends and tabs. */
const ESCAPES: Readonly<Record<number, number>> = { 0x0a: 0x6e, 0x0d: 0x72, 0x09: 0x74 }

/** @param skipped columns before those of the object, such as the key of a parent */
export function rowWriter(columns: readonly Column[], skipped = 0): WriteRow {
  const prefixes = columns.map(({ name }, index) =>
    Buffer.from(`${index === 0 ? '{' : ','}"${name}":`),
  )
  const formats = columns.map(({ format }) => format)
  const prefixBytes = prefixes.reduce((total, prefix) => total + prefix.length + 6, 1)
  return (message, start, end, out) => {
    out.reserve(prefixBytes + (end - start) * 2)
    let position = start + 2
    for (let index = 0; index < skipped; index++)
      position += 4 + Math.max(0, message.readInt32BE(position))
    const { buffer } = out
    let length = out.length
    for (let index = 0; index < prefixes.length; index++) {
      const prefix = prefixes[index] ?? NULL
      length = copy(prefix, 0, prefix.length, buffer, length)
      const size = message.readInt32BE(position)
      position += 4
      if (size < 0) {
        length = copy(NULL, 0, 4, buffer, length)
        continue
      }
      const next = position + size
      switch (formats[index]) {
        case 'n':
        case 'j':
          length = copy(message, position, next, buffer, length)
          break
        case 'b':
          length =
            message[position] === 0x74
              ? copy(TRUE, 0, 4, buffer, length)
              : copy(FALSE, 0, 5, buffer, length)
          break
        case 'd':
          buffer[length++] = QUOTE
          length = copy(message, position, next, buffer, length)
          buffer[length++] = QUOTE
          break
        case 'i':
          buffer[length++] = QUOTE
          length = copy(message, position, next - 3, buffer, length)
          buffer[length - (size - 3) + 10] = 0x54
          buffer[length++] = 0x5a
          buffer[length++] = QUOTE
          break
        case 't':
        case undefined:
          buffer[length++] = QUOTE
          for (let at = position; at < next; at++) {
            const byte = message[at] ?? 0
            if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
              buffer[length++] = byte
            } else {
              buffer[length++] = BACKSLASH
              buffer[length++] = ESCAPES[byte] ?? byte
            }
          }
          buffer[length++] = QUOTE
      }
      position = next
    }
    buffer[length++] = 0x7d
    out.length = length
  }
}

function copy(source: Buffer, start: number, end: number, to: Buffer, at: number): number {
  if (end - start > 64) {
    source.copy(to, at, start, end)
    return at + end - start
  }
  let length = at
  for (let position = start; position < end; position++) to[length++] = source[position] ?? 0
  return length
}
