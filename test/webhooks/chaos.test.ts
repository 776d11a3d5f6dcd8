/**
 * The proof that nothing is lost, in small: `npm run chaos` is the same with 20,000 writes. Real processes are killed,
 * and on the embedded engine PostgreSQL too.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enableModule } from '../../src/auth/licences.ts'
import { makeIntegrator } from '../auth/support.ts'
import { Child } from '../support/child-process.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type CampaignReport, environment, runCampaign } from './chaos/campaign.ts'
import { type OwnServer, startOwnServer } from './chaos/own-server.ts'
import { builtProgram } from './chaos/program.ts'
import { Receiver } from './receiver.ts'
import { insertEndpoint } from './support.ts'

const isServer = process.env['HAPI_TEST_TARGET'] === 'server'
/** `HAPI_TEST_SEED` repeats the choices, though not what happens between processes. */
const seed = Number(process.env['HAPI_TEST_SEED'] ?? Date.now() % 2_147_483_647)

const WRITES = 600
const KILLS = 5
/** Of one endpoint: what was under way when a worker was struck comes again. */
const UNDER_WAY_MAX = 64

describe(`Nothing lost: kill -9 of API and workers${isServer ? '' : ', and of PostgreSQL'} (seed ${seed})`, () => {
  let server: OwnServer | undefined
  let db: TestDatabase | undefined
  let report: CampaignReport

  beforeAll(async () => {
    // The run's own server is that of other test files too.
    if (isServer) db = await createTestDatabase()
    else server = await startOwnServer()
    report = await runCampaign({
      databaseUrl: db?.url ?? server?.url ?? '',
      program: builtProgram(),
      seed,
      writes: WRITES,
      clients: 8,
      servers: 2,
      workers: 2,
      kills: KILLS,
      pauses: 1,
      pauseMs: 1_500,
      // Kills come more densely than the contract's, of which 1 % of the events may come again.
      duplicatesMax: () => UNDER_WAY_MAX * (KILLS + 2),
      restartDatabase: server?.restart,
      tell: () => {},
    })
  }, 300_000)

  afterAll(async () => {
    await server?.stop()
    await db?.drop()
  }, 60_000)

  test('clients wrote, and were interrupted', () => {
    const { writes, kills } = report
    expect(writes.done).toBeGreaterThanOrEqual(WRITES)
    expect(writes.refused).toBeLessThan(WRITES / 10)
    expect(writes.rolledBack).toBeGreaterThan(0)
    expect(writes.sql).toBeGreaterThan(0)
    expect(Object.values(kills).reduce((sum, count) => sum + count, 0)).toBe(
      KILLS + 1 + (isServer ? 0 : 1),
    )
  })

  test('what was acknowledged is logged, what was rolled back is not, and nothing is left to be done', () => {
    expect(report.problems).toEqual([])
  })

  test.each(['steady', 'flaky', 'absent'])(
    'every change came to the %s receiver, none that was not made, in the order of each row',
    (name) => {
      const verdict = report.verdicts.find((one) => one.name === name)
      expect(verdict?.problems).toEqual([])
      expect(verdict?.figures.expected).toBeGreaterThan(WRITES / 3)
    },
  )
})

describe('A worker that is told to stop', () => {
  let db: TestDatabase
  let receiver: Receiver
  let dataDir: string
  const children: Child[] = []

  beforeAll(async () => {
    db = await createTestDatabase()
    receiver = await Receiver.start()
    dataDir = await mkdtemp(join(tmpdir(), 'hapi-test-stop-'))
  })

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map((child) => child.ended))
    await receiver.close()
    await db.drop()
    await rm(dataDir, { recursive: true, force: true })
  })

  async function startWorker(): Promise<Child> {
    const [file, interpreter] = builtProgram()
    const env = { ...environment(db.url, dataDir), PATH: process.env['PATH'] ?? '' }
    const child = new Child(file, ['work'], { interpreter, env })
    children.push(child)
    await child.line('Primmo HApi: background work is running')
    return child
  }

  test('finishes what is under way, ends in time, and the next one goes on: nothing lost, nothing twice', async () => {
    const databaseName = 'DEV/ALEX'
    await enableModule(db.database, databaseName, 'webhooks')
    const parts = await makeIntegrator(db.database, {
      databaseName,
      integrator: 'Arrêt',
      userName: 'arret',
    })
    const sql = async <T extends object>(
      text: string,
      values: readonly unknown[] = [],
    ): Promise<readonly T[]> =>
      db.database.transaction(async (client) => (await client.query<T>(text, [...values])).rows)
    receiver.answer = (_, response) => {
      setTimeout(() => response.writeHead(200).end(), 400)
    }
    await insertEndpoint({ sql }, { url: receiver.url, entities: ['Tenant'], as: parts })
    const first = await startWorker()
    await sql("update tenants set phone = '418-555-1999' where account_id = 1")
    const changes = await sql("select from change_log where account_id = 1 and entity = 'Tenant'")
    await receiver.waitFor(20)
    const second = startWorker()
    const toldAt = Date.now()
    first.kill('SIGTERM')
    expect(await first.ended).toBe(0)
    expect(Date.now() - toldAt).toBeLessThan(10_000)
    expect(first.lines.filter((line) => line.includes('"level":50'))).toEqual([])
    await second
    const ids = (): readonly unknown[] =>
      receiver.received.map(({ headers }) => headers['webhook-id'])
    await receiver.waitFor(() => new Set(ids()).size === changes.length)
    expect(ids()).toHaveLength(changes.length)
  }, 120_000)
})
