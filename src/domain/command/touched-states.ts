/** The rows whose states that follow the calendar a transaction has to bring up to date before it commits. */

import type { IsoDate } from '../leasing/dates.ts'
import type { TransactionClient } from './stored-rows.ts'

export type StatefulType = 'Lease' | 'Unit' | 'Tenant' | 'Parking' | 'Storage'

const STATEFUL: readonly StatefulType[] = ['Lease', 'Unit', 'Tenant', 'Parking', 'Storage']

export class TouchedStates {
  readonly #ids: Readonly<Record<StatefulType, Set<number>>> = {
    Lease: new Set(),
    Unit: new Set(),
    Tenant: new Set(),
    Parking: new Set(),
    Storage: new Set(),
  }
  readonly #over = new Map<number, IsoDate>()

  add(type: StatefulType, ...ids: readonly (number | null)[]): void {
    for (const id of ids) if (id !== null) this.#ids[type].add(id)
  }

  /** A lease whose term was over by the time it came: terms that followed it take its place, as each day does. */
  addOver(leaseId: number, day: IsoDate): void {
    this.#over.set(leaseId, day)
  }

  /** Leases, and the day up to which terms follow. */
  get over(): ReadonlyMap<number, IsoDate> {
    return this.#over
  }

  idsOf(type: StatefulType): ReadonlySet<number> {
    return this.#ids[type]
  }

  /** Those of a command that has ended. */
  addAll(other: TouchedStates): void {
    for (const type of STATEFUL) this.add(type, ...other.idsOf(type))
    for (const [id, day] of other.over) this.#over.set(id, day)
  }

  /** Refreshes them, and forgets them: a later command of the same transaction begins anew. */
  async refresh(
    client: TransactionClient,
    accountId: number,
    businessDate: IsoDate,
  ): Promise<void> {
    for (const day of new Set(this.#over.values())) {
      const leases = [...this.#over].filter(([, last]) => last === day).map(([id]) => id)
      for (const ids of slicesOf(new Set(leases)))
        await client.texts('select roll_over_leases($1, $2, $3)', [accountId, day, ids])
    }
    this.#over.clear()
    const isSmall = STATEFUL.every((type) => this.#ids[type].size <= SLICE_ROWS)
    // One statement for what a command touches; what many did, kind by kind in the same order.
    for (const kinds of isSmall ? [STATEFUL] : STATEFUL.map((type) => [type]))
      await this.#refreshKinds(kinds, (lists) =>
        client.texts('select refresh_states($1, $2, $3, $4, $5, $6, $7)', [
          accountId,
          businessDate,
          ...lists,
        ]),
      )
    for (const type of STATEFUL) this.#ids[type].clear()
  }

  async #refreshKinds(
    kinds: readonly StatefulType[],
    refresh: (lists: readonly (readonly number[])[]) => Promise<unknown>,
  ): Promise<void> {
    const slices = new Map(kinds.map((type) => [type, slicesOf(this.#ids[type])]))
    const count = Math.max(...[...slices.values()].map(({ length }) => length))
    for (let index = 0; index < count; index++)
      await refresh(STATEFUL.map((type) => slices.get(type)?.[index] ?? []))
  }
}

/**
 * Rows of a kind in one statement: their plan does not depend on how many there are, and joins each with each (measured:
 * 500 at once took 5 times as long as 500 by fifties).
 */
const SLICE_ROWS = 50

/** Sorted, so that writers lock rows in one order. */
function slicesOf(ids: ReadonlySet<number>): readonly (readonly number[])[] {
  const sorted = [...ids].sort((a, b) => a - b)
  const slices: number[][] = []
  for (let start = 0; start < sorted.length; start += SLICE_ROWS)
    slices.push(sorted.slice(start, start + SLICE_ROWS))
  return slices
}
