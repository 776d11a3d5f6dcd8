/**
 * Everything that decides about access, as one consistent value: the live keys and users of all
 * accounts at one version. Read whole, since it is small (a few hundred bytes per integrator) and
 * changes when an administrator works, and then asked without a query.
 */

import type { Database } from '../db/database.ts'
import { createPrincipal, type Principal, type Profile } from './principal.ts'

/** A key that is not revoked. */
export interface KeyState {
  readonly id: string
  readonly accountId: number
  readonly integratorId: number
  readonly secretHash: Uint8Array
  readonly epoch: number
  readonly expiresDate: Date | undefined
  readonly legacyPadding: boolean
}

/** A user that is not revoked. */
export interface UserState {
  readonly id: number
  readonly integratorId: number
  readonly passwordHash: string
  readonly epoch: number
  readonly principal: Principal
  /** The same by one of its integrator's keys, the same one each time. */
  readonly principalBy: (key: KeyState) => Principal
}

/** A feed account that is not revoked. */
export interface FeedState {
  readonly userName: string
  readonly passwordHash: string
  readonly principal: Principal
}

export interface AccessState {
  readonly version: string
  readonly keys: ReadonlyMap<string, KeyState>
  readonly users: ReadonlyMap<number, UserState>
  readonly keysByIntegrator: ReadonlyMap<number, readonly KeyState[]>
  /** By integrator: its one user and the name it signs in with. */
  readonly usersByIntegrator: ReadonlyMap<number, UserState & { readonly signInName: string }>
  /** By user name. */
  readonly feeds: ReadonlyMap<string, FeedState>
}

interface KeyRow {
  readonly id: string
  readonly account_id: number
  readonly integrator_id: number
  readonly secret_hash: Buffer
  readonly epoch: number
  readonly expires_date: Date | null
  readonly legacy_padding: boolean
}

interface UserRow {
  readonly id: number
  readonly account_id: number
  readonly integrator_id: number
  readonly user_name: string
  readonly sign_in_name: string
  readonly password_hash: string
  readonly profile: Profile
  readonly epoch: number
  readonly database_name: string
  readonly pinned_at: Date | null
  readonly account_modules: readonly string[]
  readonly withheld_modules: readonly string[]
  readonly unreadable_sets: readonly string[]
  readonly withheld_writes: readonly string[]
}

interface FeedRow {
  readonly id: number
  readonly account_id: number
  readonly name: string
  readonly user_name: string
  readonly password_hash: string
  readonly modules: readonly string[]
  readonly database_name: string
  readonly pinned_at: Date | null
  readonly account_modules: readonly string[]
}

/** The version alone: one cheap row. Throws UNAVAILABLE. */
export async function readAccessVersion(database: Database): Promise<string> {
  return database.transaction(async (client) => {
    const { rows } = await client.query<{ value: string }>('select value from access.version')
    return rows[0]?.value ?? ''
  })
}

/** What the product itself says of access, whatever the database holds. */
export interface AccessRules {
  /** Codes of the modules that every account has. */
  readonly includedModules: readonly string[]
  /** Sets that only an account's administrator reads. */
  readonly administratorSets: readonly string[]
}

/** Reads the whole state under one snapshot. Throws UNAVAILABLE. */
export async function readAccessState(
  database: Database,
  rules: AccessRules,
): Promise<AccessState> {
  return database.transaction(async (client) => {
    await client.query('set transaction isolation level repeatable read, read only')
    const version = await client.query<{ value: string }>('select value from access.version')
    const keys = await client.query<KeyRow>(
      `select id, account_id, integrator_id, secret_hash, epoch, expires_date, legacy_padding
         from access.api_keys
        where revoked_date is null`,
    )
    const users = await client.query<UserRow>(USERS)
    const feeds = await client.query<FeedRow>(FEEDS)
    return {
      ...toState(version.rows[0]?.value ?? '', keys.rows, users.rows, rules),
      feeds: new Map(feeds.rows.map((row) => [row.user_name, toFeed(row, rules)])),
    }
  })
}

