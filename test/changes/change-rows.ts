/** The change log as tests of it look at it: who writes, and which rows are there. */

import type { PoolClient } from 'pg'
import {
  type ChangePage,
  type ChangePosition,
  currentPosition,
  readChanges,
} from '../../src/changes/change-log.ts'
import type { Database } from '../../src/db/database.ts'

/** The first demo account of every test database, and the second. */
export const ALEX = 1
export const BEATRICE = 2

/** Runs statements in one transaction of the first account, or of the account given. */
export async function commit(
  database: Database,
  statements: readonly string[],
  accountId = ALEX,
): Promise<void> {
  await database.transaction(
    async (client) => {
      for (const statement of statements) await client.query(statement)
    },
    { accountId },
  )
}

export interface LoggedChange {
  readonly entity: string
  readonly id: number
  readonly status: number
}

/** What an account's log holds, in its order. */
export async function loggedChanges(
  database: Database,
  accountId = ALEX,
): Promise<readonly LoggedChange[]> {
  return database.transaction((client) => changesIn(client, accountId), { accountId })
}

/** The same within a transaction. */
export async function changesIn(
  client: PoolClient,
  accountId: number,
): Promise<readonly LoggedChange[]> {
  const { rows } = await client.query<LoggedChange>(
    'select entity, id, status from change_log where account_id = $1 order by seq',
    [accountId],
  )
  return rows
}

export async function emptyLog(database: Database): Promise<void> {
  await database.transaction((client) => client.query('truncate change_log'))
}

/** Everything committed after a position. */
export async function readAll(
  database: Database,
  after: ChangePosition,
  accountId = ALEX,
): Promise<ChangePage> {
  return database.transaction(
    (client) => readChanges(client, { accountId, after, limit: 100_000 }),
    { accountId },
  )
}

/** The position after everything that is committed. */
export async function now(database: Database): Promise<ChangePosition> {
  return database.transaction((client) => currentPosition(client))
}
