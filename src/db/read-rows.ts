/** Few rows of a read session, as texts. */

import type { ReadSession, ReadStatement } from './read-session.ts'
import { textColumns } from './text-columns.ts'

/** All rows at once, each column's text or null. */
export async function readRows(
  session: ReadSession,
  statement: ReadStatement,
  values: readonly (string | null)[],
): Promise<(string | null)[][]> {
  const rows: (string | null)[][] = []
  await session.open(statement, values).next(0, (message, offset) => {
    rows.push(textColumns(message, offset))
  })
  return rows
}
