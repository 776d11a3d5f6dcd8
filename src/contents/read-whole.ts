/** A whole content, for whoever is no request: an export. */

import type { Database } from '../db/database.ts'
import { openReadSession } from '../db/read-session.ts'
import type { ContentStores } from './content-stores.ts'
import { locateContent } from './locate-content.ts'

/** Piece by piece; nothing of a document that has no content. Throws UNAVAILABLE. */
export async function* readWhole(
  { database, stores }: { readonly database: Database; readonly stores: ContentStores },
  accountId: number,
  { documentId, size }: { readonly documentId: number; readonly size: number },
): AsyncGenerator<Buffer> {
  const session = await openReadSession(database, accountId)
  try {
    const located = await locateContent(session, accountId, documentId)
    if (located === undefined) return
    const { signal } = new AbortController()
    const whole = { from: 0, to: size }
    yield* stores.of(located.store).read(located.place, whole, { session, signal })
  } finally {
    await session.release()
  }
}
