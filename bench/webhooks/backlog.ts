/** A long backlog, drained by the product: its memory must not grow with what waits. */

import { MEASURED_ACCOUNT } from '../data/load-data.ts'
import { residentBytes } from '../process-cost.ts'
import type { Contender } from './contender.ts'
import { type Bench, inRound, monotonicMs, wait } from './round.ts'

interface BacklogSample {
  readonly seconds: number
  readonly delivered: number
  readonly residentMegabytes: number
}

export interface Backlog {
  readonly events: number
  readonly seconds: number
  readonly deliveriesPerSecond: number
  readonly duplicates: number
  readonly samples: readonly BacklogSample[]
  readonly maxMegabytes: number
  /** Least squares over all samples but those of the first tenth, when the heap finds its size. */
  readonly megabytesPerMillion: number
}

const SAMPLE_MS = 1000

/** Written straight into the log: a million rows of tenants would be another measure. */
const LOG_CHANGES = `
  insert into change_log (account_id, entity, id, status)
  select ${MEASURED_ACCOUNT.accountId}, 'Tenant', 10000000 + number, 1 from generate_series(1, $1) as number`

export async function measureBacklog(
  bench: Bench,
  product: Contender,
  events: number,
): Promise<Backlog> {
  return await inRound(bench, product, {}, async (worker, writer) => {
    bench.receiver.begin({ expected: events })
    await writer.query(LOG_CHANGES, [events])
    if (product.wake !== undefined) await writer.query(product.wake)
    const startedMs = monotonicMs()
    const samples: BacklogSample[] = []
    const sampler = setInterval(() => {
      const bytes = residentBytes(worker.pid)
      if (bytes === undefined) return
      void bench.receiver.count().then(({ distinct }) =>
        samples.push({
          seconds: (monotonicMs() - startedMs) / 1000,
          delivered: distinct,
          residentMegabytes: bytes / 2 ** 20,
        }),
      )
    }, SAMPLE_MS)
    try {
      const seconds = ((await wait(bench, worker)) - startedMs) / 1000
      const { total } = await bench.receiver.count()
      return {
        events,
        seconds,
        deliveriesPerSecond: events / seconds,
        duplicates: total - events,
        samples,
        maxMegabytes: Math.max(...samples.map(({ residentMegabytes }) => residentMegabytes)),
        megabytesPerMillion: slopePerMillion(
          samples.filter(({ delivered }) => delivered > events / 10),
        ),
      }
    } finally {
      clearInterval(sampler)
    }
  })
}

function slopePerMillion(samples: readonly BacklogSample[]): number {
  const meanX = mean(samples.map(({ delivered }) => delivered))
  const meanY = mean(samples.map(({ residentMegabytes }) => residentMegabytes))
  let above = 0
  let below = 0
  for (const { delivered, residentMegabytes } of samples) {
    above += (delivered - meanX) * (residentMegabytes - meanY)
    below += (delivered - meanX) ** 2
  }
  return (above / below) * 1e6
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
