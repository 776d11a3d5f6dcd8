import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

type Row = Readonly<Record<string, unknown>>

interface List {
  readonly value: readonly Row[]
  readonly '@odata.context'?: string
  readonly '@odata.count'?: number
  readonly '@odata.nextLink'?: string
}

const MINIMAL = { accept: 'application/json;odata.metadata=minimal' }

async function text(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await app.ask(path, { headers })
  expect([path, answer.status, answer.text]).toEqual([path, 200, answer.text])
  return answer.text
}

async function list(path: string, headers?: Readonly<Record<string, string>>): Promise<List> {
  // All paths of this file address collections.
  return JSON.parse(await text(path, headers)) as List
}

async function refusal(path: string): Promise<unknown> {
  const { status, json } = await app.ask(path)
  // Errors have this form (JSON Format 4.01 §21).
  return [status, (json as { readonly error: { readonly code: string } }).error.code]
}

/** The answer as PostgreSQL itself writes it, from SQL that the product has no part in. */
async function rows(sql: string): Promise<string> {
  const found = await app.column<string>(`select row_to_json(r)::text from (${sql}) r`)
  expect(found).not.toEqual([])
  return `{"value":[${found.join(',')}]}`
}

describe('Data Aggregation 4.0 §3.2.1 aggregate', () => {
  test('sums keep their scale, averages have no zeros at their end, nothing gives null', async () => {
    expect(
      await text(
        '/api/Leases?$apply=aggregate(RentAmount with sum as S,RentAmount with average as A,RentAmount with min as L,RentAmount with max as H,$count as N,Status with countdistinct as D,Unit/Floor with average as F)',
      ),
    ).toBe(
      await rows(
        `select sum(rent_amount) as "S", trim_scale(avg(rent_amount)) as "A", min(rent_amount) as "L", max(rent_amount) as "H",
                count(*) as "N", count(distinct status) as "D",
                (select trim_scale(avg(u.floor)) from units u where u.account_id = 1
                    and u.id in (select unit_id from leases where account_id = 1)) as "F"
           from leases where account_id = 1`,
      ),
    )
    expect(
      await text(
        '/api/Leases?$apply=filter(Id lt 0)/aggregate(RentAmount with sum as S,$count as N,Unit/Leases/$count as U)',
      ),
    ).toBe('{"value":[{"S":null,"N":0,"U":0}]}')
  })

  test('minimum and maximum of dates and texts, sums of expressions over paths', async () => {
    expect(
      await text(
        '/api/Leases?$apply=groupby((Status),aggregate(StartDate with min as A,LeaseNo with max as B,RentAmount mul Unit/NumberOfRooms with sum as C))&$orderby=Status',
      ),
    ).toBe(
      await rows(
        `select l.status as "Status", min(start_date) as "A", max(lease_no) as "B", sum(rent_amount * u.number_of_rooms) as "C"
           from leases l join units u on u.account_id = 1 and u.id = l.unit_id
          where l.account_id = 1 group by l.status order by l.status`,
      ),
    )
  })

  test('§3.2.1.1 entities that paths lead to count once, however many rows lead to them', async () => {
    expect(
      await text(
        '/api/Buildings?$apply=groupby((City),aggregate(Units/$count as U,Units/Leases/RentAmount with sum as R,Units/Leases with countdistinct as L,Units/NumberOfRooms with max as M,$count as N))&$orderby=City',
      ),
    ).toBe(
      await rows(
        `select city as "City",
                (select count(*) from units u where u.account_id = 1 and u.building_id = any(array_agg(b.id))) as "U",
                (select sum(l.rent_amount) from leases l join units u on u.account_id = 1 and u.id = l.unit_id
                  where l.account_id = 1 and u.building_id = any(array_agg(b.id))) as "R",
                (select count(*) from leases l join units u on u.account_id = 1 and u.id = l.unit_id
                  where l.account_id = 1 and u.building_id = any(array_agg(b.id))) as "L",
                (select max(number_of_rooms) from units u where u.account_id = 1 and u.building_id = any(array_agg(b.id))) as "M",
                count(*) as "N"
           from buildings b where account_id = 1 group by city order by city nulls first`,
      ),
    )
    const [once] = await app.column<string>(
      'select sum(id)::text from buildings b where account_id = 1 and exists (select 1 from units u where u.account_id = 1 and u.building_id = b.id)',
    )
    expect(await text('/api/Units?$apply=aggregate(Building/Id with sum as S)')).toBe(
      `{"value":[{"S":${once}}]}`,
    )
  })

  test('§3.2.1.5 from: the aggregate of aggregates', async () => {
    expect(
      await text(
        '/api/Leases?$apply=aggregate(RentAmount with sum from Unit/BuildingId,Status with average from Status with max as D)',
      ),
    ).toBe(
      await rows(
        `select trim_scale(max(a)) as "D" from (
           select status, avg(s) as a from (
             select u.building_id, l.status, sum(rent_amount) as s from leases l join units u on u.account_id = 1 and u.id = l.unit_id
              where l.account_id = 1 group by 1, 2) x group by status) y`,
      ),
    )
  })

  test('what has no sum, no method or no such name is refused', async () => {
    const apply = (aggregate: string) => `/api/Leases?$apply=aggregate(${aggregate})`
    expect(await refusal(apply('LeaseNo with sum as A'))).toEqual([400, 'TYPE_MISMATCH'])
    expect(await refusal(apply('IsRenewable with max as A'))).toEqual([400, 'TYPE_MISMATCH'])
    expect(await refusal(apply('RentAmount with median as A'))).toEqual([
      400,
      'INVALID_OPTION_VALUE',
    ])
    expect(await refusal(apply('RentAmount'))).toEqual([400, 'SYNTAX_ERROR'])
    expect(await refusal(apply('Rent with sum as A'))).toEqual([400, 'UNKNOWN_PROPERTY'])
    expect(await refusal(apply('Unit/Rent with sum as A'))).toEqual([400, 'UNKNOWN_PROPERTY'])
    expect(await refusal(apply('Unit with sum as A'))).toEqual([400, 'TYPE_MISMATCH'])
    expect(await refusal(apply('$count as Unit'))).toEqual([400, 'NAME_IN_USE'])
    expect(await refusal(apply('$count as A,$count as a'))).toEqual([400, 'NAME_IN_USE'])
    expect(await refusal('/api/Leases(1)?$apply=identity')).toEqual([400, 'OPTION_NOT_APPLICABLE'])
  })
})

