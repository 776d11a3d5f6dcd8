import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

interface Unit {
  readonly Id: number
  readonly BuildingId: number
  readonly UnitCode: string
  readonly NumberOfRooms: number | null
}

function allUnits(): Promise<readonly Unit[]> {
  return app.rows<Unit>('/api/Units?$select=Id,BuildingId,UnitCode,NumberOfRooms&$orderby=Id')
}

async function failure(path: string): Promise<readonly [number, string]> {
  const { status, text } = await app.ask(path)
  return [status, /"code":"(\w+)"/.exec(text)?.[1] ?? text.slice(0, 80)]
}

describe('URL Conventions 4.01 §4.12 /$filter path segments', () => {
  test('an expression in parentheses, or an alias for one, leaves the rows that match', async () => {
    const expected = (await allUnits()).filter((unit) => unit.BuildingId === 630).map((u) => u.Id)
    expect(expected.length).toBeGreaterThan(0)
    for (const path of [
      '/api/Units/$filter(BuildingId eq 630)?$orderby=Id',
      '/api/Units/$filter(@f)?@f=BuildingId eq 630&$orderby=Id',
      '/api/Units/%24filter(@f)/?$orderby=Id&@f=Building/Id eq 630',
    ])
      expect([path, await app.ids(path)]).toEqual([path, expected])
  })

  test('segments follow one another, and $filter filters what they leave', async () => {
    const expected = (await allUnits()).filter(
      ({ BuildingId, NumberOfRooms, UnitCode }) =>
        BuildingId === 630 && (NumberOfRooms ?? 0) > 3 && UnitCode > '700',
    )
    expect(expected.length).toBeGreaterThan(0)
    const query = "?@a=BuildingId eq 630&@b=NumberOfRooms gt 3&$filter=UnitCode gt '700'"
    expect(await app.ids(`/api/Units/$filter(@a)/$filter(@b)${query}&$orderby=Id`)).toEqual(
      expected.map((unit) => unit.Id),
    )
    const count = await app.ask(`/api/Units/$filter(@a)/$filter(@b)/$count${query}`)
    expect([count.status, count.text]).toEqual([200, String(expected.length)])
    const counted = await app.ask(`/api/Units/$filter(@a)/$filter(@b)${query}&$count=true&$top=1`, {
      headers: { 'OData-MaxVersion': '4.0' },
    })
    expect(counted.json).toMatchObject({ '@odata.count': expected.length })
  })

  test('references, a key and a relation may follow', async () => {
    expect((await app.ask('/api/Units/$filter(Id eq 2909)/$ref')).json).toEqual({
      value: [{ '@odata.id': '/api/Units(2909)' }],
    })
    for (const path of [
      '/api/Units/$filter(BuildingId eq 630)(2909)/UnitCode/$value',
      '/api/Units/$filter(BuildingId eq 630)/2909/UnitCode/$value',
      '/api/Buildings(630)/Units/$filter(@f)/2909/UnitCode/$value?@f=Building/Id eq 630',
    ])
      expect([path, (await app.ask(path)).text]).toEqual([path, '775'])
    expect(
      (await app.ask('/api/Units/$filter(@f)(2909)/Building/Name?@f=Building/Id eq 630')).json,
    ).toEqual({ value: 'Les Pins' })
  })

  test('a row that a segment leaves out is not there', async () => {
    expect(await failure('/api/Units/$filter(BuildingId eq 628)(2909)')).toEqual([
      404,
      'RECORD_NOT_FOUND',
    ])
    expect(await failure('/api/Units/$filter(@f)(2909)/Building?@f=BuildingId eq 628')).toEqual([
      404,
      'RECORD_NOT_FOUND',
    ])
  })

  test('it stands after a collection, with a condition in it', async () => {
    for (const [path, expected] of [
      ['/api/Units(2909)/$filter(Id eq 1)', [404, 'UNKNOWN_SEGMENT']],
      ['/api/Units/$filter', [400, 'SYNTAX_ERROR']],
      ['/api/Units/$filter(Id)', [400, 'TYPE_MISMATCH']],
      ['/api/Units/$filter(Nothing eq 1)', [400, 'UNKNOWN_PROPERTY']],
      ['/api/Units/$filter(Id eq 1)/$each', [501, 'NOT_IMPLEMENTED']],
    ] as const)
      expect([path, await failure(path)]).toEqual([path, expected])
  })
})

