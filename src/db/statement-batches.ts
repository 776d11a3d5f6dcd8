/**
 * Statements that are made in one turn of the event loop, with all promises that settle in it, travel together:
 * one write, one answer. Each write may wake the server's process, and each answer ours; for a small transaction
 * that is more than its statements cost.
 *
 * The statements of a batch run in their order, each on a snapshot of its own. When one fails, those after it are not
 * run, and all that are unanswered fail with its error. `pg` keeps connecting, pooling and the protocol.
 */

import { type PoolClient, Query } from 'pg'
import { WireMessages } from './wire-messages.ts'

export type TextRow = readonly (string | null)[]

export interface StatementAnswer {
  /** Of the columns; empty unless they were asked for: PostgreSQL describes them at each execution. */
  readonly columns: readonly string[]
  readonly rows: readonly TextRow[]
  /** `INSERT 0 1`, `COMMIT` */
  readonly command: string
}

/** Texts kept prepared on a connection: the product's own make some hundreds, callers can make others without end. */
const PREPARED_MAX = 400

export class StatementBatches {
  static readonly #known = new WeakMap<PoolClient, StatementBatches>()

  readonly #client: PoolClient
  readonly #connection: Connection
  readonly #names = new Map<string, string>()
  #namesMade = 0
  #waiting: Member[] = []
  #last: Promise<unknown> = Promise.resolve()

  static of(client: PoolClient): StatementBatches {
    const known = this.#known.get(client)
    if (known !== undefined) return known
    const made = new StatementBatches(client)
    this.#known.set(client, made)
    return made
  }

  private constructor(client: PoolClient) {
    this.#client = client
    // `pg` 8 has this member on every client; its types leave it out.
    this.#connection = (client as unknown as { connection: Connection }).connection
  }

  /** Sends a statement with the others of this turn. Throws its failure, or that of one before it in its batch. */
  ask(text: string, values: readonly unknown[] = [], described = false): Promise<StatementAnswer> {
    const answer = new Promise<StatementAnswer>((resolve, reject) => {
      if (this.#waiting.length === 0) process.nextTick(() => this.#send())
      this.#waiting.push(new Member({ text, values, described, resolve, reject }))
    })
    this.#last = answer.catch(() => {})
    return answer
  }

  /** When all that was asked has been answered, well or not. */
  async settled(): Promise<void> {
    await this.#last
  }

  #send(): void {
    const members = this.#waiting
    this.#waiting = []
    const fresh = members.flatMap((member) => this.#prepare(member))
    const onFailure = (error: unknown): void => {
      // It is unknown which of them took hold; a name is never used twice.
      for (const text of fresh) this.#names.delete(text)
      for (const member of members) member.reject(error)
    }
    try {
      this.#client.query(new Batch(members, onFailure))
    } catch (error) {
      // A value that cannot be sent is a bug of ours, and half a batch is on its way.
      onFailure(error)
      this.#connection.stream.destroy()
    }
  }

  /** Gives the statement its name, and its text when it is not prepared yet. */
  #prepare(member: Member): readonly string[] {
    const known = this.#names.get(member.text)
    if (known !== undefined) {
      member.name = known
      member.isPrepared = true
      return []
    }
    if (this.#names.size >= PREPARED_MAX) return []
    member.name = `b${this.#namesMade++}`
    this.#names.set(member.text, member.name)
    return [member.text]
  }
}

interface MemberParts {
  readonly text: string
  readonly values: readonly unknown[]
  readonly described: boolean
  readonly resolve: (answer: StatementAnswer) => void
  readonly reject: (error: unknown) => void
}

class Member {
  readonly text: string
  readonly values: readonly unknown[]
  readonly described: boolean
  readonly resolve: MemberParts['resolve']
  readonly reject: MemberParts['reject']
  /** Empty for a statement that is not kept. */
  name = ''
  isPrepared = false
  columns: readonly string[] = []
  readonly rows: TextRow[] = []

  constructor({ text, values, described, resolve, reject }: MemberParts) {
    this.text = text
    this.values = values
    this.described = described
    this.resolve = resolve
    this.reject = reject
  }
}

/** What `pg` has in a connection and in a query, and does not publish in its types. */
interface Connection {
  readonly stream: { readonly destroy: () => void; readonly write: (bytes: Buffer) => unknown }
}
interface QueryInternals {
  readonly submit: Query['submit']
  prepare(connection: Connection): void
  handleRowDescription(message: { readonly fields: readonly { readonly name: string }[] }): void
  handleDataRow(message: { readonly fields: TextRow }): void
  handleCommandComplete(message: { readonly text: string }): void
}
interface QueryConfig {
  readonly text: string
  readonly queryMode: 'extended'
}

// The same class, with the members that it has besides those of its types.
const OpenQuery = Query as unknown as new (
  config: QueryConfig,
  values: undefined,
  callback: (error: Error | null | undefined) => void,
) => QueryInternals

/** Several statements as one query of `pg`: it sends all of them before it asks for the answers. */
class Batch extends OpenQuery {
  readonly #members: readonly Member[]
  #answered = 0

  constructor(members: readonly Member[], onFailure: (error: unknown) => void) {
    super({ text: '', queryMode: 'extended' }, undefined, (error) => {
      if (error) onFailure(error)
    })
    this.#members = members
  }

  /** One buffer, one write: each message apart costs more than what is in it. */
  override prepare(connection: Connection): void {
    const out = new WireMessages()
    for (const { text, values, name, isPrepared, described } of this.#members) {
      if (!isPrepared) out.parse(name, text)
      out.bind('', name, values.map(toText))
      if (described) out.describe('')
      out.execute('', 0)
    }
    out.sync()
    connection.stream.write(out.take())
  }

  override handleRowDescription({
    fields,
  }: {
    readonly fields: readonly { readonly name: string }[]
  }): void {
    const member = this.#members[this.#answered]
    if (member !== undefined) member.columns = fields.map(({ name }) => name)
  }

  override handleDataRow({ fields }: { readonly fields: TextRow }): void {
    this.#members[this.#answered]?.rows.push(fields)
  }

  override handleCommandComplete({ text }: { readonly text: string }): void {
    const member = this.#members[this.#answered++]
    if (member === undefined) return
    const { columns, rows } = member
    member.resolve({ columns, rows, command: text })
  }
}

/** A value as PostgreSQL reads it from a text. */
function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  if (Array.isArray(value)) return `{${value.map(toElement).join(',')}}`
  throw new TypeError('A statement takes texts, numbers, yes or no, instants, bytes and lists')
}

function toElement(value: unknown): string {
  const text = toText(value)
  return text === null ? 'null' : `"${text.replace(/[\\"]/g, '\\$&')}"`
}
