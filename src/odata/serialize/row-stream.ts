/**
 * Rows as a JSON array that streams: memory holds one chunk per level of `$expand`, whatever the
 * size of the answer.
 *
 * A level with expanded collections reads a chunk of rows, opens one statement per collection for
 * the keys of that chunk, and writes each row piece by piece, letting the related rows, which come
 * in the order of their parents, flow in between.
 */

import type { Witness } from '../plan/query-plan.ts'
import type { CompiledStatement } from '../sql/statement-text.ts'
import { ByteBuffer } from './byte-buffer.ts'
import type { JsonOutput } from './json-output.ts'
import type { RowWriter } from './row-writer.ts'
import type { Sightings } from './sightings.ts'

/** Statement and writer of one level, made once per shape of request. */
export interface CompiledRows {
  readonly statement: CompiledStatement
  readonly writer: RowWriter
  /** Columns of the Ids of rows that tell of persons. */
  readonly witnesses: readonly Witness[]
  /** In the order of the writer's marks. */
  readonly related: readonly CompiledRelated[]
}

interface CompiledRelated extends CompiledRows {
  /** Names of the navigation properties that lead here from the rows of the request. */
  readonly path: readonly string[]
  /** Columns that place a row in the order; undefined unless the server pages. */
  readonly placeColumns: readonly number[] | undefined
}

/** Rows of an open statement: the one thing that this module needs of the database. */
export interface RowCursor {
  /** Gives up to `rowsMax` more row messages to the sink; false when no more follow. */
  readonly next: (
    rowsMax: number,
    sink: (message: Buffer, offset: number) => void,
  ) => Promise<boolean>
}

export interface RowReader {
  /** @param parents keys of the parents as a PostgreSQL array, for related rows */
  readonly open: (rows: CompiledRows, parents?: string) => RowCursor
  /** How expanded collections are paged; undefined when they are complete. */
  readonly relatedPages: RelatedPages | undefined
  /** Learns which rows that tell of persons are shown; undefined when nobody asks. */
  readonly sightings: Sightings | undefined
}

export interface RelatedPages {
  readonly rowsMax: number
  /** The member that goes on with a collection of which one page is written, its comma before it. */
  readonly linkMember: (related: CompiledRelated, parent: string, last: RowPlace) => string
}

/** Rows read in one go: large enough that round trips vanish, small enough that memory stays flat. */
const LEAF_CHUNK_ROWS = 1000
const PARENT_CHUNK_ROWS = 300

/** The column before those of the plan: the place of a parent, or the identifier that a delta tells of. */
export const ORDINAL_COLUMN = -1

/** A page of the server's: how many rows it may have, and what its next link needs. */
export interface PageWindow {
  readonly rowsMax: number
  /** Columns that place a row in the order; undefined when pages go by position. */
  readonly placeColumns: readonly number[] | undefined
  /** Says of each row, by the text of one of its columns, whether it is written at all. */
  readonly admit?: { readonly column: number; readonly decide: (text: string | null) => boolean }
  /** Of a delta: where a column is not null, this is written instead of the row, whose ordinal is the identifier. */
  readonly removed?: {
    readonly column: number
    readonly write: (id: number, reason: string) => string
  }
}

export interface WrittenRows {
  readonly rows: number
  /** More rows follow than the page takes. */
  readonly more: boolean
  /** The place of the last row of a full page, when pages go by the values of rows. */
  readonly lastPlace: RowPlace | undefined
}

/** The values that place a row in its order, as PostgreSQL says them. */
type RowPlace = readonly (string | null)[]

/** Writes the rows of the request itself, separated by commas. */
export async function writeRootRows(
  reader: RowReader,
  compiled: CompiledRows,
  out: JsonOutput,
  page?: PageWindow,
): Promise<WrittenRows> {
  const cursor = reader.open(compiled)
  const window = new RootWindow(compiled.writer, page)
  return compiled.related.length === 0
    ? writeLeafRows(reader, cursor, compiled, window, out)
    : writeParentRows(reader, cursor, compiled, window, out)
}

