/** A content in the database is in pieces, so that neither an upload nor a download is ever held as a whole. */

/** The database takes no larger ones. */
export const PIECE_BYTES_MAX = 262_144

/** The same bytes in pieces of PIECE_BYTES_MAX, the last one with what is left; it is never empty. */
export async function* piecesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  for await (const bytes of source) {
    waiting.push(bytes)
    waitingBytes += bytes.length
    // The last piece is known by what comes after it.
    while (waitingBytes > PIECE_BYTES_MAX) {
      const all = Buffer.concat(waiting)
      waiting = [all.subarray(PIECE_BYTES_MAX)]
      waitingBytes = all.length - PIECE_BYTES_MAX
      yield all.subarray(0, PIECE_BYTES_MAX)
    }
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting)
}
