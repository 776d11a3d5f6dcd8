/** Commands that change no row, and are acts all the same: who has looked into the audit, or moved contents. */

import type { Database } from '../db/database.ts'

/**
 * @param accountId 0 for all of the installation
 * @param command as it was given, without what it need not say: `hapi audit list --entity Tenant`
 */
export async function tellCommand(
  database: Database,
  accountId: number,
  command: string,
): Promise<void> {
  await database.transaction((client) =>
    client.query(
      `insert into audit.pending (account_id, actor, kind, details)
       values ($1, audit.actor(), 'COMMAND', jsonb_build_object('request', left($2, 1000)))`,
      [accountId, command],
    ),
  )
}
