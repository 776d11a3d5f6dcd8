/** What every round needs: a contender set up anew, its process warm, and a writer of changes. */

import { Client } from 'pg'
import { cpuTimeUs, serverCpuTimeUs } from '../process-cost.ts'
import type { Contender, WorkerProcess } from './contender.ts'
import type { Receiver } from './receiver-process.ts'

export interface Bench {
  readonly databaseUrl: string
  readonly postmasterPid: number | undefined
  readonly receiver: Receiver
}

/**
 * Each row changes once in a round, so that a notification tells which change it is of. The first ones
 * warm the process up: code that the engine has not compiled yet measures the engine.
 */
export const WARM_UP_EVENTS = 3000

export interface RoundOptions {
  readonly endpoints?: number
  /** All at one address, as behind a relay; else each at one of its own. */
  readonly areTogether?: boolean
  readonly warmUpEvents?: number
}

/** Runs `measure` with the contender's process started, warm and idle. */
export async function inRound<Measured>(
  bench: Bench,
  contender: Contender,
  { endpoints = 1, areTogether = false, warmUpEvents = WARM_UP_EVENTS }: RoundOptions,
  measure: (worker: WorkerProcess, writer: Client) => Promise<Measured>,
): Promise<Measured> {
  const writer = await connect(bench.databaseUrl)
  const urls = bench.receiver.urls(endpoints, areTogether)
  try {
    await contender.reset(writer, urls)
    // The round before has left dead rows; their removal is nobody's cost.
    await writer.query('vacuum')
    await writer.query('checkpoint')
    const worker = contender.start(urls)
    try {
      bench.receiver.begin({ expected: warmUpEvents * endpoints })
      await changeRows(writer, contender, [1, warmUpEvents])
      await wait(bench, worker)
      return await measure(worker, writer)
    } finally {
      await worker.stop()
    }
  } finally {
    await writer.end()
  }
}

/** Changes rows in one transaction; gives the instant just before its COMMIT is sent. */
export async function changeRows(
  writer: Client,
  { change, wake }: Contender,
  [first, last]: readonly [first: number, last: number],
  beforeCommit: () => void = () => {},
): Promise<number> {
  await writer.query('begin')
  await writer.query({ name: 'change', text: change, values: [first, last, newText()] })
  beforeCommit()
  const atMs = monotonicMs()
  await writer.query('commit')
  if (wake !== undefined) await writer.query(wake)
  return atMs
}

/** When the last of the expected notifications came. */
export async function wait(bench: Bench, worker: WorkerProcess): Promise<number> {
  return await Promise.race([bench.receiver.untilAllCame(), worker.failure])
}

/** CPU time of the worker and of PostgreSQL, in microseconds. */
export interface Cpu {
  readonly workerUs: number
  readonly serverUs: number
}

/** Used so far; undefined where it cannot be read. */
export function cpuSoFar(bench: Bench, worker: WorkerProcess): Cpu | undefined {
  if (bench.postmasterPid === undefined) return undefined
  const workerUs = cpuTimeUs(worker.pid)
  const serverUs = serverCpuTimeUs(bench.postmasterPid)
  return workerUs === undefined || serverUs === undefined ? undefined : { workerUs, serverUs }
}

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return client
}

/** The same clock as the receiver's. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** An update that changes nothing is no event. */
function newText(): string {
  return `bench ${monotonicMs()}`
}
