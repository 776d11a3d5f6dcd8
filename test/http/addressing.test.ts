import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { model } from '../../src/model/model.ts'
import { expectError } from '../support/expected-error.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

/** Status, a blank and the body; errors by their code alone. */
async function outcome(path: string): Promise<string> {
  const { status, text } = await app.ask(path)
  const code = /"code":"(\w+)"/.exec(text)?.[1]
  return `${status} ${status >= 400 ? code : text}`
}

describe('URL Conventions 4.01 §4.3 entities', () => {
  test('by key, in parentheses, named, as a segment, by alias', async () => {
    const expected = '200 {"Id":628,"Name":"Les Chênes"}'
    for (const path of [
      '/api/Buildings(628)?$select=Id,Name',
      '/api/Buildings( 628 )?$select=Id,Name',
      '/api/Buildings(Id=628)?$select=Id,Name',
      '/api/Buildings(id = 628)?$select=Id,Name',
      '/api/Buildings(@k)?$select=Id,Name&@k=628',
      '/api/Buildings(Id=@k)?@k=628&$select=Id,Name',
      '/api/Buildings/628?$select=Id,Name',
      '/api/Buildings/628/?$select=Id,Name',
      '/api/Buildings%28628%29?%24select=Id%2CName',
    ]) {
      expect([path, await outcome(path)]).toEqual([path, expected])
    }
  })

  test('by the alternate (business) key, in any order and case', async () => {
    for (const path of [
      "/api/Buildings(CompanyNo=3,DivisionNo=1,BuildingCode='1000CHENES')?$select=Id",
      "/api/Buildings(BuildingCode=' 1000chenes',companyno=3,DivisionNo=1)?$select=Id",
      '/api/Buildings(CompanyNo=@c,DivisionNo=@d,BuildingCode=@b)?$select=Id&@c=3&@d=1&@b=%271000CHENES%27',
    ]) {
      expect([path, await outcome(path)]).toEqual([path, '200 {"Id":628}'])
    }
    expect(
      await outcome(
        "/api/Tenants(CompanyNo=3,DivisionNo=1,TenantType='d',TenantNo=7535)?$select=Id,TenantNo",
      ),
    ).toBe('200 {"Id":7535,"TenantNo":7535.0}')
    expect(await outcome("/api/TaxRates(TaxCode='TPS',StartDate=2008-01-01)?$select=Id")).toBe(
      '200 {"Id":1}',
    )
    expect(
      await outcome("/api/LookupCodes(Category='OccupancyStatus',Code='v')?$select=Category,Code"),
    ).toBe('200 {"Category":"OccupancyStatus","Code":"V"}')
  })

  test('every alternate key finds its own row', async () => {
    for (const type of model.entityTypes) {
      const key = type.businessKey
      if (key === undefined) continue
      const [row] = await app.rows(`/api/${type.set}?$top=1&$skip=1`, { as: 'administrator' })
      if (row === undefined) continue
      const pairs = key.map((name) => {
        const value = row[name]
        const isDate = type.properties.some((p) => p.name === name && p.type === 'Edm.Date')
        const literal =
          typeof value === 'string' && !isDate ? `'${value.replaceAll("'", "''")}'` : value
        return `${name}=${String(literal)}`
      })
      const answer = await app.ask(`/api/${type.set}(${pairs.join(',')})`, { as: 'administrator' })
      expect([type.set, answer.status, answer.json]).toEqual([type.set, 200, row])
    }
  })

  test('what is no key is refused; a key of nothing is 404', async () => {
    for (const [path, expected] of [
      ['/api/Buildings(0)', '404 RECORD_NOT_FOUND'],
      ['/api/Buildings(2147483648)', '404 RECORD_NOT_FOUND'],
      ['/api/Buildings/99999', '404 RECORD_NOT_FOUND'],
      ['/api/Buildings(-1)', '404 RECORD_NOT_FOUND'],
      ['/api/Buildings(99999999999999999999)', '400 INVALID_LITERAL'],
      ["/api/Buildings('628')", '400 INVALID_KEY'],
      ['/api/Buildings(null)', '400 INVALID_KEY'],
      ['/api/Buildings(1,2)', '400 INVALID_KEY'],
      ['/api/Buildings(CompanyNo=3)', '400 INVALID_KEY'],
      ['/api/Buildings(Id=1,CompanyNo=3)', '400 INVALID_KEY'],
      ['/api/Buildings(Nothing=3)', '400 INVALID_KEY'],
      ["/api/Buildings(CompanyNo=3,DivisionNo=1,BuildingCode='NONE')", '404 RECORD_NOT_FOUND'],
      ['/api/Buildings()', '400 INVALID_KEY'],
    ]) {
      expect([path, await outcome(path ?? '')]).toEqual([path, expected])
    }
  })
})

