/** Entities that move to another destination while their events are on the way. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { rowOf, type Writer, write, writerOf } from '../support/writing.ts'
import { Receiver } from './receiver.ts'
import { startTestWorker, type TestWorker } from './support.ts'

let app: TestApp
let send: Writer
let first: Receiver
let second: Receiver
let worker: TestWorker

beforeAll(async () => {
  app = await startTestApp({
    settings: { HAPI_WEBHOOK_ALLOW_HTTP: 'true', HAPI_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8' },
  })
  send = writerOf(app)
})

afterAll(() => app.close())

beforeEach(async () => {
  first = await Receiver.start()
  second = await Receiver.start()
  worker = await startTestWorker(app, { schedule: [60_000] })
})

afterEach(async () => {
  await worker.stop()
  await first.close()
  await second.close()
  await app.sql('truncate webhooks.endpoints, webhooks.deliveries, webhooks.attempts cascade')
})

async function follow(receiver: Receiver, ...Entities: readonly string[]): Promise<void> {
  const answer = await send.post('/api/subscribe', { ResponseUrl: receiver.url, Entities })
  expect([answer.status, answer.text]).toEqual([200, answer.text])
}

function idsOf({ received }: Receiver): readonly unknown[] {
  return received.map(({ headers }) => headers['webhook-id'])
}

/** A change of the tenant, committed when it is answered. */
async function changeTenant(id: number, phone: number): Promise<void> {
  const answer = await write(app, 'PATCH', `/api/Tenants(${id})`, {
    Phone: `418-555-${1000 + phone}`,
  })
  rowOf(answer)
}

describe('R-016 Subscribing again with another URL', () => {
  test('an event in flight to the old URL is sent to the new one, and those behind it follow', async () => {
    await follow(first, 'Tenant', 'Unit')
    let release = (): void => {}
    first.answer = (_, response) => {
      release = (): void => void response.writeHead(200).end()
    }
    await changeTenant(9101, 1)
    await first.waitFor(1)
    await changeTenant(9101, 2)
    await follow(second, 'Tenant')
    release()
    await second.waitFor(2)
    await changeTenant(9101, 3)
    await second.waitFor(3)
    expect([first.events, second.events]).toEqual([
      ['Tenant 9101 1'],
      ['Tenant 9101 1', 'Tenant 9101 1', 'Tenant 9101 1'],
    ])
    const logged = await app.column<string>(
      "select 'evt_' || seq from change_log where entity = 'Tenant' and id = 9101 order by seq",
    )
    expect(idsOf(first)).toEqual(logged.slice(0, 1))
    expect(idsOf(second)).toEqual(logged)
  })

  test('a broken URL that is put right gets what is pending at once', async () => {
    first.answer = (_, response) => void response.writeHead(500).end()
    await follow(first, 'Tenant')
    await changeTenant(9101, 4)
    await changeTenant(9102, 5)
    const failed = 'select count(*)::integer from webhooks.deliveries where last_result is not null'
    await expect.poll(() => app.column(failed), { timeout: 15_000 }).toEqual([2])
    await follow(second, 'Tenant')
    await second.waitFor(2)
    expect([...second.events].sort()).toEqual(['Tenant 9101 1', 'Tenant 9102 1'])
  })

  test('an answer of the old URL that comes late ends nothing, and its event is sent to the new one', async () => {
    await follow(first, 'Tenant')
    let release = (): void => {}
    first.answer = (_, response) => {
      release = (): void => void response.writeHead(410).end()
    }
    await changeTenant(9101, 6)
    await first.waitFor(1)
    await follow(second, 'Tenant')
    release()
    await second.waitFor(1)
    await changeTenant(9101, 7)
    await second.waitFor(2)
    expect(idsOf(second)[0]).toBe(idsOf(first)[0])
    expect(await app.column('select state from webhooks.endpoints')).toEqual(['ACTIVE'])
  })

  test('no change is lost while its entity moves back and forth', async () => {
    await follow(first, 'Tenant', 'Unit')
    await follow(second, 'Building')
    const tenants = [9101, 9102, 9105, 9112]
    const ROUNDS = 15
    const written = { rounds: 0 }
    const writing = (async (): Promise<void> => {
      for (; written.rounds < ROUNDS; written.rounds++)
        await Promise.all(tenants.map((id) => changeTenant(id, 100 + written.rounds)))
    })()
    do {
      await follow(second, 'Tenant')
      await follow(first, 'Tenant')
    } while (written.rounds < ROUNDS)
    await writing
    const seqs = await app.column<string>(
      `select 'evt_' || c.seq from change_log c, webhooks.subscriptions s
        where c.account_id = 1 and c.entity = 'Tenant' and s.entity = 'Tenant' and s.account_id = 1
          and not pg_visible_in_snapshot(c.xid, s.since)`,
    )
    expect(seqs.length).toBe(tenants.length * ROUNDS)
    const missing = (): readonly string[] => {
      const came = new Set([...idsOf(first), ...idsOf(second)])
      return seqs.filter((id) => !came.has(id))
    }
    await expect.poll(missing, { timeout: 15_000 }).toEqual([])
  })
})
