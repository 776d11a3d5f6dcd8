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
  readonly #over = new Set<number>()

  add(type: StatefulType, ...ids: readonly (number | null)[]): void {
    for (const id of ids) if (id !== null) this.#ids[type].add(id)
  }

  /** A lease whose term was over by the time it came: terms that followed it take its place, as each day does. */
  addOver(leaseId: number): void {
    this.#over.add(leaseId)
  }

  get over(): ReadonlySet<number> {
    return this.#over
  }

  idsOf(type: StatefulType): ReadonlySet<number> {
    return this.#ids[type]
  }

  /** Those of a command that has ended. */
  addAll(other: TouchedStates): void {
    for (const type of STATEFUL) this.add(type, ...other.idsOf(type))
    for (const id of other.over) this.#over.add(id)
  }

  /** Refreshes them, and forgets them: a later command of the same transaction begins anew. */
  async refresh(
    client: TransactionClient,
    accountId: number,
    businessDate: IsoDate,
  ): Promise<void> {
    if (this.#over.size > 0)
      await client.texts('select roll_over_leases($1, $2)', [accountId, businessDate])
    this.#over.clear()
    const lists = STATEFUL.map((type) => [...this.#ids[type]].sort((a, b) => a - b))
    if (lists.every((ids) => ids.length === 0)) return
    await client.texts('select refresh_states($1, $2, $3, $4, $5, $6, $7)', [
      accountId,
      businessDate,
      ...lists,
    ])
    for (const type of STATEFUL) this.#ids[type].clear()
  }
}
