/**
 * The rows of an account as the commands of a chunk see them: what they ask is answered from memory once it was read,
 * what they write stays in memory until the chunk ends or somebody asks PostgreSQL something that depends on it.
 *
 * Commands run one after another, each on what those before it have left, exactly as if each question were a
 * statement. What makes that true:
 * - Nobody else writes rows of the account meanwhile: the transaction holds it alone (`import-transaction.ts`), so locks
 *   of single rows are not needed, and what was read stays right.
 * - A set of rows is kept up to date by every write. Of a condition that is not understood its understood part is kept;
 *   what PostgreSQL said of the rest is forgotten when a row of that part has changed.
 * - Before a statement of any other kind everything pending is written and the states are brought up to date.
 * - States that follow the calendar are stale in rows that commands of the chunk have touched. Whoever reads one there
 *   gets `StaleState`: the chunk is run again in halves.
 *
 * Before that, all commands are *scouted*: run at once for what they read, which one statement of each kind then
 * fetches for all of them. Nothing that a scout finds counts but the rows, and nothing that it writes is written: it goes
 * on to what its command will ask behind that.
 */

import type { EntityType } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import type { FieldValue, Row } from '../command/row.ts'
import type { ReadOf, RowAccess } from '../command/row-access.ts'
import {
  deleteRow,
  insertRow,
  insertRows,
  type RowLock,
  type SetShape,
  selectRows,
  selectSets,
  sendUpdate,
  type TransactionClient,
} from '../command/stored-rows.ts'
import { TouchedStates } from '../command/touched-states.ts'
import type { IsoDate } from '../leasing/dates.ts'
import { type Condition, readCondition } from './condition.ts'
import { type RowSet, RowSets } from './row-sets.ts'
import { isStateful, staleView, stateColumns } from './stale-states.ts'

/** A scout has come to a statement that could change something. */
class ScoutEnd extends Error {}

type Texts = readonly Record<string, string | null>[]

interface PartialAnswer {
  readonly rows: readonly Row[]
  readonly set: RowSet
  readonly version: number
}

interface ReadAnswer {
  readonly rows: Texts
  /** How many writes of each type it had seen. */
  readonly seen: ReadonlyMap<string, number>
}