describe('Data Aggregation 4.0 §3.2.3 groupby', () => {
  test('paths become objects, null is a group, and the order is that of the groups', async () => {
    expect(
      await text(
        '/api/Tenants?$apply=groupby((Unit/Building/City,Unit/Building/Name,Status),aggregate($count as N))',
      ),
    ).toBe(
      await rows(
        `select json_build_object('Building', json_build_object('City', b.city, 'Name', b.name)) as "Unit", t.status as "Status", count(*) as "N"
           from tenants t left join units u on u.account_id = 1 and u.id = t.unit_id
                left join buildings b on b.account_id = 1 and b.id = u.building_id
          where t.account_id = 1 group by b.city, b.name, t.status
          order by b.city nulls first, b.name nulls first, t.status`,
      ).then((found) => found.replaceAll(/ : /g, ':').replaceAll(', ', ',')),
    )
  })

  test('§3.2.3.1 a relation among the groups is expanded, unless $expand says otherwise', async () => {
    const path =
      '/api/Units?$apply=groupby((Building),aggregate($count as N))&$orderby=Building/Name,Building/Id'
    const { value } = await list(path)
    const buildings = await list(
      '/api/Buildings?$orderby=Name,Id&$filter=Units/any()&$expand=Units/$count',
    )
    expect(value).toEqual(
      buildings.value.map(({ 'Units@odata.count': N, ...Building }) => ({ Building, N })),
    )
    const { value: named } = await list(`${path}&$expand=Building($select=Name)&$top=3`)
    expect(named).toEqual(
      value
        .slice(0, 3)
        .map(({ Building, N }) => ({ Building: { Name: (Building as Row)['Name'] }, N })),
    )
  })

  test('§3.2.3.2 rollup: a row lacks what its level does not have', async () => {
    expect(
      await text(
        '/api/Leases?$apply=groupby((rollup($all,Status,LeaseType),IsRenewable),aggregate($count as N))&$orderby=N desc,Status,LeaseType',
      ),
    ).toBe(
      await rows(
        `select status as "Status", lease_type as "LeaseType", is_renewable as "IsRenewable", count(*) as "N"
           from leases where account_id = 1 group by rollup (status, lease_type), is_renewable
          order by count(*) desc, status nulls first, lease_type nulls first`,
      ).then((found) => found.replaceAll('"Status":null,', '').replaceAll('"LeaseType":null,', '')),
    )
    expect(
      await refusal(
        '/api/Leases?$apply=groupby((rollup($all,Id,UnitId,TenantId,Status),rollup($all,LeaseType,LeaseNo,StartDate),rollup($all,EndDate,RentAmount,IsRenewable)))',
      ),
    ).toEqual([400, 'LIMIT_EXCEEDED'])
  })

  test('any transformations inside work within each group', async () => {
    expect(
      await text(
        '/api/Leases?$apply=groupby((Unit/BuildingId),orderby(RentAmount desc,Id)/top(2)/aggregate(RentAmount with sum as S,$count as N))/filter(N eq 2)&$orderby=S desc',
      ),
    ).toBe(
      await rows(
        `select json_build_object('BuildingId', building_id) as "Unit", sum(rent_amount) as "S", count(*) as "N" from (
           select u.building_id, l.rent_amount, row_number() over (partition by u.building_id order by rent_amount desc, l.id) as place
             from leases l join units u on u.account_id = 1 and u.id = l.unit_id where l.account_id = 1) x
          where place <= 2 group by building_id having count(*) = 2 order by sum(rent_amount) desc, building_id`,
      ).then((found) => found.replaceAll(' : ', ':')),
    )
    expect(
      await text(
        '/api/Leases?$apply=groupby((Status),orderby(RentAmount desc)/top(1))&$select=Id,Status&$orderby=Id',
      ),
    ).toBe(
      await rows(
        `select id as "Id", status as "Status" from (
           select id, status, row_number() over (partition by status order by rent_amount desc, id) as place from leases where account_id = 1) x
          where place = 1 order by id`,
      ),
    )
  })

  test('what is no single value cannot be grouped by', async () => {
    expect(await refusal('/api/Buildings?$apply=groupby((Units/Floor))')).toEqual([
      400,
      'TYPE_MISMATCH',
    ])
    expect(await refusal('/api/Buildings?$apply=groupby((City/Name))')).toEqual([
      400,
      'UNKNOWN_PROPERTY',
    ])
    expect(await refusal('/api/Buildings?$apply=groupby((City))/groupby((Name))')).toEqual([
      400,
      'UNKNOWN_PROPERTY',
    ])
  })
})

