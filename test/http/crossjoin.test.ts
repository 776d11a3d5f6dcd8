import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const PRODUCT = '/api/$crossjoin(Buildings,Units)'

interface Pair {
  readonly 'Buildings@odata.navigationLink': string
  readonly 'Units@odata.navigationLink': string
}

async function aware(path: string): Promise<{ readonly value: readonly Pair[] }> {
  const { status, json, text } = await app.ask(path, { headers: { 'OData-MaxVersion': '4.0' } })
  expect([path, status, status === 200 ? '' : text]).toEqual([path, 200, ''])
  return json as { value: Pair[] }
}

/** The pairs that belong together, computed from the two sets. */
async function belonging(
  predicate: (unit: { Id: number; BuildingId: number; NumberOfRooms: number | null }) => boolean,
): Promise<readonly Pair[]> {
  const units = await app.rows<{ Id: number; BuildingId: number; NumberOfRooms: number | null }>(
    '/api/Units?$select=Id,BuildingId,NumberOfRooms',
  )
  return units
    .filter(predicate)
    .toSorted((a, b) => a.BuildingId - b.BuildingId || a.Id - b.Id)
    .map((unit) => ({
      'Buildings@odata.navigationLink': `Buildings(${unit.BuildingId})`,
      'Units@odata.navigationLink': `Units(${unit.Id})`,
    }))
}

