/** When a right, a module, a key, a user or an account goes, delivery stops; when it comes back, it goes on. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { restoreAccount, revokeAccount } from '../../src/auth/accounts.ts'
import { createKey, revokeKey, rotateKey } from '../../src/auth/keys.ts'
import {
  disableModule,
  enableModule,
  restoreModule,
  withholdModule,
} from '../../src/auth/licences.ts'
import { grantRight, revokeRight } from '../../src/auth/rights.ts'
import { revokeUser } from '../../src/auth/users.ts'
import { announceChange } from '../../src/changes/announce.ts'
import { makeIntegrator, type SignInParts } from '../auth/support.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { Receiver } from './receiver.ts'
import { insertEndpoint, startTestWorker, type TestWorker } from './support.ts'
import { deliveriesOf, fannedOut, until } from './waiting.ts'

let app: TestApp
let worker: TestWorker
let receiver: Receiver
let subscriber: SignInParts
/** Hears of everything, and so tells when what the subscriber must not hear of would have come. */
let witness: Receiver
let made = 0

beforeAll(async () => {
  app = await startTestApp()
  worker = await startTestWorker(app, { schedule: Array<number>(20).fill(150) })
})

afterAll(async () => {
  await worker.stop()
  await app.close()
})

beforeEach(async () => {
  receiver = await Receiver.start()
  witness = await Receiver.start()
  made++
  subscriber = await makeIntegrator(app.db.database, {
    databaseName: 'DEV/ALEX',
    integrator: `Abonné ${made}`,
    userName: `abonne${made}`,
  })
})

afterEach(async () => {
  await app.sql('delete from webhooks.endpoints')
  await app.sql('truncate webhooks.deliveries, webhooks.attempts')
  await receiver.close()
  await witness.close()
})

const TABLES = { Prospect: 'prospects', Tenant: 'tenants', Unit: 'units' } as const
type Entity = keyof typeof TABLES

/** A committed change of the entity's first row; gives its event as receivers show it. */
async function change(entity: Entity, accountId = 1): Promise<string> {
  const [id] = await app.column<number>(
    `update ${TABLES[entity]} t set created_date = t.created_date + interval '1 second'
      where account_id = $1 and id = (select min(id) from ${TABLES[entity]} where account_id = $1)
     returning id`,
    [accountId],
  )
  announceChange(app.database, accountId)
  return `${entity} ${id} 1`
}

const subscribe = (...entities: Entity[]): Promise<number> =>
  insertEndpoint(app, { url: receiver.url, entities, as: subscriber })

const subscribeWitness = (): Promise<number> =>
  insertEndpoint(app, { url: witness.url, entities: ['Tenant', 'Unit'], as: 'administrator' })

/** What may be taken away from a subscriber to prospects, and given back. */
const withdrawals = [
  {
    what: 'the right to read',
    withdraw: () =>
      revokeRight(app.db.database, subscriber, { set: 'Prospects', operation: 'read' }),
    giveBack: () =>
      grantRight(app.db.database, subscriber, { set: 'Prospects', operation: 'read' }),
  },
  {
    what: 'the module of the account',
    withdraw: () => disableModule(app.db.database, 'DEV/ALEX', 'crm'),
    giveBack: () => enableModule(app.db.database, 'DEV/ALEX', 'crm'),
  },
  {
    what: 'the module of the integrator',
    withdraw: () => withholdModule(app.db.database, subscriber, 'crm'),
    giveBack: () => restoreModule(app.db.database, subscriber, 'crm'),
  },
]

