/**
 * Row messages as JSON objects: the bytes of each column are copied, quoted or scanned for what JSON
 * must escape, and no JavaScript value is made of them.
 *
 * The object of a plan becomes a list of instructions, once per shape of request; writing a row is
 * one pass over them. Where the rows of an expanded collection belong, the writer leaves a mark: the
 * position at which the piece before them ends.
 */

import type { ObjectPlan } from '../plan/query-plan.ts'
import type { ByteBuffer } from './byte-buffer.ts'
import {
  compileInstructions,
  type Instruction,
  isSparse,
  type RowFormat,
} from './row-instructions.ts'
import { EXPANSION_MAX, writeBytes, writeNull, writeValue } from './value-bytes.ts'

export interface RowLayout {
  /** Columns of the plan. */
  readonly columns: number
  /** Columns that stand before those of the plan: the ordinal of a related row. */
  readonly leading: 0 | 1
  /** The opening brace of the row's object is written by someone else, and perhaps a first member behind it. */
  readonly opened: false | 'empty' | 'begun'
}

const COMMA = 0x2c
const MINUS = 0x2d
const ZERO = 0x30
const BRACE = 0x7b
/** `t`, PostgreSQL's true. */
const TRUE = 0x74
/** What an instruction writes besides its prefix and its value at most: `null`, a comma, a brace. */
const FIXED_BYTES_MAX = 6

export class RowWriter {
  /** Column of the key by which each expanded collection is found, in the order of the marks. */
  readonly manyColumns: readonly number[]
  readonly #instructions: readonly Instruction[]
  readonly #isSparse: boolean
  readonly #isBegun: boolean
  readonly #prefixBytes: number
  /** Columns that stand before those of the plan: the ordinal of a related row. */
  readonly #leading: number
  readonly #starts: Int32Array
  readonly #lengths: Int32Array

  constructor(object: ObjectPlan, layout: RowLayout, format: RowFormat) {
    const { columns, leading, opened } = layout
    const instructions = compileInstructions(object, format, opened !== false)
    this.#instructions = instructions
    this.#isSparse = isSparse(object, format)
    this.#isBegun = opened === 'begun'
    this.manyColumns = instructions.flatMap((instruction) =>
      instruction.kind === 'many' ? [instruction.column] : [],
    )
    this.#prefixBytes = instructions.reduce(
      (total, instruction) =>
        total + instruction.prefix.length + FIXED_BYTES_MAX + paddingWidth(instruction),
      0,
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

  /** A column's whole number, of those that a double holds exactly; undefined for null. */
  integer(message: Buffer, column: number): number | undefined {
    const length = this.#lengths[column + this.#leading] ?? -1
    if (length < 0) return undefined
    const start = this.#starts[column + this.#leading] ?? 0
    const isNegative = message[start] === MINUS
    let value = 0
    for (let position = isNegative ? start + 1 : start; position < start + length; position++)
      value = value * 10 + (message[position] ?? 0) - ZERO
    return isNegative ? -value : value
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
    if (this.#isSparse) {
      this.#writeSparse(message, out, marks)
      return
    }
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
        writeNull(out)
        for (let skipped = 0; skipped < instruction.manySkipped; skipped++) marks.push(out.length)
        index = instruction.next - 1
      } else if (instruction.kind === 'one') out.bytes[out.length++] = BRACE
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
      writeNull(out)
      return
    }
    const start = this.#starts[instruction.column + this.#leading] ?? 0
    writeValue(instruction, message, start, start + length, out)
  }

  #isPresent(columns: readonly number[], message: Buffer): boolean {
    return columns.some((column) => message[this.#starts[column + this.#leading] ?? 0] === TRUE)
  }

  /** As `write`, without what a row lacks, and without nulls where they are left out: commas are put between the members that are there. */
  #writeSparse(message: Buffer, out: ByteBuffer, marks: number[]): void {
    const instructions = this.#instructions
    let follows = this.#isBegun
    for (let index = 0; index < instructions.length; index++) {
      const instruction = instructions[index]
      if (instruction === undefined) break
      if (instruction.kind === 'guard') {
        if (!this.#isPresent(instruction.columns, message)) index = instruction.next - 1
        continue
      }
      const { kind, role } = instruction
      const isNull =
        (kind === 'value' || kind === 'one') &&
        (this.#lengths[instruction.column + this.#leading] ?? -1) < 0
      if (role === 'member' || (role === 'omittable' && !isNull)) {
        if (follows) out.bytes[out.length++] = COMMA
        follows = true
      }
      if (role !== 'omittable' || !isNull) writeBytes(instruction.prefix, out)
      if (role === 'opens') follows = false
      else if (role === 'closes') follows = true
      if (kind === 'many') marks.push(out.length)
      else if (kind === 'value' && (role !== 'omittable' || !isNull))
        this.#writeValue(instruction, message, out)
      else if (kind === 'one' && isNull) {
        for (let skipped = 0; skipped < instruction.manySkipped; skipped++) marks.push(out.length)
        index = instruction.next - 1
      } else if (kind === 'one') {
        out.bytes[out.length++] = BRACE
        follows = false
      }
    }
  }
}

function paddingWidth(instruction: Instruction): number {
  return instruction.kind === 'value' ? (instruction.padding?.width ?? 0) : 0
}
