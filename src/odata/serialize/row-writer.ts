/**
 * Row messages as JSON objects: the bytes of each column are copied, quoted or scanned for what JSON
 * must escape, and no JavaScript value is made of them.
 *
 * The object of a plan becomes a list of instructions, once per shape of request; writing a row is
 * one pass over them. Where the rows of an expanded collection belong, the writer leaves a mark: the
 * position at which the piece before them ends.
 */

import type { ObjectMember, ObjectPlan, Padding, ValueFormat } from '../plan/query-plan.ts'
import type { ByteBuffer } from './byte-buffer.ts'

export interface RowFormat {
  /** 64-bit integers and decimals in quotes, for clients whose numbers are IEEE 754 doubles. */
  readonly ieee754Compatible: boolean
  /** `@odata.` in OData 4.0, `@` in 4.01. */
  readonly annotationPrefix: '@odata.' | '@'
  /** Stands before the addresses of entities; absent where a context URL says what they are relative to. */
  readonly addressPrefix?: string | undefined
  /** Codes are padded with blanks to their width, as an old system shows them (R-001). */
  readonly legacyPadding: boolean
}

export interface RowLayout {
  /** Columns of the plan. */
  readonly columns: number
  /** Columns that stand before those of the plan: the ordinal of a related row. */
  readonly leading: 0 | 1
  /** The opening brace of the row's object is written by someone else. */
  readonly opened: boolean
}

/** What is done with the column's bytes. */
type Instruction =
  | {
      readonly kind: 'value'
      readonly prefix: Buffer
      readonly column: number
      readonly format: ValueFormat
      readonly padding: Padding | undefined
    }
  /** A related entity: `null` when its key is, and then on at `next`. */
  | {
      readonly kind: 'one'
      readonly prefix: Buffer
      readonly column: number
      readonly next: number
      readonly manySkipped: number
    }
  | { readonly kind: 'many'; readonly prefix: Buffer; readonly column: number }
  | { readonly kind: 'text'; readonly prefix: Buffer }

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
const EXPANSION_MAX = 6

/** A byte that needs no call to copy is copied here; longer runs are left to the C++ side. */
const INLINE_COPY_MAX = 48

export class RowWriter {
  /** Column of the key by which each expanded collection is found, in the order of the marks. */
  readonly manyColumns: readonly number[]
  readonly #instructions: readonly Instruction[]
  readonly #prefixBytes: number
  /** Columns that stand before those of the plan: the ordinal of a related row. */
  readonly #leading: number
  readonly #starts: Int32Array
  readonly #lengths: Int32Array

  constructor(object: ObjectPlan, layout: RowLayout, format: RowFormat) {
    const { columns, leading, opened } = layout
    const instructions: Instruction[] = []
    compile(object, '', format, instructions, opened)
    this.#instructions = instructions
    this.manyColumns = instructions.flatMap((instruction) =>
      instruction.kind === 'many' ? [instruction.column] : [],
    )
    this.#prefixBytes = instructions.reduce(
      (total, instruction) =>
        total + instruction.prefix.length + NULL.length + paddingWidth(instruction),
      2,
    )
    this.#leading = leading
    this.#starts = new Int32Array(columns + leading)
    this.#lengths = new Int32Array(columns + leading)
  }

  /** Finds the columns of a row message; the other methods speak of the row read last. */
  read(message: Buffer, offset: number): void {
    let position = offset + 2
    const count = this.#starts.length
    for (let index = 0; index < count; index++) {
      const length =
        ((message[position] ?? 0) << 24) |
        ((message[position + 1] ?? 0) << 16) |
        ((message[position + 2] ?? 0) << 8) |
        (message[position + 3] ?? 0)
      position += 4
      this.#starts[index] = position
      this.#lengths[index] = length
      if (length > 0) position += length
    }
  }

  /** The leading ordinal of a related row. */
  ordinal(message: Buffer): number {
    const start = this.#starts[0] ?? 0
    const end = start + (this.#lengths[0] ?? 0)
    let value = 0
    for (let position = start; position < end; position++)
      value = value * 10 + (message[position] ?? 0) - 0x30
    return value
  }

  /** A column's text, of ASCII characters, or null. */
  text(message: Buffer, column: number): string | null {
    return this.#decode(message, column, 'latin1')
  }

  /** A column's text, of any characters, or null. */
  wideText(message: Buffer, column: number): string | null {
    return this.#decode(message, column, 'utf8')
  }

  #decode(message: Buffer, column: number, encoding: BufferEncoding): string | null {
    const length = this.#lengths[column + this.#leading] ?? -1
    if (length < 0) return null
    const start = this.#starts[column + this.#leading] ?? 0
    return message.toString(encoding, start, start + length)
  }

  /** Writes the row as one object; `marks` takes the end of each piece that expanded rows follow. */
  write(message: Buffer, out: ByteBuffer, marks: number[]): void {
    out.reserve(this.#prefixBytes + this.#valueBytes())
    const instructions = this.#instructions
    for (let index = 0; index < instructions.length; index++) {
      const instruction = instructions[index]
      if (instruction === undefined) break
      writeBytes(instruction.prefix, out)
      if (instruction.kind === 'value') this.#writeValue(instruction, message, out)
      else if (instruction.kind === 'many') marks.push(out.length)
      else if (
        instruction.kind === 'one' &&
        (this.#lengths[instruction.column + this.#leading] ?? -1) < 0
      ) {
        writeBytes(NULL, out)
        for (let skipped = 0; skipped < instruction.manySkipped; skipped++) marks.push(out.length)
        index = instruction.next - 1
      } else if (instruction.kind === 'one') out.bytes[out.length++] = 0x7b
    }
  }

  /** Room for the values at their longest: all of them escaped. */
  #valueBytes(): number {
    let total = 0
    for (const length of this.#lengths) if (length > 0) total += length
    return total * EXPANSION_MAX + this.#lengths.length * 2
  }

  #writeValue(
    instruction: Extract<Instruction, { kind: 'value' }>,
    message: Buffer,
    out: ByteBuffer,
  ): void {
    const length = this.#lengths[instruction.column + this.#leading] ?? -1
    if (length < 0) {
      writeBytes(NULL, out)
      return
    }
    const start = this.#starts[instruction.column + this.#leading] ?? 0
    switch (instruction.format) {
      case 'number':
      case 'exactNumber':
      case 'json':
        copy(message, start, start + length, out)
        break
      case 'double':
        writeDouble(message, start, start + length, out)
        break
      case 'boolean':
        writeBytes(message[start] === 0x74 ? TRUE : FALSE, out)
        break
      case 'plainText':
        out.bytes[out.length++] = QUOTE
        copy(message, start, start + length, out)
        out.bytes[out.length++] = QUOTE
        break
      case 'text':
        if (instruction.padding === undefined) writeText(message, start, start + length, out)
        else writePaddedText(message, start, start + length, instruction.padding, out)
        break
      case 'instant':
        writeInstant(message, start, start + length, out)
        break
      case 'etag':
        writeEtag(message, start, start + length, out)
        break
    }
  }
}

