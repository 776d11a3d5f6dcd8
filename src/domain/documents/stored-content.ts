/** Contents of documents in the database, written and read piece by piece. */

import { randomUUID } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import type { WriteContext } from '../command/write-context.ts'

/** The database takes no larger ones. */
export const PIECE_BYTES_MAX = 262_144

/** A content that is arriving, which belongs to no document yet. */
export class ArrivingContent {
  readonly id = randomUUID()
  readonly #database: Database
  readonly #accountId: number
  #length = 0

  constructor(database: Database, accountId: number) {
    this.#database = database
    this.#accountId = accountId
  }

  /** Also sweeps away what began to arrive a day ago and is still nobody's. */
  async begin(): Promise<void> {
    await this.#run(
      `delete from document_contents
        where account_id = $1 and document_id is null and created_date < clock_timestamp() - interval '1 day'`,
      [],
    )
    await this.#run('insert into document_contents (account_id, id) values ($1, $2)', [this.id])
  }

  /** The next piece, of at most PIECE_BYTES_MAX. */
  async add(piece: Buffer): Promise<void> {
    await this.#run(
      'insert into document_pieces (account_id, content_id, start_byte, bytes) values ($1, $2, $3, $4)',
      [this.id, this.#length, piece],
    )
    this.#length += piece.length
  }

  /** Nobody wants it. */
  async discard(): Promise<void> {
    await this.#run(
      'delete from document_contents where account_id = $1 and id = $2 and document_id is null',
      [this.id],
    )
  }

  async #run(text: string, values: readonly unknown[]): Promise<void> {
    const accountId = this.#accountId
    await this.#database.transaction((client) => client.query(text, [accountId, ...values]), {
      accountId,
    })
  }
}

/** Makes what has arrived the content of a document, in the place of what it had. */
export async function adoptContent(
  context: WriteContext,
  documentId: number,
  contentId: string,
): Promise<void> {
  const { accountId } = context
  await context.query(
    'delete from document_contents where account_id = $1 and document_id = $2 and id <> $3',
    [accountId, documentId, contentId],
  )
  await context.query(
    'update document_contents set document_id = $2 where account_id = $1 and id = $3',
    [accountId, documentId, contentId],
  )
}

/** Makes these bytes the content of a document that has none, in the transaction that creates it. */
export async function writeContent(
  context: WriteContext,
  documentId: number,
  content: Buffer,
): Promise<void> {
  const { accountId } = context
  const id = randomUUID()
  await context.query(
    'insert into document_contents (account_id, id, document_id) values ($1, $2, $3)',
    [accountId, id, documentId],
  )
  for (let start = 0; start < content.length; start += PIECE_BYTES_MAX)
    await context.query(
      'insert into document_pieces (account_id, content_id, start_byte, bytes) values ($1, $2, $3, $4)',
      [accountId, id, start, content.subarray(start, start + PIECE_BYTES_MAX)],
    )
}

/** `$1` account, `$2` document, `$3` first byte, `$4` the byte after the last. */
export const SELECT_PIECES = `
  select encode(substring(p.bytes from greatest($3::integer - p.start_byte, 0) + 1
                          for least($4::integer - p.start_byte, ${PIECE_BYTES_MAX}) - greatest($3::integer - p.start_byte, 0)), 'hex')
    from document_contents c join document_pieces p using (account_id)
   where c.account_id = $1::integer and c.document_id = $2::integer and p.content_id = c.id
     and p.start_byte < $4::integer and p.start_byte > $3::integer - ${PIECE_BYTES_MAX}
   order by p.start_byte`
