/** Where the content of a document is. */

import { readRows } from '../db/read-rows.ts'
import type { ReadSession } from '../db/read-session.ts'
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
  const [row] = await readRows(
    session,
    {
      text: 'select store, id, object_key from document_contents where account_id = $1::integer and document_id = $2::integer',
      prepared: true,
    },
    [String(accountId), String(documentId)],
  )
  return row === undefined ? undefined : locatedBy(accountId, row)
}

/** By the columns store, id and object_key, in this order and before any others. */
export function locatedBy(accountId: number, row: readonly (string | null)[]): LocatedContent {
  const [store, contentId, objectKey = null] = row
  if (!contentId) throw new Error('A content has an identifier')
  return {
    store: store === 's3' ? 's3' : 'postgres',
    place: { accountId, contentId, objectKey },
  }
}
