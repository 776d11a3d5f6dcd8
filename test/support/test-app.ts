/**
 * The whole product over a database of the test file's own: the real application, listening on a
 * loopback port, with clients that signed in through the real door.
 */

import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { accessRules } from '../../src/access-rules.ts'
import { createApp } from '../../src/app.ts'
import { Happenings } from '../../src/audit/happenings.ts'
import { type Access, openAccess } from '../../src/auth/access.ts'
import { listAccounts } from '../../src/auth/accounts.ts'
import { enableModule, withholdModule } from '../../src/auth/licences.ts'
import { readConfig } from '../../src/config.ts'
import type { ContentStores } from '../../src/contents/content-stores.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { openContentStores } from '../../src/document-stores.ts'
import { model } from '../../src/model/model.ts'
import { modules } from '../../src/model/modules.ts'
import { makeIntegrator, passwords, type SignInParts, secrets } from '../auth/support.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { secretBox } from './secret-box.ts'

/** Who asks: integrator and administrator of account 1, integrators of account 2 and of 1 again. */
export type ClientName = 'integrator' | 'administrator' | 'other' | 'revocable'

interface TestClient extends SignInParts {
  /** Of a sign-in when the application started. */
  readonly token: string
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
  /** The body as JSON. */
  readonly json: unknown
}

export interface AskOptions {
  /** `null` sends no `Authorization`. */
  readonly as?: ClientName | null
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export { SECRETS_KEY, secretBox } from './secret-box.ts'

export interface TestAppOptions {
  /** Settings by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>
  /** Absent: it logs nothing. */
  readonly logger?: FastifyBaseLogger
  /** Where its answers are measured. */
  readonly metrics?: Registry
  /** Runs before the application starts, on its database. */
  readonly prepare?: (db: TestDatabase) => Promise<void>
}

/** The real clock of the application, which a test may move. */
interface TestClock {
  aheadMs: number
}

export interface TestApp {
  readonly app: FastifyInstance
  readonly port: number
  /** `http://127.0.0.1:port`. */
  readonly baseUrl: string
  readonly db: TestDatabase
  /** The application's own pools. */
  readonly database: Database
  readonly contents: ContentStores
  /** What is noted for the audit and not written yet. */
  readonly happenings: Happenings
  readonly clients: Readonly<Record<ClientName, TestClient>>
  readonly clock: TestClock
  /** One request; characters that no URL may hold are percent-encoded, nothing else is touched. */
  ask(path: string, options?: AskOptions): Promise<Answer>
  /** `value` of a collection's answer, which must be 200. */
  rows<T = Record<string, unknown>>(path: string, options?: AskOptions): Promise<readonly T[]>
  /** `Id` of each row, in their order. */
  ids(path: string, options?: AskOptions): Promise<readonly number[]>
  /** Bytes on a socket of their own, and all that comes back until the server closes or is silent. */
  raw(bytes: string | Buffer, waitMs?: number): Promise<string>
  /** Rows as the owner of the database sees them, past every policy. */
  sql<T extends object>(text: string, values?: readonly unknown[]): Promise<readonly T[]>
  /** The one column of each row. */
  column<T>(text: string, values?: readonly unknown[]): Promise<readonly T[]>
  /** Stops the account's clock at another instant and waits until the application knows. */
  pinAccount(accountId: number, instant: string): Promise<void>
  close(): Promise<void>
}

const RAW_SILENCE_MS = 1_500

/** Close it in `afterAll`. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const db = await createTestDatabase()
  await options.prepare?.(db)
  const parts = await makeClients(db.database)
  const config = readConfig({
    flags: {},
    environment: { LOG_LEVEL: 'silent', ...options.settings },
    file: '/nowhere/hapi.config.json',
  })
  const clock: TestClock = { aheadMs: 0 }
  const now = (): number => Date.now() + clock.aheadMs
  const database = await openDatabase({
    connection: { url: db.url },
    poolSize: 12,
    readTimeoutMs: config.statementTimeoutMs,
  })
  const happenings = new Happenings({ database })
  const access = await openAccess({
    database,
    happenings,
    secrets,
    passwords,
    rules: accessRules,
    now,
  })
  const contents = await openContentStores(config, database)
  const app = await createApp({
    config,
    database,
    contents,
    access,
    happenings,
    tokenSecrets: secrets,
    secretBox,
    model,
    readiness: { draining: false },
    metrics: options.metrics,
    logger: options.logger ?? false,
    version: '0.0.0-test',
    now: () => new Date(now()),
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return new RunningTestApp(
    app,
    access,
    db,
    { database, contents, happenings },
    clock,
    await signAllIn(access, parts),
  )
}

async function makeClients(database: Database): Promise<Record<ClientName, SignInParts>> {
  const [first, second] = await listAccountNames(database)
  for (const databaseName of [first, second]) {
    for (const { code, optional } of modules)
      if (optional) await enableModule(database, databaseName, code)
  }
  const make = (
    databaseName: string,
    integrator: string,
    userName: string,
    profile: 'integrator' | 'administrator' = 'integrator',
  ): Promise<SignInParts> =>
    makeIntegrator(database, { databaseName, integrator, userName, profile })
  const clients = {
    integrator: await make(first, 'CRM Boréal', 'crm'),
    administrator: await make(first, 'Administration', 'admin', 'administrator'),
    other: await make(second, 'Portail', 'portail'),
    revocable: await make(first, 'Annonces', 'annonces'),
  }
  // Contract A5: the client whose integrator this is has not acquired the module.
  await withholdModule(
    database,
    { databaseName: first, integrator: clients.integrator.integrator },
    'financial-statements',
  )
  return clients
}

/** DatabaseName of accounts 1 and 2. */
async function listAccountNames(database: Database): Promise<readonly [string, string]> {
  const accounts = await listAccounts(database)
  const [first, second] = [1, 2].map((id) => accounts.find(({ accountId }) => accountId === id))
  if (first === undefined || second === undefined) throw new Error('The template has two accounts')
  return [first.databaseName, second.databaseName]
}

async function signAllIn(
  access: Access,
  parts: Record<ClientName, SignInParts>,
): Promise<Record<ClientName, TestClient>> {
  const signIn = async (client: SignInParts): Promise<TestClient> => ({
    ...client,
    token: (await access.issueToken(client)).token,
  })
  return {
    integrator: await signIn(parts.integrator),
    administrator: await signIn(parts.administrator),
    other: await signIn(parts.other),
    revocable: await signIn(parts.revocable),
  }
}

class RunningTestApp implements TestApp {
  readonly app: FastifyInstance
  readonly port: number
  readonly baseUrl: string
  readonly db: TestDatabase
  readonly database: Database
  readonly contents: ContentStores
  readonly happenings: Happenings
  readonly clients: Readonly<Record<ClientName, TestClient>>
  readonly clock: TestClock
  readonly #access: Access
  readonly #agent = new Agent({ keepAlive: true })