/** Counts the rows that the page takes. */
class RootWindow {
  rows = 0
  more = false
  lastPlace: RowPlace | undefined
  readonly #writer: RowWriter
  readonly #page: PageWindow | undefined

  constructor(writer: RowWriter, page: PageWindow | undefined) {
    this.#writer = writer
    this.#page = page
  }

  /** Whether the row read last belongs to the page. */
  takes(message: Buffer): boolean {
    if (this.#page !== undefined) {
      this.more = this.rows >= this.#page.rowsMax
      if (this.more) return false
      const { admit, rowsMax, placeColumns } = this.#page
      if (admit?.decide(this.#writer.text(message, admit.column)) === false) return false
      if (this.rows + 1 === rowsMax)
        this.lastPlace = placeColumns?.map((column) => this.#writer.wideText(message, column))
    }
    this.rows += 1
    return true
  }

  /** What stands for the row read last, when it is no row. */
  replacement(message: Buffer): string | undefined {
    const removed = this.#page?.removed
    if (removed === undefined) return undefined
    const reason = this.#writer.text(message, removed.column)
    return reason === null ? undefined : removed.write(this.#writer.ordinal(message), reason)
  }
}

async function writeLeafRows(
  { sightings }: RowReader,
  cursor: RowCursor,
  { writer, witnesses }: CompiledRows,
  window: RootWindow,
  out: JsonOutput,
): Promise<WrittenRows> {
  const { buffer } = out
  const sink = (message: Buffer, offset: number): void => {
    writer.read(message, offset)
    if (!window.takes(message)) return
    if (window.rows > 1) buffer.appendByte(0x2c)
    const replacement = window.replacement(message)
    if (replacement !== undefined) buffer.appendText(replacement)
    else {
      writer.write(message, buffer, [])
      sightings?.see(witnesses, writer, message)
    }
  }
  while (await cursor.next(LEAF_CHUNK_ROWS, sink)) await out.flushWhenFull()
  return window
}

async function writeParentRows(
  reader: RowReader,
  cursor: RowCursor,
  compiled: CompiledRows,
  window: RootWindow,
  out: JsonOutput,
): Promise<WrittenRows> {
  const chunk = new ParentChunk(compiled, reader.sightings)
  let first = true
  let open = true
  while (open) {
    chunk.clear()
    open = await cursor.next(PARENT_CHUNK_ROWS, (message, offset) => {
      compiled.writer.read(message, offset)
      if (window.takes(message)) chunk.add(message, 0)
    })
    chunk.openRelated(reader)
    for (let row = 0; row < chunk.rows; row++) {
      if (!first) out.buffer.appendByte(0x2c)
      first = false
      await chunk.writeRow(row, out)
    }
    await out.flushWhenFull()
  }
  return window
}

/** Related rows of one statement, taken parent by parent. */
interface RelatedRows {
  /** Writes the rows of the parent at this place of the list, from 1. */
  readonly writeOf: (ordinal: number, out: JsonOutput) => Promise<void>
  readonly window: RelatedWindow
}

function openRelatedRows(
  reader: RowReader,
  compiled: CompiledRelated,
  parents: string,
): RelatedRows {
  const cursor = reader.open(compiled, parents)
  const window = new RelatedWindow(compiled, reader.relatedPages?.rowsMax)
  return compiled.related.length === 0
    ? new RelatedLeafRows(cursor, compiled, window, reader.sightings)
    : new RelatedParentRows(reader, cursor, compiled, window)
}

/** Counts the rows that the page of each parent takes, and keeps where it ended when more follow. */
class RelatedWindow {
  readonly #writer: RowWriter
  readonly #placeColumns: readonly number[]
  readonly #rowsMax: number | undefined
  #ordinal = 0
  #rows = 0
  #lastPlace: RowPlace = []
  /** By the parent's place in the list. */
  readonly #cut = new Map<number, RowPlace>()

  constructor({ writer, placeColumns }: CompiledRelated, rowsMax: number | undefined) {
    this.#writer = writer
    this.#placeColumns = placeColumns ?? []
    this.#rowsMax = placeColumns === undefined ? undefined : rowsMax
  }

  /** Whether the row read last, of the parent at this place, belongs to its page. */
  takes(message: Buffer, ordinal: number): boolean {
    if (this.#rowsMax === undefined) return true
    if (ordinal !== this.#ordinal) {
      this.#ordinal = ordinal
      this.#rows = 0
    }
    this.#rows += 1
    if (this.#rows > this.#rowsMax) {
      this.#cut.set(ordinal, this.#lastPlace)
      return false
    }
    if (this.#rows === this.#rowsMax)
      this.#lastPlace = this.#placeColumns.map((column) => this.#writer.wideText(message, column))
    return true
  }

  /** Where the page of a parent whose rows are written ended, if more follow. */
  takeCut(ordinal: number): RowPlace | undefined {
    const place = this.#cut.get(ordinal)
    this.#cut.delete(ordinal)
    return place
  }
}

/** Rows without further collections: those of one parent are one run of bytes, commas included. */
class RelatedLeafRows implements RelatedRows {
  readonly window: RelatedWindow
  readonly #cursor: RowCursor
  readonly #writer: RowWriter
  readonly #witnesses: readonly Witness[]
  readonly #sightings: Sightings | undefined
  readonly #bytes = new ByteBuffer()
  readonly #ordinals: number[] = []
  readonly #starts: number[] = []
  #run = 0
  #open = true

  constructor(
    cursor: RowCursor,
    { writer, witnesses }: CompiledRows,
    window: RelatedWindow,
    sightings: Sightings | undefined,
  ) {
    this.#cursor = cursor
    this.#writer = writer
    this.#witnesses = witnesses
    this.#sightings = sightings
    this.window = window
  }

  async writeOf(ordinal: number, out: JsonOutput): Promise<void> {
    let first = true
    for (;;) {
      if (this.#run === this.#ordinals.length && !(await this.#fill())) return
      const found = this.#ordinals[this.#run] ?? 0
      if (found !== ordinal) return checkOrder(found, ordinal)
      if (!first) out.buffer.appendByte(0x2c)
      first = false
      const start = this.#starts[this.#run] ?? 0
      out.buffer.append(this.#bytes.bytes, start, this.#starts[this.#run + 1] ?? this.#bytes.length)
      this.#run += 1
      if (out.isFull) await out.flushWhenFull()
    }
  }

  async #fill(): Promise<boolean> {
    while (this.#open) {
      this.#bytes.clear()
      this.#ordinals.length = 0
      this.#starts.length = 0
      this.#run = 0
      this.#open = await this.#cursor.next(LEAF_CHUNK_ROWS, (message, offset) =>
        this.#add(message, offset),
      )
      if (this.#ordinals.length > 0) return true
    }
    return false
  }

  #add(message: Buffer, offset: number): void {
    this.#writer.read(message, offset)
    const ordinal = this.#writer.ordinal(message)
    if (!this.window.takes(message, ordinal)) return
    if (this.#ordinals[this.#ordinals.length - 1] === ordinal) this.#bytes.appendByte(0x2c)
    else {
      this.#ordinals.push(ordinal)
      this.#starts.push(this.#bytes.length)
    }
    this.#writer.write(message, this.#bytes, [])
    this.#sightings?.see(this.#witnesses, this.#writer, message)
  }
}

/** Rows that have collections of their own: a chunk of them at a time. */
class RelatedParentRows implements RelatedRows {
  readonly window: RelatedWindow
  readonly #reader: RowReader
  readonly #cursor: RowCursor
  readonly #chunk: ParentChunk
  readonly #writer: RowWriter
  #row = 0
  #open = true

  constructor(
    reader: RowReader,
    cursor: RowCursor,
    compiled: CompiledRelated,
    window: RelatedWindow,
  ) {
    this.window = window
    this.#reader = reader
    this.#cursor = cursor
    this.#chunk = new ParentChunk(compiled, reader.sightings)
    this.#writer = compiled.writer
  }

  async writeOf(ordinal: number, out: JsonOutput): Promise<void> {
    let first = true
    for (;;) {
      if (this.#row === this.#chunk.rows && !(await this.#fill())) return
      const found = this.#chunk.ordinal(this.#row)
      if (found !== ordinal) return checkOrder(found, ordinal)
      if (!first) out.buffer.appendByte(0x2c)
      first = false
      await this.#chunk.writeRow(this.#row, out)
      this.#row += 1
    }
  }

  async #fill(): Promise<boolean> {
    while (this.#open) {
      this.#chunk.clear()
      this.#row = 0
      this.#open = await this.#cursor.next(PARENT_CHUNK_ROWS, (message, offset) => {
        this.#writer.read(message, offset)
        const ordinal = this.#writer.ordinal(message)
        if (this.window.takes(message, ordinal)) this.#chunk.add(message, ordinal)
      })
      if (this.#chunk.rows > 0) {
        this.#chunk.openRelated(this.#reader)
        return true
      }
    }
    return false
  }
}

/** Related rows arrive in the order of the parents; a row of a parent that has passed means that they do not. */
function checkOrder(found: number, wanted: number): void {
  if (found < wanted) throw new Error(`Related rows out of order: parent ${found} after ${wanted}`)
}

/** Rows in pieces: between two pieces of a row stand the rows of one expanded collection. */
class ParentChunk {
  rows = 0
  readonly #compiled: CompiledRows
  readonly #sightings: Sightings | undefined
  readonly #bytes = new ByteBuffer()
  readonly #ordinals: number[] = []
  /** Ends of pieces; each row has one more than it has collections. */
  readonly #ends: number[] = []
  /** Keys by collection: null where the parent on the way there is missing. */
  readonly #keys: (string | null)[][]
  #related: readonly RelatedRows[] = []
  #pages: RelatedPages | undefined

  constructor(compiled: CompiledRows, sightings: Sightings | undefined) {
    this.#compiled = compiled
    this.#sightings = sightings
    this.#keys = compiled.related.map(() => [])
  }

  clear(): void {
    this.rows = 0
    this.#bytes.clear()
    this.#ordinals.length = 0
    this.#ends.length = 0
    for (const keys of this.#keys) keys.length = 0
  }

  /** Adds the row that the writer has read last. */
  add(message: Buffer, ordinal: number): void {
    const { writer, witnesses } = this.#compiled
    writer.write(message, this.#bytes, this.#ends)
    this.#sightings?.see(witnesses, writer, message)
    this.#ends.push(this.#bytes.length)
    this.#ordinals.push(ordinal)
    for (const [index, column] of writer.manyColumns.entries())
      this.#keys[index]?.push(writer.text(message, column))
    this.rows += 1
  }

  ordinal(row: number): number {
    return this.#ordinals[row] ?? 0
  }

  openRelated(reader: RowReader): void {
    this.#pages = reader.relatedPages
    if (this.rows === 0) return
    // A missing parent keeps its place in the list, as null: no row has a null parent.
    this.#related = this.#compiled.related.map((compiled, index) =>
      openRelatedRows(
        reader,
        compiled,
        `{${(this.#keys[index] ?? []).map((key) => key ?? 'NULL').join(',')}}`,
      ),
    )
  }

  async writeRow(row: number, out: JsonOutput): Promise<void> {
    const pieces = this.#related.length + 1
    let start = row === 0 ? 0 : (this.#ends[row * pieces - 1] ?? 0)
    for (let piece = 0; piece < pieces; piece++) {
      const end = this.#ends[row * pieces + piece] ?? start
      out.buffer.append(this.#bytes.bytes, start, end)
      start = end
      await this.#related[piece]?.writeOf(row + 1, out)
      start += this.#writeLink(row, piece, out)
    }
    if (out.isFull) await out.flushWhenFull()
  }

  /** Behind the array, whose bracket is the first byte of the next piece. Gives the bytes of it that are written. */
  #writeLink(row: number, piece: number, out: JsonOutput): number {
    const place = this.#related[piece]?.window.takeCut(row + 1)
    const parent = this.#keys[piece]?.[row]
    const related = this.#compiled.related[piece]
    if (place === undefined || related === undefined || typeof parent !== 'string') return 0
    out.buffer.appendText(`]${this.#pages?.linkMember(related, parent, place) ?? ''}`)
    return 1
  }
}