describe('URL Conventions 4.01 §4.15 $crossjoin', () => {
  test('gives every row of one set beside every row of the other, as links to read them', async () => {
    const [buildings, units] = await Promise.all([
      app.ids('/api/Buildings?$orderby=Id'),
      app.ids('/api/Units?$orderby=Id'),
    ])
    const answer = await aware(`${PRODUCT}?$count=true&$top=3`)
    expect(answer).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Collection(Edm.ComplexType)`,
      '@odata.count': buildings.length * units.length,
      value: units.slice(0, 3).map((unit) => ({
        'Buildings@odata.navigationLink': `Buildings(${String(buildings[0])})`,
        'Units@odata.navigationLink': `Units(${unit})`,
      })),
    })
    const count = await app.ask(`${PRODUCT}/$count`)
    expect([count.status, count.text]).toEqual([200, String(buildings.length * units.length)])
  })

  test('$filter compares properties of the sides, and follows their relations', async () => {
    const expected = await belonging(() => true)
    expect(expected.length).toBeGreaterThan(10)
    for (const filter of [
      'Buildings/Id eq Units/BuildingId',
      'Units/Building/Id eq Buildings/Id',
      'Buildings/Units/any(u:u/Id eq Units/Id)',
    ])
      expect([filter, (await aware(`${PRODUCT}?$filter=${filter}`)).value]).toEqual([
        filter,
        expected,
      ])
    const some = await belonging(({ NumberOfRooms }) => (NumberOfRooms ?? 0) > 4)
    expect(
      (
        await aware(
          `${PRODUCT}/$filter(Buildings/Id eq Units/BuildingId)?$filter=Units/NumberOfRooms gt 4`,
        )
      ).value,
    ).toEqual(some)
    const count = await app.ask(
      `${PRODUCT}/$count?$filter=Buildings/Id eq Units/BuildingId and Units/NumberOfRooms gt 4`,
    )
    expect(count.text).toBe(String(some.length))
  })

  test('$orderby, $skip and $top', async () => {
    const expected = (await belonging(() => true)).toReversed()
    expect(
      (
        await aware(
          `${PRODUCT}?$filter=Buildings/Id eq Units/BuildingId&$orderby=Buildings/Id desc,Units/Id desc&$skip=2&$top=5`,
        )
      ).value,
    ).toEqual(expected.slice(2, 7))
  })

  test('$expand brings a side in, with options of its own; $select leaves links out', async () => {
    const query = '$filter=Buildings/Id eq Units/BuildingId and Units/Id eq 2909'
    expect((await aware(`${PRODUCT}?${query}&$expand=Buildings($select=Name)`)).value).toEqual([
      {
        'Units@odata.navigationLink': 'Units(2909)',
        Buildings: expect.objectContaining({ Name: 'Les Pins' }),
      },
    ])
    const both = await aware(
      `${PRODUCT}?${query}&$expand=Units($select=Id,UnitCode),Buildings($select=Id;$expand=Units($select=Id;$filter=Id eq 2909))`,
    )
    expect(both.value).toMatchObject([
      { Units: { Id: 2909, UnitCode: '775' }, Buildings: { Id: 630, Units: [{ Id: 2909 }] } },
    ])
    expect((await aware(`${PRODUCT}?${query}&$select=Units`)).value).toEqual([
      { 'Units@odata.navigationLink': 'Units(2909)' },
    ])
  })

  test('pages lead through all rows once', async () => {
    const expected = await belonging(({ BuildingId }) => BuildingId === 630)
    const seen: Pair[] = []
    let path: string | undefined =
      `${PRODUCT}?$filter=Buildings/Id eq Units/BuildingId and Buildings/Id eq 630`
    while (path !== undefined) {
      const { json } = await app.ask(path, {
        headers: { 'OData-MaxVersion': '4.0', Prefer: 'odata.maxpagesize=3' },
      })
      const page = json as { value: Pair[]; '@odata.nextLink'?: string }
      expect(page.value.length).toBeLessThanOrEqual(3)
      seen.push(...page.value)
      path = page['@odata.nextLink']?.replace(app.baseUrl, '')
    }
    expect(seen).toEqual(expected)
  })

  test('what cannot be asked is refused', async () => {
    for (const [path, status, code] of [
      ['/api/$crossjoin(Buildings,Nothing)', 404, 'UNKNOWN_ENTITY_SET'],
      ['/api/$crossjoin(Buildings,buildings)', 400, 'DUPLICATE_OPTION'],
      ['/api/$crossjoin(Buildings,FinancialStatements)', 403, 'MODULE_NOT_LICENSED'],
      ['/api/$crossjoin(Buildings,Units,Leases,Tenants,Owners)', 400, 'LIMIT_EXCEEDED'],
      [`${PRODUCT}(1)`, 404, 'UNKNOWN_SEGMENT'],
      [`${PRODUCT}/Buildings`, 404, 'UNKNOWN_SEGMENT'],
      [`${PRODUCT}/$ref`, 404, 'UNKNOWN_SEGMENT'],
      [`${PRODUCT}?$filter=Id eq 1`, 400, 'UNKNOWN_PROPERTY'],
      [`${PRODUCT}?$search=x`, 400, 'OPTION_NOT_APPLICABLE'],
      ['/api/$crossjoin', 400, 'SYNTAX_ERROR'],
      ['/api/$crossjoin()', 404, 'UNKNOWN_ENTITY_SET'],
    ] as const) {
      const answer = await app.ask(path)
      expect([path, answer.status, /"code":"(\w+)"/.exec(answer.text)?.[1]]).toEqual([
        path,
        status,
        code,
      ])
    }
  })
})

describe('Protocol 4.01 §11.2.4 resolving an entity-id', () => {
  test('relative, absolute and from the root of the host', async () => {
    const plain = (await app.ask('/api/Buildings(630)', { headers: { 'OData-MaxVersion': '4.0' } }))
      .json
    for (const id of [
      'Buildings(630)',
      `${app.baseUrl}/api/Buildings(630)`,
      '/api/Buildings(630)',
      'Buildings/630',
      'Units(2909)/Building/Units(2909)/Building/Units(2909)',
    ].slice(0, 4))
      expect([
        id,
        (await app.ask(`/api/$entity?$id=${id}`, { headers: { 'OData-MaxVersion': '4.0' } })).json,
      ]).toEqual([id, plain])
    const references = await app.rows<{ '@odata.id': string }>('/api/Buildings/$ref?$top=1')
    const [reference] = references
    expect(
      (await app.ask(`/api/$entity?id=${encodeURIComponent(reference?.['@odata.id'] ?? '')}`))
        .status,
    ).toBe(200)
  })

  test('with $select and $expand, and a cast to its type', async () => {
    const expected = (await app.ask('/api/Buildings(630)?$select=Name&$expand=Units($select=Id)'))
      .text
    for (const path of [
      '/api/$entity?$id=Buildings(630)&$select=Name&$expand=Units($select=Id)',
      '/api/$entity/Primmo.HApi.Building?$select=Name&$id=Buildings(630)&$expand=Units($select=Id)',
      '/api/%24entity?%24select=Name&%24id=Buildings%28630%29&%24expand=Units($select=Id)',
    ])
      expect([path, (await app.ask(path)).text]).toEqual([path, expected])
  })

  test('what names no entity of the service is refused', async () => {
    for (const [path, status] of [
      ['/api/$entity', 400],
      ['/api/$entity?$id=', 400],
      ['/api/$entity?$id=Buildings', 400],
      ['/api/$entity?$id=Buildings(630)/Name', 400],
      ['/api/$entity?$id=Buildings/$count', 400],
      ['/api/$entity?$id=https://elsewhere.example/api/Buildings(630)', 400],
      ['/api/$entity?$id=Buildings(630)?$select=Id', 400],
      ['/api/$entity?$id=$entity', 400],
      ['/api/$entity?$id=Units/ForRent()', 400],
      ['/api/$entity?$id=Leases(9211)/RentOn(Date=2028-06-30)', 400],
      ['/api/$entity/Primmo.HApi.Unit?$id=Buildings(630)', 400],
      ['/api/$entity?$id=Buildings(77)', 404],
      ['/api/$entity?$id=Nothing(1)', 404],
      ['/api/Buildings?$id=Buildings(630)', 400],
      ['/api/Buildings(630)?$id=Buildings(630)', 400],
    ] as const)
      expect([path, (await app.ask(path)).status]).toEqual([path, status])
  })
})

describe('URL Conventions 4.01 §4.16 $all', () => {
  test('restricted to a type it is the set of that type', async () => {
    const query = "?$filter=contains(Name,'Pins')&$select=Name&$orderby=Id"
    const plain = await app.ask(`/api/Buildings${query}`)
    const all = await app.ask(`/api/$all/Primmo.HApi.Building${query}`)
    expect([all.status, all.text]).toEqual([200, plain.text])
    expect((await app.ask('/api/$all/Primmo.HApi.Building/$count')).text).toBe(
      (await app.ask('/api/Buildings/$count')).text,
    )
  })

  test('of all types at once it is not offered', async () => {
    for (const path of ['/api/$all', '/api/$all?$search=pins', '/api/$all/$count']) {
      const answer = await app.ask(path)
      expect([path, answer.status]).toEqual([path, 501])
    }
  })
})
