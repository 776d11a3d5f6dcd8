/**
 * The receiver, a process of its own: answers 204 after a delay, and remembers when which notification
 * came. Its parent steers it by messages: see `receiver-process.ts`.
 */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Begin, ORIGINS, type ReceiverAnswer } from './receiver-process.ts'

let round: Begin = { kind: 'begin', delayMs: 0, hanging: [], expected: 0, keepTimes: false }
let seen = new Set<number>()
let total = 0
let receipts: number[] = []

const servers = Array.from({ length: ORIGINS }, listen)
await Promise.all(servers.map((server) => once(server, 'listening')))
answer({ kind: 'listening', ports: servers.map(portOf) })

process.on('message', (message: Begin | { readonly kind: 'count' } | { readonly kind: 'take' }) => {
  if (message.kind === 'count') {
    answer({ kind: 'counted', total, distinct: seen.size })
    return
  }
  if (message.kind === 'take') {
    answer({ kind: 'receipts', times: Float64Array.from(receipts) })
    return
  }
  round = message
  seen = new Set()
  total = 0
  receipts = []
})
process.once('disconnect', () => process.exit(0))

function receive(request: IncomingMessage, body: string, response: ServerResponse): void {
  const endpoint = Number(request.url?.split('/').at(-1))
  if (round.hanging.includes(endpoint)) return
  const id = Number(/"Id":(\d+)/.exec(body)?.[1])
  const atMs = monotonicMs()
  total += 1
  if (round.keepTimes) receipts.push(endpoint, id, atMs)
  const before = seen.size
  seen.add(endpoint * 2 ** 32 + id)
  if (seen.size === round.expected && before < round.expected) answer({ kind: 'reached', atMs })
  setTimeout(() => response.writeHead(204).end(), round.delayMs)
}

function listen(): Server {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => receive(request, Buffer.concat(chunks).toString(), response))
  })
  // A worker that has nothing to send for a while keeps its connections.
  server.keepAliveTimeout = 60_000
  return server.listen(0, '127.0.0.1')
}

function portOf(server: Server): number {
  // A TCP server that listens has an address of this kind.
  return (server.address() as AddressInfo).port
}

/** The same clock in every process of the machine. */
function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

function answer(message: ReceiverAnswer): void {
  process.send?.(message)
}
