import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectFilter } from '../support/filter-oracle.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
  await app.sql(
    `update tenants set comment = E'  a\\u00a0\\t', city = 'Ça alors' where account_id = 1 and id = 7535`,
  )
  await app.sql(`update tenants set comment = '50%_\\' where account_id = 1 and id = 1`)
})

afterAll(async () => {
  await app.close()
})

type Case = readonly [filter: string, where: string, finds?: 'some' | 'none' | 'all']

async function check(set: string, cases: readonly Case[]): Promise<void> {
  for (const [filter, where, finds = 'some'] of cases)
    await expectFilter(app, set, { filter, where, finds })
}

describe('URL Conventions 4.01 §5.1.1.5–7 functions of texts', () => {
  test('contains, startswith, endswith: letter case counts, wildcards are themselves', async () => {
    await check('Tenants', [
      ["contains(LastName,'au')", "t.last_name like '%au%'"],
      ["contains(LastName,'Au')", "position('Au' in t.last_name) > 0", 'none'],
      ["startswith(LastName,'La')", "t.last_name like 'La%'"],
      ["endswith(LastName,'ay')", "t.last_name like '%ay'"],
      ["contains(Comment,'%')", 't.id = 1'],
      ["contains(Comment,'_')", 't.id = 1'],
      ["endswith(Comment,'\\')", 't.id = 1'],
      ["startswith(Comment,'5__')", 'false', 'none'],
      ["contains(LastName,'é')", "t.last_name like '%é%'"],
      ['contains(LastName,FirstName)', 'position(t.first_name in t.last_name) > 0', 'none'],
      [
        'startswith(Email,tolower(substring(FirstName,0,2)))',
        'starts_with(t.email, lower(substr(t.first_name, 1, 2)))',
      ],
      ["contains('xxTremblayxx',LastName)", "t.last_name = 'Tremblay'"],
      ["contains(LastName,'')", 'true', 'all'],
    ])
  })

  test('contains of a code ignores letter case', async () => {
    await check('Units', [
      ["contains(BuildingCode,'pins')", "t.building_code like '%PINS%'"],
      ["startswith(BuildingCode,'900d')", "t.building_code like '900D%'"],
      ["endswith(BuildingCode,'demo')", "t.building_code like '%DEMO'"],
    ])
  })

  test('length, indexof, substring, tolower, toupper, trim, concat', async () => {
    await check('Tenants', [
      ['length(LastName) eq 3', 'char_length(t.last_name) = 3'],
      ["indexof(LastName,'o') eq 1", "position('o' in t.last_name) = 2"],
      ["indexof(LastName,'zz') eq -1", 'true', 'all'],
      ["substring(LastName,1) eq 'yr'", 't.id = 1'],
      ["substring(LastName,0,3) eq 'Tre'", "t.last_name like 'Tre%'"],
      ["substring(LastName,-2) eq 'ay'", "t.last_name like '%ay'"],
      ["substring(LastName,50) eq ''", 'true', 'all'],
      ["substring(LastName,-99) eq 'cyr'", 't.id = 1'],
      ["tolower(LastName) eq 'côté'", "t.last_name = 'Côté'"],
      ["toupper(FirstName) eq 'ÉMILE'", "t.first_name = 'Émile'"],
      ["trim(Comment) eq 'a'", 't.id = 7535'],
      ["concat(concat(FirstName,' '),LastName) eq 'Émile Lachance'", 't.id = 7535'],
      ['length(concat(FirstName,LastName)) gt 15', 'char_length(t.first_name || t.last_name) > 15'],
      ["TOLOWER(LastName) eq 'cyr'", 't.id = 1'],
    ])
  })

  test('matchesPattern', async () => {
    await check('Tenants', [
      ["matchesPattern(LastName,'^T.*y$')", "t.last_name = 'Tremblay'"],
      ["matchesPattern(Email,'^[a-z]+\\.(roy|morin)\\.')", "t.email ~ '^[a-z]+\\.(roy|morin)\\.'"],
      ["matchespattern(LastName,'.{9}')", 'char_length(t.last_name) >= 9'],
    ])
  })
})

