/** A digest of all that an account holds, to tell whether two loads gave the same rows. */

import type { Database } from '../db/database.ts'
import { domainTypes } from '../model/model.ts'
import { columnName, tableName } from '../model/naming.ts'

/**
 * MD5 of all rows in Id order, by entity set; the account's own number is left out, and so is what is sealed, which is
 * never twice the same.
 */
export type DemoDigest = Readonly<Record<string, string>>

export async function demoDigest(database: Database, accountId: number): Promise<DemoDigest> {
  return database.transaction(
    async (client) => {
      const digests: Record<string, string> = {}
      for (const type of domainTypes) {
        const left = type.properties.filter(({ sealed }) => sealed === true).map(columnName)
        const { rows } = await client.query<{ digest: string | null }>(
          `select md5(string_agg((to_jsonb(t) - 'account_id' - $2::text[])::text, E'\\n' order by t.id)) as digest
             from ${tableName(type)} t where t.account_id = $1`,
          [accountId, left],
        )
        digests[type.set] = rows[0]?.digest ?? ''
      }
      return digests
    },
    { accountId },
  )
}
