/** Rows in and out of the tables of the model: the one place where a property becomes a column. */

import { unavailableOr } from '../../db/connection-error.ts'
import type { StatementBatches, TextRow } from '../../db/statement-batches.ts'
import type { EntityType, Property } from '../../model/entity-type.ts'
import { columnName, tableName } from '../../model/naming.ts'
import type { FieldValue, Row } from './row.ts'

/** A connection inside a transaction of one account. Every value is what PostgreSQL writes. */
export class TransactionClient {
  readonly #statements: StatementBatches
  /** Settles when the transaction has begun: nothing may be changed before. */
  readonly #begun: Promise<void>
  /** Settles with everything sent so far; the first failure is the one that counts. */
  #sent: Promise<void> = Promise.resolve()

  /** @param enter sends what the transaction begins with; other statements may follow it at once */
  constructor(statements: StatementBatches, enter: (client: TransactionClient) => Promise<void>) {
    this.#statements = statements
    this.#begun = enter(this)
    void this.#track(this.#begun)
  }

  /** Rows as texts by column name. The statement may be of any kind. */
  async texts(
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Record<string, string | null>[]> {
    await this.#begun
    const { columns, rows } = await this.#ask(this.#statements.ask(text, values, true))
    return rows.map((row) =>
      Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
    )
  }

  /** Rows as lists of texts, in the order of the columns. Reads and locks only: it may travel with `begin`. */
  async lists(text: string, values: readonly unknown[]): Promise<readonly TextRow[]> {
    const { rows } = await this.#ask(this.#statements.ask(text, values))
    return rows
  }

  /** Sends a statement without waiting for its answer: its failure is that of the next one that is waited for. */
  async send(text: string, values: readonly unknown[]): Promise<void> {
    await this.#begun
    void this.#track(this.#statements.ask(text, values))
  }

  /** Waits for everything that was sent, and throws its first failure. */
  settled(): Promise<void> {
    return this.#sent
  }

  /** What has failed first, the cause of whatever failed after it; undefined when nothing has. */
  async failure(): Promise<unknown> {
    try {
      await this.#sent
      return undefined
    } catch (error) {
      return unavailableOr(error)
    }
  }

  async #ask<T>(answer: Promise<T>): Promise<T> {
    await this.#track(answer)
    return answer
  }

  /** After a failure PostgreSQL refuses whatever follows, which says nothing about the cause. */
  #track(answer: Promise<unknown>): Promise<void> {
    const before = this.#sent
    const both = async (): Promise<void> => {
      await before
      await answer
    }
    answer.catch(() => {})
    this.#sent = both()
    this.#sent.catch(() => {})
    return this.#sent
  }
}

/** What is stored of a type, once for all. */
interface TypeStatements {
  readonly table: string
  readonly all: ColumnList
  /** Those by which other rows designate it and belong to the same owner. */
  readonly keys: ColumnList
}

interface ColumnList {
  readonly columns: readonly (readonly [Property, string])[]
  readonly list: string
}

const known = new Map<string, TypeStatements>()

function statementsOf(type: EntityType): TypeStatements {
  const found = known.get(type.name)
  if (found !== undefined) return found
  const keyNames = new Set([...OWNER_KEYS, ...(type.businessKey ?? [])])
  const made = {
    table: tableName(type),
    all: columnList(type.properties),
    keys: columnList(type.properties.filter(({ name }) => keyNames.has(name))),
  }
  known.set(type.name, made)
  return made
}

/** What a row that refers to another compares or repeats besides the other's legacy key. */
const OWNER_KEYS = ['Id', 'CompanyNo', 'DivisionNo', 'BuildingId', 'TenantType', 'TenantNo']

function columnList(properties: readonly Property[]): ColumnList {
  const columns = properties.map((property) => [property, columnName(property)] as const)
  return { columns, list: columns.map(([, column]) => column).join(', ') }
}

export type RowLock = '' | ' for no key update' | ' for update'

