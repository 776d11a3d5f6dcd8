/** Stores of contents for tests that start no application. */

import { ContentStores } from '../../src/contents/content-stores.ts'
import { PostgresStore } from '../../src/contents/postgres-store.ts'
import type { Database } from '../../src/db/database.ts'
import type { ImportContents } from '../../src/domain/import/import-contents.ts'

export function contentStores(database: Database): ContentStores {
  return new ContentStores(new PostgresStore(database), undefined, 'postgres')
}

/** Of at most a megabyte each, as many as there are. */
export function contentsIn(database: Database): ImportContents {
  return { store: contentStores(database).current, bytesMax: 1_000_000, accountMibMax: null }
}
