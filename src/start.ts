/**
 * Starts the product: database, migrations, demo portfolio, access, HTTP. And stops it, in the
 * opposite order.
 */

import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { accessRules } from './access-rules.ts'
import { createApp } from './app.ts'
import { Happenings } from './audit/happenings.ts'
import { startTellingHeads } from './audit/heads.ts'
import { startSealer } from './audit/sealer.ts'
import { type Access, openAccess } from './auth/access.ts'
import { PasswordHasher } from './auth/password-hasher.ts'
import { loadTokenSecrets, type TokenSecrets } from './auth/token-secret.ts'
import { type Config, isDemoWanted } from './config.ts'
import { startContentWork } from './content-work.ts'
import type { ContentStores } from './contents/content-stores.ts'
import { StoreWatch } from './contents/store-watch.ts'
import { startDailyJob } from './daily-job.ts'
import type { ConnectionSettings } from './db/connection-settings.ts'
import { type Database, openDatabase } from './db/database.ts'
import { startEmbeddedServer } from './db/embedded-server.ts'
import { migrate } from './db/migrate.ts'
import type { Notify } from './db/startup-refusal.ts'
import { type DemoSetup, prepareDemo, recordBaseUrl } from './demo-setup.ts'
import { checkContentStores, openContentStores } from './document-stores.ts'
import { startDocumentWorker } from './domain/documents/orders/document-worker.ts'
import { checkNumbersKey } from './domain/pad/sealed-numbers.ts'
import { isReady, type Readiness } from './http/health-routes.ts'
import { startObservationListener } from './http/observation-listener.ts'
import { createLogger } from './log.ts'
import { model } from './model/model.ts'
import { registerOrderMetrics } from './order-metrics.ts'
import { startRetentionWork } from './retention-work.ts'
import { openSecretBox, type SecretBox } from './secrets/secret-box.ts'
import { observationText, startText, WORK_TEXT } from './start-text.ts'
import { registerStoreMetrics } from './store-metrics.ts'
import { startWebhookWork } from './webhook-work.ts'
import { readStalledSeconds } from './webhooks/engine-state.ts'
import { PacedReading } from './webhooks/paced-reading.ts'
import { checkSecretsKey } from './webhooks/secrets-check.ts'
import { registerStateMetrics } from './webhooks/state-metrics.ts'

/** `serve` answers HTTP, `work` delivers webhooks and runs jobs, `all` does both. */
export type ProcessRole = 'all' | 'serve' | 'work'

export interface RunningProduct {
  /** Undefined: nothing listens. */
  readonly baseUrl: string | undefined
  /** Finishes the requests in hand, then closes everything. */
  readonly stop: () => Promise<void>
}

/** A process that a balancer still sends requests to answers them for so long after it was told to stop. */
const DRAIN_TIMEOUT_MS = 10_000

/** What was opened so far, newest last; closed in the opposite order, at the end or when the start fails. */
type Opened = (() => Promise<void>)[]

/** @throws {StartupRefusal} when the product cannot start as it is configured */
export async function startProduct(
  config: Config,
  notify: Notify,
  role: ProcessRole = 'all',
): Promise<RunningProduct> {
  const opened: Opened = []
  try {
    return await open(config, notify, role, opened)
  } catch (error) {
    await close(opened)
    throw error
  }
}

async function open(
  config: Config,
  notify: Notify,
  role: ProcessRole,
  opened: Opened,
): Promise<RunningProduct> {
  const connection = await connectionOf(config, notify, opened)
  await migrate({ connection, notify })
  const database = await openDatabase({
    connection,
    poolSize: config.poolSize,
    readTimeoutMs: config.statementTimeoutMs,
    acting: { channel: 'job', process: role === 'work' ? 'hapi work' : 'hapi start' },
  })
  opened.push(() => database.close())
  const passwords = await PasswordHasher.create()
  const secrets = await loadTokenSecrets(config)
  const box = await openSecretBox(config)
  await checkSecretsKey(database, box)
  await checkNumbersKey(database, box)
  const contents = await openContentStores(config, database)
  opened.push(async () => contents.close())
  await checkContentStores(contents, database)
  const demo =
    role !== 'work' && isDemoWanted(config)
      ? await prepareDemo({ database, config, secretBox: box }, notify, passwords)
      : undefined
  const logger = createLogger(config)
  const happenings = new Happenings({ database, logger })
  // What happens until the end is still sealed.
  opened.push(startSealer({ database, logger }))
  opened.push(startTellingHeads({ database, logger }))
  opened.push(() => happenings.close())
  const access = await openAccess({
    database,
    happenings,
    secrets,
    passwords,
    rules: accessRules,
    now: Date.now,
  })
  opened.push(() => access.close())
  const readiness = readinessOf({ database, contents, logger }, role)
  const registry = await openObservation({ config, database, readiness, logger }, notify, opened)
  const parts = {
    config,
    database,
    contents,
    happenings,
    access,
    secrets,
    box,
    readiness,
    registry,
    logger,
  }
  if (role !== 'serve') await openWork(parts, opened)
  const stop = (): Promise<void> => {
    readiness.draining = true
    return close(opened)
  }
  if (role === 'work') {
    notify(WORK_TEXT)
    return { baseUrl: undefined, stop }
  }
  return { baseUrl: await openHttp(parts, { notify, demo, opened }), stop }
}