/** `condition` is SQL of our own; `$1` is the account. In the order of the Ids. */
export async function selectRows(
  client: Pick<TransactionClient, 'lists'>,
  accountId: number,
  type: EntityType,
  condition: string,
  values: readonly unknown[],
  lock: RowLock = '',
): Promise<readonly Row[]> {
  const { table, all } = statementsOf(type)
  const rows = await client.lists(
    `select ${all.list} from ${table} where account_id = $1 and (${condition}) order by id${lock}`,
    [accountId, ...values],
  )
  return rows.map((row) => toRow(all.columns, row))
}

/** The same rows by their keys alone: of a tenant's 61 columns a reference needs five. */
export async function selectKeys(
  client: TransactionClient,
  accountId: number,
  type: EntityType,
  condition: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const { table, keys } = statementsOf(type)
  const rows = await client.lists(
    `select ${keys.list} from ${table} where account_id = $1 and (${condition}) order by id`,
    [accountId, ...values],
  )
  return rows.map((row) => toRow(keys.columns, row))
}

/** Rows that have the values of one of `keys` in these properties, and the fixed ones. In the order of the Ids. */
export async function selectSets(
  client: Pick<TransactionClient, 'lists'>,
  accountId: number,
  type: EntityType,
  { properties, fixed }: SetShape,
  keys: readonly (readonly FieldValue[])[],
): Promise<readonly Row[]> {
  const { table, all } = statementsOf(type)
  const columns = properties.map((name) => findColumn(type, name))
  const arrays = columns.map(([property], index) => `$${index + 2}::${arrayType(property)}`)
  const names = columns.map((_, index) => `k${index}`)
  const conditions = [
    ...columns.map(([, column], index) => `t.${column} = k.k${index}`),
    ...fixed.map(([name, value]) => fixedCondition(columnName({ name }), value)),
  ]
  const list = all.columns.map(([, column]) => `t.${column}`).join(', ')
  const rows = await client.lists(
    `select ${list} from unnest(${arrays.join(', ')}) k(${names.join(', ')})
       join ${table} t on t.account_id = $1 and ${conditions.join(' and ')} order by t.id`,
    [accountId, ...columns.map((_, index) => keys.map((key) => key[index]))],
  )
  return rows.map((row) => toRow(all.columns, row))
}

/** Rows that are alike: by the values of these properties, and by fixed ones. */
export interface SetShape {
  readonly properties: readonly string[]
  readonly fixed: readonly (readonly [property: string, value: FieldValue])[]
}

/** Values are words of our own conditions. */
function fixedCondition(column: string, value: FieldValue): string {
  if (value === null) return `t.${column} is null`
  return value === true ? `t.${column}` : `t.${column} = '${String(value)}'`
}

function findColumn(type: EntityType, name: string): readonly [Property, string] {
  const found = statementsOf(type).all.columns.find(([property]) => property.name === name)
  if (found === undefined) throw new Error(`${type.name} has no property ${name}`)
  return found
}

function arrayType({ type, sealed }: Property): string {
  if (sealed === true) return 'bytea[]'
  switch (type) {
    case 'Edm.Boolean':
      return 'boolean[]'
    case 'Edm.Date':
      return 'date[]'
    case 'Edm.DateTimeOffset':
      return 'timestamptz[]'
    case 'Edm.Decimal':
      return 'numeric[]'
    case 'Edm.Int32':
      return 'integer[]'
    case 'Edm.Int64':
      return 'bigint[]'
    case 'Edm.String':
      return 'text[]'
  }
}

export async function lockRows(
  client: TransactionClient,
  accountId: number,
  type: EntityType,
  ids: readonly number[],
): Promise<void> {
  await client.texts(
    `select id from ${tableName(type)} where account_id = $1 and id = any($2) order by id for no key update`,
    [accountId, ids],
  )
}

/**
 * Columns that the row does not name take their defaults; so do the instants of creation and change. Sent with the
 * statement that follows.
 */
export async function insertRow(
  client: TransactionClient,
  accountId: number,
  type: EntityType,
  row: Row,
): Promise<void> {
  const {
    table,
    all: { columns },
  } = statementsOf(type)
  const given = columns.filter(
    ([property]) => property.system !== true && row[property.name] !== undefined,
  )
  const places = given.map((_, index) => `$${index + 2}`)
  await client.send(
    `insert into ${table} (account_id, ${given.map(([, column]) => column).join(', ')}) values ($1, ${places.join(', ')})`,
    [accountId, ...given.map(([property]) => row[property.name])],
  )
}

