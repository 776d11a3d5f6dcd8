import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { secretBox, startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, rowOf, write } from '../support/writing.ts'
import { userOf } from './stored-webhooks.ts'

const SETS = '/api/WebhookEndpoints'
const API_KEY = 'clef-de-crm-4711'
const hook = {
  Url: 'https://CRM.example.com/primmo#top',
  Entities: ['unit', ' Tenant ', 'unit'],
}

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
  const { databaseName, userName } = app.clients.revocable
  await revokeRight(
    app.db.database,
    { databaseName, userName },
    { set: 'Invoices', operation: 'read' },
  )
})

afterAll(() => app.close())

async function make(body: object = {}, as: 'integrator' | 'revocable' = 'integrator') {
  return rowOf(await write(app, 'POST', SETS, { ...hook, ...body }, { as }))
}

async function storedHeaders(id: number): Promise<unknown> {
  const [sealed = null] = await app.column<Buffer | null>(
    'select headers from webhooks.endpoints where id = $1',
    [id],
  )
  if (sealed === null) return null
  return JSON.parse(secretBox.open(sealed, `webhook-endpoint/1/${id}/headers`))
}

describe('POST /api/WebhookEndpoints', () => {
  test('makes an endpoint, its names canonical and its secret told once', async () => {
    const answer = await write(app, 'POST', SETS, {
      ...hook,
      Description: 'Unités',
      ResponseHeaders: `X-Api-Key:${API_KEY};X-Client:a:b`,
      Filter: 'CompanyNo eq 3',
    })
    expect(answer.status).toBe(201)
    const { Id, Secret, ...shown } = rowOf(answer)
    expect(shown).toMatchObject({
      Url: 'https://crm.example.com/primmo',
      Entities: ['Tenant', 'Unit'],
      ResponseHeaders: 'X-Api-Key:••••••;X-Client:••••••',
      Filter: 'CompanyNo eq 3',
      State: 'ACTIVE',
      Origin: 'ENDPOINT',
      UserName: 'crm',
    })
    expect(Secret).toMatch(/^whsec_[\w+/]{43}=$/)
    expect(answer.headers.location).toBe(`${app.baseUrl}${SETS}(${Id})`)
    const read = await app.ask(`${SETS}(${Id})`)
    expect(read.json).toEqual({ Id, ...shown, Secret: null })
    const [sealed] = await app.column<Buffer>(
      'select secret from webhooks.endpoints where id = $1',
      [Id],
    )
    expect(secretBox.open(sealed ?? Buffer.alloc(0), `webhook-endpoint/1/${Id}/secret`)).toBe(
      Secret,
    )
    expect(await storedHeaders(Id)).toEqual([
      { name: 'X-Api-Key', value: API_KEY },
      { name: 'X-Client', value: 'a:b' },
    ])
    const subscribed = await app.column<string>(
      'select entity from webhooks.subscriptions where endpoint_id = $1 order by 1',
      [Id],
    )
    expect(subscribed).toEqual(['Tenant', 'Unit'])
  })

  test('several of one user may follow one entity, at one address or at several', async () => {
    const [first, second] = [await make(), await make()]
    expect(first.Id).not.toBe(second.Id)
  })

  test('an answer that the client asks for again is the same, and is kept sealed', async () => {
    const body = JSON.stringify(hook)
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'make-once' }
    const first = await app.ask(SETS, { method: 'POST', body, headers })
    const again = await app.ask(SETS, { method: 'POST', body, headers })
    expect(again.text).toBe(first.text)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.headers[':sealed']).toBeUndefined()
    const [kept = ''] = await app.column<string>(
      "select encode(body, 'escape') from idempotency_keys where key = 'make-once'",
    )
    expect(kept.length).toBeGreaterThan(100)
    expect(kept).not.toContain(String(rowOf(first)['Secret']))
    expect(kept).not.toContain('whsec_')
  })

  test.each([
    [{ Url: 'http://crm.example.com/' }, 'WEBHOOK_HTTP_REFUSED', 'Url'],
    [{ Url: 'https://127.0.0.1/' }, 'WEBHOOK_ADDRESS_REFUSED', 'Url'],
    [{ Url: 'https://u:p@crm.example.com/' }, 'WEBHOOK_URL_INVALID', 'Url'],
    [{ ResponseHeaders: 'Host:x' }, 'WEBHOOK_HEADERS_INVALID', 'ResponseHeaders'],
    [{ ResponseHeaders: 'X-Key:••••••' }, 'WEBHOOK_HEADERS_INVALID', 'ResponseHeaders'],
    [{ Entities: [] }, 'REQUIRED_FIELD', 'Entities'],
    [{ Entities: 'unit' }, 'INVALID_FORMAT', 'Entities'],
    [{ Entities: ['units'] }, 'ENTITY_NOT_SUBSCRIBABLE', undefined],
    [{ Entities: ['WebhookEndpoint'] }, 'ENTITY_NOT_SUBSCRIBABLE', undefined],
    [{ Filter: 'UnitCode eq' }, 'SYNTAX_ERROR', 'Filter'],
    [{ Filter: 'Id eq 1) or (Id eq 2' }, 'SYNTAX_ERROR', 'Filter'],
    [{ Filter: 'AskingRent gt 5' }, 'UNKNOWN_PROPERTY', 'Filter'],
    [{ Filter: 'CompanyNo add 1' }, 'TYPE_MISMATCH', 'Filter'],
    [{ State: 'PAUSED' }, 'FIELD_READ_ONLY', 'State'],
    [{ Secret: 'whsec_x' }, 'FIELD_READ_ONLY', 'Secret'],
  ])('refuses %j', async (wrong, code, target) => {
    const answer = await write(app, 'POST', SETS, { ...hook, ...wrong })
    expectRefusal(answer, { status: 400, code, ...(target === undefined ? {} : { target }) })
  })

  test('tells everything that is wrong at once', async () => {
    const answer = await write(app, 'POST', SETS, { Url: 'ftp://x', Entities: ['nothing', 'unit'] })
    const { details } = (answer.json as { error: { details: { code: string }[] } }).error
    expect(details.map(({ code }) => code)).toEqual([
      'WEBHOOK_URL_INVALID',
      'ENTITY_NOT_SUBSCRIBABLE',
    ])
  })

  test('A5 what the user may not read is refused, in entities and in filters', async () => {
    const answer = await write(
      app,
      'POST',
      SETS,
      { ...hook, Entities: ['Invoice'] },
      { as: 'revocable' },
    )
    expectRefusal(answer, { status: 403, code: 'READ_NOT_PERMITTED', target: 'Entities' })
    const through = await write(
      app,
      'POST',
      SETS,
      { ...hook, Entities: ['Supplier'], Filter: 'Invoices/any()' },
      { as: 'revocable' },
    )
    expectRefusal(through, { status: 403, code: 'READ_NOT_PERMITTED', target: 'Filter' })
  })

  test('an administrator may be told how endpoints fare', async () => {
    const answer = await write(
      app,
      'POST',
      SETS,
      { ...hook, Entities: ['webhookendpoint', 'unit'], Filter: 'Id gt 0' },
      { as: 'administrator' },
    )
    expect(rowOf(answer)['Entities']).toEqual(['Unit', 'WebhookEndpoint'])
  })

  test('a user has at most a hundred that have not ended', async () => {
    const { accountId, userId } = await userOf(app, 'other')
    await app.sql(
      `insert into webhooks.endpoints (account_id, user_id, origin, url, entities, secret, state, state_reason)
       select $1, $2, 'ENDPOINT', 'https://crm.example.com/', '{Unit}', '', case when n > 99 then 'ENDED' else 'ACTIVE' end,
              case when n > 99 then 'GONE' end
         from generate_series(1, 120) n`,
      [accountId, userId],
    )
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => write(app, 'POST', SETS, hook, { as: 'other' })),
    )
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409, 409])
    const refused = answers.find(({ status }) => status === 409)
    if (refused !== undefined)
      expectRefusal(refused, { status: 409, code: 'WEBHOOK_ENDPOINTS_LIMIT' })
  })

  test('a dry run leaves nothing', async () => {
    const before = await app.ids(SETS)
    expect((await write(app, 'POST', `${SETS}?dryRun=true`, hook)).status).toBe(201)
    expect(await app.ids(SETS)).toEqual(before)
  })
})