/** Members of one object, from its brace to its closing one; `prefix` stands before the brace. */
function compile(
  object: ObjectPlan,
  prefix: string,
  format: RowFormat,
  instructions: Instruction[],
  braced = false,
): void {
  let before = braced ? prefix : `${prefix}{`
  let first = true
  for (const member of object.members) {
    const name = `${before}${first ? '' : ','}${typeMember(member, format)}${JSON.stringify(memberName(member, format))}:`
    before = compileMember(member, name, format, instructions)
    first = false
  }
  instructions.push({ kind: 'text', prefix: Buffer.from(`${before}}`) })
}

/** Gives the text that must stand before the next member. */
function compileMember(
  member: ObjectMember,
  prefix: string,
  format: RowFormat,
  instructions: Instruction[],
): string {
  switch (member.kind) {
    case 'property':
      instructions.push({
        kind: 'value',
        prefix: Buffer.from(prefix),
        column: member.column,
        format: valueFormat(member.format, format),
        padding: format.legacyPadding ? member.padding : undefined,
      })
      return ''
    case 'id':
      instructions.push({
        kind: 'value',
        prefix: Buffer.from(
          `${prefix}"${JSON.stringify(`${format.addressPrefix ?? ''}${member.set}(`).slice(1, -1)}`,
        ),
        column: member.keyColumn,
        format: 'number',
        padding: undefined,
      })
      return ')"'
    case 'etag':
      instructions.push({
        kind: 'value',
        prefix: Buffer.from(prefix),
        column: member.column,
        format: 'etag',
        padding: undefined,
      })
      return ''
    case 'count':
      instructions.push({
        kind: 'value',
        prefix: Buffer.from(prefix),
        column: member.column,
        format: valueFormat('exactNumber', format),
        padding: undefined,
      })
      return ''
    case 'many':
      instructions.push({
        kind: 'many',
        prefix: Buffer.from(`${prefix}[`),
        column: member.keyColumn,
      })
      return ']'
    case 'one': {
      const at = instructions.length
      const inner: Instruction[] = []
      compile(member.object, '', format, inner, true)
      const manySkipped = inner.filter((instruction) => instruction.kind === 'many').length
      const shifted = inner.map((instruction) =>
        instruction.kind === 'one'
          ? { ...instruction, next: instruction.next + at + 1 }
          : instruction,
      )
      instructions.push(
        {
          kind: 'one',
          prefix: Buffer.from(prefix),
          column: member.keyColumn,
          next: at + 1 + inner.length,
          manySkipped,
        },
        ...shifted,
      )
      return ''
    }
  }
}

/** `"Total@odata.type":"#Decimal",`; the hash belongs to OData 4.0 (JSON Format 4.01 §4.6.3). */
function typeMember(member: ObjectMember, { annotationPrefix }: RowFormat): string {
  if (member.kind !== 'property' || member.typeName === undefined) return ''
  const hash = annotationPrefix === '@odata.' ? '#' : ''
  return `${JSON.stringify(`${member.name}${annotationPrefix}type`)}:"${hash}${member.typeName}",`
}

function memberName(member: ObjectMember, format: RowFormat): string {
  if (member.kind === 'etag' || member.kind === 'id')
    return `${format.annotationPrefix}${member.kind}`
  return member.kind === 'count' ? `${member.name}${format.annotationPrefix}count` : member.name
}

function valueFormat(format: ValueFormat, row: RowFormat): ValueFormat {
  if (format !== 'exactNumber') return format
  return row.ieee754Compatible ? 'plainText' : 'number'
}

function writeBytes(source: Buffer, out: ByteBuffer): void {
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

/** `Infinity`, `-Infinity` and `NaN`, as PostgreSQL writes them, are text in JSON (JSON Format 4.01 §7.1). */
function writeDouble(source: Buffer, start: number, end: number, out: ByteBuffer): void {
  const first = source[start] ?? 0
  const sign = first === 0x2d ? 1 : 0
  const letter = source[start + sign] ?? 0
  if (letter === 0x49) writeBytes(sign === 0 ? INFINITE : MINUS_INFINITE, out)
  else if (letter === 0x4e) writeBytes(NOT_A_NUMBER, out)
  else copy(source, start, end, out)
}

function paddingWidth(instruction: Instruction): number {
  return instruction.kind === 'value' ? (instruction.padding?.width ?? 0) : 0
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
