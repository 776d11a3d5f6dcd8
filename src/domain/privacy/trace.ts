/** That a request of the Act was carried out is itself in the audit: which, for whom, and by whom. */

import type { Ask } from './mentions.ts'
import type { PersonName } from './people.ts'

/**
 * One entry for each person; one for what is about nobody in particular. In the transaction of what is done, or after it
 * when only something was read. `command` is what was asked for, without the account: `export --person Tenant:9101`.
 */
export async function tracePrivacy(
  ask: Ask,
  accountId: number,
  command: string,
  names: readonly (PersonName | undefined)[] = [undefined],
): Promise<void> {
  for (const name of names)
    await ask(
      `insert into audit.pending (account_id, actor, kind, entity, entity_id, details)
       values ($1, audit.actor(), 'PRIVACY', $2, $3, jsonb_build_object('request', $4::text))`,
      [accountId, name?.type ?? null, name?.id ?? null, `hapi privacy ${command}`],
    )
}