describe('Data Aggregation 4.0 §3.2.2 concat', () => {
  test('each row has the properties of its own sequence, in the order of the sequences', async () => {
    const { value } = await list(
      '/api/Leases?$apply=concat(groupby((Status),aggregate($count as N)),aggregate($count as N),orderby(Id desc)/top(1))&$select=Status,N,Id',
    )
    const [last] = await app.column<number>('select max(id) from leases where account_id = 1')
    const groups = await list('/api/Leases?$apply=groupby((Status),aggregate($count as N))')
    const total = Number(await text('/api/Leases/$count'))
    const status = (await list(`/api/Leases?$filter=Id eq ${last}&$select=Status`)).value[0]
    expect(value).toEqual([...groups.value, { N: total }, { ...status, Id: last }])
  })

  test('of entities alone: they stay entities, with their relations and tags', async () => {
    const { value } = await list(
      '/api/Units?$apply=concat(topcount(2,Id),compute(Id mul 2 as Twice)/bottomcount(1,Id))&$expand=Building($select=Id)&$select=Id,Twice',
      MINIMAL,
    )
    const ids = await app.column<number>('select id from units where account_id = 1 order by id')
    const [first, second, least] = [ids.at(-2), ids.at(-1), ids[0]]
    const entity = {
      '@odata.etag': expect.any(String),
      Building: expect.objectContaining({ Id: expect.any(Number) }),
    }
    expect(value).toEqual([
      { ...entity, Id: first },
      { ...entity, Id: second },
      { ...entity, Id: least, 'Twice@odata.type': expect.any(String), Twice: 2 * (least ?? 0) },
    ])
  })
})

