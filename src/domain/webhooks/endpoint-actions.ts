/** W-05: what a person does with an endpoint. */

import type { Change } from '../command/change.ts'
import { requiredText } from '../command/row.ts'
import type { ActionRule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { entitiesOf, refuseEnded } from './endpoint-owner.ts'
import { lockQueueOf, wakeQueue } from './endpoint-queue.ts'
import { writeEndpoint } from './endpoint-row.ts'

type SharedParts = Pick<ActionRule, 'number' | 'errors' | 'lockFirst' | 'check'>

const shared: SharedParts = {
  number: 'W-05',
  errors: ['WEBHOOK_ENDPOINT_ENDED'],
  lockFirst: lockQueueOf,
  check: (change) => {
    if (change.before !== undefined) refuseEnded(change, { endpoint: change.before })
  },
}

/** One that the engine has disabled sends nothing already, and goes on saying why. */
const pause: ActionRule = {
  ...shared,
  operation: 'WebhookEndpoints/Pause',
  prepare: (change) => {
    if (requiredText(change.after, 'State') !== 'ACTIVE') return
    change.set('State', 'PAUSED')
    change.set('StateReason', 'PERSON')
  },
  write: writeEndpoint,
}

const resume: ActionRule = {
  ...shared,
  operation: 'WebhookEndpoints/Resume',
  prepare: (change) => {
    const state = requiredText(change.after, 'State')
    if (state !== 'PAUSED' && state !== 'DISABLED') return
    change.set('State', 'ACTIVE')
    change.set('StateReason', null)
  },
  write: writeEndpoint,
}

const test: ActionRule = {
  ...shared,
  operation: 'WebhookEndpoints/Test',
  write: queueTest,
}

/** An event of the first entity that it follows, which is marked as a test. */
async function queueTest(change: Change, context: WriteContext): Promise<void> {
  const [entity = ''] = entitiesOf(change.after)
  const [row] = await context.client.texts('select webhooks.queue_test($1, $2, $3) as id', [
    context.accountId,
    change.id,
    entity,
  ])
  change.outcome = { kind: 'row', type: 'WebhookDelivery', id: Number(row?.['id']) }
  await wakeQueue(context, change.id)
}

export const endpointActions: readonly ActionRule[] = [test, pause, resume]
