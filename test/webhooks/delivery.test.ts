/** From a committed change to the receiver: what is sent, how often, and in which order. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { write } from '../support/writing.ts'
import { Receiver } from './receiver.ts'
import { insertEndpoint, startTestWorker, type TestWorker } from './support.ts'

let app: TestApp
let receiver: Receiver
let worker: TestWorker | undefined

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

beforeEach(async () => {
  receiver = await Receiver.start()
})

afterEach(async () => {
  await worker?.stop()
  worker = undefined
  await receiver.close()
  await app.sql('delete from webhooks.endpoints')
  await app.sql('truncate webhooks.deliveries, webhooks.attempts')
})

const phone = (last: number): Record<string, string> => ({ Phone: `418-555-${1000 + last}` })

describe('D5 The notification', () => {
  test('is a POST of the five members, in their order', async () => {
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app)
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(1))
    const [request] = await receiver.waitFor(1)
    expect(request?.method).toBe('POST')
    expect(request?.text).toBe(
      '{"Id":9101,"Entity":"Tenant","Status":1,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":null}',
    )
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(request?.text.length),
      'webhook-id': expect.stringMatching(/^evt_\d+$/),
      'webhook-attempt': '1',
    })
  })

  test('is sent for what a person changes with psql', async () => {
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app)
    await app.sql("update tenants set phone = '418-555-7777' where account_id = 1 and id = 9101")
    await receiver.waitFor(1)
    expect(receiver.events).toEqual(['Tenant 9101 1'])
  })

  test('is sent for what was committed while no worker ran', async () => {
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(2))
    worker = await startTestWorker(app)
    await receiver.waitFor(1)
    expect(receiver.events).toEqual(['Tenant 9101 1'])
  })

  test('is not sent for another entity, another account, a rollback, or a change before the subscription', async () => {
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(3))
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app)
    await write(app, 'PATCH', '/api/Tenants(9101)?dryRun=true', phone(4))
    await app.sql("update units set door_no = 'x' where account_id = 1 and id = 9001")
    await app.sql("update tenants set phone = '418-555-7778' where account_id = 2")
    await write(app, 'PATCH', '/api/Tenants(9102)', phone(5))
    await receiver.waitFor(1)
    await settled()
    expect(receiver.events).toEqual(['Tenant 9102 1'])
  })

  test('carries the headers that the receiver asked for', async () => {
    const headers = [{ name: 'X-Api-Key', value: 'a:b c' }]
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'], headers })
    worker = await startTestWorker(app)
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(6))
    const [request] = await receiver.waitFor(1)
    expect(request?.headers['x-api-key']).toBe('a:b c')
  })
})

describe('D9 Attempts', () => {
  test('go on after a failure, under the same id, until a 2xx', async () => {
    receiver.answer = (_, response, index) => void response.writeHead(index < 2 ? 500 : 204).end()
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app, { schedule: [20, 20] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(7))
    await receiver.waitFor(3)
    await settled()
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(receiver.received.map(({ headers }) => headers['webhook-attempt'])).toEqual([
      '1',
      '2',
      '3',
    ])
    expect(
      await app.sql(
        'select state, attempts, last_result, last_response_status from webhooks.deliveries',
      ),
    ).toEqual([
      { state: 'DELIVERED', attempts: 3, last_result: 'DELIVERED', last_response_status: 204 },
    ])
    expect(
      await app.column(
        "select concat_ws(' ', number, result, response_status) from webhooks.attempts order by number",
      ),
    ).toEqual(['1 HTTP_ERROR 500', '2 HTTP_ERROR 500', '3 DELIVERED 204'])
  })

  test('end with the schedule, and the event is kept', async () => {
    receiver.answer = (_, response) => void response.writeHead(503).end('nothing works')
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app, { schedule: [10] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(8))
    await receiver.waitFor(2)
    await settled()
    expect(await app.column('select state from webhooks.deliveries')).toEqual(['FAILED'])
    expect(await app.column('select response_body from webhooks.attempts')).toEqual([
      'nothing works',
      'nothing works',
    ])
  })

  test('stop for good with a 410', async () => {
    receiver.answer = (_, response) => void response.writeHead(410).end()
    const id = await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app)
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(9))
    await receiver.waitFor(1)
    await until(async () => (await stateOf(id)) === 'ENDED GONE')
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(10))
    await write(app, 'PATCH', '/api/Tenants(9102)', phone(10))
    await settled()
    expect(receiver.received).toHaveLength(1)
  })

  test('are disabled after five days without a success, and what came meanwhile is kept', async () => {
    receiver.answer = (_, response) => void response.writeHead(500).end()
    const id = await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    await app.sql(
      `update webhooks.queues set failures = 1, failing_since = now() - interval '5 days 1 minute'`,
    )
    worker = await startTestWorker(app, { schedule: [5_000] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(11))
    await until(async () => (await stateOf(id)) === 'DISABLED FAILING')
    await write(app, 'PATCH', '/api/Tenants(9102)', phone(11))
    await until(async () => (await unfinished()) === 2)
    receiver.answer = (_, response) => void response.writeHead(200).end()
    await app.sql(
      "update webhooks.endpoints set state = 'ACTIVE', state_reason = null where id = $1",
      [id],
    )
    await app.sql(
      'update webhooks.deliveries set next_attempt_at = now() where next_attempt_at is not null',
    )
    await settled()
    expect(receiver.events.toSorted()).toEqual(['Tenant 9101 1', 'Tenant 9101 1', 'Tenant 9102 1'])
  })
})

describe('Retry-After', () => {
  test('holds for all that is meant for the receiver, when it is too busy or out of service', async () => {
    receiver.answer = (_, response, index) =>
      void (index === 0
        ? response.writeHead(429, { 'retry-after': '2' }).end()
        : response.writeHead(200).end())
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app, { schedule: [10] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(60))
    await receiver.waitFor(1)
    await until(async () => {
      const resting = await app.column(
        'select endpoint_id from webhooks.queues where rests_until > now()',
      )
      return resting.length === 1
    })
    await write(app, 'PATCH', '/api/Tenants(9102)', phone(60))
    await receiver.waitFor(3)
    const [first, ...later] = receiver.received
    for (const { at } of later) expect(at - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_900)
  })
})

describe('Order', () => {
  test('a row’s newer event does not overtake an older one that has failed', async () => {
    let open = false
    receiver.answer = ({ body }, response) =>
      void response.writeHead(body.Id === 9101 && !open ? 500 : 200).end()
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app, { schedule: Array<number>(30).fill(40) })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(20))
    await receiver.waitFor(1)
    const first = receiver.received[0]?.headers['webhook-id']
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(21))
    await write(app, 'PATCH', '/api/Tenants(9102)', phone(21))
    await receiver.waitFor(() => receiver.events.includes('Tenant 9102 1'))
    const ofRow = receiver.received.filter(({ body }) => body.Id === 9101)
    expect(new Set(ofRow.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([first]))
    open = true
    await settled()
    const ids = receiver.received
      .filter(({ body }) => body.Id === 9101)
      .map(({ headers }) => headers['webhook-id'])
    expect(ids.at(-2)).toBe(first)
    expect(ids.at(-1)).not.toBe(first)
  })

  test('several changes of a row come in the order of their commits', async () => {
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app)
    for (let change = 0; change < 12; change++)
      await write(app, 'PATCH', '/api/Tenants(9101)', phone(30 + change))
    await receiver.waitFor(12)
    const seqs = receiver.received.map(({ headers }) =>
      Number(String(headers['webhook-id']).slice(4)),
    )
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  })
})

describe('What anybody may tell the database', () => {
  test('notifications that say nothing of use harm nobody', async () => {
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    worker = await startTestWorker(app)
    for (const payload of [
      '',
      'x',
      '[',
      '[[1,2',
      '[[1,2],]',
      '{"a":1}',
      '[["1","2"]]',
      '-1',
      '1e9',
      '999999',
    ])
      for (const channel of ['hapi_deliveries', 'hapi_changes'])
        await app.sql('select pg_notify($1, $2)', [channel, payload])
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(50))
    await receiver.waitFor(1)
  })

  test('an event that a replay has queued before the worker read it comes once, and those behind it too', async () => {
    const id = await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'] })
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(51))
    await app.sql(
      `insert into webhooks.deliveries (account_id, endpoint_id, seq, entity, entity_id, status, occurred_at,
         committed_at, state)
       select account_id, $1, seq, entity, id, status, at, logged_at, 'DELIVERED' from change_log
        where account_id = 1 and entity = 'Tenant' order by seq desc limit 1`,
      [id],
    )
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(52))
    worker = await startTestWorker(app)
    await receiver.waitFor(1)
    await settled()
    expect(receiver.events).toEqual(['Tenant 9101 1'])
  })
})

describe('Endpoints beside each other', () => {
  test('each hears of its entities; one that hangs delays nobody', async () => {
    const hanging = await Receiver.start()
    hanging.answer = () => {}
    await insertEndpoint(app, { url: hanging.url, entities: ['Tenant'] })
    await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'], as: 'administrator' })
    worker = await startTestWorker(app, { timeoutMs: 60_000 })
    await app.sql("update tenants set phone = '418-555-1999' where account_id = 1")
    const tenants = await app.column<number>(
      'select count(*)::int from tenants where account_id = 1',
    )
    await receiver.waitFor(tenants[0] ?? 0)
    expect(hanging.received.length).toBeLessThanOrEqual(8)
    await hanging.close()
    await worker.stop()
    worker = undefined
  })

  test('a queue that somebody holds delays its own deliveries alone, and loses none', async () => {
    const held = await Receiver.start()
    const heldId = await insertEndpoint(app, { url: held.url, entities: ['Tenant'] })
    await insertEndpoint(app, { url: receiver.url, entities: ['Unit'], as: 'administrator' })
    worker = await startTestWorker(app)
    let release = (): void => {}
    held.answer = (_, response) => {
      release = (): void => void response.writeHead(200).end()
    }
    await write(app, 'PATCH', '/api/Tenants(9101)', phone(60))
    await held.waitFor(1)
    await app.db.database.transaction(async (client) => {
      await client.query('select from webhooks.queues where endpoint_id = $1 for update', [heldId])
      release()
      for (let count = 1; count <= 5; count++) {
        await app.sql('update units set door_no = $1 where account_id = 1 and id = 9001', [count])
        await until(async () => (await delivered('Unit')) === count)
      }
    })
    await until(async () => (await unfinished()) === 0)
    expect(held.events).toEqual(['Tenant 9101 1'])
    await held.close()
  })

  test('a filter lets through the rows it holds for, and deletions', async () => {
    await insertEndpoint(app, {
      url: receiver.url,
      entities: ['TenantService'],
      filter: 'TenantId eq 9101',
    })
    worker = await startTestWorker(app)
    const [own, other] = await Promise.all([
      app.column<number>(
        'select id from tenant_services where account_id = 1 and tenant_id = 9101',
      ),
      app.column<number>(
        'select id from tenant_services where account_id = 1 and tenant_id <> 9101',
      ),
    ])
    await app.sql(
      "update tenant_services set modified_date = default, description = 'y' where account_id = 1",
    )
    await receiver.waitFor(own.length)
    await settled()
    expect(new Set(receiver.received.map(({ body }) => body.Id))).toEqual(new Set(own))
    expect(receiver.received).toHaveLength(own.length)
    expect(other.length).toBeGreaterThan(0)
  })

  test('several workers share the queues, and each event comes once', async () => {
    // On a slow machine hundreds of requests at once take long, and one that is given up comes again.
    const start = (): Promise<TestWorker> => startTestWorker(app, { timeoutMs: 60_000 })
    const others = await Promise.all([start(), start()])
    worker = await start()
    for (const client of ['integrator', 'administrator'] as const)
      await insertEndpoint(app, { url: receiver.url, entities: ['Tenant'], as: client })
    for (let change = 0; change < 3; change++)
      await app.sql(`update tenants set phone = '418-555-${2000 + change}' where account_id = 1`)
    const [tenants = 0] = await app.column<number>(
      'select count(*)::int from tenants where account_id = 1',
    )
    await receiver.waitFor(tenants * 3 * 2)
    await settled()
    expect(receiver.received).toHaveLength(tenants * 3 * 2)
    for (const other of others) await other.stop()
  })
})

async function unfinished(): Promise<number> {
  const [count = 0] = await app.column<number>(
    "select count(*)::int from webhooks.deliveries where state in ('PENDING', 'WAITING')",
  )
  return count
}

async function delivered(entity: string): Promise<number | undefined> {
  const [count] = await app.column<number>(
    "select count(*)::int from webhooks.deliveries where state = 'DELIVERED' and entity = $1",
    [entity],
  )
  return count
}

async function stateOf(id: number): Promise<string | undefined> {
  const [state] = await app.column<string>(
    "select concat_ws(' ', state, state_reason) from webhooks.endpoints where id = $1",
    [id],
  )
  return state
}

/** All changes are deliveries, and all deliveries are finished. */
async function settled(): Promise<void> {
  await until(async () => {
    const changed = await app.sql('select webhooks.accounts_with_changes()')
    return changed.length === 0 && (await unfinished()) === 0
  })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('It did not happen')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
