/**
 * Reading rows as the bytes that PostgreSQL sends, without a JavaScript value per field.
 *
 * `pg` keeps connecting, TLS, authentication and pooling. Once a connection of the read pool is
 * set up, its socket is ours: we write the messages of the extended protocol and hand each row
 * message to a sink (measured: three times the answers per second of `pg` rows and JSON.stringify).
 *
 * A session is one implicit transaction, from its first message to `Sync`: one snapshot for all
 * its statements, and the account's setting for row-level security ends with it. The setting and
 * the first statement travel in one round trip.
 */

import type { Socket } from 'node:net'
import { DatabaseError, type PoolClient } from 'pg'
import { unavailableOr } from './connection-error.ts'
import type { Database } from './database.ts'
import { WireMessages } from './wire-messages.ts'

/** A statement of the reader; all values travel as text. */
export interface ReadStatement {
  readonly text: string
  /** Keep it prepared under a name; otherwise it is planned for its values. */
  readonly prepared: boolean
}

/** Whose rows of an account's users a transaction sees: those of the user with this number, or everybody's. */
export type VisibleUsers = number | 'all'

/** Takes one row message: `offset` is where its column count (16 bits) begins. */
export type RowSink = (message: Buffer, offset: number) => void

/** Statements kept prepared on one connection; the least recently used goes first. */
const PREPARED_MAX = 256

/** After this the server did not obey a cancel request, and the connection is given up. */
const CANCEL_TIMEOUT_MS = 2_000

const SET_READER: ReadStatement = {
  text: "select set_config('hapi.account_id', $1, true), set_config('hapi.user_id', $2, true)",
  prepared: true,
}

/**
 * Opens a session for one account. Release it. Throws UNAVAILABLE when no connection is free.
 *
 * `sees` is for views whose rows belong to users: one user's, or `all` of the account; absent, none.
 */
export async function openReadSession(
  database: Database,
  accountId: number,
  sees?: VisibleUsers,
): Promise<ReadSession> {
  const client = await database.connectReader()
  const reader = { accountId, sees }
  return new ReadSession(database, client, ReadConnection.of(client), reader)
}

interface Reader {
  readonly accountId: number
  readonly sees: VisibleUsers | undefined
}

export class ReadSession {
  readonly #database: Database
  readonly #client: PoolClient
  readonly #connection: ReadConnection
  #portals = 0
  #ended = false
  #interrupting: Promise<void> | undefined

  constructor(
    database: Database,
    client: PoolClient,
    connection: ReadConnection,
    { accountId, sees }: Reader,
  ) {
    this.#database = database
    this.#client = client
    this.#connection = connection
    connection.begin()
    connection.bind('', SET_READER, [String(accountId), String(sees ?? '')])
    void connection.expectExecution('', 0, () => {})
  }

