/** The rows whose states that follow the calendar a transaction has to bring up to date before it commits. */

import type { IsoDate } from '../leasing/dates.ts'
import type { TransactionClient } from './stored-rows.ts'

type StatefulType = 'Lease' | 'Unit' | 'Tenant' | 'Parking' | 'Storage'

export class TouchedStates {
  readonly #ids: Readonly<Record<StatefulType, Set<number>>> = {
    Lease: new Set(),
    Unit: new Set(),
    Tenant: new Set(),
    Parking: new Set(),
    Storage: new Set(),
  }

  add(type: StatefulType, ...ids: readonly (number | null)[]): void {
    for (const id of ids) if (id !== null) this.#ids[type].add(id)
  }

  /** Refreshes them, and forgets them: a later command of the same transaction begins anew. */
  async refresh(
    client: TransactionClient,
    accountId: number,
    businessDate: IsoDate,
  ): Promise<void> {
    const { Lease, Unit, Tenant, Parking, Storage } = this.#ids
    const lists = [Lease, Unit, Tenant, Parking, Storage].map((ids) =>
      [...ids].sort((a, b) => a - b),
    )
    if (lists.every((ids) => ids.length === 0)) return
    await client.texts('select refresh_states($1, $2, $3, $4, $5, $6, $7)', [
      accountId,
      businessDate,
      ...lists,
    ])
    for (const ids of [Lease, Unit, Tenant, Parking, Storage]) ids.clear()
  }
}
