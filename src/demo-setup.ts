/** The demonstration: two accounts with a portfolio each, their integrators, and the credentials' file. */

import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createAccount, listAccounts } from './auth/accounts.ts'
import { createDemoCredentials, DEMO_CREDENTIALS_FILE } from './auth/demo-credentials.ts'
import { PasswordHasher } from './auth/password-hasher.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import type { Notify } from './db/startup-refusal.ts'
import { loadDemoPortfolio } from './demo/load-demo-portfolio.ts'
import { modules } from './model/modules.ts'
import type { SecretBox } from './secrets/secret-box.ts'

/**
 * The second account's texts all carry its marker, so that whose data is seen can be told; it is there
 * to be compared with, and stays small at every scale.
 */
const accounts = [
  { databaseName: 'DEV/ALEX', name: 'Démonstration', marker: '' },
  { databaseName: 'DEV/BEATRICE', name: 'Autre compte de démonstration', marker: 'BEATRICE' },
] as const

/** The demo integrator lacks it, so that a newcomer sees the refusal of contract A5; the administrator has it. */
const WITHHELD_MODULES = ['financial-statements']

/** From this scale on the load takes long enough to be watched. */
const PROGRESS_SCALE_MIN = 5

export interface DemoSetup {
  readonly databaseName: string
  /** Absolute. */
  readonly credentialsFile: string
}

interface DemoParts {
  readonly database: Database
  readonly config: Config
  /** Seals the numbers of bank accounts. */
  readonly secretBox: SecretBox
}

/** Makes what is not there yet; killed at any point, the next start goes on. */
export async function prepareDemo(
  { database, config, secretBox }: DemoParts,
  notify: Notify,
  passwords?: PasswordHasher,
): Promise<DemoSetup> {
  const [first, second] = accounts
  await prepareAccount(database, first, { scale: config.demoScale, secretBox }, notify)
  await prepareAccount(database, second, { scale: 1, secretBox }, notify)
  await createDemoCredentials(database, {
    passwords: passwords ?? (await PasswordHasher.create()),
    dataDir: config.dataDir,
    baseUrl: config.publicUrl ?? `http://localhost:${config.port}`,
    databaseName: first.databaseName,
    otherDatabaseName: second.databaseName,
    optionalModules: modules.filter((module) => module.optional).map((module) => module.code),
    withheldModules: WITHHELD_MODULES,
  })
  return {
    databaseName: first.databaseName,
    credentialsFile: resolve(join(config.dataDir, DEMO_CREDENTIALS_FILE)),
  }
}

/** The address may change from one start to the next; the secrets do not. */
export async function recordBaseUrl(demo: DemoSetup, baseUrl: string): Promise<void> {
  const text = await readFile(demo.credentialsFile, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const changed = text.replace(
    /("baseUrl": )"[^"]*"/,
    (_, name: string) => `${name}${JSON.stringify(baseUrl)}`,
  )
  if (changed !== text) await writeFile(demo.credentialsFile, changed, { mode: 0o600 })
}

async function prepareAccount(
  database: Database,
  account: (typeof accounts)[number],
  { scale, secretBox }: { readonly scale: number; readonly secretBox: SecretBox },
  notify: Notify,
): Promise<void> {
  const { databaseName, name, marker } = account
  const known = (await listAccounts(database)).find(
    (candidate) => candidate.databaseName === databaseName,
  )
  const { accountId } = known ?? (await createAccount(database, { databaseName, name }))
  if (await hasPortfolio(database, accountId)) return
  notify({
    fr: `Chargement du portefeuille de démonstration (${databaseName}, échelle ${scale})…`,
    en: `Loading the demo portfolio (${databaseName}, scale ${scale})…`,
  })
  await loadDemoPortfolio(database, {
    accountId,
    scale,
    marker,
    secretBox,
    onProgress: scale < PROGRESS_SCALE_MIN ? () => {} : progressBar(),
  })
}

/** The portfolio is loaded in one transaction: one building means all of it. */
async function hasPortfolio(database: Database, accountId: number): Promise<boolean> {
  return database.transaction(
    async (client) => {
      const { rowCount } = await client.query(
        'select 1 from buildings where account_id = $1 limit 1',
        [accountId],
      )
      return (rowCount ?? 0) > 0
    },
    { accountId },
  )
}

/** A bar on a terminal, a line per tenth elsewhere. */
function progressBar(): (done: number, total: number) => void {
  let shown = -1
  return (done, total) => {
    const tenths = Math.floor((done / total) * 10)
    if (tenths === shown) return
    shown = tenths
    const bar = `[${'#'.repeat(tenths)}${'.'.repeat(10 - tenths)}] ${done}/${total}`
    process.stderr.write(
      process.stderr.isTTY ? `\r${bar}${done === total ? '\n' : ''}` : `${bar}\n`,
    )
  }
}
