import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectFilter, type FilterCase } from '../support/filter-oracle.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
  await app.sql(
    "update units set civic_no_and_street = '775 rue du Sureau' where account_id = 1 and id = 2909",
  )
  // Nulls on both sides of comparisons, and signs of LIKE in texts.
  await app.sql(
    `update units set comment = '100% _neuf_ \\ l''été "x"' where account_id = 1 and id = 2909`,
  )
  await app.sql(
    `update units set created_date = '2026-03-01T04:30:00Z' where account_id = 1 and id = 2909`,
  )
  await app.sql(`update units set market_rent = asking_rent where account_id = 1 and id % 3 = 0`)
  await app.sql(
    `update units set market_rent = asking_rent + 0.5 where account_id = 1 and id % 3 = 1`,
  )
})

afterAll(async () => {
  await app.close()
})

async function units(...cases: readonly FilterCase[]): Promise<void> {
  for (const given of cases) await expectFilter(app, 'Units', given)
}

describe('URL Conventions 4.01 §5.1.1.1 logical operators', () => {
  test('eq, ne, gt, ge, lt, le over integers, decimals, texts, dates, instants, booleans', async () => {
    await units(
      { filter: 'Floor eq 2', where: 't.floor = 2' },
      { filter: 'NumberOfRooms eq 4.5', where: 't.number_of_rooms = 4.5' },
      { filter: 'NumberOfRooms gt 4', where: 't.number_of_rooms > 4' },
      { filter: 'AskingRent ge 1060.00', where: 't.asking_rent >= 1060' },
      { filter: 'AskingRent lt 900', where: 't.asking_rent < 900' },
      { filter: 'AskingRent le 9e2', where: 't.asking_rent <= 900' },
      { filter: "OccupancyStatus ne 'L'", where: "t.occupancy_status <> 'L'" },
      { filter: 'HasBalcony eq true', where: 't.has_balcony' },
      { filter: 'HasBalcony', where: 't.has_balcony' },
      { filter: 'not HasBalcony', where: 'not t.has_balcony' },
      { filter: 'IsListed ne false', where: 't.is_listed' },
      { filter: 'AvailableDate gt 2026-06-30', where: "t.available_date > '2026-06-30'" },
      { filter: 'AvailableDate eq 2026-06-15', where: "t.available_date = '2026-06-15'" },
      {
        filter: 'CreatedDate lt 2027-01-01T00:00:00Z',
        where: "t.created_date < '2027-01-01'",
        finds: 'all',
      },
      {
        filter: 'CreatedDate ge 2026-02-28T23:30:00-05:00',
        where: 't.id = 2909',
      },
      { filter: "UnitCode ge '300'", where: "t.unit_code >= '300'" },
      { filter: '2 eq Floor', where: 't.floor = 2' },
      { filter: '4.5 lt NumberOfRooms', where: 't.number_of_rooms > 4.5' },
    )
  })

  test('and binds closer than or; not closest; parentheses group', async () => {
    await units(
      {
        filter: "Floor eq 1 or Floor eq 2 and OccupancyStatus eq 'V'",
        where: "t.floor = 1 or (t.floor = 2 and t.occupancy_status = 'V')",
      },
      {
        filter: "(Floor eq 1 or Floor eq 2) and OccupancyStatus eq 'V'",
        where: "(t.floor = 1 or t.floor = 2) and t.occupancy_status = 'V'",
      },
      {
        filter: "not (Floor eq 1) and not(OccupancyStatus eq 'L')",
        where: "t.floor is distinct from 1 and t.occupancy_status <> 'L'",
      },
      {
        filter: 'not (HasBalcony and IsListed)',
        where: 'not (t.has_balcony and t.is_listed)',
      },
      {
        filter: 'FLOOR EQ 1 AND NOT (HasBalcony EQ TRUE)',
        where: 't.floor = 1 and not t.has_balcony',
      },
    )
  })

  test('texts: quotes doubled, and none of their signs means anything', async () => {
    await units(
      {
        filter: `Comment eq '100% _neuf_ \\ l''été "x"'`,
        where: 't.id = 2909',
      },
      { filter: "Comment eq '1'' or 1 eq 1 or ''a'", where: 'false', finds: 'none' },
    )
  })
})

