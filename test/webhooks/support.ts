/** Workers over the database of a test application, and endpoints in it. */

import { accessRules } from '../../src/access-rules.ts'
import { openAccess } from '../../src/auth/access.ts'
import type { UserName } from '../../src/auth/users.ts'
import { openDatabase } from '../../src/db/database.ts'
import { RequestCompiler } from '../../src/http/odata/compiled-request.ts'
import { ODataRowFilter } from '../../src/http/odata/row-filter.ts'
import { model } from '../../src/model/model.ts'
import { defaultParseLimits } from '../../src/odata/parse/limits.ts'
import type { SecretBox } from '../../src/secrets/secret-box.ts'
import { readNetworks } from '../../src/webhooks/egress-policy.ts'
import type { WorkerLogger } from '../../src/webhooks/runner-dependencies.ts'
import { sealContext } from '../../src/webhooks/sealed-headers.ts'
import { WebhookSender } from '../../src/webhooks/sender.ts'
import { startWebhookWorker, type WebhookWorker } from '../../src/webhooks/webhook-worker.ts'
import { composeObservers, type WorkerObserver } from '../../src/webhooks/worker-observer.ts'
import { passwords, secrets } from '../auth/support.ts'
import { type ClientName, secretBox, type TestApp } from '../support/test-app.ts'

/** `whsec_` and 32 bytes. */
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

interface WorkerOptions {
  /** Milliseconds before the second attempt, the third … */
  readonly schedule?: readonly number[]
  readonly timeoutMs?: number
  readonly observer?: Partial<WorkerObserver>
  readonly observers?: readonly WorkerObserver[]
  readonly logger?: Partial<WorkerLogger>
  readonly box?: SecretBox
}

export interface TestWorker {
  readonly worker: WebhookWorker
  stop(): Promise<void>
}

/** A worker with pools, access and connections of its own, as a process has; loopback is allowed. */
export async function startTestWorker(
  app: TestApp,
  {
    schedule = [50, 50],
    // A machine that stands still for seconds is not to make an answer late.
    timeoutMs = 60_000,
    observer = {},
    observers = [],
    logger = {},
    box = secretBox,
  }: WorkerOptions = {},
): Promise<TestWorker> {
  const database = await openDatabase({ connection: { url: app.db.url }, poolSize: 4 })
  const access = await openAccess({
    database,
    secrets,
    passwords,
    rules: accessRules,
    now: Date.now,
  })
  const sender = new WebhookSender({
    policy: { allowHttp: true, allowedNetworks: readNetworks('127.0.0.0/8') ?? [] },
    timeoutMs,
    connectTimeoutMs: 2_000,
    version: '0.0.0-test',
  })
  const worker = await startWebhookWorker({
    database,
    subscribers: access,
    box,
    sender,
    filter: new ODataRowFilter({
      database,
      compiler: new RequestCompiler(model, { depthMax: 6, nodesMax: 40 }),
      parseLimits: defaultParseLimits,
      encodingLimits: { patternLengthMax: 256 },
      now: () => new Date(),
      onFailure: ({ error }) => {
        throw error
      },
    }),
    schedule,
    observer: composeObservers([{ ...NOBODY, ...observer }, ...observers], (error) => {
      throw error
    }),
    logger: { info: () => {}, warn: () => {}, error: () => {}, ...logger },
    now: () => new Date(),
    random: () => 0.5,
  })
  return {
    worker,
    stop: async () => {
      await worker.stop()
      await sender.close()
      await access.close()
      await database.close()
    },
  }
}

const NOBODY: WorkerObserver = {
  begun: () => {},
  ended: () => {},
  fannedOut: () => {},
  written: () => {},
  owns: () => {},
  endpointEnded: () => {},
  endpointDisabled: () => {},
}

interface NewEndpoint {
  readonly url: string
  readonly entities: readonly string[]
  readonly as?: ClientName | UserName
  readonly filter?: string
  readonly headers?: readonly { readonly name: string; readonly value: string }[]
}

/** The database, and who can be named in it. */
type Subscribing = Pick<TestApp, 'sql'> & Partial<Pick<TestApp, 'clients'>>

/** The row that a subscription leaves, by SQL; gives its id. */
export async function insertEndpoint(
  app: Subscribing,
  { url, entities, as = 'integrator', filter, headers }: NewEndpoint,
): Promise<number> {
  const named = typeof as === 'string' ? app.clients?.[as] : as
  if (named === undefined) throw new Error(`There is no client ${JSON.stringify(as)}`)
  const { databaseName, userName } = named
  const [user] = await app.sql<{ id: number; account_id: number }>(
    `select u.id, u.account_id from access.users u join accounts a using (account_id)
      where a.database_name = $1 and u.user_name = $2`,
    [databaseName, userName],
  )
  if (user === undefined) throw new Error(`There is no user ${userName}`)
  const [row] = await app.sql<{ id: number }>(
    `select nextval(pg_get_serial_sequence('webhooks.endpoints', 'id'))::integer as id`,
  )
  const endpointId = row?.id ?? 0
  const queue = { accountId: user.account_id, endpointId }
  await app.sql(
    `insert into webhooks.endpoints (account_id, id, user_id, origin, url, entities, filter, headers, secret)
     values ($1, $2, $3, 'ENDPOINT', $4, $5, $6, $7, $8)`,
    [
      user.account_id,
      endpointId,
      user.id,
      url,
      entities,
      filter ?? null,
      headers === undefined
        ? null
        : secretBox.seal(JSON.stringify(headers), sealContext(queue, 'headers')),
      secretBox.seal(SECRET, sealContext(queue, 'secret')),
    ],
  )
  return endpointId
}
