/** A content as it comes: held to its type and its greatest length, piece by piece, wherever it comes from. */

import { createHash } from 'node:crypto'
import { piecesOf } from '../../contents/pieces.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { Row } from '../command/row.ts'
import { beginsAs, checkOf, HEAD_BYTES } from './content-type.ts'

/** What the row of a document says of its content. */
export interface ReceivedContent extends Row {
  readonly FileSize: number
  readonly Sha256: string
}

interface Receiving {
  /** One of those that documents may be of, without parameters. */
  readonly mediaType: string
  readonly bytesMax: number
  /** Takes the pieces, of at most PIECE_BYTES_MAX. Absent: it is only looked at. */
  readonly store?: (piece: Buffer) => Promise<void>
}

/** @throws {HapiError} DOCUMENT_CONTENT_REJECTED at the first byte that says so, and what `source` and `store` throw */
export async function receiveContent(
  source: AsyncIterable<Buffer>,
  { mediaType, bytesMax, store }: Receiving,
): Promise<ReceivedContent> {
  const hash = createHash('sha256')
  const check = checkOf(mediaType)
  let length = 0
  let last: Buffer | undefined
  const take = async (piece: Buffer, isLast: boolean): Promise<void> => {
    if (length === 0 && !beginsAs(mediaType, piece.subarray(0, HEAD_BYTES))) throw contentRejected()
    if (check?.accepts(piece, isLast) === false) throw contentRejected()
    length += piece.length
    hash.update(piece)
    await store?.(piece)
  }
  for await (const piece of piecesOf(upTo(bytesMax, source))) {
    if (last !== undefined) await take(last, false)
    last = piece
  }
  if (last === undefined) throw contentRejected()
  await take(last, true)
  return { FileSize: length, Sha256: hash.digest('hex') }
}

async function* upTo(bytesMax: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0
  for await (const bytes of source) {
    length += bytes.length
    if (length > bytesMax) throw contentRejected()
    yield bytes
  }
}

export function contentRejected(target = '$value'): HapiError {
  return new HapiError('DOCUMENT_CONTENT_REJECTED', {}, { target })
}