describe('odata.md 0.8 null', () => {
  test('eq null, ne null, on either side', async () => {
    await units(
      { filter: 'HousingType eq null', where: 't.housing_type is null' },
      { filter: 'null eq HousingType', where: 't.housing_type is null' },
      { filter: 'HousingType ne null', where: 't.housing_type is not null' },
      { filter: 'null ne HousingType', where: 't.housing_type is not null' },
      { filter: 'null eq null', where: 'true', finds: 'all' },
      { filter: 'null ne null', where: 'false', finds: 'none' },
    )
  })

  test('ne keeps the rows whose value is null; eq of two nulls is true', async () => {
    await units(
      { filter: "HousingType ne 'AP'", where: "t.housing_type is distinct from 'AP'" },
      {
        filter: 'AskingRent eq MarketRent',
        where: 't.asking_rent is not distinct from t.market_rent',
      },
      { filter: 'AskingRent ne MarketRent', where: 't.asking_rent is distinct from t.market_rent' },
      {
        filter: 'CurrentRent eq MarketRent',
        where: 't.current_rent is not distinct from t.market_rent',
      },
    )
  })

  test('gt, ge, lt, le with null are false; so their negation is true', async () => {
    await units(
      { filter: 'Floor gt null', where: 'false', finds: 'none' },
      { filter: 'Floor le null', where: 'false', finds: 'none' },
      { filter: 'not (Floor gt null)', where: 'true', finds: 'all' },
      { filter: 'CurrentRent gt 900', where: 't.current_rent > 900' },
      { filter: 'not (CurrentRent gt 900)', where: 'coalesce(t.current_rent <= 900, true)' },
      { filter: '(CurrentRent gt 900) eq false', where: 'coalesce(t.current_rent <= 900, true)' },
    )
  })

  test('a function of null is null, and so is its negation: the row is left out', async () => {
    await units(
      {
        filter: "contains(Comment,'neuf')",
        where: "t.comment like '%neuf%'",
      },
      {
        filter: "not contains(HousingType,'P')",
        where: "t.housing_type not like '%P%'",
      },
      { filter: 'length(Comment) eq null', where: 't.comment is null' },
      { filter: 'CurrentRent add 1 eq null', where: 't.current_rent is null' },
      { filter: 'not null', where: 'false', finds: 'none' },
      { filter: "contains(null,'a')", where: 'false', finds: 'none' },
    )
  })

  test('null and false is false, null or true is true', async () => {
    await units(
      { filter: 'null or HasBalcony', where: 't.has_balcony' },
      { filter: 'not (null and HasBalcony)', where: 'not t.has_balcony' },
      { filter: 'not (null or HasBalcony)', where: 'false', finds: 'none' },
    )
  })
})

