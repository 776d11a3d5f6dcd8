import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { enumerations } from '../../src/model/enumerations.ts'
import { model } from '../../src/model/model.ts'
import { columnName } from '../../src/model/naming.ts'
import { addForeignRows, FOREIGN_ID } from '../isolation/foreign-rows.ts'
import { expectError } from '../support/expected-error.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp({ prepare: addForeignRows })
})

afterAll(async () => {
  await app.close()
})

interface Interval {
  readonly StartDate: string
  readonly EndDate: string | null
  readonly State: string
  readonly Entity: string | null
  readonly EntityId: number | null
  readonly MessageFr: string
  readonly MessageEn: string
}

const range = 'StartDate=2026-06-15&EndDate=2026-12-31'

async function intervals(entity: string, parameters = range): Promise<readonly unknown[][]> {
  const rows = await app.rows<Interval>(`/api/${entity}/Availability?${parameters}`)
  return rows.map((row) => [row.StartDate, row.EndDate, row.State, row.Entity, row.EntityId])
}

/** Both explanations of the interval that holds the first day. */
async function explanation(entity: string, parameters = range): Promise<readonly string[]> {
  const [row] = await app.rows<Interval>(`/api/${entity}/Availability?${parameters}`)
  return [row?.MessageFr ?? '', row?.MessageEn ?? '']
}

/** An update of account 1, whose condition names the row alone. */
async function change(text: string): Promise<void> {
  await app.sql(text.replace('where', 'where account_id = 1 and'))
}

