/** The product's worker: the built program's `hapi work`, and endpoints as the API would make them. */

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Client } from 'pg'
import { createIntegrator } from '../../src/auth/integrators.ts'
import { createKey } from '../../src/auth/keys.ts'
import { PasswordHasher } from '../../src/auth/password-hasher.ts'
import { createUser } from '../../src/auth/users.ts'
import { CHANGES_CHANNEL } from '../../src/changes/announce.ts'
import { openDatabase } from '../../src/db/database.ts'
import { openSecretBox } from '../../src/secrets/secret-box.ts'
import { MEASURED_ACCOUNT } from '../data/load-data.ts'
import { type Contender, WorkerProcess } from './contender.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'main.js')

/** Seals the endpoints' secrets, here and in the worker. */
const SECRETS_KEY = randomBytes(48).toString('base64url')

/** What a process of the product that writes sends after its commits; a person with psql does not. */
const WAKE = `notify ${CHANGES_CHANNEL}, '${MEASURED_ACCOUNT.accountId}'`

const EMPTY = `
  truncate change_log, webhooks.deliveries, webhooks.attempts;
  delete from webhooks.endpoints;
  delete from webhooks.cursors;
`

const INSERT_ENDPOINT = `
  insert into webhooks.endpoints (account_id, id, user_id, origin, url, entities, secret)
  values ($1, $2, $3, 'ENDPOINT', $4, '{Tenant}', $5)`

/** `main` is the built program; another one, to compare two versions. */
export function productContender(databaseUrl: string, main = MAIN): Contender {
  let userId = 0
  return {
    name: 'product',
    change: `update tenants set comment = $3
              where account_id = ${MEASURED_ACCOUNT.accountId} and id between $1 and $2`,
    wake: WAKE,
    async prepare() {
      userId = await createSubscriber(databaseUrl)
    },
    async reset(client, urls) {
      await client.query(EMPTY)
      await insertEndpoints(client, userId, urls)
    },
    start: () =>
      new WorkerProcess(['--enable-source-maps', main, 'work'], {
        DATABASE_URL: databaseUrl,
        HAPI_LANG: 'en',
        HAPI_LOG_LEVEL: 'warn',
        HAPI_SECRETS_KEY: SECRETS_KEY,
        HAPI_WEBHOOK_ALLOW_HTTP: 'true',
        HAPI_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8',
      }),
  }
}

async function insertEndpoints(
  client: Client,
  userId: number,
  urls: readonly string[],
): Promise<void> {
  const box = await openSecretBox({
    dataDir: '/nowhere',
    secretsKey: SECRETS_KEY,
    secretsKeyPrevious: undefined,
  })
  const { accountId } = MEASURED_ACCOUNT
  for (const [number, url] of urls.entries()) {
    const id = number + 1
    const secret = box.seal(
      `whsec_${randomBytes(32).toString('base64')}`,
      `webhook-endpoint/${accountId}/${id}/secret`,
    )
    await client.query(INSERT_ENDPOINT, [accountId, id, userId, url, secret])
  }
}

/** A user with a live key, and so with the right to hear of tenants. */
async function createSubscriber(databaseUrl: string): Promise<number> {
  const { databaseName } = MEASURED_ACCOUNT
  const database = await openDatabase({ connection: { url: databaseUrl }, poolSize: 2 })
  try {
    const integrator = `bench ${Date.now()}`
    await createIntegrator(database, { databaseName, integrator })
    await createKey(database, { databaseName, integrator })
    const { id } = await createUser(database, await PasswordHasher.create(), {
      databaseName,
      integrator,
      userName: integrator,
      profile: 'integrator',
    })
    return id
  } finally {
    await database.close()
  }
}
