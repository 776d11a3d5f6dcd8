/**
 * What PostgreSQL itself remembers of rows that were changed: the statistics by which it plans hold the most common values
 * of a column, and a table holds what its rows were until it is vacuumed.
 */

import type { Database } from '../../db/database.ts'
import { model } from '../../model/model.ts'
import { tableName } from '../../model/naming.ts'

/** A large table takes its time; nothing waits for it. */
const VACUUM_TIMEOUT_MS = 3_600_000

const KEPT_TABLES = [
  'idempotency_keys',
  'async_answers',
  'document_pieces',
  'webhooks.attempts',
  'import_labels',
  'import_refusals',
]

/**
 * After the commit, of all tables: whoever died between the two asks again, and knows no longer which rows it were. What
 * has not changed since it was vacuumed costs little.
 */
export async function clearTraces(database: Database): Promise<void> {
  const tables = [
    ...model.entityTypes.filter(({ storage }) => storage !== 'view').map(tableName),
    ...KEPT_TABLES,
  ]
  const session = await database.openSession('hapi privacy', () => {}, VACUUM_TIMEOUT_MS)
  try {
    await session.query(`vacuum (analyze) ${tables.join(', ')}`)
  } finally {
    await session.close()
  }
}
