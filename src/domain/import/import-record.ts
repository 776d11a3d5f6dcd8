/** What an import reads: rows of the source in their order, and what could not be read as a row. */

import type { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { InputObject } from '../command/input.ts'
import type { ReceivedContent } from '../documents/receive-content.ts'
import type { IsoDate } from '../leasing/dates.ts'

interface SourcePlace {
  /** Name of the file, as inside the archive. */
  readonly file: string
  /** From 1, of the first line of the row. */
  readonly line: number
}

/** A file of the source that is the content of a row. */
export interface SourceContent {
  /** As reports call it: its path inside the folder or archive. */
  readonly name: string
  /** As its folder or archive says. */
  readonly size: number
  /** Its bytes from the first on, as often as asked. Throws the HapiError of what cannot be read. */
  readonly open: () => AsyncIterable<Buffer>
}

export interface ImportRecord extends SourcePlace {
  readonly kind: 'record'
  readonly type: EntityType
  readonly input: InputObject
  /** How the source calls the row, when other rows may refer to it: its `Id` there. */
  readonly label?: string | undefined
  /** Headers as the file writes them, by property; absent where they are the properties' names. */
  readonly columns?: ReadonlyMap<string, string> | undefined
  /** What the file writes for a property, where `input` has what was read of it. */
  readonly cellOf?: CellOf | undefined
  /** What the row names as its content. */
  readonly content?: SourceContent
  /** Length and digest of `content`, once it was looked at. */
  readonly found?: ReceivedContent
  /** Under what its `ImportSequel` finds it; readers of sources say nothing here. */
  readonly sequel?: string
  /** Of a lease whose tenant leaves by a sequel: the day (`2026-06-30`), up to which its terms have followed. */
  readonly leavingOn?: IsoDate
}

type CellOf = (property: string) => string | undefined

/** What is said of a row and can only be entered later, when others are there. */
export interface ImportSequel extends SourcePlace {
  readonly kind: 'sequel'
  readonly type: EntityType
  readonly input: InputObject
  readonly columns?: ReadonlyMap<string, string> | undefined
  readonly cellOf?: CellOf | undefined
  /** `ImportRecord.sequel` of the row. */
  readonly of: string
}

/** @param input what of the row is entered by it */
export function sequelOf(record: ImportRecord, input: InputObject, of: string): ImportSequel {
  const { file, line, type, columns, cellOf } = record
  return { kind: 'sequel', file, line, type, columns, cellOf, input, of }
}

/** What is wrong with a cell, or with the row as a whole. */
interface CellFault {
  /** The header, as written. */
  readonly column?: string | undefined
  readonly value?: string | undefined
  readonly error: HapiError
}

/** A row that has no form: it is refused, and the others are not. */
export interface ImportFault extends SourcePlace, CellFault {
  readonly kind: 'fault'
  readonly type?: EntityType | undefined
  /** What is wrong with the row besides. */
  readonly others?: readonly CellFault[]
  /** The source itself is broken there: none of it is imported. */
  readonly isOfSource?: boolean
}

export type ImportItem = ImportRecord | ImportFault

/** What an import does one after another. */
export type ImportStep = ImportItem | ImportSequel

export interface ImportSource {
  /** Of all its bytes: the same source has the same. */
  readonly digest: string
  /** Rows from the first on, as often as asked. Throws the HapiError of a source that cannot be read at all. */
  readonly items: () => AsyncIterable<ImportItem>
}
