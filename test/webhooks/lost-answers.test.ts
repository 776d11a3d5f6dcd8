/** What a worker does not know of itself: statements whose answer was lost, and others that took its place. */

import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withholdModule } from '../../src/auth/licences.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { write } from '../support/writing.ts'
import { Receiver } from './receiver.ts'
import { insertEndpoint, startTestWorker, type TestWorker } from './support.ts'

let app: TestApp
let receiver: Receiver
let worker: TestWorker

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

beforeEach(async () => {
  receiver = await Receiver.start()
  worker = await startTestWorker(app)
})

afterEach(async () => {
  await worker.stop()
  await receiver.close()
  await app.sql('delete from webhooks.endpoints')
  await app.sql('truncate webhooks.deliveries, webhooks.attempts')
})

const phone = (last: number): Record<string, string> => ({ Phone: `418-555-${1000 + last}` })

describe('Nothing lost', () => {
  test('a queue that is a living worker’s although it knows nothing of it is served, and given back', async () => {
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(1))
    await receiver.waitFor(1)
    await until(async () => (await owners()) === 0)
    // Claimed, and the answer lost; or given back in vain.
    await app.sql('update webhooks.queues set worker_id = (select id from webhooks.workers)')
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(2))
    await receiver.waitFor(2)
    await until(async () => (await owners()) === 0)
    expect(receiver.events).toEqual(['Tenant 9101 1', 'Tenant 9101 1'])
  })

  test('a success counts although a worker that had lost the queue has counted a failure meanwhile', async () => {
    receiver.answer = async (_, response) => {
      await app.sql(
        `update webhooks.deliveries
            set attempts = attempts + 1, round_attempts = round_attempts + 1,
                next_attempt_at = clock_timestamp() + interval '1 second'`,
      )
      response.writeHead(200).end()
    }
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(3))
    await receiver.waitFor(1)
    await until(async () => {
      const states = await app.column<string>('select state from webhooks.deliveries')
      return states.length === 1 && states[0] === 'DELIVERED'
    })
    expect(receiver.events).toEqual(['Tenant 9101 1'])
  })
})

describe('Rights that are new', () => {
  test('count for a change that comes with them, however late the worker hears of them', async () => {
    const { databaseName, integrator } = app.clients.integrator
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    await withholdModule(app.database, { databaseName, integrator }, 'leasing')
    await until(async () => {
      const before = await deliveries()
      await write(app, 'PATCH', '/api/Tenants(9102)', phone(before), { as: 'administrator' })
      await until(
        async () => (await app.sql('select webhooks.accounts_with_changes()')).length === 0,
      )
      return (await deliveries()) === before
    })
    const slow = new Client({ connectionString: app.db.url })
    await slow.connect()
    try {
      // Whoever reads the rights waits.
      await slow.query('begin; lock table access.api_keys in access exclusive mode')
      await app.database.transaction(async (client) => {
        await client.query(
          'delete from access.withheld_modules where account_id = 1 and module = $1',
          ['leasing'],
        )
        await client.query(
          "update tenants set phone = '418-555-1900' where account_id = 1 and id = 9101",
        )
        await client.query("select pg_notify('hapi_changes', '1')")
      })
      await until(async () => {
        const [waiting = 0] = await app.column<number>(
          "select count(*)::int from pg_locks where relation = 'access.api_keys'::regclass and not granted",
        )
        // The reading of this process, and that of the worker.
        return waiting >= 2
      })
      await Promise.race([
        until(async () => (await app.sql('select webhooks.accounts_with_changes()')).length === 0),
        new Promise((resolve) => setTimeout(resolve, 1_000)),
      ])
    } finally {
      await slow.end()
    }
    await receiver.waitFor(() => receiver.events.includes('Tenant 9101 1'))
  })
})

async function deliveries(): Promise<number> {
  const [count = 0] = await app.column<number>('select count(*)::int from webhooks.deliveries')
  return count
}

async function owners(): Promise<number> {
  const [count = 0] = await app.column<number>(
    'select count(*)::int from webhooks.queues where worker_id is not null',
  )
  return count
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