describe('§4.12 /$filter in expressions', () => {
  test('counts, quantifies and picks among the rows that match', async () => {
    const units = await allUnits()
    const ofBuilding = (id: number): readonly Unit[] =>
      units.filter((unit) => unit.BuildingId === id && (unit.NumberOfRooms ?? 0) > 4)
    const buildings = await app.ids('/api/Buildings?$orderby=Id')
    expect(
      await app.ids(
        '/api/Buildings?$filter=Units/$filter(NumberOfRooms gt 4)/$count ge 2&$orderby=Id',
      ),
    ).toEqual(buildings.filter((id) => ofBuilding(id).length >= 2))
    expect(
      await app.ids(
        "/api/Buildings?$filter=Units/$filter(NumberOfRooms gt 4)/any(u:u/UnitCode gt '7')&$orderby=Id",
      ),
    ).toEqual(buildings.filter((id) => ofBuilding(id).some((unit) => unit.UnitCode > '7')))
    expect(
      await app.ids(
        "/api/Buildings?$filter=Units/$filter(NumberOfRooms gt 4)/all(u:u/UnitCode gt '7')&$orderby=Id",
      ),
    ).toEqual(buildings.filter((id) => ofBuilding(id).every((unit) => unit.UnitCode > '7')))
    expect(
      await app.ids("/api/Buildings?$filter=Units/$filter(Id gt 0)(2909)/UnitCode eq '775'"),
    ).toEqual([630])
    expect(await app.ids("/api/Buildings?$filter=Units(2909)/UnitCode eq '775'")).toEqual([630])
  })
})

describe('§4.11 type cast segments', () => {
  test('a cast to the own type changes nothing, in paths and expressions', async () => {
    for (const [path, plain] of [
      ['/api/Buildings/Primmo.HApi.Building?$select=Id', '/api/Buildings?$select=Id'],
      ['/api/Buildings(630)/Primmo.HApi.Building', '/api/Buildings(630)'],
      ['/api/Buildings/Primmo.HApi.Building(630)/Name', '/api/Buildings(630)/Name'],
      ['/api/Buildings(630)/Units/Primmo.HApi.Unit/$count', '/api/Buildings(630)/Units/$count'],
      [
        "/api/Units?$filter=Primmo.HApi.Unit/Building/Primmo.HApi.Building/Name eq 'Les Pins'",
        "/api/Units?$filter=Building/Name eq 'Les Pins'",
      ],
      [
        '/api/Buildings?$filter=Units/Primmo.HApi.Unit/$count gt 3',
        '/api/Buildings?$filter=Units/$count gt 3',
      ],
    ] as const) {
      const [cast, straight] = await Promise.all([app.ask(path), app.ask(plain)])
      expect([path, cast.status, cast.text]).toEqual([path, 200, straight.text])
    }
  })

  test('a cast to another type is refused', async () => {
    for (const path of [
      '/api/Buildings/Primmo.HApi.Unit',
      '/api/Buildings(630)/Primmo.HApi.Unit',
      '/api/Units?$filter=Building/Primmo.HApi.Unit/Id eq 1',
    ])
      expect([path, await failure(path)]).toEqual([path, [400, 'TYPE_MISMATCH']])
    expect(await failure('/api/Buildings/Primmo.HApi.Nothing')).toEqual([404, 'UNKNOWN_SEGMENT'])
  })
})