const USERS = `
  select u.id, u.account_id, u.integrator_id, u.user_name, u.sign_in_name, u.password_hash, u.profile,
         u.epoch, a.database_name, a.pinned_at,
         array(select m.module::text from access.account_modules m where m.account_id = u.account_id)
           as account_modules,
         array(select w.module::text from access.withheld_modules w
                where w.account_id = u.account_id and w.integrator_id = u.integrator_id)
           as withheld_modules,
         array(select r.entity_set::text from access.withheld_rights r
                where r.account_id = u.account_id and r.user_id = u.id and r.operation = 'read')
           as unreadable_sets,
         array(select r.entity_set || '/' || r.operation from access.withheld_rights r
                where r.account_id = u.account_id and r.user_id = u.id and r.operation <> 'read')
           as withheld_writes
    from access.users u
    join public.accounts a using (account_id)
   where u.revoked_date is null and a.revoked_date is null`

const FEEDS = `
  select f.id, f.account_id, f.name, f.user_name, f.password_hash, f.modules, a.database_name, a.pinned_at,
         array(select m.module::text from access.account_modules m where m.account_id = f.account_id)
           as account_modules
    from access.feeds f
    join public.accounts a using (account_id)
   where f.revoked_date is null and a.revoked_date is null`

function toState(
  version: string,
  keyRows: readonly KeyRow[],
  userRows: readonly UserRow[],
  rules: AccessRules,
): Omit<AccessState, 'feeds'> {
  const keys = keyRows.map(toKey)
  const users = userRows.map((row) => toUser(row, rules))
  return {
    version,
    keys: new Map(keys.map((key) => [key.id, key])),
    keysByIntegrator: groupByIntegrator(keys),
    users: new Map(users.map((user) => [user.id, user])),
    usersByIntegrator: new Map(users.map((user) => [user.integratorId, user])),
  }
}

function groupByIntegrator(keys: readonly KeyState[]): ReadonlyMap<number, readonly KeyState[]> {
  const groups = new Map<number, KeyState[]>()
  for (const key of keys) {
    const group = groups.get(key.integratorId) ?? []
    group.push(key)
    groups.set(key.integratorId, group)
  }
  return groups
}

function toKey(row: KeyRow): KeyState {
  return {
    id: row.id,
    accountId: row.account_id,
    integratorId: row.integrator_id,
    secretHash: row.secret_hash,
    epoch: row.epoch,
    expiresDate: row.expires_date ?? undefined,
    legacyPadding: row.legacy_padding,
  }
}

function toUser(
  row: UserRow,
  { includedModules, administratorSets }: AccessRules,
): UserState & { readonly signInName: string } {
  const modules = new Set([...includedModules, ...row.account_modules])
  for (const module of row.withheld_modules) modules.delete(module)
  const principal = createPrincipal({
    accountId: row.account_id,
    databaseName: row.database_name,
    pinnedAt: row.pinned_at ?? undefined,
    userId: row.id,
    userName: row.user_name,
    profile: row.profile,
    isFeed: false,
    keyId: undefined,
    modules,
    unreadableSets: new Set([
      ...row.unreadable_sets,
      ...(row.profile === 'administrator' ? [] : administratorSets),
    ]),
    withheldWrites: new Set(row.withheld_writes),
    legacyPadding: false,
  })
  return {
    id: row.id,
    integratorId: row.integrator_id,
    signInName: row.sign_in_name,
    passwordHash: row.password_hash,
    epoch: row.epoch,
    principal,
    principalBy: principalsByKey(principal),
  }
}

function principalsByKey(principal: Principal): UserState['principalBy'] {
  // An integrator has two keys at most.
  const known = new Map<string, Principal>()
  return ({ id: keyId, legacyPadding }) => {
    const found = known.get(keyId)
    if (found !== undefined) return found
    const made = { ...principal, keyId, legacyPadding }
    known.set(keyId, made)
    return made
  }
}

/** Of the modules chosen for it, those that the account has. */
function toFeed(row: FeedRow, { includedModules, administratorSets }: AccessRules): FeedState {
  const offered = new Set([...includedModules, ...row.account_modules])
  const principal = createPrincipal({
    accountId: row.account_id,
    databaseName: row.database_name,
    pinnedAt: row.pinned_at ?? undefined,
    userId: row.id,
    userName: row.user_name,
    profile: 'integrator',
    isFeed: true,
    keyId: undefined,
    modules: new Set(row.modules.filter((module) => offered.has(module))),
    unreadableSets: new Set(administratorSets),
    withheldWrites: new Set(),
    legacyPadding: false,
  })
  return { userName: row.user_name, passwordHash: row.password_hash, principal }
}
