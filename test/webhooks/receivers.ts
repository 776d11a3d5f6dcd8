/** Receivers on loopback that keep what came in: HTTP servers, and plain sockets that misbehave. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Server as NetServer, type Socket } from 'node:net'

interface Received {
  readonly url: string
  /** Name, value, name, value, as sent. */
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Receiver {
  readonly port: number
  readonly requests: readonly Received[]
  /** Connections accepted so far. */
  readonly connections: () => number
  /** Connections open now. */
  readonly open: () => number
  readonly close: () => Promise<void>
}

type Answer = (response: ServerResponse, request: Received) => void

interface Place {
  readonly host?: string
  readonly port?: number
  /** One that speaks TLS, for example. */
  readonly server?: NetServer
}

/** An HTTP server. */
export async function startReceiver(
  answer: Answer,
  { host = '127.0.0.1', port = 0, server = createServer() }: Place = {},
): Promise<Receiver> {
  const requests: Received[] = []
  server.on('request', (message: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      const { url = '', rawHeaders, headers } = message
      const received = { url, rawHeaders, headers, body: Buffer.concat(chunks).toString() }
      requests.push(received)
      answer(response, received)
    })
  })
  return { requests, ...(await listen(server, host, port)) }
}

/** A TCP server that is given each connection and does with it what it likes. */
export async function startSocketServer(
  onConnection: (socket: Socket) => void,
): Promise<Omit<Receiver, 'requests'>> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  return listen(server, '127.0.0.1', 0)
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const { port, close } = await startSocketServer(() => undefined)
  await close()
  return port
}

async function listen(
  server: NetServer,
  host: string,
  port: number,
): Promise<Omit<Receiver, 'requests'>> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP address')
  return {
    port: address.port,
    connections: () => connections,
    open: () => sockets.size,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
