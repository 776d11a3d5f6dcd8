/** `GET /api/events`: the events of the change log over HTTP, to whom they are given, and what none of them escapes. */

import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { withholdModule } from '../../src/auth/licences.ts'
import { grantRight, revokeRight } from '../../src/auth/rights.ts'
import { revokeUser } from '../../src/auth/users.ts'
import { expectNothingOfTheInside } from '../support/expected-error.ts'
import { type Answer, type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
const writers: Client[] = []

beforeAll(async () => {
  app = await startTestApp()
  const { databaseName, integrator } = app.clients.revocable
  await withholdModule(app.db.database, { databaseName, integrator }, 'crm')
})
afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.end()
})
afterAll(() => app.close())

interface Page {
  readonly Events: readonly {
    readonly WebhookId: string
    readonly At: string
    readonly Event: { readonly Id: number; readonly Entity: string; readonly Status: number }
  }[]
  readonly Next: string
  readonly HasMore: boolean
}

async function pageOf(query: string, options: AskOptions = {}): Promise<Page> {
  const answer = await app.ask(`/api/events?${query}`, options)
  expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)])
  // The form is what the first test asserts.
  return answer.json as Page
}

async function now(options: AskOptions = {}): Promise<string> {
  return (await pageOf('', options)).Next
}

const brief = ({ Events }: Page): readonly string[] =>
  Events.map(({ Event }) => `${Event.Entity} ${Event.Id} ${Event.Status}`)

const codeOf = ({ status, text }: Answer): string =>
  `${status} ${/"code":"(\w+)"/.exec(text)?.[1] ?? ''}`

/** A visible change, whose transaction holds it alone. */
const touchUnit = (id: number, account = 1): Promise<unknown> =>
  app.sql(
    'update units set asking_rent = coalesce(asking_rent, 0) + 1 where account_id = $1 and id = $2',
    [account, id],
  )
const touchTenant = (id: number, account = 1): Promise<unknown> =>
  app.sql(
    "update tenants set comment = coalesce(comment, '') || '.' where account_id = $1 and id = $2",
    [account, id],
  )

/** A writer whose transaction is open, and has its number already. */
async function openWriter(): Promise<Client> {
  const writer = new Client({ connectionString: app.db.url })
  writers.push(writer)
  await writer.connect()
  await writer.query("begin; select set_config('hapi.account_id', '1', true), pg_current_xact_id()")
  return writer
}

