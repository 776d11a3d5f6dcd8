/** Accounts: the property managers that the installation serves. */

import type { ClientBase } from 'pg'
import type { Database } from '../db/database.ts'
import { AdministrationRefusal, notFound, refusalOfDuplicate } from './administration-refusal.ts'

export interface Account {
  readonly accountId: number
  /** Its public name, which webhooks carry. */
  readonly databaseName: string
  readonly name: string
  /** The instant at which a sandbox has stopped its clock. */
  readonly pinnedAt: Date | null
  readonly createdDate: Date
  /** Since when nobody signs in to it. */
  readonly revokedDate: Date | null
}

export interface NewAccount {
  readonly databaseName: string
  readonly name: string
  readonly pinnedAt?: Date
}

const ACCOUNT = `account_id as "accountId", database_name as "databaseName", name,
  pinned_at as "pinnedAt", created_date as "createdDate", revoked_date as "revokedDate"`

/** Throws AdministrationRefusal when the name is taken or is no name. */
export async function createAccount(database: Database, account: NewAccount): Promise<Account> {
  const databaseName = checkName(account.databaseName, 60)
  const name = checkName(account.name, 120)
  try {
    return await database.transaction(async (client) => {
      const { rows } = await client.query<Account>(
        `insert into accounts (database_name, name, pinned_at) values ($1, $2, $3) returning ${ACCOUNT}`,
        [databaseName, name, account.pinnedAt ?? null],
      )
      return onlyRow(rows)
    })
  } catch (error) {
    throw refusalOfDuplicate(error, {
      fr: `Le compte « ${databaseName} » existe déjà.`,
      en: `Account '${databaseName}' already exists.`,
    })
  }
}

/** In the order of their names. */
export async function listAccounts(database: Database): Promise<readonly Account[]> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<Account>(
      `select ${ACCOUNT} from accounts order by database_name`,
    )
    return rows
  })
}

/** Throws AdministrationRefusal when there is none. */
export async function getAccount(database: Database, databaseName: string): Promise<Account> {
  return database.transaction((client) => getAccountRow(client, databaseName))
}

/** Stops every sign-in and every live token of the account; its data stay. */
export async function revokeAccount(database: Database, databaseName: string): Promise<Account> {
  return setRevoked(database, databaseName, 'coalesce(revoked_date, now())')
}

/** Takes a revocation back: keys, users and tokens that are not revoked themselves serve again. */
export async function restoreAccount(database: Database, databaseName: string): Promise<Account> {
  return setRevoked(database, databaseName, 'null')
}

/**
 * Bounds what the account keeps in contents of documents, in mebibytes; null: by the settings. What is there stays.
 * Throws AdministrationRefusal.
 */
export async function setDocumentsMax(
  database: Database,
  databaseName: string,
  mibMax: number | null,
): Promise<void> {
  await database.transaction(async (client) => {
    const { accountId } = await getAccountRow(client, databaseName)
    await client.query('update accounts set documents_mib_max = $2 where account_id = $1', [
      accountId,
      mibMax,
    ])
  })
}

async function setRevoked(
  database: Database,
  databaseName: string,
  value: 'coalesce(revoked_date, now())' | 'null',
): Promise<Account> {
  return database.transaction(async (client) => {
    await getAccountRow(client, databaseName)
    const { rows } = await client.query<Account>(
      `update accounts set revoked_date = ${value} where database_name = $1 returning ${ACCOUNT}`,
      [databaseName],
    )
    return onlyRow(rows)
  })
}

/** The same inside a transaction. */
export async function getAccountRow(client: ClientBase, databaseName: string): Promise<Account> {
  const { rows } = await client.query<Account>(
    `select ${ACCOUNT} from accounts where database_name = $1`,
    [databaseName],
  )
  const [account] = rows
  if (account === undefined) throw notFound({ fr: 'Le compte', en: 'Account' }, databaseName)
  return account
}

/** A name as it is stored: trimmed, not empty, no longer than its column. Throws AdministrationRefusal. */
export function checkName(text: string, lengthMax: number): string {
  const name = text.normalize('NFC').trim()
  if (name !== '' && Array.from(name).length <= lengthMax && !/\p{Cc}/u.test(name)) return name
  throw new AdministrationRefusal({
    fr: `Un nom compte de 1 à ${lengthMax} caractères imprimables : « ${name.slice(0, 200)} ».`,
    en: `A name has 1 to ${lengthMax} printable characters: '${name.slice(0, 200)}'.`,
  })
}

/** The row of a statement that cannot give another number of them. */
export function onlyRow<T>(rows: readonly T[]): T {
  const [row] = rows
  if (row === undefined) throw new Error('The statement gave no row')
  return row
}
