import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

async function read(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await app.ask(path, { headers })
  expect([path, answer.status, answer.text]).toEqual([path, 200, answer.text])
  return answer.text
}

async function refusal(path: string): Promise<unknown> {
  const { status, json } = await app.ask(path)
  // Errors have this form (OData JSON Format 4.01 §21).
  const { error } = json as { readonly error: { readonly code: string } }
  return [status, error.code]
}

/** Rows as PostgreSQL itself writes them, from SQL that the product has no part in. */
async function rows(sql: string): Promise<string> {
  const found = await app.column<string>(`select row_to_json(r)::text from (${sql}) r`)
  expect(found).not.toEqual([])
  return `{"value":[${found.join(',')}]}`
}

describe('Protocol 4.01 §11.2.5.3 $compute', () => {
  test('a computed property is part of the answer without $select, by its name and by *', async () => {
    const named = await read(
      '/api/Buildings?$filter=Id eq 630&$compute=Id add 1 as Next&$select=Id,Next',
    )
    expect(named).toBe('{"value":[{"Id":630,"Next":631}]}')
    const all = JSON.parse(await read('/api/Buildings(630)')) as object
    for (const select of ['', '&$select=*'])
      expect(
        JSON.parse(await read(`/api/Buildings(630)?$compute=Id add 1 as Next${select}`)),
      ).toEqual({ ...all, Next: 631 })
    expect(
      JSON.parse(await read('/api/Buildings(630)?$compute=Id add 1 as Next&$select=Id')),
    ).toEqual({ Id: 630 })
  })

  test('decimals keep their digits; text, dates, booleans and missing values have their own forms', async () => {
    expect(
      await read(
        "/api/Leases?$select=Id,Twice,Label,Until,Dear,Nothing,Third,Days&$orderby=Id&$compute=RentAmount mul 2 as Twice,concat(LeaseNo,'!') as Label,date(CreatedDate) as Until,RentAmount gt 1000 as Dear,null as Nothing,RentAmount divby 3 as Third,EndDate sub StartDate as Days",
      ),
    ).toBe(
      await rows(
        `select id as "Id", rent_amount * 2 as "Twice", lease_no || '!' as "Label", (created_date at time zone 'UTC')::date as "Until",
                coalesce(rent_amount > 1000, false) as "Dear", null::text as "Nothing", rent_amount / 3 as "Third",
                'PT' || (end_date - start_date) * 86400 || 'S' as "Days"
           from leases where account_id = 1 order by id`,
      ),
    )
  })

  test('to-one paths and counts of collections', async () => {
    expect(
      await read(
        '/api/Units?$compute=Building/Name as House,Leases/$count as Rented&$select=Id,House,Rented&$orderby=Id',
      ),
    ).toBe(
      await rows(
        `select u.id as "Id", b.name as "House", (select count(*) from leases l where l.account_id = 1 and l.unit_id = u.id) as "Rented"
           from units u join buildings b on b.account_id = 1 and b.id = u.building_id where u.account_id = 1 order by u.id`,
      ),
    )
  })

  test('usable in $filter, $orderby, $count and /$count, and paged', async () => {
    const where = 'account_id = 1 and rent_amount * 12 > 12000'
    const compute = '$compute=RentAmount mul 12 as Yearly&$filter=Yearly gt 12000'
    expect(await read(`/api/Leases?${compute}&$orderby=Yearly desc,Id&$select=Id,Yearly`)).toBe(
      await rows(
        `select id as "Id", rent_amount * 12 as "Yearly" from leases where ${where} order by rent_amount * 12 desc, id`,
      ),
    )
    const [count] = await app.column<string>(`select count(*)::text from leases where ${where}`)
    expect(await read(`/api/Leases/$count?${compute}`)).toBe(count)
    expect(
      JSON.parse(await read(`/api/Leases?${compute}&$count=true&$top=1&$select=Id`)),
    ).toMatchObject({ '@odata.count': Number(count) })
  })

  test('inside any, a computed property of the outer row', async () => {
    expect(
      await read(
        '/api/Units?$compute=Id mul 1 as Same&$filter=Leases/any(l:l/UnitId eq Same)&$select=Id,Same&$orderby=Id',
      ),
    ).toBe(
      await rows(
        `select id as "Id", id as "Same" from units u where account_id = 1
            and exists (select 1 from leases l where l.account_id = 1 and l.unit_id = u.id) order by id`,
      ),
    )
  })

  test('in $expand, of one and of many', async () => {
    expect(
      await read(
        '/api/Units?$filter=Id eq 1448&$select=Id&$expand=Building($compute=length(Name) as Letters;$select=Letters),Leases($compute=RentAmount mul 12 as Yearly;$filter=Yearly gt 0;$orderby=Yearly;$select=Yearly)',
      ),
    ).toBe(
      await rows(
        `select row_to_json((select b from (select length(b.name) as "Letters") b)) as "Building",
                (select coalesce(json_agg(y order by y.o), '[]'::json) from (select rent_amount * 12 as o from leases l where l.account_id = 1 and l.unit_id = u.id) y) as "Leases",
                u.id as "Id"
           from units u join buildings b on b.account_id = 1 and b.id = u.building_id
          where u.account_id = 1 and u.id = 1448`,
      ).then((text) => text.replaceAll('"o":', '"Yearly":')),
    )
  })

  test('on the rows of a bound function', async () => {
    const path = '/api/Units/ForRent(StartDate=2026-08-01,EndDate=2026-08-31)'
    const plain = await app.ask(path)
    // A list has this form (JSON Format 4.01 §12).
    const { value } = plain.json as { readonly value: readonly { readonly UnitId: number }[] }
    const computed = await read(`${path}?$compute=UnitId add 1 as Next&$select=Next`)
    expect(JSON.parse(computed)).toEqual({
      value: value.map(({ UnitId }) => ({ Next: UnitId + 1 })),
    })
  })

  test('a name that is taken, in any letter case, is refused', async () => {
    expect(await refusal('/api/Buildings?$compute=Id add 1 as name')).toEqual([400, 'NAME_IN_USE'])
    expect(await refusal('/api/Buildings?$compute=Id add 1 as Units')).toEqual([400, 'NAME_IN_USE'])
    expect(await refusal('/api/Buildings?$compute=Id as A,Id as a')).toEqual([400, 'NAME_IN_USE'])
  })

  test('a computed property does not see another one, nor is a related entity a value', async () => {
    expect(await refusal('/api/Buildings?$compute=Id as A,A add 1 as B')).toEqual([
      400,
      'UNKNOWN_PROPERTY',
    ])
    expect(await refusal('/api/Units?$compute=Building as A')).toEqual([400, 'TYPE_MISMATCH'])
    expect(await refusal('/api/Units?$compute=Leases as A')).toEqual([400, 'TYPE_MISMATCH'])
  })
})