describe('Limits of $apply', () => {
  const twice = 'concat(identity,identity)'

  test('what doubles its rows again and again is refused before anything is read', async () => {
    expect((await app.ask(`/api/Companies?$apply=${Array(6).fill(twice).join('/')}`)).status).toBe(
      200,
    )
    for (const apply of [
      Array(7).fill(twice).join('/'),
      Array(13).fill(twice).join('/'),
      'groupby((rollup(Status,LeaseType,UnitId)),groupby((rollup(IsRenewable,StartDate,EndDate)),groupby((rollup(RentAmount,TenantId,LeaseNo)),groupby((rollup(LeaseCategory,CompanyNo,DivisionNo)),top(1)/aggregate($count as N)))))',
    ])
      expect([apply, await refusal(`/api/Leases?$apply=${apply}`)]).toEqual([
        apply,
        [400, 'LIMIT_EXCEEDED'],
      ])
  })
})

describe('Data Aggregation 4.0 §3 order of evaluation', () => {
  test('the other options see what $apply has made', async () => {
    const where = 'having count(*) > 1'
    const grouped = `select unit_id, count(*) as n from leases where account_id = 1 and rent_amount > 500 group by unit_id ${where}`
    const [total] = await app.column<string>(`select count(*)::text from (${grouped}) x`)
    const path =
      '/api/Leases?$apply=filter(RentAmount gt 500)/groupby((UnitId),aggregate($count as N))&$filter=N gt 1&$orderby=N desc,UnitId&$skip=1&$top=3&$count=true&$compute=N mul 10 as Ten&$select=Ten,UnitId'
    expect(await list(path)).toEqual({
      '@odata.count': Number(total),
      value: JSON.parse(
        await rows(
          `select n * 10 as "Ten", unit_id as "UnitId" from (${grouped}) x order by n desc, unit_id offset 1 limit 3`,
        ),
      ).value,
    })
    expect(await text('/api/Leases/$count?$apply=groupby((UnitId))')).toBe(
      (
        await app.column<string>(
          'select count(distinct unit_id)::text from leases where account_id = 1',
        )
      )[0],
    )
  })

  test('§3.6 what was aggregated away is null, §3.7 and not defined', async () => {
    const apply = '$apply=groupby((Status),aggregate($count as N))'
    const all = await list(`/api/Leases?${apply}`)
    expect(
      await list(`/api/Leases?${apply}&$filter=RentAmount eq null and Unit/Building/Name eq null`),
    ).toEqual(all)
    expect(
      await list(`/api/Leases?${apply}&$filter=isdefined(RentAmount) or not isdefined(Status)`),
    ).toEqual({ value: [] })
    expect(await refusal(`/api/Leases?${apply}&$filter=Rent eq null`)).toEqual([
      400,
      'UNKNOWN_PROPERTY',
    ])
    expect(await refusal(`/api/Leases?${apply}&$select=RentAmount`)).toEqual([
      400,
      'UNKNOWN_PROPERTY',
    ])
  })

  test('on navigation collections and functions; a missing parent is missing', async () => {
    expect(await text('/api/Buildings(630)/Units?$apply=aggregate($count as N)')).toBe(
      '{"value":[{"N":64}]}',
    )
    expect(await text('/api/Buildings(630)/Units/$count?$apply=groupby((NumberOfRooms))')).toBe('2')
    expect(await refusal('/api/Buildings(99999)/Units?$apply=groupby((NumberOfRooms))')).toEqual([
      404,
      'RECORD_NOT_FOUND',
    ])
    const range = 'StartDate=2026-08-01,EndDate=2026-08-31'
    const free = await list(`/api/Units/ForRent(${range})`)
    const { value } = await list(
      `/api/Units/ForRent(${range})?$apply=groupby((BuildingCode),aggregate($count as N))`,
    )
    const counts = new Map<unknown, number>()
    for (const { BuildingCode } of free.value)
      counts.set(BuildingCode, (counts.get(BuildingCode) ?? 0) + 1)
    expect(new Map(value.map(({ BuildingCode, N }) => [BuildingCode, N]))).toEqual(counts)
    const unit = '/api/Units(1448)/Availability(StartDate=2026-06-15,EndDate=2026-12-31)'
    const { length } = (await list(unit)).value
    expect(length).toBeGreaterThan(0)
    expect(await list(`${unit}?$apply=aggregate($count as N)`)).toEqual({ value: [{ N: length }] })
  })

  test('§3.8 inside $expand, for each parent by itself', async () => {
    const { value } = await list(
      '/api/Buildings?$select=Id&$orderby=Id&$expand=Units($apply=filter(IsRentable)/groupby((NumberOfRooms),aggregate($count as N));$orderby=N desc,NumberOfRooms;$top=2;$count=true)',
    )
    const expected = await app.column<string>(
      `select (with g as (select number_of_rooms, count(*) as n from units u
                    where u.account_id = 1 and u.building_id = b.id and is_rentable group by number_of_rooms)
             select json_build_object('Units@odata.count', (select count(*) from g), 'Units', (select coalesce(json_agg(t), '[]') from
                (select number_of_rooms as "NumberOfRooms", n as "N" from g order by n desc, number_of_rooms nulls first limit 2) t), 'Id', b.id))::text
             from buildings b where account_id = 1 order by b.id`,
    )
    expect(value).toEqual(expected.map((row) => JSON.parse(row) as unknown))
  })

  test('§3.8 inside $select and on joined sets it is refused by name', async () => {
    const free = '/api/Units/ForRent(StartDate=2026-08-01,EndDate=2026-08-31)'
    expect(await refusal(`${free}?$select=Characteristics($apply=aggregate($count as N))`)).toEqual(
      [501, 'NOT_IMPLEMENTED'],
    )
    expect(await refusal('/api/$crossjoin(Units,Buildings)?$apply=aggregate($count as N)')).toEqual(
      [501, 'NOT_IMPLEMENTED'],
    )
  })

  test('§3.6 aggregates of collections in $filter, $orderby and $compute', async () => {
    expect(
      await text(
        '/api/Buildings?$filter=Units/aggregate(NumberOfRooms with sum) gt 50&$orderby=Units/aggregate($count) desc,Id&$compute=Units/aggregate(Leases/RentAmount with sum) as Rents&$select=Id,Rents',
      ),
    ).toBe(
      await rows(
        `select b.id as "Id", (select sum(rent_amount) from leases l join units u on u.account_id = 1 and u.id = l.unit_id
                               where l.account_id = 1 and u.building_id = b.id) as "Rents"
           from buildings b where account_id = 1
            and (select sum(number_of_rooms) from units u where u.account_id = 1 and u.building_id = b.id) > 50
          order by (select count(*) from units u where u.account_id = 1 and u.building_id = b.id) desc, b.id`,
      ),
    )
  })
})

