/** Waiting for what a worker does by itself. */

import { announceChange } from '../../src/changes/announce.ts'
import type { TestApp } from '../support/test-app.ts'

const WAIT_MS = 20_000

export async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WAIT_MS
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** All committed changes are deliveries, where they are to become some. */
export async function fannedOut(app: TestApp): Promise<void> {
  announceChange(app.database, 1)
  await until(async () => (await app.sql('select webhooks.accounts_with_changes()')).length === 0)
}

/** Of an endpoint, in their order: `Tenant 9101 DELIVERED`, with the reason of a cancellation. */
export async function deliveriesOf(app: TestApp, endpointId: number): Promise<readonly string[]> {
  return app.column<string>(
    `select concat_ws(' ', entity, entity_id, state, state_reason)
       from webhooks.deliveries where endpoint_id = $1 order by seq`,
    [endpointId],
  )
}
