/** The one call site of the demo portfolio in tests: scale 1 in two accounts of the template database. */

import type { ConnectionSettings } from '../../src/db/connection-settings.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { loadDemoPortfolio } from '../../src/demo/load-demo-portfolio.ts'

/** The accounts that every test file finds; the second one's texts all carry its marker. */
export const demoAccounts = {
  first: { accountId: 1, databaseName: 'DEV/ALEX', name: 'Démonstration' },
  second: { accountId: 2, databaseName: 'DEV/AUTRE', name: 'Autre compte', marker: 'AUTRE' },
} as const

/** Fills the migrated template with what every test file finds. */
export async function seedTemplate(connection: ConnectionSettings): Promise<void> {
  const database = await openDatabase({ connection, poolSize: 2 })
  try {
    for (const account of Object.values(demoAccounts)) {
      await insertAccount(database, account.databaseName, account.name)
      await loadDemoPortfolio(database, { scale: 1, ...account })
    }
    // Statements are planned in the clones as they would be in a database in use.
    await database.transaction((client) => client.query('analyze'))
  } finally {
    await database.close()
  }
}

async function insertAccount(
  database: Database,
  databaseName: string,
  name: string,
): Promise<void> {
  await database.transaction((client) =>
    client.query('insert into accounts (database_name, name) values ($1, $2)', [
      databaseName,
      name,
    ]),
  )
}
