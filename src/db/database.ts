/**
 * The product's connections: a pool whose sessions may only read, one that writes, and one
 * connection that listens. Decides how sessions are set up; which statements they run is the
 * caller's affair.
 *
 * PostgreSQL may restart at any time: idle connections are dropped without a word, a caller that
 * needs one meanwhile gets UNAVAILABLE within 5 s, and the pools recover by themselves.
 */

import { Pool, type PoolClient } from 'pg'
import { type Acting, actingText } from './acting.ts'
import { APP_ROLE } from './app-role.ts'
import { unavailable, unavailableOr } from './connection-error.ts'
import { CONNECT_TIMEOUT_MS, type ConnectionSettings, clientConfig } from './connection-settings.ts'
import { Listener, type NotificationHandler } from './listener.ts'
import { checkServer } from './server-check.ts'
import { type DatabaseSession, openSession } from './session.ts'
import { StatementBatches } from './statement-batches.ts'

/** What opens a Database. */
export interface DatabaseOptions {
  readonly connection: ConnectionSettings
  /** Connections of the read pool; the write pool has half as many. */
  readonly poolSize?: number
  /** Bound of one reading statement. */
  readonly readTimeoutMs?: number
  /** Who acts where a transaction does not say it. */
  readonly acting?: Acting
}

/** Options of a transaction. */
export interface TransactionOptions {
  /** Sets `hapi.account_id` for this transaction alone: policies and triggers see this account. */
  readonly accountId?: number
  /** Who acts, for the audit; absent: the process. */
  readonly acting?: Acting | undefined
}

/**
 * Room for the embedded server's 100 connections: 20 + 10 at most, four of the background work and five more, twice
 * while a process is replaced.
 */
const READ_POOL_SIZE = 20
const WORK_POOL_SIZE = 4
/** Pages of the change log, of 2 ms each: two sessions give more of them than one process can send. */
const CHANGES_POOL_SIZE = 2
const READ_TIMEOUT_MS = 30_000
/** Bound of one statement that writes. */
export const WRITE_TIMEOUT_MS = 10_000
/** A reader that stalls in mid-answer holds back vacuum; past this its session is ended. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000
/** A session in use keeps its prepared statements between the requests of a quiet minute. */
const IDLE_TIMEOUT_MS = 300_000

/** Connects once, to refuse a server that cannot serve; then opens the pools. Throws StartupRefusal, UNAVAILABLE. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  await checkServer(options.connection)
  return new Database(options)
}

export class Database {
  /**
   * Sessions that may only read: `begin` opens a repeatable-read, read-only transaction, under the
   * role that row-level security holds. Prefer `connectReader`, which translates its errors.
   */
  readonly readPool: Pool
  private readonly writePool: Pool
  private readonly asidePool: Pool
  private readonly workPool: Pool
  private readonly changesPool: Pool
  private readonly listener: Listener
  private readonly connection: ConnectionSettings

  /** Use `openDatabase`, which checks the server first. */
  constructor(options: DatabaseOptions) {
    const { connection, poolSize = READ_POOL_SIZE, readTimeoutMs = READ_TIMEOUT_MS } = options
    const writer = WRITER_SETTINGS + actorSetting(options.acting)
    const worker = WORK_SETTINGS + actorSetting(options.acting)
    this.readPool = openPool(connection, 'hapi read', poolSize, readerSettings(readTimeoutMs))
    this.writePool = openPool(
      connection,
      'hapi write',
      Math.max(2, Math.ceil(poolSize / 2)),
      writer,
      { pipeline: true },
    )
    this.asidePool = openPool(connection, 'hapi aside', 1, writer, { pipeline: true })
    this.workPool = openPool(connection, 'hapi work', WORK_POOL_SIZE, worker, {
      pipeline: true,
    })
    this.changesPool = openPool(
      connection,
      'hapi changes',
      CHANGES_POOL_SIZE,
      readerSettings(readTimeoutMs),
      { pipeline: true },
    )
    this.listener = new Listener(connection)
    this.connection = connection
  }

  /** A client of the read pool; release it. Throws UNAVAILABLE when none is free within 5 s. */
  async connectReader(): Promise<PoolClient> {
    return connect(this.readPool)
  }

  /**
   * Runs `work` in one transaction as the connecting user and commits; rolls back when it throws.
   * Throws what `work` throws, and UNAVAILABLE when there is no connection.
   */
  async transaction<T>(
    work: (client: PoolClient) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return runTransaction(this.writePool, afterBegin(work, options))
  }

  /**
   * The same without waiting for `begin`: the first statements of `work` travel with it. None that changes anything
   * may be sent before `begun` settles. The commit travels with statements that `work` does not wait for; the
   * transaction ends with an error when one of them failed.
   */
  async pipelinedTransaction<T>(work: TransactionWork<T>): Promise<T> {
    return runTransaction(this.writePool, work)
  }

  /**
   * As `transaction`, on a connection kept apart, for what transactions in progress wait for: it never waits for one of
   * theirs. For single statements that take no time.
   */
  async transactionAside<T>(
    work: (client: PoolClient) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return runTransaction(this.asidePool, afterBegin(work, options))
  }

  /** As `pipelinedTransaction`, on connections of the background work's own, so that neither waits for the other. */
  async workTransaction<T>(work: TransactionWork<T>): Promise<T> {
    return runTransaction(this.workPool, work)
  }

  /**
   * A connection for the caller alone, with what a session holds: advisory locks. `onLost` hears once when it has ended
   * although nobody closed it. Throws UNAVAILABLE.
   */
  async openSession(
    name: string,
    onLost: () => void,
    queryTimeoutMs?: number,
  ): Promise<DatabaseSession> {
    return openSession(this.connection, name, onLost, queryTimeoutMs)
  }

  /** Notifies at once, in a transaction of its own. Throws UNAVAILABLE. */
  async notify(channel: string, payloads: readonly string[]): Promise<void> {
    await this.transactionAside((client) =>
      client.query('select pg_notify($1, payload) from unnest($2::text[]) payload', [
        channel,
        payloads,
      ]),
    )
  }

  /**
   * As `transaction`, in sessions that may only read and that row-level security holds, in one snapshot. They are not
   * those of `connectReader`, which belong to the reading of rows as bytes.
   */
  async readingTransaction<T>(
    work: (client: PoolClient) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    return runTransaction(this.changesPool, afterBegin(work, options))
  }

  /**
   * Calls `handler` with the payload of each notification. After a lost connection it calls it with
   * `undefined`: notifications may have been missed, so look again at everything. Gives a function
   * that ends the subscription.
   */
  async listen(channel: string, handler: NotificationHandler): Promise<() => void> {
    return this.listener.listen(channel, handler)
  }

  /** Waits until every client is released, and closes. */
  async close(): Promise<void> {
    await Promise.all([
      this.readPool.end(),
      this.writePool.end(),
      this.asidePool.end(),
      this.workPool.end(),
      this.changesPool.end(),
      this.listener.close(),
    ])
  }
}

