/**
 * The read path inside a writing transaction: the answer to a write shows the rows as that transaction
 * leaves them, by the same compiled statements and row writers as any read.
 */

import type { ReadStatement, RowSink } from '../../db/read-session.ts'
import type { TransactionClient } from '../../domain/command/stored-rows.ts'
import type { RowCursor } from '../../odata/serialize/row-stream.ts'

export class TransactionReader {
  readonly #client: TransactionClient
  #sent: () => void = () => {}
  /** Settles when a request's only statement is on its way. */
  readonly onlySent = new Promise<void>((resolve) => {
    this.#sent = resolve
  })

  constructor(client: TransactionClient) {
    this.#client = client
  }

  open(statement: ReadStatement, values: readonly (string | null)[]): TransactionCursor {
    return new TransactionCursor(this.#client, statement, values)
  }

  openOnly(statement: ReadStatement, values: readonly (string | null)[]): RowCursor {
    const cursor = this.open(statement, values)
    return {
      next: (rowsMax, sink) => {
        const rows = cursor.next(rowsMax, sink)
        this.#sent()
        return rows
      },
    }
  }
}

/** All rows come at once: an answer to a write is one entity and what was asked to come with it. */
class TransactionCursor {
  readonly #client: TransactionClient
  readonly #statement: ReadStatement
  readonly #values: readonly (string | null)[]

  constructor(
    client: TransactionClient,
    statement: ReadStatement,
    values: readonly (string | null)[],
  ) {
    this.#client = client
    this.#statement = statement
    this.#values = values
  }

  async next(_rowsMax: number, sink: RowSink): Promise<false> {
    for (const row of await this.#client.lists(this.#statement.text, this.#values))
      sink(encodeRow(row), 0)
    return false
  }
}

/** A row message as PostgreSQL sends it: the number of columns, then length and bytes of each; −1 is null. */
function encodeRow(values: readonly (string | null)[]): Buffer {
  const parts = [int16(values.length)]
  for (const value of values) {
    if (value === null) parts.push(int32(-1))
    else {
      const bytes = Buffer.from(value)
      parts.push(int32(bytes.length), bytes)
    }
  }
  return Buffer.concat(parts)
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
