/** Where contents of documents are kept. Which store holds one is a fact of its row, whatever is configured since. */

import type { ReadSession } from '../db/read-session.ts'

export type StoreKind = 'postgres' | 's3'

/** Where one content is. */
export interface ContentPlace {
  readonly accountId: number
  readonly contentId: string
  /** The whole key of its object; null in the database. */
  readonly objectKey: string | null
}

/** Bytes `from` (included) to `to` (excluded) of a content. */
export interface ContentRange {
  readonly from: number
  readonly to: number
}

/** Takes a content as it arrives. */
export interface ContentWriter {
  /** The next piece, of at most PIECE_BYTES_MAX. */
  add(piece: Buffer): Promise<void>
  /** After this the whole content is there to be read. */
  end(): Promise<void>
  /** Leaves as little behind as can be; what it cannot remove is the sweep's. Never throws. */
  abort(): Promise<void>
}

/** Every method throws HapiError UNAVAILABLE when the store does not answer. */
export interface ContentStore {
  readonly kind: StoreKind
  /** The key of a new content's object; null in the database. */
  keyOf(accountId: number, contentId: string): string | null
  /** Its row is there before its first byte. */
  openWriter(place: ContentPlace): ContentWriter
  /**
   * One buffer at a time; what is not asked for is not fetched. The session is the one that read the row; a store that
   * needs it no more gives its connection back.
   */
  read(
    place: ContentPlace,
    range: ContentRange,
    reading: { readonly session: ReadSession; readonly signal: AbortSignal },
  ): AsyncIterable<Buffer>
  close(): void
}

/** What a row says is in the store, and is not. */
export class MissingContent extends Error {
  override readonly name = 'MissingContent'
}
