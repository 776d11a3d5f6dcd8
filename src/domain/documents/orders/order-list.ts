/** Orders of documents for whoever looks after the service. */

import type { Database } from '../../../db/database.ts'
import type { OrderedEntity } from './order-store.ts'

export interface ListedOrder {
  readonly databaseName: string
  readonly entity: OrderedEntity
  readonly rowId: number
  readonly orderedDate: Date
  readonly attempts: number
  /** When it is tried again; null: given up. */
  readonly dueDate: Date | null
  readonly fault: string | null
}

/** What a person reads of a list; those given up come first, then those that have waited longest. */
const LISTED_MAX = 1_000

/** Orders that wait, are at work or were given up: of all accounts, or of one. Throws UNAVAILABLE. */
export async function listOrders(
  database: Database,
  databaseName?: string,
): Promise<readonly ListedOrder[]> {
  const { rows } = await database.transaction((client) =>
    client.query<ListedOrder>(
      `select a.database_name as "databaseName", o.entity, o.row_id as "rowId", o.ordered_date as "orderedDate",
              o.attempts, nullif(o.due_date, 'infinity') as "dueDate", o.fault
         from production.orders o join accounts a using (account_id)
        where $1::text is null or a.database_name = $1
        order by o.due_date = 'infinity' desc, o.ordered_date limit ${LISTED_MAX}`,
      [databaseName ?? null],
    ),
  )
  return rows
}

/** Makes what was given up due again, with all its attempts. Gives how many. Throws UNAVAILABLE. */
export async function retryOrders(database: Database, databaseName?: string): Promise<number> {
  const { rowCount } = await database.transaction((client) =>
    client.query(
      `update production.orders o set due_date = clock_timestamp(), attempts = 0
         from accounts a
        where a.account_id = o.account_id and o.due_date = 'infinity' and ($1::text is null or a.database_name = $1)`,
      [databaseName ?? null],
    ),
  )
  return rowCount ?? 0
}

export interface OrderCounts {
  readonly waiting: number
  readonly givenUp: number
  /** Since the oldest that waits was ordered; 0 when none does. */
  readonly oldestSeconds: number
}

/** Throws UNAVAILABLE. */
export async function countOrders(database: Database): Promise<OrderCounts> {
  const { rows } = await database.transaction((client) =>
    client.query<OrderCounts>(
      `select count(*) filter (where due_date < 'infinity')::integer as waiting,
              count(*) filter (where due_date = 'infinity')::integer as "givenUp",
              coalesce(extract(epoch from clock_timestamp() - min(ordered_date) filter (where due_date < 'infinity')), 0)::float8
                as "oldestSeconds"
         from production.orders`,
    ),
  )
  return rows[0] ?? { waiting: 0, givenUp: 0, oldestSeconds: 0 }
}