/** How soon a running statement notices that nobody waits for it. */
const CONNECTION_CHECK_MS = 1_000

/** Set by statement, not by startup parameter, which poolers refuse. */
const SESSION_SETTINGS = `
  set timezone = 'UTC';
  set datestyle = 'ISO';
  set intervalstyle = 'iso_8601';
  set extra_float_digits = 1;
  set jit = off;
  set search_path = public;
  set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_TIMEOUT_MS};
`

const WRITER_SETTINGS = `${SESSION_SETTINGS}
  set statement_timeout = ${WRITE_TIMEOUT_MS};`

/**
 * Statements over queues find a few rows by an index, in a table that may have grown a thousandfold since they were
 * planned: a plan made for the empty table of a new installation must not read all of it.
 */
const WORK_SETTINGS = `${WRITER_SETTINGS}
  set enable_seqscan = off;
  set enable_hashjoin = off;
  set enable_mergejoin = off;`

function actorSetting(acting: Acting | undefined): string {
  if (acting === undefined) return ''
  return `set hapi.actor = '${actingText(acting).replaceAll("'", "''")}';`
}

function readerSettings(timeoutMs: number): string {
  return `${SESSION_SETTINGS}
    set statement_timeout = ${timeoutMs};
    set default_transaction_isolation = 'repeatable read';
    do $$ begin
      if (select rolsuper or rolbypassrls from pg_roles where rolname = session_user) then
        set role ${APP_ROLE};
      end if;
    end $$;
    -- A statement whose connection is gone stops by itself; not every platform can tell.
    do $$ begin
      perform set_config('client_connection_check_interval', '${CONNECTION_CHECK_MS}', false);
    exception when others then null;
    end $$;
    set default_transaction_read_only = on;`
}

function openPool(
  connection: ConnectionSettings,
  name: string,
  max: number,
  sessionSettings: string,
  // Statements are sent when they are made, and not when the one before is answered.
  { pipeline = false } = {},
): Pool {
  const pool = new Pool({
    ...clientConfig(connection, name),
    max,
    pipeline,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    // Awaited by the pool (its types say otherwise): nobody gets a session that is not set up, and a
    // failure closes it.
    onConnect: (client) => {
      // While a caller holds it, the pool does not listen, and a lost connection would end the process;
      // the caller's own statement reports it.
      client.on('error', () => {})
      return client.query(sessionSettings)
    },
  })
  // An idle connection ended by the server: the pool has dropped it already.
  pool.on('error', () => {})
  return pool
}

export type TransactionWork<T> = (
  statements: StatementBatches,
  begun: Promise<unknown>,
  client: PoolClient,
) => Promise<T>

function afterBegin<T>(
  work: (client: PoolClient) => Promise<T>,
  { accountId, acting }: TransactionOptions,
): TransactionWork<T> {
  return async (statements, begun, client) => {
    await Promise.all([begun, setAccount(statements, accountId), setActor(statements, acting)])
    return work(client)
  }
}

async function runTransaction<T>(pool: Pool, work: TransactionWork<T>): Promise<T> {
  const client = await connect(pool)
  const statements = StatementBatches.of(client)
  let fatal = false
  try {
    const begun = statements.ask('begin')
    begun.catch(() => {})
    const result = await work(statements, begun, client)
    await begun
    const { command } = await statements.ask('commit')
    // So PostgreSQL answers when a statement has failed, and not with an error.
    if (command !== 'COMMIT')
      throw new Error('A transaction was committed in which a statement failed')
    return result
  } catch (error) {
    // A connection that cannot even roll back is not given to the next caller.
    await statements.settled()
    await statements.ask('rollback').catch(() => (fatal = true))
    throw unavailableOr(error)
  } finally {
    client.release(fatal)
  }
}

async function setAccount(
  statements: StatementBatches,
  accountId: number | undefined,
): Promise<void> {
  if (accountId === undefined) return
  await statements.ask("select set_config('hapi.account_id', $1, true)", [String(accountId)])
}

async function setActor(statements: StatementBatches, acting: Acting | undefined): Promise<void> {
  if (acting === undefined) return
  await statements.ask("select set_config('hapi.actor', $1, true)", [actingText(acting)])
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw unavailable(error)
  }
}