describe('PATCH, PUT and DELETE of an endpoint', () => {
  test('what was read can be sent back and changes nothing', async () => {
    const { Id, ...told } = await make({ ResponseHeaders: `X-Api-Key:${API_KEY}` })
    const made = { ...told, Secret: null }
    const before = await app.column('select xmin::text from webhooks.endpoints where id = $1', [Id])
    for (const method of ['PATCH', 'PUT'] as const) {
      const answer = await write(app, method, `${SETS}(${Id})`, { Id, ...made })
      expect([method, answer.json]).toEqual([method, { Id, ...made }])
    }
    expect(
      await app.column('select xmin::text from webhooks.endpoints where id = $1', [Id]),
    ).toEqual(before)
  })

  test('a masked value stays what it is beside headers that are new or gone', async () => {
    const { Id } = await make({ ResponseHeaders: `X-Api-Key:${API_KEY};X-Old:1` })
    const answer = await write(app, 'PATCH', `${SETS}(${Id})`, {
      ResponseHeaders: 'x-api-key:••••••; X-New:2',
    })
    expect(rowOf(answer)['ResponseHeaders']).toBe('X-Api-Key:••••••;X-New:••••••')
    expect(await storedHeaders(Id)).toEqual([
      { name: 'X-Api-Key', value: API_KEY },
      { name: 'X-New', value: '2' },
    ])
    await write(app, 'PATCH', `${SETS}(${Id})`, { ResponseHeaders: null })
    expect(await storedHeaders(Id)).toBeNull()
  })

  test('entities that are left out are followed no more, and what is pending of them is cancelled', async () => {
    const { Id } = await make()
    await app.sql('select webhooks.queue_test(1, $1, $2)', [Id, 'Tenant'])
    const answer = await write(app, 'PATCH', `${SETS}(${Id})`, { Entities: ['Unit', 'Lease'] })
    expect(rowOf(answer)['Entities']).toEqual(['Lease', 'Unit'])
    const states = await app.rows(
      `/api/WebhookDeliveries?$filter=EndpointId eq ${Id}&$select=State,StateReason`,
    )
    expect(states).toEqual([{ State: 'CANCELLED', StateReason: 'UNSUBSCRIBED' }])
  })

  test('a filter holds for every entity, also for one that comes later', async () => {
    const { Id } = await make({ Entities: ['Unit'], Filter: "UnitCode eq '1'" })
    const answer = await write(app, 'PATCH', `${SETS}(${Id})`, { Entities: ['Unit', 'Building'] })
    expectRefusal(answer, { status: 400, code: 'UNKNOWN_PROPERTY', target: 'Filter' })
  })

  test("If-Match holds, and another's endpoint is missing, save for an administrator", async () => {
    const { Id } = await make()
    const path = `${SETS}(${Id})`
    const stale = await app.ask(path, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': 'W/"x"' },
      body: '{"Description":"x"}',
    })
    expect(stale.status).toBe(412)
    for (const [method, at] of [
      ['PATCH', path],
      ['DELETE', path],
      ['POST', `${path}/Pause`],
    ] as const)
      for (const as of ['revocable', 'other'] as const)
        expect([
          method,
          as,
          (await write(app, method, at, method === 'PATCH' ? {} : undefined, { as })).status,
        ]).toEqual([method, as, 404])
    const answer = await write(app, 'PATCH', path, { Description: 'x' }, { as: 'administrator' })
    expect(rowOf(answer)).toMatchObject({ Description: 'x', UserName: 'crm' })
  })

  test('an endpoint of the guide keeps its entities, which only the guide moves; the rest may change', async () => {
    await write(app, 'POST', '/api/subscribe', {
      ResponseUrl: 'https://crm.example.com/guide',
      ResponseHeaders: '',
      Entities: ['unit'],
    })
    const [Id = 0] = await app.ids(`${SETS}?$filter=Origin eq 'SUBSCRIBE'`)
    const path = `${SETS}(${Id})`
    expectRefusal(await write(app, 'PATCH', path, { Entities: ['Unit', 'Lease'] }), {
      status: 400,
      code: 'FIELD_IMMUTABLE',
      target: 'Entities',
    })
    const answer = await write(app, 'PATCH', path, {
      Url: 'https://crm.example.com/moved',
      Filter: 'Id gt 5',
    })
    expect(rowOf(answer)).toMatchObject({ Url: 'https://crm.example.com/moved', Filter: 'Id gt 5' })
  })

  test('deleted, it has ended for good and can still be looked at', async () => {
    const { Id } = await make()
    await app.sql('select webhooks.queue_test(1, $1, $2)', [Id, 'Unit'])
    const path = `${SETS}(${Id})`
    for (const _ of [1, 2]) expect((await write(app, 'DELETE', path)).status).toBe(204)
    const read = (
      await app.ask(`${path}?$select=State,StateReason&$expand=Deliveries($select=State)`)
    ).json
    expect(read).toEqual({
      Deliveries: [{ State: 'CANCELLED' }],
      State: 'ENDED',
      StateReason: 'DELETED',
    })
    const subscribed = 'select entity from webhooks.subscriptions where endpoint_id = $1'
    expect(await app.column(subscribed, [Id])).toEqual([])
    for (const [method, at, body] of [
      ['PATCH', path, { Description: 'x' }],
      ['POST', `${path}/Test`, undefined],
      ['POST', `${path}/Pause`, undefined],
      ['POST', `${path}/Resume`, undefined],
      ['POST', `${path}/RotateSecret`, undefined],
      ['POST', `${path}/Replay`, { Since: new Date().toISOString() }],
    ] as const)
      expectRefusal(await write(app, method, at, body), {
        status: 409,
        code: 'WEBHOOK_ENDPOINT_ENDED',
      })
  })
})

