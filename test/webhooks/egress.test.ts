import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { AttemptOutcome } from '../../src/webhooks/attempt.ts'
import { type EgressPolicy, readNetworks } from '../../src/webhooks/egress-policy.ts'
import { guardedConnector, guardedLookup } from '../../src/webhooks/guarded-connector.ts'
import {
  type WebhookRequest,
  WebhookSender,
  type WebhookSenderOptions,
} from '../../src/webhooks/sender.ts'
import { freePort, type Receiver, startReceiver, startSocketServer } from './receivers.ts'

const file = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')
const certificate = { cert: file('receiver.cert.pem'), key: file('receiver.key.pem') }

const body =
  '{"Id":1472,"Entity":"Unité","Status":3,"DatabaseName":"DEV/ALEX","AdditionalInformationJson":null}'

function policy(networks: string, allowHttp = true): EgressPolicy {
  return { allowHttp, allowedNetworks: networks === '' ? [] : (readNetworks(networks) ?? []) }
}

interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

/** Closed in turn after each test. */
const opened: (() => Promise<void>)[] = []

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of opened.splice(0).toReversed()) await close()
})

function sender(options: Partial<WebhookSenderOptions> = {}): WebhookSender {
  const made = new WebhookSender({
    policy: policy('127.0.0.1/32'),
    timeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    version: '1.2.3',
    ...options,
  })
  opened.push(() => made.close())
  return made
}

function opening<T extends { readonly close: () => Promise<void> }>(server: T): T {
  opened.push(server.close)
  return server
}

async function receiver(
  answer: Parameters<typeof startReceiver>[0] = (response) => response.end(),
  at: Parameters<typeof startReceiver>[1] = {},
): Promise<Receiver> {
  return opening(await startReceiver(answer, at))
}

async function socketServer(
  onConnection: (socket: Socket) => void,
): Promise<Omit<Receiver, 'requests'>> {
  return opening(await startSocketServer(onConnection))
}

function to(url: string | number, more: Partial<WebhookRequest> = {}): WebhookRequest {
  return {
    url: typeof url === 'number' ? `http://127.0.0.1:${url}/in` : url,
    headers: { 'webhook-id': 'evt_1' },
    customHeaders: [],
    body,
    ...more,
  }
}

function resolvingTo(...answers: readonly string[][]): { resolve: () => Promise<LookupAddress[]> } {
  let asked = 0
  return {
    resolve: () => {
      const addresses = answers[Math.min(asked, answers.length - 1)] ?? []
      asked += 1
      return Promise.resolve(
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    },
  }
}

describe('D5, D10: what is sent', () => {
  test('POST of the exact bytes with their length, our headers, and the custom ones in their case', async () => {
    const { port, requests } = await receiver()
    const customHeaders = [
      { name: 'X-API-key', value: 'a:b  c' },
      { name: 'Empty', value: '' },
    ]
    const headers = { 'webhook-id': 'evt_7', 'webhook-timestamp': '1' }
    const url = `http://127.0.0.1:${port}/in?a=1&b=%20`
    const outcome = await sender().send(to(url, { headers, customHeaders }))
    expect(outcome).toEqual({
      result: 'DELIVERED',
      status: 200,
      body: '',
      durationMs: expect.any(Number),
    })
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ url: '/in?a=1&b=%20', body })
    const [request] = requests
    const sent = request?.rawHeaders ?? []
    const pairs = sent.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${sent[i + 1]}`] : []))
    expect(pairs.toSorted()).toEqual(
      [
        `host: 127.0.0.1:${port}`,
        'connection: keep-alive',
        'content-type: application/json; charset=utf-8',
        'user-agent: Primmo-HApi/1.2.3',
        'webhook-id: evt_7',
        'webhook-timestamp: 1',
        'X-API-key: a:b  c',
        'Empty: ',
        `content-length: ${Buffer.byteLength(body)}`,
      ].toSorted(),
    )
  })

  test('names that mean something to JavaScript are names like others', async () => {
    const { port, requests } = await receiver()
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    const customHeaders = names.map((name) => ({ name, value: 'x' }))
    expect((await sender().send(to(port, { customHeaders }))).result).toBe('DELIVERED')
    expect(requests[0]?.rawHeaders).toEqual(expect.arrayContaining(names))
  })

  test('many events to one receiver share one connection', async () => {
    const { port, connections, requests } = await receiver((response) => response.end('ok'))
    const one = sender()
    for (let i = 0; i < 20; i += 1) expect((await one.send(to(port))).result).toBe('DELIVERED')
    expect([requests.length, connections()]).toEqual([20, 1])
  })

  test('no more than 96 connections to one origin, and all is delivered', async () => {
    let most = 0
    const server: Receiver = await receiver((response) => {
      most = Math.max(most, server.open())
      setTimeout(() => response.end(), 5)
    })
    const one = sender()
    const outcomes = await Promise.all(Array.from({ length: 300 }, () => one.send(to(server.port))))
    expect(outcomes.every(({ result }) => result === 'DELIVERED')).toBe(true)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(96)
  })

  test('proxy variables are not read', async () => {
    const { port } = await receiver()
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])
      vi.stubEnv(name, `http://127.0.0.1:${await freePort()}`)
    expect((await sender().send(to(port))).result).toBe('DELIVERED')
  })

  test('a custom header that is not permitted is found again, and nothing is sent', async () => {
    const { port, connections } = await receiver()
    const customHeaders = [{ name: 'A', value: 'b\r\nwebhook-id: evt_2' }]
    expect((await sender().send(to(port, { customHeaders }))).result).toBe('HEADERS_REFUSED')
    expect(connections()).toBe(0)
  })
})

