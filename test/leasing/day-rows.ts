/** What tests of the daily job look at: an account's rows and its events, without what differs by account. */

import type { Database } from '../../src/db/database.ts'
import { rowsOf } from '../demo/demo-account.ts'

/** Tables that the calendar changes. */
const tables = [
  'units',
  'leases',
  'tenants',
  'parkings',
  'storages',
  'lease_renewals',
  'lease_price_changes',
] as const

export interface Snapshot {
  readonly [table: string]: readonly unknown[][]
}

/** Every column of every row that the calendar may change, dates of modification included. */
export async function snapshot(database: Database, accountId: number): Promise<Snapshot> {
  const found: Record<string, unknown[][]> = {}
  for (const table of tables) {
    found[table] = await rowsOf(
      database,
      accountId,
      `select to_jsonb(r) - 'account_id' from ${table} r where r.account_id = $1 order by r.id`,
      [accountId],
    )
  }
  return found
}

/** `instant Entity id status`, transaction after transaction; the order within one is nobody's promise. */
export async function events(
  database: Database,
  accountId: number,
  since = '-infinity',
): Promise<readonly string[]> {
  const rows = await rowsOf(
    database,
    accountId,
    `select to_char(c.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), c.entity, c.id, c.status
       from change_log c
       join (select xid, min(seq) as first from change_log where account_id = $1 group by xid) t using (xid)
      where c.account_id = $1 and c.at >= $2::timestamptz
      order by t.first, c.entity, c.id`,
    [accountId, since],
  )
  return rows.map((row) => row.join(' '))
}
