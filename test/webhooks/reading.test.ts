import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openReadSession } from '../../src/db/read-session.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { storeAttempt, storeDelivery, storeEndpoint } from './stored-webhooks.ts'

let app: TestApp
/** Endpoints of the integrator, of another integrator of its account, and of another account. */
let own: number
let colleagues: number
let foreign: number
/** Beyond 32 bits, and beyond what a double holds exactly. */
const LARGE = '2147483650'
const HUGE = '9007199254740993'

beforeAll(async () => {
  app = await startTestApp()
  own = await storeEndpoint(app, 'integrator', {
    entities: ['Tenant', 'Unit'],
    headerNames: ['X-Api-Key', 'X-Client'],
  })
  colleagues = await storeEndpoint(app, 'revocable')
  foreign = await storeEndpoint(app, 'other')
  await storeDelivery(app, 1, { endpointId: own, seq: 801 })
  await storeDelivery(app, 1, { endpointId: own, seq: 802, id: LARGE, state: 'FAILED' })
  await storeDelivery(app, 1, { endpointId: own, seq: 803, id: HUGE, state: 'PENDING' })
  await storeDelivery(app, 1, { endpointId: colleagues, seq: 801 })
  await storeDelivery(app, 2, { endpointId: foreign, seq: 901 })
  for (const [account, seq] of [
    [1, 802],
    [1, 803],
    [2, 901],
  ] as const) {
    const [id = ''] = await app.column<string>(
      'select id from webhooks.deliveries where seq = $1',
      [seq],
    )
    await storeAttempt(app, account, id)
  }
})

afterAll(() => app.close())

describe('WebhookEndpoints, WebhookDeliveries and WebhookAttempts are sets like any other', () => {
  test('an endpoint shows its entities as a list, and of its headers only the names', async () => {
    const answer = await app.ask(
      `/api/WebhookEndpoints(${own})?$select=Id,Url,Entities,ResponseHeaders,State,StateReason,UserName,Secret,ConsecutiveFailures`,
    )
    expect(answer.json).toEqual({
      Id: own,
      Url: 'https://receiver.example/hook',
      Entities: ['Tenant', 'Unit'],
      ResponseHeaders: 'X-Api-Key:••••••;X-Client:••••••',
      State: 'ACTIVE',
      StateReason: null,
      UserName: 'crm',
      Secret: null,
      ConsecutiveFailures: 0,
    })
  })

  test('the list of entities is answered alone, asked about, counted, and has no text', async () => {
    const path = `/api/WebhookEndpoints(${own})/Entities`
    expect((await app.ask(path)).json).toEqual({ value: ['Tenant', 'Unit'] })
    expect((await app.ask(`${path}/$value`)).status).toBe(404)
    const where = (filter: string) => app.ids(`/api/WebhookEndpoints?$filter=${filter}`)
    expect(await where("Entities/any(e: e eq 'Unit')")).toEqual([own])
    expect(await where("Entities/any(e: e eq 'Lease')")).toEqual([])
    expect(await where("Entities/all(e: startswith(e, 'T'))")).toEqual([])
    expect(await where('Entities/$count eq 2')).toEqual([own])
    const ordered = await app.ask('/api/WebhookEndpoints?$orderby=Entities')
    expect([ordered.status, ordered.text.includes('TYPE_MISMATCH')]).toEqual([400, true])
    expect(await app.ids('/api/WebhookEndpoints?$search=receiver')).toEqual([own])
  })

  test('keys of 64 bits address rows in every form, and keep every digit', async () => {
    for (const id of [LARGE, HUGE])
      for (const key of [`(${id})`, `/${id}`, `(Id=${id})`]) {
        const answer = await app.ask(`/api/WebhookDeliveries${key}?$select=Id,WebhookId`)
        expect([key, answer.text]).toEqual([
          key,
          `{"Id":${id},"WebhookId":"evt_${id === LARGE ? 802 : 803}"}`,
        ])
      }
    const exact = await app.ask(`/api/WebhookDeliveries(${HUGE})?$select=Id,EndpointId`, {
      headers: { accept: 'application/json;IEEE754Compatible=true' },
    })
    expect(exact.text).toBe(`{"Id":"${HUGE}","EndpointId":${own}}`)
    for (const none of ['9223372036854775807', '4'])
      expect((await app.ask(`/api/WebhookDeliveries(${none}4)`)).status).toBe(
        none === '4' ? 404 : 400,
      )
    expect((await app.ask("/api/WebhookDeliveries('x')")).status).toBe(400)
  })

  test('pages go on after a key of 64 bits', async () => {
    const first = await app.ask('/api/WebhookDeliveries?$select=WebhookId', {
      headers: { prefer: 'odata.maxpagesize=2', accept: 'application/json;odata.metadata=minimal' },
    })
    const link = (first.json as { '@odata.nextLink': string })['@odata.nextLink']
    const second = await app.ask(link.slice(app.baseUrl.length))
    expect((second.json as { value: unknown }).value).toEqual([{ WebhookId: 'evt_803' }])
  })

  test('each expands into the others', async () => {
    const answer = await app.ask(
      `/api/WebhookEndpoints(${own})?$select=Id&$expand=Deliveries($select=WebhookId,State;$orderby=Id desc;$top=2;$expand=Attempts($select=Number,DurationMs,ResponseStatus,CreatedDate))`,
    )
    const attempts = [
      {
        Number: 1,
        DurationMs: 48,
        ResponseStatus: 503,
        CreatedDate: '2026-06-15T10:00:00.298Z',
      },
    ]
    expect(answer.json).toEqual({
      Id: own,
      Deliveries: [
        { WebhookId: 'evt_803', State: 'PENDING', Attempts: attempts },
        { WebhookId: 'evt_802', State: 'FAILED', Attempts: attempts },
      ],
    })
    const back = await app.ask(
      '/api/WebhookAttempts?$top=1&$select=ResponseBody&$expand=Delivery($select=WebhookId),Endpoint($select=Id)',
    )
    expect(back.json).toEqual({
      value: [
        {
          Delivery: { WebhookId: 'evt_802' },
          Endpoint: { Id: own },
          ResponseBody: 'é'.repeat(4_096),
        },
      ],
    })
  })

  test('texts of different columns compare with each other', async () => {
    const { status } = await app.ask(
      '/api/WebhookEndpoints?$filter=Url ne Description and contains(Url, UserName) or State eq Origin',
    )
    expect(status).toBe(200)
  })

  test('how an endpoint fares is no change of it: it is never "not modified"', async () => {
    const path = `/api/WebhookEndpoints(${own})`
    const { etag = '' } = (await app.ask(path)).headers
    expect((await app.ask(path, { headers: { 'if-none-match': etag } })).status).toBe(200)
  })
})