  /** A cursor over a statement's rows; nothing is sent before its first `next`. */
  open(statement: ReadStatement, values: readonly (string | null)[]): RowCursor {
    const portal = `p${this.#portals++}`
    this.#connection.bind(portal, statement, values)
    return new RowCursor(this.#connection, portal)
  }

  /**
   * The same for a session's only statement, whose rows are few: all of them come at once, and the
   * transaction ends in the same round trip.
   */
  openOnly(statement: ReadStatement, values: readonly (string | null)[]): WholeRead {
    this.#connection.bind('', statement, values)
    return new WholeRead(this.#connection)
  }

  /** Ends the transaction and gives the connection back. */
  async release(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    // On its way, a cancel would stop whatever the connection's next holder runs.
    await this.#interrupting
    try {
      await this.#connection.sync()
      this.#client.release()
    } catch {
      // The statement's own error was reported to whoever ran it; a connection out of step is not reused.
      this.#client.release(true)
    }
  }

  /** Stops the running statement because nobody waits for its rows any more. */
  async cancel(): Promise<void> {
    if (this.#ended) return
    const timeout = setTimeout(() => this.#connection.destroy(), CANCEL_TIMEOUT_MS)
    await this.interrupt()
    await this.release()
    clearTimeout(timeout)
  }

  /** Stops the running statement, whose reader gets the error and still has to release the session. */
  interrupt(): Promise<void> {
    if (this.#ended || !this.#connection.isRunning) return Promise.resolve()
    this.#interrupting ??= this.#sendCancel()
    return this.#interrupting
  }

  async #sendCancel(): Promise<void> {
    const { processId } = this.#connection
    try {
      await this.#database.transaction((client) =>
        client.query('select pg_cancel_backend($1)', [processId]),
      )
    } catch {
      this.#connection.destroy()
    }
  }
}

export class RowCursor {
  readonly #connection: ReadConnection
  readonly #portal: string
  #done = false

  constructor(connection: ReadConnection, portal: string) {
    this.#connection = connection
    this.#portal = portal
  }

  get isDone(): boolean {
    return this.#done
  }

  /** Gives up to `rowsMax` more rows to the sink; false when the last one was among them. */
  async next(rowsMax: number, sink: RowSink): Promise<boolean> {
    if (this.#done) return false
    const execution = this.#connection.expectExecution(this.#portal, rowsMax, sink)
    this.#connection.flush()
    this.#done = (await execution) === 'complete'
    if (this.#done) this.#connection.closePortal(this.#portal)
    return !this.#done
  }
}

/** The rows of a session's only statement. */
export class WholeRead {
  readonly #connection: ReadConnection

  constructor(connection: ReadConnection) {
    this.#connection = connection
  }

  /** Gives all rows to the sink, however many were asked; no call follows. */
  async next(_rowsMax: number, sink: RowSink): Promise<false> {
    const execution = this.#connection.expectExecution('', 0, sink)
    await Promise.all([execution, this.#connection.sync()])
    return false
  }
}

type Completion = 'complete' | 'suspended'

interface Execution {
  readonly sink: RowSink
  readonly resolve: (completion: Completion) => void
  readonly reject: (error: unknown) => void
}

/** What `pg` keeps of a connection and does not publish in its types. */
interface ClientInternals {
  readonly connection: { readonly stream: Socket }
  readonly processID: number
}

const EMPTY = Buffer.alloc(0)

/** One connection of the read pool, whose incoming bytes are ours from its first session on. */
export class ReadConnection {
  static readonly #known = new WeakMap<PoolClient, ReadConnection>()

  readonly processId: number
  readonly #stream: Socket
  readonly #out = new WireMessages()
  /** Statement text → name, least recently used first. */
  readonly #prepared = new Map<string, string>()
  /** Texts prepared in this session: after an error it is unknown which of them took hold. */
  readonly #fresh: string[] = []
  readonly #executions: Execution[] = []
  #statements = 0
  #synced:
    | {
        readonly promise: Promise<void>
        readonly resolve: () => void
        readonly reject: (error: unknown) => void
      }
    | undefined
  #inTransaction = false
  #failure: unknown
  #rest: Buffer = EMPTY

  static of(client: PoolClient): ReadConnection {
    const known = this.#known.get(client)
    if (known !== undefined) return known
    const made = new ReadConnection(client)
    this.#known.set(client, made)
    return made
  }

  private constructor(client: PoolClient) {
    // `pg` 8 has these members on every client; its types leave them out.
    const internals = client as unknown as ClientInternals
    this.processId = internals.processID
    this.#stream = internals.connection.stream
    this.#stream.removeAllListeners('data')
    this.#stream.on('data', (chunk: Buffer) => this.#receive(chunk))
    this.#stream.on('close', () =>
      this.#fail(Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' })),
    )
  }

  get isRunning(): boolean {
    return this.#executions.length > 0
  }

  begin(): void {
    this.#failure = undefined
    this.#fresh.length = 0
    this.#synced = undefined
    this.#inTransaction = true
  }

  bind(portal: string, statement: ReadStatement, values: readonly (string | null)[]): void {
    this.#out.bind(
      portal,
      statement.prepared ? this.#prepare(statement.text) : this.#parseUnnamed(statement.text),
      values,
    )
  }

  /** Sends with the next `flush` or `sync`; settles when the execution ends or pauses. */
  expectExecution(portal: string, rowsMax: number, sink: RowSink): Promise<Completion> {
    this.#out.execute(portal, rowsMax)
    const promise = new Promise<Completion>((resolve, reject) =>
      this.#executions.push({ sink, resolve, reject }),
    )
    // Whoever waits for it hears of the failure; one that nobody waits for must not end the process.
    promise.catch(() => {})
    return promise
  }

  closePortal(portal: string): void {
    this.#out.close('portal', portal)
  }

  flush(): void {
    if (this.#failure !== undefined) {
      this.#rejectAll(this.#failure)
      return
    }
    this.#out.flush()
    this.#stream.write(this.#out.take())
  }

  /** Ends the implicit transaction; settles when the server is ready again. */
  sync(): Promise<void> {
    if (this.#synced !== undefined) return this.#synced.promise
    if (!this.#inTransaction) return Promise.resolve()
    let settle: { resolve: () => void; reject: (error: unknown) => void } | undefined
    const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }))
    promise.catch(() => {})
    if (settle === undefined) throw new Error('A promise runs its executor at once')
    this.#synced = { promise, ...settle }
    if (this.#stream.destroyed)
      this.#fail(Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' }))
    else {
      this.#out.sync()
      this.#stream.write(this.#out.take())
    }
    return promise
  }

  destroy(): void {
    this.#stream.destroy()
  }

  #prepare(text: string): string {
    const known = this.#prepared.get(text)
    if (known !== undefined) {
      this.#prepared.delete(text)
      this.#prepared.set(text, known)
      return known
    }
    this.#evictPrepared()
    // A name is never used twice, so that a statement half prepared when an error struck cannot collide.
    const name = `s${this.#statements++}`
    this.#prepared.set(text, name)
    this.#fresh.push(text)
    this.#out.parse(name, text)
    return name
  }

  #evictPrepared(): void {
    const oldest = this.#prepared.entries().next()
    if (this.#prepared.size < PREPARED_MAX || oldest.done === true) return
    const [text, name] = oldest.value
    this.#prepared.delete(text)
    this.#out.close('statement', name)
  }

  #parseUnnamed(text: string): string {
    this.#out.parse('', text)
    return ''
  }

  #receive(chunk: Buffer): void {
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let offset = 0
    while (offset + 5 <= buffer.length) {
      const end = offset + 1 + buffer.readInt32BE(offset + 1)
      if (end > buffer.length) break
      this.#handle(buffer[offset] ?? 0, buffer, offset + 5, end)
      offset = end
    }
    this.#rest = offset === buffer.length ? EMPTY : buffer.subarray(offset)
  }

  #handle(type: number, buffer: Buffer, start: number, end: number): void {
    switch (type) {
      case 0x44 /* D: DataRow */:
        this.#takeRow(buffer, start)
        break
      case 0x43 /* C: CommandComplete */:
      case 0x49 /* I: EmptyQueryResponse */:
        this.#executions.shift()?.resolve('complete')
        break
      case 0x73 /* s: PortalSuspended */:
        this.#executions.shift()?.resolve('suspended')
        break
      case 0x45 /* E: ErrorResponse */:
        this.#takeError(parseError(buffer, start, end))
        break
      case 0x5a /* Z: ReadyForQuery */:
        this.#inTransaction = false
        this.#synced?.resolve()
        break
      // Parse, Bind and Close complete; notices, notifications and changed settings say nothing to a reader.
      default:
    }
  }

  #takeRow(buffer: Buffer, start: number): void {
    const execution = this.#executions[0]
    if (execution === undefined || this.#failure !== undefined) return
    try {
      execution.sink(buffer, start)
    } catch (error) {
      // A bug in a writer must not stop the reading of the messages that follow.
      this.#failure = error
      this.#rejectAll(error)
    }
  }

  #takeError(error: DatabaseError): void {
    const known = unavailableOr(error)
    this.#failure = known
    for (const text of this.#fresh) this.#prepared.delete(text)
    this.#rejectAll(known)
  }

  #fail(error: unknown): void {
    const known = unavailableOr(error)
    this.#failure = known
    this.#rejectAll(known)
    this.#synced?.reject(known)
  }

  #rejectAll(error: unknown): void {
    for (const execution of this.#executions.splice(0)) execution.reject(error)
  }
}

/** An ErrorResponse as the driver's own error, with its SQLSTATE as `code`. */
function parseError(buffer: Buffer, start: number, end: number): DatabaseError {
  const fields = new Map<string, string>()
  let offset = start
  while (offset < end && buffer[offset] !== 0) {
    const zero = buffer.indexOf(0, offset + 1)
    fields.set(String.fromCharCode(buffer[offset] ?? 0), buffer.toString('utf8', offset + 1, zero))
    offset = zero + 1
  }
  const error = new DatabaseError(fields.get('M') ?? 'Unknown error', end - start, 'error')
  error.code = fields.get('C')
  error.detail = fields.get('D')
  return error
}