describe('D9: what counts as received', () => {
  test.each([200, 201, 202, 204, 299])('%i is', async (status) => {
    const { port } = await receiver((response) => response.writeHead(status).end())
    expect(await sender().send(to(port))).toMatchObject({ result: 'DELIVERED', status })
  })

  test.each([
    [400, 'HTTP_ERROR'],
    [401, 'HTTP_ERROR'],
    [404, 'HTTP_ERROR'],
    [410, 'GONE'],
    [500, 'HTTP_ERROR'],
    [304, 'HTTP_ERROR'],
  ])('%i is not: %s', async (status, result) => {
    const { port } = await receiver((response) => response.writeHead(status).end())
    const outcome = await sender().send(to(port))
    expect(outcome).toMatchObject({ result, status })
    expect(outcome).not.toHaveProperty('retryAfterMs')
  })

  test.each([301, 302, 303, 307, 308])('%i is not, and is not followed', async (status) => {
    const target = await receiver()
    const location = `http://127.0.0.1:${target.port}/`
    const { port } = await receiver((response) => response.writeHead(status, { location }).end())
    expect(await sender().send(to(port))).toMatchObject({ result: 'HTTP_ERROR', status })
    expect(target.connections()).toBe(0)
  })

  test('103 is no answer yet', async () => {
    const { port } = await socketServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n')
        socket.write('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n')
      })
    })
    expect(await sender().send(to(port))).toMatchObject({ result: 'HTTP_ERROR', status: 500 })
  })

  test.each([
    [429, '120', 120_000],
    [503, '7200', 3_600_000],
    [500, '0', 0],
  ])('%i with Retry-After: %s', async (status, header, retryAfterMs) => {
    const { port } = await receiver((response) =>
      response.writeHead(status, { 'retry-after': header }).end(),
    )
    expect(await sender().send(to(port))).toMatchObject({ status, retryAfterMs })
  })

  test('Retry-After as a date', async () => {
    const { port } = await receiver((response) =>
      response
        .writeHead(503, { 'retry-after': new Date(Date.now() + 600_000).toUTCString() })
        .end(),
    )
    const { retryAfterMs = 0 } = await sender().send(to(port))
    expect(retryAfterMs).toBeGreaterThan(500_000)
    expect(retryAfterMs).toBeLessThanOrEqual(600_000)
  })
})