interface WaitingSet {
  readonly values: readonly FieldValue[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class ChunkRows implements RowAccess {
  readonly #client: TransactionClient
  readonly #accountId: number
  readonly #businessDate: IsoDate
  #sets = new Map<string, RowSets>()
  #partial = new Map<string, PartialAnswer>()
  #reads = new Map<string, ReadAnswer>()
  /** Rows as they were and as they became, by type, since the sets were last forgotten. */
  #written = new Map<string, Row[]>()
  #inserts = new Map<string, Map<number, Row>>()
  #updates = new Map<string, Map<number, Record<string, FieldValue>>>()
  #waiting = new Map<string, { type: EntityType; shape: SetShape; sets: WaitingSet[] }>()
  /** Of commands that have ended. */
  #touched = new TouchedStates()
  /** The way back from the command that runs. */
  #undo: (() => void)[] = []
  #isBeyondUndo = false
  #isScouting = false

  constructor(client: TransactionClient, accountId: number, businessDate: IsoDate) {
    this.#client = client
    this.#accountId = accountId
    this.#businessDate = businessDate
  }

  /** Runs all of `scouts` at once for what they read. */
  async scout(scouts: readonly (() => Promise<unknown>)[]): Promise<void> {
    this.#isScouting = true
    // Whatever a scout meets the command meets again, on the rows that count.
    await Promise.all(scouts.map((scout) => scout().catch(() => {})))
    this.#isScouting = false
  }

  beginCommand(): void {
    this.#undo = []
    this.#isBeyondUndo = false
  }

  /** Whether what the command has done could be taken back; else its transaction must be. */
  undoCommand(): boolean {
    for (const undo of this.#undo.toReversed()) undo()
    this.#undo = []
    return !this.#isBeyondUndo
  }

  /** Whether a command of the chunk has written the row, or something that its states follow from. */
  #hasTouched(type: EntityType, id: number): boolean {
    return (
      this.#inserts.get(type.name)?.has(id) === true ||
      (isStateful(type.name) && this.#touched.idsOf(type.name).has(id)) ||
      (type.name === 'Lease' && this.#touched.over.has(id))
    )
  }

  /** Writes what is pending and the states that follow from it. */
  async settle(): Promise<void> {
    if (this.#undo.length > 0) this.#isBeyondUndo = true
    await this.#flush()
    await this.#touched.refresh(this.#client, this.#accountId, this.#businessDate)
    this.#forget()
  }

  get client(): TransactionClient {
    if (this.#isScouting) throw new ScoutEnd()
    // Its statements that change something wait for the transaction to have begun, as these do.
    void this.#flush().catch(() => {})
    this.#forget()
    this.#isBeyondUndo = true
    return this.#client
  }

  async select(
    type: EntityType,
    condition: string,
    values: readonly unknown[],
    lock: RowLock = '',
  ): Promise<readonly Row[]> {
    // Who is to change a row sees it as it is stored.
    if (lock !== '' && this.#hasTouched(type, Number(values[0]))) await this.settle()
    const read = readCondition(type, condition)
    if (read.isNested || this.#asksForStates(type, condition)) await this.#settleUnlessScouting()
    const set = await this.#setOf(type, read, values)
    // What is left of nothing is nothing, whatever else is asked.
    const isAnswered = set !== undefined && (!read.isPartial || set.rows.length === 0)
    const rows = isAnswered
      ? set.rows
      : await this.#selectPartly(type, condition, values, read, set)
    const except = read.except === undefined ? undefined : values[read.except]
    const found = isAnswered && except !== undefined ? without(rows, except) : rows
    return this.#shown(type, found, () => this.select(type, condition, values, lock))
  }

  selectKeys(
    type: EntityType,
    condition: string,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    return this.select(type, condition, values)
  }

  async lock(): Promise<void> {
    // The transaction has the account alone.
  }

  async insert(type: EntityType, row: Row): Promise<void> {
    if (this.#isScouting) return
    if (!isWhole(type, row)) {
      // What PostgreSQL fills in nobody here knows.
      this.#isBeyondUndo = true
      await this.#flush()
      await insertRow(this.#client, this.#accountId, type, row)
      this.#forget()
      return
    }
    const id = Number(row['Id'])
    const stored = asStored(type, row)
    const pending = inMap(this.#inserts, type.name, () => new Map<number, Row>())
    pending.set(id, stored)
    this.#undo.push(() => pending.delete(id))
    this.#change(type, undefined, stored)
  }

  async update(
    type: EntityType,
    id: number,
    values: Readonly<Record<string, FieldValue>>,
  ): Promise<void> {
    if (this.#isScouting) return
    if (Object.keys(values).length === 0) return
    const set = await this.#setOf(type, BY_ID, [id])
    const before = set?.rows[0]
    if (before === undefined) return
    const stored = asStored(type, values)
    const after = { ...before, ...stored }
    const inserted = this.#inserts.get(type.name)
    if (inserted?.has(id) === true) {
      inserted.set(id, after)
      this.#undo.push(() => inserted.set(id, before))
    } else this.#pendUpdate(type, id, stored)
    this.#change(type, before, after)
  }

  async delete(type: EntityType, id: number): Promise<void> {
    await deleteRow(this.client, this.#accountId, type, id)
  }

  async query(text: string, values: readonly unknown[]): Promise<Texts> {
    if (this.#isScouting) throw new ScoutEnd()
    await this.settle()
    this.#isBeyondUndo = true
    return this.#client.texts(text, values)
  }

  async read(text: string, values: readonly unknown[], of: ReadOf): Promise<Texts> {
    const key = JSON.stringify([text, values])
    const known = this.#reads.get(key)
    if (known !== undefined && this.#isUntouched(known, of)) return known.rows
    if (!this.#isScouting) await this.#flush()
    const seen = new Map(
      Object.keys(of).map((name) => [name, this.#written.get(name)?.length ?? 0]),
    )
    const rows = await this.#client.texts(text, values)
    this.#reads.set(key, { rows, seen })
    return rows
  }

  async refreshStates(touched: TouchedStates): Promise<void> {
    if (!this.#isScouting) this.#touched.addAll(touched)
  }

  /** The rows of the understood part of a condition; undefined when nothing of it is. */
  async #setOf(
    type: EntityType,
    { equal, fixed }: Condition,
    values: readonly unknown[],
  ): Promise<RowSet | undefined> {
    if (equal.length === 0) return undefined
    const shape = { properties: equal.map(([name]) => name), fixed }
    const wanted = equal.map(([, index]) => fieldOf(values[index]))
    const sets = this.#setsOf(type)
    const known = sets.find(shape, wanted)
    if (known !== undefined) return known
    if (this.#isScouting) await this.#wait(type, shape, wanted)
    else {
      await this.#flush()
      await this.#load(type, shape, [wanted])
    }
    return sets.find(shape, wanted)
  }

  #setsOf(type: EntityType): RowSets {
    return inMap(this.#sets, type.name, () => new RowSets())
  }

  /** Until the sets that other scouts ask for in this turn are read with this one. */
  #wait(type: EntityType, shape: SetShape, values: readonly FieldValue[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) setImmediate(() => this.#loadWaiting())
      const name = `${type.name} ${shape.properties.join(' ')}|${shape.fixed.join(' ')}`
      const waiting = inMap(this.#waiting, name, () => ({ type, shape, sets: [] }))
      waiting.sets.push({ values, resolve, reject })
    })
  }

  #loadWaiting(): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { type, shape, sets } of waiting) {
      const keys = new Map(sets.map(({ values }) => [JSON.stringify(values), values]))
      this.#load(type, shape, [...keys.values()]).then(
        () => {
          for (const { resolve } of sets) resolve()
        },
        (error: unknown) => {
          for (const { reject } of sets) reject(error)
        },
      )
    }
  }

  async #load(
    type: EntityType,
    shape: SetShape,
    keys: readonly (readonly FieldValue[])[],
  ): Promise<void> {
    const rows = await selectSets(this.#client, this.#accountId, type, shape, keys)
    this.#setsOf(type).fill(shape, keys, rows)
  }

  /** Asks PostgreSQL, and keeps its answer as long as no row of the understood part changes. */
  async #selectPartly(
    type: EntityType,
    condition: string,
    values: readonly unknown[],
    { isNested }: Condition,
    set: RowSet | undefined,
  ): Promise<readonly Row[]> {
    const key = JSON.stringify([type.name, condition, values])
    const known = this.#partial.get(key)
    if (known !== undefined && known.set === set && known.version === set.version) return known.rows
    if (!this.#isScouting) await this.#flush()
    const version = set?.version ?? 0
    const rows = await selectRows(this.#client, this.#accountId, type, condition, values)
    if (set !== undefined && !isNested) this.#partial.set(key, { rows, set, version })
    return rows
  }

  /** Rows whose states are stale do not tell them; those that a later term has moved are brought up to date first. */
  async #shown(
    type: EntityType,
    rows: readonly Row[],
    again: () => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> {
    if (!isStateful(type.name) || this.#isScouting) return rows
    const touched = this.#touched.idsOf(type.name)
    const { over } = this.#touched
    if (type.name === 'Lease' && over.size > 0 && rows.some(({ Id }) => over.has(Number(Id)))) {
      await this.settle()
      return again()
    }
    if (touched.size === 0) return rows
    const name = type.name
    return rows.map((row) => (touched.has(Number(row['Id'])) ? staleView(name, row) : row))
  }

  #asksForStates(type: EntityType, condition: string): boolean {
    if (!isStateful(type.name) || this.#touched.idsOf(type.name).size === 0) return false
    return stateColumns(type.name).test(condition)
  }

  async #settleUnlessScouting(): Promise<void> {
    if (!this.#isScouting) await this.settle()
  }

  #isUntouched({ seen }: ReadAnswer, of: ReadOf): boolean {
    return Object.entries(of).every(([name, where]) =>
      (this.#written.get(name) ?? [])
        .slice(seen.get(name) ?? 0)
        .every((row) => Object.entries(where).some(([property, value]) => row[property] !== value)),
    )
  }

  #pendUpdate(type: EntityType, id: number, values: Row): void {
    const pending = inMap(this.#updates, type.name, () => new Map())
    const known = pending.get(id)
    // The order is that of the last change: a key is given up before another row takes it.
    pending.delete(id)
    pending.set(id, { ...known, ...values })
    this.#undo.push(() => {
      pending.delete(id)
      if (known !== undefined) pending.set(id, known)
    })
  }

  #change(type: EntityType, before: Row | undefined, after: Row): void {
    this.#undo.push(this.#setsOf(type).change(before, after))
    const written = inMap(this.#written, type.name, () => [])
    written.push(...(before === undefined ? [after] : [before, after]))
  }

  /**
   * Sends what is pending, and is done when it is on its way: what is asked then sees it. Its failure is that of a later
   * statement.
   */
  async #flush(): Promise<void> {
    if (this.#inserts.size + this.#updates.size === 0) return
    if (this.#undo.length > 0) this.#isBeyondUndo = true
    const [inserts, updates] = [this.#inserts, this.#updates]
    this.#inserts = new Map()
    this.#updates = new Map()
    const sent: Promise<void>[] = []
    for (const [name, rows] of updates)
      for (const [id, values] of rows)
        sent.push(sendUpdate(this.#client, this.#accountId, model.getType(name), id, values))
    for (const [name, rows] of inserts)
      sent.push(insertRows(this.#client, this.#accountId, model.getType(name), [...rows.values()]))
    await Promise.all(sent)
  }

  #forget(): void {
    this.#sets = new Map()
    this.#partial = new Map()
    this.#reads = new Map()
    this.#written = new Map()
  }
}

const BY_ID: Condition = {
  equal: [['Id', 0]],
  fixed: [],
  except: undefined,
  isPartial: false,
  isNested: false,
}

function without(rows: readonly Row[], id: unknown): readonly Row[] {
  return rows.filter((row) => row['Id'] !== id)
}

function fieldOf(value: unknown): FieldValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  return null
}

/** Whether nothing of the row is left to the table's defaults, and it can be sent among others. */
function isWhole(type: EntityType, row: Row): boolean {
  return type.properties.every(
    ({ name, system, collection }) =>
      system === true || (row[name] !== undefined && collection !== true),
  )
}

/** As PostgreSQL will give it back: decimals at their scale. */
function asStored(type: EntityType, row: Row): Record<string, FieldValue> {
  const stored: Record<string, FieldValue> = { ...row }
  for (const [name, scale] of decimalsOf(type)) {
    const value = stored[name]
    if (typeof value === 'string') stored[name] = atScale(value, scale)
  }
  return stored
}

const decimals = new Map<EntityType, readonly (readonly [string, number])[]>()

function decimalsOf(type: EntityType): readonly (readonly [string, number])[] {
  const known = decimals.get(type)
  if (known !== undefined) return known
  const made = type.properties
    .filter((property) => property.type === 'Edm.Decimal')
    .map(({ name, scale }) => [name, scale ?? 0] as const)
  decimals.set(type, made)
  return made
}

function atScale(text: string, scale: number): string {
  const [whole = '', fraction = ''] = text.split('.')
  if (fraction.length === scale) return text
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, '0').slice(0, scale)}`
}

function inMap<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
