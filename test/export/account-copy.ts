/** An account beside its copy: which rows are the same one, by the labels that the import of the copy has kept. */

import type { PoolClient } from 'pg'
import type { Database } from '../../src/db/database.ts'
import { type EntityType, isOwnReference } from '../../src/model/entity-type.ts'
import { columnName, tableName } from '../../src/model/naming.ts'

export type StoredRow = Readonly<Record<string, unknown>>

/** From now on an import of this database keeps how it called its rows. */
export async function keepLabels(database: Database): Promise<void> {
  await database.transaction((client) =>
    client.query('create rule kept as on delete to import_labels do instead nothing'),
  )
}

export class AccountCopy {
  readonly #database: Database
  readonly #ids: ReadonlyMap<string, number>
  readonly #original: number
  readonly #copy: number

  constructor(
    database: Database,
    ids: ReadonlyMap<string, number>,
    original: number,
    copy: number,
  ) {
    this.#database = database
    this.#ids = ids
    this.#original = original
    this.#copy = copy
  }

  static async open(database: Database, original: number, copy: number): Promise<AccountCopy> {
    const rows = await ofAccount(database, copy, async (client) => {
      const result = await client.query<{ entity: string; label: string; id: number }>(
        'select entity, label, id from import_labels where account_id = $1',
        [copy],
      )
      return result.rows
    })
    const ids = new Map(rows.map(({ entity, label, id }) => [`${entity} ${id}`, Number(label)]))
    return new AccountCopy(database, ids, original, copy)
  }

  /** Rows as text, of the original and of the copy under the original's Ids; without the columns. Sorted. */
  async rowsOf(
    type: EntityType,
    without: readonly string[],
    condition = 'true',
  ): Promise<readonly [readonly string[], readonly string[]]> {
    const ignored = new Set(['account_id', 'created_date', 'modified_date', ...without])
    const references = new Map(
      type.navigation
        .filter(isOwnReference)
        .map(({ from, target }) => [columnName({ name: from }), target]),
    )
    const original = await this.#read(type, this.#original, condition)
    const copy = await this.#read(type, this.#copy, 'true')
    // Rows that nobody refers to have no names: they are compared by what they say.
    const isNamed = copy.every((row) => this.#ids.has(`${type.name} ${String(row['id'])}`))
    const textOf = (row: StoredRow, isCopy: boolean): string => {
      const values = Object.entries(row).flatMap(
        ([name, value]): (readonly [string, unknown])[] => {
          if (ignored.has(name) || (name === 'id' && !isNamed)) return []
          const target = name === 'id' ? type.name : references.get(name)
          if (!isCopy || target === undefined || value === null) return [[name, value]]
          return [[name, this.#ids.get(`${target} ${String(value)}`) ?? `unknown ${String(value)}`]]
        },
      )
      return JSON.stringify(Object.fromEntries(values))
    }
    return [
      original.map((row) => textOf(row, false)).sort(),
      copy.map((row) => textOf(row, true)).sort(),
    ]
  }

  #read(type: EntityType, accountId: number, condition: string): Promise<readonly StoredRow[]> {
    return ofAccount(this.#database, accountId, async (client) => {
      const { rows } = await client.query<{ row: StoredRow }>(
        `select to_jsonb(t) as row from ${tableName(type)} t where account_id = $1 and ${condition}`,
        [accountId],
      )
      return rows.map(({ row }) => row)
    })
  }
}

function ofAccount<T>(
  database: Database,
  accountId: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return database.transaction(work, { accountId })
}
