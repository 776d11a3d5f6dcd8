import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectError } from '../support/expected-error.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

type Line = readonly [unit: number, from: string, until: string | null]

const toJuly: readonly Line[] = [
  [9001, '2026-07-01', null],
  [9003, '2026-06-15', null],
  [9007, '2026-07-01', '2026-09-30'],
  [9013, '2026-06-15', '2026-07-14'],
]

const toSeptember: readonly Line[] = [
  [9001, '2026-07-01', null],
  [9003, '2026-06-15', null],
  [9004, '2026-09-01', null],
  [9007, '2026-07-01', '2026-09-30'],
  [9008, '2026-09-01', null],
  [9013, '2026-06-15', '2026-07-14'],
  [9017, '2026-08-01', null],
]

const IN_TABLE = "BuildingCode eq '900DEMO' and UnitId le 9018"

/** Both ways of calling, which must agree. */
async function found(parameters: string, condition = IN_TABLE): Promise<readonly Line[]> {
  const options = `$filter=${condition}&$select=UnitId,AvailableDate,AvailableUntil`
  const byQuery = await app.rows(`/api/Units/ForRent?${parameters.replaceAll(',', '&')}&${options}`)
  const byFunction = await app.rows(`/api/Units/ForRent(${parameters})?${options}`)
  expect(byFunction).toEqual(byQuery)
  // The three selected properties, in their order.
  return byQuery.map((row) => Object.values(row) as unknown as Line)
}

