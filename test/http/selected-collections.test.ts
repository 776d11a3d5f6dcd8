import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp
let endpoint: string

/** The service keeps them in this order. */
const ENTITIES = ['Building', 'Invoice', 'Lease', 'Tenant', 'Unit']

beforeAll(async () => {
  app = await startTestApp()
  const created = await app.ask('/api/WebhookEndpoints', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Url: 'https://example.com/hooks', Entities: ENTITIES }),
  })
  expect([created.status, created.text]).toEqual([201, expect.any(String)])
  endpoint = `/api/WebhookEndpoints(${String((created.json as { Id: number }).Id)})`
})
afterAll(() => app.close())

interface Feature {
  readonly Code: string
  readonly NameFr: string
}

const FOR_RENT = '/api/Units/ForRent?StartDate=2026-07-01&EndDate=2026-07-31&$select=UnitId'

/** Features of each unit for rent, as a request without nested options gives them. */
async function features(): Promise<ReadonlyMap<number, readonly Feature[]>> {
  const rows = await app.rows<{ UnitId: number; Characteristics: readonly Feature[] }>(
    `${FOR_RENT},Characteristics`,
  )
  const found = new Map(rows.map((row) => [row.UnitId, row.Characteristics]))
  expect(Math.max(...[...found.values()].map((list) => list.length))).toBeGreaterThan(2)
  return found
}

/** What nested options make of each list is what `expected` makes of the whole one. */
async function hold(
  options: string,
  expected: (list: readonly Feature[]) => readonly unknown[],
): Promise<void> {
  const all = await features()
  const rows = await app.rows<{ UnitId: number; Characteristics: readonly unknown[] }>(
    `${FOR_RENT},Characteristics(${options})`,
  )
  expect(rows).toHaveLength(all.size)
  for (const row of rows)
    expect([options, row.UnitId, row.Characteristics]).toEqual([
      options,
      row.UnitId,
      expected(all.get(row.UnitId) ?? []),
    ])
}

const byCode = (a: Feature, b: Feature): number => (a.Code < b.Code ? -1 : a.Code > b.Code ? 1 : 0)

