/** Contents that the service makes itself: written with their document, and sent on to the bucket later. */

import { randomUUID } from 'node:crypto'
import { PIECE_BYTES_MAX } from './pieces.ts'

/** A transaction of the account. */
export interface AccountTransaction {
  readonly accountId: number
  /** Values of columns as texts. */
  query(
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Readonly<Record<string, string | null>>[]>
}

/** Makes these bytes the content of a document that has none, in the transaction that creates it. */
export async function writeOwnContent(
  transaction: AccountTransaction,
  documentId: number,
  content: Buffer,
): Promise<void> {
  const { accountId } = transaction
  const id = randomUUID()
  await transaction.query(
    'insert into document_contents (account_id, id, document_id, byte_count, is_passing) values ($1, $2, $3, $4, true)',
    [accountId, id, documentId, content.length],
  )
  for (let start = 0; start < content.length; start += PIECE_BYTES_MAX)
    await transaction.query(
      'insert into document_pieces (account_id, content_id, start_byte, bytes) values ($1, $2, $3, $4)',
      [accountId, id, start, content.subarray(start, start + PIECE_BYTES_MAX)],
    )
}
