/** The generator where `wrk` is absent: as many loops as connections, in a process of its own. */

import { Agent, request } from 'node:http'
import type { LoadOptions, LoadRequest } from './load.ts'

// Our own caller writes the argument.
const options = JSON.parse(process.argv[2] ?? '') as LoadOptions
const agent = new Agent({ keepAlive: true, maxSockets: options.connections })
const headers = options.authorization === undefined ? {} : { authorization: options.authorization }
const latenciesUs: number[] = []
let failed = 0
let next = 0

const started = performance.now()
const end = started + options.seconds * 1000
await Promise.all(Array.from({ length: options.connections }, loop))
const durationUs = Math.round((performance.now() - started) * 1000)
latenciesUs.sort((a, b) => a - b)
process.stdout.write(
  `summary ${JSON.stringify({
    requests: latenciesUs.length,
    durationUs,
    failed,
    p50Us: percentile(0.5),
    p99Us: percentile(0.99),
  })}\n`,
)
agent.destroy()

async function loop(): Promise<void> {
  while (performance.now() < end) {
    const asked = options.requests[next++ % options.requests.length]
    if (asked === undefined) throw new Error('There is nothing to ask')
    const sent = performance.now()
    if (!(await ask(asked))) failed += 1
    latenciesUs.push(Math.round((performance.now() - sent) * 1000))
  }
}

function ask({ method, path, body }: LoadRequest): Promise<boolean> {
  const sent = body === '' ? headers : { ...headers, 'content-type': 'application/json' }
  return new Promise((resolve) => {
    request(options.origin + path, { method, agent, headers: sent }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode === 200 || answer.statusCode === 201))
    })
      .on('error', () => resolve(false))
      .end(body)
  })
}

function percentile(part: number): number {
  return latenciesUs[Math.min(latenciesUs.length - 1, Math.floor(latenciesUs.length * part))] ?? 0
}
