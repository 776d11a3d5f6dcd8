/** `hapi audit list` and `export`: what they show, what anybody can verify, and that they are acts themselves. */

import { createHash } from 'node:crypto'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTellingHeads } from '../../src/audit/heads.ts'
import { sealAll } from '../../src/audit/sealer.ts'
import { runProgram } from '../../src/cli/program.ts'
import { sinkOf, type TextSink } from '../../src/cli/text-sink.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
  await app.ask('/api/Tenants(9101)', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: '{"City":"Lévis \\"est\\""}',
  })
  await app.ask('/api/Tenants(9101)')
  await app.ask('/api/AuditEntries')
  await app.happenings.flush()
})

afterAll(() => app.close())

function hapi(...argv: readonly string[]) {
  const stdout: string[] = []
  return run(argv, { write: (text) => stdout.push(text) }, stdout)
}

async function run(argv: readonly string[], sink: TextSink, stdout: readonly string[] = []) {
  const stderr: string[] = []
  const code = await runProgram(argv, {
    environment: { DATABASE_URL: app.db.url, HAPI_LANG: 'en' },
    configFile: '/nowhere/hapi.config.json',
    version: '1.2.3',
    stdin: (async function* () {})(),
    stdout: sink,
    stderr: { write: (text) => stderr.push(text) },
    start: async () => {},
    seed: async () => {},
  })
  return { code, stdout: stdout.join(''), stderr: stderr.join('') }
}

