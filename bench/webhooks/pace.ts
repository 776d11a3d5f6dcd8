/** Changes at a steady rate, each its own transaction: how long from its commit to its receipt. */

import type { Client } from 'pg'
import type { Contender } from './contender.ts'
import {
  type Bench,
  changeRows,
  connect,
  inRound,
  monotonicMs,
  type RoundOptions,
  WARM_UP_EVENTS,
  wait,
} from './round.ts'

export interface PaceOptions extends RoundOptions {
  readonly changesPerSecond: number
  readonly seconds: number
  readonly delayMs: number
  /** Number of an endpoint that begins to hang when the first change is made. */
  readonly hanging?: number
  /** Number of an endpoint whose receipts do not count. */
  readonly uncounted?: number
}

export interface Pace {
  /** From just before the COMMIT is sent, so a little more than what a reader could see. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Committed: fewer than wanted when the writers cannot follow. */
  readonly changesPerSecond: number
  /** Received while changes were being written, per second. */
  readonly deliveriesPerSecond: number
  /** From the last commit to the last receipt. */
  readonly lagMs: number
}

/** One waits for its commit while the others write. */
const WRITERS = 8

export async function measurePace(
  bench: Bench,
  contender: Contender,
  options: PaceOptions,
): Promise<Pace> {
  const { changesPerSecond, seconds, delayMs, hanging, uncounted, endpoints = 1 } = options
  const { warmUpEvents = WARM_UP_EVENTS } = options
  const changes = changesPerSecond * seconds
  return await inRound(bench, contender, options, async (worker) => {
    const writers = await Promise.all(
      Array.from({ length: WRITERS }, () => connect(bench.databaseUrl)),
    )
    try {
      bench.receiver.begin({
        expected: changes * (hanging === undefined ? endpoints : endpoints - 1),
        delayMs,
        hanging: hanging === undefined ? [] : [hanging],
        keepTimes: true,
      })
      const startedMs = monotonicMs()
      const commits = await write(writers, contender, warmUpEvents + 1, changes, changesPerSecond)
      const writtenMs = monotonicMs()
      const lastMs = await wait(bench, worker)
      const times = await bench.receiver.times()
      return paceOf(times, { commits, uncounted, startedMs, writtenMs, lastMs })
    } finally {
      await Promise.all(writers.map((writer) => writer.end()))
    }
  })
}

/** Ids of the rows, and the instants of their commits. */
async function write(
  writers: readonly Client[],
  contender: Contender,
  firstId: number,
  changes: number,
  changesPerSecond: number,
): Promise<ReadonlyMap<number, number>> {
  const commits = new Map<number, number>()
  const startedMs = monotonicMs()
  let next = 0
  await Promise.all(
    writers.map(async (writer) => {
      while (next < changes) {
        const index = next
        next += 1
        const earlyMs = startedMs + (index * 1000) / changesPerSecond - monotonicMs()
        if (earlyMs > 0) await new Promise((resolve) => setTimeout(resolve, earlyMs))
        const id = firstId + index
        commits.set(id, await changeRows(writer, contender, [id, id]))
      }
    }),
  )
  return commits
}

interface Written {
  readonly commits: ReadonlyMap<number, number>
  readonly uncounted: number | undefined
  readonly startedMs: number
  readonly writtenMs: number
  readonly lastMs: number
}

function paceOf(
  times: Float64Array,
  { commits, uncounted, startedMs, writtenMs, lastMs }: Written,
): Pace {
  const latencies: number[] = []
  let duringWriting = 0
  for (let at = 0; at + 2 < times.length; at += 3) {
    if (times[at] === uncounted) continue
    const receivedMs = times[at + 2] ?? Number.NaN
    if (receivedMs <= writtenMs) duringWriting += 1
    const committedMs = commits.get(times[at + 1] ?? Number.NaN)
    if (committedMs !== undefined) latencies.push(receivedMs - committedMs)
  }
  latencies.sort((a, b) => a - b)
  return {
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    maxMs: quantile(latencies, 1),
    changesPerSecond: (commits.size / (writtenMs - startedMs)) * 1000,
    deliveriesPerSecond: (duringWriting / (writtenMs - startedMs)) * 1000,
    lagMs: Math.max(0, lastMs - writtenMs),
  }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
