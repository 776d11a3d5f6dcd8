/** Expressions, `$search` and lambdas, against what the set's own rows say. */

import { expect } from 'vitest'
import type { TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'

/** The rows that each filter leaves, against a condition in SQL on the set's table. */
async function expectRows(
  app: TestApp,
  set: string,
  filters: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [filter, condition] of Object.entries(filters)) {
    const expected = await app.column<number>(
      `select t.id from ${set.toLowerCase()} t where t.account_id = 1 and (${condition}) order by t.id`,
    )
    const query = filter.startsWith('$') ? filter : `$filter=${filter}`
    expect([filter, await app.ids(`/api/${set}?$select=Id&${encodeURI(query)}`)]).toEqual([
      filter,
      expected,
    ])
  }
}

async function expectStatus(app: TestApp, path: string, status: number): Promise<void> {
  expect([path, (await app.ask(path)).status]).toEqual([path, status])
}

const all = 'true'

export const expressions: readonly LevelCheck[] = [
  {
    line: '4.0 Minimal 15',
    check: async (app) => {
      await expectRows(app, 'Leases', {
        "EndDate sub StartDate gt duration'P400D'": 't.end_date - t.start_date > 400',
      })
      await expectRows(app, 'Units', {
        "OccupancyStatus eq Primmo.HApi.OccupancyStatus'V'": "t.occupancy_status = 'V'",
      })
    },
  },
  {
    line: '4.0 Intermediate 7.1',
    check: (app) =>
      expectRows(app, 'Units', {
        'Floor eq 2': 't.floor = 2',
        'null eq HousingType': 't.housing_type is null',
        "HousingType ne 'AP'": "t.housing_type is distinct from 'AP'",
      }),
  },
  {
    line: '4.0 Intermediate 7.2',
    check: (app) =>
      expectRows(app, 'Units', {
        '$filter=Floor eq @f&@f=2': 't.floor = 2',
        '$filter=@p eq @f&@p=Floor&@f=@g&@g=1 add 1': 't.floor = 2',
        '$filter=HousingType eq @none': 't.housing_type is null',
      }),
  },
  {
    line: '4.0 Intermediate 7.3',
    check: async (app) => {
      await expectRows(app, 'Units', {
        'Floor gt 1 and Floor le 3 or not (Floor lt 9)':
          't.floor in (2, 3) or t.floor >= 9 or t.floor is null',
        'Floor ge 3': 't.floor >= 3',
        "OccupancyStatus has 'V'": "t.occupancy_status = 'V'",
        'Floor in (1,2)': 't.floor in (1, 2)',
        '(Floor add 2) mul 3 sub 1 eq 11': 't.floor = 2',
        'Floor div 2 eq 1': 't.floor in (2, 3)',
        'Floor divby 2 eq 1.5': 't.floor = 3',
        'Id mod 7 eq 3': 't.id % 7 = 3',
        '-Floor eq -2': 't.floor = 2',
      })
      await expectStatus(app, '/api/Units?$filter=Floor div 0 eq 1', 400)
    },
  },
  {
    line: '4.0 Intermediate 7.4',
    check: async (app) => {
      await expectRows(app, 'Buildings', {
        "contains(Name,'Pins')": "t.name like '%Pins%'",
        "startswith(Name,'Les')": "t.name like 'Les%'",
        "endswith(Name,'Pins')": "t.name like '%Pins'",
        "indexof(Name,'Pins') eq 4": "position('Pins' in t.name) = 5",
        'length(Name) eq 8': 'char_length(t.name) = 8',
        "substring(Name,4) eq 'Pins'": "substr(t.name, 5) = 'Pins'",
        "tolower(Name) eq 'les pins'": "lower(t.name) = 'les pins'",
        "toupper(Name) eq 'LES PINS'": "upper(t.name) = 'LES PINS'",
        "trim(concat(' ',Name)) eq Name": all,
        "matchesPattern(Name,'^L.*s$')": "t.name ~ '^L.*s$'",
      })
      await expectRows(app, 'Leases', {
        'year(StartDate) eq 2025 and month(StartDate) eq 7 and day(StartDate) eq 1':
          "t.start_date = '2025-07-01'",
        'date(CreatedDate) eq 2026-06-15': "t.created_date::date = '2026-06-15'",
        'hour(CreatedDate) lt 24 and minute(CreatedDate) lt 60 and second(CreatedDate) lt 60': all,
        'fractionalseconds(CreatedDate) lt 1 and time(CreatedDate) ge 00:00:00': all,
        'totaloffsetminutes(CreatedDate) eq 0 and now() gt mindatetime()': all,
        "maxdatetime() gt now() and totalseconds('PT1M') eq 60": all,
        'round(RentAmount divby 100) eq 10': 'round(t.rent_amount / 100) = 10',
        'floor(RentAmount divby 100) eq 10': 'floor(t.rent_amount / 100) = 10',
        'ceiling(RentAmount divby 100) eq 10': 'ceil(t.rent_amount / 100) = 10',
        "cast(Id,Edm.String) eq '1' or isof(Id,Edm.String)": all,
        'case(RentAmount gt 1000:1,true:2) eq 1': 't.rent_amount > 1000',
        'hassubset([4,1,3],[3,1]) and hassubsequence([4,1,3],[4,3])': all,
      })
      await expectStatus(app, '/api/Units?$filter=geo.length(Floor) eq 1', 501)
    },
  },
  {
    line: '4.0 Intermediate 11',
    check: async (app) => {
      await app.sql(
        "update owners set city = 'Québec', last_name = 'L''Écuyer' where account_id = 1",
      )
      const found = (search: string): Promise<readonly number[]> =>
        app.ids(`/api/Owners?$select=Id&$search=${encodeURIComponent(search)}`)
      const every = await app.ids('/api/Owners?$select=Id')
      expect(every.length).toBeGreaterThan(0)
      for (const search of [
        'quebec',
        'QUÉBEC ecuyer',
        '"l\'ecuyer"',
        'quebec AND (ecuyer OR montreal)',
        'quebec NOT montreal',
      ])
        expect([search, await found(search)]).toEqual([search, every])
      for (const search of ['"ecuyer quebec"', 'quebec AND montreal', 'NOT quebec'])
        expect([search, await found(search)]).toEqual([search, []])
    },
  },
  {
    line: '4.0 Intermediate 15',
    check: (app) =>
      expectRows(app, 'Buildings', {
        'Units/any(u:u/Floor eq 3)':
          'exists (select from units u where u.account_id = 1 and u.building_id = t.id and u.floor = 3)',
        'Units/all(u:u/Floor eq 1)':
          'not exists (select from units u where u.account_id = 1 and u.building_id = t.id and u.floor is distinct from 1)',
        'Units/any()':
          'exists (select from units u where u.account_id = 1 and u.building_id = t.id)',
      }),
  },
  {
    line: '4.0 Advanced 5',
    check: (app) =>
      expectRows(app, 'Buildings', {
        'Units/any(u:u/BuildingCode eq BuildingCode and u/Leases/any(l:l/RentAmount gt u/AskingRent))':
          'exists (select from units u join leases l on l.account_id = 1 and l.unit_id = u.id where u.account_id = 1 and u.building_id = t.id and l.rent_amount > u.asking_rent)',
        'Units/all(u:u/CompanyNo eq $it/CompanyNo)': all,
      }),
  },
  {
    line: '4.0 Advanced 10',
    check: async (app) => {
      const path =
        '/api/Buildings?$select=Id&$expand=Units($select=UnitCode;$search=1)&$search=pins'
      const { json } = await app.ask(path)
      // The form of the answer that was asked.
      const { value } = json as {
        readonly value: readonly { readonly Id: number; readonly Units: readonly unknown[] }[]
      }
      expect(value.map(({ Id }) => Id)).toEqual(
        await app.column(
          `select id from buildings t where account_id = 1
              and concat_ws('|', building_code, name, civic_no_and_street, city, email) ilike '%pins%' order by id`,
        ),
      )
      expect(value.map(({ Units }) => Units.length)).toEqual(
        await app.column(
          `select (select count(*)::integer from units u where u.account_id = 1 and u.building_id = t.id
                      and concat_ws('|', u.unit_code, u.civic_no_and_street) like '%1%')
             from buildings t where account_id = 1
              and concat_ws('|', building_code, name, civic_no_and_street, city, email) ilike '%pins%' order by id`,
        ),
      )
    },
  },
  {
    line: '4.01 Minimal 9.1',
    check: (app) =>
      expectRows(app, 'Units', {
        "cast('2026-06-15',Edm.Date) eq 2026-06-15 and cast('1.5',Edm.Decimal) eq 1.5": all,
        'cast(UnitCode,Edm.Int32) gt 300':
          "case when t.unit_code ~ '^\\d{1,9}$' then t.unit_code::integer > 300 end",
        'cast(UnitCode,Edm.Date) eq null': all,
      }),
  },
  {
    line: '4.01 Minimal 9.2',
    check: async (app) => {
      await expectRows(app, 'Leases', {
        "EndDate sub StartDate gt 'P400D'": 't.end_date - t.start_date > 400',
      })
      await expectRows(app, 'Units', {
        "OccupancyStatus has 'V'": "t.occupancy_status = 'V'",
        "OccupancyStatus eq 'V'": "t.occupancy_status = 'V'",
      })
    },
  },
  {
    line: '4.01 Minimal 9.8',
    check: (app) =>
      expectRows(app, 'Units', { 'CurrentTenant eq null': 't.current_tenant_id is null' }),
  },
  {
    line: '4.01 Minimal 9.9',
    check: (app) => expectRows(app, 'Units', { 'Floor in (1,2)': 't.floor in (1, 2)' }),
  },
  {
    line: '4.01 Minimal 9.10',
    check: (app) => expectRows(app, 'Units', { 'Floor divby 2 eq 1.5': 't.floor = 3' }),
  },
  {
    line: '4.01 Minimal 9.11',
    check: (app) =>
      expectRows(app, 'Buildings', {
        "substring(Name,-4) eq 'Pins'": "right(t.name, 4) = 'Pins'",
        "substring(Name,-4,2) eq 'Pi'": "substr(right(t.name, 4), 1, 2) = 'Pi'",
      }),
  },
  {
    line: '4.01 Intermediate 3',
    check: (app) =>
      expectRows(app, 'Units', {
        'CurrentTenant eq null': 't.current_tenant_id is null',
        'null ne CurrentTenant': 't.current_tenant_id is not null',
      }),
  },
  {
    line: '4.01 Intermediate 4',
    check: (app) =>
      expectRows(app, 'Units', {
        "BuildingCode in ('900DEMO', '1000PINS' )": "t.building_code in ('900DEMO', '1000PINS')",
        "HousingType in ('CO',null)": "t.housing_type = 'CO' or t.housing_type is null",
        '$filter=Floor in @list&@list=[1,2]': 't.floor in (1, 2)',
        'Building/CompanyNo in (3)': 't.company_no = 3',
        '2 in [Floor,9]': 't.floor = 2',
      }),
  },
  {
    line: '4.01 Intermediate 6',
    check: (app) =>
      expectRows(app, 'Buildings', {
        'Units/$filter(Floor eq 3)/$count gt 1':
          '(select count(*) from units u where u.account_id = 1 and u.building_id = t.id and u.floor = 3) > 1',
      }),
  },
  ...(['4.01 Intermediate 7', '4.01 Minimal 9.14'] as const).map(
    (line): LevelCheck => ({
      line,
      check: (app) =>
        expectRows(app, 'Units', {
          'CurrentTenant eq CurrentLease/Tenant':
            't.current_tenant_id is not distinct from (select l.tenant_id from leases l where l.account_id = 1 and l.id = t.current_lease_id)',
          'Leases/all(l:l/Unit eq $it)': all,
          '[Floor,CompanyNo] eq [2,3]': 't.floor = 2 and t.company_no = 3',
        }),
    }),
  ),
  {
    line: '4.01 Advanced 3',
    check: (app) =>
      expectRows(app, 'Buildings', {
        'Units/$count($filter=Floor eq 3) gt 1':
          '(select count(*) from units u where u.account_id = 1 and u.building_id = t.id and u.floor = 3) > 1',
        'Units/$count($search=2 AND 1) gt 1':
          "(select count(*) from units u where u.account_id = 1 and u.building_id = t.id and concat_ws('|', u.unit_code, u.civic_no_and_street) like '%2%' and concat_ws('|', u.unit_code, u.civic_no_and_street) like '%1%') > 1",
      }),
  },
  {
    line: '4.0 Intermediate 7',
    check: async (app) => {
      await expectRows(app, 'Units', {
        "CompanyNo eq 3 and (NumberOfRooms gt 4 or not startswith(UnitCode,'1'))":
          "t.company_no = 3 and (t.number_of_rooms > 4 or t.unit_code not like '1%')",
      })
    },
  },
  {
    line: '4.01 Minimal 9.13',
    check: async (app) => {
      await expectRows(app, 'Buildings', {
        'Units/$count($filter=NumberOfRooms gt 4) gt 2':
          '(select count(*) from units u where u.account_id = 1 and u.building_id = t.id and u.number_of_rooms > 4) > 2',
      })
    },
  },
  {
    line: '4.01 Minimal 16',
    check: async (app) => {
      // A set, a relation, and a function's rows.
      for (const path of [
        '/api/Buildings?$search=quebec',
        '/api/Buildings(1)/Units?$search=1067',
        '/api/Units/ForRent?StartDate=2026-07-01&EndDate=2027-06-30&$search=quebec',
      ])
        await expectStatus(app, path, 200)
      const found = await app.ids('/api/Buildings?$search=quebec&$select=Id&$orderby=Id')
      expect(found.length).toBeGreaterThan(0)
      expect(found.length).toBeLessThan((await app.ids('/api/Buildings?$select=Id')).length)
    },
  },
  {
    line: '4.01 Minimal 14',
    unsupported: 'rows carry no annotations',
    check: async (app) => {
      await expectStatus(app, '/api/Buildings?$filter=@Core.Description eq null', 501)
    },
  },
]
