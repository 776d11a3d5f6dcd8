/**
 * an import that was killed is run again, and comes to what it would have been. `HAPI_TEST_KILLS=200` kills as
 * often, over a larger portfolio; `HAPI_TEST_SEED` repeats the choices, though not what happens between processes.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WriteAccount } from '../../src/domain/command/write-transaction.ts'
import { HapiError } from '../../src/errors/hapi-error.ts'
import {
  brokenInvariants,
  difference,
  loggedDifference,
  rowDigests,
  staleStates,
} from '../command/invariants.ts'
import { Child } from '../support/child-process.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../webhooks/waiting.ts'
import { rowsOf } from './account-rows.ts'
import { importInto, newAccount } from './importing.ts'
import { CHUNK_SIZE, PORTFOLIO_SETS, portfolioSource } from './portfolio-source.ts'

const PROGRAM = fileURLToPath(new URL('killed-import.ts', import.meta.url))

const seed = Number(process.env['HAPI_TEST_SEED'] ?? Date.now() % 2_147_483_647)
const isLong = process.env['HAPI_TEST_KILLS'] !== undefined
const KILLS = Number(process.env['HAPI_TEST_KILLS'] ?? 1)
/** One building, 900 rows; else ten times as many. */
const SCALE = isLong ? 0.1 : 0
/** A chunk takes about as long. */
const CHUNK_MS = 200

let db: TestDatabase
let client: Client
/** What an import comes to that nobody disturbs. */
let expected: readonly string[]
let rows: number

beforeAll(async () => {
  db = await createTestDatabase()
  client = new Client({ connectionString: db.url })
  await client.connect()
  const account = await newAccount(db.database)
  const { report } = await importInto(db.database, account, portfolioSource(SCALE))
  rows = report.rows
  expect([report.created, report.refused]).toEqual([rows, 0])
  expected = await rowsOf(db.database, account.accountId, PORTFOLIO_SETS)
}, 120_000)

afterAll(async () => {
  await client.end()
  await db.drop()
})

/** Mulberry32. */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

async function expectWhole({ accountId }: WriteAccount): Promise<void> {
  expect(await rowsOf(db.database, accountId, PORTFOLIO_SETS)).toEqual(expected)
  expect(await brokenInvariants(client, accountId)).toEqual([])
  expect(await staleStates(client, accountId)).toEqual([])
  const after = await rowDigests(client, accountId)
  expect(await loggedDifference(client, accountId, '0')).toEqual(difference(new Map(), after))
}

/** Where an import is killed, a while later each time: reading, before its first row, in its rows, near its end. */
const STAGES = ['begins', 'reads 1', 'reads 2', 'at 200', 'at 600'] as const

type Mode = 'best-effort' | 'all-or-nothing'

/** Kills an import once it has come so far; gives what ended it. */
async function kill(
  { accountId }: WriteAccount,
  mode: Mode,
  stage: string,
  random: () => number,
): Promise<number | NodeJS.Signals | null> {
  const child = new Child(PROGRAM, [db.url, String(accountId), String(SCALE), mode])
  // One that goes on behind the stage, or has done all of it, is killed there.
  await child.line(new RegExp(`^(?:${stage}|ended)`))
  await sleep(random() * CHUNK_MS)
  child.kill('SIGKILL')
  const ending = await child.ended
  // PostgreSQL may have been told to commit.
  await until(async () => {
    const { rowCount } = await client.query(
      "select 1 from pg_locks where locktype = 'advisory' and objid = $1",
      [accountId],
    )
    return rowCount === 0
  })
  return ending
}

describe(`R-009 An import that was interrupted (seed ${seed})`, () => {
  test.each(['best-effort', 'all-or-nothing'] as const)(
    '%s, killed at random moments: run again, it ends, and nothing is doubled or missing',
    async (mode) => {
      const random = randomFrom(seed)
      const isBestEffort = mode === 'best-effort'
      let account = await newAccount(db.database)
      let resumed = 0
      let killed = 0
      for (let run = 1; run <= KILLS; run++) {
        const stage = STAGES[Math.floor(random() * STAGES.length)]
        const ending = await kill(account, mode, stage ?? 'begins', random)
        if (ending === 'SIGKILL') killed++
        const rowsLeft = await rowsOf(db.database, account.accountId, PORTFOLIO_SETS)
        if (!isBestEffort) expect([0, rows]).toContain(rowsLeft.length)
        // A large portfolio is killed several times over, until it is whole.
        if (run < KILLS && !(isLong && random() < 0.2)) continue
        const whole = account
        account = isLong ? await newAccount(db.database) : account
        const options = { isBestEffort }
        const source = portfolioSource(SCALE)
        const { report } = await importInto(db.database, whole, source, options)
        if (report.resumedAfter > 0) resumed++
        expect([report.rows, report.refused, report.isKept]).toEqual([rows, 0, true])
        await expectWhole(whole)
        if (!isBestEffort) continue
        const again = await importInto(db.database, whole, source)
        expect([again.report.unchanged, again.report.refused]).toEqual([rows, 0])
      }
      if (!isLong) return
      expect(killed).toBeGreaterThan(KILLS / 2)
      expect(resumed > 0).toBe(isBestEffort)
    },
    60_000 + KILLS * 10_000,
  )

  test('without its connection: it says so, and goes on behind what was settled', async () => {
    const account = await newAccount(db.database)
    let killed = false
    const cut = importInto(
      db.database,
      account,
      portfolioSource(SCALE),
      {},
      {
        chunkSize: CHUNK_SIZE,
        onProgress: ({ position }) => {
          if (position >= rows || killed) return
          killed = true
          void client.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'hapi write'`,
          )
        },
      },
    )
    await expect(cut).rejects.toMatchObject({ code: 'UNAVAILABLE' } satisfies Partial<HapiError>)
    const { report } = await importInto(db.database, account, portfolioSource(SCALE))
    expect(report.resumedAfter).toBeGreaterThan(0)
    expect([report.created, report.refused, report.isKept]).toEqual([rows, 0, true])
    await expectWhole(account)
  })
})
