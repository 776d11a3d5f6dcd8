/** Accounts with the demonstration portfolio, for tests of what it holds. */

import type { Database } from '../../src/db/database.ts'
import { type LoadOptions, loadDemoPortfolio } from '../../src/demo/load-demo-portfolio.ts'
import { secretBox } from '../support/secret-box.ts'

/** A new account without a row. */
export async function createAccount(database: Database, name: string): Promise<number> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<{ account_id: number }>(
      'insert into accounts (database_name, name) values ($1, $1) returning account_id',
      [name],
    )
    const [row] = rows
    if (row === undefined) throw new Error('An insert that returns gives one row')
    return row.account_id
  })
}

/** A new account with the portfolio; scale 1 unless given. */
export async function createDemoAccount(
  database: Database,
  name: string,
  options: Partial<LoadOptions> = {},
): Promise<number> {
  const accountId = await createAccount(database, name)
  await loadDemoPortfolio(database, { scale: 1, secretBox, ...options, accountId })
  return accountId
}

/** Rows of a statement as arrays, dates and decimals as PostgreSQL writes them. */
export async function rowsOf(
  database: Database,
  accountId: number,
  text: string,
  values: readonly unknown[] = [],
): Promise<unknown[][]> {
  return database.transaction(
    async (client) => {
      const { rows } = await client.query<unknown[]>({
        text,
        values: [...values],
        rowMode: 'array',
        types: { getTypeParser: (oid: number) => (oid === booleanOid ? isTrue : asText) },
      })
      return rows
    },
    { accountId },
  )
}

const booleanOid = 16
const isTrue = (value: string) => value === 't'
const asText = (value: string) => value

/** Stops the account's clock at an instant. */
export async function pinClock(
  database: Database,
  accountId: number,
  instant: string,
): Promise<void> {
  await database.transaction(async (client) => {
    await client.query('update accounts set pinned_at = $2 where account_id = $1', [
      accountId,
      instant,
    ])
  })
}
