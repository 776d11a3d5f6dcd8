/** One large answer: when its first byte comes, how fast the others follow, and how much memory it takes. */

import { get } from 'node:http'
import { median, type Targets } from './measure.ts'
import { residentBytes } from './process-cost.ts'
import type { Target } from './target.ts'
import type { Request } from './workloads.ts'

export interface StreamSpeed {
  readonly firstByteMs: number
  readonly megabytesPerSecond: number
  readonly megabytes: number
  /** The largest of all rounds, over what the process had before its first one; undefined without `/proc`. */
  readonly growthMegabytes: number | undefined
}

export interface StreamMeasured {
  readonly product: StreamSpeed
  readonly ceiling: StreamSpeed
  readonly ratio: number
}

interface StreamRound {
  readonly firstByteMs: number
  readonly totalMs: number
  readonly bytes: number
  readonly residentMax: number | undefined
}

const SAMPLE_MS = 10
const MEGABYTE = 1_000_000

/** On targets that have answered little yet: memory that earlier work left would hide the growth. */
export async function measureStream(
  targets: Targets,
  request: Request,
  rounds: number,
): Promise<StreamMeasured> {
  const before = {
    product: residentBytes(targets.product.pid),
    ceiling: residentBytes(targets.ceiling.pid),
  }
  const done: { readonly product: StreamRound; readonly ceiling: StreamRound }[] = []
  for (let round = 0; round < rounds; round++) {
    done.push({
      product: await streamOnce(targets.product, request.product),
      ceiling: await streamOnce(targets.ceiling, request.ceiling),
    })
  }
  return {
    product: summary(
      done.map(({ product }) => product),
      before.product,
    ),
    ceiling: summary(
      done.map(({ ceiling }) => ceiling),
      before.ceiling,
    ),
    ratio: median(done.map(({ product, ceiling }) => ceiling.totalMs / product.totalMs)),
  }
}

async function streamOnce(target: Target, path: string): Promise<StreamRound> {
  let residentMax = residentBytes(target.pid)
  const timer = setInterval(() => {
    const now = residentBytes(target.pid)
    if (now !== undefined) residentMax = Math.max(residentMax ?? 0, now)
  }, SAMPLE_MS)
  try {
    return { ...(await readAll(target, path)), residentMax }
  } finally {
    clearInterval(timer)
  }
}

function readAll(target: Target, path: string): Promise<Omit<StreamRound, 'residentMax'>> {
  const sent = performance.now()
  return new Promise((resolve, reject) => {
    get(target.origin + path, { headers: target.headers, agent: false }, (answer) => {
      let firstByteMs = 0
      let bytes = 0
      if (answer.statusCode !== 200) reject(new Error(`${path}: ${answer.statusCode}`))
      answer.on('data', (chunk: Buffer) => {
        if (bytes === 0) firstByteMs = performance.now() - sent
        bytes += chunk.length
      })
      answer.on('end', () => resolve({ firstByteMs, totalMs: performance.now() - sent, bytes }))
      answer.on('error', reject)
    }).on('error', reject)
  })
}

function summary(rounds: readonly StreamRound[], before: number | undefined): StreamSpeed {
  const peaks = rounds.flatMap(({ residentMax }) =>
    residentMax === undefined ? [] : [residentMax],
  )
  return {
    firstByteMs: median(rounds.map(({ firstByteMs }) => firstByteMs)),
    megabytesPerSecond: median(
      rounds.map(({ bytes, totalMs }) => bytes / MEGABYTE / (totalMs / 1000)),
    ),
    megabytes: median(rounds.map(({ bytes }) => bytes)) / MEGABYTE,
    growthMegabytes: before === undefined ? undefined : (Math.max(...peaks) - before) / MEGABYTE,
  }
}