describe('B12 api/Units/ForRent (R-026)', () => {
  test('B12 the whole table, 2026-06-15 to 2026-07-15 and to 2026-09-30', async () => {
    expect(await found('StartDate=2026-06-15,EndDate=2026-07-15')).toEqual(toJuly)
    expect(await found('StartDate=2026-06-15,EndDate=2026-09-30')).toEqual(toSeptember)
  })

  test('B12 (2) the first free day must lie in the range', async () => {
    const units = async (end: string): Promise<number[]> =>
      (await found(`StartDate=2026-06-15,EndDate=${end}`)).map(([unit]) => unit)
    expect(await units('2026-06-30')).toEqual([9003, 9013])
    expect(await units('2026-07-01')).toEqual([9001, 9003, 9007, 9013])
  })

  test('B12 (3) MinimumDays=10 finds the 16 days of unit 9011', async () => {
    const lines = await found('StartDate=2026-06-15,EndDate=2026-07-15,MinimumDays=10')
    expect(lines.find(([unit]) => unit === 9011)).toEqual([9011, '2026-06-15', '2026-06-30'])
  })

  test('B12 defaults: from the business date, 90 days; names without case; a past start is raised', async () => {
    const options = `$filter=${IN_TABLE}&$select=UnitId,AvailableDate,AvailableUntil`
    const expected = await app.rows(
      `/api/Units/ForRent(StartDate=2026-06-15,EndDate=2026-09-13)?${options}`,
    )
    for (const call of [
      '/api/Units/ForRent?',
      '/api/Units/ForRent()?',
      '/api/units/FORRENT?startdate=2026-06-15&ENDDATE=2026-09-13&',
      '/api/Units/ForRent?StartDate=2020-01-01&EndDate=2026-09-13&',
      '/api/Units/ForRent(startDate=2026-06-15)?',
      '/api/Units/Primmo.HApi.ForRent?',
      '/api/Units/ForRent(StartDate=@a,EndDate=@b)?@a=2026-06-15&@b=2026-09-13&',
      '/api/Units/ForRent?StartDate= 2026-06-15 &',
    ]) {
      expect([call, await app.rows(`${call}${options}`)]).toEqual([call, expected])
    }
  })

  test('B12 $filter, $orderby, $top, $skip and $count apply to the result', async () => {
    const call = '/api/Units/ForRent(StartDate=2026-06-15,EndDate=2026-09-30)'
    const answer = await app.ask(
      `${call}?$filter=${IN_TABLE}&$orderby=AvailableDate desc,UnitCode desc&$top=3&$skip=1&$select=UnitId&$count=true`,
    )
    expect(answer.text).toBe(
      '{"@odata.count":7,"value":[{"UnitId":9004},{"UnitId":9017},{"UnitId":9007}]}',
    )
    expect((await app.ask(`${call}/$count?$filter=${IN_TABLE}`)).text).toBe('7')
    expect(
      await app.rows(
        `${call}?$filter=${IN_TABLE} and AvailableUntil ne null and NumberOfRooms ge 3&$select=UnitCode`,
      ),
    ).toEqual([{ UnitCode: '107' }, { UnitCode: '113' }])
    expect(
      await app.rows(
        `${call}?$filter=Characteristics/any(c:c/Code eq 'lavevaiss ' and c/Source eq 'U') and BuildingCode eq '1000PINS'&$select=UnitId,AvailableDate`,
      ),
    ).toEqual([{ UnitId: 2909, AvailableDate: '2026-06-15' }])
    expect(
      await app.rows(
        `${call}?$filter=UnitId eq 2909 and Characteristics/$count eq 2&$select=UnitId`,
      ),
    ).toEqual([{ UnitId: 2909 }])
  })

  test('B12 default order: company, division, building, unit', async () => {
    const rows = await app.rows<{ UnitId: number }>('/api/Units/ForRent?$select=UnitId')
    expect(rows.length).toBeGreaterThan(70)
    expect(rows.map(({ UnitId }) => UnitId)).toEqual(
      await app.column(
        `select id from units where account_id = 1 and id = any($1)
          order by company_no, division_no, building_code, unit_code, id`,
        [rows.map(({ UnitId }) => UnitId)],
      ),
    )
  })

  test('B12 pages by next links lose no unit', async () => {
    const all = await app.rows<{ UnitId: number }>('/api/Units/ForRent?$select=UnitId')
    const seen: { UnitId: number }[] = []
    let next: string | undefined = '/api/Units/ForRent?$select=UnitId'
    while (next !== undefined) {
      const { json } = await app.ask(next.replace(app.baseUrl, ''), {
        headers: { prefer: 'odata.maxpagesize=20' },
      })
      // A page of the collection.
      const page = json as { value: { UnitId: number }[]; '@odata.nextLink'?: string }
      expect(page.value.length).toBeLessThanOrEqual(20)
      seen.push(...page.value)
      next = page['@odata.nextLink']
    }
    expect(seen).toEqual(all)
  })

  test('B12 wrong parameters are refused (R-026)', async () => {
    const order = {
      status: 400,
      code: 'DATE_ORDER',
      target: 'EndDate',
      message: 'La date EndDate doit être égale ou postérieure à StartDate.',
    } as const
    expectError(await app.ask('/api/Units/ForRent?StartDate=2026-07-02&EndDate=2026-07-01'), order)
    expectError(await app.ask('/api/Units/ForRent(StartDate=2026-07-02,EndDate=2026-07-01)'), order)
    expectError(await app.ask('/api/Units/ForRent?StartDate=2026-06-15&EndDate=2029-06-16'), {
      status: 400,
      code: 'RANGE_TOO_LONG',
      target: 'EndDate',
      message: 'La plage demandée dépasse 1096 jours.',
    })
    expect(
      (await app.ask('/api/Units/ForRent?StartDate=2026-06-15&EndDate=2029-06-15')).status,
    ).toBe(200)
    for (const [field, value] of [
      ['StartDate', '2026-7-1'],
      ['StartDate', '2026-02-30'],
      ['EndDate', 'demain'],
      ['MinimumDays', '0'],
      ['MinimumDays', '-1'],
      ['MinimumDays', 'x'],
      ['MinimumDays', '1.5'],
    ]) {
      expectError(await app.ask(`/api/Units/ForRent?${field}=${value}`), {
        status: 400,
        code: 'INVALID_FORMAT',
        ...(field === undefined ? {} : { target: field }),
        message: `Le format du champ ${field} est invalide.`,
      })
    }
  })
})

