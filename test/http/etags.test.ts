import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const MINIMAL = { accept: 'application/json;odata.metadata=minimal' }
const VERSION_401 = { 'odata-maxversion': '4.01' }

/** The tag by the stored date, made in SQL. */
async function storedTag(table: string, id: number): Promise<string> {
  const [tag = ''] = await app.column<string>(
    `select 'W/"' || rtrim(rtrim(to_char(modified_date at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS'), '0'), '.') || 'Z"'
     from ${table} where account_id = 1 and id = $1`,
    [id],
  )
  return tag
}

function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return app.ask(path, { headers })
}

describe('Protocol 4.01 §8.3.1 Header ETag', () => {
  test('an entity has the weak tag of its modification date, whatever $select takes', async () => {
    const tag = await storedTag('tenants', 9101)
    expect(tag).toMatch(/^W\/"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z"$/)
    for (const path of [
      '/api/Tenants(9101)',
      '/api/Tenants/9101',
      '/api/Tenants(9101)?$select=LastName',
      '/api/Tenants(9101)?$expand=Leases',
      '/api/Tenants(9101)?$select=LastName,ModifiedDate',
    ])
      expect([path, (await get(path)).headers.etag]).toEqual([path, tag])
    const head = await app.ask('/api/Tenants(9101)', { method: 'HEAD' })
    expect([head.status, head.headers.etag, head.text]).toEqual([200, tag, ''])
  })

  test('so has an entity behind a to-one navigation, and one of a to-many by its key', async () => {
    const { BuildingId } = (await get('/api/Units(2909)')).json as { BuildingId: number }
    expect((await get('/api/Units(2909)/Building?$select=Name')).headers.etag).toBe(
      await storedTag('buildings', BuildingId),
    )
    expect((await get(`/api/Buildings(${BuildingId})/Units(2909)`)).headers.etag).toBe(
      await storedTag('units', 2909),
    )
  })

  test('an entity whose expanded rows stream has it too', async () => {
    const answer = await get('/api/LedgerDivisions(1)?$expand=Leases($expand=Tenant)&$select=Id')
    expect(answer.headers['transfer-encoding']).toBe('chunked')
    expect(answer.headers.etag).toBe(await storedTag('ledger_divisions', 1))
  })

  test('collections, values, counts, properties, functions, the service document and errors have none', async () => {
    for (const path of [
      '/api/Tenants?$top=1',
      '/api/Tenants/$count',
      '/api/Tenants(9101)/LastName',
      '/api/Tenants(9101)/LastName/$value',
      '/api/Buildings(630)/Units?$top=1',
      '/api/Units/ForRent?StartDate=2026-07-01&EndDate=2026-07-02',
      '/api/Tenants(77777)',
      '/api',
    ])
      expect([path, (await get(path)).headers.etag]).toEqual([path, undefined])
  })
})

describe('Protocol 4.01 §8.2.5 Header If-None-Match', () => {
  test('304 without a body when the tag is the current one, however the list is written', async () => {
    const tag = await storedTag('units', 2909)
    for (const condition of [tag, tag.slice(2), '*', `"a", ${tag} , W/"b"`, `,,${tag},`]) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await app.ask('/api/Units(2909)?$select=Id', {
          method,
          headers: { 'if-none-match': condition },
        })
        expect([condition, answer.status, answer.text]).toEqual([condition, 304, ''])
        expect(answer.headers.etag).toBe(tag)
        expect(answer.headers['odata-version']).toBe('4.0')
        expect(answer.headers['content-type']).toBeUndefined()
        expect(answer.headers.vary).toContain('Accept')
      }
    }
  })

  test('the whole answer when it is another, or no tag at all', async () => {
    const plain = await get('/api/Units(2909)')
    const tag = String(plain.headers.etag)
    for (const condition of [
      'W/"x"',
      '"x", "y"',
      tag.slice(3, -1),
      `${tag}x`,
      `x${tag}`,
      `"`,
      '',
    ]) {
      const answer = await get('/api/Units(2909)', { 'if-none-match': condition })
      expect([condition, answer.status, answer.text]).toEqual([condition, 200, plain.text])
    }
  })

  test('has no say where nothing has a tag, nor over what is expanded', async () => {
    const headers = { 'if-none-match': '*' }
    expect((await get('/api/Units(77777)', headers)).status).toBe(404)
    expect((await get('/api/Units?$top=1', headers)).status).toBe(200)
    expect((await get('/api/Units(2909)/UnitCode', headers)).status).toBe(200)
    const tag = await storedTag('units', 2909)
    const expanded = await get('/api/Units(2909)?$expand=Leases', { 'if-none-match': tag })
    expect([expanded.status, expanded.headers.etag]).toEqual([200, tag])
  })

  test('a header of 15 KB costs nothing', async () => {
    const start = performance.now()
    for (const piece of [' ', '"', ',', 'W/"a",', '"a" '])
      expect(
        (
          await get('/api/Units(2909)', {
            'if-none-match': `"a"${piece.repeat(15_000 / piece.length)}x`,
          })
        ).status,
      ).toBe(200)
    expect(performance.now() - start).toBeLessThan(1_000)
  })
})

