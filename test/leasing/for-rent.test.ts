import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forRentArguments } from '../../src/domain/leasing/for-rent.ts'
import { model } from '../../src/model/model.ts'
import { columnName } from '../../src/model/naming.ts'
import { createDemoAccount, rowsOf } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const today = '2026-06-15'

let db: TestDatabase
let accountId: number

beforeAll(async () => {
  db = await createTestDatabase()
  accountId = await createDemoAccount(db.database, 'TEST/FORRENT')
})

afterAll(async () => {
  await db.drop()
})

interface Search {
  readonly StartDate?: string
  readonly EndDate?: string
  readonly MinimumDays?: number
}

/** `select columns` from the units found, in the default order of R-026. */
function forRent(columns: string, search: Search, condition = 'true'): Promise<unknown[][]> {
  const { startDate, endDate, minimumDays } = forRentArguments(search, today)
  return rowsOf(
    db.database,
    accountId,
    `select ${columns} from units_for_rent($1, $2, $3, $4, $5) where ${condition}
      order by company_no, division_no, building_code, unit_code`,
    [accountId, today, startDate, endDate, minimumDays],
  )
}

const inDemo = "building_code = '900DEMO' and unit_id between 9001 and 9018"
const found = (search: Search) =>
  forRent('unit_id, available_date, available_until', search, inDemo)

describe('R-026 Units/ForRent', () => {
  test('the table of building 900DEMO, 2026-06-15 to 2026-07-15', async () => {
    expect(await found({ StartDate: '2026-06-15', EndDate: '2026-07-15' })).toEqual([
      ['9001', '2026-07-01', null],
      ['9003', '2026-06-15', null],
      ['9007', '2026-07-01', '2026-09-30'],
      ['9013', '2026-06-15', '2026-07-14'],
    ])
  })

  test('the table of building 900DEMO, 2026-06-15 to 2026-09-30', async () => {
    expect(await found({ StartDate: '2026-06-15', EndDate: '2026-09-30' })).toEqual([
      ['9001', '2026-07-01', null],
      ['9003', '2026-06-15', null],
      ['9004', '2026-09-01', null],
      ['9007', '2026-07-01', '2026-09-30'],
      ['9008', '2026-09-01', null],
      ['9013', '2026-06-15', '2026-07-14'],
      ['9017', '2026-08-01', null],
    ])
  })

  test('(2) the first free day must lie in the range', async () => {
    const ids = async (EndDate: string) =>
      (await found({ StartDate: '2026-06-15', EndDate })).map(([id]) => id)
    expect(await ids('2026-06-30')).toEqual(['9003', '9013'])
    expect(await ids('2026-07-01')).toEqual(['9001', '9003', '9007', '9013'])
  })

  test('(3) a shorter minimum finds the 16 days of unit 9011', async () => {
    const search = { StartDate: '2026-06-15', EndDate: '2026-07-15', MinimumDays: 10 }
    expect(await found(search)).toEqual([
      ['9001', '2026-07-01', null],
      ['9003', '2026-06-15', null],
      ['9007', '2026-07-01', '2026-09-30'],
      ['9011', '2026-06-15', '2026-06-30'],
      ['9012', '2026-06-15', '2026-06-30'],
      ['9013', '2026-06-15', '2026-07-14'],
    ])
    expect((await found({ ...search, MinimumDays: 16 })).map(([id]) => id)).toContain('9011')
    expect((await found({ ...search, MinimumDays: 17 })).map(([id]) => id)).not.toContain('9011')
  })

  test('three days between two leases count for a minimum of three', async () => {
    const search = { EndDate: '2026-07-15', MinimumDays: 3 }
    expect((await found(search)).find(([id]) => id === '9006')).toEqual([
      '9006',
      '2026-06-28',
      '2026-06-30',
    ])
  })

  test('a run counts from the start of the range, and a longer one later is taken instead', async () => {
    // 9007 is free 2026-07-01 → 2026-09-30: from 2026-09-01 on that is 30 days, from 09-02 on 29.
    const from = async (StartDate: string) =>
      (await found({ StartDate, EndDate: '2026-12-31' })).find(([id]) => id === '9007')
    expect(await from('2026-09-01')).toEqual(['9007', '2026-09-01', '2026-09-30'])
    expect(await from('2026-09-02')).toBeUndefined()
  })

  test('the greatest minimum is longer than any run with an end, and no error', async () => {
    const search = { EndDate: '2026-09-30', MinimumDays: 2_147_483_647 }
    expect((await found(search)).map(([id]) => id)).toEqual([
      '9001',
      '9003',
      '9004',
      '9008',
      '9017',
    ])
  })

  test('omitted arguments of the function have the defaults of the rule', async () => {
    const call = (text: string) =>
      rowsOf(
        db.database,
        accountId,
        `select unit_id, available_date, available_until from ${text} where ${inDemo} order by unit_id`,
        [accountId, today],
      )
    expect(await call('units_for_rent($1, $2, null, null, null)')).toEqual(
      await call("units_for_rent($1, $2, '2026-06-15', '2026-09-13', 30)"),
    )
    expect(await call("units_for_rent($1, $2, '2020-01-01', '2026-07-15', null)")).toEqual(
      await call("units_for_rent($1, $2, '2026-06-15', '2026-07-15', null)"),
    )
    // A range that is over.
    expect(await call("units_for_rent($1, $2, '2026-06-15', '2026-06-01', null)")).toEqual([])
  })

  test('inactive or administrative units and buildings no longer managed are left out', async () => {
    const ids = async (change: string) => {
      await rowsOf(db.database, accountId, change, [accountId])
      return (await found({ EndDate: '2026-07-15' })).map(([id]) => id)
    }
    const building = (assignment: string) =>
      `update buildings set ${assignment} where account_id = $1 and id = 900`
    expect(
      await ids('update units set is_active = false where account_id = $1 and id = 9003'),
    ).toEqual(['9001', '9007', '9013'])
    await ids('update units set is_active = true where account_id = $1 and id = 9003')
    expect(await ids(building("management_end_date = '2026-06-14'"))).toEqual([])
    expect(await ids(building("management_end_date = '2026-06-15'"))).toHaveLength(4)
    expect(await ids(building('management_end_date = null, is_active = false'))).toEqual([])
    expect(await ids(building('is_active = true'))).toHaveLength(4)
  })

  test('PostgreSQL puts the function in place: a filter reaches the units and French orders them', async () => {
    const plan = await rowsOf(
      db.database,
      accountId,
      `explain (costs off) select unit_id from units_for_rent($1, $2, null, null, null)
        where unit_id = 9001 order by building_code`,
      [accountId, today],
    )
    const text = plan.flat().join('\n')
    expect(text).not.toContain('Function Scan')
    expect(text).toMatch(/units_pkey/)
    expect(text).not.toMatch(/documents|_characteristics|CTE Scan/)
  })
})