describe('R-029 Why a unit or a space is not available', () => {
  test('(1) unit 9007: leased to its departure, free, then kept by a renewable lease', async () => {
    expect(await intervals('Units(9007)')).toEqual([
      ['2026-06-15', '2026-06-30', 'BL', 'Lease', 9207],
      ['2026-07-01', '2026-09-30', 'LI', null, null],
      ['2026-10-01', null, 'BR', 'Lease', 9257],
    ])
  })

  test('(2) unit 9002: kept by a renewable lease, without end', async () => {
    expect(await intervals('Units(9002)')).toEqual([['2026-06-15', null, 'BR', 'Lease', 9202]])
  })

  test('(3) parking 9301: kept by a renewable rental; the text names what would free it', async () => {
    expect(await intervals('Parkings(9301)')).toEqual([
      ['2026-06-15', null, 'LR', 'TenantParking', 9401],
    ])
    expect(await explanation('Parkings(9301)')).toEqual([
      "Le stationnement 3-2 900DEMO P01 est conservé par une location renouvelable tant qu'aucune date de départ n'est inscrite à la fiche du locataire 2.0.",
      'Parking space 3-2 900DEMO P01 is kept by a renewable rental until a departure date is entered on tenant 2.0.',
    ])
  })

  test('R-033 a renewable rental keeps the space after its end date, and a non-renewable one does not', async () => {
    expect(await intervals('Parkings(9303)')).toEqual([
      ['2026-06-15', '2026-06-30', 'LO', 'TenantParking', 9403],
      ['2026-07-01', null, 'LI', null, null],
    ])
    expect(await explanation('Parkings(9303)')).toEqual([
      "Le stationnement 3-2 900DEMO P03 est loué jusqu'au 2026-06-30 inclusivement, fin de la location non renouvelable du locataire 9.0.",
      'Parking space 3-2 900DEMO P03 is rented through 2026-06-30, the end of the non-renewable rental of tenant 9.0.',
    ])
    expect(await intervals('Storages(9351)')).toEqual([
      ['2026-06-15', '2026-06-30', 'LO', 'TenantStorage', 9451],
      ['2026-07-01', null, 'LI', null, null],
    ])
    expect((await explanation('Storages(9351)'))[0]).toBe(
      "Le rangement 3-2 900DEMO R01 est loué jusqu'au 2026-06-30 inclusivement, date de départ inscrite à la fiche du locataire 1.0.",
    )
    expect(await intervals('Storages(9352)')).toEqual([
      ['2026-06-15', null, 'LR', 'TenantStorage', 9452],
    ])
    expect(await intervals('Storages(9353)')).toEqual([['2026-06-15', null, 'LI', null, null]])
  })

  test('the states of units: end of a lease, indeterminate lease, period, free without end', async () => {
    expect(await intervals('Units(9008)')).toEqual([
      ['2026-06-15', '2026-08-31', 'BL', 'Lease', 9208],
      ['2026-09-01', null, 'LI', null, null],
    ])
    expect(await intervals('Units(9009)')).toEqual([['2026-06-15', null, 'BI', 'Lease', 9209]])
    expect(await intervals('Units(9004)')).toEqual([
      ['2026-06-15', '2026-08-31', 'IN', 'UnavailableUnit', 62],
      ['2026-09-01', null, 'LI', null, null],
    ])
    expect(await intervals('Units(9017)')).toEqual([
      ['2026-06-15', '2026-06-30', 'BL', 'Lease', 9217],
      ['2026-07-01', '2026-07-31', 'IN', 'UnavailableUnit', 63],
      ['2026-08-01', null, 'LI', null, null],
    ])
    expect(await intervals('Units(9003)')).toEqual([['2026-06-15', null, 'LI', null, null]])
  })

  test('adjacent holds of two tenants are two intervals', async () => {
    expect(await intervals('Units(9005)')).toEqual([
      ['2026-06-15', '2026-06-30', 'BL', 'Lease', 9205],
      ['2026-07-01', null, 'BR', 'Lease', 9255],
    ])
  })

  test('when a lease and a casualty overlap, the lease is named; alone, the casualty is', async () => {
    expect(await intervals('Units(9020)')).toEqual([['2026-06-15', null, 'BR', 'Lease', 9220]])
    await change("update leases set held_through_date = '2026-06-30' where id = 9220")
    try {
      expect(await intervals('Units(9020)')).toEqual([
        ['2026-06-15', '2026-06-30', 'BL', 'Lease', 9220],
        ['2026-07-01', '2026-07-05', 'IN', 'UnavailableUnit', 64],
        ['2026-07-06', null, 'LI', null, null],
      ])
      expect((await explanation('Units(9020)', 'StartDate=2026-07-01'))[0]).toBe(
        "L'unité 3-2 900DEMO 120 est non disponible jusqu'au 2026-07-05 inclusivement, fin de la période d'indisponibilité 64 (sinistre).",
      )
    } finally {
      await change('update leases set held_through_date = null where id = 9220')
    }
  })

  test('an interval that goes on after the range ends with it; its text names the true last day', async () => {
    expect(await intervals('Units(9007)', 'StartDate=2026-06-15&EndDate=2026-06-20')).toEqual([
      ['2026-06-15', '2026-06-20', 'BL', 'Lease', 9207],
    ])
    expect(await explanation('Units(9007)', 'StartDate=2026-07-02&EndDate=2026-07-02')).toEqual([
      "L'unité 3-2 900DEMO 107 est libre jusqu'au 2026-09-30 inclusivement.",
      'Unit 3-2 900DEMO 107 is free through 2026-09-30.',
    ])
  })

  test('the past tells what was: past leases and periods, days between them', async () => {
    expect(await intervals('Units(9003)', 'StartDate=2026-01-01&EndDate=2026-06-15')).toEqual([
      ['2026-01-01', '2026-01-31', 'BL', 'Lease', 9263],
      ['2026-02-01', '2026-04-30', 'IN', 'UnavailableUnit', 61],
      ['2026-05-01', null, 'LI', null, null],
    ])
  })

  test('defaults: from the business date, 365 days', async () => {
    expect(await intervals('Units(9011)', '')).toEqual([
      ['2026-06-15', '2026-06-30', 'LI', null, null],
      ['2026-07-01', null, 'BR', 'Lease', 9211],
    ])
    // Held to 2026-07-31, so that the end of the range shows: 2025-07-01 and 365 days.
    expect(await intervals('Units(9025)', 'StartDate=2025-07-01')).toEqual([
      ['2025-07-01', '2026-07-01', 'BL', 'Lease', 9225],
    ])
  })

  test('a cancelled lease holds nothing, a departure before its start neither, a draft holds and says so', async () => {
    const lease =
      'update leases set cancelled_date = null, held_through_date = null where id = 9211'
    try {
      await change("update leases set cancelled_date = '2026-06-10' where id = 9211")
      expect(await intervals('Units(9011)')).toEqual([['2026-06-15', null, 'LI', null, null]])
      await change(lease.replace('held_through_date = null', "held_through_date = '2026-06-01'"))
      expect(await intervals('Units(9011)')).toEqual([['2026-06-15', null, 'LI', null, null]])
      await change(lease)
      await change('update leases set signed_date = null where id = 9211')
      expect(await explanation('Units(9011)', 'StartDate=2026-07-01')).toEqual([
        "L'unité 3-2 900DEMO 111 est conservée par le bail renouvelable L-9211 tant qu'aucune date de départ n'est inscrite à la fiche du locataire 11.0. Ce bail n'est pas signé; son annulation libérerait l'unité.",
        'Unit 3-2 900DEMO 111 is kept by renewable lease L-9211 until a departure date is entered on tenant 11.0. This lease is not signed; cancelling it would free the unit.',
      ])
    } finally {
      await change(lease)
      await change("update leases set signed_date = '2026-05-04' where id = 9211")
    }
  })

  test('what is not for rent is not free: IN by its own record or that of its building, unless held', async () => {
    expect(await intervals('Units(9010)')).toEqual([['2026-06-15', null, 'IN', 'Unit', 9010]])
    expect((await explanation('Units(9010)'))[0]).toBe(
      "L'unité 3-2 900DEMO 110 reste hors location tant que sa fiche indique « non louable ».",
    )
    expect(await intervals('Parkings(9305)')).toEqual([['2026-06-15', null, 'IN', 'Parking', 9305]])
    expect((await explanation('Parkings(9305)'))[0]).toBe(
      'Le stationnement 3-2 900DEMO P05 reste hors location tant que sa fiche le réserve aux visiteurs.',
    )
    try {
      await change("update buildings set management_end_date = '2026-08-31' where id = 900")
      await change('update storages set is_active = false where id = 9353')
      expect(await intervals('Units(9007)')).toEqual([
        ['2026-06-15', '2026-06-30', 'BL', 'Lease', 9207],
        ['2026-07-01', '2026-08-31', 'LI', null, null],
        ['2026-09-01', '2026-09-30', 'IN', 'Building', 900],
        ['2026-10-01', null, 'BR', 'Lease', 9257],
      ])
      expect((await explanation('Units(9007)', 'StartDate=2026-09-01'))[0]).toBe(
        "L'unité 3-2 900DEMO 107 reste hors location après le 2026-08-31, fin de la gestion de son immeuble.",
      )
      expect(await intervals('Storages(9353)')).toEqual([
        ['2026-06-15', null, 'IN', 'Storage', 9353],
      ])
    } finally {
      await change('update buildings set management_end_date = null where id = 900')
      await change('update storages set is_active = true where id = 9353')
    }
  })

  test('a rental without an end date is freed by one, or by a departure', async () => {
    try {
      await change(
        'update tenant_parkings set is_renewable = false, end_date = null where id = 9401',
      )
      expect(await intervals('Parkings(9301)')).toEqual([
        ['2026-06-15', null, 'LR', 'TenantParking', 9401],
      ])
      expect(await explanation('Parkings(9301)')).toEqual([
        "Le stationnement 3-2 900DEMO P01 est conservé par une location sans date de fin tant qu'aucune date de fin ne lui est donnée et qu'aucune date de départ n'est inscrite à la fiche du locataire 2.0.",
        'Parking space 3-2 900DEMO P01 is kept by a rental without an end date until it is given one or a departure date is entered on tenant 2.0.',
      ])
    } finally {
      await change(
        "update tenant_parkings set is_renewable = true, end_date = '2026-06-30' where id = 9401",
      )
    }
  })

  test('a period without end names its own record, with each reason of the model', async () => {
    const reasons = enumerations.UnavailableReason.members
    expect(reasons).toHaveLength(7)
    try {
      for (const { code, fr, en } of reasons) {
        await change(
          `update unavailable_units set end_date = null, reason_code = '${code}' where id = 62`,
        )
        expect(await explanation('Units(9004)')).toEqual([
          `L'unité 3-2 900DEMO 104 est non disponible tant qu'aucune date de fin n'est inscrite à la période d'indisponibilité 62 (${fr.toLowerCase()}).`,
          `Unit 3-2 900DEMO 104 is unavailable until an end date is entered on unavailability period 62 (${en.toLowerCase()}).`,
        ])
      }
    } finally {
      await change(
        "update unavailable_units set end_date = '2026-08-31', reason_code = 'R' where id = 62",
      )
    }
  })

  test('what a record holds is text: a lease number with percent signs and braces stays itself', async () => {
    try {
      await change(`update leases set lease_no = '%2$s {x} "''' where id = 9202`)
      expect((await explanation('Units(9002)'))[0]).toBe(
        `L'unité 3-2 900DEMO 102 est conservée par le bail renouvelable %2$s {x} "' tant qu'aucune date de départ n'est inscrite à la fiche du locataire 2.0.`,
      )
    } finally {
      await change("update leases set lease_no = 'L-9202' where id = 9202")
    }
  })

  test('a blank unit code leaves the building to name the unit', async () => {
    expect((await explanation('Units(1440)'))[0]).toBe(
      "L'unité 3-1 1000PINS est libre, sans fin connue.",
    )
  })
})

