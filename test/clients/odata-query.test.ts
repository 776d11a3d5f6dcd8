/** odata-query builds the addresses; each answer is compared with what SQL says of the same rows. */

import odataQuery, { type QueryOptions } from 'odata-query'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

// Its types are those of its CommonJS form, whose default export lies one level deeper than that of the module imported.
const buildQuery = odataQuery as unknown as typeof odataQuery.default

type Query = Partial<QueryOptions<Record<string, unknown>>>

async function ids(set: string, query: Query): Promise<readonly number[]> {
  return app.ids(`/api/${set}${buildQuery(query)}`)
}

async function idsBySql(condition: string, order = 'id'): Promise<readonly number[]> {
  return app.column(
    `select u.id from units u join buildings b using (account_id)
      where u.account_id = 1 and b.id = u.building_id and ${condition} order by ${order}`,
  )
}

describe('odata-query: filters', () => {
  test.each<[string, NonNullable<Query['filter']>, string]>([
    [
      'equality, joined by and',
      { CompanyNo: 3, DivisionNo: 1 },
      'u.company_no = 3 and u.division_no = 1',
    ],
    ['null', { HousingType: null }, 'u.housing_type is null'],
    [
      'comparisons',
      { NumberOfRooms: { ge: 3.5, lt: 5 } },
      'u.number_of_rooms >= 3.5 and u.number_of_rooms < 5',
    ],
    [
      'or',
      { or: [{ CompanyNo: 4 }, { NumberOfRooms: { gt: 5 } }] },
      '(u.company_no = 4 or u.number_of_rooms > 5)',
    ],
    ['not', { not: { CompanyNo: 3 } }, 'not u.company_no = 3'],
    ['in', { CompanyNo: { in: [3, 4] } }, 'u.company_no in (3, 4)'],
    ['functions', { UnitCode: { startswith: '1' } }, "u.unit_code like '1%'"],
    [
      'functions of functions',
      { 'tolower(UnitCode)': { contains: '0' } },
      "lower(u.unit_code) like '%0%'",
    ],
    ['a related entity', { Building: { City: 'Lévis' } }, "b.city = 'Lévis'"],
    ['an apostrophe', { UnitCode: "d'Youville" }, "u.unit_code = 'D''YOUVILLE'"],
    [
      'any',
      { UnitCharacteristics: { any: { Value: 'true' } } },
      "exists (select 1 from unit_characteristics c where c.account_id = 1 and c.unit_id = u.id and c.value = 'true')",
    ],
  ])('%s', async (_, filter, condition) => {
    expect(await ids('Units', { filter, orderBy: 'Id' })).toEqual(await idsBySql(condition))
  })
})

describe('odata-query: the other options', () => {
  test('order, top, skip and select', async () => {
    const query: Query = {
      select: ['Id', 'UnitCode'],
      orderBy: [['UnitCode', 'desc'], 'Id'],
      top: 7,
      skip: 4,
    }
    const rows = await app.rows(`/api/Units${buildQuery(query)}`)
    expect(rows.map(({ Id }) => Id)).toEqual(
      (await idsBySql('true', 'u.unit_code desc, u.id')).slice(4, 11),
    )
    expect(Object.keys(rows[0] ?? {})).toEqual(['Id', 'UnitCode'])
  })

  test('a key', async () => {
    const { json } = await app.ask(`/api/Buildings${buildQuery({ key: 628, select: ['Name'] })}`)
    expect(json).toEqual({ Name: 'Les Chênes' })
  })

  test('a count: beside the rows, and alone', async () => {
    const expected = await idsBySql('u.company_no = 3')
    const { json } = await app.ask(
      `/api/Units${buildQuery({ filter: { CompanyNo: 3 }, count: true, top: 0 })}`,
    )
    expect(json).toMatchObject({ '@odata.count': expected.length, value: [] })
    const { text } = await app.ask(`/api/Units${buildQuery({ count: { CompanyNo: 3 } })}`)
    expect(text).toBe(String(expected.length))
  })

  test('expand with options of its own', async () => {
    const query: Query = {
      key: 1,
      select: ['Id'],
      expand: {
        Units: {
          select: ['Id'],
          filter: { NumberOfRooms: { gt: 3 } },
          orderBy: [['Id', 'desc']],
          top: 3,
        },
      },
    }
    const { json } = await app.ask(`/api/Buildings${buildQuery(query)}`)
    const units = await idsBySql('b.id = 1 and u.number_of_rooms > 3', 'u.id desc')
    expect(json).toMatchObject({ Units: units.slice(0, 3).map((Id) => ({ Id })) })
    expect(units.length).toBeGreaterThan(0)
  })

  test('search', async () => {
    const found = await app.ids(`/api/Buildings${buildQuery({ search: 'Chênes', orderBy: 'Id' })}`)
    expect(found).toContain(628)
    expect(found.length).toBeLessThan((await app.ids('/api/Buildings')).length)
  })
})
