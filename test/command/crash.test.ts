/**
 * The product killed under load, with and without its database: what was acknowledged is there, what was
 * not is there whole or not at all, and nothing that is stored contradicts itself.
 */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientConfig } from '../../src/db/connection-settings.ts'
import { EMBEDDED_DATABASE, EMBEDDED_USER } from '../../src/db/embedded-cluster.ts'
import { prepareEmbeddedPlaces, removeSystemSocketDir } from '../../src/db/embedded-places.ts'
import { findPostmaster, stopPostmaster } from '../../src/db/embedded-postmaster.ts'
import { model } from '../../src/model/model.ts'
import { columnName, tableName } from '../../src/model/naming.ts'
import { Child } from '../support/child-process.ts'
import {
  CrashWriter,
  type Fields,
  type Portfolio,
  type Reply,
  type Service,
} from './crash-writers.ts'
import {
  brokenInvariants,
  difference,
  loggedDifference,
  rowDigests,
  staleStates,
} from './invariants.ts'

const PROGRAM = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const READY = 'Primmo HApi is ready: '
const ACCOUNT = 1
const WRITERS = 4
/** Writes that were done; attempts are more. */
const WRITES = 500
/** What is killed when these shares of the writes are done. */
const kills = ['product', 'both', 'server', 'product', 'both'] as const

const RENTED = ['TenantServices', 'TenantParkings', 'TenantStorages']

/** `HAPI_TEST_SEED` repeats the choices, though not what happens between processes. */
const seed = Number(process.env['HAPI_TEST_SEED'] ?? Date.now() % 2_147_483_647)

/** Mulberry32: numbers from 0 to 1 that a seed repeats. */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The product in a process of its own, started again whenever it was killed. */
class KilledProduct implements Service {
  readonly dataDir: string
  #child: Child | undefined
  #baseUrl = ''
  #token = ''
  #ready: Promise<void> = Promise.resolve()

  constructor(dataDir: string) {
    this.dataDir = dataDir
  }

  start(): Promise<void> {
    this.#ready = this.#start()
    return this.#ready
  }