function readinessOf(
  { database, contents, logger }: Pick<Parts, 'database' | 'contents' | 'logger'>,
  role: ProcessRole,
): Readiness {
  const isStoreReachable = watchStore(contents, logger)
  if (role === 'serve') return { draining: false, isStoreReachable }
  const stalled = new PacedReading(() => readStalledSeconds(database))
  return { draining: false, isStoreReachable, stalledSeconds: () => stalled.get() }
}

function watchStore({ bucket }: ContentStores, logger: Logger): (() => boolean) | undefined {
  if (bucket === undefined) return undefined
  const watch = new StoreWatch(bucket, (isReachable, err) => {
    if (isReachable) logger.info('document store answers again')
    else logger.error({ err }, 'document store does not answer')
  })
  return () => watch.isReachable()
}

/** What the process measures, in a registry of its own; undefined: nobody is to read it, so nothing is measured. */
async function openObservation(
  {
    config,
    database,
    readiness,
    logger,
  }: Pick<Parts, 'config' | 'database' | 'readiness' | 'logger'>,
  notify: Notify,
  opened: Opened,
): Promise<Registry | undefined> {
  const { metricsPort: port, metricsHost: host, metricsToken: token } = config
  if (port === undefined) return undefined
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  registerStateMetrics(registry, database)
  registerOrderMetrics(registry, database)
  registerStoreMetrics(registry, readiness.isStoreReachable)
  const listener = await startObservationListener({
    port,
    host,
    token,
    registry,
    isReady: () => isReady(database, readiness),
    isStoreReachable: readiness.isStoreReachable,
    onFailure: (error) => logger.error({ err: error }, 'metrics not told'),
  })
  opened.push(listener.close)
  notify(observationText(listener.baseUrl))
  return registry
}

interface Parts {
  readonly config: Config
  readonly database: Database
  readonly contents: ContentStores
  readonly happenings: Happenings
  readonly access: Access
  readonly secrets: TokenSecrets
  readonly box: SecretBox
  readonly readiness: Readiness
  readonly registry: Registry | undefined
  readonly logger: Logger
}

async function openWork(parts: Parts, opened: Opened): Promise<void> {
  const { database, contents, logger } = parts
  opened.push(await startWebhookWork({ ...parts, version: productVersion() }))
  opened.push(startContentWork({ database, contents, logger }))
  opened.push(startDailyJob({ database, now: () => new Date(), logger }))
  opened.push(await startDocumentWorker({ database, now: () => new Date(), logger }))
  const { documentRetentionFolder: folder, documentTerms: longer = {} } = parts.config
  if (folder !== undefined)
    opened.push(startRetentionWork({ database, folder, longer, now: () => new Date(), logger }))
}

/** Gives the address of the API. */
async function openHttp(
  parts: Parts,
  { notify, demo, opened }: { notify: Notify; demo: DemoSetup | undefined; opened: Opened },
): Promise<string> {
  const { config, secrets, box, registry, ...shared } = parts
  const app = await createApp({
    ...shared,
    config,
    tokenSecrets: secrets,
    secretBox: box,
    model,
    metrics: registry,
    version: productVersion(),
    now: () => new Date(),
  })
  opened.push(() => drain(app))
  await app.listen({ port: config.port, host: config.host })
  const baseUrl = config.publicUrl ?? urlOf(app, config.host)
  if (demo !== undefined) await recordBaseUrl(demo, baseUrl)
  notify(startText(baseUrl, demo))
  return baseUrl
}

async function connectionOf(
  config: Config,
  notify: Notify,
  opened: Opened,
): Promise<ConnectionSettings> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl }
  const embedded = await startEmbeddedServer({ dataDir: config.dataDir, notify })
  opened.push(() => embedded.stop())
  return embedded.connection
}

async function close(opened: Opened): Promise<void> {
  for (const closeOne of opened.splice(0).toReversed()) await closeOne()
}

/** Lets the requests in hand finish, for a while. */
async function drain(app: FastifyInstance): Promise<void> {
  const forced = setTimeout(() => app.server.closeAllConnections(), DRAIN_TIMEOUT_MS)
  await app.close()
  clearTimeout(forced)
}

/** Asked for port 0, the system chooses one. */
function urlOf(app: FastifyInstance, host: string): string {
  // A TCP server that listens has an address of this kind.
  const { port } = app.server.address() as AddressInfo
  const name =
    host === '0.0.0.0' || host === '::' || host === '127.0.0.1'
      ? 'localhost'
      : host.includes(':')
        ? `[${host}]`
        : host
  return `http://${name}:${port}`
}

export function productVersion(): string {
  const text = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')
  // Our own package file has a version.
  return (JSON.parse(text) as { version: string }).version
}