describe('R-029 the call', () => {
  test('every way of writing it gives the same answer', async () => {
    const expected = await app.rows(`/api/Units(9007)/Availability?${range}`)
    for (const call of [
      '/api/Units(9007)/Availability(StartDate=2026-06-15,EndDate=2026-12-31)',
      '/api/Units(9007)/Availability(endDate=2026-12-31,STARTDATE=2026-06-15)',
      '/api/Units(9007)/Availability(StartDate=@a,EndDate=@b)?@a=2026-06-15&@b=2026-12-31',
      '/api/Units(@u)/Availability(EndDate=@b)?@u=9007&@b=2026-12-31',
      '/api/Units(9007)/Availability(EndDate=2026-12-31)?StartDate=2026-06-15',
      '/api/units(Id=9007)/AVAILABILITY?startdate=2026-06-15&ENDDATE=2026-12-31',
      '/api/Units/9007/Availability?EndDate=2026-12-31',
      `/api/Units(9007)/Primmo.HApi.Availability?${range}`,
      '/api/Units(9007)/Primmo.HApi.Availability(StartDate=2026-06-15,EndDate=2026-12-31)',
      `/api/Units(CompanyNo=3,DivisionNo=2,BuildingCode='900demo',UnitCode='107')/Availability?${range}`,
      `/api/Buildings(900)/Units(9007)/Availability?${range}`,
      `/api/Leases(9207)/Unit/Availability?${range}`,
    ]) {
      expect([call, await app.rows(call)]).toEqual([call, expected])
    }
    expect(await app.rows('/api/Units(9007)/Availability()')).toEqual(
      await app.rows('/api/Units(9007)/Availability(StartDate=null)'),
    )
  })

  test('options apply to the result', async () => {
    const of = async (options: string) =>
      (await app.ask(`/api/Units(9007)/Availability?${range}&${options}`)).json
    expect(await of("$filter=State eq 'LI'&$select=StartDate,EndDate")).toEqual({
      value: [{ StartDate: '2026-07-01', EndDate: '2026-09-30' }],
    })
    expect(
      await of(
        "$filter=EntityId eq 9257 or contains(MessageFr,'libre')&$count=true&$top=1&$select=State",
      ),
    ).toEqual({ '@odata.count': 2, value: [{ State: 'LI' }] })
    expect(await of('$orderby=Entity desc&$select=StartDate')).toEqual({
      value: [
        { StartDate: '2026-06-15' },
        { StartDate: '2026-10-01' },
        { StartDate: '2026-07-01' },
      ],
    })
    expect(await of('$skip=1&$top=1&$select=State')).toEqual({ value: [{ State: 'LI' }] })
    expect(await of("$filter=State eq 'XX'")).toEqual({ value: [] })
    expect((await app.ask(`/api/Units(9007)/Availability/$count?${range}`)).text).toBe('3')
    expect(
      (await app.ask(`/api/Units(9007)/Availability/$count?${range}&$filter=State eq 'XX'`)).text,
    ).toBe('0')
  })

  test('pages by next links lose no interval', async () => {
    const seen: unknown[] = []
    let next: string | undefined = `/api/Units(9007)/Availability?${range}`
    while (next !== undefined) {
      const { json } = await app.ask(next.replace(app.baseUrl, ''), {
        headers: { prefer: 'odata.maxpagesize=1' },
      })
      // A page of the collection.
      const page = json as { value: unknown[]; '@odata.nextLink'?: string }
      expect(page.value).toHaveLength(1)
      seen.push(...page.value)
      next = page['@odata.nextLink']
    }
    expect(seen).toEqual(await app.rows(`/api/Units(9007)/Availability?${range}`))
  })

  test('the context names the type of the result', async () => {
    const { json } = await app.ask(`/api/Storages(9353)/Availability?$select=State`, {
      headers: { accept: 'application/json;odata.metadata=minimal', 'odata-version': '4.0' },
    })
    expect(json).toEqual({
      '@odata.context': `${app.baseUrl}/api/$metadata#Collection(Primmo.HApi.AvailabilityInterval)(State)`,
      value: [{ State: 'LI' }],
    })
  })

  test('the columns of the SQL type are those of the complex type, in its order', async () => {
    const columns = await app.column<string>(
      `select attname::text from pg_attribute
        where attrelid = 'availability_interval'::regclass and attnum > 0 order by attnum`,
    )
    expect(columns).toEqual(
      model.findComplexType('AvailabilityInterval')?.properties.map(columnName),
    )
  })
})