  constructor(
    app: FastifyInstance,
    access: Access,
    db: TestDatabase,
    { database, contents, happenings }: Pick<TestApp, 'database' | 'contents' | 'happenings'>,
    clock: TestClock,
    clients: Record<ClientName, TestClient>,
  ) {
    this.app = app
    this.#access = access
    this.db = db
    this.database = database
    this.contents = contents
    this.happenings = happenings
    this.clock = clock
    this.clients = clients
    // A server that listens on TCP has an address of this kind.
    this.port = (app.server.address() as AddressInfo).port
    this.baseUrl = `http://127.0.0.1:${this.port}`
  }

  async ask(path: string, options: AskOptions = {}): Promise<Answer> {
    const { as = 'integrator', method = 'GET', body } = options
    const headers: Record<string, string> = {
      ...(as === null ? {} : { authorization: `Bearer ${this.clients[as].token}` }),
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...options.headers,
    }
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          port: this.port,
          host: '127.0.0.1',
          agent: this.#agent,
          method,
          headers,
          path: url(path),
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            const bytes = Buffer.concat(chunks)
            resolve(new ReceivedAnswer(response.statusCode ?? 0, response.headers, bytes))
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  async rows<T = Record<string, unknown>>(
    path: string,
    options: AskOptions = {},
  ): Promise<readonly T[]> {
    const answer = await this.ask(path, options)
    if (answer.status !== 200) throw new Error(`${path} → ${answer.status} ${answer.text}`)
    // A collection's answer has this member, and the test says what its rows are.
    return (answer.json as { value: readonly T[] }).value
  }

  async ids(path: string, options: AskOptions = {}): Promise<readonly number[]> {
    return (await this.rows<{ Id: number }>(path, options)).map(({ Id }) => Id)
  }

  async raw(bytes: string | Buffer, waitMs = RAW_SILENCE_MS): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1')
      const chunks: Buffer[] = []
      const done = (): void => {
        socket.destroy()
        resolve(Buffer.concat(chunks).toString('latin1'))
      }
      socket.setTimeout(waitMs, done)
      socket.on('data', (chunk) => chunks.push(chunk))
      socket.on('error', done)
      socket.on('close', done)
      socket.write(bytes)
    })
  }

  async sql<T extends object>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly T[]> {
    return this.db.database.transaction(async (client) => {
      const { rows } = await client.query<T>(text, [...values])
      return rows
    })
  }

  async column<T>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    const rows = await this.sql<Record<string, T>>(text, values)
    return rows.flatMap((row) => Object.values(row).slice(0, 1))
  }

  async pinAccount(accountId: number, instant: string): Promise<void> {
    await this.sql('update accounts set pinned_at = $2 where account_id = $1', [accountId, instant])
    const authorization = `Bearer ${accountId === 1 ? this.clients.integrator.token : this.clients.other.token}`
    const wanted = new Date(instant).getTime()
    const deadline = Date.now() + 10_000
    while (Date.now() < deadline) {
      const principal = await this.#access.authenticate(authorization)
      if (principal.pinnedAt?.getTime() === wanted) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error('The application does not learn of the new clock')
  }

  async close(): Promise<void> {
    this.#agent.destroy()
    await this.app.close()
    await this.#access.close()
    await this.happenings.close()
    this.contents.close()
    await this.database.close()
    await this.db.drop()
  }
}

class ReceivedAnswer implements Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer

  constructor(status: number, headers: IncomingHttpHeaders, bytes: Buffer) {
    this.status = status
    this.headers = headers
    this.bytes = bytes
  }

  get text(): string {
    return this.bytes.toString()
  }

  get json(): unknown {
    return JSON.parse(this.text)
  }
}

/** As a browser or Postman sends what a person typed: blanks and letters beyond ASCII are encoded. */
function url(typed: string): string {
  return typed.replace(/[^!-~]+/g, (piece) =>
    [...Buffer.from(piece)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
}
