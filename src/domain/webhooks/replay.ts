/**
 * W-06: sends again what an endpoint has had, or should have had. An event keeps its `webhook-id`, and a delivery its
 * number of attempts; what is unfinished already is left alone.
 */

import { model } from '../../model/model.ts'
import { readEntityNames } from '../../webhooks/entity-names.ts'
import { mayHear } from '../../webhooks/event-access.ts'
import type { Change } from '../command/change.ts'
import { requiredNumber, requiredText, textOf } from '../command/row.ts'
import type { ActionRule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { entitiesOf, ownerOf, refuseEnded } from './endpoint-owner.ts'
import { lockQueueOf, lockQueueOfDelivery, wakeQueue } from './endpoint-queue.ts'

const replay: ActionRule = {
  operation: 'WebhookEndpoints/Replay',
  number: 'W-06',
  errors: ['WEBHOOK_ENDPOINT_ENDED', 'DATE_ORDER', 'ENTITY_NOT_SUBSCRIBABLE'],
  lockFirst: lockQueueOf,
  check: (change, context) => {
    refuseEnded(change, { endpoint: change.after })
    refuseRange(change, context)
  },
  write: async (change, context) => {
    const wanted = wantedOf(change, context)
    await context.client.send("select set_config('statement_timeout', $1, true)", [
      String(STATEMENT_TIMEOUT_MS),
    ])
    const isDryRun = change.parameters['DryRun'] === true
    const counts = await queueAgain(change, context, wanted, isDryRun)
    change.outcome = {
      kind: 'value',
      type: 'WebhookReplay',
      value: {
        ...counts,
        Since: wanted.since,
        Until: wanted.until,
        Entities: wanted.entities,
      },
    }
    if (!isDryRun) await wakeQueue(context, change.id)
  },
}

/** What is older has gone, or goes while it is looked at. */
const REPLAY_DAYS_MAX = 30
const DAY_MS = 86_400_000

/** Hundreds of thousands of events in one statement. */
const STATEMENT_TIMEOUT_MS = 60_000

function refuseRange(change: Change, context: WriteContext): void {
  const { since, until } = rangeOf(change, context)
  const earliest = new Date(context.now.getTime() - REPLAY_DAYS_MAX * DAY_MS).toISOString()
  if (since < earliest)
    change.refuse(
      'VALUE_OUT_OF_RANGE',
      { field: 'Since', min: earliest, max: context.now.toISOString() },
      { target: 'Since' },
    )
  if (until < since)
    change.refuse('DATE_ORDER', { field: 'Until', other: 'Since' }, { target: 'Until' })
}

/** By the account's clock, as the events say when they occurred. */
function rangeOf(
  { parameters }: Change,
  { now }: WriteContext,
): { readonly since: string; readonly until: string } {
  return {
    since: requiredText(parameters, 'Since'),
    until: textOf(parameters, 'Until') ?? now.toISOString(),
  }
}

interface Wanted {
  readonly entities: readonly string[]
  readonly since: string
  readonly until: string
  readonly onlyFailed: boolean
}

/** Of the entities that are followed, those asked for of which the endpoint's user may hear now. */
function wantedOf(change: Change, context: WriteContext): Wanted {
  const subscriber = { principal: ownerOf(change.after, context), hasKey: true }
  const text = textOf(change.parameters, 'Entities')
  const asked =
    text === null
      ? undefined
      : // The pipeline has read a list of texts.
        readEntityNames(model, JSON.parse(text) as unknown, 'Entities').map(({ name }) => name)
  return {
    ...rangeOf(change, context),
    entities: entitiesOf(change.after).filter(
      (entity) => (asked === undefined || asked.includes(entity)) && mayHear(subscriber, entity),
    ),
    onlyFailed: change.parameters['OnlyFailed'] === true,
  }
}

interface Counts {
  readonly Count: number
  readonly NewCount: number
}

const REPLAY = 'select queued, made from webhooks.replay($1, $2, $3, $4, $5, $6, $7)'
const COUNT =
  'select count(id), count(*) - count(id) from webhooks.replayable($1, $2, $3, $4, $5, $6, $7)'

async function queueAgain(
  change: Change,
  context: WriteContext,
  { entities, since, until, onlyFailed }: Wanted,
  isDryRun: boolean,
): Promise<Counts> {
  const values = [context.accountId, change.id, entities, since, until]
  const untold = onlyFailed ? [] : await untoldSeqs(change, context, values)
  const [row] = await context.client.lists(isDryRun ? COUNT : REPLAY, [
    ...values,
    onlyFailed,
    untold,
  ])
  const [queued, made] = (row ?? []).map(Number)
  return { Count: (queued ?? 0) + (made ?? 0), NewCount: made ?? 0 }
}

/** Rows that the filter is asked about at once. */
const FILTERED_AT_ONCE = 1_000

/**
 * Numbers of the events that have no delivery and that the filter lets through, asked of the rows as they are now; a
 * deletion is always told. Null: all there are.
 */
async function untoldSeqs(
  change: Change,
  context: WriteContext,
  values: readonly unknown[],
): Promise<readonly string[] | null> {
  const filter = textOf(change.after, 'Filter')
  if (filter === null) return null
  const rows = await context.client.lists(
    'select seq, entity, id, status from webhooks.untold($1, $2, $3, $4, $5) order by entity, id',
    values,
  )
  const events = rows.map(([seq, entity, id, status]) => ({
    seq: seq ?? '',
    entity: entity ?? '',
    id: Number(id),
    isDeleted: status === '2',
  }))
  const subscriber = { principal: ownerOf(change.after, context), hasKey: true }
  const told: string[] = []
  for (const entity of new Set(events.map((event) => event.entity))) {
    const own = events.filter((event) => event.entity === entity)
    const ids = [...new Set(own.flatMap(({ id, isDeleted }) => (isDeleted ? [] : [id])))]
    const matching = new Set<number>()
    for (let start = 0; start < ids.length; start += FILTERED_AT_ONCE) {
      const some = ids.slice(start, start + FILTERED_AT_ONCE)
      const found = await context.webhooks.filter.matches(subscriber, entity, filter, some)
      for (const id of found) matching.add(id)
    }
    for (const { seq, id, isDeleted } of own) if (isDeleted || matching.has(id)) told.push(seq)
  }
  return told
}

/** One delivery again; one that is to be sent already is sent at once. */
const resend: ActionRule = {
  operation: 'WebhookDeliveries/Resend',
  number: 'W-06',
  errors: ['WEBHOOK_ENDPOINT_ENDED'],
  lockFirst: lockQueueOfDelivery,
  check: async (change, context) => {
    const endpoint = await context.get(
      'WebhookEndpoint',
      requiredNumber(change.after, 'EndpointId'),
    )
    refuseEnded(change, { endpoint })
    const { principal, entity } = {
      principal: ownerOf(endpoint, context),
      entity: model.getType(requiredText(change.after, 'Entity')),
    }
    if (mayHear({ principal, hasKey: true }, entity.name)) return
    if (!principal.modules.has(entity.module))
      change.refuse('MODULE_NOT_LICENSED', { module: entity.module }, { target: entity.set })
    else change.refuse('READ_NOT_PERMITTED', { set: entity.set }, { target: entity.set })
  },
  write: async (change, context) => {
    const { client, accountId } = context
    const endpointId = requiredNumber(change.after, 'EndpointId')
    await client.texts('select webhooks.requeue($1, $2, $3)', [accountId, endpointId, [change.id]])
    await client.texts(
      `update webhooks.deliveries d
          set next_attempt_at = clock_timestamp(),
              modified_date = greatest(clock_timestamp(), d.modified_date + interval '1 millisecond')
        where d.account_id = $1 and d.id = $2 and d.state = 'PENDING' and d.next_attempt_at > clock_timestamp()`,
      [accountId, change.id],
    )
    await client.texts(
      'update webhooks.queues set due_at = clock_timestamp() where account_id = $1 and endpoint_id = $2',
      [accountId, endpointId],
    )
    await wakeQueue(context, endpointId)
  },
}

export const replayActions: readonly ActionRule[] = [replay, resend]
