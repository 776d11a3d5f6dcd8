/** An account with one integrator, its key and its user, and doors over one database. */

import { type Access, openAccess } from '../../src/auth/access.ts'
import { createAccount } from '../../src/auth/accounts.ts'
import { createIntegrator } from '../../src/auth/integrators.ts'
import { createKey } from '../../src/auth/keys.ts'
import { PasswordHasher } from '../../src/auth/password-hasher.ts'
import type { Profile } from '../../src/auth/principal.ts'
import { loadTokenSecrets } from '../../src/auth/token-secret.ts'
import { createUser } from '../../src/auth/users.ts'
import type { Database } from '../../src/db/database.ts'

export const passwords = await PasswordHasher.create()

export const secrets = await loadTokenSecrets({
  dataDir: '/nowhere',
  jwtSecret: 'the secret of the tests, of at least 32 bytes',
  jwtSecretPrevious: undefined,
})

export interface SignInParts {
  readonly databaseName: string
  readonly integrator: string
  readonly keyId: string
  readonly apiKey: string
  readonly userName: string
  readonly password: string
  readonly address: string
}

/** Makes an integrator that can sign in; the account too, when it is named for the first time. */
export async function makeIntegrator(
  database: Database,
  name: { databaseName: string; integrator: string; userName: string; profile?: Profile },
): Promise<SignInParts> {
  const { databaseName, integrator, userName, profile = 'integrator' } = name
  await createAccount(database, { databaseName, name: databaseName }).catch(() => {})
  await createIntegrator(database, { databaseName, integrator })
  const key = await createKey(database, { databaseName, integrator })
  const user = await createUser(database, passwords, {
    databaseName,
    integrator,
    userName,
    profile,
  })
  return {
    databaseName,
    integrator,
    keyId: key.id,
    apiKey: key.apiKey,
    userName,
    password: user.password,
    address: '192.0.2.1',
  }
}

/** One process's door. */
export async function openDoor(
  database: Database,
  now: () => number = () => Date.now(),
): Promise<Access> {
  return openAccess({
    database,
    secrets,
    passwords,
    rules: { includedModules: ['core', 'leasing'], administratorSets: [] },
    now,
  })
}

/** Tries until it holds, for as long as a revocation may take (security §2: 1 s). */
export async function within1s(condition: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + 1_000
  while (Date.now() < deadline) {
    if (await condition()) return true
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return false
}
