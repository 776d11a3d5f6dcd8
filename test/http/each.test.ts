/** `…/$each`: one change for all members of a collection. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { type Answer, type AskOptions, startTestApp, type TestApp } from '../support/test-app.ts'
import { refusalOf, rowOf } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

function send(
  method: string,
  path: string,
  body?: unknown,
  options: AskOptions = {},
): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...options.headers }
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  return app.ask(path, { ...options, method, headers, ...content })
}

const OF_TENANT = { CompanyNo: 3, DivisionNo: 2, TenantId: 9116 }

let marks = 0

/** Notes that no other test has, and the filter that finds them. */
async function newNotes(count: number): Promise<{ ids: number[]; mark: string; each: string }> {
  const mark = `each ${++marks}`
  const ids: number[] = []
  for (let index = 0; index < count; index++) {
    const made = await send('POST', '/api/Notes', { ...OF_TENANT, Body: mark })
    ids.push(rowOf(made).Id)
  }
  return { ids, mark, each: `/api/Notes/$filter(Body eq '${mark}')/$each` }
}

async function bodies(ids: readonly number[]): Promise<readonly string[]> {
  return app.column('select body from notes where account_id = 1 and id = any($1) order by id', [
    ids,
  ])
}

describe('Protocol 4.01 §11.4.13 Update Members of a Collection', () => {
  test('changes each member and no other row', async () => {
    const { ids, each } = await newNotes(3)
    const others = await app.column(
      "select md5(string_agg(body, '' order by id)) from notes where not id = any($1)",
      [ids],
    )
    const answer = await send('PATCH', each, { Body: 'changed' })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(await bodies(ids)).toEqual(['changed', 'changed', 'changed'])
    expect(
      await app.column(
        "select md5(string_agg(body, '' order by id)) from notes where not id = any($1)",
        [ids],
      ),
    ).toEqual(others)
  })

  test('by a navigation, chained filters, aliases and the own type', async () => {
    const { ids, mark } = await newNotes(2)
    const path = `/api/Tenants(9116)/Notes/Primmo.HApi.Note/$filter(Body eq @b)/$filter(Id gt ${ids[0]})/$each?@b='${mark}'`
    expect((await send('PATCH', path, { Body: 'second' })).status).toBe(204)
    expect(await bodies(ids)).toEqual([mark, 'second'])
    const elsewhere = `/api/Tenants(9101)/Notes/$filter(Body eq '${mark}')/$each`
    expect((await send('DELETE', elsewhere)).status).toBe(204)
    expect(await bodies(ids)).toEqual([mark, 'second'])
    const nowhere = await send('PATCH', '/api/Tenants(77)/Notes/$each', { Body: 'x' })
    expect(refusalOf(nowhere).slice(0, 2)).toEqual([404, 'RECORD_NOT_FOUND'])
  })

  test('none is changed when one cannot be, and the refusal says which', async () => {
    const { ids, each } = await newNotes(2)
    const [first = 0, second = 0] = ids
    const [building] = await app.ids(
      '/api/Buildings?$filter=CompanyNo eq 3 and DivisionNo eq 2&$top=1',
    )
    await send('PATCH', `/api/Notes(${second})`, { BuildingId: building })
    const before = await bodies(ids)
    // The first one would concern nobody; the second one still a building.
    const [status, code, target] = refusalOf(
      await send('PATCH', each, { TenantId: null, Body: 'x' }),
    )
    expect([status, code]).toEqual([400, 'NOTE_TARGET_REQUIRED'])
    expect(target).toContain(`Notes(${first})`)
    await send('PATCH', `/api/Notes(${first})`, { BuildingId: building })
    await send('PATCH', `/api/Notes(${second})`, { BuildingId: null })
    const last = refusalOf(await send('PATCH', each, { TenantId: null, Body: 'x' }))
    expect(last[2]).toContain(`Notes(${second})`)
    expect(await bodies(ids)).toEqual(before)
    expect(await app.column('select tenant_id from notes where id = any($1)', [ids])).toEqual([
      9116, 9116,
    ])
  })

  test('nobody is a member: 204', async () => {
    for (const method of ['PATCH', 'DELETE'])
      expect((await send(method, '/api/Notes/$filter(Id lt 0)/$each', { Body: 'x' })).status).toBe(
        204,
      )
  })

  test('more members than the limit: none is changed, and the limit is told', async () => {
    await app.sql(
      `insert into notes (account_id, id, company_no, division_no, ledger_division_id, note_date, tenant_id, body)
       select account_id, 800000 + i, company_no, division_no, ledger_division_id, now(), id, 'many'
       from tenants, generate_series(1, 1001) i where account_id = 1 and id = 9116`,
    )
    const answer = await send('DELETE', "/api/Notes/$filter(Body eq 'many')/$each")
    expect(refusalOf(answer).slice(0, 2)).toEqual([400, 'LIMIT_EXCEEDED'])
    expect(answer.text).toContain('1000')
    expect(await app.column("select count(*)::int from notes where body = 'many'")).toEqual([1001])
  })

  test('a dry run changes nothing; a repeated request is answered once', async () => {
    const { ids, mark, each } = await newNotes(1)
    const dry = await send('PATCH', `${each}?dryRun=true`, { Body: 'x' })
    expect([dry.status, dry.headers['dry-run'], await bodies(ids)]).toEqual([204, 'true', [mark]])
    const headers = { 'idempotency-key': mark.replace(' ', '-'), prefer: 'return=representation' }
    const once = await send('DELETE', each, undefined, { headers })
    expect([once.status, once.headers['preference-applied']]).toEqual([204, 'return=minimal'])
    const again = await send('DELETE', each, undefined, { headers })
    expect([again.status, again.headers['idempotency-replayed']]).toEqual([204, 'true'])
  })

  test('what would say otherwise which rows are meant is refused', async () => {
    const { ids, mark, each } = await newNotes(1)
    for (const option of [
      '$filter=Id lt 0',
      '$search=zzz',
      '$top=0',
      '$skip=1',
      '$apply=filter(Id lt 0)',
    ])
      expect([option, refusalOf(await send('DELETE', `${each}?${option}`)).slice(0, 2)]).toEqual([
        option,
        [400, 'OPTION_NOT_APPLICABLE'],
      ])
    for (const name of ['if-match', 'if-none-match']) {
      const answer = await send('DELETE', each, undefined, { headers: { [name]: 'W/"1"' } })
      expect(refusalOf(answer).slice(0, 2)).toEqual([400, 'INVALID_OPTION_VALUE'])
    }
    const nested = { Building: { Name: 'x' } }
    expect((await send('PATCH', each, nested)).status).toBe(501)
    expect((await send('POST', `${each}/Cancel`, {})).status).toBe(501)
    expect(await bodies(ids)).toEqual([mark])
  })

  test('two writers at once: each member has the value of one of them', async () => {
    const { ids, mark } = await newNotes(4)
    const path = `/api/Notes/$filter(startswith(Body,'${mark}'))/$each`
    const answers = await Promise.all(
      ['A', 'B'].map((end) => send('PATCH', path, { Body: mark + end })),
    )
    expect(answers.map(({ status }) => status)).toEqual([204, 204])
    expect(new Set(await bodies(ids)).size).toBe(1)
  })
})

