import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const AWARE = { 'OData-MaxVersion': '4.0' }

async function aware(path: string, version = '4.0'): Promise<unknown> {
  const { json } = await app.ask(path, { headers: { 'OData-MaxVersion': version } })
  return json
}

/** `[{Id: 2}]` as the references of a set. */
function references(set: string, rows: readonly Record<string, unknown>[]): readonly unknown[] {
  return rows.map(({ Id }) => ({ '@odata.id': `${set}(${String(Id)})` }))
}

describe('Protocol 4.01 §11.2.8 requesting entity references', () => {
  test('of a collection: the address of each entity, in its context', async () => {
    const rows = await app.rows('/api/Buildings?$select=Id')
    expect(rows.length).toBeGreaterThan(1)
    expect(await aware('/api/Buildings/$ref')).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Collection($ref)`,
      value: references('Buildings', rows),
    })
  })

  test('of a relation to many, and of one to one', async () => {
    const rows = await app.rows('/api/Buildings(630)/Units?$select=Id')
    expect(await aware('/api/Buildings(630)/Units/$ref')).toMatchObject({
      value: references('Units', rows),
    })
    expect(await aware('/api/Units(2909)/Building/$ref')).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#$ref`,
      '@odata.id': 'Buildings(630)',
    })
    expect(await aware('/api/Buildings(630)/$ref')).toMatchObject({
      '@odata.id': 'Buildings(630)',
    })
  })

  test('in 4.01 control information has no prefix', async () => {
    expect(await aware('/api/Buildings(630)/$ref', '4.01')).toEqual({
      '@context': `${app.baseUrl}/api/$metadata#$ref`,
      '@id': 'Buildings(630)',
    })
  })

  test('filter, order, paging and count choose which references', async () => {
    const query = '$filter=UnitCode ne null&$orderby=UnitCode desc,Id&$top=3&$skip=1&$count=true'
    const rows = await app.rows(`/api/Buildings(630)/Units?$select=Id&${query}`)
    const { value: all } = (await app.ask('/api/Buildings(630)/Units?$select=Id')).json as {
      value: unknown[]
    }
    expect(await aware(`/api/Buildings(630)/Units/$ref?${query}`)).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Collection($ref)`,
      '@odata.count': all.length,
      value: references('Units', rows),
    })
  })

  test('pages of references lead to the next one', async () => {
    const { json } = await app.ask('/api/Units/$ref', {
      headers: { ...AWARE, Prefer: 'odata.maxpagesize=2' },
    })
    const page = json as { value: unknown[]; '@odata.nextLink': string }
    expect(page.value).toHaveLength(2)
    const next = await app.ask(page['@odata.nextLink'].replace(app.baseUrl, ''), { headers: AWARE })
    const rows = await app.rows('/api/Units?$select=Id&$orderby=Id&$top=4')
    expect([...page.value, ...(next.json as { value: unknown[] }).value]).toEqual(
      references('Units', rows),
    )
  })

  test('an answer without a context gives addresses that stand alone', async () => {
    expect((await app.ask('/api/Units(2909)/Building/$ref')).json).toEqual({
      '@odata.id': '/api/Buildings(630)',
    })
  })

  test('nothing related is 204, nothing there is 404', async () => {
    for (const [path, status] of [
      ['/api/Units(1440)/CurrentTenant/$ref', 204],
      ['/api/Units(77)/CurrentTenant/$ref', 404],
      ['/api/Units(77)/$ref', 404],
      ['/api/Buildings(77)/Units/$ref', 404],
      ['/api/Units(1440)/UnitCode/$ref', 404],
    ] as const)
      expect([path, (await app.ask(path)).status]).toEqual([path, status])
  })

  test('what changes the content of an entity does not apply to its reference', async () => {
    for (const path of [
      '/api/Buildings/$ref?$select=Id',
      '/api/Buildings/$ref?$expand=Units',
      '/api/Buildings(630)/$ref?$filter=Id eq 1',
      '/api/Buildings(630)/$ref?$select=Id',
    ])
      expect([path, (await app.ask(path)).text]).toEqual([
        path,
        expect.stringContaining('OPTION_NOT_APPLICABLE'),
      ])
  })
})

describe('URL Conventions 4.01 §5.1.3 $expand=…/$ref and $expand=*', () => {
  test('references of many, narrowed by nested options', async () => {
    const rows = await app.rows('/api/Buildings(630)/Units?$select=Id&$orderby=Id desc&$top=2')
    expect(
      await aware('/api/Buildings(630)?$select=Id&$expand=Units/$ref($orderby=Id desc;$top=2)'),
    ).toMatchObject({
      '@odata.context': `${app.baseUrl}/api/$metadata#Buildings(Id)/$entity`,
      Units: references('Units', rows),
      Id: 630,
    })
  })

  test('the reference of one, or null', async () => {
    for (const id of [1440, 1448]) {
      const answer = await app.ask(`/api/Units(${id})?$select=Id,CurrentTenantId`)
      const { CurrentTenantId: tenant } = answer.json as { CurrentTenantId: number | null }
      expect(await aware(`/api/Units(${id})?$select=Id&$expand=CurrentTenant/$ref`)).toMatchObject({
        CurrentTenant: tenant === null ? null : { '@odata.id': `Tenants(${tenant})` },
      })
    }
  })

  test('*/$ref gives references of all relations, but for those that are named', async () => {
    const whole = (await aware('/api/Units(2909)?$expand=*/$ref,Building($select=Id)')) as Record<
      string,
      unknown
    >
    expect(whole['Building']).toMatchObject({ Id: 630 })
    expect(whole['Building']).not.toHaveProperty('@odata.id')
    const plain = (await app.ask('/api/Units(2909)?$expand=*')).json as Record<string, unknown>
    for (const [name, value] of Object.entries(plain)) {
      if (value === null || typeof value !== 'object' || name === 'Building') continue
      const given = whole[name]
      expect([name, Array.isArray(given)]).toEqual([name, Array.isArray(value)])
      for (const reference of Array.isArray(given) ? given : [given])
        expect([name, reference]).toEqual([
          name,
          { '@odata.id': expect.stringMatching(/^\w+\(\d+\)$/) },
        ])
    }
  })

  test('a path goes through no relation, and the refusal says how to ask', async () => {
    const nested = await app.ask('/api/Units?$expand=Building/LedgerDivision')
    expect([nested.status, nested.text]).toEqual([
      400,
      expect.stringContaining('$expand=Building($expand=LedgerDivision)'),
    ])
    const selected = await app.ask('/api/Units?$select=Building/Name')
    expect([selected.status, selected.text]).toEqual([
      400,
      expect.stringContaining('$expand=Building($select=Name)'),
    ])
  })
})

