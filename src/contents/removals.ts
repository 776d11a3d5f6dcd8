/** Removing from the bucket what nobody reads any more, as often as it takes. */

import { advisoryLocks } from '../db/advisory-locks.ts'
import type { Database } from '../db/database.ts'
import type { S3Store } from './s3-store.ts'

/** Removals of one claim; whoever dies in between leaves the rest to the next look. */
const CLAIM_MAX = 50

/** An upload that was not finished in this time never will be: no body arrives for so long. */
const ABANDONED_AFTER = '1 day'

/** Sweeps away what began to arrive long ago and is still nobody's. Gives how many. Throws UNAVAILABLE. */
export async function sweepAbandoned(database: Database, accountId: number): Promise<number> {
  const { rowCount } = await database.transaction(
    (client) =>
      client.query(
        `delete from document_contents
          where account_id = $1 and document_id is null
            and created_date < clock_timestamp() - interval '${ABANDONED_AFTER}'`,
        [accountId],
      ),
    { accountId },
  )
  return rowCount ?? 0
}

/** Contents that one statement removes, with their pieces. */
const DISCARDED_MAX = 50

/**
 * Removes what imports of the account have brought and no document has adopted: to be asked when none is running. What a
 * dead one's transaction is just adopting is waited for.
 */
export async function discardImported(database: Database, accountId: number): Promise<void> {
  for (let discarded = DISCARDED_MAX; discarded === DISCARDED_MAX; )
    discarded = await database.transaction(
      async (client) => {
        const { rowCount } = await client.query(
          `delete from document_contents
            where account_id = $1 and document_id is null and id in (
              select id from document_contents
               where account_id = $1 and is_imported and document_id is null limit ${DISCARDED_MAX})`,
          [accountId],
        )
        return rowCount ?? 0
      },
      { accountId },
    )
}

/** Gives how many objects of the account were removed. Throws UNAVAILABLE, after which they are due again. */
export async function removeDueObjects(
  database: Database,
  bucket: S3Store,
  accountId: number,
): Promise<number> {
  let removed = 0
  for (;;) {
    const claimed = await claim(database, accountId)
    for (const { objectKey, isPartial } of claimed) {
      await bucket.remove(objectKey, isPartial)
      await database.transaction(
        (client) =>
          client.query('delete from document_removals where account_id = $1 and object_key = $2', [
            accountId,
            objectKey,
          ]),
        { accountId },
      )
      removed++
    }
    if (claimed.length < CLAIM_MAX) return removed
  }
}

/** Due again in a while that doubles up to an hour, so that a process which dies here loses nothing. */
async function claim(
  database: Database,
  accountId: number,
): Promise<readonly { readonly objectKey: string; readonly isPartial: boolean }[]> {
  const { rows } = await database.transaction(
    async (client) => {
      // Whoever exports them reads them as they were when he began.
      const { rows: asked } = await client.query<{ free: boolean }>(
        'select pg_try_advisory_xact_lock($1, $2) as free',
        [advisoryLocks.keptObjects, accountId],
      )
      if (asked[0]?.free !== true) return { rows: [] }
      return client.query<{ objectKey: string; isPartial: boolean }>(
        `update document_removals r
            set attempts = attempts + 1,
                due_date = clock_timestamp() + least(interval '1 minute' * 2 ^ least(attempts, 10), interval '1 hour')
           from (select object_key from document_removals
                  where account_id = $1 and due_date <= clock_timestamp()
                  order by due_date limit ${CLAIM_MAX} for update skip locked) due
          where r.account_id = $1 and r.object_key = due.object_key
         returning r.object_key as "objectKey", r.is_partial as "isPartial"`,
        [accountId],
      )
    },
    { accountId },
  )
  return rows
}
