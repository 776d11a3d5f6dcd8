import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { domainTypes } from '../../src/model/model.ts'
import { tableName } from '../../src/model/naming.ts'
import { expectedRows, listOf } from '../support/row-oracle.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'
import { addForeignRows, FOREIGN_ID, MARKER } from './foreign-rows.ts'
import { requests } from './query-generator.ts'

/** Both accounts, and an equal database from which account 2 was removed. */
let app: TestApp
let alone: TestApp

beforeAll(async () => {
  app = await startTestApp({ prepare: addForeignRows })
  alone = await startTestApp()
  await removeOtherAccount(alone)
}, 120_000)

afterAll(async () => {
  await app.close()
  await alone.close()
})

async function removeOtherAccount(on: TestApp): Promise<void> {
  await on.db.database.transaction(async (client) => {
    await client.query("set local session_replication_role = 'replica'")
    for (const type of domainTypes)
      await client.query(`delete from ${tableName(type)} where account_id = 2`)
  })
}

/** The demo's marker of the second account, whatever its name. */
async function demoMarker(): Promise<string> {
  const [name = ''] = await app.column<string>(
    'select last_name from tenants where account_id = 2 and id = 1',
  )
  return name.split(' ').at(-1) ?? ''
}

/** The parts of an answer that say something of the data: addresses and request ids differ by nature. */
function essence(answer: Answer, on: TestApp): { status: number; text: string } {
  return {
    status: answer.status,
    text: answer.text.replaceAll(on.baseUrl, '').replace(/"requestId":"[^"]*"/g, '"requestId":""'),
  }
}

const seed = Number(process.env['HAPI_TEST_SEED'] ?? 20_260_615)
const RUNS = 400

async function expectIsolation(): Promise<void> {
  const marker = await demoMarker()
  const ownLimits = { texts: [MARKER, marker, 'Tremblay'], ids: [FOREIGN_ID, 1, 630, 1448, 9001] }
  let answered = 0
  await fc.assert(
    fc.asyncProperty(requests(ownLimits), async (path) => {
      const headers = { prefer: 'odata.maxpagesize=40' }
      const answer = await app.ask(path, { as: 'administrator', headers })
      const reference = await alone.ask(path, { as: 'administrator', headers })
      expect([path, answer.status === 501 || answer.status < 500]).toEqual([path, true])
      expect([path, essence(answer, app)]).toEqual([path, essence(reference, alone)])
      if (answer.status === 200) {
        answered += 1
        // The next link repeats the request, whose own words are no answer.
        const said = answer.text.replace(/"@odata\.nextLink":"[^"]*"/, '')
        for (const foreign of [MARKER, ` ${marker}`, `:${FOREIGN_ID}`])
          expect([path, said.includes(foreign)]).toEqual([path, false])
      }
    }),
    { numRuns: RUNS, seed },
  )
  // A generator that produced refusals alone would prove nothing.
  expect(answered).toBeGreaterThan(RUNS * 0.6)
}

async function expectForeignIdsMissing(): Promise<void> {
  const [foreign] = await app.column<number>(
    'select count(*)::integer from tenants where account_id = 2 and id = $1',
    [FOREIGN_ID],
  )
  expect(foreign).toBe(1)
  for (const type of domainTypes) {
    const [sample] = type.navigation
    for (const rest of [
      '',
      '/Id',
      '/Id/$value',
      ...(sample === undefined ? [] : [`/${sample.name}`]),
    ]) {
      const there = await app.ask(`/api/${type.set}(${FOREIGN_ID})${rest}`, { as: 'administrator' })
      const nowhere = await app.ask(`/api/${type.set}(${FOREIGN_ID + 1})${rest}`, {
        as: 'administrator',
      })
      expect([type.set, rest, there.status]).toEqual([type.set, rest, 404])
      expect(essence(there, app)).toEqual({
        status: 404,
        text: essence(nowhere, app).text.replace(String(FOREIGN_ID + 1), String(FOREIGN_ID)),
      })
    }
  }
}

