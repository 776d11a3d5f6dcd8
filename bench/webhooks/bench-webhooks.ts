/**
 * `npm run bench -- webhooks`: the product, a bare claim-and-POST loop and two job queues deliver to one
 * receiver from one PostgreSQL, in turn.
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '../../src/db/migrate.ts'
import { loadData } from '../data/load-data.ts'
import { type BenchDatabase, startBenchDatabase } from '../database.ts'
import { machineFacts } from '../machine.ts'
import { measureBacklog } from './backlog.ts'
import type { Contender } from './contender.ts'
import { measureFairness } from './fairness.ts'
import { measurePace, type PaceOptions } from './pace.ts'
import { productContender } from './product-contender.ts'
import {
  ceilingContender,
  copyTenants,
  graphileWorkerContender,
  pgBossContender,
} from './queue-contenders.ts'
import { Receiver } from './receiver-process.ts'
import { type Bench, connect } from './round.ts'
import { measureThroughput } from './throughput.ts'
import { readWebhookOptions, type WebhookOptions } from './webhook-options.ts'
import {
  type RoundsOf,
  renderBacklog,
  renderWebhooks,
  type WebhookResult,
} from './webhook-report.ts'

const RESULTS = join(import.meta.dirname, '..', 'results')

/** What integrators' systems see on a busy day, and what they may see during an import. */
const LATENCY_CHANGES_PER_SECOND = 100
const WRITING_CHANGES_PER_SECOND = 500

/** A receiver that is neither near nor idle. */
const RECEIVER_DELAY_MS = 30

type Tell = (text: string) => void

export async function benchWebhooks(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  tell: Tell,
): Promise<void> {
  const options = readWebhookOptions(args)
  const database = await startBenchDatabase(environment)
  try {
    await migrate({ connection: { url: database.url }, notify: () => {} })
    await loadData(database.url, 1, tell)
    const receiver = await Receiver.start()
    try {
      const bench: Bench = {
        databaseUrl: database.url,
        postmasterPid: database.postmasterPid,
        receiver,
      }
      const contenders = await prepare(database, options)
      if (options.backlog === undefined) await runMeasures(bench, contenders, options, tell)
      else await runBacklog(bench, options.backlog)
    } finally {
      await receiver.stop()
    }
  } finally {
    await database.stop()
  }
}

async function prepare(
  { url }: BenchDatabase,
  options: WebhookOptions,
): Promise<readonly Contender[]> {
  const contenders = [
    productContender(url),
    ceilingContender(url),
    pgBossContender(url),
    graphileWorkerContender(url),
  ].filter(({ name }) => options.contenders.includes(name))
  const client = await connect(url)
  try {
    await copyTenants(client)
    for (const contender of contenders) await contender.prepare(client)
  } finally {
    await client.end()
  }
  return contenders
}

async function runMeasures(
  bench: Bench,
  contenders: readonly Contender[],
  options: WebhookOptions,
  tell: Tell,
): Promise<void> {
  const { measures, events, seconds, rounds } = options
  const pace = (name: string, wanted: PaceOptions) =>
    inTurn(contenders, rounds, async (contender) => {
      const measured = await measurePace(bench, contender, wanted)
      tell(`${name} ${contender.name}: p50 ${ms(measured.p50Ms)}, p99 ${ms(measured.p99Ms)}`)
      return measured
    })
  const drain = (name: string, delayMs: number) =>
    inTurn(contenders, rounds, async (contender) => {
      const measured = await measureThroughput(bench, contender, { events, delayMs })
      tell(`${name} ${contender.name}: ${Math.round(measured.deliveriesPerSecond)}/s`)
      return measured
    })
  const fairness = async (name: string, areTogether: boolean) => {
    const product = contenders.find((contender) => contender.name === 'product')
    if (product === undefined) return undefined
    return await measureFairness(bench, product, { seconds, rounds, areTogether }, (text) =>
      tell(`${name}: ${text}`),
    )
  }
  const isWanted = (name: (typeof measures)[number]): boolean => measures.includes(name)
  const result: WebhookResult = {
    machine: await machineFacts(bench.databaseUrl),
    rounds,
    events,
    seconds,
    throughput: isWanted('THROUGHPUT') ? await drain('THROUGHPUT', RECEIVER_DELAY_MS) : undefined,
    flatOut: isWanted('FLATOUT') ? await drain('FLATOUT', 0) : undefined,
    writing: isWanted('WRITING')
      ? await pace('WRITING', {
          changesPerSecond: WRITING_CHANGES_PER_SECOND,
          seconds,
          delayMs: RECEIVER_DELAY_MS,
        })
      : undefined,
    latency: isWanted('LATENCY')
      ? await pace('LATENCY', { changesPerSecond: LATENCY_CHANGES_PER_SECOND, seconds, delayMs: 0 })
      : undefined,
    fairness: isWanted('FAIR') ? await fairness('FAIR', false) : undefined,
    together: isWanted('TOGETHER') ? await fairness('TOGETHER', true) : undefined,
  }
  await publish('webhooks', renderWebhooks(result), result, options.isWhole)
}

/** A B C D A B C D: what the machine does meanwhile, it does to all. */
async function inTurn<Measured>(
  contenders: readonly Contender[],
  rounds: number,
  measure: (contender: Contender) => Promise<Measured>,
): Promise<RoundsOf<Measured>> {
  const measured = contenders.map(({ name }) => ({ name, rounds: [] as Measured[] }))
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries())
      measured[index]?.rounds.push(await measure(contender))
  }
  return measured
}

async function runBacklog(bench: Bench, events: number): Promise<void> {
  const product = productContender(bench.databaseUrl)
  const client = await connect(bench.databaseUrl)
  try {
    await product.prepare(client)
  } finally {
    await client.end()
  }
  const result = {
    machine: await machineFacts(bench.databaseUrl),
    backlog: await measureBacklog(bench, product, events),
  }
  await publish('webhooks-backlog', renderBacklog(result), result, true)
}

async function publish(name: string, text: string, result: object, isKept: boolean): Promise<void> {
  process.stdout.write(`\n${text}`)
  if (!isKept) return
  await writeFile(join(RESULTS, `${name}.md`), text)
  await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${value.toFixed(1)} ms`
}