  async #start(): Promise<void> {
    const { PATH = '' } = process.env
    const env = { PATH, DATA_DIR: this.dataDir, PORT: '0', HAPI_LANG: 'en', LOG_LEVEL: 'error' }
    this.#child = new Child(PROGRAM, ['start'], { env })
    this.#baseUrl = (await this.#child.line(READY))
      .slice(READY.length)
      .replace('localhost', '127.0.0.1')
    const file = await readFile(join(this.dataDir, 'demo-credentials.json'), 'utf8')
    const { apiKey, userName, password } = JSON.parse(file) as Record<string, string>
    const answer = await fetch(`${this.#baseUrl}/api/Token`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey ?? '', 'content-type': 'application/json' },
      body: JSON.stringify({ UserName: userName, Password: password }),
    })
    this.#token = ((await answer.json()) as { Token: string }).Token
  }

  async kill(victim: (typeof kills)[number]): Promise<void> {
    const child = this.#child
    const postmaster = await findPostmaster(await prepareEmbeddedPlaces(this.dataDir))
    if (victim !== 'server') child?.kill('SIGKILL')
    if (victim !== 'product' && postmaster !== undefined) process.kill(postmaster.pid, 'SIGKILL')
    // Without its server the product lives on, and starts it again.
    if (victim === 'server') return
    await child?.ended
    await this.start()
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.#child?.ended
    const places = await prepareEmbeddedPlaces(this.dataDir)
    await stopPostmaster(places.clusterDir)
    await removeSystemSocketDir(places)
  }

  async send({
    method,
    path,
    body,
    key,
  }: Parameters<Service['send']>[0]): Promise<Reply | undefined> {
    await this.#ready
    try {
      const answer = await fetch(`${this.#baseUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      // Its database is gone for the moment: whether the write was done, it cannot say.
      if (answer.status >= 500) {
        expect([answer.status, text]).toEqual([503, expect.stringContaining('"UNAVAILABLE"')])
        await sleep(100)
        return undefined
      }
      return {
        status: answer.status,
        replayed: answer.headers.get('idempotency-replayed') === 'true',
        json: text === '' ? undefined : (JSON.parse(text) as Readonly<Record<string, unknown>>),
      }
    } catch (error) {
      // What fetch throws when the connection breaks.
      if (!(error instanceof TypeError)) throw error
      await sleep(20)
      return undefined
    }
  }

  async rows(path: string): Promise<readonly Fields[]> {
    const reply = await this.send({ method: 'GET', path })
    expect([path, reply?.status]).toEqual([path, 200])
    return reply?.json?.['value'] as readonly Fields[]
  }

  async connect(): Promise<Client> {
    const postmaster = await findPostmaster(await prepareEmbeddedPlaces(this.dataDir))
    if (postmaster === undefined) throw new Error('No database runs')
    const { socketDir, port } = postmaster
    const settings = { socketDir, port, user: EMBEDDED_USER, database: EMBEDDED_DATABASE }
    const client = new Client(clientConfig(settings, 'crash test'))
    await client.connect()
    return client
  }
}

let product: KilledProduct

beforeAll(async () => {
  // As root the server runs as another user, who has to pass through.
  product = new KilledProduct(await mkdtemp(join(tmpdir(), 'hapi-test-crash-')))
  await product.start()
}, 120_000)

afterAll(async () => {
  await product.stop()
  await rm(product.dataDir, { recursive: true, force: true })
}, 60_000)

/** Free units and spaces and leased tenants of the demo, each for one writer. */
async function portfolios(): Promise<readonly Portfolio[]> {
  const place = '$select=Id,CompanyNo,DivisionNo&$orderby=Id'
  const units = await product.rows(
    `/api/Units?$filter=OccupancyStatus eq 'V' and UsageType eq 'R' and NextLeaseStartDate eq null and AvailableDate ne null&${place}`,
  )
  const free = `$filter=AvailableDate ne null and IsOccupied eq false and IsRentable eq true&${place}`
  const parkings = await product.rows(`/api/Parkings?${free}`)
  const storages = await product.rows(`/api/Storages?${free}`)
  const tenants = await product.rows(
    `/api/Tenants?$filter=CurrentLeaseId ne null and DepartureDate eq null&$select=Id&$orderby=Id&$top=12`,
  )
  const services = await product.rows(
    '/api/Services?$filter=IsActive eq true&$select=Id,ServiceKind',
  )
  const places = [...units, ...parkings, ...storages]
  return Array.from({ length: WRITERS }, (_, writer) => {
    const own = <R>(rows: readonly R[]): R[] => rows.filter((_row, at) => at % WRITERS === writer)
    return {
      divisions: places,
      units: own(units),
      parkings: own(parkings),
      storages: own(storages),
      services,
      tenants: own(tenants).map(({ Id }) => Number(Id)),
    }
  })
}

async function writeAndKill(writers: readonly CrashWriter[]): Promise<void> {
  const random = randomFrom(seed)
  const done = (): number => writers.reduce((sum, { counts }) => sum + counts.done, 0)
  let killing: Promise<void> | undefined
  let next = 0
  const killInTime = (): void => {
    if (killing !== undefined || next === kills.length) return
    if (done() < (WRITES * (next + random())) / (kills.length + 1)) return
    const victim = kills[next++] ?? 'product'
    killing = sleep(random() * 30)
      .then(() => product.kill(victim))
      .finally(() => {
        killing = undefined
      })
  }
  await Promise.all(
    writers.map(async (writer) => {
      while (done() < WRITES || next < kills.length) {
        await writer.step()
        killInTime()
      }
    }),
  )
  await killing
}

describe.skipIf(process.env['HAPI_TEST_TARGET'] === 'server')(
  `security §9 kill -9 of the product and of its database (seed ${seed})`,
  () => {
    let writers: readonly CrashWriter[]
    let before: ReadonlyMap<string, string>
    let position: string
    let client: Client

    beforeAll(async () => {
      const start = await product.connect()
      expect(await brokenInvariants(start, ACCOUNT)).toEqual([])
      before = await rowDigests(start, ACCOUNT)
      const { rows } = await start.query<{ seq: string }>(
        'select coalesce(max(seq), 0)::text as seq from change_log',
      )
      position = rows[0]?.seq ?? '0'
      await start.end()
      writers = (await portfolios()).map(
        (portfolio, index) =>
          new CrashWriter(`CR${index}`, product, portfolio, randomFrom(seed + index)),
      )
      await writeAndKill(writers)
      client = await product.connect()
    }, 240_000)

    afterAll(() => client.end())

    test('the writers wrote, were interrupted, and were not merely refused', () => {
      const sum = (name: 'done' | 'unanswered' | 'repeated'): number =>
        writers.reduce((total, { counts }) => total + counts[name], 0)
      const refused = writers.map(({ refusals }) => Object.fromEntries(refusals))
      const refusals = refused.flatMap((codes) => Object.values(codes)).reduce((a, b) => a + b, 0)
      expect([refused, refusals < sum('done') / 3]).toEqual([refused, true])
      expect(sum('done')).toBeGreaterThanOrEqual(WRITES)
      expect(sum('unanswered')).toBeGreaterThanOrEqual(kills.length)
      expect(sum('repeated')).toBeGreaterThan(0)
    })

    test('they wrote all that there is to write', () => {
      const facts = writers.flatMap((writer) => [...writer.facts])
      const kinds = facts.map(([key, known]) => [key.split(' ')[0], known] as const)
      for (const set of ['Tenants', 'Leases', 'LeasePriceChanges', ...RENTED])
        expect(kinds.map(([kind]) => kind)).toContain(set)
      const rows = kinds.flatMap(([, known]) => (known === 'gone' ? [] : [known]))
      expect(rows.length).toBeLessThan(kinds.length)
      expect(rows).toContainEqual(expect.objectContaining({ CancelReason: 'Annulé' }))
      expect(rows).toContainEqual(expect.objectContaining({ DepartureReason: 'E' }))
      expect(rows).toContainEqual(expect.objectContaining({ DepartureDate: null }))
    })

    test('every acknowledged write is there, and what was deleted is not', async () => {
      const wrong: unknown[] = []
      for (const [key, known] of writers.flatMap(({ facts }) => [...facts])) {
        const [set = '', id = ''] = key.split(' ')
        const type = model.findBySet(set)
        if (type === undefined) throw new Error(`No set ${set}`)
        const { rows } = await client.query<{ row: Record<string, unknown> }>(
          `select to_jsonb(t) as row from ${tableName(type)} t where account_id = $1 and id = $2`,
          [ACCOUNT, Number(id)],
        )
        const row = rows[0]?.row
        if (known === 'gone' || row === undefined) {
          if ((known === 'gone') !== (row === undefined)) wrong.push([key, known, row])
          continue
        }
        for (const [name, value] of Object.entries(known))
          if (row[columnName({ name })] !== value)
            wrong.push([key, name, value, row[columnName({ name })]])
      }
      expect(wrong).toEqual([])
    })

    test('one key, one row, however often it was sent', async () => {
      const keyed = writers.flatMap((writer) => writer.keyed)
      expect(keyed.length).toBeGreaterThan(20)
      const { rows } = await client.query<{ key: string }>(
        `select entity || ' ' || id as key from change_log where account_id = $1 and seq > $2 and status = 3`,
        [ACCOUNT, position],
      )
      const created = rows.map(({ key }) => key)
      expect(created.length).toBe(new Set(created).size)
      // Nothing came into being that nobody was told of.
      const told = new Set(
        writers.flatMap(({ facts }) =>
          [...facts.keys()].map((key) => {
            const [set = '', id] = key.split(' ')
            return `${model.findBySet(set)?.name} ${id}`
          }),
        ),
      )
      // What the system produces by itself is about something that was told.
      const produced = await client.query<{ key: string }>(
        `select 'Document ' || id as key from documents
          where account_id = $1 and source = 'G' and 'Lease ' || lease_id = any ($2)`,
        [ACCOUNT, [...told]],
      )
      for (const { key } of produced.rows) told.add(key)
      expect(created.filter((key) => !told.has(key))).toEqual([])
      const stored = await client.query<{ key: string }>('select key from idempotency_keys')
      const answers = new Set(stored.rows.map(({ key }) => key))
      expect(keyed.filter(({ key }) => !answers.has(key))).toEqual([])
    })

    test('the change log tells exactly what has changed', async () => {
      // What was signed orders a document, which its worker may still be writing. An order of a worker that was killed
      // falls due again after its claim has run out; that moment is brought near here.
      await client.query('update production.orders set due_date = clock_timestamp()')
      const isWritten = async (): Promise<boolean> =>
        (await client.query('select from production.orders limit 1')).rows.length === 0
      await expect.poll(isWritten, { timeout: 25_000, interval: 100 }).toBe(true)
      const after = await rowDigests(client, ACCOUNT)
      expect(await loggedDifference(client, ACCOUNT, position)).toEqual(difference(before, after))
    })

    test('constraints, conditions and computed fields hold', async () => {
      expect(await brokenInvariants(client, ACCOUNT)).toEqual([])
    })

    test('computing every state anew changes nothing', async () => {
      expect(await staleStates(client, ACCOUNT)).toEqual([])
    })
  },
)