describe.each(withdrawals)('A5 and R-011: $what is withdrawn', ({ withdraw, giveBack }) => {
  afterEach(giveBack)

  test('no event that is committed afterwards is sent, and new ones are once it is given back', async () => {
    const id = await subscribe('Prospect', 'Unit')
    // At once, over and over: what the worker knew a moment ago does not count.
    for (let round = 1; round <= 3; round++) {
      await withdraw()
      await change('Prospect')
      await change('Unit')
      await receiver.waitFor(2 * round - 1)
      await giveBack()
      const event = await change('Prospect')
      await receiver.waitFor(2 * round)
      expect(receiver.events.at(-1)).toBe(event)
    }
    expect((await deliveriesOf(app, id)).map((text) => text.split(' ')[0])).toEqual([
      'Unit',
      'Prospect',
      'Unit',
      'Prospect',
      'Unit',
      'Prospect',
    ])
  })

  test('what waits for another attempt is cancelled, and what waits behind it', async () => {
    receiver.answer = ({ body }, response) =>
      void response.writeHead(body.Entity === 'Prospect' ? 500 : 200).end()
    const id = await subscribe('Prospect', 'Unit')
    await change('Prospect')
    await receiver.waitFor(1)
    await change('Prospect')
    await fannedOut(app)
    await withdraw()
    const tried = receiver.received.length
    await until(async () =>
      (await deliveriesOf(app, id)).every((text) => text.endsWith(' CANCELLED ACCESS')),
    )
    await change('Unit')
    await receiver.waitFor(() => receiver.events.some((event) => event.startsWith('Unit')))
    // One may have been under way when it was withdrawn.
    expect(receiver.received.length).toBeLessThanOrEqual(tried + 2)
    expect(await deliveriesOf(app, id)).toHaveLength(3)
  })

  test('what was queued and not sent yet is cancelled unsent', async () => {
    const id = await subscribe('Prospect', 'Unit')
    await setState(id, 'PAUSED')
    await change('Prospect')
    await change('Unit')
    await fannedOut(app)
    await withdraw()
    await setState(id, 'ACTIVE')
    await receiver.waitFor(1)
    await until(async () => !(await deliveriesOf(app, id)).some((text) => text.includes('PENDING')))
    expect(receiver.events).toEqual([expect.stringMatching(/^Unit /)])
    expect(await deliveriesOf(app, id)).toEqual([
      expect.stringMatching(/^Prospect \d+ CANCELLED ACCESS$/),
      expect.stringMatching(/^Unit \d+ DELIVERED$/),
    ])
  })

  test('a request that is under way ends, and is not made again', async () => {
    const id = await subscribe('Prospect')
    receiver.answer = async (_, response) => {
      await withdraw()
      response.writeHead(500).end()
    }
    await change('Prospect')
    await until(async () =>
      (await deliveriesOf(app, id)).some((text) => text.endsWith(' CANCELLED ACCESS')),
    )
    expect(receiver.received).toHaveLength(1)
  })
})

test('A5: without the module of webhooks nothing is sent', async () => {
  const id = await subscribe('Unit')
  await subscribeWitness()
  await withholdModule(app.db.database, subscriber, 'webhooks')
  await change('Unit')
  await witness.waitFor(1)
  await fannedOut(app)
  expect(receiver.received).toEqual([])
  expect(await deliveriesOf(app, id)).toEqual([])
})

describe('A4: the integrator has no live key', () => {
  const loseKey = {
    revoked: () => revokeKey(app.db.database, subscriber.keyId),
    expired: async () => {
      await app.sql(
        `update access.api_keys set expires_date = clock_timestamp() + interval '200 milliseconds' where id = $1`,
        [subscriber.keyId],
      )
      await new Promise((resolve) => setTimeout(resolve, 250))
    },
  }

  test.each(['revoked', 'expired'] as const)(
    'its key %s: nothing is sent, and everything in order as soon as it has one again',
    async (how) => {
      const id = await subscribe('Tenant')
      await subscribeWitness()
      await loseKey[how]()
      const events = [await change('Tenant'), await change('Tenant')]
      await witness.waitFor(2)
      await until(async () => isSuspended(id))
      expect(receiver.received).toEqual([])
      expect(await deliveriesOf(app, id)).toEqual([
        expect.stringMatching(/^Tenant \d+ PENDING$/),
        expect.stringMatching(/^Tenant \d+ WAITING$/),
      ])
      await createKey(app.db.database, subscriber)
      await receiver.waitFor(2)
      expect(receiver.events).toEqual(events)
      expect(receiver.received.map(({ headers }) => headers['webhook-attempt'])).toEqual(['1', '1'])
    },
  )

  test('a key that replaces another changes nothing, nor does the end of the old one', async () => {
    await subscribe('Tenant')
    await rotateKey(app.db.database, subscriber)
    await change('Tenant')
    await receiver.waitFor(1)
    await revokeKey(app.db.database, subscriber.keyId)
    await change('Tenant')
    await receiver.waitFor(2)
  })

  test('lost while an attempt waits: it is made when there is a key again', async () => {
    let isUp = false
    receiver.answer = (_, response) => void response.writeHead(isUp ? 200 : 500).end()
    const id = await subscribe('Tenant')
    await change('Tenant')
    await receiver.waitFor(1)
    await revokeKey(app.db.database, subscriber.keyId)
    await until(async () => isSuspended(id))
    const tried = receiver.received.length
    isUp = true
    await createKey(app.db.database, subscriber)
    await receiver.waitFor(tried + 1)
    await until(async () =>
      (await deliveriesOf(app, id)).every((text) => text.endsWith('DELIVERED')),
    )
    expect(receiver.received).toHaveLength(tried + 1)
  })
})