describe('R-029 refusals', () => {
  const sets = ['Units', 'Parkings', 'Storages'] as const
  const entities = { Units: 'Unit', Parkings: 'Parking', Storages: 'Storage' } as const

  test.each(sets)('RECORD_NOT_FOUND: %s of nobody and of another account, alike', async (set) => {
    for (const id of [FOREIGN_ID, FOREIGN_ID - 1, 0, 2147483648]) {
      for (const path of [
        `/api/${set}(${id})/Availability?${range}`,
        `/api/${set}(${id})/Availability/$count`,
        `/api/${set}(${id})/Availability?$filter=State eq 'LI'&$count=true&$top=0`,
        `/api/${set}/${id}/Availability()`,
      ]) {
        expectError(await app.ask(path), {
          status: 404,
          code: 'RECORD_NOT_FOUND',
          message: `L'enregistrement ${entities[set]} ${id} n'existe pas.`,
        })
      }
    }
    expect((await app.ask(`/api/${set}(${FOREIGN_ID})/Availability`, { as: 'other' })).status).toBe(
      200,
    )
  })

  test.each(sets)('DATE_ORDER and RANGE_TOO_LONG of %s', async (set) => {
    const id = { Units: 9007, Parkings: 9301, Storages: 9351 }[set]
    const ask = (parameters: string) => app.ask(`/api/${set}(${id})/Availability?${parameters}`)
    expectError(await ask('StartDate=2026-07-02&EndDate=2026-07-01'), {
      status: 400,
      code: 'DATE_ORDER',
      target: 'EndDate',
      message: 'La date EndDate doit être égale ou postérieure à StartDate.',
    })
    expectError(await ask('StartDate=2026-06-15&EndDate=2029-06-16'), {
      status: 400,
      code: 'RANGE_TOO_LONG',
      target: 'EndDate',
      message: 'La plage demandée dépasse 1096 jours.',
    })
    expect((await ask('StartDate=2026-06-15&EndDate=2029-06-15')).status).toBe(200)
    expect((await ask('StartDate=9999-12-31')).status).toBe(200)
    expect((await ask('StartDate=0001-01-01')).status).toBe(200)
  })

  test('INVALID_FORMAT: what is no date, in either place', async () => {
    for (const field of ['StartDate', 'EndDate']) {
      for (const value of [
        '',
        'demain',
        '2026-02-30',
        '2026-7-1',
        '0000-01-01',
        'infinity',
        "'; drop table units --",
        '2026-06-15T00:00:00Z',
      ]) {
        expectError(
          await app.ask(`/api/Units(9007)/Availability?${field}=${encodeURIComponent(value)}`),
          {
            status: 400,
            code: 'INVALID_FORMAT',
            target: field,
            message: `Le format du champ ${field} est invalide.`,
          },
        )
      }
      expectError(await app.ask(`/api/Units(9007)/Availability(${field}=12)`), {
        status: 400,
        code: 'INVALID_FORMAT',
        target: field,
        message: `Le format du champ ${field} est invalide.`,
      })
    }
  })

  test('a parameter given twice, a wrong name, a wrong place', async () => {
    const code = async (path: string) => {
      const { status, json } = await app.ask(path)
      // The one error body.
      return [status, (json as { error: { code: string } }).error.code]
    }
    const twice = '/api/Units(9007)/Availability(StartDate=2026-06-15'
    expect(await code(`${twice})?StartDate=2026-06-16`)).toEqual([400, 'DUPLICATE_OPTION'])
    expect(await code(`${twice},startdate=2026-06-16)`)).toEqual([400, 'DUPLICATE_OPTION'])
    expect(await code('/api/Units(9007)/Availability(From=2026-06-15)')).toEqual([
      400,
      'UNKNOWN_OPTION',
    ])
    expect(await code('/api/Units(9007)/Availability(9007)')).toEqual([400, 'INVALID_FORMAT'])
    expect(await code("/api/Units('9007')/Availability")).toEqual([400, 'INVALID_KEY'])
    expect(await code('/api/Units/Availability')).toEqual([404, 'UNKNOWN_SEGMENT'])
    expect(await code('/api/Units(9007)/ForRent')).toEqual([404, 'UNKNOWN_SEGMENT'])
    expect(await code('/api/Buildings(900)/Availability')).toEqual([404, 'UNKNOWN_SEGMENT'])
    expect(await code('/api/Units(9007)/Availability/State')).toEqual([501, 'NOT_IMPLEMENTED'])
    expect(await code('/api/Units(9007)/Availability?$filter=Id eq 1')).toEqual([
      400,
      'UNKNOWN_PROPERTY',
    ])
  })

  test('a mistyped name is told the nearest', async () => {
    expectError(await app.ask('/api/Units(9007)/Availabilty'), {
      status: 404,
      code: 'UNKNOWN_SEGMENT',
      target: 'Availabilty',
      message: "Le segment « Availabilty » n'existe pas après « Unit ». → Availability",
    })
  })

  test('R-011 the right to read the set is needed, on whatever way to it', async () => {
    const { databaseName, userName } = app.clients.revocable
    await revokeRight(
      app.db.database,
      { databaseName, userName },
      { set: 'Parkings', operation: 'read' },
    )
    const status = async (path: string) => (await app.ask(path, { as: 'revocable' })).status
    await expect.poll(() => status('/api/Parkings(9301)'), { timeout: 5000 }).toBe(403)
    expectError(await app.ask('/api/Parkings(9301)/Availability', { as: 'revocable' }), {
      status: 403,
      code: 'READ_NOT_PERMITTED',
      target: 'Parkings',
      message:
        "Cet utilisateur n'a pas le droit de lire « Parkings »; un administrateur du compte peut l'accorder.",
    })
    expect(await status('/api/Buildings(900)/Parkings(9301)/Availability')).toBe(403)
    expect(await status('/api/Storages(9351)/Availability')).toBe(200)
    expect((await app.ask('/api/Units(9007)/Availability', { as: null })).status).toBe(401)
  })
})
