/** Next links go by the values of rows: what others write meanwhile neither repeats nor hides a row. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClientName, startTestApp, type TestApp } from '../support/test-app.ts'

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
}

async function pageAt(path: string, pageSize?: number, as?: ClientName): Promise<Page> {
  const headers = pageSize === undefined ? {} : { prefer: `maxpagesize=${pageSize}` }
  const answer = await app.ask(path.replace(app.baseUrl, ''), {
    headers,
    ...(as === undefined ? {} : { as }),
  })
  if (answer.status !== 200) throw new Error(`${path} → ${answer.status} ${answer.text}`)
  // A collection, as every path below addresses.
  return answer.json as Page
}

/** Ids of all pages; `between` runs after each of them. */
async function follow(
  path: string,
  pageSize: number,
  between: () => Promise<void> = async () => {},
): Promise<readonly number[]> {
  const ids: number[] = []
  let page = await pageAt(path, pageSize)
  for (let pages = 1; ; pages++) {
    ids.push(...page.value.map(({ Id }) => Id))
    const next = page['@odata.nextLink']
    if (next === undefined) return ids
    if (pages > 1_000) throw new Error(`${path} never ends`)
    await between()
    page = await pageAt(next)
  }
}

/** Orders of units, as a client asks and as PostgreSQL says them. */
const orders: readonly (readonly [string, string])[] = [
  ['Id desc', 'id desc'],
  ['HousingType', 'housing_type nulls first, id'],
  ['HousingType desc', 'housing_type desc nulls last, id'],
  ['CurrentTenantId desc,Id desc', 'current_tenant_id desc nulls last, id desc'],
  ['CurrentTenantId,UnitCode desc', 'current_tenant_id nulls first, unit_code desc, id'],
  ['NumberOfRooms,AskingRent', 'number_of_rooms nulls first, asking_rent nulls first, id'],
  ['NumberOfRooms desc,AskingRent', 'number_of_rooms desc nulls last, asking_rent nulls first, id'],
  ['AskingRent desc,Floor desc', 'asking_rent desc nulls last, floor desc nulls last, id'],
  ['BuildingId,UnitCode', 'building_id, unit_code, id'],
  ['ModifiedDate desc', 'modified_date desc, id'],
  ['AskingRent div 7 desc', '(asking_rent / 7) desc nulls last, id'],
  ['Floor mul 3 add Id mod 5', '(floor * 3 + mod(id, 5)) nulls first, id'],
  ['toupper(UnitCode) desc,Floor', 'upper(unit_code) desc, floor nulls first, id'],
  ["OccupancyStatus eq 'V' desc,Floor", "(occupancy_status = 'V') desc, floor nulls first, id"],
  ["contains(UnitCode,'1')", "(unit_code like '%1%'), id"],
  [
    'Leases/$count desc',
    '(select count(*) from leases l where l.account_id = 1 and l.unit_id = u.id) desc, id',
  ],
  [
    'Building/Name,CurrentTenant/LastName desc',
    `(select name from buildings b where b.account_id = 1 and b.id = u.building_id),
     (select last_name from tenants t where t.account_id = 1 and t.id = u.current_tenant_id) desc nulls last, id`,
  ],
  ['null,Floor desc', 'floor desc nulls last, id'],
]

