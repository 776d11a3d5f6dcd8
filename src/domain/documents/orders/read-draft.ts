/** What an ordered document is to say, read in one snapshot. */

import type { Database } from '../../../db/database.ts'
import type { Row } from '../../command/row.ts'
import type { DocumentDraft } from './document-draft.ts'
import { draftOfLateNotice } from './late-notice-draft.ts'
import { draftOfLease } from './lease-draft.ts'
import type { DocumentOrder, OrderedEntity } from './order-store.ts'
import { draftOfRenewal } from './renewal-draft.ts'
import { inSnapshot, type SnapshotRows } from './snapshot-rows.ts'

type Draft = Omit<DocumentDraft, 'version'>

/** Gives undefined when the row has become one that nobody is to be told of. */
const readers: Readonly<
  Record<OrderedEntity, (row: Row, rows: SnapshotRows) => Promise<Draft | undefined>>
> = { Lease: draftOfLease, LeaseRenewal: draftOfRenewal, LateNotice: draftOfLateNotice }

/** Undefined: nothing is to be produced any more. Throws UNAVAILABLE. */
export async function readDraft(
  database: Database,
  { accountId, entity, rowId }: DocumentOrder,
): Promise<DocumentDraft | undefined> {
  return inSnapshot(database, accountId, async (rows) => {
    const found = await rows.findVersion(entity, rowId)
    if (found === undefined) return undefined
    const draft = await readers[entity](found.row, rows)
    return draft === undefined ? undefined : { ...draft, version: found.version }
  })
}
