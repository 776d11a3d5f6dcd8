/** Rows of an account, to be compared with those of another one that should have come to the same. */

import type { Database } from '../../src/db/database.ts'
import { model } from '../../src/model/model.ts'
import { tableName } from '../../src/model/naming.ts'

/** Rows without what differs from account to account: numbers that the service gives, and when. Sorted. */
export async function rowsOf(
  database: Database,
  accountId: number,
  sets: readonly string[],
): Promise<readonly string[]> {
  const lines: string[] = []
  for (const set of sets) {
    const type = model.findBySet(set)
    if (type === undefined) throw new Error(`There is no set ${set}`)
    const { rows } = await database.transaction(
      (client) =>
        client.query<{ row: Readonly<Record<string, unknown>> }>(
          `select to_jsonb(t) as row from ${tableName(type)} t where account_id = $1`,
          [accountId],
        ),
      { accountId },
    )
    for (const { row } of rows) {
      const kept = Object.entries(row).filter(
        ([name]) => !/(^|_)id$|^(created|modified)_date$|^lease_no$|^search/.test(name),
      )
      lines.push(`${set} ${JSON.stringify(kept)}`)
    }
  }
  return lines.sort()
}