describe('An integrator sees its own webhooks, an administrator those of the account', () => {
  const counts = async (as: 'integrator' | 'revocable' | 'administrator' | 'other') =>
    Promise.all(
      ['WebhookEndpoints', 'WebhookDeliveries', 'WebhookAttempts'].map(async (set) =>
        Number((await app.ask(`/api/${set}/$count`, { as })).text),
      ),
    )

  test('lists and counts', async () => {
    expect(await counts('integrator')).toEqual([1, 3, 2])
    expect(await counts('revocable')).toEqual([1, 1, 0])
    expect(await counts('administrator')).toEqual([2, 4, 2])
    expect(await counts('other')).toEqual([1, 1, 1])
  })

  test("another's rows answer like missing ones, by key, by navigation and in conditions", async () => {
    for (const id of [colleagues, foreign])
      for (const rest of ['', '/Url', '/Deliveries', '/Deliveries/$count']) {
        const there = await app.ask(`/api/WebhookEndpoints(${id})${rest}`)
        const nowhere = await app.ask(`/api/WebhookEndpoints(99999)${rest}`)
        const essence = (text: string) => text.replace(/"requestId":"[^"]*"/, '')
        expect([rest, there.status]).toEqual([rest, 404])
        expect(essence(there.text)).toBe(essence(nowhere.text.replace('99999', String(id))))
      }
    const all = await app.ids(
      '/api/WebhookDeliveries?$filter=Endpoint/Id gt 0 and not (EndpointId eq 0)&$select=Id',
    )
    expect(all).toHaveLength(3)
  })

  test('a session that does not say who reads sees nothing', async () => {
    for (const sees of [undefined, 0] as const) {
      const session = await openReadSession(app.database, 1, sees)
      let rows = 0
      for (const view of ['webhook_endpoints', 'webhook_deliveries', 'webhook_attempts'])
        await session.open({ text: `select 1 from ${view}`, prepared: false }, []).next(0, () => {
          rows += 1
        })
      await session.release()
      expect([sees, rows]).toEqual([sees, 0])
    }
  })

  test('a request cannot reach the tables behind the views', async () => {
    const session = await openReadSession(app.database, 1, 'all')
    const reading = session
      .open({ text: 'select 1 from webhooks.endpoints', prepared: false }, [])
      .next(0, () => {})
    await expect(reading).rejects.toMatchObject({ code: '42501' })
    await session.release()
  })
})

describe('Lists that a console asks for are found by indexes', () => {
  test('the newest deliveries of one endpoint, and one delivery by its key', async () => {
    // Another endpoint of the account has most of them.
    const busy = await storeEndpoint(app, 'revocable')
    const quiet = await storeEndpoint(app, 'revocable')
    await app.sql(
      `insert into webhooks.deliveries (account_id, endpoint_id, seq, entity, entity_id, status, occurred_at, committed_at, state)
       select 1, case when n % 10 = 0 then $2::integer else $1::integer end, 1000000 + n, 'Unit', n, 1, now(), now(), 'DELIVERED' from generate_series(1, 20000) n`,
      [busy, quiet],
    )
    await app.sql('analyze webhooks.deliveries')
    const plan = async (condition: string) => {
      const client = await app.db.database.connectReader()
      try {
        await client.query('begin')
        await client.query(
          "select set_config('hapi.account_id', '1', true), set_config('hapi.user_id', 'all', true)",
        )
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(
          `explain select * from webhook_deliveries t where t.account_id = 1 and ${condition}`,
        )
        return rows.map((row) => row['QUERY PLAN']).join('\n')
      } finally {
        await client.query('rollback')
        client.release()
      }
    }
    const newest = await plan(`t.endpoint_id = ${quiet}::bigint order by t.id desc limit 50`)
    expect(newest).toContain('deliveries_endpoint')
    expect(newest).not.toContain('Sort')
    expect(await plan(`t.id = ${LARGE}::bigint`)).toContain('deliveries_pkey')
  })
})