async function expectWholeListsOfOwnRows(): Promise<void> {
  for (const type of domainTypes) {
    const one = await app.ask(`/api/${type.set}`, { as: 'administrator' })
    expect([type.set, one.text]).toEqual([type.set, listOf(await expectedRows(app, type.set))])
    const two = await app.ask(`/api/${type.set}`, { as: 'other' })
    const rows = await expectedRows(app, type.set, { accountId: 2 })
    expect([type.set, two.text]).toEqual([type.set, listOf(rows)])
  }
}

describe('accounts are apart (OWASP API1), with row-level security on', () => {
  test('account 2 really has what account 1 must not see', async () => {
    for (const type of domainTypes) {
      const [rows] = await app.column<number>(
        `select count(*)::integer from ${tableName(type)} where account_id = 2 and id = $1`,
        [FOREIGN_ID],
      )
      expect([type.set, rows]).toEqual([type.set, 1])
    }
    const text = (await app.ask(`/api/Tenants(${FOREIGN_ID})`, { as: 'other' })).text
    expect(text).toContain(MARKER)
  })

  test('every list is that of the own account, to the byte', expectWholeListsOfOwnRows, 60_000)
  test('a foreign id answers exactly like a missing one', expectForeignIdsMissing, 60_000)
  test(`${RUNS} random requests answer as if account 1 were alone`, expectIsolation, 240_000)
})

describe('accounts are apart by the compiled statements alone, row-level security off', () => {
  beforeAll(async () => {
    const tables = domainTypes.map(tableName)
    for (const table of tables) await app.sql(`alter table ${table} disable row level security`)
    const [policed = 0] = await app.column<number>(
      'select count(*)::integer from pg_class where relrowsecurity and relname = any ($1)',
      [tables],
    )
    expect(policed).toBe(0)
  })

  test('every list is that of the own account, to the byte', expectWholeListsOfOwnRows, 60_000)
  test('a foreign id answers exactly like a missing one', expectForeignIdsMissing, 60_000)
  test(`${RUNS} random requests answer as if account 1 were alone`, expectIsolation, 240_000)
})

describe('accounts are apart when both ask at once', () => {
  test('two hundred requests of both, each with its own rows', async () => {
    const sets = ['Buildings', 'Tenants', 'Owners', 'Services', 'UnavailableUnits']
    const accounts = { administrator: 1, other: 2 } as const
    const expected = new Map<string, string>()
    for (const set of sets)
      for (const [as, accountId] of Object.entries(accounts))
        expected.set(`${as} ${set}`, listOf(await expectedRows(app, set, { accountId })))
    const asked = Array.from({ length: 200 }, (_, index) => ({
      as: index % 3 === 0 ? ('other' as const) : ('administrator' as const),
      set: sets[index % sets.length] ?? '',
    }))
    const answers = await Promise.all(
      asked.map(async ({ as, set }) => [as, set, (await app.ask(`/api/${set}`, { as })).text]),
    )
    for (const [as, set, text] of answers)
      expect([as, set, text === expected.get(`${as} ${set}`)]).toEqual([as, set, true])
  })
})

describe('row-level security alone', () => {
  test('a reading session sees the rows of its account without any condition', async () => {
    for (const type of domainTypes)
      await app.sql(`alter table ${tableName(type)} enable row level security`)
    const client = await app.db.database.connectReader()
    try {
      await client.query('begin')
      await client.query("select set_config('hapi.account_id', '1', true)")
      for (const type of domainTypes) {
        const { rows } = await client.query<{ seen: number }>(
          `select count(*)::integer as seen from ${tableName(type)} where account_id <> 1`,
        )
        expect([type.set, rows[0]?.seen]).toEqual([type.set, 0])
      }
      await client.query('commit')
      await client.query('begin')
      const { rows } = await client.query<{ seen: number }>(
        'select count(*)::integer as seen from buildings',
      )
      expect(rows[0]?.seen).toBe(0)
      await client.query('commit')
    } finally {
      client.release()
    }
  })
})
