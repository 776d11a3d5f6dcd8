import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AsyncStore } from '../../src/http/odata/async/async-store.ts'
import {
  type Answer,
  type AskOptions,
  secretBox,
  startTestApp,
  type TestApp,
} from '../support/test-app.ts'
import {
  changeSet,
  multipart,
  part,
  readSteps,
  request,
  sendMultipart,
  statuses,
} from './batch-messages.ts'

let app: TestApp
/** One that allows little, and calls to this machine. */
let strict: TestApp
let receiver: Server
const calls: string[] = []

beforeAll(async () => {
  ;[app, strict] = await Promise.all([
    startTestApp(),
    startTestApp({
      settings: {
        HAPI_LIMIT_ASYNC_REQUESTS: '2',
        HAPI_LIMIT_ASYNC_BYTES: '2000',
        HAPI_WEBHOOK_ALLOW_HTTP: 'true',
        HAPI_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8',
      },
    }),
  ])
  receiver = createServer((call, response) => {
    calls.push(`${call.method} ${call.url}`)
    response.end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  await Promise.all([app.close(), strict.close()])
  receiver.close()
})

const LATER = { prefer: 'respond-async' }
const VERSION_401 = { 'odata-maxversion': '4.01' }
const note = (Body: string): object => ({ LedgerDivisionId: 3, TenantId: 1, Body })

/** Path of the monitor of a request that must have been accepted. */
function monitorOf(answer: Answer, of: TestApp = app): string {
  expect([answer.status, answer.text]).toEqual([202, ''])
  const { location = '' } = answer.headers
  expect(location.startsWith(`${of.baseUrl}/api/$async/`)).toBe(true)
  return location.slice(of.baseUrl.length)
}

async function accepted(path: string, options: AskOptions = {}): Promise<string> {
  return monitorOf(await app.ask(path, { ...options, headers: { ...options.headers, ...LATER } }))
}

/** The answer of a monitor that is not running any more. */
async function result(
  monitor: string,
  headers: Record<string, string> = VERSION_401,
  of: TestApp = app,
): Promise<Answer> {
  for (;;) {
    const answer = await of.ask(monitor, { headers })
    if (answer.status !== 202) return answer
    expect(answer.headers.location).toBe(`${of.baseUrl}${monitor}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const post = (body: object): AskOptions => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

const patch = (body: object): AskOptions => ({ ...post(body), method: 'PATCH' })

/** Holds a note, so that whoever changes it waits; gives what lets it go. */
async function holdNote(id: number): Promise<() => Promise<void>> {
  let release: () => void = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  let held: () => void = () => {}
  const isHeld = new Promise<void>((resolve) => (held = resolve))
  const transaction = app.db.database.transaction(async (client) => {
    await client.query('select from notes where account_id = 1 and id = $1 for update', [id])
    held()
    await released
  })
  await isHeld
  return async () => {
    release()
    await transaction
  }
}

describe('Protocol 4.01 §11.6 Asynchronous Requests', () => {
  test('202 with the address of a monitor, then 200 with the answer and AsyncResult', async () => {
    const path = '/api/Units?$top=200'
    const answer = await app.ask(path, { headers: { ...LATER, ...VERSION_401 } })
    expect(answer.headers).toMatchObject({
      'retry-after': expect.stringMatching(/^\d+$/),
      'preference-applied': 'respond-async',
      'odata-version': '4.01',
    })
    const monitor = monitorOf(answer)
    const alone = await app.ask(path, { headers: VERSION_401 })
    for (const told of [await result(monitor), await result(monitor)]) {
      expect([told.status, told.headers.asyncresult]).toEqual([200, '200'])
      expect(told.text).toBe(alone.text)
      for (const name of ['content-type', 'odata-version'])
        expect(told.headers[name]).toBe(alone.headers[name])
    }
  })

  test('a large answer comes whole', async () => {
    const path = '/api/Units?$expand=Building,Leases($expand=Tenant)'
    const monitor = await accepted(path, { headers: VERSION_401 })
    expect((await result(monitor)).text).toBe((await app.ask(path, { headers: VERSION_401 })).text)
  })

  test('a message of its own in 4.0 without Accept, and for who asks for application/http', async () => {
    const monitor = await accepted('/api/Tenants(9101)?$select=LastName')
    for (const headers of [
      {},
      { accept: '*/*' },
      { accept: 'application/http' },
      { ...VERSION_401, accept: 'application/json;q=0.1, application/http' },
    ]) {
      const { status, headers: told, text } = await result(monitor, headers)
      expect([status, told['content-type']]).toEqual([200, 'application/http'])
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
      expect(text).toMatch(/\r\nodata-version: 4\.0\r\n/i)
      expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(
        (await app.ask('/api/Tenants(9101)?$select=LastName')).text,
      )
    }
    const json = await result(monitor, { accept: 'application/json' })
    expect([json.headers.asyncresult, json.headers['content-type']]).toEqual([
      '200',
      'application/json',
    ])
  })

  test('a change is made once, whoever asks how often; its refusal is told as it is', async () => {
    const monitor = await accepted('/api/Notes', post(note('later')))
    const created = await result(monitor)
    expect([created.status, created.headers.asyncresult]).toEqual([200, '201'])
    expect(created.headers.location).toMatch(/\/api\/Notes\(\d+\)$/)
    expect((await result(monitor)).text).toBe(created.text)
    expect(await app.column("select count(*)::integer from notes where body = 'later'")).toEqual([
      1,
    ])
    const refused = await result(await accepted('/api/Notes', post({ Body: 'x' })))
    expect([refused.status, refused.headers.asyncresult]).toEqual([200, '400'])
    expect(refused.json).toHaveProperty('error.code')
    const empty = await result(
      await accepted('/api/Notes(1)', {
        ...patch({ Subject: 'q' }),
        headers: { 'content-type': 'application/json', prefer: 'return=minimal' },
      }),
    )
    expect(empty.headers.asyncresult).toMatch(/^20[04]$/)
  })

  test('what may not be asked is refused at once', async () => {
    expect((await app.ask('/api/Notes', { headers: LATER, as: null })).status).toBe(401)
    expect(
      (
        await app.ask('/api/Buildings', {
          ...post({}),
          headers: { ...LATER, 'content-type': 'application/json' },
        })
      ).status,
    ).toBe(405)
  })

  test('a batch: its own answer is what the monitor has', async () => {
    const body = multipart(
      part(request('GET Buildings/$count', undefined, { Prefer: 'respond-async' })),
      changeSet(part(request('POST Notes', note('batch later')))),
    )
    const told = await result(monitorOf(await sendMultipart(app, body, { headers: LATER })), {
      accept: 'multipart/mixed',
    })
    expect(told.headers.asyncresult).toBe('200')
    expect(statuses(readSteps(told))).toEqual([200, [201]])
  })

  test('202 while it runs; another user, or a name that is none, finds nothing', async () => {
    const release = await holdNote(1)
    const monitor = await accepted('/api/Notes(1)', patch({ Subject: 'held' }))
    expect((await app.ask(monitor)).status).toBe(202)
    for (const as of ['other', 'administrator', 'revocable'] as const)
      for (const method of ['GET', 'DELETE'])
        expect([as, method, (await app.ask(monitor, { as, method })).status]).toEqual([
          as,
          method,
          404,
        ])
    expect((await app.ask(monitor, { as: null })).status).toBe(401)
    expect((await app.ask('/api/$async/1')).status).toBe(404)
    await release()
    expect((await result(monitor)).headers.asyncresult).toBe('200')
  })

  test('DELETE cancels: what has not begun does not happen, and the monitor is gone', async () => {
    const release = await holdNote(1)
    const body = multipart(
      part(request('PATCH Notes(1)', { Subject: 'before the end' })),
      part(request('POST Notes', note('never'))),
    )
    const monitor = monitorOf(await sendMultipart(app, body, { headers: LATER }))
    expect((await app.ask(monitor, { method: 'DELETE' })).status).toBe(204)
    await release()
    for (const method of ['GET', 'DELETE'])
      expect([method, (await app.ask(monitor, { method })).status]).toEqual([method, 404])
    // What was under way when it was cancelled ends first.
    while (
      (
        await app.column(
          "select id from notes where account_id = 1 and id = 1 and subject = 'before the end'",
        )
      ).length === 0
    )
      await new Promise((resolve) => setTimeout(resolve, 10))
    expect((await app.ask('/api/Notes/$count')).status).toBe(200)
    expect(await app.column("select id from notes where body = 'never'")).toEqual([])
  })

  test('another process finds the answer, and may take it back', async () => {
    const elsewhere = new AsyncStore({
      database: app.database,
      secretBox,
      requestsMax: 1,
      keptSeconds: 60,
    })
    const monitor = await accepted('/api/Notes', post(note('elsewhere')))
    const { text } = await result(monitor)
    const id = monitor.split('/').at(-1) ?? ''
    const [userId = 0] = await app.column<number>(
      'select user_id from async_requests where id = $1',
      [id],
    )
    const found = await elsewhere.find(id, { accountId: 1, userId })
    if (found?.state !== 'done') throw new Error('The answer is not there')
    const pieces: Buffer[] = []
    for await (const piece of found.bytes()) pieces.push(piece)
    expect([found.status, Buffer.concat(pieces).toString()]).toEqual([201, text])
    expect(await elsewhere.remove(id, { accountId: 1, userId: userId + 1 })).toBe(false)
    expect(await elsewhere.remove(id, { accountId: 1, userId })).toBe(true)
    expect((await app.ask(monitor)).status).toBe(404)
  })

  test('the answer of a process that has ended is not waited for', async () => {
    const release = await holdNote(1)
    const monitor = await accepted('/api/Notes(1)', patch({ Subject: 'lost' }))
    const id = monitor.split('/').at(-1)
    await app.sql(
      "update async_requests set alive_date = alive_date - interval '2 minutes' where id = $1",
      [id],
    )
    const lost = await app.ask(monitor, { headers: VERSION_401 })
    expect([lost.status, lost.headers.asyncresult, lost.json]).toMatchObject([
      200,
      '503',
      { error: { code: 'UNAVAILABLE' } },
    ])
    await release()
  })

  test('answers are kept for a time, and those that may tell secrets are sealed', async () => {
    const monitor = await accepted('/api/Notes', post(note('a secret of ours')))
    expect((await result(monitor)).text).toContain('a secret of ours')
    const id = monitor.split('/').at(-1)
    expect(
      await app.column(
        "select position('secret of ours'::bytea in bytes) from async_answers where request_id = $1",
        [id],
      ),
    ).toEqual([0])
    await app.sql(
      "update async_requests set expires_date = clock_timestamp() - interval '1 second' where id = $1",
      [id],
    )
    expect((await app.ask(monitor)).status).toBe(404)
    await result(await accepted('/api/Buildings/$count'))
    expect(
      await app.column('select number from async_answers where request_id = $1', [id]),
    ).toEqual([])
  })

  test('only GET and DELETE', async () => {
    const monitor = await accepted('/api/Buildings/$count')
    for (const method of ['POST', 'PUT', 'PATCH', 'HEAD']) {
      const answer = await app.ask(monitor, { method })
      expect([method, answer.status, answer.headers.allow]).toEqual([
        method,
        405,
        'GET, DELETE, OPTIONS',
      ])
    }
    expect((await app.ask(monitor, { method: 'OPTIONS' })).headers.allow).toBe(
      'GET, DELETE, OPTIONS',
    )
  })
})

describe('Protocol 4.01 §8.2.8.12 Preference wait', () => {
  test('what is answered within the time is answered at once', async () => {
    const answer = await app.ask('/api/Units', { headers: { prefer: 'respond-async, wait=30' } })
    expect([answer.status, answer.headers['preference-applied']]).toEqual([200, undefined])
    expect(answer.text).toBe((await app.ask('/api/Units')).text)
  })

  test('what is not is answered later', async () => {
    const release = await holdNote(1)
    const started = Date.now()
    const answer = await app.ask('/api/Notes(1)', {
      ...patch({ Subject: 'waited for' }),
      headers: { 'content-type': 'application/json', prefer: 'respond-async, wait=1' },
    })
    expect(Date.now() - started).toBeGreaterThan(900)
    expect(answer.headers['preference-applied']).toBe('respond-async, wait=1')
    const monitor = monitorOf(answer)
    await release()
    expect((await result(monitor)).headers.asyncresult).toBe('200')
  })
})

describe('Protocol 4.01 §8.2.8.2 Preference callback', () => {
  const prefer = (path: string): string => {
    const { port } = receiver.address() as AddressInfo
    return `respond-async, callback; url="http://127.0.0.1:${port}/${path}"`
  }

  test('the client is called once the answer is there', async () => {
    const answer = await strict.ask('/api/Buildings/$count', {
      headers: { prefer: prefer('done') },
    })
    expect(answer.headers['preference-applied']).toBe('respond-async, callback')
    while (calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(calls).toEqual(['GET /done'])
    const monitor = monitorOf(answer, strict)
    expect((await strict.ask(monitor, { headers: VERSION_401 })).headers.asyncresult).toBe('200')
    await strict.ask(monitor, { method: 'DELETE' })
  })

  test('an address that is not permitted is not applied, and nobody is called', async () => {
    const answer = await app.ask('/api/Buildings/$count', { headers: { prefer: prefer('never') } })
    expect(answer.headers['preference-applied']).toBe('respond-async')
    await result(monitorOf(answer))
    expect(calls).not.toContain('GET /never')
  })
})

describe('bounds', () => {
  test('a user with as many as allowed is answered at once', async () => {
    const asked = (): Promise<Answer> => strict.ask('/api/Buildings/$count', { headers: LATER })
    const monitors = [monitorOf(await asked(), strict), monitorOf(await asked(), strict)]
    const third = await asked()
    expect([third.status, third.headers['preference-applied']]).toEqual([200, undefined])
    expect(
      (await strict.ask('/api/Buildings/$count', { headers: LATER, as: 'revocable' })).status,
    ).toBe(202)
    for (const monitor of monitors) {
      await result(monitor, VERSION_401, strict)
      expect((await strict.ask(monitor, { method: 'DELETE' })).status).toBe(204)
    }
    expect((await asked()).status).toBe(202)
  })

  test('an answer larger than may be kept is told so', async () => {
    await strict.sql('delete from async_requests')
    const monitor = monitorOf(await strict.ask('/api/Units', { headers: LATER }), strict)
    const told = await result(monitor, VERSION_401, strict)
    expect([told.headers.asyncresult, told.json]).toMatchObject([
      '400',
      { error: { code: 'LIMIT_EXCEEDED' } },
    ])
  })
})
