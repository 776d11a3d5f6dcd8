/**
 * What operators and their tools ask of a process, on a port of its own: metrics, which name accounts, and health. A
 * process that only works has no other.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { readyBody } from './health-routes.ts'

export interface ObservationListenerOptions {
  /** 0: a free one. */
  readonly port: number
  readonly host: string
  /** What `Authorization: Bearer` of those who read metrics must say; undefined: all who reach the port may. */
  readonly token: string | undefined
  readonly registry: Registry
  readonly isReady: () => Promise<boolean>
  readonly isStoreReachable?: (() => boolean) | undefined
  /** Hears of defects; whoever asked reads 500. */
  readonly onFailure: (error: unknown) => void
}

export interface ObservationListener {
  /** `http://127.0.0.1:9464` */
  readonly baseUrl: string
  readonly close: () => Promise<void>
}

/** Few ask, and what they ask has no body. */
const CONNECTIONS_MAX = 32
const REQUEST_TIMEOUT_MS = 10_000
const HEADER_BYTES_MAX = 8_192

/** Throws the error of the system when the port is taken. */
export async function startObservationListener(
  options: ObservationListenerOptions,
): Promise<ObservationListener> {
  const { host } = options
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    (request, response) => void answer(options, request, response),
  )
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, host, resolve)
  })
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => close(server),
  }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

/** Never rejects. */
async function answer(
  options: ObservationListenerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const { status, headers = {}, body } = await answerTo(options, request)
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  } catch (error) {
    options.onFailure(error)
    if (!response.headersSent) response.writeHead(500)
    response.end()
  }
}

interface ListenerAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

async function answerTo(
  { registry, token, isReady, isStoreReachable }: ObservationListenerOptions,
  { method, url = '', headers }: IncomingMessage,
): Promise<ListenerAnswer> {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, headers: { allow: 'GET, HEAD' }, body: say('method not allowed') }
  switch (url.replace(/\?.*/s, '')) {
    case '/health/live':
      return { status: 200, body: say('live') }
    case '/health/ready':
      return readyAnswer(await isReady(), isStoreReachable)
    case '/metrics': {
      if (token !== undefined && !isBearer(headers.authorization, token))
        return { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: say('unauthorized') }
      const body = await registry.metrics()
      return { status: 200, headers: { 'content-type': registry.contentType }, body }
    }
    default:
      return { status: 404, body: say('not found') }
  }
}

function readyAnswer(
  ready: boolean,
  isStoreReachable: (() => boolean) | undefined,
): ListenerAnswer {
  return { status: ready ? 200 : 503, body: JSON.stringify(readyBody(ready, { isStoreReachable })) }
}

function say(status: string): string {
  return JSON.stringify({ status })
}

/** Compared as hashes: equally long, and in a time that tells nothing. */
function isBearer(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(sha256(given), sha256(token))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
