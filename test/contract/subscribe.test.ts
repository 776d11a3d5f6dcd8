/** Contract D1 to D4 and D8: the guide's calls to follow entities, to ask which, and to stop. */

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { grantRight, revokeRight } from '../../src/auth/rights.ts'
import { model } from '../../src/model/model.ts'
import { openHeaders, sealContext } from '../../src/webhooks/sealed-headers.ts'
import type { ClientName } from '../support/test-app.ts'
import { type Answer, secretBox, startTestApp, type TestApp } from '../support/test-app.ts'
import { detailsOf, messageOf, refusalOf, type Writer, writerOf } from '../support/writing.ts'

let app: TestApp
let write: Writer

beforeAll(async () => {
  app = await startTestApp()
  write = writerOf(app)
})

afterAll(() => app.close())

// Many of the tests are refused and leave nothing.
afterEach(() =>
  app.sql(`do $$ begin
    if exists (select from webhooks.endpoints) then
      truncate webhooks.endpoints, webhooks.deliveries cascade;
    end if;
  end $$`),
)

const guideBody = {
  ResponseUrl: 'https://testing-website.com',
  ResponseHeaders: 'testing-website-token:TEST123456',
  Entities: ['building', 'unit'],
}
const ELSEWHERE = 'https://other-website.com/hook'

function subscribe(
  changes: Readonly<Record<string, unknown>> = {},
  as: ClientName = 'integrator',
): Promise<Answer> {
  return write.post('/api/subscribe', { ...guideBody, ...changes }, { as })
}

function unsubscribe(names: unknown, as: ClientName = 'integrator'): Promise<Answer> {
  return write.post('/api/unsubscribe', names, { as })
}

async function followed(as: ClientName = 'integrator'): Promise<unknown> {
  const answer = await app.ask('/api/subscribe', { as })
  expect(answer.status).toBe(200)
  return answer.json
}

interface StoredEndpoint {
  readonly account_id: number
  readonly id: number
  readonly url: string
  readonly entities: readonly string[]
  readonly headers: Buffer | null
  readonly header_names: readonly string[]
  readonly secret: Buffer
  readonly state: string
  readonly state_reason: string | null
  readonly modified_date: Date
}

function endpoints(): Promise<readonly StoredEndpoint[]> {
  return app.sql<StoredEndpoint>('select * from webhooks.endpoints order by id')
}

/** `https://… Building,Unit ACTIVE` of each, in the order in which they were made. */
async function shownEndpoints(): Promise<readonly string[]> {
  return (await endpoints()).map(({ url, entities, state, state_reason }) =>
    [url, entities.join(','), state, ...(state_reason === null ? [] : [state_reason])].join(' '),
  )
}

async function headersOf(index: number): Promise<unknown> {
  const { account_id: accountId, id: endpointId, headers } = await endpointAt(index)
  return openHeaders(secretBox, { accountId, endpointId }, headers)
}

async function secretOf(index: number): Promise<string> {
  const { account_id: accountId, id: endpointId, secret } = await endpointAt(index)
  return secretBox.open(secret, sealContext({ accountId, endpointId }, 'secret'))
}

async function endpointAt(index: number): Promise<StoredEndpoint> {
  const endpoint = (await endpoints())[index]
  if (endpoint === undefined) throw new Error(`There is no endpoint ${index}`)
  return endpoint
}