describe('D9: what is kept of the answer', () => {
  async function bodyOf(bytes: Buffer, headers = {}): Promise<string> {
    const { port } = await receiver((response) => response.writeHead(500, headers).end(bytes))
    return (await sender().send(to(port))).body
  }

  test('its first 4 KB, without the half of a character', async () => {
    expect(await bodyOf(Buffer.from('a'.repeat(4_096)))).toBe('a'.repeat(4_096))
    expect(await bodyOf(Buffer.from(`a${'é'.repeat(4_000)}`))).toBe(`a${'é'.repeat(2_047)}`)
  })

  test('what is not UTF-8 is replaced, NUL is dropped: PostgreSQL takes it', async () => {
    expect(await bodyOf(Buffer.from([0x61, 0x00, 0xff, 0x62, 0xc3]))).toBe('a\ufffdb\ufffd')
  })

  test('it is not decompressed', async () => {
    const text = await bodyOf(gzipSync('hello'.repeat(1_000)), { 'content-encoding': 'gzip' })
    expect(text).not.toContain('hello')
    expect(text.length).toBeLessThan(200)
  })

  test('an endless body is cut after 64 KB, and the connection with it', async () => {
    let written = 0
    const { port } = await socketServer((socket) => {
      const pour = (): void => {
        while (!socket.destroyed && written < 500_000_000) {
          written += 65_536
          if (!socket.write(Buffer.alloc(65_536, 'x'))) return
        }
      }
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.on('drain', pour)
        pour()
      })
    })
    const outcome = await sender().send(to(port))
    expect(outcome).toMatchObject({ result: 'DELIVERED', body: 'x'.repeat(4_096) })
    // Beyond what was read: what the buffers of both sockets hold.
    expect(written).toBeLessThan(50_000_000)
  })

  test('a body of 64 KB is read to its end, so that the connection is kept', async () => {
    const { port, connections } = await receiver((response) => response.end('x'.repeat(65_536)))
    const one = sender()
    await one.send(to(port))
    await one.send(to(port))
    expect(connections()).toBe(1)
  })
})

describe('D9: time limits by the wall clock', () => {
  const hasty = { timeoutMs: 400 }

  /** Sends one byte every so often, for ever. */
  function drip(socket: Socket, text: string): void {
    let at = 0
    const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 20)
    socket.once('close', () => clearInterval(timer))
  }

  async function cutBy(
    onData: (socket: Socket) => void,
  ): Promise<{ outcome: AttemptOutcome; closed: boolean }> {
    const closed = deferred<void>()
    const { port } = await socketServer((socket) => {
      socket.once('close', () => closed.resolve())
      socket.once('data', () => onData(socket))
    })
    const outcome = await sender(hasty).send(to(port))
    await closed.promise
    return { outcome, closed: true }
  }

  test('a receiver that is silent is cut', async () => {
    const { outcome } = await cutBy(() => undefined)
    expect(outcome).toMatchObject({ result: 'TIMEOUT', body: '' })
    expect(outcome.durationMs).toBeGreaterThanOrEqual(390)
    expect(outcome).not.toHaveProperty('status')
  })

  test('a head that drips is cut', async () => {
    const { outcome } = await cutBy((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ')
      drip(socket, 'a')
    })
    expect(outcome.result).toBe('TIMEOUT')
  })

  test('a body that drips after a 2xx is cut, and what it answers is delivered', async () => {
    const { outcome } = await cutBy((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n')
      drip(socket, 'ab')
    })
    expect(outcome).toMatchObject({ result: 'DELIVERED', status: 200 })
    expect(outcome.body).toMatch(/^(?:ab)+a?$/)
  })

  test('a body that stalls after another status is cut, with that status', async () => {
    const { outcome } = await cutBy((socket) => {
      socket.write('HTTP/1.1 503 Wait\r\nretry-after: 60\r\ncontent-length: 10\r\n\r\nabc')
    })
    expect(outcome).toMatchObject({
      result: 'HTTP_ERROR',
      status: 503,
      body: 'abc',
      retryAfterMs: 60_000,
    })
  })

  test('a connection that is not made in time is given up', async () => {
    const resolve = (): Promise<LookupAddress[]> => new Promise(() => undefined)
    const one = sender({ connectTimeoutMs: 200, resolve })
    expect((await one.send(to('http://silent.example/'))).result).toBe('TIMEOUT')
  })

  test('TLS that does not answer is given up within the time for the connection', async () => {
    const { port } = await socketServer(() => undefined)
    const one = sender({ connectTimeoutMs: 200 })
    expect((await one.send(to(`https://127.0.0.1:${port}/`))).result).toBe('TIMEOUT')
  })

  test('what gave up while it waited for a free connection is never sent', async () => {
    const answers: (() => void)[] = []
    const all = deferred<void>()
    const server = await receiver((response) => {
      answers.push(() => response.end())
      if (answers.length === 96) all.resolve()
    })
    const one = sender()
    const held = Array.from({ length: 96 }, () => one.send(to(server.port)))
    const controller = new AbortController()
    const warned = vi.spyOn(process, 'emitWarning')
    const waiting = Array.from({ length: 20 }, () => one.send(to(server.port), controller.signal))
    await all.promise
    controller.abort()
    for (const { result } of await Promise.all(waiting)) expect(result).toBe('ABORTED')
    for (const answer of answers) answer()
    for (const { result } of await Promise.all(held)) expect(result).toBe('DELIVERED')
    expect(server.requests).toHaveLength(96)
    expect(warned).not.toHaveBeenCalled()
    warned.mockRestore()
  })
})