describe('R-010, R-011: who may', () => {
  test("another account's rows are no members", async () => {
    const { ids, mark, each } = await newNotes(1)
    expect((await send('DELETE', each, undefined, { as: 'other' })).status).toBe(204)
    expect(await bodies(ids)).toEqual([mark])
  })

  test('what is offered is allowed, and nothing else', async () => {
    const { each } = await newNotes(1)
    const options = await app.ask(each, { method: 'OPTIONS' })
    expect(options.headers.allow).toBe('PATCH, DELETE, OPTIONS')
    const put = await send('PUT', each, { Body: 'x' })
    expect([put.status, put.headers.allow]).toEqual([405, 'PATCH, DELETE, OPTIONS'])
    expect((await app.ask(each)).status).toBe(501)
  })

  test('needs the right to write, and the right to read what is looked for', async () => {
    const { ids, mark, each } = await newNotes(1)
    const { databaseName, userName } = app.clients.revocable
    const withdraw = (operation: 'delete' | 'read'): Promise<unknown> =>
      revokeRight(app.db.database, { databaseName, userName }, { set: 'Notes', operation })
    await withdraw('delete')
    const as = 'revocable'
    const code = async (method: string): Promise<unknown> =>
      refusalOf(await send(method, `${each}?dryRun=true`, { Body: 'x' }, { as }))[1]
    await expect.poll(() => code('DELETE')).toBe('WRITE_NOT_PERMITTED')
    await withdraw('read')
    await expect.poll(() => code('PATCH')).toBe('READ_NOT_PERMITTED')
    expect(await bodies(ids)).toEqual([mark])
  })
})

describe('Protocol 4.01 §11.7 in a batch', () => {
  test('it stands or falls with its group', async () => {
    const { ids, mark, each } = await newNotes(2)
    const request = {
      method: 'patch',
      headers: { 'content-type': 'application/json' },
      atomicityGroup: 'g',
    }
    const requests = [
      { ...request, id: '1', url: each.slice('/api/'.length), body: { Body: 'grouped' } },
      { ...request, id: '2', url: 'Notes(2147483647)', body: { Body: 'x' } },
    ]
    await send('POST', '/api/$batch', { requests })
    expect(await bodies(ids)).toEqual([mark, mark])
    await send('POST', '/api/$batch', { requests: requests.slice(0, 1) })
    expect(await bodies(ids)).toEqual(['grouped', 'grouped'])
  })
})