describe('R-027 What ForRent returns', () => {
  test('the columns are those of AvailableUnit, in its order', async () => {
    const columns = await rowsOf(
      db.database,
      accountId,
      `select attname from pg_attribute
        where attrelid = 'available_unit'::regclass and attnum > 0 order by attnum`,
    )
    expect(columns.flat()).toEqual(
      model.findComplexType('AvailableUnit')?.properties.map(columnName),
    )
  })

  test('(1) unit 2909', async () => {
    const search = { StartDate: '2026-06-15', EndDate: '2026-07-15' }
    expect(
      await forRent(
        'available_date, rooms_label, city, civic_no_and_street, pet_policy, asking_rent, characteristics',
        search,
        'unit_id = 2909',
      ),
    ).toEqual([
      [
        '2026-06-15',
        '4½',
        'Québec',
        '1000 rue des Pins',
        'C',
        '1245.00',
        '[{"Code":"ASCENSEUR","NameFr":"Ascenseur","NameEn":"Elevator","Category":"EQ","Value":"true","Source":"I"},' +
          '{"Code":"LAVEVAISS","NameFr":"Lave-vaisselle","NameEn":"Dishwasher","Category":"EQ","Value":"true","Source":"U"}]',
      ],
    ])
  })

  test('(2) spaces are counted on AvailableDate', async () => {
    const columns = 'unit_id, available_date, available_parkings, available_storages'
    const search = { StartDate: '2026-06-15', EndDate: '2026-07-15' }
    // On 2026-07-01 P02, P03, P04 and R01, R03; on 2026-06-15 P04 and R03.
    expect(await forRent(columns, search, 'unit_id in (9001, 9003)')).toEqual([
      ['9001', '2026-07-01', '3', '2'],
      ['9003', '2026-06-15', '1', '1'],
    ])
  })

  test('the last rent is that of the latest lease that has begun', async () => {
    expect(
      await forRent(
        'unit_id, last_rent, lowest_rent_last12_months, occupancy_status',
        { EndDate: '2026-07-15', MinimumDays: 10 },
        'unit_id in (9003, 9011, 9013)',
      ),
    ).toEqual([
      ['9003', '940.00', '940.00', 'V'],
      ['9011', '985.00', '985.00', 'V'],
      ['9013', null, null, 'V'],
    ])
  })

  test("a unit's value replaces the building's, inactive entries are left out, photos of the unit come first", async () => {
    const account = accountId
    const run = (text: string) => rowsOf(db.database, account, text, [account])
    await run(`insert into building_characteristics
      (account_id, id, company_no, division_no, building_code, building_id, characteristic_id, value)
      values ($1, 91, 3, 2, '900DEMO', 900, 14, 'commun'), ($1, 92, 3, 2, '900DEMO', 900, 7, 'true'),
             ($1, 93, 3, 2, '900DEMO', 900, 9, '2')`)
    await run(`insert into unit_characteristics
      (account_id, id, company_no, division_no, building_code, unit_code, unit_id, characteristic_id, value)
      values ($1, 94, 3, 2, '900DEMO', '103', 9003, 14, 'sud "plein"'),
             ($1, 95, 3, 2, '900DEMO', '103', 9003, 12, null)`)
    await run('update characteristics set is_active = false where account_id = $1 and id = 7')
    await run(`update buildings set pet_policy = 'N' where account_id = $1 and id = 900`)
    const photo = (
      id: number,
      unit: string,
      listed: boolean,
    ) => `($1, ${id}, 3, 2, 4, 'PHOTO', 'Photo',
      'photo.jpg', 'image/jpeg', 1, '2026-06-01', 900, ${unit}, ${listed})`
    // Its picture in the demo portfolio.
    await run(
      'delete from documents where account_id = $1 and building_id = 900 and is_public_listing',
    )
    await run(`insert into documents
      (account_id, id, company_no, division_no, ledger_division_id, document_type, title, file_name,
       content_type, file_size, document_date, building_id, unit_id, is_public_listing)
      values ${photo(1, 'null', true)}, ${photo(2, '9003', true)}, ${photo(3, '9003', false)},
             ${photo(4, '9001', true)}`)
    const [row] = await forRent(
      'characteristics, photo_document_ids, pet_policy',
      { EndDate: '2026-07-15' },
      'unit_id = 9003',
    )
    expect([JSON.parse(String(row?.[0])), row?.[1], row?.[2]]).toEqual([
      [
        {
          Code: 'BORNE',
          NameFr: 'Borne de recharge',
          NameEn: 'Charging station',
          Category: 'EX',
          Value: '2',
          Source: 'I',
        },
        {
          Code: 'LAVEVAISS',
          NameFr: 'Lave-vaisselle',
          NameEn: 'Dishwasher',
          Category: 'EQ',
          Value: null,
          Source: 'U',
        },
        {
          Code: 'BALCON',
          NameFr: 'Balcon',
          NameEn: 'Balcony',
          Category: 'EX',
          Value: 'sud "plein"',
          Source: 'U',
        },
      ],
      '[2,1]',
      'N',
    ])
  })
})

describe('R-028 Periods of unavailability', () => {
  test('(1) a past period stays readable and its unit is for rent', async () => {
    expect(
      await rowsOf(
        db.database,
        accountId,
        'select unit_id, start_date, end_date, reason_code from unavailable_units where account_id = $1 and id = 61',
        [accountId],
      ),
    ).toEqual([['9003', '2026-02-01', '2026-04-30', 'R']])
    expect(await found({ EndDate: '2026-07-15' })).toContainEqual(['9003', '2026-06-15', null])
  })
})