describe('Secrets of endpoints', () => {
  test('no table holds a secret or the value of a header, and no answer tells one again', async () => {
    const made = await make({ ResponseHeaders: `X-Api-Key:${API_KEY}` })
    const rotated = rowOf(await write(app, 'POST', `${SETS}(${made.Id})/RotateSecret`))
    const secrets = [String(made['Secret']), String(rotated['Secret']), API_KEY]
    const tables = await app.column<string>(
      "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'webhooks', 'access')",
    )
    expect(tables.length).toBeGreaterThan(60)
    for (const table of tables) {
      const [found] = await app.column<number>(
        `select count(*)::integer from ${table} t where ${secrets
          .map(
            (_, i) =>
              `t::text like '%' || $${i + 1} || '%' or t::text like '%' || encode(convert_to($${i + 1}, 'UTF8'), 'hex') || '%'`,
          )
          .join(' or ')}`,
        secrets,
      )
      expect([table, found]).toEqual([table, 0])
    }
    const answers = await Promise.all(
      [
        SETS,
        `${SETS}(${made.Id})`,
        `/api/WebhookDeliveries?$expand=Endpoint`,
        `${SETS}?$filter=contains(ResponseHeaders,'clef') or startswith(Secret,'whsec')`,
      ].map(async (path) => (await app.ask(path)).text),
    )
    for (const text of answers) for (const secret of secrets) expect(text).not.toContain(secret)
    expect(answers[3]).toBe('{"value":[]}')
  })
})
