/**
 * How commands and rules reach the rows of their account: the one seam between them and the database.
 *
 * A request asks PostgreSQL for each thing by itself (`DirectRows`). An import runs thousands of commands in a row and
 * keeps what they ask and write in memory for a while, so that one statement serves many of them
 * (`../import/chunk-rows.ts`); rules cannot tell the difference.
 */

import type { EntityType } from '../../model/entity-type.ts'
import type { IsoDate } from '../leasing/dates.ts'
import type { FieldValue, Row } from './row.ts'
import {
  deleteRow,
  insertRow,
  lockRows,
  type RowLock,
  selectKeys,
  selectRows,
  type TransactionClient,
  updateRow,
} from './stored-rows.ts'
import type { TouchedStates } from './touched-states.ts'

/** What the answer of a statement depends on: rows of these types, of some of them only where they hold these values. */
export type ReadOf = Readonly<Record<string, Row>>

export interface RowAccess {
  /** For statements that are none of the others. */
  readonly client: TransactionClient
  /** `condition` is SQL of our own, `$1` the account. In the order of the Ids. */
  select(
    type: EntityType,
    condition: string,
    values: readonly unknown[],
    lock?: RowLock,
  ): Promise<readonly Row[]>
  /** The same by the keys alone; other properties may be there or not. */
  selectKeys(
    type: EntityType,
    condition: string,
    values: readonly unknown[],
  ): Promise<readonly Row[]>
  lock(type: EntityType, ids: readonly number[]): Promise<void>
  insert(type: EntityType, row: Row): Promise<void>
  update(type: EntityType, id: number, values: Readonly<Record<string, FieldValue>>): Promise<void>
  delete(type: EntityType, id: number): Promise<void>
  /** A statement of any kind. */
  query(text: string, values: readonly unknown[]): Promise<readonly Record<string, string | null>[]>
  /** A statement that changes nothing, and whose answer depends on these rows alone. */
  read(
    text: string,
    values: readonly unknown[],
    of: ReadOf,
  ): Promise<readonly Record<string, string | null>[]>
  /** Brings states that follow the calendar up to date, at the end of a command. */
  refreshStates(touched: TouchedStates, businessDate: IsoDate): Promise<void>
}

/** Each question is a statement, each write too. */
export class DirectRows implements RowAccess {
  readonly client: TransactionClient
  readonly #accountId: number

  constructor(client: TransactionClient, accountId: number) {
    this.client = client
    this.#accountId = accountId
  }

  select(
    type: EntityType,
    condition: string,
    values: readonly unknown[],
    lock?: RowLock,
  ): Promise<readonly Row[]> {
    return selectRows(this.client, this.#accountId, type, condition, values, lock)
  }

  selectKeys(
    type: EntityType,
    condition: string,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    return selectKeys(this.client, this.#accountId, type, condition, values)
  }

  lock(type: EntityType, ids: readonly number[]): Promise<void> {
    return lockRows(this.client, this.#accountId, type, ids)
  }

  insert(type: EntityType, row: Row): Promise<void> {
    return insertRow(this.client, this.#accountId, type, row)
  }

  update(
    type: EntityType,
    id: number,
    values: Readonly<Record<string, FieldValue>>,
  ): Promise<void> {
    return updateRow(this.client, this.#accountId, type, id, values)
  }

  delete(type: EntityType, id: number): Promise<void> {
    return deleteRow(this.client, this.#accountId, type, id)
  }

  query(
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Record<string, string | null>[]> {
    return this.client.texts(text, values)
  }

  read(
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Record<string, string | null>[]> {
    return this.client.texts(text, values)
  }

  refreshStates(touched: TouchedStates, businessDate: IsoDate): Promise<void> {
    return touched.refresh(this.client, this.#accountId, businessDate)
  }
}
