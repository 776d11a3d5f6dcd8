/**
 * From an order to its document: what it is to say is read in one snapshot, written while no transaction is open, and
 * stored in the transaction that ends the order. Killed anywhere, the order is there and free again, or the document
 * is.
 */

import { announceChange } from '../../../changes/announce.ts'
import type { Acting } from '../../../db/acting.ts'
import type { Database } from '../../../db/database.ts'
import type { WriteContext } from '../../command/write-context.ts'
import { inWriteTransaction } from '../../command/write-transaction.ts'
import { produceDocument } from '../produce-document.ts'
import type { DocumentDraft } from './document-draft.ts'
import { closeOrder, type DocumentOrder, dropOrder } from './order-store.ts'
import { readDraft } from './read-draft.ts'
import { versionOf } from './snapshot-rows.ts'

export interface ProductionOptions {
  readonly database: Database
  /** The real clock. */
  readonly now: () => Date
  /** Between the two transactions, once the document is written: a test looks in. */
  readonly onWritten?: (order: DocumentOrder) => void | Promise<void>
}

/** `superseded`: somebody else has it, or has ordered it anew. */
export type ProductionOutcome =
  | { readonly kind: 'produced'; readonly documentId: number }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'superseded' }

const ACTING: Acting = { channel: 'job', process: 'documents' }

/** A row that changes while its document is written is read again, so often; more is a fault. */
const READINGS_MAX = 5

/** @throws {HapiError} what the rules of documents refuse, UNAVAILABLE; whatever the writer of the document throws */
export async function produceOrdered(
  order: DocumentOrder,
  options: ProductionOptions,
): Promise<ProductionOutcome> {
  for (let reading = 1; reading <= READINGS_MAX; reading++) {
    const draft = await readDraft(options.database, order)
    if (draft === undefined) {
      await dropOrder(options.database, order)
      return { kind: 'dropped' }
    }
    const content = await draft.write()
    await options.onWritten?.(order)
    const outcome = await store(order, draft, content, options)
    if (outcome !== 'changed') return outcome
  }
  throw new Error(`The row has changed ${READINGS_MAX} times while its document was written`)
}

async function store(
  order: DocumentOrder,
  draft: DocumentDraft,
  content: Buffer,
  { database, now }: ProductionOptions,
): Promise<ProductionOutcome | 'changed'> {
  const { accountId, entity, rowId, pinnedAt } = order
  try {
    const documentId = await inWriteTransaction(
      database,
      { accountId, profile: 'administrator', pinnedAt, acting: ACTING },
      { now: now() },
      async (context) => {
        // The row before its order, as the trigger has them of whoever changes the row.
        if ((await lockVersion(context, order)) !== draft.version) throw new Changed()
        if (!(await closeOrder(context, order))) throw new Superseded()
        const id = await produceDocument(context, draft.document, content)
        if (entity !== 'Lease') await context.update(entity, rowId, { DocumentId: id })
        return id
      },
    )
    announceChange(database, accountId)
    return { kind: 'produced', documentId }
  } catch (error) {
    if (error instanceof Changed) return 'changed'
    if (error instanceof Superseded) return { kind: 'superseded' }
    throw error
  }
}

/** The row is not what was read. */
class Changed extends Error {}

/** The order is not ours any more. */
class Superseded extends Error {}

/** Keeps the row as it is until the end of the transaction. */
async function lockVersion(
  context: WriteContext,
  { accountId, entity, rowId }: DocumentOrder,
): Promise<string | undefined> {
  const [row] = await context.query(`${versionOf(entity)} for no key update`, [accountId, rowId])
  return row?.['version'] ?? undefined
}
