/** What is past its retention goes, and takes nothing younger with it. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { announceChange } from '../../src/changes/announce.ts'
import { pruneDeliveries } from '../../src/webhooks/retention.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { Receiver } from './receiver.ts'
import { storeAttempt, storeDelivery, storeEndpoint } from './stored-webhooks.ts'
import { insertEndpoint, startTestWorker, type TestWorker } from './support.ts'
import { deliveriesOf, until } from './waiting.ts'

const DAYS = 30

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

afterEach(async () => {
  await app.sql('delete from webhooks.endpoints')
  await app.sql('truncate webhooks.deliveries, webhooks.attempts')
})

const prune = (): Promise<number> =>
  pruneDeliveries(app.database, { days: DAYS, signal: new AbortController().signal })

/** Of deliveries, by their number in the log. */
async function age(seqs: readonly number[], days: number): Promise<void> {
  await app.sql(
    'update webhooks.deliveries set created_date = clock_timestamp() - make_interval(days => $2) where seq = any ($1)',
    [seqs, days],
  )
}

async function idOf(seq: number): Promise<string> {
  const [id = ''] = await app.column<string>('select id from webhooks.deliveries where seq = $1', [
    seq,
  ])
  return id
}

describe('Retention', () => {
  test('deliveries and attempts that are older go, whatever their state; younger ones stay', async () => {
    const endpointId = await storeEndpoint(app, 'integrator')
    const states = ['DELIVERED', 'FAILED', 'CANCELLED', 'PENDING', 'DELIVERED', 'PENDING'] as const
    for (const [index, state] of states.entries()) {
      const seq = 901 + index
      await storeDelivery(app, 1, { endpointId, seq, state, entityId: seq })
      await storeAttempt(app, 1, await idOf(seq))
    }
    await age([901, 902, 903, 904], DAYS + 1)
    await age([905, 906], DAYS - 1)
    expect(await prune()).toBe(4)
    expect(await deliveriesOf(app, endpointId)).toEqual(['Unit 905 DELIVERED', 'Unit 906 PENDING'])
    expect(
      await app.column(
        'select d.seq::int from webhooks.attempts a left join webhooks.deliveries d on d.id = a.delivery_id order by 1',
      ),
    ).toEqual([905, 906])
    expect(await prune()).toBe(0)
  })

  test('the event behind one that goes unsent is due then, and its queue with it', async () => {
    const endpointId = await storeEndpoint(app, 'integrator')
    for (const [seq, state] of [
      [911, 'PENDING'],
      [912, 'WAITING'],
      [913, 'WAITING'],
    ] as const)
      await storeDelivery(app, 1, { endpointId, seq, state, entityId: 9001 })
    await app.sql('update webhooks.queues set due_at = null')
    await age([911], DAYS + 1)
    expect(await prune()).toBe(1)
    expect(await deliveriesOf(app, endpointId)).toEqual(['Unit 9001 PENDING', 'Unit 9001 WAITING'])
    expect(
      await app.sql('select from webhooks.queues where due_at <= clock_timestamp()'),
    ).toHaveLength(1)
  })

  test('an endpoint that ended that long ago goes with its last delivery, and is told as deleted, once', async () => {
    const [old, young, used] = [
      await storeEndpoint(app, 'integrator', { state: 'ENDED' }),
      await storeEndpoint(app, 'integrator', { state: 'ENDED' }),
      await storeEndpoint(app, 'integrator', { state: 'ENDED' }),
    ]
    const paused = await storeEndpoint(app, 'integrator', { state: 'PAUSED' })
    await storeDelivery(app, 1, { endpointId: old, seq: 921, state: 'CANCELLED' })
    await storeDelivery(app, 1, { endpointId: used, seq: 922, state: 'DELIVERED' })
    await age([921], DAYS + 1)
    await app.sql(
      'update webhooks.endpoints set state_date = clock_timestamp() - make_interval(days => $2) where id = any ($1)',
      [[old, used, paused], DAYS + 1],
    )
    const before = await lastSeq()
    await prune()
    expect(await app.column('select id from webhooks.endpoints order by id')).toEqual(
      [young, used, paused].toSorted((a, b) => a - b),
    )
    await prune()
    expect(
      await app.sql('select entity, id, status from change_log where seq > $1', [before]),
    ).toEqual([{ entity: 'WebhookEndpoint', id: old, status: 2 }])
  })

  async function lastSeq(): Promise<string> {
    const [seq = '0'] = await app.column<string>('select coalesce(max(seq), 0) from change_log')
    return seq
  }
})

describe('Retention beside deliveries', () => {
  let receiver: Receiver
  let worker: TestWorker

  beforeEach(async () => {
    receiver = await Receiver.start()
    worker = await startTestWorker(app)
  })

  afterEach(async () => {
    await worker.stop()
    await receiver.close()
  })

  test('10,000 old deliveries go while new ones of the same endpoint are sent', async () => {
    const id = await insertEndpoint(app, { url: receiver.url, entities: ['Unit'] })
    await app.sql(
      `with made as (
         insert into webhooks.deliveries (account_id, endpoint_id, seq, entity, entity_id, status, occurred_at,
           committed_at, created_date, state)
         select 1, $1, -n, 'Unit', n, 1, now(), now(), now() - interval '31 days', 'DELIVERED'
           from generate_series(1, 10000) n returning id)
       insert into webhooks.attempts (account_id, delivery_id, endpoint_id, number, started_at, duration_ms, result)
       select 1, id, $1, 1, now() - interval '31 days', 5, 'DELIVERED' from made`,
      [id],
    )
    const progress = { isDone: false }
    const pruned = prune().finally(() => {
      progress.isDone = true
    })
    let changes = 0
    do {
      await app.sql(
        `update units set created_date = created_date + interval '1 second' where account_id = 1 and id = 9001`,
      )
      announceChange(app.database, 1)
      changes++
      await receiver.waitFor(changes)
    } while (!progress.isDone || changes < 5)
    expect(await pruned).toBe(10_000)
    await until(async () =>
      (await deliveriesOf(app, id)).every((text) => text === 'Unit 9001 DELIVERED'),
    )
    expect(receiver.received).toHaveLength(changes)
    expect(await deliveriesOf(app, id)).toHaveLength(changes)
    expect(await app.column('select count(*)::int from webhooks.attempts')).toEqual([changes])
  })
})