describe('D9: failures without an answer', () => {
  test('nobody listens', async () => {
    expect((await sender().send(to(await freePort()))).result).toBe('CONNECT_FAILED')
  })

  test('the name is unknown, or has no address', async () => {
    const unknown = sender({ resolve: () => Promise.reject(new Error('ENOTFOUND')) })
    expect((await unknown.send(to('http://nowhere.example/'))).result).toBe('DNS_FAILED')
    expect((await sender(resolvingTo([])).send(to('http://nowhere.example/'))).result).toBe(
      'DNS_FAILED',
    )
  })

  test('a new connection that breaks is not tried again within the attempt', async () => {
    const { port, connections } = await socketServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy())
    })
    expect((await sender().send(to(port))).result).toBe('RESET')
    expect(connections()).toBe(1)
  })

  test.each<[string, (socket: Socket) => void]>([
    ['reset', (socket) => socket.resetAndDestroy()],
    ['closed', (socket) => socket.destroy()],
  ])('a kept connection that is %s under the request is replaced once, at once', async (_, cut) => {
    const seen: string[] = []
    const { port, connections } = await socketServer((socket) => {
      let requests = 0
      socket.on('data', (data) => {
        seen.push(/webhook-id: (\S+)/.exec(data.toString())?.[1] ?? '')
        requests += 1
        if (requests > 1) cut(socket)
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      })
    })
    const one = sender()
    await one.send(to(port, { headers: { 'webhook-id': 'evt_1' } }))
    const second = await one.send(to(port, { headers: { 'webhook-id': 'evt_2' } }))
    expect(second.result).toBe('DELIVERED')
    expect(seen).toEqual(['evt_1', 'evt_2', 'evt_2'])
    expect(connections()).toBe(2)
  })

  test('a kept connection that breaks in the middle of an answer is not sent to again', async () => {
    let requests = 0
    const { port } = await socketServer((socket) => {
      socket.on('data', () => {
        requests += 1
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
        if (requests > 1) socket.destroy()
      })
    })
    const one = sender()
    await one.send(to(port))
    expect((await one.send(to(port))).result).toBe('DELIVERED')
    expect(requests).toBe(2)
  })

  test.each([
    ['another protocol', '220 mail.example ESMTP\r\n'],
    [
      'a protocol nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(20_000)}`],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na'],
  ])('%s is no answer', async (_, answer) => {
    const { port } = await socketServer((socket) => {
      socket.once('data', () => socket.write(answer))
    })
    const outcome = await sender().send(to(port))
    expect(outcome).toMatchObject({ result: 'INVALID_RESPONSE', body: '' })
  })
})

