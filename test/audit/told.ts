/** What an act leaves in the audit: everything sealed that was not there before it, whosever chain it is in. */

import { sealAll } from '../../src/audit/sealer.ts'
import type { TestApp } from '../support/test-app.ts'

export interface Told {
  readonly account_id: number
  readonly kind: string
  readonly channel: string
  readonly user_name: string | null
  readonly integrator_name: string | null
  readonly key_id: string | null
  readonly process: string | null
  readonly entity: string | null
  readonly entity_ids: readonly string[] | null
  readonly first_id: string | null
  readonly last_id: string | null
  readonly row_count: string | null
  readonly code: string | null
  readonly address: string | null
  readonly request: string | null
  readonly request_id: string | null
  readonly occurrences: number
}

/** By account, then as they stand in its chain. */
export async function toldBy(app: TestApp, act: () => Promise<unknown>): Promise<readonly Told[]> {
  await settle(app)
  const ends = await app.sql<{ account_id: number; last_id: string }>(
    'select account_id, last_id from audit.chains',
  )
  await act()
  await settle(app)
  return app.sql<Told>(
    `select e.* from audit.entries e
       left join jsonb_to_recordset($1::jsonb) as c(account_id integer, last_id bigint) using (account_id)
      where e.id > coalesce(c.last_id, 0)
      order by e.account_id, e.id`,
    [JSON.stringify(ends)],
  )
}

async function settle(app: TestApp): Promise<void> {
  await app.happenings.flush()
  await sealAll(app.database)
}
