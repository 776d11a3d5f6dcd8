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
  readonly #named: ReadonlySet<string>
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
    this.#named = new Set([...ids.keys()].map((key) => key.slice(0, key.indexOf(' '))))
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

  /**
   * Rows of the original, and those of the copy under the original's Ids; without the columns, as texts in an order of
   * their own. Rows to which nobody refers have no names: they are compared by what they say.
   */
  async rowsOf(
    type: EntityType,
    without: readonly string[],
    isCompared: (row: StoredRow) => boolean = () => true,
  ): Promise<{ readonly original: readonly string[]; readonly copied: readonly string[] }> {
    const ignored = new Set(['account_id', 'created_date', 'modified_date', ...without])
    const original = await this.#read(type, this.#original)
    const copied = (await this.#read(type, this.#copy)).map((row) => this.#underOldIds(type, row))
    if (copied.some((row) => row['id'] === undefined)) ignored.add('id')
    const texts = (rows: readonly StoredRow[]): readonly string[] =>
      rows
        .filter(isCompared)
        .map((row) => JSON.stringify(Object.entries(row).filter(([name]) => !ignored.has(name))))
        .sort()
    return { original: texts(original), copied: texts(copied) }
  }

  /** What a row of the copy is called in the original; undefined for rows that nobody refers to. */
  originalOf(type: string, id: string): number | undefined {
    return this.#ids.get(`${type} ${id}`)
  }

  /** Whether the import has kept how the source calls rows of the type. */
  isNamed(type: string): boolean {
    return this.#named.has(type)
  }

  /** Ids of both of each row. */
  async pairsOf(type: EntityType): Promise<readonly (readonly [original: number, copy: number])[]> {
    const rows = await this.#read(type, this.#copy)
    return rows.map((row) => [Number(this.#underOldIds(type, row)['id']), Number(row['id'])])
  }

  #underOldIds(type: EntityType, row: StoredRow): StoredRow {
    const old = (target: string, id: unknown): unknown => this.#ids.get(`${target} ${String(id)}`)
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        const target = name === 'id' ? type.name : referencesOf(type).get(name)
        return [name, target === undefined || value === null ? value : old(target, value)]
      }),
    )
  }

  #read(type: EntityType, accountId: number): Promise<readonly StoredRow[]> {
    return ofAccount(this.#database, accountId, async (client) => {
      const { rows } = await client.query<{ row: StoredRow }>(
        `select to_jsonb(t) as row from ${tableName(type)} t where account_id = $1`,
        [accountId],
      )
      return rows.map(({ row }) => row)
    })
  }
}

/** Columns that hold Ids, and whose. */
function referencesOf({ name: type, navigation }: EntityType): ReadonlyMap<string, string> {
  const own = navigation
    .filter(isOwnReference)
    .map(({ from, target }) => [columnName({ name: from }), target] as const)
  // A thread of messages is called by the first one.
  return new Map(type === 'Message' ? [...own, ['thread_no', 'Message']] : own)
}

function ofAccount<T>(
  database: Database,
  accountId: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return database.transaction(work, { accountId })
}
