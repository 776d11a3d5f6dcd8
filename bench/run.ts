/**
 * `npm run bench`: loads the data, starts both targets, proves that they answer alike, measures them
 * in turn and prints the table. A whole run replaces the last result under `results/`.
 * `npm run bench -- webhooks` measures deliveries instead.
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '../src/db/migrate.ts'
import { buildWhenStale } from './build.ts'
import { startCeilingTarget } from './ceiling.ts'
import { loadData } from './data/load-data.ts'
import { emptyWrittenTables, makeCeilingTables } from './data/written-tables.ts'
import { type BenchDatabase, startBenchDatabase } from './database.ts'
import { findGenerator } from './load/load.ts'
import { machineFacts } from './machine.ts'
import { type MeasureOptions, measure, type Targets } from './measure.ts'
import { measureStream, type StreamMeasured } from './measure-stream.ts'
import { type BenchOptions, isWanted, readOptions } from './options.ts'
import { startProductTarget } from './product.ts'
import { type Result, type ResultRow, renderResult } from './report.ts'
import { verifyBytes, verifyRequest } from './verify-bytes.ts'
import { benchWebhooks } from './webhooks/bench-webhooks.ts'
import { stream, workloads } from './workloads.ts'

const RESULTS = join(import.meta.dirname, 'results')
const STREAM_ROUNDS = 3

const [first, ...rest] = process.argv.slice(2)
buildWhenStale()
if (first === 'webhooks') await benchWebhooks(rest, process.env, tell)
else await benchAnswers(readOptions(process.argv.slice(2), process.env))

async function benchAnswers(wanted: BenchOptions): Promise<void> {
  const server = await startBenchDatabase(process.env)
  try {
    await migrate({ connection: { url: server.url }, notify: () => {} })
    await loadData(server.url, wanted.accounts, tell)
    await makeCeilingTables(server.url)
    const result = await runBench(server, wanted)
    const text = renderResult(result)
    process.stdout.write(`\n${text}`)
    if (isWholeRun(wanted)) await keep(result, text)
  } finally {
    await server.stop()
  }
}

async function runBench(database: BenchDatabase, options: BenchOptions): Promise<Result> {
  const product = await startProductTarget(database.url)
  try {
    const ceiling = await startCeilingTarget(database.url)
    try {
      return await measureAll({ product, ceiling }, database, options)
    } finally {
      await ceiling.stop()
    }
  } finally {
    await product.stop()
  }
}

async function measureAll(
  targets: Targets,
  database: BenchDatabase,
  options: BenchOptions,
): Promise<Result> {
  const generator = findGenerator()
  const { rounds, seconds, accounts } = options
  // First, while both processes are fresh.
  const streamed = isWanted(options, 'STREAM') ? await runStream(targets) : undefined
  const measureOptions = {
    generator,
    rounds,
    seconds,
    postmasterPid: database.postmasterPid,
    beforeRound: () => emptyWrittenTables(database.url),
  }
  return {
    machine: { ...(await machineFacts(database.url)), generator },
    accounts,
    rounds,
    secondsPerRound: seconds,
    rows: await measureWorkloads(targets, options, measureOptions),
    stream: streamed,
  }
}

async function runStream(targets: Targets): Promise<StreamMeasured> {
  const streamed = await measureStream(targets, stream, STREAM_ROUNDS)
  await verifyRequest(targets.product, targets.ceiling, stream)
  tell(`STREAM ${streamed.ratio.toFixed(2)}`)
  return streamed
}

async function measureWorkloads(
  targets: Targets,
  options: BenchOptions,
  measureOptions: MeasureOptions,
): Promise<readonly ResultRow[]> {
  const rows: ResultRow[] = []
  for (const workload of workloads.filter(({ name }) => isWanted(options, name))) {
    const bytes = await verifyBytes(targets.product, targets.ceiling, workload)
    for (const connections of options.connections) {
      const measured = await measure(targets, workload, connections, measureOptions)
      const { name, title } = workload
      rows.push({ workload: name, title, connections, bytes, measured })
      tell(`${name} at ${connections}: ${measured.ratio.toFixed(2)}`)
    }
  }
  return rows
}

function isWholeRun({ quick, only }: BenchOptions): boolean {
  return !quick && only === undefined
}

async function keep(result: Result, text: string): Promise<void> {
  await writeFile(join(RESULTS, 'latest.md'), text)
  await writeFile(join(RESULTS, 'latest.json'), `${JSON.stringify(result, null, 2)}\n`)
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`)
}