describe('§5.1.1.14 $root, $it and $this', () => {
  test('$root reaches an entity by its key, and what it relates to', async () => {
    const units = await allUnits()
    const of630 = units.filter((unit) => unit.BuildingId === 630).map((unit) => unit.Id)
    for (const filter of [
      'BuildingId eq $root/Buildings(630)/Id',
      "BuildingId eq $root/Buildings(CompanyNo=3,DivisionNo=1,BuildingCode='1000PINS')/Id",
      'BuildingId eq $root/Units(2909)/Building/Id',
      'Building/Name eq $root/Units(2909)/Building/Name',
      'BuildingId eq $root/Buildings(@b)/Id&@b=630',
    ])
      expect([filter, await app.ids(`/api/Units?$filter=${filter}&$orderby=Id`)]).toEqual([
        filter,
        of630,
      ])
    expect(await app.ids('/api/Units?$filter=$root/Buildings(77) eq null&$top=1')).toHaveLength(1)
    expect(await app.ids('/api/Units?$filter=$root/Buildings(630) eq null')).toEqual([])
    expect(await app.ids('/api/Units?$filter=Id eq $root/Buildings(77)/Id')).toEqual([])
  })

  test('$root reaches whole sets, whose rows may be compared with the one that is looked at', async () => {
    const units = await allUnits()
    const buildings = await app.ids('/api/Buildings?$orderby=Id')
    const inhabited = buildings.filter((id) => units.some((unit) => unit.BuildingId === id))
    for (const filter of [
      '$root/Units/any(u:u/BuildingId eq $it/Id)',
      '$root/Units/any(u:u/BuildingId eq Id)',
      '$root/Units/$count($filter=BuildingId eq $it/Id) gt 0',
      '$root/Units/$filter($it/Id eq $this/BuildingId)/$count gt 0',
      '$root/Buildings(630)/Units/$count gt 0 and Units/any()',
    ])
      expect([filter, await app.ids(`/api/Buildings?$filter=${filter}&$orderby=Id`)]).toEqual([
        filter,
        inhabited,
      ])
  })

  test('inside $expand, $it is the entity of the resource path and $this the expanded one', async () => {
    interface Row {
      readonly Id: number
      readonly Name: string
      readonly Units: readonly { readonly Id: number }[]
    }
    const rows = await app.rows<Row>(
      "/api/Buildings?$select=Id,Name&$expand=Units($select=Id;$filter=$it/Name eq 'Les Pins' and $this/NumberOfRooms gt 3;$orderby=Id)",
    )
    const units = await allUnits()
    for (const row of rows) {
      const expected =
        row.Name === 'Les Pins'
          ? units.filter((u) => u.BuildingId === row.Id && (u.NumberOfRooms ?? 0) > 3)
          : []
      expect([row.Id, row.Units.map(({ Id }) => Id)]).toEqual([row.Id, expected.map((u) => u.Id)])
    }
    expect(rows.flatMap((row) => row.Units).length).toBeGreaterThan(0)
  })

  test('at any depth of collections, and in their counts', async () => {
    interface Row {
      readonly Name: string
      readonly Units: readonly {
        readonly 'Leases@odata.count'?: number
        readonly Leases: unknown[]
      }[]
    }
    const ask = (filter: string): Promise<readonly Row[]> =>
      app.rows<Row>(
        `/api/Buildings?$select=Name&$expand=Units($select=Id;$expand=Leases($select=Id;$count=true;$filter=${filter}))`,
      )
    const leasesOf = (rows: readonly Row[], name: (name: string) => boolean): number =>
      rows.filter((row) => name(row.Name)).flatMap((row) => row.Units.flatMap((u) => u.Leases))
        .length
    const all = await ask('Id gt 0')
    const some = await ask("$it/Name eq 'Les Pins'")
    expect(leasesOf(all, (name) => name === 'Les Pins')).toBeGreaterThan(0)
    expect(leasesOf(some, (name) => name === 'Les Pins')).toBe(
      leasesOf(all, (name) => name === 'Les Pins'),
    )
    expect(leasesOf(some, (name) => name !== 'Les Pins')).toBe(0)
    const counts = some.flatMap((row) => row.Units.map((unit) => unit['Leases@odata.count']))
    expect(counts).toEqual(some.flatMap((row) => row.Units.map((unit) => unit.Leases.length)))
  })

  test('a set that the caller may not read is not reached by $root either (R-011)', async () => {
    expect(await failure('/api/Buildings?$filter=$root/FinancialStatements/any()')).toEqual([
      403,
      'MODULE_NOT_LICENSED',
    ])
    expect(await failure('/api/Buildings?$filter=$root/Nothing/any()')).toEqual([
      400,
      'UNKNOWN_PROPERTY',
    ])
    expect(await failure('/api/Buildings?$filter=$root eq null')).toEqual([400, 'SYNTAX_ERROR'])
  })
})

describe('§5.3 parameter aliases among nested options', () => {
  test('an alias is known inside the options that give it, and hides one of the request', async () => {
    const plain = await app.ask(
      '/api/Buildings?$select=Id&$expand=Units($select=Id;$filter=NumberOfRooms gt 4;$orderby=Id)',
    )
    for (const path of [
      '/api/Buildings?$select=Id&$expand=Units(@r=4;$select=Id;$filter=NumberOfRooms gt @r;$orderby=Id)',
      '/api/Buildings?$select=Id&$expand=Units(@r=4;$select=Id;$filter=NumberOfRooms gt @r;$orderby=Id)&@r=99',
      '/api/Buildings?$select=Id&$expand=Units($select=Id;$filter=NumberOfRooms gt @r;$orderby=Id)&@r=4',
      '/api/Buildings?$select=Id&$expand=Units(@f=NumberOfRooms gt 4;$select=Id;$filter=@f;$orderby=Id)',
    ])
      expect([path, (await app.ask(path)).text]).toEqual([path, plain.text])
    // Outside them it has no value, and nothing is greater than null.
    expect(
      await app.ids(
        '/api/Buildings?$expand=Units(@r=4;$filter=NumberOfRooms gt @r)&$filter=Id gt @r',
      ),
    ).toEqual([])
  })
})
