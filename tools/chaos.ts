/**
 * `npm run chaos`: the proof that webhooks lose nothing. Clients write while API and worker processes are killed and
 * receivers fail; then everything that was committed must have come to each receiver, in the order of each row.
 * `--help` has the options.
 */

import { parseArgs } from 'node:util'
import { databaseUrl } from '../test/support/database-url.ts'
import { makeTemplateDatabase } from '../test/support/template-database.ts'
import { type CampaignReport, runCampaign } from '../test/webhooks/chaos/campaign.ts'
import { startOwnServer } from '../test/webhooks/chaos/own-server.ts'
import { builtProgram } from '../test/webhooks/chaos/program.ts'

const USAGE = `npm run chaos -- [options]
  --writes 20000       writes that are done before it ends
  --kills 40           kill -9 of API and worker processes, at random moments
  --pauses 0           workers stopped (SIGSTOP) and continued after --pause-ms
  --pause-ms 20000
  --restart-postgres   PostgreSQL down at once (immediate) and up again, in the middle
  --clients 8  --servers 2  --workers 2
  --seed N             repeats the choices, though not what happens between processes
  --logs               prints what the processes logged
DATABASE_URL           another server than one of its own; the user must be a superuser`

const { values } = parseArgs({
  options: {
    writes: { type: 'string', default: '20000' },
    kills: { type: 'string', default: '40' },
    pauses: { type: 'string', default: '0' },
    'pause-ms': { type: 'string', default: '20000' },
    clients: { type: 'string', default: '8' },
    servers: { type: 'string', default: '2' },
    workers: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 2_147_483_647) },
    'restart-postgres': { type: 'boolean', default: false },
    logs: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(USAGE)
else await run()

async function run(): Promise<void> {
  const server = await openServer(process.env['DATABASE_URL'])
  if (values['restart-postgres'] && server.restart === undefined)
    throw new Error('Only a PostgreSQL of its own can be restarted: leave DATABASE_URL out')
  const seed = Number(values.seed)
  console.log(`seed ${seed}`)
  try {
    const report = await runCampaign({
      databaseUrl: server.url,
      program: builtProgram(),
      seed,
      writes: Number(values.writes),
      clients: Number(values.clients),
      servers: Number(values.servers),
      workers: Number(values.workers),
      kills: Number(values.kills),
      pauses: Number(values.pauses),
      pauseMs: Number(values['pause-ms']),
      restartDatabase: values['restart-postgres'] ? server.restart : undefined,
      // The contract says less than 1 %.
      duplicatesMax: (events) => Math.ceil(events / 100) - 1,
      tell: console.log,
    })
    print(report)
  } finally {
    await server.stop()
  }
}

interface Server {
  readonly url: string
  readonly restart: (() => Promise<void>) | undefined
  readonly stop: () => Promise<void>
}

async function openServer(url: string | undefined): Promise<Server> {
  if (url === undefined) return startOwnServer()
  const template = await makeTemplateDatabase(url)
  return {
    url: databaseUrl(url, template.name),
    restart: undefined,
    stop: () => template.close(),
  }
}

function print(report: CampaignReport): void {
  const { verdicts, problems, kills, writes, refusals, writingMs, drainingMs, lines } = report
  if (values.logs) console.log(lines.join('\n'))
  console.log(`writes ${JSON.stringify(writes)}, killed ${JSON.stringify(kills)}`)
  for (const [what, count] of refusals) console.log(`  refused ${count} × ${what}`)
  console.log(`wrote for ${writingMs} ms, then ${drainingMs} ms until all was delivered`)
  for (const { name, figures, problems: own } of verdicts) {
    const { expected, received, duplicates, unheard } = figures
    const share = ((100 * duplicates) / Math.max(1, expected)).toFixed(3)
    console.log(
      `${name}: ${expected} events, ${received} requests, ${duplicates} duplicates (${share} %), of which ${unheard} after an answer that was not heard`,
    )
    for (const problem of own) console.log(`  WRONG: ${problem}`)
  }
  for (const problem of problems) console.log(`WRONG: ${problem}`)
  console.log(`duplicates per kill of a worker: ${report.duplicatesPerKill.toFixed(2)}`)
  const isRight =
    problems.length === 0 && verdicts.every((verdict) => verdict.problems.length === 0)
  console.log(isRight ? 'nothing lost, nothing invented, in order' : 'NOT AS IT MUST BE')
  process.exitCode = isRight ? 0 : 1
}
