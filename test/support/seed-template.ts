/** The one call site of the demo portfolio in tests: scale 1 in two accounts of the template database. */

import { createAccount } from '../../src/auth/accounts.ts'
import type { ConnectionSettings } from '../../src/db/connection-settings.ts'
import { openDatabase } from '../../src/db/database.ts'
import { loadDemoPortfolio } from '../../src/demo/load-demo-portfolio.ts'
import { secretBox } from './secret-box.ts'

/**
 * The accounts of the demonstration, under the ids that a new database gives them; the second one's
 * texts all carry its marker.
 */
const demoAccounts = {
  first: { accountId: 1, databaseName: 'DEV/ALEX', name: 'Démonstration', marker: '' },
  second: {
    accountId: 2,
    databaseName: 'DEV/BEATRICE',
    name: 'Autre compte de démonstration',
    marker: 'BEATRICE',
  },
} as const

/** Fills the migrated template with what every test file finds. */
export async function seedTemplate(connection: ConnectionSettings): Promise<void> {
  const database = await openDatabase({ connection, poolSize: 2 })
  try {
    for (const { databaseName, name, marker } of Object.values(demoAccounts)) {
      const { accountId } = await createAccount(database, { databaseName, name })
      await loadDemoPortfolio(database, { accountId, scale: 1, marker, secretBox })
    }
    // Statements are planned in the clones as they would be in a database in use.
    await database.transaction((client) => client.query('analyze'))
  } finally {
    await database.close()
  }
}