describe('Protocol 4.01 §11.2.6.7 a next link goes on after the last row', () => {
  test.each(orders)('%s: the pages are the list', async (orderby, sql) => {
    const expected = await app.column(`select id from units u where account_id = 1 order by ${sql}`)
    expect(await follow(`/api/Units?$select=Id&$orderby=${orderby}`, 61)).toEqual(expected)
  })

  test('each row once while others insert and delete', async () => {
    for (const orderby of [
      'Id',
      'StartDate desc',
      'Description',
      'Description desc',
      'UnitId,EndDate desc',
    ]) {
      const writer = new Writer()
      await writer.prepare()
      const before = await writer.ids()
      let writing = Promise.resolve()
      const told = await follow(
        `/api/UnavailableUnits?$select=Id&$orderby=${orderby}`,
        9,
        async () => {
          await writing
          writing = writer.write()
        },
      )
      await writing
      expect([orderby, told.length]).toEqual([orderby, new Set(told).size])
      const after = new Set(await writer.ids())
      const survivors = before.filter((id) => after.has(id))
      expect(survivors.length).toBeGreaterThan(60)
      expect(survivors.length).toBeLessThan(before.length)
      const missed = survivors.filter((id) => !told.includes(id))
      expect([orderby, missed]).toEqual([orderby, []])
    }
  })

  test('a row that ended a page may be gone, or stand elsewhere, when the next one is asked for', async () => {
    const all = await app.ids('/api/UnavailableUnits?$select=Id&$orderby=StartDate desc')
    const first = await pageAt('/api/UnavailableUnits?$select=Id&$orderby=StartDate desc', 4)
    await app.sql('delete from unavailable_units where account_id = 1 and id = $1', [all[3]])
    const second = await pageAt(first['@odata.nextLink'] ?? '')
    expect(second.value.map(({ Id }) => Id)).toEqual(all.slice(4, 8))
    await app.sql(
      "update unavailable_units set start_date = '1990-01-01', end_date = '1990-01-02' where account_id = 1 and id = $1",
      [all[7]],
    )
    const third = await pageAt(second['@odata.nextLink'] ?? '')
    expect(third.value.map(({ Id }) => Id)).toEqual(all.slice(8, 12))
  })

  test('now() is that of the first page', async () => {
    const path =
      '/api/Units?$select=Id&$orderby=ModifiedDate sub now(),UnitCode&$filter=ModifiedDate lt now()'
    const expected = await app.ids(path)
    const ids = await follow(path, 100, async () => {
      app.clock.aheadMs += 3_600_000
    })
    app.clock.aheadMs = 0
    expect(ids).toEqual(expected)
  })

  test('a bound function goes by its rows too', async () => {
    const all = await app.rows<{ UnitId: number }>('/api/Units/ForRent?$orderby=AskingRent desc')
    const first = await app.ask('/api/Units/ForRent?$orderby=AskingRent desc', {
      headers: { prefer: 'maxpagesize=5' },
    })
    const page = first.json as { value: { UnitId: number }[]; '@odata.nextLink': string }
    const last = page.value.at(-1)?.UnitId
    // What is let meanwhile is for rent no longer.
    await app.sql('update units set is_active = false where account_id = 1 and id = $1', [last])
    const next = await app.rows<{ UnitId: number }>(
      page['@odata.nextLink'].replace(app.baseUrl, ''),
    )
    expect(next.map(({ UnitId }) => UnitId)).toEqual(all.slice(5, 10).map(({ UnitId }) => UnitId))
  })
})

/** Periods of unavailability that come and go. */
class Writer {
  #next = 900_000

  async prepare(): Promise<void> {
    await app.sql('delete from unavailable_units where account_id = 1 and id >= 900000')
    for (let count = 0; count < 100; count++) await this.#insert()
  }

  async ids(): Promise<readonly number[]> {
    return app.column('select id from unavailable_units where account_id = 1 order by id')
  }

  /** Rows everywhere in every order. */
  async write(): Promise<void> {
    await Promise.all([this.#insert(), this.#insert(), this.#delete(0.2), this.#delete(0.8)])
  }

  async #insert(): Promise<void> {
    const id = this.#next++
    // Periods of one unit do not overlap: each has days of its own.
    await app.sql(
      `insert into unavailable_units
       select (jsonb_populate_record(u, jsonb_build_object(
         'id', $1::integer,
         'start_date', date '2030-01-01' + ($1 * 37 % 500) * 9,
         'end_date', date '2030-01-01' + ($1 * 37 % 500) * 9 + $1 % 7,
         'description', case when $1 % 3 > 0 then 'Travaux ' || $1 % 5 end))).*
         from unavailable_units u where u.account_id = 1 order by u.id limit 1`,
      [id],
    )
  }

  async #delete(part: number): Promise<void> {
    await app.sql(
      `delete from unavailable_units where account_id = 1 and id = (
         select id from unavailable_units where account_id = 1 and id >= 900000 order by id
         offset (select count(*) * $1::float8 from unavailable_units where account_id = 1 and id >= 900000)::integer limit 1)`,
      [part],
    )
  }
}

