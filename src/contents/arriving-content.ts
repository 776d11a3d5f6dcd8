/** A content that is arriving, which belongs to no document yet: its row first, then its bytes, then its adoption. */

import { randomUUID } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { ContentStore, ContentWriter } from './content-store.ts'
import type { AccountTransaction } from './own-content.ts'

export class ArrivingContent {
  readonly id = randomUUID()
  readonly #database: Database
  readonly #store: ContentStore
  readonly #accountId: number
  readonly #objectKey: string | null
  readonly #writer: ContentWriter
  readonly #isImported: boolean

  /** @param isImported it comes with an import, which alone may be running in its account */
  constructor(database: Database, store: ContentStore, accountId: number, isImported = false) {
    this.#database = database
    this.#store = store
    this.#accountId = accountId
    this.#isImported = isImported
    this.#objectKey = store.keyOf(accountId, this.id)
    this.#writer = store.openWriter({ accountId, contentId: this.id, objectKey: this.#objectKey })
  }

  /** From now on whatever is stored of it is found again, also after a crash. */
  async begin(): Promise<void> {
    await this.#run(
      `insert into document_contents (account_id, id, store, object_key, is_imported)
       values ($1, $2, $3, $4, $5)`,
      [this.id, this.#store.kind, this.#objectKey, this.#isImported],
    )
  }

  /** The next piece, of at most PIECE_BYTES_MAX. */
  add(piece: Buffer): Promise<void> {
    return this.#writer.add(piece)
  }

  /** All of it is there; only now may a document adopt it. */
  end(): Promise<void> {
    return this.#writer.end()
  }

  /** Nobody wants it. Never throws: what cannot be removed now is swept away later. */
  async discard(): Promise<void> {
    await this.#writer.abort()
    await this.#run(
      'delete from document_contents where account_id = $1 and id = $2 and document_id is null',
      [this.id],
    ).catch(() => undefined)
  }

  async #run(text: string, values: readonly unknown[]): Promise<void> {
    const accountId = this.#accountId
    await this.#database.transaction((client) => client.query(text, [accountId, ...values]), {
      accountId,
    })
  }
}

/** Makes what has arrived the content of a document, in the place of what it had. */
export async function adoptContent(
  transaction: AccountTransaction,
  documentId: number,
  { id, byteCount }: { readonly id: string; readonly byteCount: number },
): Promise<void> {
  const { accountId } = transaction
  await transaction.query(
    'delete from document_contents where account_id = $1 and document_id = $2 and id <> $3',
    [accountId, documentId, id],
  )
  await transaction.query(
    'update document_contents set document_id = $2, byte_count = $4 where account_id = $1 and id = $3',
    [accountId, documentId, id, byteCount],
  )
}
