/** The text that PostgreSQL sends for a value, as bytes of JSON. The caller has made room for them. */

import type { Padding, ValueFormat } from '../plan/query-plan.ts'
import type { ByteBuffer } from './byte-buffer.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const NULL = Buffer.from('null')
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
const INFINITE = Buffer.from('"INF"')
const MINUS_INFINITE = Buffer.from('"-INF"')
const NOT_A_NUMBER = Buffer.from('"NaN"')
const ETAG_START = Buffer.from('"W/\\')
const ETAG_END = Buffer.from('\\""')
const HEX = Buffer.from('0123456789abcdef')

/** Bytes that JSON writes with a backslash: 1 as `\u00xx`, otherwise the letter after it. */
const ESCAPES = new Uint8Array(256)
ESCAPES.fill(1, 0, 0x20)
ESCAPES[0x08] = 0x62
ESCAPES[0x09] = 0x74
ESCAPES[0x0a] = 0x6e
ESCAPES[0x0c] = 0x66
ESCAPES[0x0d] = 0x72
ESCAPES[QUOTE] = QUOTE
ESCAPES[BACKSLASH] = BACKSLASH

/** The longest escape, `\u0000`, for one byte. */
export const EXPANSION_MAX = 6

/** A byte that needs no call to copy is copied here; longer runs are left to the C++ side. */
const INLINE_COPY_MAX = 48

export function writeNull(out: ByteBuffer): void {
  writeBytes(NULL, out)
}

/** The bytes of `message` from `start` to `end`. */
export function writeValue(
  instruction: { readonly format: ValueFormat; readonly padding: Padding | undefined },
  message: Buffer,
  start: number,
  end: number,
  out: ByteBuffer,
): void {
  switch (instruction.format) {
    case 'number':
    case 'exactNumber':
    case 'json':
      copy(message, start, end, out)
      break
    case 'double':
    case 'computedDecimal':
      writeDouble(message, start, end, out)
      break
    case 'quotedDecimal':
      writeQuotedDecimal(message, start, end, out)
      break
    case 'boolean':
      writeBytes(message[start] === 0x74 ? TRUE : FALSE, out)
      break
    case 'plainText':
      out.bytes[out.length++] = QUOTE
      copy(message, start, end, out)
      out.bytes[out.length++] = QUOTE
      break
    case 'text':
      if (instruction.padding === undefined) writeText(message, start, end, out)
      else writePaddedText(message, start, end, instruction.padding, out)
      break
    case 'instant':
      writeInstant(message, start, end, out)
      break
    case 'etag':
      writeEtag(message, start, end, out)
      break
  }
}

export function writeBytes(source: Buffer, out: ByteBuffer): void {
  const { bytes } = out
  let { length } = out
  for (let index = 0; index < source.length; index++) bytes[length++] = source[index] ?? 0
  out.length = length
}

function copy(source: Buffer, start: number, end: number, out: ByteBuffer): void {
  const { bytes } = out
  if (end - start > INLINE_COPY_MAX) {
    source.copy(bytes, out.length, start, end)
    out.length += end - start
    return
  }
  let { length } = out
  for (let position = start; position < end; position++) bytes[length++] = source[position] ?? 0
  out.length = length
}

function writeText(source: Buffer, start: number, end: number, out: ByteBuffer): void {
  const { bytes } = out
  let { length } = out
  bytes[length++] = QUOTE
  for (let position = start; position < end; position++) {
    const byte = source[position] ?? 0
    const escape = ESCAPES[byte] ?? 0
    if (escape === 0) bytes[length++] = byte
    else if (escape === 1) {
      bytes[length++] = BACKSLASH
      bytes[length++] = 0x75
      bytes[length++] = 0x30
      bytes[length++] = 0x30
      bytes[length++] = HEX[byte >> 4] ?? 0x30
      bytes[length++] = HEX[byte & 15] ?? 0x30
    } else {
      bytes[length++] = BACKSLASH
      bytes[length++] = escape
    }
  }
  bytes[length++] = QUOTE
  out.length = length
}

/** Text with blanks before or after it; what is as wide as its width or wider stays as it is. */
function writePaddedText(
  source: Buffer,
  start: number,
  end: number,
  { side, width }: Padding,
  out: ByteBuffer,
): void {
  const opening = out.length
  writeText(source, start, end, out)
  const blanks = width - countCharacters(source, start, end)
  if (blanks <= 0) return
  const { bytes } = out
  // Blanks before the text push it to the right; those after it take the place of the quote.
  const at = side === 'left' ? opening + 1 : out.length - 1
  bytes.copyWithin(at + blanks, at, out.length)
  bytes.fill(0x20, at, at + blanks)
  out.length += blanks
}

/** Of UTF-8: every byte begins a character but those that continue one. */
function countCharacters(source: Buffer, start: number, end: number): number {
  let count = 0
  for (let position = start; position < end; position++)
    if (((source[position] ?? 0) & 0xc0) !== 0x80) count++
  return count
}

/** `2026-01-05 14:00:00+00`, as a session in UTC shows an instant, becomes `2026-01-05T14:00:00Z`. */
function writeInstant(source: Buffer, start: number, end: number, out: ByteBuffer): void {
  const { bytes } = out
  bytes[out.length++] = QUOTE
  const from = out.length
  copy(source, start, end - 3, out)
  bytes[from + 10] = 0x54
  bytes[out.length++] = 0x5a
  bytes[out.length++] = QUOTE
}

/** The weak tag `W/"2026-01-05T14:00:00Z"` as text; the header says the same (`http/odata/etag.ts`). */
function writeEtag(source: Buffer, start: number, end: number, out: ByteBuffer): void {
  writeBytes(ETAG_START, out)
  writeInstant(source, start, end, out)
  out.length -= 1
  writeBytes(ETAG_END, out)
}

/** `Infinity`, `-Infinity` and `NaN`, as PostgreSQL writes them, are text in JSON (JSON Format 4.01 §7.1). */
function writeDouble(source: Buffer, start: number, end: number, out: ByteBuffer): void {
  const first = source[start] ?? 0
  const sign = first === 0x2d ? 1 : 0
  const letter = source[start + sign] ?? 0
  if (letter === 0x49) writeBytes(sign === 0 ? INFINITE : MINUS_INFINITE, out)
  else if (letter === 0x4e) writeBytes(NOT_A_NUMBER, out)
  else copy(source, start, end, out)
}

function writeQuotedDecimal(source: Buffer, start: number, end: number, out: ByteBuffer): void {
  // Only the last letter of those values is no digit, and they have quotes of their own.
  if ((source[end - 1] ?? 0) > 0x39) return writeDouble(source, start, end, out)
  out.bytes[out.length++] = QUOTE
  copy(source, start, end, out)
  out.bytes[out.length++] = QUOTE
}