describe('§5.1.1.2 arithmetic', () => {
  test('add, sub, mul, divby, mod, negation, grouping and precedence', async () => {
    await units(
      { filter: 'Floor add 1 eq 3', where: 't.floor + 1 = 3' },
      { filter: 'AskingRent sub 10 gt 1050', where: 't.asking_rent - 10 > 1050' },
      { filter: 'NumberOfRooms mul 2 eq 9', where: 't.number_of_rooms * 2 = 9' },
      { filter: 'Id divby 2 eq 720', where: 't.id = 1440' },
      { filter: 'Floor divby 2 eq 1.5', where: 't.floor = 3' },
      { filter: 'Id mod 7 eq 3', where: 't.id % 7 = 3' },
      { filter: '-Floor lt -2', where: '-t.floor < -2' },
      { filter: '-(Floor add 1) eq -3', where: 't.floor = 2' },
      { filter: 'Floor add 2 mul 3 eq 8', where: 't.floor = 2' },
      { filter: '(Floor add 2) mul 3 eq 12', where: 't.floor = 2' },
      { filter: 'AskingRent mul 12 ge MarketRent mul 12', where: 't.asking_rent >= t.market_rent' },
    )
  })

  test('div truncates integers and keeps the fraction of decimals', async () => {
    await units(
      { filter: 'Floor div 2 eq 1', where: 't.floor in (2, 3)' },
      { filter: '-Floor div 2 eq -1', where: 't.floor in (2, 3)' },
      { filter: 'NumberOfRooms div 2 eq 2.25', where: 't.number_of_rooms = 4.5' },
    )
  })

  test('nothing overflows', async () => {
    await units({ filter: 'Id mul 9223372036854775807 gt 0', where: 'true', finds: 'all' })
  })

  test('dates and durations', async () => {
    const leases = (filter: string, where: string): Promise<void> =>
      expectFilter(app, 'Leases', { filter, where })
    await leases("StartDate add duration'P364D' eq EndDate", 't.start_date + 364 = t.end_date')
    await leases("EndDate sub StartDate gt duration'P400D'", 't.end_date - t.start_date > 400')
    await leases("StartDate sub duration'P1D' eq 2026-06-30", "t.start_date = '2026-07-01'")
    await leases(
      "EndDate sub StartDate lt duration'P1D' mul 365",
      't.end_date - t.start_date < 365',
    )
  })
})

describe('§5.1.1.1.12 in', () => {
  test('numbers, texts, codes, null, blanks, alias, paths', async () => {
    await units(
      { filter: 'Id in (1440,2909,9001)', where: 't.id in (1440, 2909, 9001)' },
      { filter: 'Id in ( 1440 , 2909 )', where: 't.id in (1440, 2909)' },
      { filter: 'Id in [1440,2909]', where: 't.id in (1440, 2909)' },
      { filter: 'NumberOfRooms in (3.5,5.5,6)', where: 't.number_of_rooms in (3.5, 5.5)' },
      {
        filter: "BuildingCode in ('900demo',' 1000PINS ')",
        where: "t.building_code in ('900DEMO', '1000PINS')",
      },
      {
        filter: "HousingType in ('CO',null)",
        where: "t.housing_type = 'CO' or t.housing_type is null",
      },
      { filter: 'not (Floor in (1,2))', where: 't.floor is null or t.floor not in (1, 2)' },
      {
        filter: 'AvailableDate in (2026-06-15,2026-07-01)',
        where: "t.available_date in ('2026-06-15', '2026-07-01')",
      },
      {
        filter: "Building/City in ('Lévis','quebec')",
        where:
          "(select city from buildings b where b.account_id = 1 and b.id = t.building_id) in ('Lévis', 'quebec')",
      },
      { filter: 'Id in ()', where: 'false', finds: 'none' },
    )
    expect(await app.ids('/api/Units?$select=Id&$filter=Id in @ids&@ids=[1440,2909]')).toEqual([
      1440, 2909,
    ])
    expect(await app.ids('/api/Units?$select=Id&$filter=Id in (@a,@b)&@a=1440&@b=2909')).toEqual([
      1440, 2909,
    ])
  })
})

