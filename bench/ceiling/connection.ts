/**
 * The least that speaks PostgreSQL's protocol: prepared statements, values as text, row messages handed on
 * as bytes. Several exchanges may be on their way at once; their answers come in order.
 */

import type { Socket } from 'node:net'
import { Client } from 'pg'
import { WireMessages } from '../../src/db/wire-messages.ts'

/** `start` is where the number of columns stands (16 bits), `end` where the message ends. */
export type Sink = (message: Buffer, start: number, end: number) => void

export interface Execution {
  readonly statement: Statement
  readonly values: readonly string[]
  readonly sink: Sink
}

export interface Statement {
  /** Unnamed statements are planned for their values. */
  readonly name: string
  readonly text: string
}

interface Exchange {
  readonly sinks: Sink[]
  readonly done: (error: Error | undefined) => void
  error: Error | undefined
}

const SETTINGS =
  "set timezone = 'UTC'; set datestyle = 'ISO'; set jit = off; set extra_float_digits = 1"

const EMPTY = Buffer.alloc(0)

export class Connection {
  readonly socket: Socket
  readonly #out = new WireMessages()
  readonly #exchanges: Exchange[] = []
  #rest: Buffer = EMPTY

  static async open(url: string, statements: readonly Statement[]): Promise<Connection> {
    const client = new Client({ connectionString: url })
    await client.connect()
    await client.query(SETTINGS)
    // `pg` 8 has this member; its types leave it out.
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
    const connection = new Connection(stream)
    for (const { name, text } of statements) if (name !== '') connection.#out.parse(name, text)
    await new Promise<void>((resolve, reject) =>
      connection.#send([], (error) => (error === undefined ? resolve() : reject(error))),
    )
    return connection
  }

  private constructor(socket: Socket) {
    this.socket = socket
    socket.removeAllListeners('data')
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
  }

  get waiting(): number {
    return this.#exchanges.length
  }

  /** Runs the statements in one transaction and one round trip. */
  run(executions: readonly Execution[], done: (error: Error | undefined) => void): void {
    for (const { statement, values } of executions) {
      if (statement.name === '') this.#out.parse('', statement.text)
      this.#out.bind('', statement.name, values)
      this.#out.execute('', 0)
    }
    this.#send(
      executions.map(({ sink }) => sink),
      done,
    )
  }

  #send(sinks: Sink[], done: (error: Error | undefined) => void): void {
    this.#exchanges.push({ sinks, done, error: undefined })
    this.#out.sync()
    this.socket.write(this.#out.take())
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
    const exchange = this.#exchanges[0]
    if (exchange === undefined) return
    if (type === 0x44 /* D: DataRow */) exchange.sinks[0]?.(buffer, start, end)
    else if (type === 0x43 /* C: CommandComplete */) exchange.sinks.shift()
    else if (type === 0x45 /* E: ErrorResponse */)
      exchange.error = new Error(buffer.toString('latin1', start, end).replaceAll('\0', ' '))
    else if (type === 0x5a /* Z: ReadyForQuery */) {
      this.#exchanges.shift()
      exchange.done(exchange.error)
    }
  }
}
