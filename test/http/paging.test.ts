import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

interface Page {
  readonly value: readonly { readonly Id: number }[]
  readonly '@odata.nextLink'?: string
  readonly '@odata.count'?: number
}

/** Follows next links to the end; the preference is sent with the first request alone. */
async function follow(path: string, pageSize: number): Promise<readonly Page[]> {
  const pages: Page[] = []
  let next: string | undefined = path
  let headers: Record<string, string> = { prefer: `odata.maxpagesize=${pageSize}` }
  while (next !== undefined) {
    if (pages.length > 100) throw new Error(`${path} never ends`)
    const answer = await app.ask(next.replace(app.baseUrl, ''), { headers })
    if (answer.status !== 200) throw new Error(`${next} → ${answer.text}`)
    // A collection, as every path below addresses.
    const page = answer.json as Page
    expect(page.value.length).toBeLessThanOrEqual(pageSize)
    pages.push(page)
    next = page['@odata.nextLink']
    headers = {}
  }
  return pages
}

const idsOf = (pages: readonly Page[]): readonly number[] =>
  pages.flatMap(({ value }) => value.map(({ Id }) => Id))

describe('Protocol 4.01 §11.2.6.7 server-driven paging', () => {
  test.each([
    ['/api/Units?$select=Id', 50],
    ['/api/Units?$select=Id,UnitCode&$filter=NumberOfRooms eq 4.5', 33],
    ['/api/Units?$select=Id&$orderby=NumberOfRooms desc,UnitCode', 47],
    ['/api/Units?$select=Id&$orderby=HousingType,Floor desc', 60],
    ['/api/Units?$select=Id&$skip=100', 90],
    ['/api/Units?$select=Id&$top=100', 30],
    ['/api/Units?$select=Id&$top=100&$skip=7&$orderby=AskingRent', 30],
    ['/api/Units?$select=Id&$top=30', 30],
    ['/api/Units?$select=Id&$top=31', 30],
    ['/api/Units?$select=Id&$filter=Id lt 0', 5],
    ['/api/Buildings(630)/Units?$select=Id', 10],
    ['/api/Buildings(630)/Units?$select=Id&$orderby=UnitCode desc&$skip=3', 10],
    ['/api/Buildings?$select=Id&$expand=Units($select=Id;$top=4)', 4],
    ['/api/Tenants?$search=tremblay&$select=Id', 3],
    ['/api/Units?$select=Id&$filter=Id in @ids&@ids=[1440,1448,2731,2909,9001]', 2],
    ['/api/Units?$Select=Id &$OrderBy= Floor , Id desc', 100],
    ["/api/Tenants?$select=Id&$filter=contains(LastName,'é')", 7],
  ])('%s by %i: the pages are the list', async (path, pageSize) => {
    const all = await app.ids(path)
    const pages = await follow(path, pageSize)
    expect(idsOf(pages)).toEqual(all)
    expect(new Set(idsOf(pages)).size).toBe(all.length)
    expect(pages.length).toBe(Math.max(1, Math.ceil(all.length / pageSize)))
    const whole = await app.rows(path)
    expect(pages.flatMap(({ value }) => value)).toEqual(whole)
  })

  test('the count is that of the whole list on every page', async () => {
    const pages = await follow('/api/Units?$select=Id&$count=true&$filter=Floor eq 2', 20)
    const [total] = await app.column<number>(
      'select count(*)::integer from units where account_id = 1 and floor = 2',
    )
    expect(pages.length).toBeGreaterThan(1)
    for (const page of pages) expect(page['@odata.count']).toBe(total)
  })

  test('a next link is absolute, opaque and keeps the options', async () => {
    const [first] = await follow('/api/Units?$filter=Floor eq 2&$select=Id&custom=1', 20)
    expect(first?.['@odata.nextLink']).toMatch(
      new RegExp(
        `^${app.baseUrl.replaceAll('.', '\\.')}/api/Units\\?\\$filter=Floor%20eq%202&\\$select=Id&custom=1&\\$skiptoken=[\\w-]+$`,
      ),
    )
  })

  test('an entity that goes or comes between two pages shifts nothing', async () => {
    const all = await app.ids('/api/UnavailableUnits?$select=Id')
    const first = await app.ask('/api/UnavailableUnits?$select=Id', {
      headers: { prefer: 'maxpagesize=3' },
    })
    const page = first.json as Page
    await app.sql('delete from unavailable_units where account_id = 1 and id = $1', [all[0]])
    const second = (await app.ask((page['@odata.nextLink'] ?? '').replace(app.baseUrl, ''))).json
    expect(idsOf([page, second as Page])).toEqual(all.slice(0, 6))
  })

  test('a token that no next link held is refused', async () => {
    for (const token of [
      'x',
      'ay4xLjEuMQ.x',
      '',
      "'",
      Buffer.from('k.1.1.0').toString('base64url'),
    ]) {
      const answer = await app.ask(`/api/Units?$skiptoken=${token}`)
      expect([token, answer.status]).toEqual([token, 400])
    }
  })
})

