/** The operators and functions of expressions that `filter.test.ts` leaves out. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectFilter, type FilterCase } from '../support/filter-oracle.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
  // Texts that are literals of each type, nearly so, or not at all.
  const texts = [...literals.keys()]
  await app.sql(
    `update units set comment = given.text
       from (select text, row_number() over () as place from unnest($1::text[]) text) given,
            (select id, row_number() over (order by id) as place from units where account_id = 1) placed
      where units.account_id = 1 and units.id = placed.id and placed.place = given.place`,
    [texts],
  )
})

afterAll(async () => {
  await app.close()
})

/** Text → what `cast(Comment, …)` makes of it, by type, as the filter's literal; absent: null. */
const literals: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ['12', { Byte: '12', Int32: '12', Int64: '12', Decimal: '12', Double: '12' }],
  ['-7', { SByte: '-7', Int16: '-7', Int32: '-7', Decimal: '-7', Double: '-7' }],
  ['300', { Int16: '300', Int32: '300', Decimal: '300' }],
  ['2147483648', { Int64: '2147483648', Decimal: '2147483648' }],
  ['9223372036854775808', { Decimal: '9223372036854775808' }],
  ['1.50', { Decimal: '1.5', Double: '1.5' }],
  ['1e3', { Decimal: '1000', Double: '1000' }],
  ['1e-300', { Double: '0.0' }],
  ['1e999', {}],
  ['INF', { Double: 'INF' }],
  ['true', { Boolean: 'true' }],
  ['FALSE', { Boolean: 'false' }],
  ['2026-02-28', { Date: '2026-02-28' }],
  ['2024-02-29', { Date: '2024-02-29' }],
  ['2026-02-29', {}],
  ['2026-13-01', {}],
  ['0000-01-01', {}],
  ['2026-02-28T23:30:00-05:00', { DateTimeOffset: '2026-03-01T04:30:00Z' }],
  ['2026-02-28T23:30:00', { DateTimeOffset: '2026-02-28T23:30:00Z' }],
  ['2026-02-30T00:00:00Z', {}],
  ['23:59:59.5', { TimeOfDay: '23:59:59.5' }],
  ['24:00:00', {}],
  ['P1DT2H', { Duration: "duration'P1DT2H'" }],
  ['-PT90M', { Duration: "duration'-PT1H30M'" }],
  ['P', {}],
  ['PT', {}],
  ['P1Y', {}],
  ['01234567-89AB-cdef-0123-456789abcdef', { Guid: '01234567-89ab-cdef-0123-456789abcdef' }],
  ['une chaîne', {}],
  ['', {}],
])

const targets = [
  'Byte',
  'SByte',
  'Int16',
  'Int32',
  'Int64',
  'Decimal',
  'Double',
  'Boolean',
  'Date',
  'DateTimeOffset',
  'TimeOfDay',
  'Duration',
  'Guid',
]

/** Integers are decimals and doubles too, and so are digits that the map does not repeat. */
function expected(text: string, target: string): string | undefined {
  const own = literals.get(text)?.[target]
  if (own !== undefined) return own
  if (target === 'Double' && /^-?\d+$/.test(text)) return text
  if (target === 'Int64' && /^-?\d{1,10}$/.test(text)) return text
  if (target === 'Int16' && text === '12') return text
  return target === 'SByte' && text === '12' ? text : undefined
}

async function units(...cases: readonly FilterCase[]): Promise<void> {
  for (const given of cases) await expectFilter(app, 'Units', given)
}

