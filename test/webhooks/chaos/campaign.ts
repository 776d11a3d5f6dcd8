/**
 * Clients write, processes are killed, receivers fail, PostgreSQL goes down; then everything comes to rest, and the
 * verdict is given. Real processes, real requests, one database.
 */

import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { enableModule } from '../../../src/auth/licences.ts'
import { openDatabase } from '../../../src/db/database.ts'
import { makeIntegrator, type SignInParts } from '../../auth/support.ts'
import { SECRETS_KEY } from '../../support/test-app.ts'
import { insertEndpoint } from '../support.ts'
import { Fleet, type FleetOptions, type Member } from './fleet.ts'
import { Random } from './random.ts'
import { type Hearing, judge, judgeLog, type LoggedChange, type Verdict } from './verdict.ts'
import { type Temper, Witness } from './witness.ts'
import { ACCOUNT, Writers } from './writers.ts'

export interface CampaignOptions {
  readonly databaseUrl: string
  readonly program: FleetOptions['program']
  readonly seed: number
  readonly writes: number
  readonly clients: number
  readonly servers: number
  readonly workers: number
  readonly kills: number
  /** Workers stopped in their tracks, for so long, and then let go on. */
  readonly pauses: number
  readonly pauseMs: number
  /** Most duplicates that a receiver of so many events may get. */
  readonly duplicatesMax: (events: number) => number
  /** Takes the database down without a word, and brings it back; once, in the middle. */
  readonly restartDatabase?: (() => Promise<void>) | undefined
  readonly tell: (line: string) => void
}

export interface CampaignReport {
  readonly verdicts: readonly Verdict[]
  readonly problems: readonly string[]
  readonly kills: Readonly<Record<string, number>>
  readonly writes: Writers['counts']
  readonly refusals: ReadonlyMap<string, number>
  /** Duplicates of all receivers by the processes of the engine that were killed or stopped. */
  readonly duplicatesPerKill: number
  readonly writingMs: number
  readonly drainingMs: number
  /** What the processes logged. */
  readonly lines: readonly string[]
}

const subscribers = [
  { temper: 'steady', entities: ['CoTenant', 'Tenant', 'TenantService', 'Unit'] },
  { temper: 'flaky', entities: ['Tenant', 'TenantService'] },
  { temper: 'absent', entities: ['CoTenant', 'Tenant', 'Unit'] },
] as const satisfies readonly { temper: Temper; entities: readonly string[] }[]

/** Seconds; long enough that no event is given up before its receiver is back. */
const SCHEDULE = [0.2, 0.3, 0.5, 0.5, 1, 1, ...Array<number>(24).fill(2)]
const SILENCE_MS = 4_000
/** Past this something is stuck, or lost. */
const DRAIN_MS = 180_000
const POLL_MS = 200

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const random = new Random(options.seed)
  const dataDir = await mkdtemp(join(tmpdir(), 'hapi-chaos-'))
  const account = await prepareAccount(options.databaseUrl)
  const witnesses = await Promise.all(
    subscribers.map(({ temper }) => Witness.start(temper, new Random(random.below(2 ** 31)))),
  )
  const ports = await Promise.all(Array.from({ length: options.servers }, freePort))
  const fleet = new Fleet({
    program: options.program,
    ports,
    workers: options.workers,
    env: environment(options.databaseUrl, dataDir),
  })
  try {
    await fleet.ready()
    const origins = ports.map((port) => `http://127.0.0.1:${port}`)
    const { databaseUrl } = options
    const token = await askToken(origins[0] ?? '', account)
    const writers = new Writers({ origins, token, databaseUrl, random })
    await writers.prepare()
    const start = await subscribe(databaseUrl, account, witnesses)
    const startedAt = Date.now()
    const killed = await writeAndKill(writers, fleet, random, options)
    await writers.close()
    const wroteAt = Date.now()
    await Promise.all(witnesses.map((witness) => witness.settle()))
    const left = await drained(databaseUrl)
    const log = await readLog(databaseUrl, start)
    const hearings = subscribers.map(
      ({ temper, entities }, index): Hearing => ({
        name: temper,
        entities,
        databaseName: account.databaseName,
        receipts: witnesses[index]?.receipts ?? [],
      }),
    )
    const verdicts = hearings.map((hearing) => judge(log, hearing, options.duplicatesMax))
    const duplicates = verdicts.reduce((sum, { figures }) => sum + figures.duplicates, 0)
    return {
      verdicts,
      problems: [...left, ...judgeLog(log, writers)],
      kills: killed,
      writes: writers.counts,
      refusals: writers.refusals,
      duplicatesPerKill: duplicates / Math.max(1, (killed['work'] ?? 0) + (killed['pause'] ?? 0)),
      writingMs: wroteAt - startedAt,
      drainingMs: Date.now() - wroteAt,
      lines: fleet.lines,
    }
  } finally {
    await fleet.dismiss()
    await Promise.all(witnesses.map((witness) => witness.close()))
    await rm(dataDir, { recursive: true, force: true })
  }
}

export function environment(
  databaseUrl: string,
  dataDir: string,
): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    HAPI_DEMO: 'false',
    HAPI_LANG: 'en',
    LOG_LEVEL: 'warn',
    HAPI_POOL_SIZE: '6',
    JWT_SECRET: 'a secret of the chaos, of at least 32 bytes',
    HAPI_SECRETS_KEY: SECRETS_KEY,
    HAPI_WEBHOOK_ALLOW_HTTP: 'true',
    HAPI_WEBHOOK_ALLOW_CIDR: '127.0.0.0/8',
    HAPI_WEBHOOK_TIMEOUT_MS: String(SILENCE_MS),
    HAPI_WEBHOOK_RETRY_SCHEDULE: SCHEDULE.join(','),
  }
}

