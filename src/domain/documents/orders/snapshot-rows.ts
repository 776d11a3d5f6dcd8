/** Rows of one account as they were at one instant, for what is written of them later. */

import type { Database } from '../../../db/database.ts'
import { StatementBatches } from '../../../db/statement-batches.ts'
import { model } from '../../../model/model.ts'
import { tableName } from '../../../model/naming.ts'
import type { Row } from '../../command/row.ts'
import { selectRows } from '../../command/stored-rows.ts'

/** `work` reads; nothing is left open afterwards. Throws UNAVAILABLE. */
export async function inSnapshot<T>(
  database: Database,
  accountId: number,
  work: (rows: SnapshotRows) => Promise<T>,
): Promise<T> {
  return database.readingTransaction(
    (client) => work(new SnapshotRows(StatementBatches.of(client), accountId)),
    { accountId },
  )
}

export class SnapshotRows {
  readonly accountId: number
  readonly #statements: StatementBatches

  constructor(statements: StatementBatches, accountId: number) {
    this.#statements = statements
    this.accountId = accountId
  }

  /** In the order of their Ids. `condition` is SQL of our own, with `$2` … for `values`; `$1` is the account. */
  select(
    type: string,
    condition: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const client = {
      lists: async (text: string, given: readonly unknown[]) =>
        (await this.#statements.ask(text, given)).rows,
    }
    return selectRows(client, this.accountId, model.getType(type), condition, values)
  }

  /** The row with this Id, which another one refers to. */
  async get(type: string, id: number): Promise<Row> {
    const [row] = await this.select(type, 'id = $2', [id])
    if (row === undefined) throw new Error(`${type} ${id} is referred to and not there`)
    return row
  }

  /** The row and its version, which every change makes another; undefined when there is none. */
  async findVersion(
    type: string,
    id: number,
  ): Promise<{ readonly row: Row; readonly version: string } | undefined> {
    const [row] = await this.select(type, 'id = $2', [id])
    const { rows } = await this.#statements.ask(versionOf(type), [this.accountId, id])
    const version = rows[0]?.[0] ?? null
    return row === undefined || version === null ? undefined : { row, version }
  }
}

/** ModifiedDate says it less well: where the clock stands still, a second change has the date of the first. */
export function versionOf(type: string): string {
  return `select xmin::text as version from ${tableName(model.getType(type))} where account_id = $1 and id = $2`
}