describe('Protocol 4.01 §8.2.4 Header If-Match', () => {
  test('200 when the tag is the current one', async () => {
    const tag = await storedTag('units', 2909)
    for (const condition of [tag, '*', `W/"a",${tag}`])
      expect((await get('/api/Units(2909)', { 'if-match': condition })).status).toBe(200)
  })

  test('412 when it is not, in the language of the request; before If-None-Match', async () => {
    for (const path of ['/api/Units(2909)', '/api/Units(2909)?$expand=Leases']) {
      const answer = await get(path, { 'if-match': 'W/"old"', 'if-none-match': '*' })
      expect([answer.status, answer.headers.etag]).toEqual([412, undefined])
      const { error } = answer.json as { error: { code: string; message: string } }
      expect([error.code, error.message]).toEqual([
        'PRECONDITION_FAILED',
        "L'enregistrement Unit 2909 a été modifié depuis votre lecture; relisez-le avant d'écrire.",
      ])
    }
    const english = await get('/api/Units(2909)/Building', {
      'if-match': 'garbage',
      'accept-language': 'en',
    })
    expect((english.json as { error: { message: string } }).error.message).toBe(
      'Record Unit 2909/Building was changed since you read it; read it again before writing.',
    )
  })

  test('nothing is there for * to match: 412 where 204 would be, 404 where there is no way', async () => {
    const [vacant = 0] = await app.ids('/api/Units?$filter=CurrentTenant eq null&$top=1')
    const path = `/api/Units(${vacant})/CurrentTenant`
    expect((await get(path)).status).toBe(204)
    expect((await get(path, { 'if-match': '*' })).status).toBe(412)
    expect((await get('/api/Units(77777)', { 'if-match': '*' })).status).toBe(404)
  })
})

describe('JSON Format 4.01 §4.5.10 etag', () => {
  type Tagged = Record<string, unknown>

  test('a client that shows no awareness of OData gets none (contract B10)', async () => {
    for (const path of ['/api/Tenants(9101)', '/api/Units?$top=3&$expand=Building,Leases'])
      expect((await get(path)).text).not.toContain('etag')
    const none = await get('/api/Units(2909)', { accept: 'application/json;odata.metadata=none' })
    expect(none.text).toBe((await get('/api/Units(2909)')).text)
    expect(none.headers.etag).toBe(await storedTag('units', 2909))
  })

  test('one entity: after the context, before the rest', async () => {
    const tag = await storedTag('units', 2909)
    const answer = await get('/api/Units(2909)?$select=UnitCode', MINIMAL)
    expect(answer.text).toBe(
      `{"@odata.context":"${app.baseUrl}/api/$metadata#Units(UnitCode)/$entity","@odata.id":"Units(2909)","@odata.etag":${JSON.stringify(tag)},"UnitCode":"775"}`,
    )
    expect(answer.headers.etag).toBe(tag)
    const newer = await get('/api/Units(2909)?$select=UnitCode', VERSION_401)
    expect(newer.text).toContain(
      `/$entity","@id":"Units(2909)","@etag":${JSON.stringify(tag)},"UnitCode"`,
    )
  })

  test('each entity of collections and of what is expanded, at any depth', async () => {
    const query =
      '?$select=UnitCode&$orderby=Id&$top=20&$expand=Building($select=Name),Leases($select=StartDate;$expand=Tenant($select=LastName)),CurrentTenant($select=LastName)'
    const [rows, plain] = await Promise.all([
      app.rows(`/api/Units${query}`, { headers: MINIMAL }),
      app.rows(`/api/Units${query}`),
    ])
    expect(rows.map(withoutTags)).toEqual(plain)
    const reference = await app.rows(
      `/api/Units?$orderby=Id&$top=20&$expand=Building,Leases($expand=Tenant),CurrentTenant`,
    )
    expect(rows.map(tagsOf)).toEqual(reference.map(datesAsTags))
    for (const row of rows)
      expect(Object.keys(row).slice(0, 2)).toEqual(['@odata.id', '@odata.etag'])
  })

  test('pages, counts and counts of related rows keep theirs in place', async () => {
    const answer = await get('/api/Buildings?$top=1&$count=true&$select=Id&$expand=Units/$count', {
      ...VERSION_401,
      prefer: 'maxpagesize=1',
    })
    expect(answer.text).toMatch(
      /^\{"@context":"[^"]+","@count":\d+,"value":\[\{"@etag":"W\/\\"[^"]+\\"","Units@count":\d+,"Id":\d+\}\]/,
    )
  })

  test('complex values, properties and references have none', async () => {
    for (const path of [
      '/api/Units/ForRent?StartDate=2026-07-01&EndDate=2026-07-02',
      '/api/Tenants(9101)/LastName',
      '/api/Tenants(9101)/ModifiedDate',
    ])
      expect((await get(path, MINIMAL)).text).not.toContain('etag')
  })

  const withoutTags = (value: unknown): unknown =>
    mapObjects(value, (object) => {
      // An identity stands where the key is not selected.
      const { '@odata.etag': tag, '@odata.id': _, ...rest } = object
      expect(tag).toMatch(/^W\/"/)
      return rest
    })

  /** Tags by the shape of the answer: other members are left out unless they hold entities. */
  const tagsOf = (value: unknown): unknown => skeleton(value, (object) => object['@odata.etag'])
  const datesAsTags = (value: unknown): unknown =>
    skeleton(value, (object) => `W/"${String(object['ModifiedDate'])}"`)

  function mapObjects(value: unknown, map: (object: Tagged) => unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => mapObjects(item, map))
    if (typeof value !== 'object' || value === null) return value
    return map(
      Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, mapObjects(item, map)]),
      ),
    )
  }

  function skeleton(value: unknown, tag: (object: Tagged) => unknown): unknown {
    return mapObjects(value, (object) => [
      tag(object),
      ...['Building', 'Leases', 'Tenant', 'CurrentTenant'].map((name) => object[name] ?? null),
    ])
  }
})
