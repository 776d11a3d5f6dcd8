/** Users: the name and the password with which an integrator's application signs in. */

import type { ClientBase } from 'pg'
import type { Database } from '../db/database.ts'
import { checkName, getAccountRow, onlyRow } from './accounts.ts'
import { AdministrationRefusal, notFound, refusalOfDuplicate } from './administration-refusal.ts'
import { randomBase62 } from './base62.ts'
import { type IntegratorName, lockIntegrator } from './integrators.ts'
import { PASSWORD_BYTES_MAX, type PasswordHasher } from './password-hasher.ts'
import type { Profile } from './principal.ts'
import { signInNameOf } from './user-name.ts'

export interface User {
  readonly id: number
  readonly databaseName: string
  readonly integrator: string
  readonly userName: string
  readonly profile: Profile
  readonly createdDate: Date
  readonly revokedDate: Date | null
}

export interface NewUser extends IntegratorName {
  readonly userName: string
  readonly profile: Profile
  /** Drawn when absent. */
  readonly password?: string
}

/** Names one user among all. */
export interface UserName {
  readonly databaseName: string
  readonly userName: string
}

/** The password is told once, here. */
export interface UserWithPassword extends User {
  readonly password: string
}

const PASSWORD_LENGTH_MIN = 12
/** 142 bits. */
const DRAWN_PASSWORD_LENGTH = 24

const USER = `u.id, a.database_name as "databaseName", i.name as integrator, u.user_name as "userName",
  u.profile, u.created_date as "createdDate", u.revoked_date as "revokedDate"`
const OF_USER = `join accounts a using (account_id)
  join access.integrators i on i.account_id = u.account_id and i.id = u.integrator_id`

/** Throws AdministrationRefusal: no such integrator, it has a user already, or the name is taken. */
export async function createUser(
  database: Database,
  passwords: PasswordHasher,
  user: NewUser,
): Promise<UserWithPassword> {
  const userName = checkName(user.userName, 120)
  const password = checkPassword(user.password ?? drawPassword())
  const passwordHash = await passwords.hash(password)
  try {
    return await database.transaction(async (client) => {
      const integrator = await lockIntegrator(client, user)
      const { rows } = await client.query<User>(
        `with u as (
           insert into access.users
             (account_id, integrator_id, user_name, sign_in_name, password_hash, profile)
           values ($1, $2, $3, $4, $5, $6) returning *)
         select ${USER} from u ${OF_USER}`,
        [
          integrator.accountId,
          integrator.id,
          userName,
          signInNameOf(userName),
          passwordHash,
          user.profile,
        ],
      )
      return { ...onlyRow(rows), password }
    })
  } catch (error) {
    throw refusalOfDuplicate(error, duplicateText(error, userName, user))
  }
}

/** Those of one account, or of all, revoked ones too. */
export async function listUsers(
  database: Database,
  databaseName?: string,
): Promise<readonly User[]> {
  return database.transaction(async (client) => {
    if (databaseName !== undefined) await getAccountRow(client, databaseName)
    const { rows } = await client.query<User>(
      `select ${USER} from access.users u ${OF_USER}
        where $1::text is null or a.database_name = $1
        order by a.database_name, u.user_name, u.id`,
      [databaseName ?? null],
    )
    return rows
  })
}

/** Sets a password, drawn when none is given; tokens that the old one gave stop. */
export async function changePassword(
  database: Database,
  passwords: PasswordHasher,
  user: UserName & { readonly password?: string },
): Promise<UserWithPassword> {
  const password = checkPassword(user.password ?? drawPassword())
  const passwordHash = await passwords.hash(password)
  const changed = await updateUser(database, user, 'password_hash = $2', [passwordHash])
  return { ...changed, password }
}

/** For good: the user's live tokens stop, and its name is free again. */
export async function revokeUser(database: Database, user: UserName): Promise<User> {
  return updateUser(database, user, 'revoked_date = now()', [])
}

/** Finds a live user inside a transaction. Throws AdministrationRefusal when there is none. */
export async function getUserRow(
  client: ClientBase,
  { databaseName, userName }: UserName,
): Promise<User & { readonly accountId: number }> {
  const { accountId } = await getAccountRow(client, databaseName)
  const { rows } = await client.query<User>(
    `select ${USER} from access.users u ${OF_USER}
      where u.account_id = $1 and u.sign_in_name = $2 and u.revoked_date is null
        for update of u`,
    [accountId, signInNameOf(userName)],
  )
  const [user] = rows
  if (user === undefined) throw notFound({ fr: "L'utilisateur", en: 'User' }, userName)
  return { ...user, accountId }
}

/** Changes a live user and refuses its tokens from now on. */
async function updateUser(
  database: Database,
  name: UserName,
  assignment: 'password_hash = $2' | 'revoked_date = now()',
  values: readonly unknown[],
): Promise<User> {
  return database.transaction(async (client) => {
    const { id } = await getUserRow(client, name)
    const { rows } = await client.query<User>(
      `with u as (
         update access.users set ${assignment}, epoch = epoch + 1 where id = $1 returning *)
       select ${USER} from u ${OF_USER}`,
      [id, ...values],
    )
    return onlyRow(rows)
  })
}

/** A password that nobody has to remember. */
export function drawPassword(): string {
  return randomBase62(DRAWN_PASSWORD_LENGTH)
}

function checkPassword(password: string): string {
  const isAcceptable =
    Array.from(password).length >= PASSWORD_LENGTH_MIN &&
    Buffer.byteLength(password) <= PASSWORD_BYTES_MAX
  if (isAcceptable) return password
  throw new AdministrationRefusal({
    fr: `Un mot de passe compte de ${PASSWORD_LENGTH_MIN} caractères à ${PASSWORD_BYTES_MAX} octets.`,
    en: `A password has from ${PASSWORD_LENGTH_MIN} characters to ${PASSWORD_BYTES_MAX} bytes.`,
  })
}

function duplicateText(error: unknown, userName: string, { integrator, databaseName }: NewUser) {
  const isSecondUser =
    error instanceof Error && 'constraint' in error && error.constraint === 'users_integrator'
  return isSecondUser
    ? {
        fr: `L'intégrateur « ${integrator} » a déjà un utilisateur; révoquez-le, ou changez son mot de passe.`,
        en: `Integrator '${integrator}' already has a user; revoke it, or change its password.`,
      }
    : {
        fr: `L'utilisateur « ${userName} » existe déjà dans le compte « ${databaseName} ».`,
        en: `User '${userName}' already exists in account '${databaseName}'.`,
      }
}