describe('URL Conventions 4.01 §5.1.4 options of selected collections of complex values', () => {
  test('$filter, with names of the member or $this', async () => {
    const [first] = [...(await features()).values()].flat()
    const code = first?.Code ?? ''
    await hold(`$filter=Code eq '${code}'`, (list) => list.filter((item) => item.Code === code))
    await hold(`$filter=$this/Code ne '${code}'`, (list) =>
      list.filter((item) => item.Code !== code),
    )
  })

  test('$orderby, $top, $skip: equal members keep their order', async () => {
    await hold('$orderby=Code desc;$top=2', (list) =>
      list.toSorted(byCode).toReversed().slice(0, 2),
    )
    await hold('$orderby=Code;$skip=1', (list) => list.toSorted(byCode).slice(1))
    await hold('$top=1', (list) => list.slice(0, 1))
    await hold('top=2;skip=1', (list) => list.slice(1, 3))
    await hold('$orderby=null', (list) => list)
  })

  test('$search finds words in the texts of a member', async () => {
    const word = [...(await features()).values()].flat()[0]?.NameFr.split(' ')[0] ?? ''
    await hold(`$search=${word}`, (list) =>
      list.filter((item) =>
        Object.values(item).some((text) => String(text).toLowerCase().includes(word.toLowerCase())),
      ),
    )
  })

  test('$select, and paths, leave some properties', async () => {
    await hold('$select=NameFr,Code;$top=3', (list) =>
      list.slice(0, 3).map(({ NameFr, Code }) => ({ NameFr, Code })),
    )
    const whole = await app.rows(`${FOR_RENT},Characteristics($select=Code,NameFr)`)
    expect(await app.rows(`${FOR_RENT},Characteristics/Code,Characteristics/NameFr`)).toEqual(whole)
    expect(await app.rows(`${FOR_RENT},Characteristics/Code,Characteristics`)).toEqual(
      await app.rows(`${FOR_RENT},Characteristics`),
    )
  })

  test('$count counts what the filter leaves, whatever paging does', async () => {
    const all = await features()
    const answer = await app.ask(
      `${FOR_RENT},Characteristics($count=true;$top=1;$filter=Source eq 'U')`,
      { headers: { 'OData-MaxVersion': '4.01' } },
    )
    const { value } = answer.json as {
      value: { UnitId: number; 'Characteristics@count': number; Characteristics: unknown[] }[]
    }
    for (const row of value) {
      const matching = (all.get(row.UnitId) ?? []).filter(
        (item) => (item as Feature & { Source: string }).Source === 'U',
      )
      expect([row.UnitId, row['Characteristics@count'], row.Characteristics]).toEqual([
        row.UnitId,
        matching.length,
        matching.slice(0, 1),
      ])
    }
  })

  test('$it is still the row of the resource', async () => {
    await hold('$filter=$it/UnitId lt 0', () => [])
    const rows = await app.rows<{ UnitId: number; Characteristics: unknown[] }>(
      `${FOR_RENT},Characteristics($filter=$it/UnitId gt 0 and Code ne null)`,
    )
    const all = await features()
    for (const row of rows) expect(row.Characteristics).toEqual(all.get(row.UnitId))
  })

  test('the context names parts of a collection by their paths (Protocol 4.01 §10.7)', async () => {
    for (const path of [
      `${FOR_RENT},Characteristics($select=Code)`,
      `${FOR_RENT},Characteristics/Code`,
    ]) {
      const { json } = await app.ask(path, { headers: { 'OData-MaxVersion': '4.0' } })
      expect((json as Record<string, string>)['@odata.context']).toBe(
        `${app.baseUrl}/api/$metadata#Collection(Primmo.HApi.AvailableUnit)(UnitId,Characteristics/Code)`,
      )
    }
  })
})

describe('§5.1.4 options of selected collections of plain values', () => {
  test('$filter, $orderby, $top, $skip, $search and $count', async () => {
    for (const [options, expected] of [
      ["$filter=contains($this,'e')", ['Invoice', 'Lease', 'Tenant']],
      ["$filter=$this eq 'Unit' or length($this) gt 7", ['Building', 'Unit']],
      ['$orderby=$this', ENTITIES.toSorted()],
      ['$orderby=$this desc;$top=2;$skip=1', ENTITIES.toSorted().toReversed().slice(1, 3)],
      ['$orderby=length($this) desc', ['Building', 'Invoice', 'Tenant', 'Lease', 'Unit']],
      ['$skip=3', ENTITIES.slice(3)],
      ['$search=UNIT', ['Unit']],
      ["$filter=$it/Url ne null and $this ne 'Unit'", ENTITIES.filter((name) => name !== 'Unit')],
    ] as const)
      expect([options, (await app.ask(`${endpoint}?$select=Entities(${options})`)).json]).toEqual([
        options,
        { Entities: expected },
      ])
    const counted = await app.ask(`${endpoint}?$select=Entities($count=true;$top=1)`, {
      headers: { 'OData-MaxVersion': '4.0' },
    })
    expect(counted.json).toMatchObject({
      'Entities@odata.count': ENTITIES.length,
      Entities: ENTITIES.slice(0, 1),
    })
  })

  test('what does not fit is refused', async () => {
    for (const [select, code] of [
      ['Entities($select=Id)', 'OPTION_NOT_APPLICABLE'],
      ['Entities($expand=Deliveries)', 'OPTION_NOT_APPLICABLE'],
      ['Url($filter=Id eq 1)', 'OPTION_NOT_APPLICABLE'],
      ['Entities/Name', 'UNKNOWN_PROPERTY'],
      ['Url/Name', 'UNKNOWN_PROPERTY'],
      ['Entities($top=1),Entities($top=2)', 'DUPLICATE_OPTION'],
      ['Nothing($top=1)', 'UNKNOWN_PROPERTY'],
    ]) {
      const answer = await app.ask(`${endpoint}?$select=${select}`)
      expect([select, answer.status, answer.text]).toEqual([
        select,
        400,
        expect.stringContaining(`"code":"${code}"`),
      ])
    }
  })

  test('aggregation inside a selection is not offered', async () => {
    const path = `${endpoint}?$select=Entities($apply=aggregate($count as N))`
    expect((await app.ask(path)).status).toBe(501)
  })

  test('a qualified name of an operation that is not bound to the type is ignored', async () => {
    expect((await app.ask(`${endpoint}?$select=Entities,Primmo.HApi.Nothing`)).json).toEqual({
      Entities: ENTITIES,
    })
  })
})