describe('Contract D5: the events of webhooks, pulled', () => {
  test("an event is a notification's body, with the id and the instant that its headers have", async () => {
    const after = await now()
    await app.sql(
      "update tenant_parkings set license_plate = 'H4P1' where account_id = 1 and id = 1472",
    )
    const answer = await app.ask(`/API/Events?After=${after}&ENTITIES= tenantparking , unit`)
    expect(answer.text).toMatch(
      /^\{"Events":\[\{"WebhookId":"evt_\d+","At":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","Event":\{"Id":1472,"Entity":"TenantParking","Status":1,"DatabaseName":"DEV\/ALEX","AdditionalInformationJson":"\{\\"tenantId\\": 7535, \\"parkingId\\": 1445\}"\}\}\],"Next":"[\w-]+","HasMore":false\}$/,
    )
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
    })
  })

  test('without a position it begins now; after=start begins with the oldest that is kept', async () => {
    await touchUnit(9001)
    expect(await pageOf('')).toEqual({ Events: [], Next: expect.any(String), HasMore: false })
    expect(brief(await pageOf('after=START&limit=1000'))).toContain('Unit 9001 1')
  })

  test('only subscribable entities have events', async () => {
    const after = await now()
    await app.sql(
      `insert into employees (account_id, id, employee_code, last_name, first_name)
       values (1, 70001, 'E70001', 'Roy', 'Ève')`,
    )
    await touchUnit(9001)
    expect(brief(await pageOf(`after=${after}`))).toEqual(['Unit 9001 1'])
  })

  test('entities choose, and what they leave out is not given later either', async () => {
    const after = await now()
    await touchUnit(9001)
    await touchTenant(9101)
    await touchUnit(9002)
    const tenants = await pageOf(`after=${after}&entities=TENANT`)
    expect(brief(tenants)).toEqual(['Tenant 9101 1'])
    expect(brief(await pageOf(`after=${tenants.Next}`))).toEqual([])
    expect(brief(await pageOf(`after=${after}&entities=unit,Unit&limit=1`))).toEqual([
      'Unit 9001 1',
    ])
  })
})

describe('Isolation', () => {
  test("another account's events never come, even by its position", async () => {
    const [mine, theirs] = [await now(), await now({ as: 'other' })]
    await touchUnit(9001, 2)
    for (const position of [mine, theirs, 'start']) {
      const { Events } = await pageOf(`after=${position}&limit=1000`)
      expect(Events.filter(({ Event }) => JSON.stringify(Event).includes('BEATRICE'))).toEqual([])
    }
    expect(brief(await pageOf(`after=${mine}`, { as: 'other' }))).toEqual(['Unit 9001 1'])
  })

  test('nor do they wake a request that waits', async () => {
    const waiting = pageOf('wait=2')
    await new Promise((resolve) => setTimeout(resolve, 200))
    await touchUnit(9001, 2)
    expect((await waiting).Events).toEqual([])
  })
})

describe('Contract A5 and R-011: modules and rights', () => {
  test('without its module an entity has no events, and asking for it is 403', async () => {
    const after = await now()
    await app.sql(
      "update prospects set comment = 'x' where account_id = 1 and id = (select min(id) from prospects where account_id = 1)",
    )
    await touchUnit(9001)
    expect(brief(await pageOf(`after=${after}`, { as: 'revocable' }))).toEqual(['Unit 9001 1'])
    expect((await pageOf(`after=${after}`)).Events).toHaveLength(2)
    const answer = await app.ask('/api/events?entities=unit,prospect', { as: 'revocable' })
    expect(codeOf(answer)).toBe('403 MODULE_NOT_LICENSED')
    expect(answer.text).toContain('"target":"Prospects"')
  })

  test('the same without the right to read, also when it goes in the middle of a wait', async () => {
    const { databaseName, userName } = app.clients.revocable
    const right = { set: 'Tenants', operation: 'read' } as const
    const as = { as: 'revocable' } as const
    const after = await now(as)
    const waiting = app.ask(`/api/events?entities=tenant&wait=30&after=${after}`, as)
    const broad = pageOf(`wait=30&after=${after}`, as)
    await revokeRight(app.db.database, { databaseName, userName }, right)
    let refused = ''
    while (refused !== '403 READ_NOT_PERMITTED')
      refused = codeOf(await app.ask('/api/events?entities=tenant', as))
    // At once: nothing has changed but the right.
    expect(codeOf(await waiting)).toBe('403 READ_NOT_PERMITTED')
    await touchTenant(9101)
    await touchUnit(9001)
    expect(brief(await broad)).toEqual(['Unit 9001 1'])
    await grantRight(app.db.database, { databaseName, userName }, right)
  })

  test('no token is 401', async () => {
    expect(codeOf(await app.ask('/api/events', { as: null }))).toBe('401 TOKEN_REQUIRED')
  })
})

describe('Paging', () => {
  test('nothing is lost or given twice while transactions commit out of their order', async () => {
    const start = await now()
    const first = await openWriter()
    await first.query('update units set asking_rent = 1 where account_id = 1 and id = 9001')
    for (const id of [9002, 9003, 9004]) await touchUnit(id)
    const second = await openWriter()
    await second.query('update units set asking_rent = 2 where account_id = 1 and id = 9005')
    const page1 = await pageOf(`after=${start}&entities=unit&limit=2`)
    expect([brief(page1), page1.HasMore]).toEqual([['Unit 9002 1', 'Unit 9003 1'], true])
    // Numbered before what was read, committed after it.
    await first.query('commit')
    await touchTenant(9101)
    const page2 = await pageOf(`after=${page1.Next}&entities=unit&limit=2`)
    expect([brief(page2), page2.HasMore]).toEqual([['Unit 9004 1'], false])
    const page3 = await pageOf(`after=${page2.Next}&entities=unit&limit=2`)
    expect([brief(page3), page3.HasMore]).toEqual([['Unit 9001 1'], false])
    await second.query('commit')
    const page4 = await pageOf(`after=${page3.Next}&entities=unit&limit=2`)
    expect(brief(page4)).toEqual(['Unit 9005 1'])
    expect(brief(await pageOf(`after=${page4.Next}`))).toEqual([])
  })

  test('a reader beside eight writers gets each change once, in the order of each row', async () => {
    let position = await now()
    const got: string[] = []
    const writing = { goesOn: true }
    const changes = 40
    const ids = [9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008]
    const written = Promise.all(
      ids.map(async (id) => {
        for (let n = 0; n < changes; n += 1) await touchUnit(id)
      }),
    ).then(() => (writing.goesOn = false))
    for (let hasMore = true; writing.goesOn || hasMore; ) {
      const page = await pageOf(`after=${position}&entities=unit&limit=7&wait=1`)
      got.push(...page.Events.map(({ WebhookId, Event }) => `${Event.Id} ${WebhookId.slice(4)}`))
      position = page.Next
      hasMore = page.HasMore || page.Events.length > 0
    }
    await written
    expect(got).toHaveLength(changes * ids.length)
    expect(new Set(got).size).toBe(got.length)
    for (const id of ids) {
      const numbers = got
        .filter((each) => each.startsWith(`${id} `))
        .map((each) => Number(each.slice(5)))
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    }
  })
})

describe('wait', () => {
  /** Far less than a request waits, far more than a slow machine takes. */
  const SOON_MS = 10_000

  async function wakesBy(change: () => Promise<unknown>): Promise<Page> {
    const after = await now()
    const startedMs = performance.now()
    const waiting = pageOf(`after=${after}&entities=unit&wait=30`)
    // What is not asked for does not end the wait.
    await touchTenant(9101)
    await change()
    const page = await waiting
    expect(performance.now() - startedMs).toBeLessThan(SOON_MS)
    return page
  }

  test('answers as soon as a change by plain SQL is committed', async () => {
    expect(brief(await wakesBy(() => touchUnit(9001)))).toEqual(['Unit 9001 1'])
  })

  test('answers as soon as a change by the API is committed', async () => {
    const change = (): Promise<Answer> =>
      app.ask('/api/Units(9003)', {
        method: 'PATCH',
        body: '{"AskingRent":1234}',
        headers: { 'content-type': 'application/json' },
      })
    expect(brief(await wakesBy(change))).toContain('Unit 9003 1')
  })

  test('answers at once when the account is announced', async () => {
    const page = await wakesBy(async () => {
      await touchUnit(9001)
      await app.sql("select pg_notify('hapi_changes', '1')")
    })
    expect(brief(page)).toEqual(['Unit 9001 1'])
  })

  test('holds no connection meanwhile, and ends with an empty page to go on from', async () => {
    const after = await now()
    const waiting = ['integrator', 'administrator', 'revocable'] as const
    const pages = Promise.all(
      waiting.flatMap((as) =>
        Array.from({ length: 6 }, () => pageOf(`after=${after}&wait=2`, { as })),
      ),
    )
    // Eighteen wait; a session that one of them held would be in a transaction.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const [held] = await app.column<string>(
      `select count(*) from pg_stat_activity
        where datname = current_database() and application_name = 'hapi changes' and state like 'idle in%'`,
    )
    expect(held).toBe('0')
    for (const { Events, HasMore, Next } of await pages) {
      expect({ Events, HasMore }).toEqual({ Events: [], HasMore: false })
      expect(brief(await pageOf(`after=${Next}`))).toEqual([])
    }
  })

  test('a place is free again when its client is gone', async () => {
    const { token } = app.clients.other
    const request = `GET /api/events?wait=30 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`
    await Promise.all(Array.from({ length: 8 }, () => app.raw(request, 300)))
    const deadline = Date.now() + SOON_MS
    let status = 429
    while (status === 429 && Date.now() < deadline)
      status = (await app.ask('/api/events?wait=1', { as: 'other' })).status
    expect(status).toBe(200)
  })
})

