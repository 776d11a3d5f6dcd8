/** The queue of an endpoint: whoever changes what is in it, or its endpoint's state, holds its row first. */

import { DELIVERIES_CHANNEL } from '../../webhooks/fan-out.ts'
import type { WriteContext } from '../command/write-context.ts'

/** Nothing happens when the user sees no such endpoint: he hears so in a moment. */
export async function lockQueueOf(endpointId: number, context: WriteContext): Promise<void> {
  await lockQueue(context, 'select id from webhook_endpoints where account_id = $1 and id = $2', [
    endpointId,
  ])
}

export async function lockQueueOfDelivery(
  deliveryId: number,
  context: WriteContext,
): Promise<void> {
  await lockQueue(
    context,
    'select endpoint_id from webhook_deliveries where account_id = $1 and id = $2',
    [deliveryId],
  )
}

async function lockQueue(
  { client, accountId }: WriteContext,
  visible: string,
  values: readonly unknown[],
): Promise<void> {
  await client.texts(
    `select from webhooks.queues where account_id = $1 and endpoint_id in (${visible}) for no key update`,
    [accountId, ...values],
  )
}

/** Tells the workers, when the transaction commits, that there is something to do. */
export async function wakeQueue(
  { client, accountId }: WriteContext,
  endpointId: number,
): Promise<void> {
  await client.send('select pg_notify($1, $2)', [
    DELIVERIES_CHANNEL,
    JSON.stringify([[accountId, endpointId]]),
  ])
}

/** What waits for its next attempt is due now, and a queue that rests does so no more: something was put right. */
export async function retryNow(
  { client, accountId }: WriteContext,
  endpointId: number,
): Promise<void> {
  await client.texts(
    `update webhooks.deliveries d
        set next_attempt_at = clock_timestamp(), round_attempts = 0,
            modified_date = greatest(clock_timestamp(), d.modified_date + interval '1 millisecond')
      where d.account_id = $1 and d.endpoint_id = $2 and d.state = 'PENDING' and d.next_attempt_at > clock_timestamp()`,
    [accountId, endpointId],
  )
  await client.texts(
    `update webhooks.queues q
        set due_at = clock_timestamp(), failures = 0, rests_until = null, failing_since = null
      where q.account_id = $1 and q.endpoint_id = $2`,
    [accountId, endpointId],
  )
}
