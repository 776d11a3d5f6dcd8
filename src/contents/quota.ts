/** What an account may keep in contents of documents. */

import { advisoryLocks } from '../db/advisory-locks.ts'
import { HapiError } from '../errors/hapi-error.ts'
import type { AccountTransaction } from './own-content.ts'

const BYTES_PER_MIB = 1_048_576

/**
 * To be asked in the transaction that adopts a content, before it does. What the service itself produces is
 * counted and never refused: a notice is due on its day.
 *
 * @param mibMax what the settings say; null: as much as there is. The account's own value goes before it.
 * @throws {HapiError} DOCUMENT_QUOTA_EXCEEDED
 */
export async function requireRoom(
  transaction: AccountTransaction,
  { documentId, byteCount }: { readonly documentId: number; readonly byteCount: number },
  mibMax: number | null,
): Promise<void> {
  const { accountId } = transaction
  const [account] = await transaction.query(
    'select documents_mib_max as max from accounts where account_id = $1',
    [accountId],
  )
  const own = account?.['max'] ?? null
  const bound = own === null ? mibMax : Number(own)
  if (bound === null) return
  await transaction.query('select pg_advisory_xact_lock($1, $2)', [
    advisoryLocks.documentQuota,
    accountId,
  ])
  const [kept] = await transaction.query(
    `select coalesce(sum(byte_count), 0) as used from document_contents
      where account_id = $1 and document_id is not null and document_id <> $2`,
    [accountId, documentId],
  )
  const used = Number(kept?.['used'])
  if (used + byteCount <= bound * BYTES_PER_MIB) return
  throw new HapiError(
    'DOCUMENT_QUOTA_EXCEEDED',
    { size: byteCount, used: Math.ceil(used / BYTES_PER_MIB), max: bound },
    { target: '$value' },
  )
}
