import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { model } from '../../src/model/model.ts'
import { expectError } from '../support/expected-error.ts'
import { expectedRows, listOf, readable } from '../support/row-oracle.ts'
import { type Answer, startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

/** Asserts status and the whole body, byte by byte. */
function expectBody(answer: Answer, body: string): void {
  expect(answer.text).toBe(body)
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json')
}

interface Page {
  readonly value: readonly { readonly Id: number }[]
  readonly '@odata.nextLink'?: string
}

/** The pages that next links lead to, from the first address on. */
async function follow(
  path: string,
  headers: Record<string, string> = {},
  on = app,
): Promise<Page[]> {
  const pages: Page[] = []
  let next: string | undefined = path
  while (next !== undefined && pages.length < 200) {
    const answer: Answer = await on.ask(next.replace(on.baseUrl, ''), { headers })
    expect(answer.status).toBe(200)
    // What a collection answers; the assertions below look at every member used.
    const page = answer.json as Page
    pages.push(page)
    next = page['@odata.nextLink']
  }
  return pages
}

const idsOf = (pages: readonly Page[]): number[] =>
  pages.flatMap(({ value }) => value.map(({ Id }) => Id))

describe('B1 GET /api/Buildings', () => {
  test('B1 lists all the buildings, whole, as {"value":[…]}', async () => {
    const rows = await expectedRows(app, 'Buildings')
    expect(rows.length).toBeGreaterThanOrEqual(30)
    expectBody(await app.ask('/api/Buildings'), listOf(rows))
  })

  test('B1 a long list is complete and streamed', async () => {
    expectBody(await app.ask('/api/Units'), listOf(await expectedRows(app, 'Units')))
    const answer = await app.ask('/api/Units?$expand=Leases')
    expect(answer.bytes.length).toBeGreaterThan(1_000_000)
    expect((answer.json as Page).value).toHaveLength((await expectedRows(app, 'Units')).length)
    expect(answer.headers['transfer-encoding']).toBe('chunked')
    expect(answer.headers['content-length']).toBeUndefined()
  })

  test('B1 pages only when the caller asks, with @odata.nextLink', async () => {
    const all = await app.ids('/api/Buildings')
    const first = await app.ask('/api/Buildings?$select=Id', {
      headers: { prefer: 'odata.maxpagesize=7' },
    })
    expect(first.headers['preference-applied']).toBe('odata.maxpagesize=7')
    const pages = await follow('/api/Buildings?$select=Id', { prefer: 'odata.maxpagesize=7' })
    expect(pages.slice(0, -1).map(({ value }) => value.length)).toEqual(
      Array(Math.ceil(all.length / 7) - 1).fill(7),
    )
    expect(idsOf(pages)).toEqual(all)
    expect(Object.keys(pages.at(-1) ?? {})).toEqual(['value'])
    const top = await app.ask('/api/Buildings?$top=3&$select=Id')
    expectBody(top, '{"value":[{"Id":1},{"Id":2},{"Id":3}]}')
  })

  test('B1 or when the operator sets a page size', async () => {
    const paged = await startTestApp({ settings: { HAPI_MAX_PAGE_SIZE: '10' } })
    try {
      const pages = await follow('/api/Buildings?$select=Id', {}, paged)
      expect(pages[0]?.value).toHaveLength(10)
      expect(idsOf(pages)).toEqual(await app.ids('/api/Buildings'))
      // A larger page than the operator allows is not given.
      const asked = await paged.ask('/api/Buildings?$select=Id', {
        headers: { prefer: 'maxpagesize=1000' },
      })
      expect((asked.json as Page).value).toHaveLength(10)
      expect(asked.headers['preference-applied']).toBe('maxpagesize=10')
      // Nor a larger expanded collection.
      const expanded = await paged.ask('/api/Buildings(630)?$select=Id&$expand=Units($select=Id)')
      const { Units: units, 'Units@odata.nextLink': link } = expanded.json as {
        Units: readonly object[]
        'Units@odata.nextLink': string
      }
      expect(units).toHaveLength(10)
      const rest = await follow(link.replace(paged.baseUrl, ''), {}, paged)
      expect([...units, ...rest.flatMap(({ value }) => value)]).toEqual(
        (await app.ids('/api/Buildings(630)/Units')).map((Id) => ({ Id })),
      )
    } finally {
      await paged.close()
    }
  })
})

const GUIDE_FIRST_TWO =
  '{"value":[{"Id":1,"CompanyNo":4,"DivisionNo":1,"BuildingCode":"1067CHEVRE","Name":"Maison de repos du Chevreau"},' +
  '{"Id":2,"CompanyNo":4,"DivisionNo":1,"BuildingCode":"IBERVILLE5","Name":"Iberville 51566"},'

describe('B2 $Select', () => {
  test('B2 the guide’s request gives the guide’s first rows', async () => {
    const select = ['Id', 'CompanyNo', 'DivisionNo', 'BuildingCode', 'Name']
    const answer = await app.ask('/api/Buildings?$Select=Id,CompanyNo,DivisionNo,BuildingCode,Name')
    expect(answer.text.slice(0, GUIDE_FIRST_TWO.length)).toBe(GUIDE_FIRST_TWO)
    expectBody(answer, listOf(await expectedRows(app, 'Buildings', { select })))
  })

  test('B2 options in any case, without $, with blanks around commas, = and at the ends', async () => {
    const expected = '{"value":[{"Id":2,"Name":"Iberville 51566"}]}'
    for (const query of [
      '$Select=Id,Name&$Filter=Id eq 2',
      '$SELECT=Id , Name &$FILTER= Id eq 2 ',
      ' $select = Id,Name & $filter = Id  eq  2 ',
      'select=Id,Name&filter=Id eq 2',
      'Select= id ,NAME &Filter=ID EQ 2',
      '%24select=Id%2CName&%24filter=Id+eq+2',
      '$select=Id,\tName&$filter=Id eq 2',
      '$orderby= Name  DESC , Id asc &$select=Id,Name&$filter=Id eq 2&$top= 5 &$skip= 0 ',
      '&$select=Id,Name&&$filter=Id eq 2&',
    ]) {
      const answer = await app.ask(`/api/Buildings?${query}`)
      expect([query, answer.text]).toEqual([query, expected])
    }
  })
})

const PINS = "CompanyNo eq 3 and DivisionNo eq 1 and BuildingCode eq '1000PINS'"
const UNIT_1440_HEAD =
  '{"value":[{"CompanyNo":3,"DivisionNo":1,"BuildingCode":"1000PINS","UnitCode":"","OccupancyStatus":"V","HousingType":null,"NumberOfRooms":4.5,"Id":1440,'

describe('B3 $filter and codes (R-001)', () => {
  test('B3 the guide’s request gives the 64 units of 1000PINS, the guide’s first', async () => {
    const answer = await app.ask(`/api/Units?$filter=${PINS}`)
    expect(answer.text.slice(0, UNIT_1440_HEAD.length)).toBe(UNIT_1440_HEAD)
    const where = "company_no = 3 and division_no = 1 and building_code = '1000PINS'"
    const rows = await expectedRows(app, 'Units', { where })
    expect(rows).toHaveLength(64)
    expectBody(answer, listOf(rows))
  })

  test('B3 codes match whatever blanks surround them and whatever their case, on either side', async () => {
    const expected = await app.ids(`/api/Units?$filter=${PINS}`)
    expect(expected).toHaveLength(64)
    for (const condition of [
      "BuildingCode eq '1000PINS '",
      "BuildingCode eq ' 1000pins'",
      "BuildingCode eq '  1000Pins   '",
      "'1000pins  ' eq BuildingCode",
      "BuildingCode in (' 1000pins')",
      "Building/BuildingCode eq '1000pins '",
      "not (BuildingCode ne ' 1000pins ')",
      "startswith(BuildingCode,'1000pi')",
      "buildingcode eq '1000PINS'",
    ]) {
      const ids = await app.ids(
        `/api/Units?$filter=CompanyNo eq 3 and DivisionNo eq 1 and ${condition}`,
      )
      expect([condition, ids]).toEqual([condition, expected])
    }
  })

  test('B3 codes are answered trimmed; an empty one is a code', async () => {
    expectBody(
      await app.ask(`/api/Units?$filter=${PINS} and UnitCode eq ''&$select=Id,UnitCode`),
      '{"value":[{"Id":1440,"UnitCode":""}]}',
    )
    expectBody(
      await app.ask(`/api/Units?$filter=${PINS} and UnitCode eq ' 775'&$select=Id,UnitCode`),
      '{"value":[{"Id":2909,"UnitCode":"775"}]}',
    )
    expectBody(
      await app.ask(
        "/api/Units(CompanyNo=3,DivisionNo=1,BuildingCode=' 1000pins',UnitCode='   ')?$select=Id",
      ),
      '{"Id":1440}',
    )
  })
})

describe('B4 $orderby', () => {
  test('B4 the guide’s request: by company, division and name, the guide’s building first', async () => {
    const answer = await app.ask('/api/Buildings?$orderby=CompanyNo, DivisionNo, Name')
    const head =
      '{"value":[{"CompanyNo":1,"DivisionNo":1,"BuildingCode":"100LAURIER","Name":"100 laurier","CivicNoAndStreet":"100 boul laurier","City":"quebec",'
    expect(answer.text.slice(0, head.length)).toBe(head)
    const orderBy = 'company_no, division_no, name, id'
    expectBody(answer, listOf(await expectedRows(app, 'Buildings', { orderBy })))
  })

  test('B4 ties are broken by the key, whatever the direction', async () => {
    for (const [option, orderBy] of [
      ['CompanyNo', 'company_no, id'],
      ['CompanyNo desc', 'company_no desc, id'],
      ['City', 'city, id'],
      ['NumberOfFloors', 'number_of_floors nulls first, id'],
      ['NumberOfFloors desc', 'number_of_floors desc nulls last, id'],
      ['Id desc', 'id desc'],
    ]) {
      const answer = await app.ask(`/api/Buildings?$select=Id&$orderby=${option}`)
      const rows = await expectedRows(app, 'Buildings', { select: ['Id'], orderBy: orderBy ?? '' })
      expect([option, answer.text]).toEqual([option, listOf(rows)])
    }
  })
})

describe('B5 $top and $skip', () => {
  const head =
    '{"value":[{"CompanyNo":3,"DivisionNo":1,"TenantType":"D","TenantNo":1.0,"BuildingCode":"1067CHEVRE","UnitCode":"1","LastName":"cyr","FirstName":"Guy","Id":1,'

  test('B5 the guide’s request gives the first ten tenants', async () => {
    const answer = await app.ask('/api/Tenants?$top=10')
    expect(answer.text.slice(0, head.length)).toBe(head)
    expectBody(answer, listOf((await expectedRows(app, 'Tenants')).slice(0, 10)))
  })

  test('B5 $skip pages: no tenant is lost, none comes twice', async () => {
    const all = await app.column<number>('select id from tenants where account_id = 1 order by id')
    const seen: number[] = []
    for (let skip = 0; skip <= all.length; skip += 50)
      seen.push(...(await app.ids(`/api/Tenants?$select=Id&$top=50&$skip=${skip}`)))
    expect(seen).toEqual(all)
    expectBody(await app.ask(`/api/Tenants?$skip=${all.length}`), '{"value":[]}')
    expectBody(await app.ask('/api/Tenants?$top=0'), '{"value":[]}')
  })
})

describe('B6 $expand', () => {
  test('B6 the guide’s request: expanded properties first, then Id, then the declared order', async () => {
    const answer = await app.ask('/api/Buildings?$expand=Units')
    const own = [
      'Id',
      ...model
        .getType('Building')
        .properties.map(({ name }) => name)
        .filter((name) => name !== 'Id'),
    ]
    const buildings = await expectedRows(app, 'Buildings', { select: own })
    const units = await expectedRows(app, 'Units', { orderBy: 'building_id, id' })
    const idOf = (row: string, name: string): string =>
      new RegExp(`"${name}":(\\d+)`).exec(row)?.[1] ?? ''
    const unitsOf = new Map<string, string[]>()
    for (const row of units) {
      const building = idOf(row, 'BuildingId')
      unitsOf.set(building, [...(unitsOf.get(building) ?? []), row])
    }
    const rows = buildings.map(
      (row) => `{"Units":[${(unitsOf.get(idOf(row, 'Id')) ?? []).join(',')}],${row.slice(1)}`,
    )
    expectBody(answer, listOf(rows))
    expect(answer.text).toContain(
      '],"Id":1,"CompanyNo":4,"DivisionNo":1,"BuildingCode":"1067CHEVRE","Name":"Maison de repos du Chevreau","CivicNoAndStreet":"1067 du Chevreau","City":"Lévis",',
    )
    expect(answer.text.startsWith('{"value":[{"Units":[{"CompanyNo":4,')).toBe(true)
  })
})

describe('B7 options together', () => {
  test('B7 the guide’s request, with its blanks', async () => {
    const answer = await app.ask(
      '/api/Buildings?$Select=CompanyNo, DivisionNo, BuildingCode, Id, Units&$expand=Units($select=Id,UnitCode,NumberOfRooms) &$orderby=BuildingCode&$filter=CompanyNo eq 3 and DivisionNo eq 1',
    )
    const head =
      '{"value":[{"Units":[{"Id":4050,"UnitCode":"1","NumberOfRooms":3.5}],"CompanyNo":3,"DivisionNo":1,"BuildingCode":"1000BOULEA","Id":624},' +
      '{"Units":[],"CompanyNo":3,"DivisionNo":1,"BuildingCode":"1000CHENES","Id":628},' +
      '{"Units":[{"Id":1440,"UnitCode":"","NumberOfRooms":4.5},{"Id":1448,"UnitCode":"1","NumberOfRooms":5.5},{"Id":2731,"UnitCode":"2","NumberOfRooms":4.5},{"Id":2909,"UnitCode":"775","NumberOfRooms":4.5},{"Id":2910,"UnitCode":"101","NumberOfRooms":4.5},'
    expect(answer.text.slice(0, head.length)).toBe(head)
    const where = 'company_no = 3 and division_no = 1'
    const buildings = await expectedRows(app, 'Buildings', {
      select: ['CompanyNo', 'DivisionNo', 'BuildingCode', 'Id'],
      where,
      orderBy: 'building_code, id',
    })
    const rows = await Promise.all(
      buildings.map(async (row) => {
        const units = await expectedRows(app, 'Units', {
          select: ['Id', 'UnitCode', 'NumberOfRooms'],
          where: `building_id = ${/"Id":(\d+)/.exec(row)?.[1]}`,
        })
        return `{"Units":[${units.join(',')}],${row.slice(1)}`
      }),
    )
    expectBody(answer, listOf(rows))
  })
})

describe('B8 $where', () => {
  test('B8 is another name of $filter', async () => {
    for (const name of ['$where', '$Where', 'where', '%24where']) {
      const answer = await app.ask(`/api/Buildings?${name}=Id eq 628&$select=Name`)
      expectBody(answer, '{"value":[{"Name":"Les Chênes"}]}')
    }
    expectBody(
      await app.ask('/api/Buildings?$filter=Id eq 628&$select=Id&$expand=Units($where=Id lt 0)'),
      '{"value":[{"Units":[],"Id":628}]}',
    )
  })

  test('B8 both at once: 400', async () => {
    const answer = await app.ask('/api/Buildings?$where=Id eq 1&$filter=Id eq 1')
    expect(answer.status).toBe(400)
    expect((answer.json as { error: { code: string } }).error.code).toBe('DUPLICATE_OPTION')
  })
})

describe('B9 names and shapes', () => {
  test('B9 the heads of Building, Unit and Tenant, in the guide’s order', async () => {
    const heads = {
      Buildings: ['CompanyNo', 'DivisionNo', 'BuildingCode', 'Name', 'CivicNoAndStreet', 'City'],
      Units: [
        'CompanyNo',
        'DivisionNo',
        'BuildingCode',
        'UnitCode',
        'OccupancyStatus',
        'HousingType',
        'NumberOfRooms',
      ],
      Tenants: [
        'CompanyNo',
        'DivisionNo',
        'TenantType',
        'TenantNo',
        'BuildingCode',
        'UnitCode',
        'LastName',
        'FirstName',
      ],
    }
    for (const [set, head] of Object.entries(heads)) {
      const [row] = await app.rows(`/api/${set}?$top=1`)
      expect(Object.keys(row ?? {}).slice(0, head.length)).toEqual(head)
    }
  })

  test('B9 with $select the order of the list; decimals keep their scale', async () => {
    expectBody(
      await app.ask('/api/Units(1440)?$select=NumberOfRooms,HousingType,OccupancyStatus,UnitCode'),
      '{"NumberOfRooms":4.5,"HousingType":null,"OccupancyStatus":"V","UnitCode":""}',
    )
    expectBody(
      await app.ask('/api/Tenants(7535)?$select=TenantNo,TenantType,FirstName,LastName'),
      '{"TenantNo":7535.0,"TenantType":"D","FirstName":"Émile","LastName":"Lachance"}',
    )
    expectBody(
      await app.ask('/api/Leases(9211)?$select=RentAmount,InitialRentAmount,StartDate'),
      '{"RentAmount":1000.00,"InitialRentAmount":1000.00,"StartDate":"2026-07-01"}',
    )
  })

  test('B9 with $expand and $select: the expanded properties, then the list', async () => {
    expectBody(
      await app.ask('/api/Units(1448)?$select=UnitCode,Id&$expand=Building($select=Name,Id)'),
      '{"Building":{"Name":"Les Pins","Id":630},"UnitCode":"1","Id":1448}',
    )
  })
})

describe('B10 control information', () => {
  const path = '/api/Buildings?$select=Id&$filter=Id le 2&$count=true'

  test('B10 a request that shows no awareness of OData gets the plain body', async () => {
    for (const headers of [
      {},
      { accept: '*/*' },
      { accept: 'application/json' },
      { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' },
    ]) {
      const answer = await app.ask('/api/Buildings?$select=Id&$filter=Id le 2', { headers })
      expectBody(answer, '{"value":[{"Id":1},{"Id":2}]}')
      expect(answer.headers['odata-version']).toBe('4.0')
    }
  })

  test('B10 one that does gets what OData 4.0 prescribes', async () => {
    const rows = await taggedRows('@odata.etag')
    const body = `{"@odata.context":"${app.baseUrl}/api/$metadata#Buildings(Id)","@odata.count":2,"value":${rows}}`
    for (const headers of [
      { 'odata-version': '4.0' },
      { 'odata-maxversion': '4.0' },
      { accept: 'application/json;odata.metadata=minimal' },
    ] as Record<string, string>[]) {
      const answer = await app.ask(path, { headers })
      expect(answer.text).toBe(body)
      expect(answer.headers['content-type']).toBe('application/json;odata.metadata=minimal')
      expect(answer.headers['odata-version']).toBe('4.0')
    }
    const formatted = await app.ask(`${path}&$format=application/json;odata.metadata=minimal`)
    expect(formatted.text).toBe(body)
  })

  test('B10 and 4.01 for one that takes it', async () => {
    const answer = await app.ask(path, { headers: { 'odata-maxversion': '4.01' } })
    expect(answer.text).toBe(
      `{"@context":"${app.baseUrl}/api/$metadata#Buildings(Id)","@count":2,"value":${await taggedRows('@etag')}}`,
    )
    expect(answer.headers['content-type']).toBe('application/json;metadata=minimal')
    expect(answer.headers['odata-version']).toBe('4.01')
  })

  async function taggedRows(annotation: string): Promise<string> {
    const rows = await app.rows<{ Id: number; ModifiedDate: string }>(
      '/api/Buildings?$filter=Id le 2',
    )
    return JSON.stringify(
      rows.map(({ Id, ModifiedDate }) => ({ [annotation]: `W/"${ModifiedDate}"`, Id })),
    )
  }

  test('B10 odata.metadata=none asks for counts and links, and no context', async () => {
    const answer = await app.ask(path, {
      headers: { accept: 'application/json;odata.metadata=none' },
    })
    expect(answer.text).toBe('{"@odata.count":2,"value":[{"Id":1},{"Id":2}]}')
  })

  test('B10 context URLs of an entity, a property and an expand', async () => {
    const headers = { 'odata-version': '4.0' }
    const of = async (resource: string): Promise<unknown> =>
      ((await app.ask(resource, { headers })).json as Record<string, unknown>)['@odata.context']
    const root = `${app.baseUrl}/api/$metadata`
    expect(await of('/api/Buildings')).toBe(`${root}#Buildings`)
    expect(await of('/api/buildings(1)')).toBe(`${root}#Buildings/$entity`)
    expect(await of('/api/Buildings(1)/Name')).toBe(`${root}#Buildings(1)/Name`)
    expect(await of('/api/Buildings(1)?$select=Id&$expand=Units($select=Id)')).toBe(
      `${root}#Buildings(Id,Units(Id))/$entity`,
    )
    expect(await of('/api/Units/ForRent')).toBe(`${root}#Collection(Primmo.HApi.AvailableUnit)`)
  })
})

describe('B11 LedgerDivisions', () => {
  test('B11 lists the companies-divisions', async () => {
    expectBody(
      await app.ask('/api/LedgerDivisions?$select=Id,CompanyNo,DivisionNo,Name,DivisionType'),
      '{"value":[' +
        '{"Id":1,"CompanyNo":1,"DivisionNo":1,"Name":"Division Laurier","DivisionType":"P"},' +
        '{"Id":2,"CompanyNo":1,"DivisionNo":2,"Name":"Syndicat Laurier","DivisionType":"S"},' +
        '{"Id":3,"CompanyNo":3,"DivisionNo":1,"Name":"Division Québec","DivisionType":"G"},' +
        '{"Id":4,"CompanyNo":3,"DivisionNo":2,"Name":"Division Lévis","DivisionType":"G"},' +
        '{"Id":5,"CompanyNo":4,"DivisionNo":1,"Name":"Division Chevreau","DivisionType":"P"},' +
        '{"Id":6,"CompanyNo":5,"DivisionNo":1,"Name":"Division Boréal","DivisionType":"P"}]}',
    )
    expectBody(
      await app.ask('/api/LedgerDivisions'),
      listOf(await expectedRows(app, 'LedgerDivisions')),
    )
  })
})

describe('B14 paths in any letter case', () => {
  test('B14 the guide’s api/unavailableUnits lists the periods, past ones too', async () => {
    const answer = await app.ask('/api/unavailableUnits')
    expectBody(answer, listOf(await expectedRows(app, 'UnavailableUnits')))
    const rows = await app.rows(
      '/api/unavailableUnits?$filter=Id ge 61 and Id le 64&$select=Id,UnitId,StartDate,EndDate,ReasonCode',
    )
    expect(rows).toEqual([
      { Id: 61, UnitId: 9003, StartDate: '2026-02-01', EndDate: '2026-04-30', ReasonCode: 'R' },
      { Id: 62, UnitId: 9004, StartDate: '2026-06-01', EndDate: '2026-08-31', ReasonCode: 'R' },
      { Id: 63, UnitId: 9017, StartDate: '2026-07-01', EndDate: '2026-07-31', ReasonCode: 'R' },
      { Id: 64, UnitId: 9020, StartDate: '2026-06-08', EndDate: '2026-07-05', ReasonCode: 'S' },
    ])
  })

  test('B14 all sets, lower, upper and mixed', async () => {
    const mixed = (name: string): string =>
      Array.from(name)
        .map((c, index) => (index % 2 === 0 ? c.toLowerCase() : c.toUpperCase()))
        .join('')
    for (const { set } of model.entityTypes) {
      const expected = await app.ask(`/api/${set}?$top=3`, { as: 'administrator' })
      expect([set, expected.status]).toEqual([set, 200])
      for (const name of [set.toLowerCase(), set.toUpperCase(), mixed(set)]) {
        for (const root of ['/api', '/API', '/Api']) {
          const answer = await app.ask(`${root}/${name}?$top=3`, { as: 'administrator' })
          expect([name, answer.text]).toEqual([name, expected.text])
        }
      }
    }
  })

  test('B14 properties, navigation, functions, $count and $metadata too', async () => {
    expectBody(await app.ask('/API/buildings(1)/NAME'), '{"value":"Maison de repos du Chevreau"}')
    expect((await app.ask('/api/BUILDINGS/$COUNT')).text).toBe(
      (await app.ask('/api/Buildings/$count')).text,
    )
    expect(await app.ids('/api/buildings(628)/units')).toEqual([])
    expectBody(
      await app.ask('/api/Buildings(628)?$select=id,NAME&$expand=UNITS'),
      '{"Units":[],"Id":628,"Name":"Les Chênes"}',
    )
    expect((await app.ask('/api/units/forrent?$top=1')).status).toBe(200)
    expect((await app.ask('/API/$METADATA')).headers['content-type']).toBe('application/xml')
  })
})

describe('B15 services and stable identifiers', () => {
  test('B15 the general list of services', async () => {
    const rows = await app.rows('/api/Services?$select=Id,ServiceCode,ServiceKind')
    expect(rows.map((row) => Object.values(row).join(' '))).toEqual([
      '1 LOYER LO',
      '2 LOYERCOM LO',
      '3 STATIONN ST',
      '4 RANGEMENT RA',
      '5 BUANDERIE SE',
      '6 INTERNET SE',
      '7 RABAIS RB',
      '8 CLIMATIS SE',
      '9 FRAISNSF FR',
      '10 FRAISCLE FR',
      '11 REPAS SE',
    ])
  })

  test('B15 every entity has an Id: its key, unique, by which it is found', async () => {
    for (const { set } of model.entityTypes) {
      const rows = await app.rows<{ Id: number }>(`/api/${set}`, { as: 'administrator' })
      expect([set, new Set(rows.map(({ Id }) => Id)).size]).toEqual([set, rows.length])
      const last = rows.at(-1)
      if (last === undefined) continue
      const one = await app.ask(`/api/${set}(${last.Id})`, { as: 'administrator' })
      expect([set, one.json]).toEqual([set, last])
    }
  })
})

describe('B16 modification dates (R-017)', () => {
  test('B16 every entity has ModifiedDate, and $metadata says so', async () => {
    const metadata = (await app.ask('/api/$metadata')).text
    for (const type of model.entityTypes) {
      const { text } = await app.ask(`/api/${type.set}?$top=2`, { as: 'administrator' })
      const expected = (await expectedRows(app, type.set)).slice(0, 2)
      expect([type.set, text]).toEqual([type.set, listOf(expected)])
      for (const row of expected)
        expect(row).toMatch(/"ModifiedDate":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z"/)
      expect(readable(type).some(({ name }) => name === 'ModifiedDate')).toBe(true)
      const declared = metadata
        .split(`<EntityType Name="${type.name}"`)[1]
        ?.split('</EntityType>')[0]
      expect(declared).toMatch(/<Property Name="ModifiedDate" Type="Edm.DateTimeOffset"/)
    }
  })

  test('B16 filtering on it gives what changed since', async () => {
    await app.sql(`update owners set phone = '418-555-0199' where account_id = 1 and id = 8`)
    const [changed] = await app.rows<{ ModifiedDate: string }>(
      '/api/Owners?$filter=Id eq 8&$select=ModifiedDate',
    )
    const since = changed?.ModifiedDate ?? ''
    expect(await app.ids(`/api/Owners?$filter=ModifiedDate ge ${since}&$select=Id`)).toEqual([8])
    expect(await app.ids(`/api/Owners?$filter=ModifiedDate gt ${since}&$select=Id`)).toEqual([])
  })
})

describe('B16 change tracking serves incremental synchronisation, deletions included', () => {
  test('B16 a delta link gives what was changed, added and deleted since', async () => {
    const first = await app.ask('/api/Owners?$select=Id,Phone', {
      headers: { prefer: 'odata.track-changes' },
    })
    expect(first.headers['preference-applied']).toBe('odata.track-changes')
    // A tracked answer has this link.
    const { '@odata.deltaLink': link } = first.json as { '@odata.deltaLink': string }
    await app.sql(`update owners set phone = '418-555-0100' where account_id = 1 and id = 8`)
    await app.sql(
      `insert into owners select (jsonb_populate_record(o, '{"id": 990001, "owner_code": "ZZ1"}')).* from owners o
        where account_id = 1 and id = 8`,
    )
    await app.sql('delete from owners where account_id = 1 and id = 990001')
    expect((await app.ask(link.replace(app.baseUrl, ''))).json).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Owners(Id,Phone)/$delta`,
      value: [
        { '@odata.etag': expect.stringMatching(/^W\//), Id: 8, Phone: '418-555-0100' },
        {
          '@odata.context': `${app.baseUrl}/api/$metadata#Owners/$deletedEntity`,
          id: 'Owners(990001)',
          reason: 'deleted',
        },
      ],
      '@odata.deltaLink': expect.stringContaining('$deltatoken='),
    })
  })
})

