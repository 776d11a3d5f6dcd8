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

/** `condition` is SQL of our own; `$1` is the account. In the order of the Ids. */
export async function selectRows(
  client: Pick<TransactionClient, 'lists'>,
  accountId: number,
  type: EntityType,
  condition: string,
  values: readonly unknown[],
  lock: '' | ' for no key update' | ' for update' = '',
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

export async function updateRow(
  client: TransactionClient,
  accountId: number,
  type: EntityType,
  id: number,
  values: Readonly<Record<string, FieldValue>>,
): Promise<void> {
  const {
    table,
    all: { columns },
  } = statementsOf(type)
  const given = columns.filter(([property]) => values[property.name] !== undefined)
  if (given.length === 0) return
  const settings = given.map(([, column], index) => `${column} = $${index + 3}`)
  await client.texts(
    `update ${table} set ${settings.join(', ')} where account_id = $1 and id = $2`,
    [accountId, id, ...given.map(([property]) => values[property.name])],
  )
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