describe('Data Aggregation 4.0 §3.6 $these', () => {
  test('a value of all rows, or of those of the group, which each of them sees', async () => {
    expect(
      await text(
        '/api/Leases?$apply=filter(RentAmount gt 600)/compute(RentAmount divby $these/aggregate(RentAmount with sum) as Share)&$select=Id,Share&$orderby=Id',
      ),
    ).toBe(
      await rows(
        `select id as "Id", rent_amount / sum(rent_amount) over () as "Share" from leases where account_id = 1 and rent_amount > 600 order by id`,
      ),
    )
    expect(
      await text(
        '/api/Leases?$apply=groupby((Status),filter(RentAmount eq $these/aggregate(RentAmount with max)))&$select=Id,Status&$orderby=Id',
      ),
    ).toBe(
      await rows(
        `select id as "Id", status as "Status" from (select id, status, rent_amount, max(rent_amount) over (partition by status) as top
           from leases where account_id = 1) x where rent_amount = top order by id`,
      ),
    )
  })

  test('in how much a ranking asks for, and in what it goes by', async () => {
    const [count] = await app.column<number>(
      'select (count(*) / 10)::integer from leases where account_id = 1',
    )
    expect(await text('/api/Leases/$count?$apply=topcount($these/$count div 10,RentAmount)')).toBe(
      String(count),
    )
    expect(
      await list(
        '/api/Leases?$apply=toppercent($these/aggregate($count) sub 380,RentAmount)&$select=Id',
      ),
    ).toEqual(
      await list(
        `/api/Leases?$apply=toppercent(${Number(await text('/api/Leases/$count')) - 380},RentAmount)&$select=Id`,
      ),
    )
  })

  test('in other options: the rows that the option is about', async () => {
    const average = '(select avg(rent_amount) from leases where account_id = 1 and is_renewable)'
    expect(
      await text(
        '/api/Leases?$apply=filter(IsRenewable)&$compute=RentAmount sub $these/aggregate(RentAmount with average) as Gap&$filter=Gap gt 500&$orderby=Gap mul $these/$count desc,Id&$select=Id,Gap',
      ),
    ).toBe(
      await rows(
        `select id as "Id", rent_amount - ${average} as "Gap" from leases
          where account_id = 1 and is_renewable and rent_amount - ${average} > 500 order by rent_amount desc, id`,
      ).then((found) => found.replaceAll(/(\.\d*?)0+}/g, '$1}')),
    )
    const { value } = await list(
      '/api/Buildings?$filter=Id eq 630&$select=Id&$expand=Units($filter=NumberOfRooms gt $these/aggregate(NumberOfRooms with average);$select=Id)',
    )
    expect(value).toEqual([
      {
        Units: (
          await app.column<number>(
            'select id from units u where account_id = 1 and building_id = 630 and number_of_rooms > (select avg(number_of_rooms) from units where account_id = 1 and building_id = 630) order by id',
          )
        ).map((Id) => ({ Id })),
        Id: 630,
      },
    ])
  })

  test('what no statement can say is refused by name', async () => {
    for (const path of [
      'filter($these/aggregate(Unit/Floor with sum) gt 3)',
      'filter($these/aggregate(Status with countdistinct) gt 3)',
      'aggregate(RentAmount div $these/$count with sum as S)',
      'compute($these/aggregate(RentAmount div $these/$count with sum) as S)',
    ])
      expect([path, await refusal(`/api/Leases?$apply=${path}`)]).toEqual([
        path,
        [501, 'NOT_IMPLEMENTED'],
      ])
    expect(await refusal('/api/Buildings(630)?$compute=$these/$count as C')).toEqual([
      501,
      'NOT_IMPLEMENTED',
    ])
    expect(await refusal('/api/Leases?$filter=$these/any(x:x/Id eq 1)')).toEqual([
      400,
      'TYPE_MISMATCH',
    ])
  })
})

