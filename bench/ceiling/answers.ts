/** How each workload is answered: its statements, and its bytes around their rows. */

import type { ServerResponse } from 'node:http'
import {
  availableUnits,
  buildingNames,
  buildings,
  coTenants,
  expandedBuildings,
  guideBuildings,
  guideUnits,
  tenants,
  units,
} from './columns.ts'
import type { Connection, Execution, Sink, Statement } from './connection.ts'
import { Bytes, rowWriter, type WriteRow } from './row-json.ts'
import { statements } from './statements.ts'

/** Answers one request; `values` are the pieces of its path, or those of its body. */
export type Answer = (
  connection: Connection,
  response: ServerResponse,
  values: readonly string[],
) => void

const INITIAL_BYTES = 16 * 1024
const FULL_BYTES = 64 * 1024
const JSON_TYPE = { 'content-type': 'application/json' } as const

const write = {
  buildingNames: rowWriter(buildingNames),
  buildings: rowWriter(buildings),
  expandedBuildings: rowWriter(expandedBuildings, 1),
  units: rowWriter(units),
  unitsOfBuilding: rowWriter(units, 1),
  guideBuildings: rowWriter(guideBuildings, 1),
  guideUnits: rowWriter(guideUnits, 1),
  tenants: rowWriter(tenants),
  coTenants: rowWriter(coTenants),
  availableUnits: rowWriter(availableUnits),
}

export const answers: Readonly<Record<string, Answer>> = {
  W1: list(statements.W1, write.buildingNames),
  W2: list(statements.W2, write.units),
  W3: list(statements.W3, write.buildings),
  W4: list(statements.W4, write.tenants),
  W5: expanded(statements.W5, statements.W5Units, write.expandedBuildings, write.unitsOfBuilding),
  W6: expanded(statements.W6, statements.W6Units, write.guideBuildings, write.guideUnits),
  W7: single(statements.W7, write.tenants),
  W8: single(statements.W8, write.coTenants, 201),
  W9: list(statements.W9, write.availableUnits),
  W10: list(statements.W10, write.tenants),
  W10c: countedList(statements.W10n, statements.W10, write.tenants),
  W10k: list(statements.W10k, write.tenants),
  W10n: count(statements.W10n),
  W11: list(statements.W11, write.tenants),
  W11s: list(statements.W11, write.tenants),
  W11n: count(statements.W11n),
  STREAM: list(statements.STREAM, write.tenants),
}

/** The members of a body that are sent, in the order of the statement's parameters. */
export const bodyMembers: Readonly<Record<string, readonly string[]>> = {
  W8: ['TenantId', 'LastName', 'FirstName', 'Phone', 'Email', 'StartDate'],
}

/** A body that is sent whole when it is small, and in pieces as large as the receiver takes them. */
class Body {
  readonly out = new Bytes(INITIAL_BYTES)
  readonly #response: ServerResponse
  readonly #connection: Connection
  readonly #status: number

  constructor(response: ServerResponse, connection: Connection, status = 200) {
    this.#response = response
    this.#status = status
    this.#connection = connection
    // A receiver that has gone drains nothing any more.
    response.once('close', () => connection.socket.resume())
  }

