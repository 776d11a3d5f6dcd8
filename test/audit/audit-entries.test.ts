/** The audit as administrators read it: a set like any other, of their own account alone, that nobody writes. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sealAll } from '../../src/audit/sealer.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { readEntries } from './replay.ts'

let app: TestApp
const as = 'administrator'
const MINIMAL = { accept: 'application/json;odata.metadata=minimal' }

beforeAll(async () => {
  app = await startTestApp()
  for (const City of ['Lévis', 'Gatineau', 'Laval'])
    expect(
      (
        await app.ask('/api/Tenants(9101)', {
          method: 'PATCH',
          headers: { 'content-type': 'application/json', 'x-request-id': `to-${City.length}` },
          body: JSON.stringify({ City, Language: City === 'Laval' ? 'A' : 'F' }),
        })
      ).status,
    ).toBeLessThan(300)
  await sealAll(app.database)
})

afterAll(() => app.close())

describe('AuditEntries', () => {
  test('shows every entry of the account, and of no other, with the number and hash of its chain', async () => {
    await app.sql("update tenants set language = 'A' where account_id = 2")
    const rows = await app.rows('/api/AuditEntries', { as })
    const stored = await app.sql<{ id: string; hash: string }>(
      "select id, encode(hash, 'hex') as hash from audit.entries where account_id = 1 order by id",
    )
    expect(rows.map(({ Id, Hash }) => ({ id: String(Id), hash: Hash }))).toEqual(stored)
    expect(stored.length).toBeGreaterThan(10)
  })

  test('tells who did what by which request, with personal values hidden', async () => {
    const [row] = await app.rows(
      "/api/AuditEntries?$filter=Entity eq 'Tenant' and EntityId eq 9101 and Kind eq 'update '&$orderby=Id desc&$top=1",
      { as },
    )
    const { integrator, userName } = app.clients.integrator
    expect(row).toMatchObject({
      Kind: 'UPDATE',
      Channel: 'API',
      IntegratorName: integrator,
      UserName: userName,
      RequestId: 'to-5',
      Entity: 'Tenant',
      EntityId: 9101,
      EntityIds: [],
      Occurrences: 1,
    })
    expect(JSON.parse(String(row?.['Changes']))).toEqual({
      City: ['***', '***'],
      Language: ['F', 'A'],
    })
  })

  test('is filtered, sorted, counted, paged and grouped like any other set', async () => {
    const entries = await readEntries(app, 1)
    const tenants = entries.filter(({ entity }) => entity === 'Tenant').map(({ id }) => Number(id))
    expect(
      await app.ids("/api/AuditEntries?$filter=Entity eq 'Tenant'&$orderby=OccurredDate,Id", {
        as,
      }),
    ).toEqual(tenants)
    const page = await app.ask(
      `/api/AuditEntries?$count=true&$top=2&$skip=1&$select=Id&$orderby=OccurredDate desc,Id desc`,
      { as, headers: MINIMAL },
    )
    const latest = entries.map(({ id }) => Number(id)).toReversed()
    expect(page.json).toMatchObject({
      '@odata.count': entries.length,
      value: latest.slice(1, 3).map((Id) => ({ Id })),
    })
    const first = await app.ask('/api/AuditEntries?$select=Id&$orderby=OccurredDate desc', {
      as,
      headers: { ...MINIMAL, prefer: 'odata.maxpagesize=3' },
    })
    const link = (first.json as { '@odata.nextLink': string })['@odata.nextLink']
    expect((await app.ids(link.slice(app.baseUrl.length), { as })).slice(0, 2)).toEqual(
      latest.slice(3, 5),
    )
    const groups = await app.rows<{ Entity: string; N: number }>(
      '/api/AuditEntries?$apply=groupby((Entity),aggregate($count as N))',
      { as },
    )
    expect(groups.find(({ Entity }) => Entity === 'Tenant')?.N).toBe(tenants.length)
    expect((await app.ask('/api/AuditEntries/$count', { as })).text).toBe(String(entries.length))
    const [last = 0] = latest
    expect((await app.ask(`/api/AuditEntries(${last})?$select=Id`, { as })).json).toEqual({
      Id: last,
    })
  })

  test('is found by a row that was read', async () => {
    await app.sql(
      `insert into audit.pending (account_id, actor, kind, entity, details)
       values (1, audit.actor(), 'READ', 'Owner', '{"ids":[77,78],"firstId":77,"lastId":78,"rows":2}')`,
    )
    await sealAll(app.database)
    expect(
      await app.rows(
        '/api/AuditEntries?$filter=EntityIds/any(i: i eq 78)&$select=Entity,EntityIds,FirstId,LastId,RowCount',
        { as },
      ),
    ).toEqual([{ Entity: 'Owner', EntityIds: [77, 78], FirstId: 77, LastId: 78, RowCount: 2 }])
  })

  test('is refused to whoever is not an administrator, whatever he asks of it', async () => {
    for (const path of [
      '/api/AuditEntries',
      '/api/AuditEntries(1)',
      '/api/AuditEntries/$count',
      '/api/$crossjoin(AuditEntries,Units)',
    ]) {
      const answer = await app.ask(path)
      expect([path, answer.status, answer.json]).toMatchObject([
        path,
        403,
        { error: { code: 'ADMINISTRATOR_ONLY' } },
      ])
    }
    const me = (await app.ask('/api/Me')).json as { Rights: { Set: string; CanRead: boolean }[] }
    expect(me.Rights.find(({ Set }) => Set === 'AuditEntries')?.CanRead).toBe(false)
  })

  test('is written by nobody: 405, with the methods that there are', async () => {
    for (const [method, path] of [
      ['POST', '/api/AuditEntries'],
      ['PATCH', '/api/AuditEntries(1)'],
      ['DELETE', '/api/AuditEntries(1)'],
    ] as const) {
      const answer = await app.ask(path, {
        as,
        method,
        headers: { 'content-type': 'application/json' },
        body: method === 'DELETE' ? '' : '{"Kind":"READ"}',
      })
      expect([method, answer.status, answer.headers.allow]).toEqual([
        method,
        405,
        'GET, HEAD, OPTIONS',
      ])
    }
  })

  test('a session that was opened for an integrator sees no row, whatever its statement', async () => {
    const seen = async (userId: string): Promise<number> =>
      app.database.readingTransaction(
        async (client) => {
          await client.query("select set_config('hapi.user_id', $1, true)", [userId])
          const { rows } = await client.query('select from audit_entries limit 1')
          return rows.length
        },
        { accountId: 1 },
      )
    expect([await seen('2'), await seen('all')]).toEqual([0, 1])
  })
})
