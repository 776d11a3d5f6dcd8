/** A digest of all that an account holds, to tell whether two loads gave the same rows. */

import type { Database } from '../db/database.ts'
import { domainTypes } from '../model/model.ts'
import { tableName } from '../model/naming.ts'

/** MD5 of all rows in Id order, by entity set; the account's own number is left out. */
export type DemoDigest = Readonly<Record<string, string>>

export async function demoDigest(database: Database, accountId: number): Promise<DemoDigest> {
  return database.transaction(
    async (client) => {
      const digests: Record<string, string> = {}
      for (const type of domainTypes) {
        const { rows } = await client.query<{ digest: string | null }>(
          `select md5(string_agg((to_jsonb(t) - 'account_id')::text, E'\\n' order by t.id)) as digest
             from ${tableName(type)} t where t.account_id = $1`,
          [accountId],
        )
        digests[type.set] = rows[0]?.digest ?? ''
      }
      return digests
    },
    { accountId },
  )
}