/**
 * Waits until nothing runs in the cluster that was begun before the last change: what is pruned is known by its
 * youngest transaction, and a position older than one in progress is in doubt.
 */
async function quiet(): Promise<void> {
  const isQuiet = `select pg_snapshot_xmin(pg_current_snapshot()) > max(xid) from change_log`
  while (!(await app.column<boolean>(isQuiet))[0])
    await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('R-012: what is no longer kept', () => {
  test('is told, also in the middle of a window; a position that had read it goes on', async () => {
    const before = await now()
    for (const id of [9001, 9002, 9003]) await touchUnit(id)
    const middle = (await pageOf(`after=${before}&limit=2`)).Next
    await quiet()
    const end = await now()
    await app.sql("select prune_change_log(1, 'infinity')")
    expect(codeOf(await app.ask(`/api/events?after=${before}`))).toBe('410 EVENTS_EXPIRED')
    expect(codeOf(await app.ask(`/api/events?after=${middle}`))).toBe('410 EVENTS_EXPIRED')
    expect(brief(await pageOf(`after=${end}`))).toEqual([])
    expect((await pageOf(`after=${before}`, { as: 'other' })).Events).toEqual([])
  })

  test('is not missed by who begins with the oldest that is kept', async () => {
    await app.sql("select prune_change_log(1, 'infinity')")
    for (const id of [9001, 9002, 9003]) await touchUnit(id)
    const first = await pageOf('after=start&limit=2')
    const second = await pageOf(`after=${first.Next}&limit=2`)
    expect([...brief(first), ...brief(second)]).toEqual([
      'Unit 9001 1',
      'Unit 9002 1',
      'Unit 9003 1',
    ])
    await app.sql("select prune_change_log(1, now() - interval '90 days')")
    expect(brief(await pageOf(`after=${first.Next}`))).toEqual(['Unit 9003 1'])
  })
})

describe('Hostile requests', () => {
  const encoded = (text: string): string => Buffer.from(text).toString('base64url')

  test.each([
    'x',
    '%27%20or%201=1',
    encoded('0 '),
    encoded('0 1:1'),
    encoded("0 1:1:'"),
    encoded('0 9:1:'),
    encoded('0 1:9:4,3'),
    encoded('0 1:1:/1:1:/99999999999999999999'),
    encoded('99999999999999999999 1:1:'),
    `${encoded('0 1:1:')}=`,
    'start/',
  ])('after=%s is 400', async (after) => {
    const answer = await app.ask(`/api/events?after=${after}`)
    expect(codeOf(answer)).toBe('400 INVALID_OPTION_VALUE')
    expectNothingOfTheInside(answer.text)
  })

  test('a position later than anything there was is of another database: 410', async () => {
    const later = encoded('0 4000000000000:4000000000000:')
    expect(codeOf(await app.ask(`/api/events?after=${later}`))).toBe('410 EVENTS_EXPIRED')
  })

  test('a position longer than any is 400, whatever is in it', async () => {
    for (const length of [9_000, 15_000])
      expect(
        codeOf(await app.ask(`/api/events?after=${encoded(`0 1:${'9'.repeat(length)}:`)}`)),
      ).toBe(length < 12_000 ? '410 EVENTS_EXPIRED' : '400 INVALID_OPTION_VALUE')
  })

  test.each([
    ['limit=0', '400 INVALID_OPTION_VALUE'],
    ['limit=1001', '400 INVALID_OPTION_VALUE'],
    ['limit=1e2', '400 INVALID_OPTION_VALUE'],
    ['wait=31', '400 INVALID_OPTION_VALUE'],
    ['wait=-1', '400 INVALID_OPTION_VALUE'],
    ['wait=', '400 INVALID_OPTION_VALUE'],
    ['entities=', '400 ENTITY_NOT_SUBSCRIBABLE'],
    ['entities=unit,', '400 ENTITY_NOT_SUBSCRIBABLE'],
    ['entities=glentry', '400 ENTITY_NOT_SUBSCRIBABLE'],
    ['entity=unit', '400 UNKNOWN_OPTION'],
    ['limit=1&LIMIT=2', '400 DUPLICATE_OPTION'],
  ])('%s: %s', async (query, expected) => {
    expect(codeOf(await app.ask(`/api/events?${query}`))).toBe(expected)
  })

  test('a list of 200 entities is 400', async () => {
    const answer = await app.ask(`/api/events?entities=${'unit,'.repeat(200)}unit`)
    expect(codeOf(answer)).toBe('400 INVALID_OPTION_VALUE')
  })

  test('R-016: a wrong name is told with the one that was meant, and those there are', async () => {
    const { text } = await app.ask('/api/events?entities=unit,Bulding', {
      headers: { 'accept-language': 'en' },
    })
    expect(text).toContain(
      "Entity 'Bulding' does not offer subscriptions. Did you mean 'Building'? Available: Building, CoTenant, Document, Invoice, Lease,",
    )
  })

  test('other methods are 405, with those that there are', async () => {
    const answer = await app.ask('/api/events', { method: 'POST', body: '{}' })
    expect([codeOf(answer), answer.headers['allow']]).toEqual([
      '405 OPERATION_NOT_SUPPORTED',
      'GET, HEAD, OPTIONS',
    ])
    expect((await app.ask('/api/events', { method: 'OPTIONS' })).headers['allow']).toBe(
      'GET, HEAD, OPTIONS',
    )
  })
})

describe('The end of a wait', () => {
  test('a token that is revoked meanwhile gets no answer but 401', async () => {
    const { databaseName, userName } = app.clients.revocable
    const waiting = app.ask('/api/events?wait=30', { as: 'revocable' })
    await revokeUser(app.db.database, { databaseName, userName })
    while ((await app.ask('/api/events', { as: 'revocable' })).status === 200);
    await touchUnit(9001)
    expect(codeOf(await waiting)).toBe('401 TOKEN_INVALID')
  })

  test('a server that stops answers at once', async () => {
    const stopping = await startTestApp()
    const startedMs = performance.now()
    const waiting = stopping.ask('/api/events?wait=30')
    // Answered after the first has begun to wait, both over one door.
    await stopping.ask('/api/events?wait=1')
    await stopping.app.close()
    expect((await waiting).json).toEqual({ Events: [], Next: expect.any(String), HasMore: false })
    expect(performance.now() - startedMs).toBeLessThan(15_000)
    await stopping.close()
  })
})