describe('B17 @odata.nextLink', () => {
  test('B17 with any order, following it gives each row once', async () => {
    for (const order of ['Name desc', 'CompanyNo,Name', 'ConstructionYear desc', 'Id']) {
      const path = `/api/Buildings?$select=Id&$orderby=${order}`
      const pages = await follow(path, { prefer: 'odata.maxpagesize=4' })
      expect(pages.length).toBeGreaterThan(2)
      expect(pages.flatMap(({ value }) => value.map((row) => row['Id']))).toEqual(
        await app.ids(path),
      )
    }
  })
})

describe('B18 errors', () => {
  test('B18 one body everywhere, French first, English when asked', async () => {
    const cases = [
      {
        path: '/api/Nothing',
        status: 404,
        code: 'UNKNOWN_ENTITY_SET',
        target: 'Nothing',
        fr: "L'ensemble « Nothing » n'existe pas.",
        en: "Entity set 'Nothing' does not exist.",
      },
      {
        path: '/api/Bildings',
        status: 404,
        code: 'UNKNOWN_ENTITY_SET',
        target: 'Bildings',
        fr: "L'ensemble « Bildings » n'existe pas. → Buildings",
        en: "Entity set 'Bildings' does not exist. → Buildings",
      },
      {
        path: '/api/Buildings(77)',
        status: 404,
        code: 'RECORD_NOT_FOUND',
        fr: "L'enregistrement Building 77 n'existe pas.",
        en: 'Record Building 77 does not exist.',
      },
      {
        path: "/api/Buildings?$filter=Nme eq 'a'",
        status: 400,
        code: 'UNKNOWN_PROPERTY',
        target: 'Nme',
        fr: "La propriété « Nme » n'existe pas sur le type « Building » (caractère 1). → Name",
        en: "Property 'Nme' does not exist on type 'Building' (character 1). → Name",
      },
      {
        path: '/api/Buildings?$filter=Id eq 1 and Name eq 2',
        status: 400,
        code: 'TYPE_MISMATCH',
        fr: 'Types incompatibles pour « eq » : Edm.String et Edm.Int64 (caractère 18).',
        en: "Incompatible types for 'eq': Edm.String and Edm.Int64 (character 18).",
      },
      {
        path: '/api/FinancialStatements',
        status: 403,
        code: 'MODULE_NOT_LICENSED',
        target: 'FinancialStatements',
        fr: "Le module « financial-statements » n'est pas activé pour ce client; le client doit s'adresser au service des ventes de Primmo.",
        en: "Module 'financial-statements' is not enabled for this client; the client should contact Primmo's sales department.",
      },
      {
        path: '/elsewhere',
        status: 404,
        code: 'ROUTE_NOT_FOUND',
        fr: "L'adresse « /elsewhere » n'existe pas; les ensembles d'entités sont sous /api.",
        en: "Address '/elsewhere' does not exist; the entity sets are under /api.",
      },
    ]
    for (const { path, fr, en, ...expected } of cases) {
      for (const [acceptLanguage, language, message] of [
        [undefined, 'fr', fr],
        ['fr-CA', 'fr', fr],
        ['de', 'fr', fr],
        ['en-CA', 'en', en],
        ['en;q=0.5, fr;q=0.4', 'en', en],
        ['en, fr', 'fr', fr],
      ] as const) {
        const answer = await app.ask(path, {
          headers: acceptLanguage === undefined ? {} : { 'accept-language': acceptLanguage },
        })
        expectError(answer, { ...expected, message, language })
      }
    }
  })

  test('B18 a method that is not offered: 405 with Allow (R-010)', async () => {
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      const answer = await app.ask('/api/Buildings(1)', {
        method,
        body: '{',
        headers: { 'content-type': 'application/json' },
      })
      expectError(answer, {
        status: 405,
        code: 'OPERATION_NOT_SUPPORTED',
        message: `L'opération ${method} n'est pas offerte pour Buildings.`,
      })
      expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS')
    }
  })
})
