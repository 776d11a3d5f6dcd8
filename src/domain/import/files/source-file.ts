/** A file of a source, wherever it lies: in a folder, by itself, in an archive. */

import type { HapiError } from '../../../errors/hapi-error.ts'

export interface SourceFile {
  /** As reports call it: its path inside the folder or archive. */
  readonly name: string
  /** Its bytes from the first on, as often as asked. Throws the HapiError of what cannot be read. */
  readonly open: () => AsyncIterable<Buffer>
}

/** A file of the folder of contents. */
export interface ContentFile extends SourceFile {
  /** As rows name it: its path below the folder of contents. */
  readonly inner: string
  readonly size: number
  /** What is another when its bytes are: a date, a sum. */
  readonly mark: string
}

/** What is wrong somewhere in a file. */
export interface FileFault {
  readonly line: number
  /** The header, as written. */
  readonly column?: string | undefined
  readonly value?: string | undefined
  readonly error: HapiError
}

export interface FoundFiles {
  /** Those that hold rows. */
  readonly files: readonly SourceFile[]
  readonly contents: readonly ContentFile[]
  readonly faults: readonly (FileFault & { readonly file: string })[]
}

/** What the disk has against reading: the file is not there any more, or is not for us. */
export function isOfSystem(error: unknown): error is Error & { readonly code: unknown } {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

/** More documents than one import should bring; what is known of each is kept in memory. */
export const CONTENTS_MAX = 50_000

/** Of all files with rows of an archive together: twenty times what the greatest portfolio is. */
export const SOURCE_BYTES_MAX = 4 * 1024 ** 3

/** Of one line, or of one row whose cells have several: a note of the greatest length is far shorter. */
export const RECORD_BYTES_MAX = 1024 ** 2