describe('Protocol 4.01 §11.2.6.7 a next link is the service’s own', () => {
  const tokenOf = (link: string): string => /\$skiptoken=([\w-]+)$/.exec(link)?.[1] ?? ''

  test('a token opens for its user, account and query alone', async () => {
    const path = '/api/Tenants?$filter=Id gt 5&$orderby=LastName&$select=Id'
    const token = tokenOf((await pageAt(path, 5))['@odata.nextLink'] ?? '')
    expect((await app.ask(`${path}&$skiptoken=${token}`)).status).toBe(200)
    const others: readonly (readonly [ClientName, string])[] = [
      ['other', path],
      ['administrator', path],
      ['integrator', '/api/Tenants?$filter=Id gt 6&$orderby=LastName&$select=Id'],
      ['integrator', '/api/Tenants?$filter=Id ge 5&$orderby=LastName&$select=Id'],
      ['integrator', '/api/Tenants?$filter=Id gt 5&$orderby=FirstName&$select=Id'],
      ['integrator', '/api/Tenants?$orderby=LastName&$select=Id'],
      ['integrator', '/api/Units?$select=Id'],
    ]
    for (const [as, query] of others) {
      const answer = await app.ask(`${query}&$skiptoken=${token}`, { as })
      expect([as, query, answer.status]).toEqual([as, query, 400])
      expect(answer.text).toContain('INVALID_OPTION_VALUE')
    }
  })

  test('a client may spell the query of a link anew', async () => {
    const link =
      (await pageAt("/api/Tenants?$filter=Id gt 5 and LastName ne 'Côté'&$select=Id", 5))[
        '@odata.nextLink'
      ] ?? ''
    const expected = (await pageAt(link)).value
    const { pathname, searchParams } = new URL(link)
    expect((await pageAt(`${pathname}?${searchParams.toString()}`)).value).toEqual(expected)
  })

  test('a token that was altered anywhere is refused', async () => {
    const path = '/api/Tenants?$orderby=LastName desc&$select=Id'
    const token = tokenOf((await pageAt(path, 5))['@odata.nextLink'] ?? '')
    for (let index = 0; index < token.length; index += 3) {
      const letter = token[index] === 'A' ? 'B' : 'A'
      const altered = token.slice(0, index) + letter + token.slice(index + 1)
      expect([index, (await app.ask(`${path}&$skiptoken=${altered}`)).status]).toEqual([index, 400])
    }
    for (const piece of [
      token.slice(1),
      token.slice(0, -1),
      `${token}A`,
      `${token}=`,
      token + token,
    ])
      expect((await app.ask(`${path}&$skiptoken=${piece}`)).status).toBe(400)
  })

  test('it shows nothing of the rows, and is the same for the same page', async () => {
    const path = '/api/Tenants?$orderby=LastName desc&$select=Id'
    const link = (await pageAt(path, 5))['@odata.nextLink'] ?? ''
    expect((await pageAt(path, 5))['@odata.nextLink']).toBe(link)
    const names = await app.rows<{ LastName: string }>('/api/Tenants?$orderby=LastName desc&$top=5')
    const bytes = Buffer.from(tokenOf(link), 'base64url').toString('latin1')
    expect(bytes).not.toContain(names[4]?.LastName ?? '')
  })

  test('rows may be ordered by a text that is longer than a plain link', async () => {
    const [first, second, third] = await app.ids('/api/Units?$select=Id&$top=3')
    for (const [index, id] of [first, second, third].entries())
      await app.sql(
        'update units set listing_description_fr = $2 where account_id = 1 and id = $1',
        [id, `Très beau logement ${'éclairé '.repeat(480)}${index}`],
      )
    const path = `/api/Units?$select=Id&$filter=Id in (${first},${second},${third})&$orderby=ListingDescriptionFr desc`
    expect(await follow(path, 1)).toEqual([third, second, first])
  })
})

/** An entity with the collections that were expanded. */
interface Expanded {
  readonly Id: number
  readonly Units: readonly Expanded[]
  readonly 'Units@odata.nextLink'?: string
  readonly 'Units@odata.count'?: number
  readonly 'Units@nextLink'?: string
  readonly Buildings?: readonly Expanded[]
  readonly 'Buildings@odata.nextLink'?: string
}