describe('JSON Format 4.01 of aggregated rows', () => {
  const path =
    '/api/Units?$apply=groupby((Building/City,Floor),aggregate($count as N,NumberOfRooms with average as A))&$top=1'

  test('context, types of dynamic properties, decimals as text where asked', async () => {
    const { '@odata.context': context, value } = await list(path, {
      accept: 'application/json;odata.metadata=minimal;IEEE754Compatible=true',
    })
    expect(context).toBe(`${app.baseUrl}/api/$metadata#Units(Building(City),Floor,N,A)`)
    expect(value).toEqual([
      {
        Building: { City: expect.any(String) },
        Floor: 1,
        'N@odata.type': '#Decimal',
        N: expect.stringMatching(/^\d+$/),
        'A@odata.type': '#Decimal',
        A: expect.stringMatching(/^\d+(\.\d+)?$/),
      },
    ])
  })

  test('4.01', async () => {
    expect(await list(path, { ...MINIMAL, 'odata-maxversion': '4.01' })).toMatchObject({
      '@context': expect.any(String),
      value: [{ 'N@type': 'Decimal' }],
    })
  })

  test('with all metadata, no identity is made up for rows that are no entities', async () => {
    const { value } = await list(path, { accept: 'application/json;odata.metadata=full' })
    expect(
      Object.keys(value[0] ?? {}).filter(
        (name) => name.includes('@odata.id') || name.includes('Link'),
      ),
    ).toEqual([])
  })

  test('rows of several kinds say that nothing is known of all of them', async () => {
    const { '@odata.context': context } = await list(
      '/api/Units?$apply=concat(aggregate($count as UI5__count),top(1))',
      MINIMAL,
    )
    expect(context).toBe(`${app.baseUrl}/api/$metadata#Units(@Core.AnyStructure)`)
  })
})

