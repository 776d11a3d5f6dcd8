/** What the engine decides about an endpoint: it is over, or it has failed for too long. */

import type { Database } from '../db/database.ts'
import type { QueueName } from './queue-store.ts'

/** Without a success for so long an endpoint is disabled; its events are kept. */
export const DISABLED_AFTER_DAYS = 5

/**
 * The receiver at this URL has answered 410: nothing more is sent to it. Gives whether the endpoint has ended by it, and
 * not before, and has no other URL by now. Throws UNAVAILABLE.
 */
export async function endGoneEndpoint(
  database: Database,
  queue: QueueName,
  url: string,
): Promise<boolean> {
  return changeState(database, queue, END, [url])
}

const END = `
  update webhooks.endpoints e
     set state = 'ENDED', state_reason = 'GONE', state_date = clock_timestamp()
   where e.account_id = $1 and e.id = $2 and e.state <> 'ENDED' and e.url = $3`

/** Disables an endpoint whose failures began too long ago; gives whether it did. Throws UNAVAILABLE. */
export async function disableFailingEndpoint(
  database: Database,
  queue: QueueName,
): Promise<boolean> {
  return changeState(database, queue, DISABLE, [DISABLED_AFTER_DAYS])
}

const DISABLE = `
  update webhooks.endpoints e
     set state = 'DISABLED', state_reason = 'FAILING', state_date = clock_timestamp()
    from webhooks.queues q
   where e.account_id = $1 and e.id = $2 and e.state = 'ACTIVE'
     and q.account_id = e.account_id and q.endpoint_id = e.id
     and q.failing_since < clock_timestamp() - make_interval(days => $3)`

/** An endpoint is logged as other rows are, so that its administrator can subscribe to it: in its account's name. */
async function changeState(
  database: Database,
  { accountId, endpointId }: QueueName,
  text: string,
  values: readonly unknown[],
): Promise<boolean> {
  return database.workTransaction(async (statements, begun) => {
    const [, , , { command }] = await Promise.all([
      begun,
      statements.ask("select set_config('hapi.account_id', $1, true)", [accountId]),
      statements.ask(
        'select from webhooks.queues where account_id = $1 and endpoint_id = $2 for no key update',
        [accountId, endpointId],
      ),
      statements.ask(text, [accountId, endpointId, ...values]),
    ])
    return command !== 'UPDATE 0'
  })
}

/** The key of its secrets is lost: its user has to subscribe again. Gives whether it had not ended. Throws UNAVAILABLE. */
export async function endLostEndpoint(database: Database, queue: QueueName): Promise<boolean> {
  return changeState(database, queue, END_LOST, [])
}

const END_LOST = `
  update webhooks.endpoints e
     set state = 'ENDED', state_reason = 'DELETED', state_date = clock_timestamp()
   where e.account_id = $1 and e.id = $2 and e.state <> 'ENDED'`
