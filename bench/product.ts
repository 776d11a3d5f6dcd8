/** The product as an operator runs it: the built program in a process of its own, one integrator's token. */

import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIntegrator } from '../src/auth/integrators.ts'
import { createKey } from '../src/auth/keys.ts'
import { PasswordHasher } from '../src/auth/password-hasher.ts'
import { createUser } from '../src/auth/users.ts'
import { openDatabase } from '../src/db/database.ts'
import { MEASURED_ACCOUNT } from './data/load-data.ts'
import { freePort, type Target, TargetProcess } from './target.ts'

const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js')

/** Starts the built product on the server of `url`. */
export async function startProductTarget(url: string): Promise<Target> {
  const credentials = await createCredentials(url)
  const port = await freePort()
  const dataDir = await mkdtemp(join(tmpdir(), 'hapi-bench-product-'))
  await chmod(dataDir, 0o700)
  const child = spawn(process.execPath, ['--enable-source-maps', MAIN, 'start'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      HAPI_LANG: 'en',
      DATABASE_URL: url,
      DATA_DIR: dataDir,
      PORT: String(port),
      HAPI_LOG_LEVEL: 'warn',
      HAPI_POOL_SIZE: '20',
    },
  })
  const target = new TargetProcess('product', child, port)
  target.afterStop(() => rm(dataDir, { recursive: true, force: true }))
  try {
    await target.untilReady('/health/ready')
    target.headers = { authorization: `Bearer ${await askToken(target.origin, credentials)}` }
    return target
  } catch (error) {
    await target.stop()
    throw error
  }
}

interface Credentials {
  readonly apiKey: string
  readonly userName: string
  readonly password: string
}

/** A new integrator, user and key each time: secrets are told once. */
async function createCredentials(url: string): Promise<Credentials> {
  const { databaseName } = MEASURED_ACCOUNT
  const database = await openDatabase({ connection: { url }, poolSize: 2 })
  try {
    const integrator = `bench ${Date.now()}`
    await createIntegrator(database, { databaseName, integrator })
    const { apiKey } = await createKey(database, { databaseName, integrator })
    const { userName, password } = await createUser(database, await PasswordHasher.create(), {
      databaseName,
      integrator,
      userName: integrator,
      profile: 'integrator',
    })
    return { apiKey, userName, password }
  } finally {
    await database.close()
  }
}

async function askToken(origin: string, credentials: Credentials): Promise<string> {
  const { apiKey, userName, password } = credentials
  const answer = await fetch(`${origin}/api/Token`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json', accept: 'text/plain' },
    body: JSON.stringify({ UserName: userName, Password: password }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`No token: ${answer.status} ${text}`)
  return text
}