describe('A user or an account is revoked', () => {
  test('nothing more is sent to the user, whatever is queued', async () => {
    const id = await subscribe('Tenant')
    await subscribeWitness()
    await setState(id, 'PAUSED')
    await change('Tenant')
    await fannedOut(app)
    await revokeUser(app.db.database, subscriber)
    await setState(id, 'ACTIVE')
    await change('Unit')
    await change('Tenant')
    await witness.waitFor(3)
    await until(async () => isSuspended(id))
    expect(receiver.received).toEqual([])
    expect(await deliveriesOf(app, id)).toHaveLength(1)
  })

  test('nor to a whole account; another is not concerned', async () => {
    const id = await subscribe('Tenant')
    await insertEndpoint(app, { url: witness.url, entities: ['Tenant'], as: 'other' })
    await setState(id, 'PAUSED')
    await change('Tenant')
    await fannedOut(app)
    await revokeAccount(app.db.database, 'DEV/ALEX')
    try {
      await setState(id, 'ACTIVE')
      await change('Tenant')
      await change('Tenant', 2)
      await witness.waitFor(1)
      await until(async () => isSuspended(id))
      expect(receiver.received).toEqual([])
    } finally {
      await restoreAccount(app.db.database, 'DEV/ALEX')
    }
    await receiver.waitFor(1)
  })
})

describe('Accounts', () => {
  test('the same Ids in two accounts: an endpoint hears of the rows of its own', async () => {
    await app.sql(
      `insert into units select (jsonb_populate_record(null::units, to_jsonb(u) || '{"account_id": 2}')).*
         from units u where u.account_id = 1 and u.id = 9001 on conflict do nothing`,
    )
    const ids = [await subscribe('Unit')]
    await app.sql(
      `select setval(pg_get_serial_sequence('webhooks.endpoints', 'id'), $1::bigint, false)`,
      ids,
    )
    ids.push(await insertEndpoint(app, { url: witness.url, entities: ['Unit'], as: 'other' }))
    expect(ids[0]).toBe(ids[1])
    for (const account of [1, 2, 2]) {
      await app.sql(
        `update units set created_date = created_date + interval '1 second' where account_id = $1 and id = 9001`,
        [account],
      )
      announceChange(app.database, account)
    }
    await Promise.all([receiver.waitFor(1), witness.waitFor(2)])
    await fannedOut(app)
    const [, other] = await app.column<string>(
      'select database_name from accounts where account_id in (1, 2) order by account_id',
    )
    expect(receiver.received.map(({ body }) => body.DatabaseName)).toEqual(['DEV/ALEX'])
    expect(witness.received.map(({ body }) => body.DatabaseName)).toEqual([other, other])
  })
})

/** As the actions do it, and found by the worker's next look. */
async function setState(id: number, state: 'ACTIVE' | 'PAUSED'): Promise<void> {
  await app.sql('update webhooks.endpoints set state = $2, state_reason = $3 where id = $1', [
    id,
    state,
    state === 'ACTIVE' ? null : 'PERSON',
  ])
}

/** Given back by the worker for much longer than any test waits. */
async function isSuspended(id: number): Promise<boolean> {
  const rows = await app.sql(
    `select from webhooks.queues
      where endpoint_id = $1 and worker_id is null and due_at > clock_timestamp() + interval '10 seconds'`,
    [id],
  )
  return rows.length > 0
}
