import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import {
  askJson,
  askMultipart,
  changeSet,
  multipart,
  part,
  readResponses,
  readSteps,
  request,
  sendJson,
  sendMultipart,
  single,
  statuses,
} from './batch-messages.ts'

let app: TestApp
/** One with little patience and small limits. */
let strict: TestApp
/** A server that nobody is to connect to. */
let elsewhere: Server
let connections = 0

beforeAll(async () => {
  ;[app, strict] = await Promise.all([
    startTestApp(),
    startTestApp({
      settings: {
        HAPI_LIMIT_BODY_BYTES: '2000',
        HAPI_LIMIT_URL_BYTES: '2000',
        HAPI_LIMIT_HEADERS: '20',
        HAPI_LIMIT_BATCH_SECONDS: '1',
        HAPI_LIMIT_BATCH_PARTS: '400',
      },
    }),
  ])
  const { databaseName, userName } = app.clients.revocable
  for (const right of [
    { set: 'Tenants', operation: 'read' },
    { set: 'Notes', operation: 'create' },
  ] as const)
    await revokeRight(app.db.database, { databaseName, userName }, right)
  elsewhere = createServer((_, response) => response.end())
  elsewhere.on('connection', () => connections++)
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  await Promise.all([app.close(), strict.close()])
  elsewhere.close()
})

const get = (url: string, headers: Record<string, string> = {}): string =>
  part(request(`GET ${url}`, undefined, headers))
const note = { LedgerDivisionId: 3, TenantId: 1, Body: 'hostile' }

function codes(
  answers: readonly { readonly json?: unknown; readonly body?: unknown }[],
): unknown[] {
  return answers.map(
    // Each is an error.
    ({ json, body }) => ((json ?? body) as { error?: { code: string } } | undefined)?.error?.code,
  )
}

describe('how many and how large', () => {
  test('20,000 requests: 400 with the limit, none of them run', async () => {
    const started = Date.now()
    const many = multipart(...Array.from({ length: 20_000 }, () => get('Buildings/$count')))
    const grouped = multipart(
      changeSet(...Array.from({ length: 20_000 }, () => part(request('POST Notes', note)))),
    )
    const empty = multipart(
      ...Array.from(
        { length: 20_000 },
        () => 'Content-Type: multipart/mixed; boundary=c\r\n\r\n--c--',
      ),
    )
    for (const body of [many, grouped, empty]) {
      const answer = await sendMultipart(app, body)
      expect([answer.status, answer.json]).toMatchObject([
        400,
        { error: { code: 'LIMIT_EXCEEDED' } },
      ])
      expect(answer.text).toContain('1000')
    }
    const json = await sendJson(
      app,
      Array.from({ length: 20_000 }, (_, id) => ({ id: `${id}`, method: 'get', url: 'Buildings' })),
    )
    expect([json.status, json.json]).toMatchObject([400, { error: { code: 'LIMIT_EXCEEDED' } }])
    expect(Date.now() - started).toBeLessThan(20_000)
    expect(await app.column("select id from notes where body = 'hostile'")).toEqual([])
  })

  test('as many as the limit allows are answered', async () => {
    const parts = Array.from({ length: 1_000 }, () => get('Buildings/$count'))
    expect(statuses(await askMultipart(app, multipart(...parts)))).toEqual(parts.map(() => 200))
  })

  test('more than 25 MB, and what is compressed, is not read', async () => {
    const answer = await sendMultipart(app, Buffer.alloc(25_000_001, 'x'))
    expect([answer.status, answer.text]).toEqual([413, expect.stringContaining('25000000')])
    const zipped = await sendMultipart(app, 'x', { headers: { 'content-encoding': 'gzip' } })
    expect(zipped.status).toBe(415)
  })

  test('each request has the limits that it has by itself', async () => {
    const headers = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`x-${index}`, '1']),
    )
    const steps = await askMultipart(
      strict,
      multipart(
        get(`Buildings?x=${'y'.repeat(2_000)}`),
        get('Buildings', headers),
        part(request('POST Notes', { ...note, Body: 'z'.repeat(3_000) })),
        part(request('POST Notes', note, { 'Content-Encoding': 'gzip' })),
        part(request('POST Notes', note, { 'Content-Type': 'text/plain' })),
        part(request('TRACE Buildings')),
        changeSet(part(request('POST Notes', { ...note, Body: 'z'.repeat(3_000) }))),
      ),
      { headers: { prefer: 'continue-on-error' } },
    )
    expect(statuses(steps)).toEqual([414, 431, 413, 415, 415, 405, 413])
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const nested = await app.ask('/api/$batch', {
      method: 'POST',
      body: `{"requests":[{"id":"1","method":"post","url":"Notes","body":${deep}}]}`,
      headers: { 'content-type': 'application/json' },
    })
    expect(nested.status).toBe(400)
  })

  test('one deadline for all: what comes after it is told so, and the batch is whole', async () => {
    const url = '/api/Units?$expand=Building,Leases($expand=Tenant)'
    const parts = Array.from({ length: 400 }, (_, index) => ({
      id: `${index}`,
      method: 'get',
      url,
    }))
    const responses = await askJson(strict, parts)
    expect(responses).toHaveLength(400)
    expect(responses[0]?.status).toBe(200)
    expect(responses[399]).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      body: { error: { code: 'TIMED_OUT' } },
    })
  })
})

