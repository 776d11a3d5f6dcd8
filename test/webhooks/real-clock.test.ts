/** A sandbox stops the clock of its data, and not that of deliveries. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { announceChange } from '../../src/changes/announce.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { Receiver } from './receiver.ts'
import { insertEndpoint, startTestWorker, type TestWorker } from './support.ts'
import { until } from './waiting.ts'

let app: TestApp
let receiver: Receiver
let worker: TestWorker

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

beforeEach(async () => {
  receiver = await Receiver.start()
  receiver.answer = (_, response) => void response.writeHead(500).end()
})

afterEach(async () => {
  await worker.stop()
  await receiver.close()
  await app.sql('delete from webhooks.endpoints')
  await app.sql('truncate webhooks.deliveries, webhooks.attempts')
})

/**
 * As a write in the account leaves it at an instant of its clock. By SQL, since the API would live through all days up to
 * there first.
 */
async function changeTenant(instant: string, id = 9101): Promise<void> {
  await app.db.database.transaction(async (client) => {
    await client.query("select set_config('hapi.clock', $1, true)", [instant])
    await client.query(
      "update tenants set created_date = created_date + interval '1 second' where account_id = 1 and id = $1",
      [id],
    )
  })
  announceChange(app.database, 1)
}

describe.each(['2026-06-15T16:00:00Z', '2027-06-15T16:00:00Z'])(
  'An account whose clock stands at %s',
  (instant) => {
    beforeEach(() => app.pinAccount(1, instant))

    test('is told by its own clock, and retried by the real one', async () => {
      await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
      worker = await startTestWorker(app, { schedule: [5_000, 5_000] })
      const before = Date.now()
      await changeTenant(instant)
      await receiver.waitFor(1)
      await until(async () => (await app.sql('select from webhooks.attempts')).length === 1)
      const [delivery] = await app.sql<{ occurred: Date; next: Date; delay: number }>(
        `select d.occurred_at as occurred, d.next_attempt_at as next,
                extract(epoch from d.next_attempt_at - a.started_at)::float8 as delay
           from webhooks.deliveries d join webhooks.attempts a on a.delivery_id = d.id`,
      )
      expect(Math.abs((delivery?.occurred.getTime() ?? 0) - Date.parse(instant))).toBeLessThan(
        60_000,
      )
      expect(delivery?.next.getTime()).toBeGreaterThan(before)
      // 5 s, and the time that the attempt and the writing of its outcome took.
      expect(delivery?.delay).toBeGreaterThan(4)
      expect(delivery?.delay).toBeLessThan(60)
    })

    test('retries on, and is not hurried by a clock that moves', async () => {
      await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
      worker = await startTestWorker(app, { schedule: [100, 600_000] })
      await changeTenant(instant)
      await receiver.waitFor(2)
      await until(async () => (await app.sql('select from webhooks.attempts')).length === 2)
      const year = String(Number(instant.slice(0, 4)) + 1)
      const later = `${year}${instant.slice(4)}`
      await app.pinAccount(1, later)
      // Something else is sent after the move, so the queue was looked at.
      await changeTenant(later, 9102)
      await receiver.waitFor(() => receiver.received.some(({ body }) => body.Id === 9102))
      expect(receiver.received.filter(({ body }) => body.Id === 9101)).toHaveLength(2)
    })

    test('the queue of a worker that vanished is free when its lease is over', async () => {
      await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
      await app.sql(
        `with dead as (
           insert into webhooks.workers (lease_until) values (clock_timestamp() - interval '1 second') returning id)
         update webhooks.queues set worker_id = dead.id from dead`,
      )
      await changeTenant(instant)
      worker = await startTestWorker(app)
      await receiver.waitFor(1)
    })
  },
)