describe('§5.1.1.15 paths through navigations', () => {
  test('single-valued navigations, several deep, and null when there is none', async () => {
    const building = 'from buildings b where b.account_id = 1 and b.id = t.building_id'
    await units(
      { filter: "Building/Name eq 'Les Pins'", where: `(select b.name ${building}) = 'Les Pins'` },
      {
        filter: "Building/LedgerDivision/Company/Name eq 'Gestion des Pins inc.'",
        where: 't.company_no = 3',
      },
      { filter: "CurrentTenant/LastName eq 'Lachance'", where: 't.id = 1448' },
      { filter: 'CurrentTenant/LastName eq null', where: 't.current_tenant_id is null' },
      {
        filter: "CurrentTenant/LastName ne 'Lachance'",
        where: 't.current_tenant_id is distinct from 7535',
      },
      { filter: 'CurrentTenant eq null', where: 't.current_tenant_id is null' },
      { filter: 'CurrentTenant ne null', where: 't.current_tenant_id is not null' },
      { filter: 'CurrentLease/RentAmount lt AskingRent', where: 't.current_rent < t.asking_rent' },
      {
        filter: 'not (CurrentTenant/HasPets)',
        where:
          't.current_tenant_id is not null and not (select has_pets from tenants x where x.account_id = 1 and x.id = t.current_tenant_id)',
      },
      { filter: '$it/Floor eq 2', where: 't.floor = 2' },
    )
  })

  test('any and all, nested, with outer properties', async () => {
    const leases = 'from leases l where l.account_id = 1 and l.unit_id = t.id'
    await units(
      { filter: 'Leases/any()', where: `exists (select ${leases})` },
      { filter: 'not Leases/any()', where: `not exists (select ${leases})` },
      {
        filter: 'Leases/any(l:l/RentAmount gt 1200)',
        where: `exists (select ${leases} and l.rent_amount > 1200)`,
      },
      {
        filter: 'Leases/all(l:l/IsRenewable)',
        where: `not exists (select ${leases} and not l.is_renewable)`,
      },
      {
        filter: 'Leases/all(l:l/EndDate gt 2026-07-01)',
        where: `not exists (select ${leases} and (l.end_date > '2026-07-01') is not true)`,
      },
      {
        filter: 'Leases/any(l:l/RentAmount lt AskingRent)',
        where: `exists (select ${leases} and l.rent_amount < t.asking_rent)`,
      },
      {
        filter: 'Leases/any(l:l/RentAmount lt $it/AskingRent)',
        where: `exists (select ${leases} and l.rent_amount < t.asking_rent)`,
      },
      {
        filter: "Leases/any(l:l/Tenant/LastName eq 'Lachance')",
        where: 't.id = 1448',
      },
      {
        filter: 'Leases/any(x:x/Tenant/Leases/any(y:y/Id ne x/Id))',
        where: `exists (select ${leases} and exists (select from leases m where m.account_id = 1 and m.tenant_id = l.tenant_id and m.id <> l.id))`,
        finds: 'none',
      },
      {
        filter: 'Building/Units/any(u:u/Id ne $it/Id and u/UnitCode eq $it/UnitCode)',
        where: 'false',
        finds: 'none',
      },
      {
        filter: "UnitCharacteristics/any(c:c/Characteristic/CharacteristicCode eq 'lavevaiss')",
        where:
          'exists (select from unit_characteristics c where c.account_id = 1 and c.unit_id = t.id and c.characteristic_id = 12)',
      },
    )
  })

  test('$count of a collection, filtered too', async () => {
    const number = (condition: string): string =>
      `(select count(*) from units u where u.account_id = 1 and u.building_id = t.id ${condition})`
    const buildings = (filter: string, where: string): Promise<void> =>
      expectFilter(app, 'Buildings', { filter, where })
    await buildings('Units/$count gt 20', `${number('')} > 20`)
    await buildings('Units/$count eq 0', `${number('')} = 0`)
    await buildings('Units/$count gt NumberOfFloors', `${number('')} > t.number_of_floors`)
    await buildings(
      "Units/$count($filter=OccupancyStatus eq 'V') ge 3",
      `${number("and u.occupancy_status = 'V'")} >= 3`,
    )
    await buildings(
      'Units/$count($filter=Leases/$count gt 0) lt Units/$count',
      `${number('and exists (select from leases l where l.account_id = 1 and l.unit_id = u.id)')} < ${number('')}`,
    )
    await buildings('Units/$count($search=sureau) eq 1', 't.id = 630')
  })
})

describe('case()', () => {
  test('the first branch that holds gives the value', async () => {
    await units({
      filter: "case(Floor eq 1:'low',Floor gt 5:'high',true:'mid') eq 'high'",
      where: 't.floor > 5',
    })
  })
})
