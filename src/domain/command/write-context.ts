/**
 * What rules may ask and do inside the transaction of a command: read and lock rows, write the rows that
 * follow from the change, and say whose calendar states are to be refreshed.
 */

import type { EntityType } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import type { WebhookServices } from '../../webhooks/webhook-services.ts'
import type { IsoDate } from '../leasing/dates.ts'
import type { Actor } from './command.ts'
import type { Draft, FieldValue, Row } from './row.ts'
import type { ReadOf, RowAccess } from './row-access.ts'
import type { TransactionClient } from './stored-rows.ts'
import { TouchedStates } from './touched-states.ts'

export interface ContextParts {
  readonly rows: RowAccess
  readonly actor: Actor
  readonly businessDate: IsoDate
  readonly now: Date
  readonly webhooks: WebhookServices | undefined
  readonly secretBox: SecretBox | undefined
  readonly nextId: (typeName: string) => Promise<number>
  /** The day on which the tenant of the lease leaves, when that is entered behind it. */
  readonly leavingOn?: IsoDate | undefined
  /** Of the commands before, whose states are still to be refreshed. */
  readonly touched?: TouchedStates
}

export class WriteContext {
  readonly rows: RowAccess
  readonly actor: Actor
  readonly accountId: number
  /** T of the account. */
  readonly businessDate: IsoDate
  /** The account's clock. */
  readonly now: Date
  /** Rows whose states that follow the calendar may change by this transaction. */
  readonly touched: TouchedStates

  /** The day on which the tenant of the lease that is written leaves, when an import enters that behind it. */
  readonly leavingOn: IsoDate | undefined

  /** The answer holds a secret, which is told this once: nobody may keep it as it is. */
  tellsSecret = false
  readonly #webhooks: ContextParts['webhooks']
  readonly #secretBox: ContextParts['secretBox']

  /** An Id for a new row of an entity type, which no row has or had. */
  readonly nextId: ContextParts['nextId']

  constructor(parts: ContextParts) {
    const { rows, actor, businessDate, now, webhooks, secretBox, nextId, touched } = parts
    this.rows = rows
    this.touched = touched ?? new TouchedStates()
    this.actor = actor
    this.accountId = actor.accountId
    this.businessDate = businessDate
    this.now = now
    this.leavingOn = parts.leavingOn
    this.nextId = nextId
    this.#webhooks = webhooks
    this.#secretBox = secretBox
  }

  /** Seals what the database may hold encrypted only. */
  get secretBox(): SecretBox {
    if (this.#secretBox === undefined) throw new Error('Nothing is there to seal secrets')
    return this.#secretBox
  }

  /** For statements of a kind of their own; what the other members ask and write is better done by them. */
  get client(): TransactionClient {
    return this.rows.client
  }

  /** What rules of webhooks ask and use. */
  get webhooks(): WebhookServices {
    if (this.#webhooks === undefined) throw new Error('The services of the webhooks are not there')
    return this.#webhooks
  }

  /**
   * Rows of an entity type, in the order of their Ids. `condition` is SQL of our own over its columns, with
   * `$2`, `$3` … for `values`; `$1` is the account.
   */
  select(
    type: string,
    condition: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return this.rows.select(typeOf(type), condition, values)
  }

  /** The same, by their keys alone: `Id`, legacy key, and what they belong to. */
  selectKeys(
    type: string,
    condition: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    return this.rows.selectKeys(typeOf(type), condition, values)
  }

  /** The row with this Id; undefined when the account has none. */
  async find(type: string, id: number): Promise<Row | undefined> {
    const [row] = await this.select(type, 'id = $2', [id])
    return row
  }

  /** The row with this Id, which a reference of the account holds. */
  async get(type: string, id: number): Promise<Row> {
    const row = await this.find(type, id)
    if (row === undefined) throw new Error(`${type} ${id} is referred to and not there`)
    return row
  }

  /**
   * Locks rows against other writers until the end of the transaction. Lock in this order, so that two
   * commands never wait for each other: Building, Unit, Parking, Storage, Tenant, Lease; then by Id.
   */
  async lock(type: string, ...ids: readonly (number | null)[]): Promise<void> {
    const wanted = ids.filter((id) => id !== null)
    if (wanted.length > 0) await this.rows.lock(typeOf(type), wanted)
  }

  /** A row that follows from the change; gives its Id. */
  async insert(type: string, row: Draft): Promise<number> {
    const id = await this.nextId(type)
    await this.rows.insert(typeOf(type), { ...row, Id: id })
    return id
  }

  /** New values of a row that follow from the change. */
  async update(
    type: string,
    id: number,
    values: Readonly<Record<string, FieldValue>>,
  ): Promise<void> {
    await this.rows.update(typeOf(type), id, values)
  }

  async delete(type: string, id: number): Promise<void> {
    await this.rows.delete(typeOf(type), id)
  }

  /** Any statement of our own; values travel as parameters, `text` columns come as texts. */
  query(
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Record<string, string | null>[]> {
    return this.rows.query(text, values)
  }

  /** The same for one that changes nothing and whose answer depends on the rows of `of` alone, in no state of the day. */
  read(
    text: string,
    values: readonly unknown[],
    of: ReadOf,
  ): Promise<readonly Record<string, string | null>[]> {
    return this.rows.read(text, values, of)
  }
}

function typeOf(name: string): EntityType {
  return model.getType(name)
}
