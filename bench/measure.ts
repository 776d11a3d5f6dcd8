/** Measures the targets in turn, A B A B, and keeps the medians: only ratios of one run count. */

import { type Generator, generateLoad } from './load/load.ts'
import { cpuTimeUs, serverCpuTimeUs } from './process-cost.ts'
import type { Target } from './target.ts'
import type { Workload } from './workloads.ts'

export interface Targets {
  readonly product: Target
  readonly ceiling: Target
}

export interface MeasureOptions {
  readonly generator: Generator
  readonly rounds: number
  readonly seconds: number
  readonly postmasterPid: number | undefined
  /** Before each round of each target: what earlier rounds wrote must not slow it. */
  readonly beforeRound: () => Promise<void>
}

/** Medians over the rounds. */
export interface Speed {
  readonly requestsPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
  /** Of the target and of PostgreSQL, per answer; undefined where it cannot be read. */
  readonly cpuUs: number | undefined
}

export interface Measured {
  readonly product: Speed
  readonly ceiling: Speed
  /** Median of the rounds' own ratios: what both share cancels out. */
  readonly ratio: number
}

const WARM_UP_SECONDS = 4

export async function measure(
  targets: Targets,
  workload: Workload,
  connections: number,
  options: MeasureOptions,
): Promise<Measured> {
  // Code that the engine has not compiled yet measures the engine; what runs for weeks is compiled.
  const warmUp = { ...options, seconds: WARM_UP_SECONDS }
  await measureOnce(targets.product, workload, connections, warmUp)
  await measureOnce(targets.ceiling, workload, connections, warmUp)
  const rounds: { readonly product: Speed; readonly ceiling: Speed }[] = []
  for (let round = 0; round < options.rounds; round++) {
    rounds.push({
      product: await measureOnce(targets.product, workload, connections, options),
      ceiling: await measureOnce(targets.ceiling, workload, connections, options),
    })
  }
  return {
    product: medianSpeed(rounds.map(({ product }) => product)),
    ceiling: medianSpeed(rounds.map(({ ceiling }) => ceiling)),
    ratio: median(
      rounds.map(({ product, ceiling }) => product.requestsPerSecond / ceiling.requestsPerSecond),
    ),
  }
}

async function measureOnce(
  target: Target,
  workload: Workload,
  connections: number,
  { generator, seconds, postmasterPid, beforeRound }: MeasureOptions,
): Promise<Speed> {
  await beforeRound()
  const before = cpuOf(target, postmasterPid)
  const load = await generateLoad(generator, {
    origin: target.origin,
    requests: workload.requests.map((request) => ({
      method: request.method,
      path: request[target.name],
      body: request.body,
    })),
    authorization: target.headers['authorization'],
    connections,
    seconds: seconds * workload.patience,
  })
  const after = cpuOf(target, postmasterPid)
  return {
    requestsPerSecond: (load.requests / load.durationUs) * 1e6,
    p50Us: load.p50Us,
    p99Us: load.p99Us,
    cpuUs:
      before === undefined || after === undefined ? undefined : (after - before) / load.requests,
  }
}

function cpuOf(target: Target, postmasterPid: number | undefined): number | undefined {
  if (postmasterPid === undefined) return undefined
  const own = cpuTimeUs(target.pid)
  const server = serverCpuTimeUs(postmasterPid)
  return own === undefined || server === undefined ? undefined : own + server
}

function medianSpeed(speeds: readonly Speed[]): Speed {
  const cpu = speeds.flatMap(({ cpuUs }) => (cpuUs === undefined ? [] : [cpuUs]))
  return {
    requestsPerSecond: median(speeds.map(({ requestsPerSecond }) => requestsPerSecond)),
    p50Us: median(speeds.map(({ p50Us }) => p50Us)),
    p99Us: median(speeds.map(({ p99Us }) => p99Us)),
    cpuUs: cpu.length === 0 ? undefined : median(cpu),
  }
}

/** Of at least one number; of an even count the lower one of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}
