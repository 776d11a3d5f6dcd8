/** `hapi listen`: the real program, over HTTP, between the real application and receivers on this machine. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { revokeUser } from '../../src/auth/users.ts'
import { runProgram } from '../../src/cli/program.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop()
  for (const close of closing.splice(0)) await close()
})
afterAll(() => app.close())

const running: Listening[] = []
const closing: (() => Promise<void>)[] = []

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
}

/** Answers each request with what `answer` says, 200 unless it does. */
async function receive(
  answer: (request: Received, count: number) => number = () => 200,
): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const one = { path: request.url ?? '', headers: request.headers, body }
      received.push(one)
      response.writeHead(answer(one, received.length)).end()
    })
  })
  return { url: await listenOn(server, 0), received }
}

async function listenOn(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  // A server that listens on TCP has an address of this kind.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

interface Listening {
  readonly out: () => string
  readonly err: () => string
  /** Ctrl-C; gives the exit code. */
  readonly stop: () => Promise<number>
  /** The exit code, when it ends by itself. */
  readonly ended: Promise<number>
}

function environmentOf(client: keyof TestApp['clients']): Record<string, string> {
  const { apiKey, userName, password } = app.clients[client]
  return { HAPI_API_KEY: apiKey, HAPI_USER: userName, HAPI_PASSWORD: password }
}

function startListening(
  line: readonly string[],
  environment: Record<string, string> = environmentOf('integrator'),
): Listening {
  const [stdout, stderr]: [string[], string[]] = [[], []]
  const interrupted = new AbortController()
  const ended = runProgram(['listen', '--url', app.baseUrl, ...line], {
    environment: { HAPI_LANG: 'en', DATA_DIR: '/nowhere', ...environment },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: (async function* () {})(),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    interruption: () => interrupted.signal,
    start: async () => {},
    seed: async () => {},
  })
  const listening = {
    out: () => stdout.join(''),
    err: () => stderr.join(''),
    ended,
    stop: () => {
      interrupted.abort()
      return ended
    },
  }
  running.push(listening)
  return listening
}

/** Once it listens, changes are its to tell. */
async function listenNow(...line: readonly string[]): Promise<Listening> {
  const listening = startListening(line)
  await until(() => listening.err().includes('Listening'))
  return listening
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not happen')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A change, announced as the API announces its own. */
async function touch(table: 'units' | 'tenants', id: number): Promise<void> {
  await app.sql(
    table === 'units'
      ? 'update units set asking_rent = coalesce(asking_rent, 0) + 1 where account_id = 1 and id = $1'
      : "update tenants set comment = coalesce(comment, '') || '.' where account_id = 1 and id = $1",
    [id],
  )
  await app.sql("select pg_notify('hapi_changes', '1')")
}

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

describe('hapi listen', () => {
  test('brings each event to the address of its entity as a webhook comes: body, headers, signature', async () => {
    const receiver = await receive()
    const { out, err, stop } = await listenNow(
      '--forward',
      `unit=${receiver.url}/unit?x=1`,
      '--forward',
      `TENANT=${receiver.url}/tenant`,
      '--secret',
      SECRET,
    )
    await app.sql(
      "update tenant_parkings set license_plate = 'H4P1' where account_id = 1 and id = 1472",
    )
    await touch('units', 9001)
    await touch('tenants', 9101)
    await until(() => receiver.received.length === 2)
    expect(receiver.received.map(({ path, body }) => `${path} ${body}`).sort()).toEqual([
      '/tenant {"Id":9101,"Entity":"Tenant","Status":1,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":null}',
      '/unit?x=1 {"Id":9001,"Entity":"Unit","Status":1,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":null}',
    ])
    for (const { headers, body } of receiver.received) {
      expect(headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Primmo-HApi/1.2.3',
        'webhook-id': expect.stringMatching(/^evt_\d+$/),
        'webhook-attempt': '1',
      })
      // The stock library throws when the signature is wrong; its headers are single texts.
      new Webhook(SECRET).verify(body, headers as Record<string, string>)
    }
    await until(() => out().split('\n').length === 3)
    expect(
      out()
        .split('\n')
        .find((line) => line.includes('Unit')),
    ).toMatch(
      /^\d\d:\d\d:\d\d {2}Unit {2}9001 {2}UPDATE {2}evt_\d+ {2}→ {2}http:\/\/127\.0\.0\.1:\d+\/unit\?x=1 {2}200 {2}\d+ ms$/,
    )
    expect(err()).toContain(`Signing secret: ${SECRET}\n`)
    expect(await stop()).toBe(130)
    expect(err()).toMatch(/Interrupted\. To go on: --after [\w-]+\n$/)
  })

  test('an address without an entity takes all the others; a secret is drawn unless it is given', async () => {
    const [units, others] = [await receive(), await receive()]
    const { err } = await listenNow('--forward', `unit=${units.url}`, '--forward', others.url)
    await touch('units', 9001)
    await touch('tenants', 9101)
    await until(() => units.received.length === 1 && others.received.length === 1)
    const secret = /Signing secret: (whsec_\S+)/.exec(err())?.[1] ?? ''
    for (const { headers, body } of [...units.received, ...others.received])
      new Webhook(secret).verify(body, headers as Record<string, string>)
    expect(others.received[0]?.body).toContain('"Entity":"Tenant"')
  })

  test('in order; what is refused comes again under its id, then is told and passed', async () => {
    const receiver = await receive(({ body }, count) =>
      body.includes('"Id":9002') ? 500 : count === 1 ? 503 : 204,
    )
    const { out, err } = startListening([
      '--json',
      '--retry',
      '0.02,0.05',
      '--forward',
      `unit=${receiver.url}`,
    ])
    await until(() => out().includes('"started"'))
    for (const id of [9001, 9002, 9003]) await touch('units', id)
    await until(() => receiver.received.length === 6)
    const sent = receiver.received.map(
      ({ headers, body }) =>
        `${/"Id":(\d+)/.exec(body)?.[1]} ${String(headers['webhook-attempt'])}`,
    )
    expect(sent).toEqual(['9001 1', '9001 2', '9002 1', '9002 2', '9002 3', '9003 1'])
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(3)
    await until(() => out().split('\n').length === 8)
    const [started, ...attempts] = out()
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(started).toMatchObject({ kind: 'started', baseUrl: app.baseUrl })
    expect(attempts[0]).toEqual({
      kind: 'attempt',
      webhookId: expect.stringMatching(/^evt_\d+$/),
      at: expect.stringMatching(/Z$/),
      change: 'UPDATE',
      event: {
        Id: 9001,
        Entity: 'Unit',
        Status: 1,
        DatabaseName: 'DEV/ALEX',
        AdditionalInformationJson: null,
      },
      url: `${receiver.url}/`,
      attempt: 1,
      result: 'HTTP_ERROR',
      status: 503,
      ms: expect.any(Number),
      nextAttemptMs: expect.any(Number),
    })
    expect(err()).toMatch(/evt_\d+ \(Unit 9002\): not received, 3 tries; skipped\.\n/)
  })

  test('goes on where it was stopped, and a receiver that is down is told', async () => {
    const first = await listenNow('--print')
    await touch('units', 9001)
    await until(() => first.out().includes('Unit  9001'))
    expect(first.out()).toContain('"Entity":"Unit"')
    await until(() => first.out().split('\n').length === 3)
    await first.stop()
    const position = /--after ([\w-]+)/.exec(first.err())?.[1] ?? ''
    await touch('units', 9002)
    const down = await receive()
    await closing.pop()?.()
    const second = startListening(['--after', position, '--retry', 'off', '--forward', down.url])
    await until(() => second.err().includes('skipped'))
    expect(second.out()).toMatch(/Unit {2}9002 {2}UPDATE {2}evt_\d+ {2}→ {2}\S+ {2}nobody listens/)
  })

  test('signs in again when its token is no longer accepted, and ends when nothing is', async () => {
    const { out, ended, err } = startListening([], environmentOf('revocable'))
    await until(() => err().includes('Listening'))
    app.clock.aheadMs = 86_400_000 + 60_000
    try {
      await touch('units', 9001)
      await until(() => out().includes('Unit  9001'))
    } finally {
      app.clock.aheadMs = 0
    }
    const { databaseName, userName } = app.clients.revocable
    await revokeUser(app.db.database, { databaseName, userName })
    await touch('units', 9002)
    expect(await ended).toBe(3)
    expect(err()).toMatch(/The API key, the user name or the password is wrong\.\n$/)
  })

  test('keeps trying while the API is away', async () => {
    let isAway = true
    const proxy = createServer((request, response) => {
      if (isAway) {
        request.socket.destroy()
        return
      }
      const { method = 'GET', headers, url } = request
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const known = ['authorization', 'x-api-key', 'content-type'].flatMap((name) => {
          const value = headers[name]
          return typeof value === 'string' ? [[name, value]] : []
        })
        const body = method === 'GET' ? {} : { body: Buffer.concat(chunks) }
        app.ask(url ?? '', { as: null, method, headers: Object.fromEntries(known), ...body }).then(
          ({ status, bytes }) =>
            response.writeHead(status, { 'content-type': 'application/json' }).end(bytes),
          () => response.destroy(),
        )
      })
    })
    const url = await listenOn(proxy, 0)
    const { err, out } = startListening(['--url', url])
    await until(() => err().includes('does not answer; trying again'))
    isAway = false
    await until(() => err().includes('Listening'))
    expect(err()).toContain(`${url} answers again.`)
    await touch('units', 9001)
    await until(() => out().includes('Unit  9001'))
  })

  test("takes the credentials and the address of the demonstration's file", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'hapi-listen-'))
    const { apiKey, userName, password } = app.clients.integrator
    const content = { apiKey, userName, password, baseUrl: app.baseUrl }
    const file = join(dataDir, 'demo-credentials.json')
    await writeFile(file, JSON.stringify(content))
    try {
      for (const line of [[], ['--credentials', file]]) {
        const { err, stop } = startListening(line, { DATA_DIR: dataDir })
        await until(() => err().includes(`Listening to ${app.baseUrl}`))
        expect(await stop()).toBe(130)
      }
    } finally {
      await rm(dataDir, { recursive: true })
    }
  })

  test.each([
    [
      ['--forward', 'units=http://localhost:3000'],
      2,
      /does not offer subscriptions\. Did you mean 'Unit'\?/,
    ],
    [['--forward', 'ftp://localhost'], 2, /--forward ftp:\/\/localhost: .*must begin with https/],
    [['--secret', 'whsec_short'], 2, /whsec_/],
    [['--retry', 'soon'], 2, /soon/],
    [['--after', 'x'], 4, /Value 'x' is not allowed for query option 'after'/],
  ])('%j: exit code %i', async (line, code, text) => {
    const { ended, err } = startListening(line)
    expect([await ended, err()]).toEqual([code, expect.stringMatching(text)])
  })

  test('says what to give when there are no credentials, or a part is missing', async () => {
    const none = startListening([], {})
    expect([await none.ended, none.err()]).toEqual([
      2,
      'No credentials: give HAPI_API_KEY, HAPI_USER, HAPI_PASSWORD in the environment, or --credentials <file> (/nowhere/demo-credentials.json does not exist).\n',
    ])
    const some = startListening(['--lang', 'fr'], { HAPI_USER: 'a' })
    expect([await some.ended, some.err()]).toEqual([2, 'Il manque HAPI_API_KEY, HAPI_PASSWORD.\n'])
  })
})