async function prepareAccount(url: string): Promise<SignInParts> {
  const database = await openDatabase({ connection: { url }, poolSize: 2 })
  try {
    const { rows } = await database.transaction((client) =>
      client.query<{ database_name: string }>(
        'select database_name from accounts where account_id = $1',
        [ACCOUNT],
      ),
    )
    const databaseName = rows[0]?.database_name ?? ''
    await enableModule(database, databaseName, 'webhooks')
    return await makeIntegrator(database, { databaseName, integrator: 'Chaos', userName: 'chaos' })
  } finally {
    await database.close()
  }
}

/** Subscribes the receivers; gives the log's last number before it. */
async function subscribe(
  url: string,
  account: SignInParts,
  witnesses: readonly Witness[],
): Promise<number> {
  return withClient(url, async (client) => {
    const sql = async <T extends object>(
      text: string,
      values: readonly unknown[] = [],
    ): Promise<readonly T[]> => (await client.query<T>(text, [...values])).rows
    const [last] = await sql<{ seq: string }>(
      'select coalesce(max(seq), 0)::text as seq from change_log',
    )
    for (const [index, { entities }] of subscribers.entries())
      await insertEndpoint({ sql }, { url: witnesses[index]?.url ?? '', entities, as: account })
    return Number(last?.seq)
  })
}

/** Kills at random moments between the first write and the last. */
async function writeAndKill(
  writers: Writers,
  fleet: Fleet,
  random: Random,
  options: CampaignOptions,
): Promise<Readonly<Record<string, number>>> {
  const { writes, clients, kills, pauses, restartDatabase, tell } = options
  const killed: Record<string, number> = {}
  const blows: Blow[] = [
    ...Array.from({ length: kills }, (_, index) => ({
      at: (writes * (index + random.next())) / (kills + 1),
      strike: async (): Promise<string> => killOne(fleet, random),
    })),
    ...Array.from({ length: pauses }, (_, index) => ({
      at: (writes * (index + random.next())) / (pauses + 1),
      strike: (): Promise<string> => pauseOne(random.pick(fleet.workers), options),
    })),
    ...(restartDatabase === undefined
      ? []
      : [{ at: writes / 2, strike: () => restartDatabase().then(() => 'database') }]),
  ].sort((a, b) => a.at - b.at)
  const underWay: Promise<void>[] = []
  await writers.write(clients, writes, () => {
    const [next] = blows
    if (next === undefined || writers.counts.done < next.at) return
    blows.shift()
    underWay.push(
      sleep(random.next() * 50)
        .then(next.strike)
        .then((what) => {
          killed[what] = (killed[what] ?? 0) + 1
          tell(`${writers.counts.done} writes: ${what}`)
        }),
    )
  })
  await Promise.all(underWay)
  return killed
}

interface Blow {
  /** When so many writes are done. */
  readonly at: number
  /** Gives its name. */
  readonly strike: () => Promise<string>
}

/** Workers twice as often as those that answer; now and then all of a kind at once. */
function killOne(fleet: Fleet, random: Random): string {
  const kind = random.next() < 0.67 ? fleet.workers : fleet.servers
  const victims = random.next() < 0.15 ? kind : [random.pick(kind)]
  for (const victim of victims) victim.kill()
  return victims[0]?.role ?? ''
}

async function pauseOne({ child }: Member, { pauseMs }: CampaignOptions): Promise<string> {
  child.kill('SIGSTOP')
  await Promise.race([sleep(pauseMs), child.ended])
  child.kill('SIGCONT')
  return 'pause'
}

/** Waits until nothing is left to be sent; gives what is wrong with that. */
async function drained(url: string): Promise<readonly string[]> {
  const deadline = Date.now() + DRAIN_MS
  let left: readonly string[] = []
  do {
    await sleep(POLL_MS)
    left = await withClient(url, unfinished)
  } while (left.length > 0 && Date.now() < deadline)
  return left.length === 0 ? [] : [`unfinished after ${DRAIN_MS / 1_000} s: ${left.join(', ')}`]
}

async function unfinished(client: Client): Promise<readonly string[]> {
  const { rows: behind } = await client.query('select webhooks.accounts_with_changes()')
  const { rows } = await client.query<{ text: string }>(
    `select concat_ws(' ', endpoint_id, state, count(*)) as text from webhooks.deliveries
      where state <> 'DELIVERED' group by endpoint_id, state
      union all
     select concat_ws(' ', 'queue', endpoint_id, 'of worker', worker_id, due_at) from webhooks.queues
      where worker_id is not null or due_at is not null`,
  )
  return [...behind.map(() => 'changes not read'), ...rows.map(({ text }) => text)]
}

async function readLog(url: string, after: number): Promise<readonly LoggedChange[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<Omit<LoggedChange, 'seq'> & { seq: string }>(
      `select seq::text, entity, id, status, additional_information as "additionalInformation"
         from change_log where account_id = $1 and seq > $2 order by seq`,
      [ACCOUNT, after],
    )
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }))
  })
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function askToken(origin: string, parts: SignInParts): Promise<string> {
  const answer = await fetch(`${origin}/api/Token`, {
    method: 'POST',
    headers: {
      'x-api-key': parts.apiKey,
      'content-type': 'application/json',
      accept: 'text/plain',
    },
    body: JSON.stringify({ UserName: parts.userName, Password: parts.password }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`No token: ${answer.status} ${text}`)
  return text
}

/** A port of the loopback that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server that listens has an address of this kind.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