describe('§4.6, §4.8 a collection of plain values as a resource', () => {
  test('its members are filtered and cut as those of any collection', async () => {
    for (const [query, expected] of [
      ['', ENTITIES],
      ["$filter=startswith($it,'B')", ['Building']],
      ["$filter=startswith($this,'B') or $this eq $root/Nothing", undefined],
      ['$orderby=$it desc&$top=2', ENTITIES.toSorted().toReversed().slice(0, 2)],
      ['$skip=4', ENTITIES.slice(4)],
      ['$search=lease', ['Lease']],
    ] as const) {
      const answer = await app.ask(`${endpoint}/Entities?${query}`)
      expect([query, answer.json]).toEqual([
        query,
        expected === undefined ? { error: expect.anything() } : { value: expected },
      ])
    }
    expect((await app.ask(`${endpoint}/Entities/$filter(@f)?@f=length($it) eq 4`)).json).toEqual({
      value: ['Unit'],
    })
    const aware = await app.ask(`${endpoint}/Entities?$count=true&$top=1`, {
      headers: { 'OData-MaxVersion': '4.0' },
    })
    expect(aware.json).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#${endpoint.slice('/api/'.length)}/Entities`,
      '@odata.count': ENTITIES.length,
      value: ['Building'],
    })
  })

  test('/$count is their number', async () => {
    for (const [path, expected] of [
      ['$count', ENTITIES.length],
      ["$count?$filter=contains($it,'e')", 3],
      ['$count?$top=1', ENTITIES.length],
      ['$filter(@f)/$count?@f=length($it) gt 5', 3],
    ] as const) {
      const answer = await app.ask(`${endpoint}/Entities/${path}`)
      expect([path, answer.status, answer.text]).toEqual([path, 200, String(expected)])
      expect(answer.headers['content-type']).toMatch(/^text\/plain/)
    }
  })

  test('of nothing there is nothing, and a list has no raw value', async () => {
    for (const path of ['Entities', 'Entities/$count'])
      expect((await app.ask(`/api/WebhookEndpoints(2147483647)/${path}`)).status).toBe(404)
    expect((await app.ask(`${endpoint}/Entities/$value`)).status).toBe(404)
    expect((await app.ask(`${endpoint}/Entities?$expand=Deliveries`)).status).toBe(400)
  })
})

describe('Protocol 4.01 §10.14 context of a property', () => {
  test('it names the entity whose property it is by its key, however it was reached', async () => {
    for (const [path, fragment] of [
      ['/api/Buildings(630)/Name', 'Buildings(630)/Name'],
      [
        "/api/Buildings(CompanyNo=3,DivisionNo=1,BuildingCode='1000PINS')/Name",
        'Buildings(630)/Name',
      ],
      ['/api/Units(2909)/Building/Name', 'Buildings(630)/Name'],
    ]) {
      const { json } = await app.ask(path ?? '', { headers: { 'OData-MaxVersion': '4.0' } })
      expect([path, json]).toEqual([
        path,
        { '@odata.context': `${app.baseUrl}/api/$metadata#${fragment}`, value: 'Les Pins' },
      ])
    }
  })
})