describe('D1 POST /api/subscribe', () => {
  test("the guide's body: 200 with the list now followed, as GET gives it", async () => {
    const answer = await subscribe()
    expect([answer.status, answer.text]).toEqual([200, '["Building","Unit"]'])
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect((await app.ask('/api/subscribe')).text).toBe(answer.text)
    expect(await shownEndpoints()).toEqual(['https://testing-website.com/ Building,Unit ACTIVE'])
  })

  test('entities are added to those that are followed already', async () => {
    await subscribe({ Entities: ['unit'] })
    expect((await subscribe({ Entities: ['Tenant', 'building'] })).json).toEqual([
      'Building',
      'Tenant',
      'Unit',
    ])
    expect((await endpoints()).length).toBe(1)
  })

  test.each(['/API/Subscribe', '/api/subscribe/', '/Api/SUBSCRIBE/'])(
    'the address in any letter case, with a slash at its end or not: %s',
    async (path) => {
      expect((await write.post(path, guideBody)).json).toEqual(['Building', 'Unit'])
      expect((await app.ask(path)).json).toEqual(['Building', 'Unit'])
    },
  )

  test('names of properties in any letter case', async () => {
    const {
      ResponseUrl: responseUrl,
      ResponseHeaders: RESPONSEHEADERS,
      Entities: entities,
    } = guideBody
    const answer = await write.post('/api/subscribe', { responseUrl, RESPONSEHEADERS, entities })
    expect(answer.json).toEqual(['Building', 'Unit'])
    expect(await headersOf(0)).toEqual([{ name: 'testing-website-token', value: 'TEST123456' }])
  })

  test('the same property twice, whatever its letter case: 400', async () => {
    for (const body of [
      '{"ResponseUrl":"https://a.ca","responseurl":"https://b.ca","Entities":["unit"]}',
      '{"ResponseUrl":"https://a.ca","Entities":["unit"],"Entities":["unit"]}',
    ]) {
      const answer = await app.ask('/api/subscribe', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect(refusalOf(answer).slice(0, 2)).toEqual([400, 'INVALID_BODY'])
    }
    expect(await followed()).toEqual([])
  })

  test('a property that there is not: 400 with the one that was meant', async () => {
    const answer = await subscribe({ Entites: ['unit'] })
    expect(refusalOf(answer)).toEqual([400, 'UNKNOWN_FIELD', 'Entites'])
    expect(messageOf(answer)).toContain('→ Entities')
    expect(await followed()).toEqual([])
  })

  test.each<[string, unknown, string]>([
    ['is missing', undefined, 'REQUIRED_FIELD'],
    ['is null', null, 'REQUIRED_FIELD'],
    ['is empty', [], 'REQUIRED_FIELD'],
    ['is a text', 'building,unit', 'INVALID_FORMAT'],
    ['is an object', { building: true }, 'INVALID_FORMAT'],
    ['is too long', Array.from({ length: 101 }, () => 'unit'), 'LIMIT_EXCEEDED'],
  ])('Entities %s: 400', async (_, Entities, code) => {
    expect(refusalOf(await subscribe({ Entities }))).toEqual([400, code, 'Entities'])
    expect(await followed()).toEqual([])
  })

  test.each<[unknown, string]>([
    [undefined, 'REQUIRED_FIELD'],
    [null, 'REQUIRED_FIELD'],
    ['', 'REQUIRED_FIELD'],
    [12, 'INVALID_FORMAT'],
    ['testing-website.com', 'WEBHOOK_URL_INVALID'],
    ['https://user:secret@testing-website.com', 'WEBHOOK_URL_INVALID'],
    ['http://testing-website.com', 'WEBHOOK_HTTP_REFUSED'],
    ['https://127.0.0.1/hook', 'WEBHOOK_ADDRESS_REFUSED'],
    ['https://localhost:8443/hook', 'WEBHOOK_ADDRESS_REFUSED'],
  ])('ResponseUrl %j: 400', async (ResponseUrl, code) => {
    expect(refusalOf(await subscribe({ ResponseUrl }))).toEqual([400, code, 'ResponseUrl'])
    expect(await followed()).toEqual([])
  })

  test('everything that is wrong is told at once', async () => {
    const answer = await subscribe({
      ResponseUrl: 'ftp://a.ca',
      ResponseHeaders: 'Host:a',
      Entities: ['units', 'unit', 7],
    })
    expect(detailsOf(answer)).toEqual([
      ['ENTITY_NOT_SUBSCRIBABLE', 'Entities[0]'],
      ['INVALID_FORMAT', 'Entities[2]'],
      ['WEBHOOK_URL_INVALID', 'ResponseUrl'],
      ['WEBHOOK_HEADERS_INVALID', 'ResponseHeaders'],
    ])
    expect(refusalOf(answer)).toEqual([400, 'ENTITY_NOT_SUBSCRIBABLE', 'Entities[0]'])
  })

  test.each(['', '[]', 'null', '"unit"', '{'])('a body that is no object: %j', async (body) => {
    const answer = await app.ask('/api/subscribe', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(refusalOf(answer).slice(0, 2)).toEqual([400, 'INVALID_BODY'])
  })

  test('a body that is not JSON by its content type: 415', async () => {
    for (const path of ['/api/subscribe', '/api/unsubscribe']) {
      const body = JSON.stringify(guideBody)
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      ]) {
        const answer = await app.ask(path, { method: 'POST', headers, body })
        expect(refusalOf(answer)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
      }
    }
  })

  test('without a token: 401, in the language that is asked for', async () => {
    for (const [method, path] of [
      ['POST', '/api/subscribe'],
      ['GET', '/api/subscribe'],
      ['POST', '/api/unsubscribe'],
      ['DELETE', '/api/subscribe'],
    ] as const) {
      const answer = await app.ask(path, { as: null, method })
      expect(refusalOf(answer)).toEqual([401, 'TOKEN_REQUIRED'])
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
    const english = await write.post(
      '/api/subscribe',
      { ...guideBody, Entities: ['x'] },
      { headers: { 'accept-language': 'en' } },
    )
    expect(messageOf(english)).toMatch(/^Entity 'x' does not offer subscriptions\. Available: /)
    expect(english.headers['content-language']).toBe('en')
  })

  test('other methods: 405 with those that there are', async () => {
    for (const [path, method, allow] of [
      ['/api/subscribe', 'PUT', 'GET, HEAD, POST, OPTIONS'],
      ['/api/subscribe', 'PATCH', 'GET, HEAD, POST, OPTIONS'],
      ['/api/Subscribe', 'DELETE', 'GET, HEAD, POST, OPTIONS'],
      ['/api/unsubscribe', 'GET', 'POST, OPTIONS'],
      ['/api/unsubscribe/', 'DELETE', 'POST, OPTIONS'],
    ] as const) {
      const answer = await app.ask(path, { method })
      expect([refusalOf(answer), answer.headers.allow]).toEqual([
        [405, 'OPERATION_NOT_SUPPORTED'],
        allow,
      ])
      const options = await app.ask(path, { method: 'OPTIONS', as: null })
      expect([options.status, options.headers.allow]).toEqual([204, allow])
    }
  })
})

describe('D2 ResponseHeaders', () => {
  test.each<[unknown, unknown]>([
    ['', []],
    [null, []],
    [undefined, []],
    [
      'X-Token: a:b ; x-other:;',
      [
        { name: 'X-Token', value: 'a:b' },
        { name: 'x-other', value: '' },
      ],
    ],
    [{ 'X-Token': 'a;b' }, [{ name: 'X-Token', value: 'a;b' }]],
  ])('%j', async (ResponseHeaders, headers) => {
    expect((await subscribe({ ResponseHeaders })).status).toBe(200)
    expect(await headersOf(0)).toEqual(headers)
  })

  test.each([
    'no colon',
    'Host:a.ca',
    'Connection:close',
    'webhook-id:1',
    'X-A:1\nX-B:2',
    'X-A:1;x-a:2',
    { 'X-A': 1 },
    ['X-A:1'],
    7,
  ])('%j: 400', async (ResponseHeaders) => {
    expect(refusalOf(await subscribe({ ResponseHeaders }))).toEqual([
      400,
      'WEBHOOK_HEADERS_INVALID',
      'ResponseHeaders',
    ])
    expect(await followed()).toEqual([])
  })

  test('a name may be longer than what is shown of it', async () => {
    expect((await subscribe({ ResponseHeaders: `x-${'a'.repeat(300)}:1` })).status).toBe(200)
  })

  test('values are sealed in the database and stand in no answer', async () => {
    const answer = await subscribe()
    expect(answer.text).not.toContain('TEST123456')
    const [stored] = await app.column<string>(
      "select encode(headers, 'escape') || encode(secret, 'escape') from webhooks.endpoints",
    )
    expect(stored).not.toContain('TEST123456')
    expect(stored).not.toContain('whsec_')
    expect((await endpoints())[0]?.header_names).toEqual(['testing-website-token'])
    expect(await secretOf(0)).toMatch(/^whsec_[\w+/]{43}=$/)
  })
})

describe('D3 GET /api/subscribe', () => {
  test('nothing is followed: an empty list', async () => {
    const answer = await app.ask('/api/subscribe')
    expect([answer.status, answer.text]).toEqual([200, '[]'])
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['odata-version']).toBeUndefined()
  })

  test('HEAD answers the same without the body', async () => {
    const answer = await app.ask('/api/subscribe', { method: 'HEAD' })
    expect([answer.status, answer.text]).toEqual([200, ''])
  })

  test('canonical names, sorted, whatever the order in which they were given', async () => {
    await subscribe({ Entities: ['unit', 'LEASE'] })
    await subscribe({ Entities: ['cotenant', 'Building'], ResponseUrl: ELSEWHERE })
    expect((await app.ask('/api/subscribe')).text).toBe('["Building","CoTenant","Lease","Unit"]')
  })

  test("a list is a user's own, in its own account", async () => {
    await subscribe({ Entities: ['unit'] }, 'integrator')
    await subscribe({ Entities: ['tenant'] }, 'revocable')
    await subscribe({ Entities: ['building'] }, 'other')
    await subscribe({ Entities: ['invoice'] }, 'administrator')
    await unsubscribe(['unit', 'tenant', 'building', 'invoice'], 'administrator')
    await subscribe({ Entities: ['unit', 'lease'], ResponseUrl: ELSEWHERE }, 'other')
    expect(await followed('integrator')).toEqual(['Unit'])
    expect(await followed('revocable')).toEqual(['Tenant'])
    expect(await followed('other')).toEqual(['Building', 'Lease', 'Unit'])
    expect(await followed('administrator')).toEqual([])
  })
})

describe('D4 POST /api/unsubscribe', () => {
  test('answers what is followed still', async () => {
    await subscribe({ Entities: ['building', 'unit', 'tenant'] })
    const answer = await unsubscribe([' Building ', 'unit'])
    expect([answer.status, answer.text]).toEqual([200, '["Tenant"]'])
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(await followed()).toEqual(['Tenant'])
    expect((await write.post('/API/Unsubscribe/', ['tenant'])).text).toBe('[]')
  })

  test('what is not followed is no error; an empty list means nothing', async () => {
    await subscribe({ Entities: ['unit'] })
    expect((await unsubscribe(['tenant'])).json).toEqual(['Unit'])
    expect((await unsubscribe([])).json).toEqual(['Unit'])
    expect(await shownEndpoints()).toEqual(['https://testing-website.com/ Unit ACTIVE'])
  })

  test('an unknown name refuses the whole', async () => {
    await subscribe()
    const answer = await unsubscribe(['unit', 'units', 'glentry', 3])
    expect(refusalOf(answer)).toEqual([400, 'ENTITY_NOT_SUBSCRIBABLE', '[1]'])
    expect(detailsOf(answer)).toEqual([
      ['ENTITY_NOT_SUBSCRIBABLE', '[1]'],
      ['ENTITY_NOT_SUBSCRIBABLE', '[2]'],
      ['INVALID_FORMAT', '[3]'],
    ])
    expect(await followed()).toEqual(['Building', 'Unit'])
  })

  test.each(['', '{}', '{"Entities":["unit"]}', '"unit"', '["unit"', '["unit"] 1'])(
    'a body that is no list: %j',
    async (body) => {
      await subscribe()
      const answer = await app.ask('/api/unsubscribe', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect(refusalOf(answer)).toEqual([400, 'INVALID_BODY'])
      expect(await followed()).toEqual(['Building', 'Unit'])
    },
  )

  test('more names than any list has: 400', async () => {
    const names = Array.from({ length: 101 }, () => 'unit')
    expect(refusalOf(await unsubscribe(names))).toEqual([400, 'LIMIT_EXCEEDED'])
  })

  test('the last entity ends the destination, which still shows what it had', async () => {
    await subscribe()
    await unsubscribe(['unit'])
    await unsubscribe(['building'])
    await subscribe()
    expect(await shownEndpoints()).toEqual([
      'https://testing-website.com/ Building ENDED UNSUBSCRIBED',
      'https://testing-website.com/ Building,Unit ACTIVE',
    ])
  })

  test('cancels what is pending of these entities, and of no others', async () => {
    await subscribe()
    await fanOut(['Unit', 1, 'PENDING'], ['Unit', 1, 'WAITING'], ['Building', 1, 'PENDING'])
    await unsubscribe(['unit'])
    expect(await deliveries()).toEqual([
      'Unit 1 CANCELLED UNSUBSCRIBED',
      'Unit 1 CANCELLED UNSUBSCRIBED',
      'Building 1 PENDING',
    ])
    await unsubscribe(['building'])
    expect((await deliveries())[2]).toBe('Building 1 CANCELLED ENDED')
  })

  test('a module or a right that has gone keeps nobody from stopping', async () => {
    await subscribe({ Entities: ['tenant'] }, 'revocable')
    await withoutRight('Tenants', async () => {
      expect((await unsubscribe(['tenant'], 'revocable')).json).toEqual([])
    })
  })
})

describe('D8 entities that can be followed', () => {
  const names = model.entityTypes
    .filter(({ webhook }) => webhook.subscribable)
    .map(({ name }) => name)
    .sort()

  test('all of them at once, and they are those of the model', async () => {
    const answer = await subscribe({ Entities: names.toReversed() }, 'administrator')
    expect(answer.json).toEqual(names)
    expect(names.length).toBe(23)
    for (const name of [
      'Tenant',
      'Unit',
      'TenantService',
      'ServiceCall',
      'ServiceCallDetail',
      'Invoice',
      'Supplier',
      'TenantParking',
      'Building',
    ])
      expect(names).toContain(name)
  })

  test('no others', async () => {
    const Entities = model.entityTypes
      .map(({ name }) => name)
      .filter((name) => !names.includes(name))
    const answer = await subscribe({ Entities }, 'administrator')
    expect(refusalOf(answer)).toEqual([400, 'ENTITY_NOT_SUBSCRIBABLE', 'Entities[0]'])
    expect(detailsOf(answer)).toEqual(
      Entities.map((_, index) => ['ENTITY_NOT_SUBSCRIBABLE', `Entities[${index}]`]),
    )
  })

  test('an entity of a module that was not acquired: 403 that names the module', async () => {
    await app.sql("delete from access.account_modules where account_id = 2 and module = 'crm'")
    try {
      await expect
        .poll(async () => (await app.ask('/api/Prospects?$top=1', { as: 'other' })).status)
        .toBe(403)
      const answer = await subscribe({ Entities: ['unit', 'prospect'] }, 'other')
      expect(refusalOf(answer)).toEqual([403, 'MODULE_NOT_LICENSED', 'Entities'])
      expect(messageOf(answer)).toContain('« crm »')
      expect(await followed('other')).toEqual([])
    } finally {
      await app.sql("insert into access.account_modules (account_id, module) values (2, 'crm')")
    }
  })

  test('an entity that the user may not read: 403', async () => {
    await withoutRight('Tenants', async () => {
      const answer = await subscribe({ Entities: ['unit', 'tenant'] }, 'revocable')
      expect(refusalOf(answer)).toEqual([403, 'READ_NOT_PERMITTED', 'Entities'])
      expect(await followed('revocable')).toEqual([])
    })
    expect((await subscribe({ Entities: ['tenant'] }, 'revocable')).json).toEqual(['Tenant'])
  })
})

describe('R-016 Subscriptions name entities', () => {
  test('(1) ["building","unit"] is read back as ["Building","Unit"]', async () => {
    await subscribe({ Entities: ['building', 'unit'] })
    expect(await followed()).toEqual(['Building', 'Unit'])
  })

  test('(2) ["building","glentry"]: refused, nothing subscribed', async () => {
    const answer = await subscribe({ Entities: ['building', 'glentry'] })
    expect(refusalOf(answer)).toEqual([400, 'ENTITY_NOT_SUBSCRIBABLE', 'Entities[1]'])
    expect(messageOf(answer)).toContain("L'entité « glentry » n'offre pas l'abonnement.")
    expect(messageOf(answer)).toContain('Building, CoTenant, Document,')
    expect(await followed()).toEqual([])
  })

  test('a plural is told its singular', async () => {
    const answer = await subscribe({ Entities: ['Buildings'] })
    expect(messageOf(answer)).toContain('Vouliez-vous dire « Building »?')
  })

  test('blanks and letter case do not count; a name given twice counts once', async () => {
    const Entities = ['  tenantPARKING ', 'TenantParking', 'unit', 'UNIT']
    expect((await subscribe({ Entities })).json).toEqual(['TenantParking', 'Unit'])
  })

  test('the same again is as once', async () => {
    await subscribe({ ResponseHeaders: 'a:1;b:2' })
    const before = await endpoints()
    await subscribe({ ResponseHeaders: 'b:2; a:1' })
    await subscribe({ ResponseHeaders: 'a:1;b:2', Entities: ['unit'] })
    expect(await endpoints()).toEqual(before)
  })

  test('another URL and other headers replace those before, under the same signing secret', async () => {
    await subscribe()
    const [before] = await endpoints()
    await subscribe({ ResponseUrl: ELSEWHERE, ResponseHeaders: null })
    const [after, ...more] = await endpoints()
    expect(more).toEqual([])
    expect([after?.id, after?.url, after?.headers, after?.header_names]).toEqual([
      before?.id,
      ELSEWHERE,
      null,
      [],
    ])
    expect(after?.secret).toEqual(before?.secret)
  })

  test('other headers under the same URL replace those before', async () => {
    await subscribe()
    await subscribe({ ResponseHeaders: 'token:new' })
    expect(await shownEndpoints()).toEqual(['https://testing-website.com/ Building,Unit ACTIVE'])
    expect(await headersOf(0)).toEqual([{ name: 'token', value: 'new' }])
  })

  test('another URL for some of the entities moves these; the others stay', async () => {
    await subscribe({ Entities: ['building', 'unit', 'tenant'] })
    await subscribe({ Entities: ['unit', 'lease'], ResponseUrl: ELSEWHERE })
    expect(await shownEndpoints()).toEqual([
      'https://testing-website.com/ Building,Tenant ACTIVE',
      `${ELSEWHERE} Lease,Unit ACTIVE`,
    ])
    expect(await followed()).toEqual(['Building', 'Lease', 'Tenant', 'Unit'])
    const [first, second] = await endpoints()
    expect(first?.secret).not.toEqual(second?.secret)
  })

  test('a destination that loses all its entities to another one has ended', async () => {
    await subscribe({ Entities: ['building', 'unit'] })
    await subscribe({ Entities: ['lease'], ResponseUrl: ELSEWHERE })
    await subscribe({ Entities: ['lease', 'building', 'unit'], ResponseUrl: ELSEWHERE })
    expect(await shownEndpoints()).toEqual([
      'https://testing-website.com/ Building,Unit ENDED REPLACED',
      `${ELSEWHERE} Building,Lease,Unit ACTIVE`,
    ])
    // Both are replaced: one goes on.
    await subscribe({ Entities: ['building', 'unit'], ResponseUrl: 'https://third.ca/' })
    await subscribe({ Entities: ['building', 'unit', 'lease'], ResponseUrl: 'https://fourth.ca/' })
    expect(await shownEndpoints()).toEqual([
      'https://testing-website.com/ Building,Unit ENDED REPLACED',
      'https://fourth.ca/ Building,Lease,Unit ACTIVE',
      'https://third.ca/ Building,Unit ENDED REPLACED',
    ])
  })

  test('what is unfinished moves with its entity, and is cancelled nowhere', async () => {
    await subscribe()
    await fanOut(
      ['Unit', 1, 'DELIVERED'],
      ['Unit', 2, 'PENDING'],
      ['Unit', 2, 'WAITING'],
      ['Unit', 2, 'WAITING'],
      ['Building', 1, 'PENDING'],
    )
    await app.sql(
      "update webhooks.deliveries set attempts = 7, round_attempts = 7, next_attempt_at = now() + interval '1 day' where state = 'PENDING'",
    )
    await subscribe({ Entities: ['unit'], ResponseUrl: ELSEWHERE })
    expect(await whereTo()).toEqual([
      'testing-website Unit 1 DELIVERED',
      'other-website Unit 2 PENDING due 7/0',
      'other-website Unit 2 WAITING',
      'other-website Unit 2 WAITING',
      'testing-website Building 1 PENDING later 7/7',
    ])
  })

  test('the place in the order is kept beside an older event that was asked for again', async () => {
    await subscribe()
    await fanOut(['Unit', 1, 'DELIVERED'], ['Building', 1, 'PENDING'])
    await subscribe({ Entities: ['unit'], ResponseUrl: ELSEWHERE })
    await fanOut(['Unit', 1, 'PENDING', ELSEWHERE], ['Unit', 1, 'WAITING', ELSEWHERE])
    // The first URL is asked to send its event of the unit again, though it hears no more of units.
    await app.sql(
      `select webhooks.requeue(1, d.endpoint_id, array[d.id]) from webhooks.deliveries d where d.state = 'DELIVERED'`,
    )
    await subscribe({ Entities: ['unit'] })
    expect(await whereTo()).toEqual([
      'testing-website Unit 1 PENDING due 0/0',
      'testing-website Building 1 PENDING due 0/0',
      'testing-website Unit 1 WAITING',
      'testing-website Unit 1 WAITING',
    ])
    expect(await followed()).toEqual(['Building', 'Unit'])
  })

  test('a subscription that moves is as old as it was', async () => {
    await subscribe()
    const since = () =>
      app.column<string>(
        "select since::text from webhooks.subscriptions where entity = 'Unit' and account_id = 1",
      )
    const before = await since()
    await app.sql('select pg_current_xact_id()')
    await subscribe({ Entities: ['unit', 'lease'], ResponseUrl: ELSEWHERE })
    expect(await since()).toEqual(before)
  })

  test('what is pending follows the new URL at once, and its schedule begins anew', async () => {
    await subscribe({ Entities: ['unit'] })
    await fanOut(['Unit', 1, 'PENDING'], ['Unit', 1, 'WAITING'])
    await app.sql(
      "update webhooks.deliveries set attempts = 9, round_attempts = 9, next_attempt_at = now() + interval '1 day' where state = 'PENDING'",
    )
    await app.sql(
      "update webhooks.queues set failures = 9, rests_until = now() + interval '1 minute', failing_since = now(), due_at = null",
    )
    await subscribe({ Entities: ['unit'], ResponseUrl: ELSEWHERE })
    expect(await whereTo()).toEqual([
      'other-website Unit 1 PENDING due 9/0',
      'other-website Unit 1 WAITING',
    ])
    expect(
      await app.sql(
        'select failures, rests_until, failing_since, due_at <= clock_timestamp() as due from webhooks.queues',
      ),
    ).toEqual([{ failures: 0, rests_until: null, failing_since: null, due: true }])
  })

  test.each(['PAUSED', 'DISABLED'])(
    'a destination that is %s is awake after it was subscribed again',
    async (state) => {
      for (const ResponseUrl of [guideBody.ResponseUrl, ELSEWHERE]) {
        await subscribe()
        await app.sql(`update webhooks.endpoints set state = $1, state_reason = 'PERSON'`, [state])
        expect(await followed()).toEqual(['Building', 'Unit'])
        await subscribe({ ResponseUrl })
        expect((await endpoints()).map((each) => [each.state, each.state_reason])).toEqual([
          ['ACTIVE', null],
        ])
        expect(await app.column('select halted from webhooks.queues')).toEqual([false])
      }
    },
  )

  test('a destination that has ended is not followed and does not come back', async () => {
    await subscribe()
    await app.sql("update webhooks.endpoints set state = 'ENDED', state_reason = 'GONE'")
    expect(await followed()).toEqual([])
    await subscribe({ Entities: ['unit'] })
    expect(await shownEndpoints()).toEqual([
      'https://testing-website.com/ Building,Unit ENDED GONE',
      'https://testing-website.com/ Unit ACTIVE',
    ])
  })

  test('a destination whose headers no key opens any more is replaced, not lost', async () => {
    await subscribe()
    await app.sql("update webhooks.endpoints set headers = '\\x0102030405'")
    expect((await subscribe()).status).toBe(200)
    expect(await headersOf(0)).toEqual([{ name: 'testing-website-token', value: 'TEST123456' }])
  })

  test('an endpoint that was made otherwise is never touched', async () => {
    await app.sql(
      `insert into webhooks.endpoints (account_id, user_id, origin, url, entities, secret)
       select 1, u.id, 'ENDPOINT', 'https://testing-website.com/', '{Building,Unit}', '\\x00'
         from access.users u where u.user_name = $1 and u.account_id = 1`,
      [app.clients.integrator.userName],
    )
    const before = await endpoints()
    expect(await followed()).toEqual([])
    await subscribe()
    await unsubscribe(['building', 'unit'])
    expect((await endpoints()).filter(({ id }) => id === before[0]?.id)).toEqual(before)
  })

  test('a subscription belongs to the user: a new token and a new key change nothing', async () => {
    await subscribe()
    const { apiKey, userName, password } = app.clients.integrator
    const answer = await app.ask('/api/Token', {
      as: null,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify({ UserName: userName, Password: password }),
    })
    const { Token } = answer.json as { Token: string }
    const again = await app.ask('/api/subscribe', {
      as: null,
      headers: { authorization: `Bearer ${Token}` },
    })
    expect(again.json).toEqual(['Building', 'Unit'])
  })

  test('many calls at once leave one destination per entity, and answer each what was true', async () => {
    const urls = Array.from({ length: 5 }, (_, index) => `https://site${index}.ca/`)
    const answers = await Promise.all([
      ...urls.map((ResponseUrl) => subscribe({ ResponseUrl, Entities: ['unit', 'building'] })),
      ...urls.map((ResponseUrl) => subscribe({ ResponseUrl, Entities: ['unit', 'tenant'] })),
      ...urls.map(() => unsubscribe(['lease'])),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(await followed()).toEqual(['Building', 'Tenant', 'Unit'])
    const living = (await endpoints()).filter(({ state }) => state !== 'ENDED')
    expect(living.flatMap(({ entities }) => entities).sort()).toEqual([
      'Building',
      'Tenant',
      'Unit',
    ])
  })

  test('changes before the first subscription are not to be sent, those after it are', async () => {
    const note = await write.patch('/api/Units(9003)', { AskingRent: 1001 })
    expect(note.status).toBe(200)
    await subscribe()
    expect((await write.patch('/api/Units(9003)', { AskingRent: 1002 })).status).toBe(200)
    expect(
      await app.column(
        `select not pg_visible_in_snapshot(c.xid, s.since)
           from change_log c join webhooks.subscriptions s on s.account_id = c.account_id and s.entity = c.entity
          where c.account_id = 1 and c.id = 9003 and c.entity = 'Unit' order by c.seq`,
      ),
    ).toEqual([false, true])
  })

  test('what was changed while nobody followed anything is not read again', async () => {
    await subscribe()
    await unsubscribe(['building', 'unit'])
    expect((await write.patch('/api/Units(9003)', { AskingRent: 1003 })).status).toBe(200)
    await subscribe()
    expect(
      await app.column(
        `select pg_visible_in_snapshot(l.xid, c.position::pg_snapshot)
           from webhooks.cursors c join change_log l on l.account_id = c.account_id and l.entity = 'Unit'
          where c.account_id = 1 order by l.seq desc limit 1`,
      ),
    ).toEqual([true])
  })

  test('an endpoint is disabled while changes are made into deliveries: neither waits for the other', async () => {
    await subscribe()
    await app.db.database.transaction(async (client) => {
      await client.query('select from webhooks.cursors where account_id = 1 for update')
      // Ends with an error after a while when it has to wait.
      await app.sql("update webhooks.endpoints set state = 'DISABLED', state_reason = 'FAILING'")
    })
    expect(await shownEndpoints()).toEqual([
      'https://testing-website.com/ Building,Unit DISABLED FAILING',
    ])
  })

  test('a call leaves an event of the endpoint in the change log, and a refused one none', async () => {
    const events = () =>
      app.column<number>(
        "select status from change_log where entity = 'WebhookEndpoint' and account_id = 1 order by seq",
      )
    const before = await events()
    await subscribe({ Entities: ['unit', 'units'] })
    expect(await events()).toEqual(before)
    await subscribe()
    expect(await events()).toEqual([...before, 3])
    await unsubscribe(['unit'])
    await unsubscribe(['building'])
    expect(await events()).toEqual([...before, 3, 1, 1])
  })
})

/** Entity, Id and state of deliveries to make, and whose: the newest endpoint of this URL, else the first. */
type Planned = readonly [entity: string, id: number, state: string, url?: string]

/** Writes deliveries as fan-out would, one after the other. */
async function fanOut(...planned: readonly Planned[]): Promise<void> {
  for (const [entity, id, state, url] of planned)
    await app.sql(
      `insert into webhooks.deliveries (account_id, endpoint_id, seq, entity, entity_id, status,
         occurred_at, committed_at, state, next_attempt_at)
       select e.account_id, e.id, nextval(pg_get_serial_sequence('public.change_log', 'seq')), $1, $2, 1,
              now(), now(), $3::varchar, case when $3 = 'PENDING' then now() end
         from webhooks.endpoints e where $4::varchar is null or e.url = $4
        order by e.id limit 1`,
      [entity, id, state, url ?? null],
    )
}

function deliveries(): Promise<readonly string[]> {
  return app.column<string>(
    `select concat_ws(' ', entity, entity_id, state, state_reason) from webhooks.deliveries order by seq`,
  )
}

/** Where each goes, when, and its attempts in all and since its schedule began. */
function whereTo(): Promise<readonly string[]> {
  return app.column<string>(
    `select concat_ws(' ', substring(e.url from '//(.*)\\.com'), d.entity, d.entity_id, d.state,
       case when d.next_attempt_at <= clock_timestamp() then 'due' when d.state = 'PENDING' then 'later' end,
       case when d.state = 'PENDING' then d.attempts || '/' || d.round_attempts end)
       from webhooks.deliveries d join webhooks.endpoints e on e.account_id = d.account_id and e.id = d.endpoint_id
      order by d.seq`,
  )
}

/** Runs `work` while one of the account's integrators may not read a set. */
async function withoutRight(set: string, work: () => Promise<void>): Promise<void> {
  const { databaseName, userName } = app.clients.revocable
  const right = { set, operation: 'read' } as const
  const isReadable = async (): Promise<boolean> =>
    (await app.ask(`/api/${set}?$top=1`, { as: 'revocable' })).status === 200
  await revokeRight(app.db.database, { databaseName, userName }, right)
  try {
    await expect.poll(isReadable).toBe(false)
    await work()
  } finally {
    await grantRight(app.db.database, { databaseName, userName }, right)
    await expect.poll(isReadable).toBe(true)
  }
}
