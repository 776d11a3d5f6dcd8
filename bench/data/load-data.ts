/** Fills the database: accounts of one size, each pinned at the business date, with its states right. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'

/** The business date of every account is 2026-06-15. */
const PINNED_AT = '2026-06-15T14:00:00Z'
const BUSINESS_DATE = '2026-06-15'

/** The account that is measured; the others stand beside it. */
export const MEASURED_ACCOUNT = { accountId: 1, databaseName: 'BENCH/1' } as const

/** Loads what is missing up to `accounts`; does nothing for a database that was loaded before. */
export async function loadData(
  url: string,
  accounts: number,
  tell: (text: string) => void,
): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ loaded: number }>(
      "select count(*)::integer as loaded from accounts where database_name like 'BENCH/%' and states_date is not null",
    )
    const loaded = rows[0]?.loaded ?? 0
    if (loaded >= accounts) return
    const portfolio = await readFile(join(import.meta.dirname, 'portfolio.sql'), 'utf8')
    const started = performance.now()
    await client.query('begin')
    // Rows are made of each other and need no proof; indexes are built faster over rows that are there.
    await client.query(
      "set local session_replication_role = replica; set local maintenance_work_mem = '512MB'",
    )
    const indexes = await dropIndexes(client)
    for (let accountId = loaded + 1; accountId <= accounts; accountId++)
      await loadAccount(client, accountId, portfolio)
    for (const definition of indexes) await client.query(definition)
    await client.query('analyze')
    await client.query('commit')
    for (let accountId = loaded + 1; accountId <= accounts; accountId++)
      await client.query('select advance_account_day($1, $2)', [accountId, BUSINESS_DATE])
    await client.query('vacuum analyze')
    await client.query('checkpoint')
    const seconds = (performance.now() - started) / 1000
    tell(`${accounts - loaded} account(s) loaded in ${seconds.toFixed(1)} s`)
  } finally {
    await client.end()
  }
}

async function loadAccount(client: Client, accountId: number, portfolio: string): Promise<void> {
  await client.query(
    'insert into accounts (account_id, database_name, name, pinned_at) values ($1, $2, $3, $4)',
    [accountId, `BENCH/${accountId}`, `Mesure ${accountId}`, PINNED_AT],
  )
  await client.query("select set_config('hapi.account_id', $1, true)", [String(accountId)])
  await client.query(portfolio)
  await client.query("select setval(pg_get_serial_sequence('accounts', 'account_id'), $1)", [
    accountId,
  ])
}

/** Definitions of the indexes that no constraint owns, on the tables that are filled. */
async function dropIndexes(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
       from pg_index i
      where i.indrelid = any(array['buildings', 'units', 'tenants', 'leases', 'service_calls']::regclass[])
        and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`,
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows.map(({ definition }) => definition)
}