describe('Protocol 4.01 §11.2.6.7 pages of aggregated rows', () => {
  test.each([
    '/api/Leases?$apply=groupby((Unit/Building/City,UnitId),aggregate($count as N))',
    '/api/Leases?$apply=groupby((rollup(Status,UnitId)),aggregate($count as N))&$orderby=N desc',
    '/api/Leases?$apply=concat(groupby((UnitId),aggregate($count as N)),aggregate($count as N),top(7))&$select=N,UnitId,Id',
    '/api/Leases?$apply=orderby(RentAmount desc)/top(100)&$select=Id',
    '/api/Leases?$apply=topcount(100,RentAmount)&$select=Id&$orderby=Status',
  ])('%s comes whole, page by page', async (path) => {
    const whole = await list(path)
    const pages: Row[] = []
    let next: string | undefined = path
    while (next !== undefined) {
      const page: List = await list(next.replace(app.baseUrl, ''), { prefer: 'maxpagesize=37' })
      pages.push(...page.value)
      next = page['@odata.nextLink']
      expect(pages.length).toBeLessThanOrEqual(whole.value.length)
    }
    expect(pages).toEqual(whole.value)
    expect(pages.length).toBeGreaterThan(37)
  })
})

describe('R-011 rights hold for what is aggregated', () => {
  test('a path into a set that may not be read is refused wherever it stands', async () => {
    const { databaseName, userName } = app.clients.revocable
    await revokeRight(
      app.db.database,
      { databaseName, userName },
      { set: 'Leases', operation: 'read' },
    )
    const status = async (path: string) => (await app.ask(path, { as: 'revocable' })).status
    await expect.poll(() => status('/api/Leases'), { timeout: 5000 }).toBe(403)
    expect(await status('/api/Units?$apply=groupby((Floor))')).toBe(200)
    for (const apply of [
      'aggregate(Leases/$count as N)',
      'aggregate(Leases/RentAmount with sum as N)',
      'groupby((CurrentLease/Status))',
      'groupby((CurrentLease))',
      'filter(Leases/aggregate($count) gt 1)',
      'compute(CurrentLease/RentAmount as R)',
      'topcount(1,CurrentLease/RentAmount)',
      'orderby(CurrentLease/RentAmount)/top(1)',
      'concat(identity,aggregate(Building/Units/Leases/$count as N))',
      'groupby((Floor))/filter(CurrentLease/Status eq null)',
    ])
      expect([apply, await status(`/api/Units?$apply=${apply}`)]).toEqual([apply, 403])
  })

  test('another account sees its own rows alone', async () => {
    const count = async (account: number, set: string) =>
      (
        await app.column<string>(`select count(*)::text from ${set} where account_id = ${account}`)
      )[0]
    const { text: body } = await app.ask(
      '/api/Buildings?$apply=aggregate($count as B,Units/$count as U,Units/Leases/$count as L)',
      { as: 'other' },
    )
    expect(body).toBe(
      `{"value":[{"B":${await count(2, 'buildings')},"U":${await count(2, 'units')},"L":${await count(2, 'leases')}}]}`,
    )
  })
})

describe('What clients send', () => {
  test('UI5: groups with their number, and totals before rows', async () => {
    const counted = await list(
      '/api/Leases?$apply=concat(groupby((Status,LeaseType),aggregate(RentAmount with sum as Rents))/aggregate($count as UI5__count),groupby((Status,LeaseType),aggregate(RentAmount with sum as Rents))/orderby(Rents desc)/top(2))',
      MINIMAL,
    )
    const groups = await list(
      '/api/Leases?$apply=groupby((Status,LeaseType),aggregate(RentAmount with sum as Rents))&$count=true',
      MINIMAL,
    )
    const sorted = groups.value.toSorted((a, b) => Number(b['Rents']) - Number(a['Rents']))
    expect(groups['@odata.count']).toBe(groups.value.length)
    expect(counted.value).toEqual([
      { 'UI5__count@odata.type': '#Decimal', UI5__count: groups.value.length },
      ...sorted.slice(0, 2),
    ])
  })

  test('Power BI: a filter, groups and a sum, ordered and cut', async () => {
    expect(
      await text(
        "/api/Leases?$apply=filter(Status%20eq%20'A')/groupby((LeaseType),aggregate(RentAmount%20with%20sum%20as%20Total))&$orderby=LeaseType&$top=1001",
      ),
    ).toBe(
      await rows(
        `select lease_type as "LeaseType", sum(rent_amount) as "Total" from leases where account_id = 1 and status = 'A' group by lease_type order by lease_type`,
      ),
    )
  })
})