describe('own addresses only', () => {
  test('a foreign host: 400, and no connection is opened', async () => {
    const { port } = elsewhere.address() as AddressInfo
    const foreign = `127.0.0.1:${port}`
    const own = `127.0.0.1:${app.port}`
    const steps = await askMultipart(
      app,
      multipart(
        get(`http://${foreign}/api/Buildings`),
        get(`//${foreign}/api/Buildings`),
        get('/api/Buildings', { Host: foreign }),
        get(`http://${own}@${foreign}/api/Buildings`),
        get(`http://${own}.evil.example/api/Buildings`),
        get(`ftp://${foreign}/`),
        get('/Buildings'),
        get('/health'),
        get('/apiBuildings'),
        get(app.baseUrl),
        part(request(`POST http://${foreign}/api/Notes`, note)),
      ),
      { headers: { prefer: 'continue-on-error' } },
    )
    expect(codes(steps.map(single))).toEqual(steps.map(() => 'BATCH_INVALID'))
    expect(connections).toBe(0)
  })

  test('a batch in a batch, however it is written', async () => {
    const inner = { 'Content-Type': 'application/json' }
    const urls = ['$batch', '/api/$BATCH', `${app.baseUrl}/api/$batch/`, '%24batch', './$batch?x']
    const steps = await askMultipart(
      app,
      multipart(...urls.map((url) => part(request(`POST ${url}`, { requests: [] }, inner)))),
      { headers: { prefer: 'continue-on-error' } },
    )
    expect(codes(steps.map(single))).toEqual(urls.map(() => 'BATCH_INVALID'))
    const sets = multipart(
      changeSet(changeSet(part(request('POST Notes', note))).replaceAll('changes', 'inner')),
    )
    expect((await sendMultipart(app, sets)).status).toBe(400)
  })
})

describe('rights', () => {
  test("a request's own Authorization names the user of the batch or is refused", async () => {
    const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
    const { integrator, other, administrator } = app.clients
    const steps = await askMultipart(
      app,
      multipart(
        get('Buildings/$count', bearer(integrator.token)),
        get('Buildings/$count', bearer(other.token)),
        get('Buildings/$count', bearer(administrator.token)),
        get('Buildings/$count', bearer('nonsense')),
        get('Buildings/$count', { Authorization: 'Basic eDp5' }),
        changeSet(
          part(request('POST Notes', note)),
          part(request('POST Notes', note, bearer(other.token))),
        ),
      ),
      { headers: { prefer: 'continue-on-error' } },
    )
    expect(statuses(steps)).toEqual([200, 403, 403, 401, 401, 403])
    expect(codes(steps.slice(1, 3).map(single))).toEqual(['BATCH_OTHER_USER', 'BATCH_OTHER_USER'])
    expect(await app.column("select id from notes where body = 'hostile'")).toEqual([])
  })

  test('what a user may not do alone it may not do in a batch; rows of others are not there', async () => {
    const responses = await askJson(
      app,
      [
        { id: '1', method: 'get', url: 'Tenants' },
        { id: '2', method: 'get', url: 'Leases?$expand=Tenant' },
        { id: '3', method: 'post', url: 'Notes', body: note, atomicityGroup: 'g' },
        { id: '4', method: 'post', url: 'Buildings', body: {} },
        { id: '5', method: 'get', url: 'Units/$count' },
      ],
      { as: 'revocable' },
    )
    expect(responses.map(({ status }) => status)).toEqual([403, 403, 403, 405, 200])
    const [made] = await askJson(app, [
      { id: '1', method: 'post', url: 'Notes', body: { ...note, Body: 'ours' } },
    ])
    const url = made?.headers['location'] ?? ''
    const [foreign] = await askJson(app, [{ id: '1', method: 'get', url }], { as: 'other' })
    expect(foreign?.status).toBe(404)
  })
})