async function always(filter: string, finds: boolean): Promise<void> {
  await units({ filter, where: String(finds), finds: finds ? 'all' : 'none' })
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

describe('URL Conventions 4.01 §5.1.1.10 cast and isof', () => {
  test.each(targets)(
    'a text is cast to Edm.%s when it is a literal of it, else it is null',
    async (target) => {
      const texts = [...literals.keys()]
      const casts = texts.map((text) => {
        const value = expected(text, target) ?? 'null'
        return `Comment eq ${quoted(text)} and cast(Comment,Edm.${target}) eq ${value}`
      })
      const given = texts.map(quoted).join(', ')
      await units({ filter: casts.join(' or '), where: `t.comment in (${given})` })
      const castable = texts.filter((text) => expected(text, target) !== undefined)
      await units({
        filter: `Comment in (${given}) and isof(Comment,Edm.${target})`,
        where: `t.comment in (${castable.map(quoted).join(', ')})`,
      })
    },
  )

  test('values are cast to text as payloads have them', async () => {
    await units(
      { filter: "cast(Id,Edm.String) eq '1440'", where: 't.id = 1440' },
      { filter: "cast(NumberOfRooms,Edm.String) eq '4.5'", where: 't.number_of_rooms = 4.5' },
      { filter: "cast(HasBalcony,Edm.String) eq 'true'", where: 't.has_balcony' },
      {
        filter: "startswith(cast(AvailableDate,Edm.String),'2026-07')",
        where: "t.available_date between '2026-07-01' and '2026-07-31'",
      },
      {
        filter: 'cast(cast(CreatedDate,Edm.String),Edm.DateTimeOffset) eq CreatedDate',
        where: 'true',
        finds: 'all',
      },
      { filter: "cast(Comment,Edm.String) eq 'INF'", where: "t.comment = 'INF'" },
    )
    await always("cast(duration'-P1DT2H3M4.50S',Edm.String) eq '-P1DT2H3M4.5S'", true)
    await always("cast('PT0S',Edm.Duration) eq duration'PT0S'", true)
    await always("cast(cast('P400D',Edm.Duration),Edm.String) eq 'P400D'", true)
    await always("cast(INF,Edm.String) eq 'INF'", true)
    await always("cast(07:59:59.999,Edm.String) eq '07:59:59.999'", true)
    await always("cast(cast('T0RhdGE',Edm.Binary),Edm.String) eq 'T0RhdGE'", true)
    await always("cast('T0RhdGE',Edm.Binary) eq binary'T0RhdGE'", true)
  })

  test('numbers are rounded, and null where they do not fit', async () => {
    await units(
      { filter: 'cast(NumberOfRooms,Edm.Int32) eq 5', where: 't.number_of_rooms in (4.5, 5)' },
      { filter: 'cast(-NumberOfRooms,Edm.Int32) eq -5', where: 't.number_of_rooms in (4.5, 5)' },
      { filter: 'cast(Id,Edm.Byte) eq null', where: 't.id > 255', finds: 'all' },
      { filter: 'cast(Floor,Edm.Double) eq 2', where: 't.floor = 2' },
      { filter: 'cast(AvailableDate,Edm.Int32) eq null', where: 'true', finds: 'all' },
    )
    await always('cast(NaN,Edm.Int32) eq null', true)
    await always('cast(null,Edm.Int32) eq null', true)
    await always('cast(1e300,Edm.Single) eq null', true)
  })

  test('an entity is of its own type', async () => {
    await units(
      { filter: 'isof(Primmo.HApi.Unit)', where: 'true', finds: 'all' },
      { filter: 'isof($it,Primmo.HApi.Building)', where: 'false', finds: 'none' },
      {
        filter: 'isof(CurrentTenant,Primmo.HApi.Tenant)',
        where: 't.current_tenant_id is not null',
      },
      {
        filter: 'cast(CurrentTenant,Primmo.HApi.Tenant) eq null',
        where: 't.current_tenant_id is null',
      },
      { filter: 'cast(Primmo.HApi.Building) eq null', where: 'true', finds: 'all' },
    )
  })

  test('a type that does not exist is 400, one that is not offered 501', async () => {
    for (const [filter, status] of [
      ['cast(Id,Edm.Strng) eq null', 400],
      ['cast(Id,Primmo.HApi.Nothing) eq null', 400],
      ['cast(Id) eq null', 400],
      ['cast(Building,Edm.String) eq null', 400],
      ['isof(Id,Edm.GeographyPoint)', 501],
    ] as const)
      expect([filter, (await app.ask(`/api/Units?$filter=${filter}`)).status]).toEqual([
        filter,
        status,
      ])
  })
})

describe('§5.1.1.1.11 has', () => {
  test('an enumeration has the value that it is; null has none, and neither has what is not null', async () => {
    await units(
      { filter: "OccupancyStatus has 'V'", where: "t.occupancy_status = 'V'" },
      {
        filter: "OccupancyStatus has Primmo.HApi.OccupancyStatus'V'",
        where: "t.occupancy_status = 'V'",
      },
      { filter: "HousingType has 'AP'", where: "t.housing_type = 'AP'" },
      { filter: "not (HousingType has 'AP')", where: "t.housing_type <> 'AP'" },
      { filter: 'HousingType has null', where: 'false', finds: 'none' },
    )
    expect((await app.ask("/api/Units?$filter=Comment has 'a'")).status).toBe(400)
  })
})

describe('§5.1.1.2 division by zero, durations', () => {
  test('of exact numbers it fails, and divby and doubles have an answer', async () => {
    for (const filter of ['Floor div 0 eq 1', 'NumberOfRooms div 0 eq 1', 'Id mod 0 eq 0'])
      expect([filter, (await app.ask(`/api/Units?$filter=${filter}`)).status]).toEqual([
        filter,
        400,
      ])
    await always('1 divby 0 eq INF', true)
    await always('-1 divby 0 eq -INF', true)
    await always('1e0 div 0 eq INF', true)
    await always('(Id divby 0) gt 5', true)
    await always('case(Id eq 0:1 div Id,true:2) eq 2', true)
  })

  test('durations are multiplied from either side and divided; their prefix may be left out', async () => {
    await always("2 mul duration'P1D' eq duration'P2D'", true)
    await always("duration'P3D' divby 2 eq duration'PT36H'", true)
    await always("-duration'PT1H' lt duration'PT0S'", true)
    await always("totalseconds('PT1M30.5S') eq 90.5", true)
    await always("now() sub 'P1D' lt now()", true)
    await expectFilter(app, 'Leases', {
      filter: "EndDate sub StartDate gt 'P400D'",
      where: 't.end_date - t.start_date > 400',
    })
    await expectFilter(app, 'Leases', {
      filter: "StartDate sub 'PT1S' eq 2026-06-30",
      where: "t.start_date = '2026-07-01'",
    })
  })
})

describe('§5.1.1.5 and §5.1.1.6 collections', () => {
  test.each([
    ['hassubset([4,1,3],[4,1,3])', true],
    ['hassubset([4,1,3],[1,3,4])', true],
    ['hassubset([4,1,3],[3,1])', true],
    ['hassubset([4,1,3,1],[1,1])', true],
    ['hassubset([1,2],[1,1,2])', false],
    ['hassubset([1,null],[null])', true],
    ['hassubset([1],[])', true],
    ['hassubset([4,1,3.0],[3,Id sub Id add 1])', true],
    ['hassubsequence([4,1,3],[4,1,3])', true],
    ['hassubsequence([4,1,3],[4,3])', true],
    ['hassubsequence([4,1,3,1],[1,1])', true],
    ['hassubsequence([4,1,3],[1,3,4])', false],
    ['hassubsequence([4,1,3],[3,1])', false],
    ['hassubsequence([1,2],[1,1,2])', false],
    ['hassubsequence([1,2],[])', true],
    ['contains([4,1,3],[1,3])', true],
    ['contains([4,1,3],[4,3])', false],
    ['startswith(["a","b"],["a"])', true],
    ['endswith(["a","b"],["a"])', false],
    ['endswith([4,1,3],[1,3])', true],
    ['indexof([4,1,3],[1,3]) eq 1', true],
    ['indexof([4,1,3],[7]) eq -1', true],
    ['length(concat([1,2],[3])) eq 3', true],
    ['substring([4,1,3],1) eq [1,3]', true],
    ['substring([4,1,3],-2,1) eq [1]', true],
    ['substring([4,1,3],9) eq []', true],
    ['[1,2] eq [1,2]', true],
    ['[1,2] ne [2,1]', true],
    ['[1,null] eq [1,null]', true],
    ['3 in substring([4,1,3],1)', true],
    ['[1,2] eq null', false],
    ['hassubset(@a,@b)&@a=[1,2]&@b=[2]', true],
    ['[Floor,1] in [[1,1],[2,1],[3,1],[4,1],[5,1],[null,1]] or Floor ne -1', true],
  ] as const)('%s is %s', async (filter, finds) => {
    const encoded = filter.replaceAll('"', '%22')
    const ids = await app.ids(`/api/Units?$select=Id&$filter=${encoded}`)
    expect(ids.length > 0).toBe(finds)
  })

  test('collection-valued properties', async () => {
    const create = await app.ask('/api/WebhookEndpoints', {
      as: 'administrator',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        Url: 'https://example.com/hooks',
        Description: 'Expressions',
        Entities: ['Lease', 'Tenant', 'Unit'],
      }),
    })
    expect([create.text, create.status]).toEqual([create.text, 201])
    const found = async (filter: string): Promise<boolean> => {
      const path = `/api/WebhookEndpoints?$select=Description&$filter=Description eq 'Expressions' and ${filter}`
      const { text, status } = await app.ask(path, { as: 'administrator' })
      expect([filter, status]).toEqual([filter, 200])
      return text.includes('Expressions')
    }
    for (const [filter, finds] of [
      ["'Tenant' in Entities", true],
      ["'Building' in Entities", false],
      ["hassubset(Entities,['Unit','Lease'])", true],
      ["hassubsequence(Entities,['Unit','Lease'])", false],
      ["Entities eq ['Lease','Tenant','Unit']", true],
      ['length(Entities) eq 3', true],
      ["contains(Entities,['Tenant','Unit'])", true],
      ["indexof(substring(Entities,1),['Unit']) eq 1", true],
      ["Entities/any(e:e eq 'Unit')", true],
    ] as const)
      expect([filter, await found(filter)]).toEqual([filter, finds])
  })
})

