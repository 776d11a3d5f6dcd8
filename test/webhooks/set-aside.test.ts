/** What cannot be sent is set aside: its endpoint waits, the others do not. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { announceChange } from '../../src/changes/announce.ts'
import { openSecretBox, type SecretBox } from '../../src/secrets/secret-box.ts'
import { sealContext } from '../../src/webhooks/sealed-headers.ts'
import { SECRETS_KEY, startTestApp, type TestApp } from '../support/test-app.ts'
import { Receiver } from './receiver.ts'
import { insertEndpoint, startTestWorker, type TestWorker } from './support.ts'
import { deliveriesOf, until } from './waiting.ts'

const CANARY = 'canary-of-a-header'

let app: TestApp
let box: SecretBox
let receiver: Receiver
let worker: TestWorker
let logged: string[]

beforeAll(async () => {
  app = await startTestApp()
  box = await openSecretBox({
    dataDir: '/nowhere',
    secretsKey: 'a key that seals what no request can be made of: 0123',
    secretsKeyPrevious: SECRETS_KEY,
  })
})

afterAll(() => app.close())

beforeEach(async () => {
  receiver = await Receiver.start()
  logged = []
  const error = (facts: object, text: string): void => {
    const { err, ...others }: { err?: unknown } = facts
    const told = err instanceof Error ? `${err.stack} ${String(err.cause)}` : ''
    logged.push(`${text} ${JSON.stringify(others)} ${told}`)
  }
  worker = await startTestWorker(app, { box, logger: { error } })
})

afterEach(async () => {
  await worker.stop()
  await receiver.close()
  await app.sql('delete from webhooks.endpoints')
  await app.sql('truncate webhooks.deliveries, webhooks.attempts')
})

const subscribe = (): Promise<number> =>
  insertEndpoint(app, {
    url: receiver.url,
    entities: ['Unit'],
    headers: [{ name: 'X-Key', value: CANARY }],
  })

async function changeUnit(id: number): Promise<void> {
  await app.sql(
    `update units set created_date = created_date + interval '1 second' where account_id = 1 and id = $1`,
    [id],
  )
  announceChange(app.database, 1)
}

const alterHeaders = async (id: number): Promise<void> => {
  await app.sql(
    'update webhooks.endpoints set headers = set_byte(headers, 20, get_byte(headers, 20) # 1) where id = $1',
    [id],
  )
}

const storeHeaders = async (id: number, text: string): Promise<void> => {
  const sealed = box.seal(text, sealContext({ accountId: 1, endpointId: id }, 'headers'))
  await app.sql('update webhooks.endpoints set headers = $2 where id = $1', [id, sealed])
}

describe('security §9: poison data', () => {
  test.each<[string, (id: number) => Promise<void>]>([
    ['sealed headers that were altered', alterHeaders],
    ['headers that are no JSON', (id) => storeHeaders(id, `X-Key: ${CANARY}`)],
    ['headers of another shape', (id) => storeHeaders(id, JSON.stringify({ 'X-Key': CANARY }))],
  ])(
    '%s: the endpoint is set aside with a log line, and no other waits for it',
    async (_, spoil) => {
      const poisoned = await subscribe()
      await spoil(poisoned)
      const good = await subscribe()
      await changeUnit(9001)
      await receiver.waitFor(1)
      await until(async () => isSetAside(poisoned))
      await changeUnit(9002)
      await receiver.waitFor(2)
      await until(async () =>
        (await deliveriesOf(app, good)).every((text) => text.endsWith('DELIVERED')),
      )
      expect(await deliveriesOf(app, poisoned)).toEqual(['Unit 9001 PENDING', 'Unit 9002 PENDING'])
      expect(logged[0]).toContain(`{"accountId":1,"endpointId":${poisoned}}`)
      // One for each time that something comes into the queue, and not a stream of them.
      expect(logged.length).toBeLessThanOrEqual(4)
      expect(logged.join('\n')).not.toContain(CANARY)
    },
  )

  test('repaired, it gets what has waited, in order', async () => {
    const id = await subscribe()
    await storeHeaders(id, 'nothing')
    await changeUnit(9001)
    await until(async () => isSetAside(id))
    await storeHeaders(id, '[]')
    await changeUnit(9001)
    await receiver.waitFor(2)
    expect(receiver.received.map(({ headers }) => headers['webhook-attempt'])).toEqual(['1', '1'])
  })
})

async function isSetAside(id: number): Promise<boolean> {
  const rows = await app.sql(
    `select from webhooks.queues
      where endpoint_id = $1 and worker_id is null and due_at > clock_timestamp() + interval '10 seconds'`,
    [id],
  )
  return rows.length > 0
}