async function listed(...flags: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const { code, stdout, stderr } = await hapi('audit', 'list', '--json', ...flags)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

/** Numbers of the entries of an account that a condition finds. */
function idsWhere(condition: string): Promise<readonly string[]> {
  return app.column<string>(
    `select id::text from audit.entries where account_id = 1 and ${condition} order by at, entries.id`,
  )
}

const idsOf = (entries: readonly Record<string, unknown>[]) => entries.map(({ id }) => id)

describe('hapi audit list', () => {
  test.each([
    [['--kind', 'update', '--entity', 'Tenant'], "kind = 'UPDATE' and entity = 'Tenant'"],
    [['--kind', 'REFUSAL'], "kind = 'REFUSAL'"],
    [['--who', 'crm'], "user_name = 'crm'"],
    [['--who', 'CRM Boréal'], "integrator_name = 'CRM Boréal'"],
    [
      ['--entity', 'Tenant', '--id', '9101'],
      "entity = 'Tenant' and (entity_id = 9101 or 9101 = any (entity_ids))",
    ],
    [['--from', '2999-01-01'], 'false'],
    [['--to', '2999-01-01', '--kind', 'read'], "kind = 'READ'"],
  ])('%j shows what it asks for, and no more', async (flags, condition) => {
    const found = idsOf(await listed('--account', 'DEV/ALEX', ...flags))
    const expected = await idsWhere(condition)
    if (condition !== 'false') expect(expected).not.toEqual([])
    expect(found).toEqual(expected)
  })

  test('goes on after a page, in the order of time', async () => {
    await app.sql(
      `insert into audit.pending (account_id, actor, kind, at)
       select 2, audit.actor(), 'COMMAND', now() - n % 7 * interval '1 day' from generate_series(1, 2500) n`,
    )
    const entries = await listed()
    const expected = await app.column<string>(
      'select id::text from audit.entries where account_id = 2 order by at, entries.id',
    )
    expect(idsOf(entries.filter(({ accountId }) => accountId === 2))).toEqual(expected)
    expect(expected.length).toBeGreaterThan(2_500)
  })

  test('shows people a table, with what was changed, refused or read', async () => {
    const { stdout } = await hapi('audit', 'list', '--account', 'DEV/ALEX', '--who', 'crm')
    const [head = '', ...lines] = stdout.trimEnd().split('\n')
    expect(head.split(/ {2,}/)).toEqual([
      'Account',
      'Date',
      'Act',
      'Who',
      'Key',
      'Entity',
      'Id',
      'Detail',
    ])
    const cells = lines.map((line) => line.split(/ {2,}/).toSpliced(1, 1).toSpliced(3, 1))
    expect(cells).toContainEqual(['1', 'UPDATE', 'crm', 'Tenant', '9101', '{"City":[null,"***"]}'])
    expect(cells).toContainEqual([
      '1',
      'READ',
      'crm',
      'Tenant',
      '9101',
      expect.stringMatching(/^GET \/api\/Tenants\(\?\) \S*127\.0\.0\.1$/),
    ])
  })
})

describe('hapi audit export', () => {
  test('writes whole chains, which anybody can verify', async () => {
    const { code, stdout } = await hapi('audit', 'export')
    expect(code).toBe(0)
    const [first = '', ...lines] = stdout.trimEnd().split('\n')
    const { members, heads } = JSON.parse(first) as {
      members: string[]
      heads: { accountId: number; entries: string; head: string }[]
    }
    const ends = new Map<string, { id: string; hash: string }>()
    for (const text of lines) {
      const { hash, line } = JSON.parse(text) as { hash: string; line: string }
      const [account = '', id = ''] = JSON.parse(line) as string[]
      const before = ends.get(account)
      expect(id).toBe(String(Number(before?.id ?? 0) + 1))
      const made = createHash('sha256')
        .update(Buffer.from(before?.hash ?? '00'.repeat(32), 'hex'))
        .update(line)
      expect(made.digest('hex')).toBe(hash)
      ends.set(account, { id, hash })
    }
    for (const { accountId, entries, head } of heads)
      expect(ends.get(String(accountId))).toEqual({ id: entries, hash: head })
    expect([...ends.keys()]).toEqual(['0', '1', '2'])
    const patch = lines.find((text) => text.includes('UPDATE') && text.includes('Tenant')) ?? ''
    const values = JSON.parse(JSON.parse(patch).line) as string[]
    expect(values[members.indexOf('changes')]).toBe('{"City":[null,"***"]}')
    expect(stdout).not.toContain('Lévis')
  })
})

describe('A reader of stdout', () => {
  const commands = ['list', 'list --json', 'export'].map((line) => ['audit', ...line.split(' ')])

  test.each(commands)(
    'that is slow holds back hapi %s %s: a page waits, not the whole',
    async (...argv) => {
      let [texts, waiting] = [0, 0]
      const slow = new Writable({
        write(_chunk, _encoding, done) {
          texts++
          waiting = Math.max(waiting, slow.writableLength)
          void setTimeout(20).then(() => done())
        },
      })
      const longest = Math.max(...(await pagesOf(argv)).map((text) => Buffer.byteLength(text)))
      expect(await run(argv, sinkOf(slow))).toMatchObject({ code: 0, stderr: '' })
      expect(texts).toBeGreaterThan(3)
      expect(waiting).toBeLessThanOrEqual(longest * 1.1)
    },
  )

  test.each(commands)('that has read enough ends hapi %s %s without a word', async (...argv) => {
    const head = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
    expect(await run(argv, sinkOf(head))).toMatchObject({ code: 0, stderr: '' })
  })

  async function pagesOf(argv: readonly string[]): Promise<readonly string[]> {
    const texts: string[] = []
    await run(argv, { write: (text) => texts.push(text) })
    return texts
  }
})

describe('Commands that change no row', () => {
  test.each([
    [['audit', 'list', '--account', 'DEV/ALEX', '--entity', 'Nothing'], 1],
    [['audit', 'export', '--account', 'DEV/ALEX'], 1],
    [['audit', 'verify'], 0],
    [['documents', 'move', '--to', 'postgres'], 1],
  ] as const)('hapi %j is in the audit, by whoever ran it', async (argv, accountId) => {
    expect(await hapi(...argv)).toMatchObject({ code: 0 })
    await sealAll(app.database)
    const [entry] = await app.sql<{ process: string; channel: string; request: string }>(
      `select process, channel, request from audit.entries where account_id = $1 and kind = 'COMMAND' order by id desc limit 1`,
      [accountId],
    )
    const command = ['hapi', ...argv]
    expect(entry).toEqual({
      channel: 'cli',
      process: command.slice(0, 3).join(' '),
      request: command.join(' '),
    })
  })
})

describe('Heads of the chains', () => {
  test('are in the log, to be kept elsewhere', async () => {
    const told: object[] = []
    await sealAll(app.database)
    const stop = startTellingHeads({
      database: app.database,
      logger: { info: (details) => told.push(details), error: () => {} },
    })
    await stop()
    const heads = await app.sql(
      `select account_id as "accountId", last_id::text as entries, encode(hash, 'hex') as head from audit.chains order by 1`,
    )
    expect(told).toEqual([{ heads }])
  })
})
