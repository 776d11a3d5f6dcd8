/**
 * Starts the product: database, migrations, demo portfolio, access, HTTP. And stops it, in the
 * opposite order.
 */

import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { createApp } from './app.ts'
import { openAccess } from './auth/access.ts'
import { PasswordHasher } from './auth/password-hasher.ts'
import { loadTokenSecrets } from './auth/token-secret.ts'
import { type Config, isDemoWanted } from './config.ts'
import type { ConnectionSettings } from './db/connection-settings.ts'
import { type Database, openDatabase } from './db/database.ts'
import { type EmbeddedServer, startEmbeddedServer } from './db/embedded-server.ts'
import { migrate } from './db/migrate.ts'
import type { Notify } from './db/startup-refusal.ts'
import { prepareDemo } from './demo-setup.ts'
import { model } from './model/model.ts'
import { modules } from './model/modules.ts'
import { startText } from './start-text.ts'

export interface RunningProduct {
  readonly app: FastifyInstance
  readonly baseUrl: string
  /** Finishes the requests in hand, then closes everything. */
  readonly stop: () => Promise<void>
}

/** A process that a balancer still sends requests to answers them for so long after it was told to stop. */
const DRAIN_TIMEOUT_MS = 10_000

/** @throws {StartupRefusal} when the product cannot start as it is configured */
export async function startProduct(config: Config, notify: Notify): Promise<RunningProduct> {
  const embedded =
    config.databaseUrl === undefined
      ? await startEmbeddedServer({ dataDir: config.dataDir, notify })
      : undefined
  try {
    return await startOn(
      embedded?.connection ?? { url: config.databaseUrl ?? '' },
      embedded,
      config,
      notify,
    )
  } catch (error) {
    await embedded?.stop()
    throw error
  }
}

async function startOn(
  connection: ConnectionSettings,
  embedded: EmbeddedServer | undefined,
  config: Config,
  notify: Notify,
): Promise<RunningProduct> {
  await migrate({ connection, notify })
  const database = await openDatabase({
    connection,
    poolSize: config.poolSize,
    readTimeoutMs: config.statementTimeoutMs,
  })
  const passwords = await PasswordHasher.create()
  const readiness = { draining: false }
  const secrets = await loadTokenSecrets(config)
  const demo = isDemoWanted(config)
    ? await prepareDemo(database, config, notify, passwords)
    : undefined
  const access = await openAccess({
    database,
    secrets,
    passwords,
    includedModules: modules.filter((module) => !module.optional).map((module) => module.code),
    now: Date.now,
  })
  const app = await createApp({
    config,
    database,
    access,
    model,
    readiness,
    logger: createLogger(config),
    version: productVersion(),
    now: () => new Date(),
  })
  await app.listen({ port: config.port, host: config.host })
  const baseUrl = config.publicUrl ?? urlOf(app, config.host)
  notify(startText(baseUrl, demo))
  return { app, baseUrl, stop: () => stopProduct(app, readiness, access, database, embedded) }
}

async function stopProduct(
  app: FastifyInstance,
  readiness: { draining: boolean },
  access: { close: () => Promise<void> },
  database: Database,
  embedded: EmbeddedServer | undefined,
): Promise<void> {
  readiness.draining = true
  const forced = setTimeout(() => app.server.closeAllConnections(), DRAIN_TIMEOUT_MS)
  await app.close()
  clearTimeout(forced)
  await access.close()
  await database.close()
  await embedded?.stop()
}

function createLogger(config: Config): ReturnType<typeof pino> {
  const redact = ['req.headers.authorization', 'req.headers["x-api-key"]', 'req.headers.cookie']
  const pretty = config.logFormat === 'pretty' ? { transport: { target: 'pino-pretty' } } : {}
  return pino({ level: config.logLevel, redact, ...pretty })
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
