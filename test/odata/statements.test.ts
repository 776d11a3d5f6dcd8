/** The statements of characteristic requests: a changed text is reviewed as a diff (`npx vitest -u` writes it). */

import { describe, expect, test } from 'vitest'
import { RequestCompiler } from '../../src/http/odata/compiled-request.ts'
import { model } from '../../src/model/model.ts'
import { defaultParseLimits } from '../../src/odata/parse/limits.ts'
import { parseRequest } from '../../src/odata/parse/request-parser.ts'
import type { CompiledRows } from '../../src/odata/serialize/row-stream.ts'

const requests = [
  "/Units?$filter=CompanyNo eq 3 and DivisionNo eq 1 and BuildingCode eq ' 1000pins '",
  '/Buildings?$Select=CompanyNo, DivisionNo, BuildingCode, Id, Units&$expand=Units($select=Id,UnitCode,NumberOfRooms) &$orderby=BuildingCode&$filter=CompanyNo eq 3 and DivisionNo eq 1',
  '/Tenants(7535)?$select=LastName',
  '/Tenants?$top=10&$select=Id',
  '/Buildings(630)/Units(2910)?$select=Id',
  '/Units(1448)/CurrentTenant/CoTenants?$select=Id',
  "/Units?$select=Id&$filter=HousingType ne 'A' and not (AskingRent gt 1000)",
  "/Units?$select=Id&$filter=Building/City eq 'Lévis' and Leases/any(l:l/RentAmount gt 1000 and l/Tenant/LastName eq 'Roy')",
  '/Tenants?$select=Id&$orderby=FirstName desc,LastName&$skip=20&$top=10',
  "/Tenants?$select=Id&$filter=contains(LastName,'50%25_off')",
  '/Units?$select=Id&$filter=Id in (1440,1448,2731)',
  '/Units(9007)/Availability(StartDate=2026-06-15)?$select=State,EndDate&$top=2',
  '/Units(9007)/Availability/$count',
  '/Leases(9211)/RentOn(Date=2028-06-30)',
  "/Units/ForRent?$select=UnitCode,AvailableDate&$filter=Characteristics/any(c:c/Code eq 'CLIM')",
  '/Units?$select=Id&$expand=Building($select=Name),Leases($select=Id;$orderby=StartDate desc;$top=1;$count=true)',
  '/Buildings/$count?$filter=Units/$count gt 10',
] as const

describe('Equal shapes give equal texts', () => {
  test('the statements are the reviewed ones', async () => {
    const text = requests
      .map((request) => `-- ${request}\n${statementsOf(request).join('\n')}\n`)
      .join('\n')
    await expect(text).toMatchFileSnapshot('../golden/statements.sql')
  })

  test.each([
    [
      "/Units?$filter=BuildingCode eq 'A' and Id gt 1",
      "/Units?$filter=BuildingCode eq 'it''s' and Id gt 99999999999",
    ],
    ['/Units(1)', '/Units(1448)'],
    ['/Tenants?$top=1000&$skip=0', '/Tenants?$top=700&$skip=400'],
    ['/Tenants?$top=10&$skip=0', '/Tenants?$top=10&$skip=400'],
  ])('%s and %s are one statement', (first, second) => {
    expect(statementsOf(first)).toEqual(statementsOf(second))
  })

  test('a small $top is part of the text, so that PostgreSQL plans for it once', () => {
    expect(statementsOf('/Tenants?$top=200')[0]).toMatch(/ limit 200$/)
    expect(statementsOf('/Tenants?$top=201')[0]).toMatch(/ limit \$\d::bigint$/)
  })

  test('no other literal stands in a text', () => {
    for (const text of requests.flatMap(statementsOf)) {
      for (const literal of ['1000PINS', '1000pins', 'Lévis', 'Roy', '50%', '7535', '1448'])
        expect(text).not.toContain(literal)
    }
  })

  test('every table of every statement is constrained to the account', () => {
    for (const text of requests.flatMap(statementsOf)) {
      const tables = [...text.matchAll(/(?:from|join) "\w+" (t\d+)/g)].map((match) => match[1])
      for (const alias of tables) expect(text).toContain(`${alias}.account_id = $`)
    }
  })
})

function statementsOf(request: string): readonly string[] {
  const [path = '', query = ''] = request.split('?')
  const compiled = new RequestCompiler(model, { depthMax: 6, nodesMax: 40 }).compile(
    parseRequest(path, query, defaultParseLimits),
    {
      access: { hasModule: () => true, canRead: () => true },
      rightsDigest: '',
      paging: { paged: false, continued: 'no' },
      isDelta: false,
      control: { amount: 'none' },
      ownFirst: false,
      format: {
        ieee754Compatible: false,
        annotationPrefix: '@odata.',
        legacyPadding: false,
        omitsNulls: false,
      },
    },
  )
  return [
    ...(compiled.count === undefined ? [] : [compiled.count.text]),
    ...rowTexts(compiled.rows),
    ...(compiled.parentExists === undefined ? [] : [compiled.parentExists.text]),
  ]
}

function rowTexts(rows: CompiledRows): readonly string[] {
  return [rows.statement.text, ...rows.related.flatMap(rowTexts)]
}
