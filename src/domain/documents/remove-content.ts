/** A document that stays without its content. */

import type { Row } from '../command/row.ts'
import type { WriteContext } from '../command/write-context.ts'

/** What a document says that has no content. */
export const NO_CONTENT: Row = { FileSize: 0, Sha256: null }

/** An object of a bucket is removed by and by, as those of deleted documents are. */
export async function removeContent(context: WriteContext, documentId: number): Promise<void> {
  await context.query('delete from document_contents where account_id = $1 and document_id = $2', [
    context.accountId,
    documentId,
  ])
}