describe('B12 many properties and characteristics of each unit (R-027)', () => {
  test('B12 (1) unit 2909, whole', async () => {
    const pictures = await app.column<number>(
      'select id from documents where account_id = 1 and building_id = 630 and is_public_listing',
    )
    expect(pictures).toHaveLength(1)
    const answer = await app.ask(
      '/api/Units/ForRent?StartDate=2026-06-15&EndDate=2026-07-15&$filter=UnitId eq 2909',
    )
    const facts: Record<string, unknown> = {
      UnitId: 2909,
      CompanyNo: 3,
      DivisionNo: 1,
      BuildingCode: '1000PINS',
      UnitCode: '775',
      BuildingId: 630,
      BuildingName: 'Les Pins',
      CivicNoAndStreet: '1000 rue des Pins',
      DoorNo: '775',
      City: 'Québec',
      Province: 'QC',
      PostalCode: 'G1M 2R4',
      Sector: null,
      Latitude: 46.8139,
      Longitude: -71.208,
      AvailableDate: '2026-06-15',
      AvailableUntil: null,
      OccupancyStatus: 'V',
      IsReserved: false,
      ReservedUntil: null,
      IsListed: true,
      UsageType: 'R',
      HousingType: null,
      NumberOfRooms: 4.5,
      RoomsLabel: '4½',
      NumberOfBedrooms: 2,
      NumberOfBathrooms: 1,
      Area: 875,
      AreaUnit: 'P',
      Floor: 7,
      AskingRent: 1245,
      LastRent: null,
      LowestRentLast12Months: null,
      IsFurnished: false,
      HeatingIncluded: false,
      HotWaterIncluded: true,
      ElectricityIncluded: false,
      InternetIncluded: false,
      AppliancesIncluded: true,
      HasAirConditioning: false,
      HasWasherDryerHookup: false,
      HasDishwasherHookup: false,
      HasBalcony: true,
      HasFireplace: false,
      HasElevator: true,
      IsAccessible: false,
      IsSmokeFree: true,
      PetPolicy: 'C',
      ListingTitleFr: '4½ lumineux au 7e étage',
      ListingTitleEn: 'Bright two-bedroom on the 7th floor',
      ListingDescriptionFr: null,
      ListingDescriptionEn: null,
      VirtualTourUrl: null,
      // P12 and R07 are the renewable rentals of tenant 7535.
      AvailableParkings: 0,
      AvailableStorages: 0,
      Characteristics: [
        {
          Code: 'ASCENSEUR',
          NameFr: 'Ascenseur',
          NameEn: 'Elevator',
          Category: 'EQ',
          Value: 'true',
          Source: 'I',
        },
        {
          Code: 'LAVEVAISS',
          NameFr: 'Lave-vaisselle',
          NameEn: 'Dishwasher',
          Category: 'EQ',
          Value: 'true',
          Source: 'U',
        },
      ],
      PhotoDocumentIds: pictures,
    }
    expect(answer.json).toEqual({ value: [facts] })
    const [row] = (answer.json as { value: object[] }).value
    expect(Object.keys(row ?? {})).toEqual(Object.keys(facts))
    expect(answer.text).toContain('"NumberOfRooms":4.5,"RoomsLabel":"4½"')
    expect(answer.text).toContain('"AskingRent":1245.00')
  })

  test('B12 (2) parking and storage spaces are counted on AvailableDate', async () => {
    expect(
      await app.rows(
        '/api/Units/ForRent?EndDate=2026-07-15&$filter=UnitId in (9001,9003)&$select=UnitId,AvailableParkings,AvailableStorages',
      ),
    ).toEqual([
      { UnitId: 9001, AvailableParkings: 3, AvailableStorages: 2 },
      { UnitId: 9003, AvailableParkings: 1, AvailableStorages: 1 },
    ])
  })

  test('B12 no personal information: no property names a tenant', async () => {
    const [row] = await app.rows('/api/Units/ForRent?$top=1')
    expect(Object.keys(row ?? {}).filter((name) => /tenant|lastname|lease/i.test(name))).toEqual([])
  })
})
