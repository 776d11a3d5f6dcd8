/** What an account may keep in contents of documents. */

import { advisoryLocks } from '../db/advisory-locks.ts'
import { HapiError } from '../errors/hapi-error.ts'
import type { AccountTransaction } from './own-content.ts'

const BYTES_PER_MIB = 1_048_576

/** What an account keeps, and may keep. */
export class AccountRoom {
  readonly #mibMax: number
  #used: number

  private constructor(mibMax: number, used: number) {
    this.#mibMax = mibMax
    this.#used = used
  }

  /**
   * As the transaction sees it; undefined: there is no bound.
   *
   * @param mibMax what the settings say; null: as much as there is. The account's own value goes before it.
   */
  static async read(
    transaction: AccountTransaction,
    mibMax: number | null,
  ): Promise<AccountRoom | undefined> {
    const { accountId } = transaction
    const [account] = await transaction.query(
      'select documents_mib_max as max from accounts where account_id = $1',
      [accountId],
    )
    const own = account?.['max'] ?? null
    const bound = own === null ? mibMax : Number(own)
    if (bound === null) return undefined
    // Until the transaction ends nobody else counts what is not committed yet.
    await transaction.query('select pg_advisory_xact_lock($1, $2)', [
      advisoryLocks.documentQuota,
      accountId,
    ])
    const [kept] = await transaction.query(
      `select coalesce(sum(byte_count), 0) as used from document_contents
        where account_id = $1 and document_id is not null`,
      [accountId],
    )
    return new AccountRoom(bound, Number(kept?.['used']))
  }

  /** For an attempt that may be taken back. */
  copy(): AccountRoom {
    return new AccountRoom(this.#mibMax, this.#used)
  }

  /**
   * @param replaced bytes of what the document has now, which goes
   * @throws {HapiError} DOCUMENT_QUOTA_EXCEEDED
   */
  take(byteCount: number, replaced: number): void {
    const used = this.#used - replaced
    if (used + byteCount > this.#mibMax * BYTES_PER_MIB)
      throw new HapiError(
        'DOCUMENT_QUOTA_EXCEEDED',
        { size: byteCount, used: Math.ceil(used / BYTES_PER_MIB), max: this.#mibMax },
        { target: '$value' },
      )
    this.#used = used + byteCount
  }
}

/**
 * To be asked in the transaction that adopts a content, before it does. What the service itself produces is
 * counted and never refused: a notice is due on its day.
 *
 * @throws {HapiError} DOCUMENT_QUOTA_EXCEEDED
 */
export async function requireRoom(
  transaction: AccountTransaction,
  { documentId, byteCount }: { readonly documentId: number; readonly byteCount: number },
  mibMax: number | null,
): Promise<void> {
  const room = await AccountRoom.read(transaction, mibMax)
  if (room === undefined) return
  const [kept] = await transaction.query(
    'select byte_count as bytes from document_contents where account_id = $1 and document_id = $2',
    [transaction.accountId, documentId],
  )
  room.take(byteCount, Number(kept?.['bytes'] ?? 0))
}
