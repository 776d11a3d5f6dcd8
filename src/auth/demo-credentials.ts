/**
 * The credentials with which a newcomer makes the first call: an integrator of the demo account, one
 * of the other account, and the demo account's administrator; written to
 * `DATA_DIR/demo-credentials.json`, readable by its owner alone.
 */

import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../db/database.ts'
import { createIntegrator, listIntegrators } from './integrators.ts'
import { createKey } from './keys.ts'
import { enableModule, withholdModule } from './licences.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { Profile } from './principal.ts'
import { createUser } from './users.ts'

export interface Credentials {
  readonly apiKey: string
  readonly userName: string
  readonly password: string
  readonly databaseName: string
}

/** The content of `demo-credentials.json`. */
export interface DemoCredentials extends Credentials {
  readonly baseUrl: string
  /** An integrator of the other account, to see that accounts are apart. */
  readonly other: Credentials
  /** Of the demo account. */
  readonly administrator: Credentials
}

export interface DemoCredentialsOptions {
  readonly passwords: PasswordHasher
  readonly dataDir: string
  readonly baseUrl: string
  /** DatabaseName of the demo account and of the other one; both exist. */
  readonly databaseName: string
  readonly otherDatabaseName: string
  /** Codes of the modules that an account may acquire: both accounts get them all. */
  readonly optionalModules: readonly string[]
  /** Those that the demo integrator may not use, so that a newcomer sees the refusal (contract A5). */
  readonly withheldModules: readonly string[]
}

export const DEMO_CREDENTIALS_FILE = 'demo-credentials.json'

const INTEGRATOR = 'Intégrateur de démonstration'
const ADMINISTRATION = 'Administration'

/**
 * Creates them and writes the file. `undefined` when the demo account has integrators already:
 * their secrets cannot be told again.
 */
export async function createDemoCredentials(
  database: Database,
  options: DemoCredentialsOptions,
): Promise<DemoCredentials | undefined> {
  const { databaseName, otherDatabaseName, baseUrl } = options
  if ((await listIntegrators(database, databaseName)).length > 0) return undefined
  for (const module of options.optionalModules) {
    await enableModule(database, databaseName, module)
    await enableModule(database, otherDatabaseName, module)
  }
  const credentials: DemoCredentials = {
    baseUrl,
    ...(await createCredentials(database, options.passwords, {
      databaseName,
      integrator: INTEGRATOR,
      userName: 'integrateur',
      profile: 'integrator',
    })),
    other: await createCredentials(database, options.passwords, {
      databaseName: otherDatabaseName,
      integrator: INTEGRATOR,
      userName: 'integrateur',
      profile: 'integrator',
    }),
    administrator: await createCredentials(database, options.passwords, {
      databaseName,
      integrator: ADMINISTRATION,
      userName: 'administrateur',
      profile: 'administrator',
    }),
  }
  for (const module of options.withheldModules) {
    await withholdModule(database, { databaseName, integrator: INTEGRATOR }, module)
  }
  await writePrivately(join(options.dataDir, DEMO_CREDENTIALS_FILE), credentials)
  return credentials
}

interface DemoUser {
  readonly databaseName: string
  readonly integrator: string
  readonly userName: string
  readonly profile: Profile
}

async function createCredentials(
  database: Database,
  passwords: PasswordHasher,
  demo: DemoUser,
): Promise<Credentials> {
  await createIntegrator(database, demo)
  const { apiKey } = await createKey(database, demo)
  const { userName, password } = await createUser(database, passwords, demo)
  return { apiKey, userName, password, databaseName: demo.databaseName }
}

/** A new file under a draft's name: an old one of wider rights is replaced, not filled. */
async function writePrivately(path: string, content: DemoCredentials): Promise<void> {
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  await rename(draft, path)
}
