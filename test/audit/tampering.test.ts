/** Security §6: an entry that is altered, removed, added or moved is named by `hapi audit verify`. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '../../src/audit/verify.ts'
import { runProgram } from '../../src/cli/program.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  for (let n = 1; n <= 30; n++)
    await run(
      `update buildings set civic_no_and_street = 'é"\\${n}' where account_id = 1 and id = (select min(id) from buildings where account_id = 1)`,
    )
})

afterAll(() => db.drop())

const run = (text: string) => db.database.transaction((client) => client.query(text))

/** With triggers off, as only the owner of the database can. */
async function tampered(...statements: string[]) {
  await verifyAudit(db.database)
  await run(
    'create table kept as select * from audit.entries; create table ends as select * from audit.chains',
  )
  try {
    await run(`set local session_replication_role = replica; ${statements.join(';')}`)
    return (await verifyAudit(db.database)).findings
  } finally {
    await run(`set local session_replication_role = replica;
      delete from audit.entries; insert into audit.entries select * from kept;
      delete from audit.chains; insert into audit.chains select * from ends;
      drop table kept, ends`)
  }
}

describe('hapi audit verify', () => {
  test('finds nothing in what nobody has touched', async () => {
    const { findings, chains } = await verifyAudit(db.database)
    expect(findings).toEqual([])
    expect(chains.map(({ accountId }) => accountId)).toEqual([0, 1, 2])
    expect(Number(chains[1]?.entries)).toBeGreaterThan(20)
  })

  test.each(['changes', 'user_name', 'process', 'code', 'entity_key'])(
    'names an altered %s',
    async (column) => {
      expect(
        await tampered(
          `update audit.entries set ${column} = '{"x":[1,2]}' where account_id = 1 and id = 7`,
        ),
      ).toEqual([{ accountId: 1, id: '7', problem: 'ALTERED' }])
    },
  )

  test('names a line whose hash was made to fit by the one after it', async () => {
    expect(
      await tampered(
        `update audit.entries e set changes = '{}' where account_id = 1 and id = 7`,
        `update audit.entries e set hash = sha256((select hash from audit.entries p where p.account_id = 1 and p.id = 6) || convert_to(audit.line(e), 'UTF8')) where account_id = 1 and id = 7`,
      ),
    ).toEqual([{ accountId: 1, id: '8', problem: 'ALTERED' }])
  })

  test('names what is missing, in the middle, at the beginning and at the end', async () => {
    const missing = (id: string) => [{ accountId: 1, id, problem: 'MISSING' }]
    expect(await tampered('delete from audit.entries where account_id = 1 and id = 7')).toEqual(
      missing('7'),
    )
    expect(await tampered('delete from audit.entries where account_id = 1 and id = 1')).toEqual(
      missing('1'),
    )
    expect(await tampered('delete from audit.entries where account_id = 1 and id >= 9')).toEqual(
      missing('9'),
    )
  })

  test('names a line that was added behind the end, and one between others', async () => {
    const { chains } = await verifyAudit(db.database)
    const last = Number(chains[1]?.entries)
    const copy = (to: string) =>
      `insert into audit.entries select (jsonb_populate_record(e, jsonb_build_object('id', ${to}))).* from audit.entries e where account_id = 1 and id = 5`
    expect(await tampered(copy(String(last + 1)))).toEqual([
      { accountId: 1, id: String(last + 1), problem: 'ALTERED' },
      { accountId: 1, id: String(last + 1), problem: 'INSERTED' },
    ])
    const shifted = await tampered(
      'update audit.entries set id = -id where account_id = 1 and id >= 7',
      'update audit.entries set id = 1 - id where account_id = 1 and id < 0',
      copy('7'),
    )
    expect(shifted[0]).toEqual({ accountId: 1, id: '7', problem: 'ALTERED' })
  })

  test('names two lines that have changed places', async () => {
    const swapped = await tampered(
      'update audit.entries set id = -id where account_id = 1 and id in (7, 12)',
      'update audit.entries set id = 19 + id where account_id = 1 and id < 0',
    )
    expect(swapped.map(({ id }) => id)).toEqual(expect.arrayContaining(['7', '12']))
  })

  test('a head that was noted elsewhere reveals a chain that was rewritten as a whole', async () => {
    const { chains } = await verifyAudit(db.database)
    const head = chains[1]?.head ?? ''
    expect((await verifyAudit(db.database, [head])).missingHeads).toEqual([])
    expect((await verifyAudit(db.database, ['00'.repeat(32)])).missingHeads).toHaveLength(1)
    const told: string[] = []
    const code = await runProgram(['audit', 'verify', '--head', '00'.repeat(32)], {
      environment: { DATABASE_URL: db.url, HAPI_LANG: 'en' },
      configFile: '/nowhere/hapi.config.json',
      version: '1.2.3',
      stdin: (async function* () {})(),
      stdout: { write: () => true },
      stderr: { write: (text) => told.push(text) },
      start: async () => {},
      seed: async () => {},
    })
    expect([code, told.join('')]).toEqual([4, expect.stringContaining('hash not found')])
  })
})
