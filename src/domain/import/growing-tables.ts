/**
 * Tables that an import fills. PostgreSQL plans by what it knows of a table, which is nothing until somebody looks: then it
 * takes any index of the account for each row (measured: 1.2 ms for the states of one tenant beside 1,600 leases, and
 * the more the more there are; 0.1 ms once it knows).
 */

import type { EntityType } from '../../model/entity-type.ts'
import { hasTable, tableName } from '../../model/naming.ts'
import type { TransactionClient } from '../command/stored-rows.ts'

/** Fewer rows are scanned as fast as an index is. */
const KNOWN_FIRST = 200
/** A plan for a table stays right until it has grown by as much. */
const GROWTH = 4

export class GrowingTables {
  readonly #rows = new Map<string, number>()
  readonly #known = new Map<string, number>()

  /** Counts what has been written, and lets PostgreSQL look at what it knows too little of. */
  async grow(types: readonly EntityType[], client: TransactionClient): Promise<void> {
    for (const type of types)
      if (hasTable(type))
        this.#rows.set(tableName(type), (this.#rows.get(tableName(type)) ?? 0) + 1)
    const grown = [...this.#rows].filter(
      ([table, rows]) => rows >= (this.#known.get(table) ?? KNOWN_FIRST / GROWTH) * GROWTH,
    )
    if (grown.length === 0) return
    for (const [table, rows] of grown) this.#known.set(table, rows)
    await client.texts('select analyze_grown($1, $2)', [
      grown.map(([table]) => table),
      grown.map(([, rows]) => rows),
    ])
  }
}
