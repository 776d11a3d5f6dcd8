import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import { startDailyJob } from '../../src/daily-job.ts'
import { businessDateOf } from '../../src/domain/leasing/business-date.ts'
import { pinClock as pinByHand, rowsOf } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})

afterAll(async () => {
  await db.drop()
})

/** One command line, in English unless it says otherwise. */
async function hapi(...argv: readonly string[]) {
  const out = { stdout: '', stderr: '' }
  const code = await runProgram(argv, {
    environment: { DATABASE_URL: db.url, HAPI_LANG: 'en' },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: (async function* () {})(),
    stdout: { write: (text) => void (out.stdout += text) },
    stderr: { write: (text) => void (out.stderr += text) },
    start: async () => {},
    seed: async () => {},
  })
  return { code, ...out }
}

const clock = (...argv: readonly string[]) =>
  hapi('sandbox', 'clock', '--account', 'DEV/ALEX', ...argv)

async function shown(...argv: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await clock('--json', ...argv)
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

async function accountRow(databaseName: string): Promise<unknown[] | undefined> {
  const [row] = await rowsOf(
    db.database,
    1,
    'select states_date, pinned_at from accounts where database_name = $1',
    [databaseName],
  )
  return row
}

describe('hapi sandbox clock', () => {
  test('shows, sets and advances; the days between have passed', async () => {
    const alex = { databaseName: 'DEV/ALEX' }
    expect(await shown()).toEqual({
      ...alex,
      pinnedAt: '2026-06-15T04:05:00.000Z',
      businessDate: '2026-06-15',
    })
    expect(await shown('--set', '2026-06-16')).toMatchObject({
      pinnedAt: '2026-06-16T04:05:00.000Z',
    })
    expect(await shown('--set', '2026-06-16T17:00:00Z')).toMatchObject({
      pinnedAt: '2026-06-16T17:00:00.000Z',
    })
    expect(await shown('--advance', '15d')).toMatchObject({ businessDate: '2026-07-01' })
    expect(await accountRow('DEV/ALEX')).toEqual(['2026-07-01', '2026-07-01 04:05:00+00'])
    const advanced = await clock('--advance', '1m', '--lang', 'fr')
    expect(advanced).toMatchObject({ code: 0, stderr: '… 2026-08-01\n' })
    expect(advanced.stdout).toContain('2026-08-01T04:05:00Z')
  })

  test('refuses to go back, in both languages, and what it does not understand', async () => {
    expect(await clock('--set', '2026-07-31')).toEqual({
      code: 4,
      stdout: '',
      stderr:
        'The clock stands at 2026-08-01T04:05:00Z and moves forward only; 2026-07-31T04:05:00Z is past.\n',
    })
    expect((await clock('--set', '2026-07-31', '--lang', 'fr')).stderr).toContain(
      "n'avance que vers l'avant",
    )
    expect((await clock('--advance', '1y')).code).toBe(2)
    expect((await clock('--advance', '1d', '--pin')).code).toBe(2)
    expect((await hapi('sandbox', 'clock')).code).toBe(2)
  })

  test('pin stops a real clock, release lets it run after the days up to today', async () => {
    const before = Date.now()
    await shown('--release')
    const [statesDate, pinnedAt] = (await accountRow('DEV/ALEX')) ?? []
    expect([statesDate, pinnedAt]).toEqual([businessDateOf(new Date(before)), null])
    expect((await clock('--advance', '1d')).code).toBe(4)
    const pinned = await shown('--pin')
    expect(pinned).toMatchObject({ businessDate: statesDate })
    expect(await shown('--pin')).toEqual(pinned)
  }, 120_000)
})

describe('hapi day', () => {
  test('brings every account to its business date', async () => {
    await pinByHand(db.database, 2, '2026-06-20T12:00:00Z')
    expect(await hapi('day', '--account', 'DEV/BEATRICE', '--quiet')).toMatchObject({
      code: 0,
      stdout: '2026-06-20\n',
    })
    expect(await accountRow('DEV/BEATRICE')).toEqual(['2026-06-20', '2026-06-20 12:00:00+00'])
  })
})

describe('R-005 The daily job at 00:05', () => {
  const logged: object[] = []
  const logger = {
    info: (fields: object) => void logged.push(fields),
    error: (fields: object) => void logged.push(fields),
  }

  /** The job that a process starts at this time, until it has told of so many accounts. */
  async function roundAt(instant: string, accounts = 1): Promise<void> {
    const before = logged.length
    const stop = startDailyJob({ database: db.database, now: () => new Date(instant), logger })
    const deadline = Date.now() + 20_000
    while (logged.length < before + accounts && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 10))
    await stop()
  }

  test('accounts with a real clock come to today, sandboxes stay, and before 00:05 it is yesterday', async () => {
    await rowsOf(
      db.database,
      2,
      `update accounts set pinned_at = null, states_date = '2026-06-30' where account_id = $1`,
      [2],
    )
    const sandbox = await accountRow('DEV/ALEX')
    await roundAt('2026-07-01T04:04:59Z')
    expect(await accountRow('DEV/BEATRICE')).toEqual(['2026-06-30', null])
    await roundAt('2026-07-01T04:05:00Z')
    expect(await accountRow('DEV/BEATRICE')).toEqual(['2026-07-01', null])
    expect(await accountRow('DEV/ALEX')).toEqual(sandbox)
    expect(logged.at(-1)).toMatchObject({ accountId: 2, day: '2026-07-01' })
  })

  test('an account that fails is logged and does not keep the others back', async () => {
    const [row] = await rowsOf(
      db.database,
      1,
      `insert into accounts (database_name, name, states_date) values ('AAA', 'Vide', '2026-07-01') returning account_id`,
    )
    await rowsOf(
      db.database,
      2,
      `create function fail() returns trigger language plpgsql as $$ begin raise 'broken'; end $$;
       create trigger fail before update on accounts for each row when (new.database_name = 'AAA') execute function fail()`,
    )
    await roundAt('2026-07-02T05:00:00Z', 2)
    expect(logged).toContainEqual(
      expect.objectContaining({ accountId: Number(row?.[0]), err: expect.any(Error) }),
    )
    expect((await accountRow('DEV/BEATRICE'))?.[0]).toBe('2026-07-02')
  })
})