/**
 * Many rows in few statements, one for all that name the same properties. Sent with the statement that follows.
 *
 * A value that has no business in an array (a list) is none of the types that are written so.
 */
export async function insertRows(
  client: TransactionClient,
  accountId: number,
  type: EntityType,
  rows: readonly Row[],
): Promise<void> {
  const {
    table,
    all: { columns },
  } = statementsOf(type)
  const alike = new Map<string, { readonly given: ColumnList['columns']; readonly rows: Row[] }>()
  for (const row of rows) {
    const given = columns.filter(
      ([property]) => property.system !== true && row[property.name] !== undefined,
    )
    const key = given.map(([, column]) => column).join(', ')
    const group = alike.get(key) ?? { given, rows: [] }
    alike.set(key, group)
    group.rows.push(row)
  }
  // None waits for another to be sent, so that whatever is asked after this call is asked after all of them.
  await Promise.all(
    [...alike].map(([list, { given, rows: same }]) => {
      const arrays = given.map(([property], index) => `$${index + 2}::${arrayType(property)}`)
      return client.send(
        `insert into ${table} (account_id, ${list}) select $1::integer, v.* from unnest(${arrays.join(', ')}) v`,
        [accountId, ...given.map(([{ name }]) => same.map((row) => row[name]))],
      )
    }),
  )
}

export async function updateRow(
  client: TransactionClient,
  accountId: number,
  type: EntityType,
  id: number,
  values: Readonly<Record<string, FieldValue>>,
): Promise<void> {
  const update = updateOf(accountId, type, id, values)
  if (update !== undefined) await client.texts(...update)
}

/** The same, sent with the statement that follows. */
export async function sendUpdate(
  client: TransactionClient,
  accountId: number,
  type: EntityType,
  id: number,
  values: Readonly<Record<string, FieldValue>>,
): Promise<void> {
  const update = updateOf(accountId, type, id, values)
  if (update !== undefined) await client.send(...update)
}

/** Undefined when none of the values is one of the type's. */
function updateOf(
  accountId: number,
  type: EntityType,
  id: number,
  values: Readonly<Record<string, FieldValue>>,
): [text: string, values: readonly unknown[]] | undefined {
  const {
    table,
    all: { columns },
  } = statementsOf(type)
  const given = columns.filter(([property]) => values[property.name] !== undefined)
  if (given.length === 0) return undefined
  const settings = given.map(([, column], index) => `${column} = $${index + 3}`)
  return [
    `update ${table} set ${settings.join(', ')} where account_id = $1 and id = $2`,
    [accountId, id, ...given.map(([property]) => values[property.name])],
  ]
}

export async function deleteRow(
  client: TransactionClient,
  accountId: number,
  type: EntityType,
  id: number,
): Promise<void> {
  await client.texts(`delete from ${tableName(type)} where account_id = $1 and id = $2`, [
    accountId,
    id,
  ])
}

function toRow(
  columns: readonly (readonly [Property, string])[],
  values: readonly (string | null)[],
): Row {
  return Object.fromEntries(
    columns.map(([property], index) => [property.name, fieldOf(property, values[index] ?? null)]),
  )
}

function fieldOf(property: Property, text: string | null): FieldValue {
  if (text === null) return null
  switch (property.type) {
    case 'Edm.Boolean':
      return text === 't'
    case 'Edm.Int32':
    // Of identifiers, which sequences give.
    case 'Edm.Int64':
      return Number(text)
    case 'Edm.DateTimeOffset':
      return instantOf(text)
    case 'Edm.Date':
    case 'Edm.Decimal':
    case 'Edm.String':
      return text
  }
}

/** `2026-06-14 09:30:00.5+00` → `2026-06-14T09:30:00.500Z`: sessions are in UTC. */
function instantOf(text: string): string {
  const match = /^(\d{4,}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?\+00$/.exec(text)
  if (match === null) throw new Error(`An instant is not in UTC: ${text}`)
  return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0')}Z`
}
