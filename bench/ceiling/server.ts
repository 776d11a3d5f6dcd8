/**
 * The ceiling: what this machine gives when nothing stands between a URL and PostgreSQL's rows. No
 * access, no parsing, no policy, no framework; SQL and JSON written by hand per workload.
 */

import { createServer, type IncomingMessage } from 'node:http'
import { answers, bodyMembers } from './answers.ts'
import { Connection } from './connection.ts'
import { statements } from './statements.ts'

/** Enough to keep PostgreSQL busy at 32 requests at once, and few enough beside the product's own. */
const CONNECTIONS = 16

const NO_BYTES = Buffer.alloc(0)

const url = process.env['DATABASE_URL'] ?? ''
const connections = await Promise.all(
  Array.from({ length: CONNECTIONS }, () => Connection.open(url, Object.values(statements))),
)

createServer((request, response) => {
  const [, name = '', ...pieces] = decodeURIComponent(request.url ?? '').split('/')
  if (name === 'ready') {
    response.end()
    return
  }
  const answer = answers[name]
  const members = bodyMembers[name]
  if (members === undefined) answer?.(leastBusy(), response, pieces)
  else readBody(request, (body) => answer?.(leastBusy(), response, valuesOf(body, members)))
}).listen(Number(process.env['PORT']), '127.0.0.1')

process.once('SIGTERM', () => process.exit(0))

function readBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () =>
    done(chunks.length === 1 ? (chunks[0] ?? NO_BYTES) : Buffer.concat(chunks)),
  )
}

function valuesOf(body: Buffer, members: readonly string[]): readonly string[] {
  // Our own workloads write it: one flat object.
  const row = JSON.parse(body.toString()) as Readonly<Record<string, unknown>>
  return members.map((member) => String(row[member]))
}

function leastBusy(): Connection {
  let [best] = connections
  for (const connection of connections) {
    if (connection.waiting === 0) return connection
    if (best === undefined || connection.waiting < best.waiting) best = connection
  }
  if (best === undefined) throw new Error('The ceiling has no connection')
  return best
}