describe('§5.1.1.6.1 matchesPattern', () => {
  test('words have edges, as in ECMAScript', async () => {
    await expectFilter(app, 'Buildings', {
      filter: "matchesPattern(Name,'\\bPins\\b')",
      where: "t.name ~ '\\yPins\\y'",
    })
  })
})

describe('§5.1.1.7 parts of instants', () => {
  test('a literal in another zone than UTC has no part here; its offset is known', async () => {
    await always('hour(2026-01-01T23:00:00Z) eq 23', true)
    await always('totaloffsetminutes(2026-01-01T23:00:00-05:30) eq -330', true)
    await always('totaloffsetminutes(CreatedDate) eq 0', true)
    await always('fractionalseconds(2026-01-01T23:00:00.25Z) eq 0.25', true)
    for (const part of ['year', 'month', 'day', 'hour', 'minute', 'date', 'time'])
      expect(
        (await app.ask(`/api/Units?$filter=${part}(2026-01-01T23:00:00-05:00) ne null`)).status,
      ).toBe(400)
  })
})

describe('§5.1.1.1.1 structural comparison', () => {
  test('entities are equal when they are the same', async () => {
    await units(
      {
        filter: 'CurrentTenant eq CurrentLease/Tenant',
        where:
          't.current_tenant_id is not distinct from (select tenant_id from leases l where l.account_id = 1 and l.id = t.current_lease_id)',
        finds: 'all',
      },
      {
        filter: 'Leases/any(l:l/Unit ne $it)',
        where: 'false',
        finds: 'none',
      },
    )
    expect((await app.ask('/api/Units?$filter=Building eq CurrentTenant')).status).toBe(400)
  })
})
