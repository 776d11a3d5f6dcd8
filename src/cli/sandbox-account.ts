/** The account that a command of the sandbox is about. */

import { type Account, getAccount, listAccounts } from '../auth/accounts.ts'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import type { Database } from '../db/database.ts'
import { UsageRefusal } from './usage-refusal.ts'

/** The account named, else the only one there is. */
export async function accountOf(database: Database, name: string | undefined): Promise<Account> {
  if (name !== undefined) return getAccount(database, name)
  const [only, ...others] = (await listAccounts(database)).filter(
    ({ revokedDate }) => revokedDate === null,
  )
  if (only !== undefined && others.length === 0) return only
  if (only === undefined) {
    throw new AdministrationRefusal({ fr: "Il n'y a aucun compte.", en: 'There is no account.' })
  }
  throw new UsageRefusal({
    fr: 'Il y a plusieurs comptes : nommez-en un par --account.',
    en: 'There are several accounts: name one by --account.',
  })
}
