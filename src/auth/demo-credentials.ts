/**
 * The credentials with which a newcomer makes the first call: an integrator of the demo account, one
 * of the other account, and the demo account's administrator; written to
 * `DATA_DIR/demo-credentials.json`, readable by its owner alone.
 */

import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../db/database.ts'
import { createIntegrator, type IntegratorName, listIntegrators } from './integrators.ts'
import { createKey, listKeys, revokeKey } from './keys.ts'
import { enableModule, withholdModule } from './licences.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { changePassword, createUser, drawPassword, listUsers, type UserName } from './users.ts'

interface Credentials {
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
 * Creates them and writes the file; `undefined` when that was done before: the secrets cannot be told
 * again. The administrator's user comes last, after the file, and says that all is done: killed
 * before, the next run draws every secret anew.
 */
export async function createDemoCredentials(
  database: Database,
  options: DemoCredentialsOptions,
): Promise<DemoCredentials | undefined> {
  const { passwords, databaseName, otherDatabaseName, baseUrl } = options
  const users = await listUsers(database, databaseName)
  if (users.some(({ integrator }) => integrator === ADMINISTRATION)) return undefined
  await giveModules(database, options)
  const integrator = { integrator: INTEGRATOR, userName: 'integrateur' }
  const administrator = {
    databaseName,
    integrator: ADMINISTRATION,
    userName: 'administrateur',
    password: drawPassword(),
  }
  const { apiKey } = await renewKey(database, administrator)
  const { userName, password } = administrator
  const credentials: DemoCredentials = {
    baseUrl,
    ...(await renewCredentials(database, passwords, { ...integrator, databaseName })),
    other: await renewCredentials(database, passwords, {
      ...integrator,
      databaseName: otherDatabaseName,
    }),
    administrator: { apiKey, userName, password, databaseName },
  }
  await writePrivately(join(options.dataDir, DEMO_CREDENTIALS_FILE), credentials)
  await createUser(database, passwords, { ...administrator, profile: 'administrator' })
  return credentials
}

async function giveModules(database: Database, options: DemoCredentialsOptions): Promise<void> {
  const { databaseName, otherDatabaseName } = options
  for (const module of options.optionalModules) {
    await enableModule(database, databaseName, module)
    await enableModule(database, otherDatabaseName, module)
  }
  await ensureIntegrator(database, { databaseName, integrator: INTEGRATOR })
  for (const module of options.withheldModules) {
    await withholdModule(database, { databaseName, integrator: INTEGRATOR }, module)
  }
}

async function renewCredentials(
  database: Database,
  passwords: PasswordHasher,
  demo: IntegratorName & UserName,
): Promise<Credentials> {
  const { databaseName } = demo
  const { apiKey } = await renewKey(database, demo)
  const users = await listUsers(database, databaseName)
  const exists = users.some((user) => user.integrator === demo.integrator)
  const { userName, password } = exists
    ? await changePassword(database, passwords, demo)
    : await createUser(database, passwords, { ...demo, profile: 'integrator' })
  return { apiKey, userName, password, databaseName }
}

async function renewKey(
  database: Database,
  name: IntegratorName,
): Promise<{ readonly apiKey: string }> {
  await ensureIntegrator(database, name)
  for (const key of await listKeys(database, name.databaseName)) {
    if (key.integrator === name.integrator && key.revokedDate === null) {
      await revokeKey(database, key.id)
    }
  }
  return createKey(database, name)
}

async function ensureIntegrator(database: Database, name: IntegratorName): Promise<void> {
  const integrators = await listIntegrators(database, name.databaseName)
  if (integrators.some((integrator) => integrator.name === name.integrator)) return
  await createIntegrator(database, name)
}

/** A new file under a draft's name: an old one of wider rights is replaced, not filled. */
async function writePrivately(path: string, content: DemoCredentials): Promise<void> {
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  await rename(draft, path)
}