/** Every answer but a failure of ours. */
function expectSane(answer: Answer, body: string): void {
  expect([answer.status < 500, body.slice(0, 200), answer.text.slice(0, 200)]).toEqual([
    true,
    expect.anything(),
    expect.anything(),
  ])
  expect(answer.text).not.toMatch(/HTTP\/1\.1 500|"status":500|\bat \S+\.ts:|select .* from /)
}

describe('broken bodies', () => {
  const sample = multipart(
    get('Buildings/$count'),
    changeSet(
      part(request('POST Notes?dryRun=true', note), '1'),
      part(request('PATCH $1?dryRun=true', { Subject: 'x' }), '2'),
    ),
  )

  test('cut anywhere: refused as a whole, and nothing is run', async () => {
    const lengths = Array.from({ length: 40 }, (_, index) =>
      Math.floor((index * sample.length) / 40),
    )
    for (const length of lengths) {
      const cut = sample.slice(0, length)
      const answer = await sendMultipart(app, cut)
      expect([cut.slice(-40), answer.status]).toEqual([cut.slice(-40), 400])
    }
  })

  test('changed at random: an answer each time', async () => {
    let seed = 42
    const random = (max: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed % max
    }
    const pieces = [
      '\r\n',
      '\n',
      '--',
      '--batch',
      '--changes--',
      ':',
      '\0',
      '$1',
      '{',
      '"',
      'é',
      ' ',
      '%zz',
      '\ud800',
    ]
    for (let round = 0; round < 100; round++) {
      const at = random(sample.length)
      const piece = pieces[random(pieces.length)] ?? ''
      const body = sample.slice(0, at) + piece + sample.slice(at + random(12))
      expectSane(await sendMultipart(app, body), body)
    }
  })

  test('boundaries that are missing, too long, not allowed, or everywhere', async () => {
    const types = [
      'multipart/mixed',
      'multipart/mixed;',
      'multipart/mixed; boundary=',
      'multipart/mixed; boundary=""',
      `multipart/mixed; boundary=${'b'.repeat(71)}`,
      'multipart/mixed; boundary="é"',
      `multipart/mixed; ${'boundary;'.repeat(3_000)}`,
      `multipart/mixed;${' '.repeat(20_000)}x`,
    ]
    for (const type of types) {
      const answer = await sendMultipart(app, sample, { headers: { 'content-type': type } })
      expect([type.slice(0, 60), [400, 415]]).toEqual([
        type.slice(0, 60),
        expect.arrayContaining([expect.any(Number)]),
      ])
      expect([400, 415]).toContain(answer.status)
    }
    const started = Date.now()
    for (const body of [
      '--a'.repeat(2_000_000),
      `--a\r\n${'--a '.repeat(1_500_000)}`,
      `--a\r\n\r\nGET ${' '.repeat(6_000_000)}x\r\n--a--`,
      `--a\r\nx:${' '.repeat(60_000)}y\r\n\r\n${'\r\n'.repeat(2_000_000)}\r\n--a--`,
      `--a\r\n${':\r\n'.repeat(1_000_000)}--a--`,
    ])
      expectSane(
        await sendMultipart(app, body, {
          headers: { 'content-type': 'multipart/mixed; boundary=a' },
        }),
        body,
      )
    expect(Date.now() - started).toBeLessThan(20_000)
  })

  test('JSON that is none, or something else', async () => {
    for (const body of [
      '',
      'null',
      '[]',
      '{}',
      '{"requests":{}}',
      '{"requests":[null]}',
      '{"requests":[[]]}',
      '{"requests":[{"id":1,"method":"get","url":"x"}]}',
      '{"requests":[{"id":"1","method":"get","url":"x","headers":[]}]}',
      '{"requests":[{"id":"1","method":"get","url":"x","dependsOn":[1]}]}',
      '{"requests":[{"id":"1","method":"post","url":"x","headers":{"content-type":"image/png"},"body":"*"}]}',
      '\ufeff{"requests":[',
      '{"requests":[],"requests":[]}',
    ]) {
      const answer = await app.ask('/api/$batch', {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      expect([body, answer.status]).toEqual([body, 400])
    }
    const odd = await sendJson(app, [
      { id: '1', method: 'get', url: '' },
      { id: '2', method: 'get', url: '?$top=1' },
      { id: '3', method: 'get', url: '%zz' },
      { id: '4', method: 'get', url: '$$' },
      { id: '5', method: 'get', url: '$' },
      { id: '6', method: '', url: 'Buildings' },
      { id: '7', method: 'get', url: 'Buildings', headers: { __proto__x: 'y', 'if-match': '$' } },
      { id: '8', method: 'post', url: 'Notes', body: 'text' },
      { id: '9', method: 'delete', url: '#' },
    ])
    for (const { id, status } of readResponses(odd))
      expect([id, status < 500 || status === 501]).toEqual([id, true])
  })
})

describe('memory', () => {
  test('lists stream through a batch as fast as they are taken, and no faster', async () => {
    const units = (await app.ask('/api/Units?$expand=Building')).bytes.length
    const count = Math.ceil(40_000_000 / units)
    const body = multipart(...Array.from({ length: count }, () => get('Units?$expand=Building')))
    const accepted = new Promise<Socket>((resolve) => app.app.server.once('connection', resolve))
    const client = connect(app.port, '127.0.0.1')
    client.pause()
    client.write(
      `POST /api/$batch HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nConnection: close\r\nAuthorization: Bearer ${app.clients.integrator.token}\r\nContent-Type: multipart/mixed; boundary=batch\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
    const server = await accepted
    const produced = (): number => server.bytesWritten + server.writableLength
    let last = -1
    // Nobody reads: it goes on until the buffers are full, and stands still then.
    for (let still = 0; still < 10; still = produced() === last && last > 100_000 ? still + 1 : 0) {
      last = produced()
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
    expect(produced()).toBeLessThan(20_000_000)
    const chunks: Buffer[] = []
    await new Promise<void>((resolve) => {
      client.on('data', (chunk) => chunks.push(chunk)).resume()
      client.on('close', () => resolve())
    })
    const text = Buffer.concat(chunks).toString()
    expect(text.length).toBeGreaterThan(40_000_000)
    expect(text.match(/HTTP\/1\.1 200 OK\r\nOData-Version/g)).toHaveLength(count)
    expect(text.trimEnd()).toMatch(/--\r\n\r\n0$/)
  })

  test('who leaves before the end is not worked for any longer', async () => {
    const parts = Array.from({ length: 200 }, () => get('Units?$expand=Building'))
    const body = multipart(
      ...parts,
      changeSet(part(request('POST Notes', { ...note, Body: 'too late' }))),
    )
    const accepted = new Promise<Socket>((resolve) => app.app.server.once('connection', resolve))
    const client = connect(app.port, '127.0.0.1')
    client.write(
      `POST /api/$batch HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${app.clients.integrator.token}\r\nContent-Type: multipart/mixed; boundary=batch\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
    const server = await accepted
    await new Promise((resolve) => client.once('data', resolve))
    client.destroy()
    await new Promise((resolve) => server.once('close', resolve))
    // Its connections are free again: the pool of the application has twelve.
    expect(
      statuses(readSteps(await sendMultipart(app, multipart(get('Buildings/$count'))))),
    ).toEqual([200])
    expect(await app.column("select id from notes where body = 'too late'")).toEqual([])
  })
})
