/** That a request of the Act was carried out is itself in the audit: which, for whom, and by whom. */

import type { Ask } from './mentions.ts'
import { type PersonName, personText } from './people.ts'

/** In the transaction of what is done, or after it when only something was read. */
export async function tracePrivacy(
  ask: Ask,
  accountId: number,
  names: readonly PersonName[],
  command: 'export' | 'anonymise' | 'who-saw',
): Promise<void> {
  for (const name of names)
    await ask(
      `insert into audit.pending (account_id, actor, kind, entity, entity_id, details)
       values ($1, audit.actor(), 'PRIVACY', $2, $3, jsonb_build_object('request', $4::text))`,
      [accountId, name.type, name.id, `hapi privacy ${command} --person ${personText(name)}`],
    )
}
