/** W-04: an endpoint's own row, with what of it is sealed, and its signing secret, which is told once. */

import { insertEndpoint, sealHeaders } from '../../webhooks/endpoints.ts'
import { sealContext } from '../../webhooks/sealed-headers.ts'
import { newSecret } from '../../webhooks/signature.ts'
import type { Change } from '../command/change.ts'
import { requiredText, textOf } from '../command/row.ts'
import type { ActionRule, Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { headersOf } from './endpoint-destination.ts'
import { actingUser, entitiesOf, refuseEnded } from './endpoint-owner.ts'
import { lockQueueOf, retryNow, wakeQueue } from './endpoint-queue.ts'

/** A user with more has made them by mistake; each costs a look at every change. */
const ENDPOINTS_MAX = 100

export const endpointRow: Rule = {
  number: 'W-04',
  on: ['create', 'update', 'delete'],
  errors: ['WEBHOOK_ENDPOINTS_LIMIT', 'WEBHOOK_ENDPOINT_ENDED'],
  lockFirst: lockQueueOf,
  check: async (change, context) => {
    if (change.kind === 'create') await refuseTooMany(change, context)
    if (change.kind === 'update' && change.before !== undefined && hasChanges(change))
      refuseEnded(change, { endpoint: change.before })
  },
  write: writeEndpoint,
}

export const secretRotation: ActionRule = {
  operation: 'WebhookEndpoints/RotateSecret',
  number: 'W-04',
  errors: ['WEBHOOK_ENDPOINT_ENDED'],
  lockFirst: lockQueueOf,
  check: (change) => refuseEnded(change, { endpoint: change.after }),
  write: rotateSecret,
}

function hasChanges(change: Change): boolean {
  return Object.keys(change.differences()).length > 0
}

async function refuseTooMany(change: Change, context: WriteContext): Promise<void> {
  const values = [context.accountId, actingUser(context).userId]
  // Those who create at once count one after the other; the guide's calls take the same lock.
  await context.client.texts(
    'select from access.users where account_id = $1 and id = $2 for no key update',
    values,
  )
  const [row] = await context.client.lists(
    "select count(*) from webhooks.endpoints where account_id = $1 and user_id = $2 and state <> 'ENDED'",
    values,
  )
  if (Number(row?.[0]) >= ENDPOINTS_MAX)
    change.refuse('WEBHOOK_ENDPOINTS_LIMIT', { max: ENDPOINTS_MAX })
}

export async function writeEndpoint(change: Change, context: WriteContext): Promise<void> {
  switch (change.kind) {
    case 'create':
      return create(change, context)
    case 'update':
      return update(change, context)
    case 'delete':
      return end(change, context)
  }
}

async function create(change: Change, context: WriteContext): Promise<void> {
  const { client, accountId, webhooks } = context
  const { after } = change
  const statements = {
    query: async (text: string, values: readonly unknown[]) => ({
      rows: await client.texts(text, values),
    }),
  }
  const { id, secret } = await insertEndpoint(statements, webhooks.secretBox, {
    accountId,
    userId: actingUser(context).userId,
    origin: 'ENDPOINT',
    url: requiredText(after, 'Url'),
    headers: await headersOf(change, context),
    entities: entitiesOf(after),
    description: textOf(after, 'Description'),
    filter: textOf(after, 'Filter'),
  })
  change.set('Id', id)
  await tellSecret(context, id, secret)
}

/** Columns of the properties that are kept as they are given. */
const plainColumns = [
  ['Url', 'url'],
  ['Description', 'description'],
  ['Filter', 'filter'],
  ['State', 'state'],
  ['StateReason', 'state_reason'],
] as const

async function update(change: Change, context: WriteContext): Promise<void> {
  const settings: (readonly [column: string, value: unknown])[] = plainColumns
    .filter(([property]) => change.changes(property))
    .map(([property, column]) => [column, change.after[property]])
  if (change.changes('Entities')) settings.push(['entities', entitiesOf(change.after)])
  if (change.changes('ResponseHeaders')) {
    const key = { accountId: context.accountId, endpointId: change.id }
    const sealed = sealHeaders(context.webhooks.secretBox, key, await headersOf(change, context))
    settings.push(['headers', sealed.headers], ['header_names', sealed.headerNames])
  }
  await set(change, context, settings)
  // A receiver that is elsewhere, or that starts again, need not wait for what another has failed.
  const isResumed = change.changes('State') && change.after['State'] === 'ACTIVE'
  if (isResumed || change.changes('Url', 'ResponseHeaders')) await retryNow(context, change.id)
  if (settings.length > 0) await wakeQueue(context, change.id)
}

/** It stays to be looked at until its deliveries have gone; what is unfinished is cancelled by the trigger. */
async function end(change: Change, context: WriteContext): Promise<void> {
  if (change.before?.['State'] === 'ENDED') return
  await set(change, context, [
    ['state', 'ENDED'],
    ['state_reason', 'DELETED'],
  ])
  await wakeQueue(context, change.id)
}

async function set(
  change: Change,
  { client, accountId }: WriteContext,
  settings: readonly (readonly [column: string, value: unknown])[],
): Promise<void> {
  if (settings.length === 0) return
  const places = settings.map(([column], index) => `${column} = $${index + 3}`)
  const since = settings.some(([column]) => column === 'state')
    ? ', state_date = clock_timestamp()'
    : ''
  await client.texts(
    `update webhooks.endpoints set ${places.join(', ')}${since} where account_id = $1 and id = $2`,
    [accountId, change.id, ...settings.map(([, value]) => value)],
  )
}

/** Hours that a receiver has to learn the new secret, when nothing is said. */
const OVERLAP_HOURS = 24

async function rotateSecret(change: Change, context: WriteContext): Promise<void> {
  const { client, accountId, webhooks } = context
  const secret = newSecret()
  const hours = change.parameters['OverlapHours'] ?? OVERLAP_HOURS
  await client.texts(
    `update webhooks.endpoints e
        set secret = $3,
            previous_secret = case when $4 > 0 then e.secret end,
            previous_secret_until = case when $4 > 0 then clock_timestamp() + make_interval(hours => $4) end
      where e.account_id = $1 and e.id = $2`,
    [
      accountId,
      change.id,
      webhooks.secretBox.seal(secret, sealContext({ accountId, endpointId: change.id }, 'secret')),
      hours,
    ],
  )
  await tellSecret(context, change.id, secret)
  await wakeQueue(context, change.id)
}

/** The view shows it in this transaction: to the answer of this request, and never again. */
async function tellSecret(context: WriteContext, id: number, secret: string): Promise<void> {
  context.tellsSecret = true
  await context.client.send(
    "select set_config('hapi.told_endpoint', $1, true), set_config('hapi.told_secret', $2, true)",
    [String(id), secret],
  )
}
