/** That an account was exported is itself in its audit: by whom, and which rows of personal information were in it. */

import type { Database } from '../../db/database.ts'
import { model } from '../../model/model.ts'
import type { ExportedSet } from './run-export.ts'

/** Before the first row is read: nobody exports untold, even if he cuts it off. */
export async function traceCommand(
  database: Database,
  accountId: number,
  withContents: boolean,
): Promise<void> {
  const command = withContents ? 'hapi export --with-contents' : 'hapi export'
  await database.transaction((client) =>
    client.query(
      `insert into audit.pending (account_id, actor, kind, details)
       values ($1, audit.actor(), 'COMMAND', jsonb_build_object('request', $2::text))`,
      [accountId, command],
    ),
  )
}

/** Before the files have their names. Who asks who saw a person finds the export among the readings. */
export async function traceRows(
  database: Database,
  accountId: number,
  sets: readonly ExportedSet[],
): Promise<void> {
  const read = sets.flatMap(({ set, rows, first, last }) => {
    const type = model.findBySet(set)
    const isTold = type?.properties.some(
      ({ personal, sensitive, freeText }) => personal ?? sensitive ?? freeText,
    )
    return type === undefined || isTold !== true ? [] : [{ entity: type.name, rows, first, last }]
  })
  await database.transaction((client) =>
    client.query(
      `insert into audit.pending (account_id, actor, kind, entity, details)
       select $1, audit.actor(), 'READ', s.entity, jsonb_build_object(
                'request', 'hapi export', 'rows', s.rows, 'firstId', s.first, 'lastId', s.last)
         from jsonb_to_recordset($2::jsonb) as s(entity text, rows bigint, first bigint, last bigint)`,
      [accountId, JSON.stringify(read)],
    ),
  )
}