describe('$top, $skip, $count', () => {
  test('$count=true is unaffected by $top and $skip', async () => {
    const { text } = await app.ask('/api/Buildings?$count=true&$top=0')
    const [total] = await app.column<number>(
      'select count(*)::integer from buildings where account_id = 1',
    )
    expect(text).toBe(`{"@odata.count":${total},"value":[]}`)
    const page = (await app.ask('/api/Buildings?$count=true&$top=2&$skip=3&$select=Id')).json
    expect((page as Page)['@odata.count']).toBe(total)
    expect((await app.ask('/api/Buildings?$count=false&$top=0')).text).toBe('{"value":[]}')
  })

  test('/$count, with filter and search, as plain text', async () => {
    const answer = await app.ask('/api/Buildings/$count')
    expect([answer.text, answer.status]).toEqual([
      String((await app.ids('/api/Buildings')).length),
      200,
    ])
    expect(answer.headers['content-type']).toBe('text/plain')
    expect((await app.ask('/api/Buildings/$count?$filter=CompanyNo eq 4')).text).toBe(
      String((await app.ids('/api/Buildings?$filter=CompanyNo eq 4')).length),
    )
    expect((await app.ask('/api/Buildings(630)/Units/$count')).text).toBe('64')
    expect((await app.ask('/api/Buildings(628)/Units/$count')).text).toBe('0')
    expect((await app.ask('/api/Buildings(77)/Units/$count')).status).toBe(404)
    expect((await app.ask('/api/Tenants/$count?$search=lachance AND émile')).text).toBe('1')
  })

  test.each(['-1', 'NaN', '1.5', '', '2147483648', 'x', '1e9', "'1'", 'null', '1 1'])(
    '$top and $skip refuse %s',
    async (value) => {
      for (const option of ['$top', '$skip']) {
        const answer = await app.ask(`/api/Buildings?${option}=${value}`)
        expect([option, answer.status]).toEqual([option, 400])
      }
    },
  )
})

describe('Protocol 4.01 §11.2.6.2 $orderby', () => {
  test.each([
    ['HousingType', 'housing_type nulls first, id'],
    ['HousingType desc', 'housing_type desc nulls last, id'],
    ['Floor desc,UnitCode asc', 'floor desc nulls last, unit_code, id'],
    ['NumberOfRooms mul 2 sub Floor desc', '(number_of_rooms * 2 - floor) desc nulls last, id'],
    [
      'Building/Name,UnitCode',
      '(select name from buildings b where b.account_id = 1 and b.id = u.building_id), unit_code, id',
    ],
    [
      'CurrentTenant/LastName desc',
      '(select last_name from tenants t where t.account_id = 1 and t.id = u.current_tenant_id) desc nulls last, id',
    ],
    [
      'Leases/$count desc',
      '(select count(*) from leases l where l.account_id = 1 and l.unit_id = u.id) desc, id',
    ],
    ["OccupancyStatus eq 'V' desc", "(occupancy_status = 'V') desc, id"],
    ['Id asc', 'id'],
  ])('%s', async (orderby, sql) => {
    expect(await app.ids(`/api/Units?$select=Id&$orderby=${orderby}`)).toEqual(
      await app.column(`select id from units u where account_id = 1 order by ${sql}`),
    )
  })

  test('texts in French order: eau, École, Zoé', async () => {
    const names = ['Zoé', 'eau', 'École', 'Eau', 'zone', 'écrou', 'ecole', 'œuf', 'ouf']
    const ids = (await app.ids('/api/Tenants?$select=Id')).slice(0, names.length)
    for (const [index, name] of names.entries())
      await app.sql('update tenants set last_name = $2 where account_id = 1 and id = $1', [
        ids[index],
        name,
      ])
    const rows = await app.rows<{ LastName: string }>(
      `/api/Tenants?$filter=Id in (${ids.join(',')})&$orderby=LastName&$select=LastName`,
    )
    expect(rows.map(({ LastName }) => LastName)).toEqual(
      [...names].sort(new Intl.Collator('fr-CA').compare),
    )
  })
})
