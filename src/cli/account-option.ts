/** `--account`: of which account a command speaks. */

import { Option } from 'commander'
import { type Account, getAccount, listAccounts } from '../auth/accounts.ts'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import type { Database } from '../db/database.ts'
import type { CommandContext } from './command-context.ts'
import { UsageRefusal } from './usage-refusal.ts'

const ACCOUNT = '--account <databaseName>'

export function requiredAccount(context: CommandContext): Option {
  return onlyAccount(context).makeOptionMandatory()
}

/** Needed only where there are several: `getOnlyAccount`. */
export function onlyAccount(context: CommandContext): Option {
  return new Option(ACCOUNT, context.text({ fr: 'compte', en: 'account' }))
}

/** Without it the command speaks of all. */
export function ofOneAccount(context: CommandContext): Option {
  return new Option(ACCOUNT, context.text({ fr: "d'un compte", en: 'of one account' }))
}

/** The account named, else all there are. */
export async function getAccounts(
  database: Database,
  name: string | undefined,
): Promise<readonly Account[]> {
  return name === undefined ? listAccounts(database) : [await getAccount(database, name)]
}

/** Of the account named; undefined: all. */
export async function getAccountId(
  database: Database,
  name: string | undefined,
): Promise<number | undefined> {
  return name === undefined ? undefined : (await getAccount(database, name)).accountId
}

/** The account named, else the only one there is. */
export async function getOnlyAccount(
  database: Database,
  name: string | undefined,
): Promise<Account> {
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
