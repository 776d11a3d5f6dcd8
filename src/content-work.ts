/**
 * What becomes of contents of documents behind the requests, each minute and one account after another: what was
 * replaced or deleted is removed from the bucket, uploads that nobody finished are swept away, and what the service
 * itself has written goes on to the bucket. Several processes may do it at a time.
 */

import type { FastifyBaseLogger } from 'fastify'
import { listAccounts } from './auth/accounts.ts'
import type { ContentStores } from './contents/content-stores.ts'
import { moveContents } from './contents/move-content.ts'
import { removeDueObjects, sweepAbandoned } from './contents/removals.ts'
import type { Database } from './db/database.ts'
import { repeatedly } from './repeatedly.ts'

export interface ContentWorkOptions {
  readonly database: Database
  readonly contents: ContentStores
  readonly logger: Pick<FastifyBaseLogger, 'error'>
}

const LOOK_EVERY_MS = 60_000

/** Starts looking. The function given back stops it between two contents and waits for the one in hand. */
export function startContentWork(options: ContentWorkOptions): () => Promise<void> {
  return repeatedly({
    everyMs: LOOK_EVERY_MS,
    look: (signal) => lookAfterContents(options, signal),
  })
}

/** One look at every account. Never rejects: what fails is done by a later look. */
export async function lookAfterContents(
  { database, contents, logger }: ContentWorkOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const { accountId } of await listAccounts(database)) {
      if (signal.aborted) return
      await sweepAbandoned(database, accountId)
      if (contents.bucket === undefined) continue
      await removeDueObjects(database, contents.bucket, accountId)
      if (contents.current.kind !== 's3') continue
      const moving = { database, stores: contents, store: contents.bucket, signal }
      const { damaged } = await moveContents(moving, accountId, 'passing')
      if (damaged.length > 0) logger.error({ accountId, damaged }, 'contents damaged, not moved')
    }
  } catch (error) {
    if (!signal.aborted) logger.error({ err: error }, 'contents of documents not looked after')
  }
}