describe('JSON Format 4.01 §4.6.3 the type of a dynamic property', () => {
  const query =
    "/api/Buildings(630)?$select=Id,N,D,T,B,F&$compute=Id add 0 as N,date(CreatedDate) as D,'x' as T,true as B,1e0 as F"
  const accept = { accept: 'application/json;odata.metadata=minimal;IEEE754Compatible=true' }

  test('is said where JSON does not show it, with a hash in 4.0', async () => {
    const [day] = await app.column<string>(
      "select ((created_date at time zone 'UTC')::date)::text from buildings where account_id = 1 and id = 630",
    )
    expect(JSON.parse(await read(query, accept))).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Buildings(Id,N,D,T,B,F)/$entity`,
      '@odata.etag': expect.any(String),
      Id: 630,
      'N@odata.type': '#Int64',
      N: '630',
      'D@odata.type': '#Date',
      D: day,
      T: 'x',
      B: true,
      'F@odata.type': '#Double',
      F: 1,
    })
  })

  test('without a hash in 4.01', async () => {
    const { json } = await app.ask(query, { headers: { ...accept, 'odata-maxversion': '4.01' } })
    expect(json).toMatchObject({ 'N@type': 'Int64', 'D@type': 'Date' })
  })

  test('INF, -INF and NaN are text', async () => {
    expect(
      await read(
        '/api/Buildings(630)?$select=A,B,C,D&$compute=INF as A,-INF as B,NaN as C,1.5e0 as D',
      ),
    ).toBe('{"A":"INF","B":"-INF","C":"NaN","D":1.5}')
  })

  test('so are they when divby gives them, and its other results are numbers', async () => {
    const path =
      '/api/Buildings(630)?$select=A,B,C,D&$compute=Id divby 0 as A,-Id divby 0 as B,0 divby 0 as C,1 divby 4 as D'
    expect(await read(path)).toMatch(/^\{"A":"INF","B":"-INF","C":"NaN","D":0\.250*\}$/)
    const headers = { accept: 'application/json;odata.metadata=none;IEEE754Compatible=true' }
    const { text } = await app.ask(path, { headers })
    expect(text).toMatch(/^\{"A":"INF","B":"-INF","C":"NaN","D":"0\.250*"\}$/)
  })

  test('the context names computed properties beside all the others', async () => {
    const { json } = await app.ask('/api/Buildings?$top=1&$compute=Id as N', {
      headers: { accept: 'application/json;odata.metadata=minimal' },
    })
    expect(json).toMatchObject({
      '@odata.context': `${app.baseUrl}/api/$metadata#Buildings(*,N)`,
    })
  })
})