  flushWhenFull(): void {
    if (this.out.length < FULL_BYTES) return
    const response = this.#response
    if (response.destroyed) {
      this.out.length = 0
      return
    }
    if (!response.headersSent) response.writeHead(this.#status, JSON_TYPE)
    const { socket } = this.#connection
    if (response.write(this.out.take()) || socket.isPaused()) return
    socket.pause()
    response.once('drain', () => socket.resume())
  }

  end(error: Error | undefined): void {
    const response = this.#response
    // The last rows may have come after the pause: an answer that has ended drains without a word.
    this.#connection.socket.resume()
    if (error !== undefined) {
      process.stderr.write(`${error.message}\n`)
      response.destroy()
    } else if (response.headersSent) {
      response.end(this.out.take())
    } else {
      response.writeHead(this.#status, { ...JSON_TYPE, 'content-length': this.out.length })
      response.end(this.out.take())
    }
  }
}

function rowsInto(body: Body, writeRow: WriteRow): Sink {
  const { out } = body
  let first = true
  return (message, start, end) => {
    if (!first) out.text(',')
    first = false
    writeRow(message, start, end, out)
    body.flushWhenFull()
  }
}

function list(statement: Statement, writeRow: WriteRow): Answer {
  return (connection, response, values) => {
    const body = new Body(response, connection)
    body.out.text('{"value":[')
    connection.run([{ statement, values, sink: rowsInto(body, writeRow) }], (error) => {
      body.out.text(']}')
      body.end(error)
    })
  }
}

function countedList(total: Statement, rows: Statement, writeRow: WriteRow): Answer {
  return (connection, response, values) => {
    const body = new Body(response, connection)
    const executions: readonly Execution[] = [
      {
        statement: total,
        values: [],
        sink: (message, start, end) =>
          body.out.text(`{"@odata.count":${message.toString('latin1', start + 6, end)},"value":[`),
      },
      { statement: rows, values, sink: rowsInto(body, writeRow) },
    ]
    connection.run(executions, (error) => {
      body.out.text(']}')
      body.end(error)
    })
  }
}

function single(statement: Statement, writeRow: WriteRow, status = 200): Answer {
  return (connection, response, values) => {
    const body = new Body(response, connection, status)
    const sink: Sink = (message, start, end) => writeRow(message, start, end, body.out)
    connection.run([{ statement, values, sink }], (error) => body.end(error))
  }
}

function count(statement: Statement): Answer {
  return (connection, response, values) => {
    const out = new Bytes(32)
    const sink: Sink = (message, start, end) => {
      out.length += message.copy(out.buffer, 0, start + 6, end)
    }
    connection.run([{ statement, values, sink }], (error) => {
      if (error !== undefined) {
        process.stderr.write(`${error.message}\n`)
        response.destroy()
        return
      }
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': out.length })
      response.end(out.take())
    })
  }
}

/** Parents and children in one round trip: the parents' pieces wait, the children stream between them. */
function expanded(
  parents: Statement,
  children: Statement,
  writeParent: WriteRow,
  writeChild: WriteRow,
): Answer {
  return (connection, response, values) => {
    const body = new Body(response, connection)
    const { out } = body
    const tails = new Bytes(INITIAL_BYTES)
    const keys: number[] = []
    const ends: number[] = []
    let parent = 0
    let inParent = false
    out.text('{"value":[')

    function openParent(): void {
      out.text(parent === 0 ? '{"Units":[' : ',{"Units":[')
      inParent = true
    }
    /** The parent's own members begin with a brace, which its children's name has opened already. */
    function closeParent(): void {
      if (!inParent) openParent()
      const start = parent === 0 ? 0 : (ends[parent - 1] ?? 0)
      const end = ends[parent] ?? 0
      out.text('],')
      out.reserve(end - start)
      out.length += tails.buffer.copy(out.buffer, out.length, start + 1, end)
      parent += 1
      inParent = false
    }
    connection.run(
      [
        {
          statement: parents,
          values,
          sink: (message, start, end) => {
            keys.push(leadingKey(message, start))
            writeParent(message, start, end, tails)
            ends.push(tails.length)
          },
        },
        {
          statement: children,
          values,
          sink: (message, start, end) => {
            const key = leadingKey(message, start)
            while (parent < keys.length && keys[parent] !== key) closeParent()
            if (inParent) out.text(',')
            else openParent()
            writeChild(message, start, end, out)
            body.flushWhenFull()
          },
        },
      ],
      (error) => {
        while (parent < keys.length) closeParent()
        out.text(']}')
        body.end(error)
      },
    )
  }
}

/** The number in the first column. */
function leadingKey(message: Buffer, start: number): number {
  const end = start + 6 + message.readInt32BE(start + 2)
  let key = 0
  for (let at = start + 6; at < end; at++) key = key * 10 + (message[at] ?? 0) - 0x30
  return key
}
