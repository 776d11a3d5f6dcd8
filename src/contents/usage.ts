/** What an account keeps. */

import type { Database } from '../db/database.ts'

export interface Usage {
  readonly postgresContents: number
  readonly postgresBytes: number
  readonly s3Contents: number
  readonly s3Bytes: number
  /** Objects that nobody reads any more. */
  readonly removals: number
  /** The account's own bound; null: by the settings. */
  readonly mibMax: number | null
}

/** Throws UNAVAILABLE. */
export async function readUsage(database: Database, accountId: number): Promise<Usage> {
  const { rows } = await database.transaction(
    (client) =>
      client.query<Usage>(
        `select count(*) filter (where store = 'postgres')::float8 as "postgresContents",
                coalesce(sum(byte_count) filter (where store = 'postgres'), 0)::float8 as "postgresBytes",
                count(*) filter (where store = 's3')::float8 as "s3Contents",
                coalesce(sum(byte_count) filter (where store = 's3'), 0)::float8 as "s3Bytes",
                (select count(*) from document_removals where account_id = $1)::float8 as removals,
                (select documents_mib_max from accounts where account_id = $1) as "mibMax"
           from document_contents where account_id = $1 and document_id is not null`,
        [accountId],
      ),
    { accountId },
  )
  const [usage] = rows
  if (usage === undefined) throw new Error('An aggregate gave no row')
  return usage
}