describe('Protocol 4.01 §8.2.8.6 maxpagesize is the size of every collection of the answer', () => {
  async function expandedAt(path: string, headers: Record<string, string>): Promise<Expanded> {
    const { status, json } = await app.ask(path.replace(app.baseUrl, ''), { headers })
    expect([path, status]).toEqual([path, 200])
    // An entity or a collection with expanded collections, as the paths below ask.
    return json as Expanded
  }

  /** The rest of an expanded collection. */
  async function rest(link: string | undefined): Promise<readonly number[]> {
    const ids: number[] = []
    for (let next = link; next !== undefined; ) {
      const page = await pageAt(next)
      ids.push(...page.value.map(({ Id }) => Id))
      next = page['@odata.nextLink']
    }
    return ids
  }

  const unitsOf = (building: number, tail: string): Promise<readonly number[]> =>
    app.column(`select id from units where account_id = 1 and building_id = $1 ${tail}`, [building])

  test.each([
    ['$select=Id', 'order by id'],
    [
      '$select=UnitCode,Id;$orderby=Floor desc,UnitCode',
      'order by floor desc nulls last, unit_code, id',
    ],
    [
      '$select=Id;$filter=Floor ge 2;$orderby=AskingRent',
      'and floor >= 2 order by asking_rent nulls first, id',
    ],
    ['$select=Id;$top=7;$skip=2', 'order by id limit 7 offset 2'],
    ['$select=Id;$top=5', 'order by id limit 5'],
    ['$select=Id;$top=6;$orderby=UnitCode desc', 'order by unit_code desc, id limit 6'],
    ['$select=Id;$skip=57', 'order by id offset 57'],
    ['$select=Id;$count=true', 'order by id'],
    ['$select=Id;$expand=Leases($select=Id)', 'order by id'],
  ])('$expand=Units(%s): page by page, the units of each building', async (options, tail) => {
    let next: string | undefined = `/api/Buildings?$select=Id&$expand=Units(${options})`
    let buildings = 0
    let cut = 0
    while (next !== undefined) {
      const page: { value: readonly Expanded[]; '@odata.nextLink'?: string } = JSON.parse(
        (await app.ask(next.replace(app.baseUrl, ''), { headers: { prefer: 'maxpagesize=5' } }))
          .text,
      )
      for (const building of page.value) {
        expect(building.Units.length).toBeLessThanOrEqual(5)
        const link = building['Units@odata.nextLink']
        if (link !== undefined) cut += 1
        const told = [...building.Units.map(({ Id }) => Id), ...(await rest(link))]
        expect([building.Id, told]).toEqual([building.Id, await unitsOf(building.Id, tail)])
        // A final page has no link.
        if (building.Units.length < 5) expect(link).toBeUndefined()
      }
      buildings += page.value.length
      next = page['@odata.nextLink']
    }
    expect(buildings).toBe((await app.ids('/api/Buildings?$select=Id')).length)
    expect(cut > 0).toBe(!options.includes('$top=5'))
  })

  test('collections inside expanded collections, and those of one entity', async () => {
    const [id] = await app.column<number>(
      'select ledger_division_id from buildings where account_id = 1 group by 1 order by count(*) desc, 1 limit 1',
    )
    const division = await expandedAt(
      `/api/LedgerDivisions(${id})?$select=Id&$expand=Buildings($select=Id;$orderby=Name;$expand=Units($select=Id))`,
      { prefer: 'odata.maxpagesize=2' },
    )
    const buildings: Expanded[] = []
    let page: { value: readonly Expanded[]; '@odata.nextLink'?: string | undefined } = {
      value: division.Buildings ?? [],
      '@odata.nextLink': division['Buildings@odata.nextLink'],
    }
    for (;;) {
      expect(page.value.length).toBeLessThanOrEqual(2)
      buildings.push(...page.value)
      const next: string | undefined = page['@odata.nextLink']
      if (next === undefined) break
      page = JSON.parse((await app.ask(next.replace(app.baseUrl, ''))).text)
    }
    expect(buildings.map(({ Id }) => Id)).toEqual(
      await app.column(
        'select id from buildings where account_id = 1 and ledger_division_id = $1 order by name, id',
        [id],
      ),
    )
    expect(buildings.length).toBeGreaterThan(4)
    for (const building of buildings)
      expect([
        ...building.Units.map(({ Id }) => Id),
        ...(await rest(building['Units@odata.nextLink'])),
      ]).toEqual(await unitsOf(building.Id, 'order by id'))
    const [unit, building] = [2909, 630]
    const through = await app.ask(
      `/api/Units(${unit})?$select=Id&$expand=Building($select=Id;$expand=Units($select=Id;$orderby=Id desc))`,
      { headers: { prefer: 'maxpagesize=3' } },
    )
    const { Building } = through.json as { Building: Expanded }
    expect([
      ...Building.Units.map(({ Id }) => Id),
      ...(await rest(Building['Units@odata.nextLink'])),
    ]).toEqual(await unitsOf(building, 'order by id desc'))
  })

  test('the page of an expanded collection has the control information of any collection', async () => {
    const headers = { prefer: 'maxpagesize=2', 'odata-maxversion': '4.01' }
    const entity = await expandedAt(
      '/api/Buildings(630)?$select=Id&$expand=Units($select=Id)',
      headers,
    )
    const answer = await app.ask((entity['Units@nextLink'] ?? '').replace(app.baseUrl, ''), {
      headers,
    })
    const page = answer.json as Record<string, unknown>
    expect(page['@context']).toBe(`${app.baseUrl}/api/$metadata#Units(Id)`)
    expect(Object.keys(page)).toEqual(['@context', 'value', '@nextLink'])
    const references = await expandedAt('/api/Buildings(630)?$select=Id&$expand=Units/$ref', {
      prefer: 'maxpagesize=2',
    })
    const refs = await app.ask((references['Units@odata.nextLink'] ?? '').replace(app.baseUrl, ''))
    expect(Object.keys((refs.json as { value: object[] }).value[0] ?? {})).toEqual(['@odata.id'])
  })

  test('the link of an expanded collection opens for its user and query alone', async () => {
    const headers = { prefer: 'maxpagesize=2' }
    const entity = await expandedAt(
      '/api/Buildings(630)?$select=Id&$expand=Units($select=Id)',
      headers,
    )
    const link = (entity['Units@odata.nextLink'] ?? '').replace(app.baseUrl, '')
    expect((await app.ask(link, { as: 'administrator' })).status).toBe(400)
    expect((await app.ask(link.replace('(630)', '(628)'))).status).toBe(400)
    expect((await app.ask(link.replace('=Id)', '=UnitCode)'))).status).toBe(400)
  })

  test('whatever else an answer holds, the link stands behind its collection', async () => {
    const path = '/api/Buildings?$filter=Id le 630&$expand=Units($expand=Leases),LedgerDivision'
    for (const [accept, prefer] of [
      ['application/json;odata.metadata=full', ''],
      ['application/json;odata.metadata=none', ''],
      ['application/json;odata.metadata=full;odata.streaming=true', ',omit-values=nulls'],
      ['application/json;IEEE754Compatible=true', ',omit-values=nulls'],
    ] as const) {
      const { value } = (
        await app.ask(path, { headers: { accept, prefer: `maxpagesize=3${prefer}` } })
      ).json as { value: readonly Expanded[] }
      const cut = value.find((building) => building['Units@odata.nextLink'] !== undefined)
      expect(cut?.Units.length).toBe(3)
      const names = Object.keys(cut ?? {})
      expect(names[names.indexOf('Units') + 1]).toBe('Units@odata.nextLink')
      const link = (cut?.['Units@odata.nextLink'] ?? '').replace(app.baseUrl, '')
      const next = await app.ask(link, { headers: { accept, prefer: prefer.slice(1) } })
      expect((next.json as Page).value[0]?.Id).toBe((await unitsOf(cut?.Id ?? 0, 'order by id'))[3])
    }
  })

  test('without a page size nothing is cut', async () => {
    const { text } = await app.ask('/api/Buildings?$expand=Units($select=Id)&$select=Id')
    expect(text).not.toContain('nextLink')
  })
})
