/** Where the content of a document is. */

import type { ReadSession } from '../db/read-session.ts'
import { textColumns } from '../db/text-columns.ts'
import type { ContentPlace, StoreKind } from './content-store.ts'

export interface LocatedContent {
  readonly store: StoreKind
  readonly place: ContentPlace
}

/** As the session sees the document; undefined when it has no content. */
export async function locateContent(
  session: ReadSession,
  accountId: number,
  documentId: number,
): Promise<LocatedContent | undefined> {
  let found: LocatedContent | undefined
  const cursor = session.open(
    {
      text: 'select store, id, object_key from document_contents where account_id = $1::integer and document_id = $2::integer',
      prepared: true,
    },
    [String(accountId), String(documentId)],
  )
  await cursor.next(0, (message, offset) => {
    const [store, contentId, objectKey = null] = textColumns(message, offset)
    if (contentId)
      found = {
        store: store === 's3' ? 's3' : 'postgres',
        place: { accountId, contentId, objectKey },
      }
  })
  return found
}
