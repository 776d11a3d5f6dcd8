/** How fast a backlog drains: from the commit that makes it visible to the last receipt. */

import type { Contender } from './contender.ts'
import {
  type Bench,
  type Cpu,
  changeRows,
  cpuSoFar,
  inRound,
  WARM_UP_EVENTS,
  wait,
} from './round.ts'

export interface Throughput {
  readonly deliveriesPerSecond: number
  /** Per delivery; undefined where it cannot be read. */
  readonly cpu: Cpu | undefined
  /** Notifications that came more than once. */
  readonly duplicates: number
}

export async function measureThroughput(
  bench: Bench,
  contender: Contender,
  { events, delayMs }: { readonly events: number; readonly delayMs: number },
): Promise<Throughput> {
  return await inRound(bench, contender, {}, async (worker, writer) => {
    bench.receiver.begin({ expected: events, delayMs })
    let before: Cpu | undefined
    const committedMs = await changeRows(
      writer,
      contender,
      [WARM_UP_EVENTS + 1, WARM_UP_EVENTS + events],
      () => {
        before = cpuSoFar(bench, worker)
      },
    )
    const lastMs = await wait(bench, worker)
    const after = cpuSoFar(bench, worker)
    const { total } = await bench.receiver.count()
    return {
      deliveriesPerSecond: (events / (lastMs - committedMs)) * 1000,
      cpu: perEvent(before, after, events),
      duplicates: total - events,
    }
  })
}

function perEvent(
  before: Cpu | undefined,
  after: Cpu | undefined,
  events: number,
): Cpu | undefined {
  if (before === undefined || after === undefined) return undefined
  return {
    workerUs: (after.workerUs - before.workerUs) / events,
    serverUs: (after.serverUs - before.serverUs) / events,
  }
}