describe('§4.6 properties and their values', () => {
  test('a property, its raw value, and 204 for null', async () => {
    for (const [path, expected] of [
      ['/api/Buildings(1)/Name', '200 {"value":"Maison de repos du Chevreau"}'],
      ['/api/Buildings(1)/Name/$value', '200 Maison de repos du Chevreau'],
      ['/api/Buildings/1/City/$value', '200 Lévis'],
      ['/api/Units(1440)/NumberOfRooms', '200 {"value":4.5}'],
      ['/api/Units(1440)/NumberOfRooms/$value', '200 4.5'],
      ['/api/Tenants(1)/TenantNo/$value', '200 1.0'],
      ['/api/Units(1440)/UnitCode', '200 {"value":""}'],
      ['/api/Units(1440)/UnitCode/$value', '200 '],
      ['/api/Units(1440)/HasBalcony/$value', '200 false'],
      ['/api/Leases(1)/StartDate/$value', '200 2019-07-01'],
      ['/api/Units(1440)/HousingType', '204 '],
      ['/api/Units(1440)/HousingType/$value', '204 '],
      ['/api/Units(77)/HousingType', '404 RECORD_NOT_FOUND'],
      ['/api/Units(77)/HousingType/$value', '404 RECORD_NOT_FOUND'],
      ['/api/Units(1440)/Nothing', '404 UNKNOWN_SEGMENT'],
      ['/api/Units(1440)/UnitCode/Nothing', '404 UNKNOWN_SEGMENT'],
      ['/api/Units(1440)/UnitCode/$count', '404 UNKNOWN_SEGMENT'],
      ['/api/Units/UnitCode', '404 UNKNOWN_SEGMENT'],
      ['/api/Units(1440)/UnitCode?$filter=Id eq 1', '400 OPTION_NOT_APPLICABLE'],
      ['/api/Units(1440)/$count', '404 UNKNOWN_SEGMENT'],
      ['/api/Units/$count/1', '400 SYNTAX_ERROR'],
    ]) {
      expect([path, await outcome(path ?? '')]).toEqual([path, expected])
    }
  })

  test('a raw value is text in UTF-8', async () => {
    const answer = await app.ask('/api/Buildings(1)/City/$value')
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer.bytes).toEqual(Buffer.from('Lévis'))
  })
})

describe('§4.3.1 navigation', () => {
  test('404 when the way leads through nothing, 204 for a missing one, [] for a missing many', async () => {
    for (const [path, expected] of [
      ['/api/Buildings(628)/Units', '200 {"value":[]}'],
      ['/api/Buildings(77)/Units', '404 RECORD_NOT_FOUND'],
      ['/api/Units(1440)/CurrentTenant', '204 '],
      ['/api/Units(77)/CurrentTenant', '404 RECORD_NOT_FOUND'],
      ['/api/Units(1448)/CurrentTenant?$select=LastName', '200 {"LastName":"Lachance"}'],
      ['/api/Units(1448)/CurrentTenant/LastName', '200 {"value":"Lachance"}'],
      ['/api/Units(1448)/CurrentTenant/LastName/$value', '200 Lachance'],
      [
        '/api/Units(1448)/CurrentTenant/CoTenants?$select=LastName',
        '200 {"value":[{"LastName":"Bergeron"}]}',
      ],
      ['/api/Units(1448)/Building/LedgerDivision/Company?$select=CompanyNo', '200 {"CompanyNo":3}'],
      ['/api/Buildings(630)/Units(2909)?$select=Id', '200 {"Id":2909}'],
      ['/api/Buildings(630)/Units/2909?$select=Id', '200 {"Id":2909}'],
      ['/api/Buildings(628)/Units(2909)', '404 RECORD_NOT_FOUND'],
      ['/api/Buildings(630)/Units(2909)/UnitCode/$value', '200 775'],
      [
        "/api/Buildings(630)/Units?$filter=UnitCode eq '775'&$select=Id",
        '200 {"value":[{"Id":2909}]}',
      ],
      [
        '/api/Buildings(630)/Units?$top=1&$skip=1&$orderby=Id desc&$select=Id',
        '200 {"value":[{"Id":2968}]}',
      ],
      [
        '/api/Tenants(7535)/TenantParkings(1472)/Parking?$select=ParkingCode',
        '200 {"ParkingCode":"P12"}',
      ],
      ['/api/Buildings/Units', '404 UNKNOWN_SEGMENT'],
      ['/api/Buildings(630)/Nothing', '404 UNKNOWN_SEGMENT'],
      ['/api/Buildings(630)/LedgerDivision(3)', '400 INVALID_KEY'],
    ]) {
      expect([path, await outcome(path ?? '')]).toEqual([path, expected])
    }
  })

  test('a to-one of one that is null is 404: there is nothing to navigate from', async () => {
    expect(await outcome('/api/Units(1440)/CurrentTenant/LastName')).toBe('404 RECORD_NOT_FOUND')
    expect(await outcome('/api/Units(1440)/CurrentTenant/CoTenants')).toBe('404 RECORD_NOT_FOUND')
  })

  test('an unknown segment names the nearest', async () => {
    expectError(await app.ask('/api/Buildings(630)/Unit'), {
      status: 404,
      code: 'UNKNOWN_SEGMENT',
      target: 'Unit',
      message: "Le segment « Unit » n'existe pas après « Building ». → Units",
    })
  })
})

describe('parts of the standard that are not offered yet', () => {
  test.each(['/api/$all', '/api/Buildings?$index=1', '/api/Buildings?$apply=nest(identity as M)'])(
    '%s is 501 or 400, and says what is meant',
    async (path) => {
      const answer = await app.ask(path)
      expect([path, [400, 404, 501].includes(answer.status)]).toEqual([path, true])
      expect(answer.text).toMatch(
        /"code":"(NOT_IMPLEMENTED|UNKNOWN_OPTION|UNKNOWN_SEGMENT|UNKNOWN_PROPERTY)"/,
      )
    },
  )
})