describe('§5.1.1.8 functions of dates and times', () => {
  test('year, month, day, hour, minute, second, fractionalseconds', async () => {
    await check('Leases', [
      ['year(StartDate) eq 2024', 'extract(year from t.start_date) = 2024'],
      ['month(StartDate) eq 7', 'extract(month from t.start_date) = 7'],
      ['day(StartDate) gt 1', 'extract(day from t.start_date) > 1'],
      [
        'year(CreatedDate) eq 2026',
        "extract(year from t.created_date at time zone 'UTC') = 2026",
        'all',
      ],
    ])
    await app.sql(
      `update tenants set created_date = '2026-02-03T04:05:06.789Z' where account_id = 1 and id = 7535`,
    )
    await check('Tenants', [
      ['hour(CreatedDate) eq 4', 't.id = 7535'],
      ['minute(CreatedDate) eq 5', 't.id = 7535'],
      ['second(CreatedDate) eq 6', 't.id = 7535'],
      ['fractionalseconds(CreatedDate) eq 0.789', 't.id = 7535'],
      ['date(CreatedDate) eq 2026-02-03', 't.id = 7535'],
      ['time(CreatedDate) eq 04:05:06.789', 't.id = 7535'],
      ['time(CreatedDate) lt 12:00:00', 't.id = 7535'],
      ['totaloffsetminutes(CreatedDate) eq 0', 'true', 'all'],
      ['CreatedDate eq 2026-02-02T23:05:06.789-05:00', 't.id = 7535'],
    ])
  })

  test('now is the account’s clock; mindatetime and maxdatetime bound it', async () => {
    await app.pinAccount(1, '2026-06-15T04:05:00Z')
    await check('Leases', [
      ['StartDate lt date(now())', "t.start_date < '2026-06-15'"],
      ['StartDate ge now()', "t.start_date > '2026-06-15'"],
      ['CreatedDate gt mindatetime()', 'true', 'all'],
      ['CreatedDate lt maxdatetime()', 'true', 'all'],
      ['now() eq 2026-06-15T04:05:00Z', 'true', 'all'],
    ])
  })

  test('totalseconds', async () => {
    await check('Leases', [
      ['totalseconds(EndDate sub StartDate) gt 31536000', 't.end_date - t.start_date > 365'],
      ["totalseconds(duration'PT1H30M') eq 5400", 'true', 'all'],
      ["totalseconds(duration'-P1DT1.5S') eq -86401.5", 'true', 'all'],
    ])
  })
})

describe('§5.1.1.9 functions of numbers', () => {
  test('round is half away from zero; floor; ceiling', async () => {
    await check('Units', [
      ['round(NumberOfRooms) eq 5', 't.number_of_rooms = 4.5'],
      ['round(-NumberOfRooms) eq -5', 't.number_of_rooms = 4.5'],
      ['round(2.5e0) eq 3', 'true', 'all'],
      ['floor(NumberOfRooms) eq 4', 't.number_of_rooms = 4.5'],
      ['ceiling(NumberOfRooms) eq 5', 't.number_of_rooms = 4.5'],
      ['ceiling(-NumberOfRooms) eq -4', 't.number_of_rooms = 4.5'],
      ['round(AskingRent divby 100) eq 12', 't.asking_rent >= 1150 and t.asking_rent < 1250'],
    ])
  })
})

describe('functions in $orderby', () => {
  test('the order is that of the value, ties by the key', async () => {
    const expected = await app.column<number>(
      `select id from tenants where account_id = 1
        order by char_length(last_name) desc, lower(first_name) collate french nulls first, id`,
    )
    expect(
      await app.ids('/api/Tenants?$select=Id&$orderby=length(LastName) desc,tolower(FirstName)'),
    ).toEqual(expected)
  })
})

describe('functions that are not offered, or misused', () => {
  test.each([
    ['geo.distance(Name,Name) lt 1', 501, 'NOT_IMPLEMENTED'],
    ["contain(Name,'a')", 400, 'UNKNOWN_FUNCTION'],
    ['contains(Name)', 400, 'ARGUMENT_MISMATCH'],
    ["contains(Id,'a')", 400, 'ARGUMENT_MISMATCH'],
    ['length(Name,Name) eq 1', 400, 'ARGUMENT_MISMATCH'],
    ['year(Name) eq 1', 400, 'ARGUMENT_MISMATCH'],
    ['length(Name)', 400, 'TYPE_MISMATCH'],
    ['Name add 1 eq 2', 400, 'TYPE_MISMATCH'],
    ['Name eq 1', 400, 'TYPE_MISMATCH'],
    ['Units eq 1', 400, 'TYPE_MISMATCH'],
    ["Units/UnitCode eq '1'", 400, 'UNKNOWN_PROPERTY'],
    ["matchesPattern(Name,'(a)\\1')", 400, 'INVALID_LITERAL'],
    ["matchesPattern(Name,'(?=a)')", 400, 'INVALID_LITERAL'],
    ["matchesPattern(Name,'[')", 400, 'EVALUATION_FAILED'],
    ['Id eq 99999999999999999999', 400, 'INVALID_LITERAL'],
    ['ReadyForUseDate eq 2026-02-30', 400, 'INVALID_LITERAL'],
  ])('%s', async (filter, status, code) => {
    const answer = await app.ask(`/api/Buildings?$filter=${encodeURIComponent(filter)}`)
    expect([answer.status, (answer.json as { error: { code: string } }).error.code]).toEqual([
      status,
      code,
    ])
  })
})
