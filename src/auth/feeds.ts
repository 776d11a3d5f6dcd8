/**
 * Feed accounts: the name and the password with which a report or a spreadsheet reads, unattended, what is of the
 * modules chosen for it. They never write, and sign in by HTTP Basic authentication alone.
 */

import type { ClientBase } from 'pg'
import type { Database } from '../db/database.ts'
import { checkName, getAccountRow, onlyRow } from './accounts.ts'
import { notFound, refusalOfDuplicate } from './administration-refusal.ts'
import { randomBase62 } from './base62.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { drawPassword } from './users.ts'

export interface Feed {
  readonly databaseName: string
  readonly name: string
  readonly userName: string
  readonly modules: readonly string[]
  readonly createdDate: Date
  readonly lastUsedDate: Date | null
  readonly revokedDate: Date | null
}

export interface NewFeed {
  readonly databaseName: string
  readonly name: string
  /** Codes; not empty. */
  readonly modules: readonly string[]
}

/** The password is told once, here. */
export interface FeedWithPassword extends Feed {
  readonly password: string
}

const FEED = `a.database_name as "databaseName", f.name, f.user_name as "userName", f.modules,
  f.created_date as "createdDate", f.last_used_date as "lastUsedDate", f.revoked_date as "revokedDate"`
const OF_FEED = 'join accounts a using (account_id)'

/** 59 bits: it names, the password protects. */
const USER_NAME_LENGTH = 10

/** Throws AdministrationRefusal when there is no such account, or the name is taken. */
export async function createFeed(
  database: Database,
  passwords: PasswordHasher,
  feed: NewFeed,
): Promise<FeedWithPassword> {
  const name = checkName(feed.name, 120)
  const password = drawPassword()
  const passwordHash = await passwords.hash(password)
  try {
    return await database.transaction(async (client) => {
      const { accountId } = await getAccountRow(client, feed.databaseName)
      const { rows } = await client.query<Feed>(
        `with f as (
           insert into access.feeds (account_id, name, user_name, password_hash, modules)
           values ($1, $2, $3, $4, $5) returning *)
         select ${FEED} from f ${OF_FEED}`,
        [accountId, name, `feed_${randomBase62(USER_NAME_LENGTH)}`, passwordHash, feed.modules],
      )
      return { ...onlyRow(rows), password }
    })
  } catch (error) {
    throw refusalOfDuplicate(error, {
      fr: `Le compte de flux « ${name} » existe déjà dans le compte « ${feed.databaseName} ».`,
      en: `Feed account '${name}' already exists in account '${feed.databaseName}'.`,
    })
  }
}

/** Those of one account, or of all, revoked ones too. */
export async function listFeeds(
  database: Database,
  databaseName?: string,
): Promise<readonly Feed[]> {
  return database.transaction(async (client) => {
    if (databaseName !== undefined) await getAccountRow(client, databaseName)
    const { rows } = await client.query<Feed>(
      `select ${FEED} from access.feeds f ${OF_FEED}
        where $1::text is null or a.database_name = $1
        order by a.database_name, f.name, f.created_date, f.id`,
      [databaseName ?? null],
    )
    return rows
  })
}

/** Another password, drawn; the old one stops within a second. Throws AdministrationRefusal. */
export async function changeFeedPassword(
  database: Database,
  passwords: PasswordHasher,
  userName: string,
): Promise<FeedWithPassword> {
  const password = drawPassword()
  const passwordHash = await passwords.hash(password)
  const feed = await database.transaction((client) =>
    updateFeed(client, userName, 'password_hash = $2', [passwordHash]),
  )
  return { ...feed, password }
}

/** What it reads from now on. Throws AdministrationRefusal. */
export async function setFeedModules(
  database: Database,
  userName: string,
  modules: readonly string[],
): Promise<Feed> {
  return database.transaction((client) => updateFeed(client, userName, 'modules = $2', [modules]))
}

/** For good: what it asks is refused within a second. Throws AdministrationRefusal. */
export async function revokeFeed(database: Database, userName: string): Promise<Feed> {
  return database.transaction((client) => updateFeed(client, userName, 'revoked_date = now()', []))
}

async function updateFeed(
  client: ClientBase,
  userName: string,
  assignment: 'password_hash = $2' | 'modules = $2' | 'revoked_date = now()',
  values: readonly unknown[],
): Promise<Feed> {
  const { rows } = await client.query<Feed>(
    `with f as (
       update access.feeds set ${assignment} where user_name = $1 and revoked_date is null returning *)
     select ${FEED} from f ${OF_FEED}`,
    [userName, ...values],
  )
  const [feed] = rows
  if (feed === undefined) throw notFound({ fr: 'Le compte de flux', en: 'Feed account' }, userName)
  return feed
}
