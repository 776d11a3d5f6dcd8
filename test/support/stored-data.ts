/** Everything that a database holds, table by table: what a refused request must leave as it was. */

import type { PoolClient } from 'pg'
import type { Database } from '../../src/db/database.ts'

/** Ids are allocated outside of what a refusal undoes; the use of a key is noted whatever it asks for. */
const APART = ['id_counters', 'last_used_date', 'last_used_address']

/** What the audit tells of refusals and readings, which change nothing. */
const HAPPENINGS = ['REFUSAL', 'SIGN_IN', 'READ']

/** A digest of the rows of each table of the database, those of the change log among them. */
export function digestOf(database: Database): Promise<Readonly<Record<string, string>>> {
  return database.transaction(async (client) => {
    const digests: Record<string, string> = {}
    for (const table of await tablesOf(client)) {
      const { rows } = await client.query<{ digest: string }>(
        `select count(*) || ' ' || coalesce(sum(hashtextextended(row, 0)), 0) as digest
           from (select (to_jsonb(t) - $1::text[])::text as row from ${table} t
                  where '${table}' !~ '^audit' or coalesce(to_jsonb(t) ->> 'kind', '') <> all ($2)) r`,
        [APART, HAPPENINGS],
      )
      digests[table] = rows[0]?.digest ?? ''
    }
    return digests
  })
}

async function tablesOf(client: PoolClient): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select schemaname || '.' || tablename as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema') and tablename <> all ($1)
      order by 1`,
    [APART],
  )
  return rows.map(({ name }) => name)
}