describe('security API7: only permitted addresses are dialled', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://0x7f000001:PORT/',
    'http://017700000001:PORT/',
    'http://2130706433:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://localhost:PORT/',
  ])('%s is refused without a connection', async (url) => {
    const { port, connections } = await receiver()
    const outcome = await sender({ policy: policy('') }).send(to(url.replace('PORT', String(port))))
    expect(outcome).toEqual({ result: 'ADDRESS_REFUSED', body: '', durationMs: 0 })
    expect(connections()).toBe(0)
  })

  test('the connection itself refuses a literal address, whoever asks for it', async () => {
    const { port, connections } = await receiver()
    const connect = guardedConnector({
      policy: policy(''),
      connectTimeoutMs: 1_000,
      ...resolvingTo(['127.0.0.1']),
    })
    const literal = { hostname: '127.0.0.1', protocol: 'http:', port: String(port) }
    const error = await new Promise((resolve) => {
      connect(literal, (...answer) => {
        resolve(answer[0])
      })
    })
    expect(error).toMatchObject({ result: 'ADDRESS_REFUSED' })
    expect(connections()).toBe(0)
  })

  test.each([
    ['127.0.0.1'],
    ['::ffff:127.0.0.1'],
    ['0.0.0.0'],
    ['10.0.0.1'],
    ['169.254.169.254'],
    ['64:ff9b::7f00:1'],
    ['::1'],
  ])('a public name that leads to %s is refused', async (address) => {
    const { port, connections } = await receiver()
    const one = sender({ policy: policy(''), ...resolvingTo([address]) })
    expect((await one.send(to(`http://hooks.example:${port}/`))).result).toBe('ADDRESS_REFUSED')
    expect(connections()).toBe(0)
  })

  test('rebinding: a name that leads elsewhere at the next connection is judged again', async () => {
    const inside = await receiver()
    const outside = await receiver((response) => response.setHeader('connection', 'close').end(), {
      host: '127.0.0.2',
      port: inside.port,
    })
    const one = sender({
      policy: policy('127.0.0.2/32'),
      ...resolvingTo(['127.0.0.2'], ['127.0.0.1']),
    })
    const request = to(`http://rebind.example:${inside.port}/`)
    expect((await one.send(request)).result).toBe('DELIVERED')
    expect((await one.send(request)).result).toBe('ADDRESS_REFUSED')
    expect([outside.requests.length, inside.connections()]).toEqual([1, 0])
  })

  test('of several addresses only the permitted ones are dialled', async () => {
    const inside = await receiver()
    const outside = await receiver(undefined, { host: '127.0.0.2', port: inside.port })
    const one = sender({
      policy: policy('127.0.0.2/32'),
      ...resolvingTo(['127.0.0.1', '::1', '127.0.0.2']),
    })
    expect((await one.send(to(`http://two.example:${inside.port}/`))).result).toBe('DELIVERED')
    expect([outside.requests.length, inside.connections()]).toEqual([1, 0])
  })

  test.each(['http', 'https'])(
    '%s: where the system connects elsewhere than asked, nothing is said on the connection',
    async (scheme) => {
      let said = 0
      const over = deferred<void>()
      const { port } = await socketServer((socket) => {
        socket.on('data', (data) => (said += data.length))
        socket.once('close', () => over.resolve())
      })
      // Linux takes 0.0.0.0 for loopback.
      const one = sender({ policy: policy('0.0.0.0/32') })
      expect((await one.send(to(`${scheme}://0.0.0.0:${port}/`))).result).toBe('ADDRESS_REFUSED')
      await over.promise
      expect(said).toBe(0)
    },
  )

  test.each(['http', 'https'])(
    '%s: an address where nobody listens does not hide the next one',
    async (scheme) => {
      const at = scheme === 'https' ? { server: createHttpsServer(certificate) } : {}
      const { port, requests } = await receiver(undefined, at)
      const one = sender({
        policy: policy('127.0.0.0/8'),
        ca: certificate.cert,
        ...resolvingTo(['127.0.0.3', '127.0.0.1']),
      })
      const outcome = await one.send(to(`${scheme}://receiver.example:${port}/`))
      expect([outcome.result, requests.length]).toEqual(['DELIVERED', 1])
    },
  )

  test('http that was allowed when the URL was saved, and no longer is', async () => {
    const { port, connections } = await receiver()
    const one = sender({ policy: policy('127.0.0.1/32', false) })
    expect((await one.send(to(port))).result).toBe('ADDRESS_REFUSED')
    expect(connections()).toBe(0)
  })

  test("names of the operator's own network are resolved by the system", async () => {
    const { port } = await receiver()
    const one = sender({ policy: policy('127.0.0.0/8') })
    expect((await one.send(to(`http://localhost:${port}/`))).result).toBe('DELIVERED')
  })

  test('both forms in which an address is looked up give permitted ones only', async () => {
    const options = {
      policy: policy(''),
      connectTimeoutMs: 1_000,
      ...resolvingTo(['10.0.0.1', '2606:4700:4700::1111', '1.1.1.1']),
    }
    const lookup = guardedLookup(options)
    const ask = (asked: { all?: boolean; family?: number }): Promise<unknown[]> =>
      new Promise((resolve) => {
        lookup('hooks.example', asked, (...answer: unknown[]) => resolve(answer))
      })
    expect(await ask({ all: true })).toEqual([
      null,
      [
        { address: '2606:4700:4700::1111', family: 6 },
        { address: '1.1.1.1', family: 4 },
      ],
    ])
    expect(await ask({})).toEqual([null, '2606:4700:4700::1111', 6])
    expect(await ask({ family: 4 })).toEqual([null, '1.1.1.1', 4])
    const [error] = await new Promise<unknown[]>((resolve) => {
      guardedLookup({ ...options, ...resolvingTo(['10.0.0.1']) })('x.example', {}, (...answer) => {
        resolve(answer)
      })
    })
    expect(error).toMatchObject({ result: 'ADDRESS_REFUSED', message: 'ADDRESS_REFUSED' })
  })
})

