/** Contents in the database, written and read piece by piece. */

import type { Database } from '../db/database.ts'
import type { ReadSession } from '../db/read-session.ts'
import type { ContentPlace, ContentRange, ContentStore, ContentWriter } from './content-store.ts'
import { PIECE_BYTES_MAX } from './pieces.ts'

/** `$1` account, `$2` content, `$3` first byte, `$4` the byte after the last. */
const SELECT_PIECES = `
  select encode(substring(bytes from greatest($3::integer - start_byte, 0) + 1
                          for least($4::integer - start_byte, ${PIECE_BYTES_MAX}) - greatest($3::integer - start_byte, 0)), 'hex')
    from document_pieces
   where account_id = $1::integer and content_id = $2::uuid
     and start_byte < $4::integer and start_byte > $3::integer - ${PIECE_BYTES_MAX}
   order by start_byte`

/** Of the 16 bits that say how many columns a row has, and the 32 that say how long its only one is. */
const ROW_HEAD_BYTES = 6

export class PostgresStore implements ContentStore {
  readonly kind = 'postgres'
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  keyOf(): null {
    return null
  }

  /** Each piece in a transaction of its own, so that a slow sender holds no connection. */
  openWriter({ accountId, contentId }: ContentPlace): ContentWriter {
    let length = 0
    return {
      add: async (piece) => {
        await this.#database.transaction(
          (client) =>
            client.query(
              'insert into document_pieces (account_id, content_id, start_byte, bytes) values ($1, $2, $3, $4)',
              [accountId, contentId, length, piece],
            ),
          { accountId },
        )
        length += piece.length
      },
      end: () => Promise.resolve(),
      // The pieces go with their row.
      abort: () => Promise.resolve(),
    }
  }

  async *read(
    { accountId, contentId }: ContentPlace,
    { from, to }: ContentRange,
    { session }: { readonly session: ReadSession },
  ): AsyncIterable<Buffer> {
    const cursor = session.open({ text: SELECT_PIECES, prepared: false }, [
      String(accountId),
      contentId,
      String(from),
      String(to),
    ])
    for (let more = true; more; ) {
      const pieces: Buffer[] = []
      more = await cursor.next(1, (message, offset) => {
        pieces.push(Buffer.from(message.toString('latin1', offset + ROW_HEAD_BYTES), 'hex'))
      })
      yield* pieces
    }
  }

  close(): void {}
}