describe('Protocol 4.01 §10.9 context URLs of expanded entities', () => {
  async function contexts(path: string): Promise<readonly unknown[]> {
    const answers = await Promise.all([aware(path), aware(path, '4.01')])
    return answers.map((answer) => {
      const found = answer as Record<string, string>
      return (found['@odata.context'] ?? found['@context'] ?? '').split('#')[1]
    })
  }

  test('4.01 names what is expanded, 4.0 only where something is chosen of it', async () => {
    for (const [path, in40, in401] of [
      ['/api/Units?$top=1&$expand=Building', 'Units', 'Units(Building())'],
      ['/api/Units?$top=1&$select=Id&$expand=Building', 'Units(Id)', 'Units(Id,Building())'],
      [
        '/api/Units?$top=1&$select=building,ID&$expand=Building',
        'Units(Id,Building)',
        'Units(Id,Building,Building())',
      ],
      [
        '/api/Units?$top=1&$expand=Building($select=Name)',
        'Units(Building(Name))',
        'Units(Building(Name))',
      ],
      [
        '/api/Units?$top=1&$expand=Building($expand=LedgerDivision)',
        'Units',
        'Units(Building(LedgerDivision()))',
      ],
      ['/api/Units?$top=1&$expand=Building/$ref', 'Units', 'Units'],
      ['/api/Buildings?$top=1&$expand=Units/$count', 'Buildings', 'Buildings'],
      ['/api/Units?$top=1&$select=*', 'Units(*)', 'Units(*)'],
      [
        '/api/ServiceCallCategories?$select=Id&$expand=Parent($levels=3;$select=Id)',
        'ServiceCallCategories(Id,Parent+(Id))',
        'ServiceCallCategories(Id,Parent+(Id))',
      ],
    ] as const)
      expect([path, ...(await contexts(path))]).toEqual([path, in40, in401])
  })
})

describe('§5.1.3 $levels', () => {
  interface Category {
    readonly Id: number
    readonly Parent?: Category | null
  }

  function depthOf(category: Category | null | undefined): number {
    return category === null || category === undefined ? 0 : 1 + depthOf(category.Parent)
  }

  test('so many levels of a relation to the same type as are asked; max goes to the end', async () => {
    for (const [child, parent] of [
      [1, 8],
      [2, 1],
      [3, 2],
    ])
      await app.sql(
        'update service_call_categories set parent_id = $2 where account_id = 1 and id = $1',
        [child, parent],
      )
    const parents = new Map(
      (await app.rows('/api/ServiceCallCategories?$select=Id,ParentId')).map((row) => [
        row['Id'],
        row['ParentId'],
      ]),
    )
    const ancestors = (id: unknown): number =>
      typeof parents.get(id) === 'number' ? 1 + ancestors(parents.get(id)) : 0
    expect(Math.max(...[...parents.keys()].map(ancestors))).toBe(3)
    for (const [levels, bound] of [
      ['1', 1],
      ['2', 2],
      ['max', 99],
    ] as const) {
      const rows = await app.rows<Category>(
        `/api/ServiceCallCategories?$select=Id&$expand=Parent($select=Id;$levels=${levels})`,
      )
      for (const row of rows)
        expect([row.Id, depthOf(row.Parent)]).toEqual([row.Id, Math.min(ancestors(row.Id), bound)])
    }
  })

  test('*($levels=2) expands what the expanded relates to', async () => {
    const star = await app.ask('/api/UnavailableUnits?$top=2&$expand=*($levels=2)')
    const named = await app.ask('/api/UnavailableUnits?$top=2&$expand=Unit($expand=*)')
    expect([star.status, star.text]).toEqual([200, named.text])
  })
})