describe('security §8: TLS', () => {
  const tlsReceiver = (): Promise<Receiver> =>
    receiver((response) => response.end('ok'), { server: createHttpsServer(certificate) })

  test('a certificate that nobody vouches for is refused, whatever the environment says', async () => {
    const { port, requests } = await tlsReceiver()
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    expect((await sender().send(to(`https://127.0.0.1:${port}/`))).result).toBe('TLS_FAILED')
    expect(requests).toHaveLength(0)
  })

  test('a trusted one is accepted for its own names only, and its connection is kept', async () => {
    const { port, requests, connections } = await tlsReceiver()
    const one = sender({ ca: certificate.cert, ...resolvingTo(['127.0.0.1']) })
    const good = to(`https://receiver.example:${port}/`)
    expect((await one.send(good)).result).toBe('DELIVERED')
    expect((await one.send(good)).result).toBe('DELIVERED')
    expect(connections()).toBe(1)
    expect((await one.send(to(`https://127.0.0.1:${port}/`))).result).toBe('DELIVERED')
    expect((await one.send(to(`https://other.example:${port}/`))).result).toBe('TLS_FAILED')
    expect(requests).toHaveLength(3)
  })

  test('a receiver that speaks no TLS', async () => {
    const { port, requests } = await receiver()
    expect((await sender().send(to(`https://127.0.0.1:${port}/`))).result).toBe('TLS_FAILED')
    expect(requests).toHaveLength(0)
  })
})

describe('the end of a sender', () => {
  test('an attempt is ended by its signal, and its connection with it', async () => {
    const arrived = deferred<Socket>()
    const { port } = await socketServer((socket) => {
      socket.once('data', () => arrived.resolve(socket))
    })
    const controller = new AbortController()
    const sending = sender().send(to(port), controller.signal)
    const socket = await arrived.promise
    controller.abort()
    expect((await sending).result).toBe('ABORTED')
    if (!socket.closed) await once(socket, 'close')
    expect((await sender().send(to(port), controller.signal)).result).toBe('ABORTED')
  })

  test('close waits for what runs, then nothing is sent and nothing stays open', async () => {
    const arrived = deferred<() => void>()
    const server = await receiver((response) => {
      arrived.resolve(() => response.end('late'))
    })
    const one = sender()
    const sending = one.send(to(server.port))
    const answer = await arrived.promise
    const closing = one.close()
    answer()
    expect(await sending).toMatchObject({ result: 'DELIVERED', body: 'late' })
    await closing
    expect((await one.send(to(server.port))).result).toBe('ABORTED')
    expect(server.connections()).toBe(1)
  })
})
