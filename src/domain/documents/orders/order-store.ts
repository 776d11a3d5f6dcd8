/** Orders of documents in the database: taken, closed, given back (`migrations/0025_document_orders.sql`). */

import type { Database } from '../../../db/database.ts'
import type { WriteContext } from '../../command/write-context.ts'

/** What documents are about. */
export type OrderedEntity = 'Lease' | 'LeaseRenewal' | 'LateNotice'

/** The row that a document is about. */
export interface OrderKey {
  readonly accountId: number
  readonly entity: OrderedEntity
  readonly rowId: number
}

/** An order that this process has taken. */
export interface DocumentOrder extends OrderKey {
  readonly claim: string
  /** This attempt counted. */
  readonly attempts: number
  /** The account's clock; null: the real one. */
  readonly pinnedAt: Date | null
}

/** An order is free again after so long: whoever took it has died, or hangs. A document takes a second at most. */
const CLAIM_MS = 120_000
/** After so many attempts a person has to look; with the pauses between them, some two hours. */
const ATTEMPTS_MAX = 10
/** The first pause; each further one is twice as long. */
const PAUSE_MS = 15_000
const PAUSE_MAX_MS = 1_800_000
/** The column takes no longer ones. */
const FAULT_LENGTH_MAX = 500

/** The order that has waited longest; undefined: none is due. Throws UNAVAILABLE. */
export async function claimOrder(database: Database): Promise<DocumentOrder | undefined> {
  const { rows } = await database.transaction((client) =>
    client.query<DocumentOrder>(
      `select o.account_id as "accountId", o.entity, o.row_id as "rowId", o.claim, o.attempts,
              a.pinned_at as "pinnedAt"
         from production.claim_order($1) o join accounts a using (account_id)`,
      [CLAIM_MS],
    ),
  )
  return rows[0]
}

/** The order of this row, if it is due. Throws UNAVAILABLE. */
export async function claimOrderOf(
  database: Database,
  { accountId, entity, rowId }: OrderKey,
): Promise<DocumentOrder | undefined> {
  const { rows } = await database.transaction((client) =>
    client.query<DocumentOrder>(
      `update production.orders o
          set claim = gen_random_uuid(), attempts = o.attempts + 1,
              due_date = clock_timestamp() + $4 * interval '1 millisecond'
         from accounts a
        where (o.account_id, o.entity, o.row_id) = ($1, $2, $3) and o.due_date <= clock_timestamp()
          and a.account_id = o.account_id
       returning o.account_id as "accountId", o.entity, o.row_id as "rowId", o.claim, o.attempts,
                 a.pinned_at as "pinnedAt"`,
      [accountId, entity, rowId, CLAIM_MS],
    ),
  )
  return rows[0]
}

/** Ends the order in the transaction that stores its document. Gives whether it was still ours. */
export async function closeOrder(context: WriteContext, order: DocumentOrder): Promise<boolean> {
  const closed = await context.query(
    `delete from production.orders
      where (account_id, entity, row_id, claim) = ($1, $2, $3, $4) returning row_id::text`,
    keyOf(order),
  )
  return closed.length > 0
}

/** Nothing is to be produced any more. Throws UNAVAILABLE. */
export async function dropOrder(database: Database, order: DocumentOrder): Promise<void> {
  await database.transaction((client) =>
    client.query(
      'delete from production.orders where (account_id, entity, row_id, claim) = ($1, $2, $3, $4)',
      keyOf(order),
    ),
  )
}

/** Gives it back with what went wrong, for a later attempt or, after the last, for a person. Throws UNAVAILABLE. */
export async function giveBackOrder(
  database: Database,
  order: DocumentOrder,
  fault: string,
): Promise<{ readonly isLast: boolean }> {
  const isLast = order.attempts >= ATTEMPTS_MAX
  const pauseMs = Math.min(PAUSE_MS * 2 ** (order.attempts - 1), PAUSE_MAX_MS)
  await database.transaction((client) =>
    client.query(
      `update production.orders
          set claim = null, fault = $5,
              due_date = case when $6 then 'infinity' else clock_timestamp() + $7 * interval '1 millisecond' end
        where (account_id, entity, row_id, claim) = ($1, $2, $3, $4)`,
      [...keyOf(order), fault.slice(0, FAULT_LENGTH_MAX), isLast, pauseMs],
    ),
  )
  return { isLast }
}

function keyOf({ accountId, entity, rowId, claim }: DocumentOrder): unknown[] {
  return [accountId, entity, rowId, claim]
}
