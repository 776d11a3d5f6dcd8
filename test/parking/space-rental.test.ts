/** Parking and storage rentals on T = 2026-06-15: one rule, so most is asserted for both kinds of space. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, lastEvents, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

const dry = '?dryRun=true'

/** A year from 2026-07-01, for tenant 9111, who has no space. */
const year = { TenantId: 9111, StartDate: '2026-07-01', EndDate: '2027-06-30', Amount: 75 }

const kinds = [
  {
    set: 'TenantParkings',
    type: 'TenantParking',
    spaces: 'Parkings',
    space: 'Parking',
    id: 'ParkingId',
    code: 'PARKING',
    table: 'parkings',
    rentals: 'tenant_parkings',
    said: 'Le stationnement 3-2 900DEMO',
    /** Rented by 9102, renewable, no departure. */
    held: { space: 9301, rental: 9401, name: 'P01' },
    /** Rented by 9101, who leaves on 2026-06-30. */
    left: { space: 9302, rental: 9402, name: 'P02' },
    free: { space: 9304, name: 'P04' },
    foreign: 1445,
    foreignName: '3-1 1000PINS P12',
  },
  {
    set: 'TenantStorages',
    type: 'TenantStorage',
    spaces: 'Storages',
    space: 'Storage',
    id: 'StorageId',
    code: 'STORAGE',
    table: 'storages',
    rentals: 'tenant_storages',
    said: 'Le rangement 3-2 900DEMO',
    held: { space: 9352, rental: 9452, name: 'R02' },
    left: { space: 9351, rental: 9451, name: 'R01' },
    free: { space: 9353, name: 'R03' },
    foreign: 510,
    foreignName: '3-1 1000PINS R07',
  },
] as const

describe('R-033 Renting a parking or storage space: the examples', () => {
  test('(1) a renewable rental without departure keeps the space beyond its end', async () => {
    const body = { ...year, ParkingId: 9301 }
    expectRefusal(await write(app, 'POST', '/api/TenantParkings', body), {
      status: 409,
      code: 'PARKING_HELD_RENEWABLE',
      target: 'ParkingId',
      message:
        "Le stationnement 3-2 900DEMO P01 est conservé par une location renouvelable tant qu'aucune date de départ n'est inscrite à la fiche du locataire 2.0.",
    })
    const english = await write(app, 'POST', '/api/TenantParkings', body, { language: 'en' })
    expectRefusal(english, {
      status: 409,
      code: 'PARKING_HELD_RENEWABLE',
      message:
        'Parking space 3-2 900DEMO P01 is kept by a renewable rental until a departure date is entered on tenant 2.0.',
    })
  })

  test('(2) one that is not renewable holds its space through its end date', async () => {
    const next = await write(app, 'POST', `/api/TenantParkings${dry}`, { ...year, ParkingId: 9303 })
    expect(next.status).toBe(201)
    const early = { ...year, ParkingId: 9303, StartDate: '2026-06-30' }
    expectRefusal(await write(app, 'POST', '/api/TenantParkings', early), {
      status: 409,
      code: 'PARKING_ALREADY_RENTED',
      target: 'ParkingId',
      message: 'Le stationnement 3-2 900DEMO P03 est déjà loué du 2025-07-01 au 2026-06-30.',
    })
  })

  test('(3) a space for visitors is not rented', async () => {
    const body = { ...year, ParkingId: 9305 }
    expectRefusal(await write(app, 'POST', '/api/TenantParkings', body), {
      status: 409,
      code: 'PARKING_NOT_RENTABLE',
      target: 'ParkingId',
      message: "Le stationnement 3-2 900DEMO P05 n'est pas louable.",
    })
  })

  test('R-002 (1) and (2): the space by its legacy key, which agrees with the identifier', async () => {
    const key = { CompanyNo: 3, DivisionNo: 2, BuildingCode: '900demo', ParkingCode: 'p04' }
    const made = rowOf(await write(app, 'POST', `/api/TenantParkings${dry}`, { ...year, ...key }))
    expect(made).toMatchObject({ ParkingId: 9304, BuildingCode: '900DEMO', ParkingCode: 'P04' })
    const other = { ...year, ParkingId: 9304, ParkingCode: 'P05' }
    expectRefusal(await write(app, 'POST', '/api/TenantParkings', other), {
      status: 400,
      code: 'REFERENCE_MISMATCH',
    })
  })
})

describe('R-034 The departure releases the space the next day', () => {
  test('(1) whatever the end date of the rental', async () => {
    for (const { set, id, left, code, said } of kinds) {
      const next = await write(app, 'POST', `/api/${set}${dry}`, { ...year, [id]: left.space })
      expect(next.status).toBe(201)
      const early = { ...year, [id]: left.space, StartDate: '2026-06-30' }
      expectRefusal(await write(app, 'POST', `/api/${set}`, early), {
        status: 409,
        code: `${code}_ALREADY_RENTED`,
        target: id,
        message: `${said} ${left.name} est déjà loué du 2025-07-01 au 2026-06-30.`,
      })
    }
  })
})

describe('R-034 (2) Entering a departure of tenant 9102 on 2026-07-31', () => {
  test.each(kinds)('frees $held.name on 2026-08-01', async ({ set, id, held, code, said }) => {
    const own = await startTestApp()
    try {
      const departure = { DepartureDate: '2026-07-31', DepartureReason: 'E' }
      expect((await write(own, 'PATCH', '/api/Tenants(9102)', departure)).status).toBe(200)
      const body = { ...year, [id]: held.space }
      expectRefusal(await write(own, 'POST', `/api/${set}`, body), {
        status: 409,
        code: `${code}_ALREADY_RENTED`,
        target: id,
        message: `${said} ${held.name} est déjà loué du 2025-07-01 au 2026-07-31.`,
      })
      const later = { ...body, StartDate: '2026-08-01' }
      expect((await write(own, 'POST', `/api/${set}`, later)).status).toBe(201)
    } finally {
      await own.close()
    }
  })
})

describe.each(kinds)('R-033 $set', (kind) => {
  const { set, id, code, said } = kind

  test('holds the space without end as long as it is renewable, and occupies it from its first day', async () => {
    const body = { ...year, [id]: kind.free.space, StartDate: '2026-06-15' }
    const row = rowOf(await write(app, 'POST', `/api/${set}`, body))
    expect(row).toMatchObject({ IsRenewable: true, HeldThroughDate: null, LastBilledPeriod: null })
    const events = await lastEvents(app)
    const [space] = await app.rows(`/api/${kind.spaces}?$filter=Id eq ${kind.free.space}`)
    expect(space).toMatchObject({ IsOccupied: true, AvailableDate: null, CurrentTenantId: 9111 })
    // the rental with both its sides; the tenant, whose lease is yet to come, is now a current one.
    expect(events).toEqual([
      `${kind.space} ${kind.free.space} 1`,
      'Tenant 9111 1',
      `${kind.type} ${row.Id} 3 {"tenantId": 9111, "${kind.space.toLowerCase()}Id": ${kind.free.space}}`,
    ])
    expect(await app.rows('/api/Tenants?$filter=Id eq 9111&$select=Status')).toEqual([
      { Status: 'A' },
    ])

    const ended = { IsRenewable: false, EndDate: '2026-09-30' }
    const kept = rowOf(await write(app, 'PATCH', `/api/${set}(${row.Id})`, ended))
    expect(kept['HeldThroughDate']).toBe('2026-09-30')
    expect(await lastEvents(app)).toEqual([
      `${kind.space} ${kind.free.space} 1`,
      `${kind.type} ${row.Id} 1 {"tenantId": 9111, "${kind.space.toLowerCase()}Id": ${kind.free.space}}`,
    ])
    const [free] = await app.rows(`/api/${kind.spaces}?$filter=Id eq ${kind.free.space}`)
    expect(free).toMatchObject({ IsOccupied: true, AvailableDate: '2026-10-01' })

    const gone = await write(app, 'DELETE', `/api/${set}(${row.Id})`)
    expect(gone.status).toBe(204)
    expect(await lastEvents(app)).toContain(
      `${kind.type} ${row.Id} 2 {"tenantId": 9111, "${kind.space.toLowerCase()}Id": ${kind.free.space}}`,
    )
    const [vacant] = await app.rows(`/api/${kind.spaces}?$filter=Id eq ${kind.free.space}`)
    expect(vacant).toMatchObject({
      IsOccupied: false,
      AvailableDate: '2026-06-15',
      CurrentTenantId: null,
    })
  })

  test('a rental that started later than the new one is already rented, its end open', async () => {
    const start = await app.column<string>(
      `select start_date::text from ${kind.rentals} where account_id = 1 and id = $1`,
      [kind.held.rental],
    )
    expect(start).toEqual(['2025-07-01'])
    const before = {
      ...year,
      [id]: kind.held.space,
      StartDate: '2025-01-01',
      EndDate: '2025-07-01',
    }
    expectRefusal(await write(app, 'POST', `/api/${set}`, { ...before, IsRenewable: false }), {
      status: 409,
      code: `${code}_ALREADY_RENTED`,
      target: id,
      message: `${said} ${kind.held.name} est déjà loué du 2025-07-01 au ….`,
    })
    const clear = { ...before, EndDate: '2025-06-30', IsRenewable: false }
    expect((await write(app, 'POST', `/api/${set}${dry}`, clear)).status).toBe(201)
    // A renewable rental is itself without end.
    expectRefusal(await write(app, 'POST', `/api/${set}`, { ...clear, IsRenewable: true }), {
      status: 409,
      code: `${code}_ALREADY_RENTED`,
    })
  })

  test('without end date and not renewable it holds the space without end', async () => {
    const body = { TenantId: 9111, [id]: kind.free.space, StartDate: '2027-01-01', Amount: 20 }
    const open = rowOf(await write(app, 'POST', `/api/${set}`, { ...body, IsRenewable: false }))
    expect(open).toMatchObject({ EndDate: null, HeldThroughDate: null })
    expectRefusal(
      await write(app, 'POST', `/api/${set}`, { ...body, TenantId: 9112, StartDate: '2030-01-01' }),
      {
        status: 409,
        code: `${code}_ALREADY_RENTED`,
        message: `${said} ${kind.free.name} est déjà loué du 2027-01-01 au ….`,
      },
    )
    expect((await write(app, 'DELETE', `/api/${set}(${open.Id})`)).status).toBe(204)
  })

  test('changed dates are looked at like new ones; other changes are free', async () => {
    const first = rowOf(
      await write(app, 'POST', `/api/${set}`, {
        ...year,
        [id]: kind.free.space,
        EndDate: '2026-12-31',
        IsRenewable: false,
      }),
    )
    const second = rowOf(
      await write(app, 'POST', `/api/${set}`, {
        TenantId: 9112,
        [id]: kind.free.space,
        StartDate: '2027-01-01',
        Amount: 20,
      }),
    )
    const refused = { status: 409, code: `${code}_ALREADY_RENTED`, target: id }
    const firstPath = `/api/${set}(${first.Id})`
    const secondPath = `/api/${set}(${second.Id})`
    expectRefusal(await write(app, 'PATCH', firstPath, { EndDate: '2027-01-01' }), {
      ...refused,
      message: `${said} ${kind.free.name} est déjà loué du 2027-01-01 au ….`,
    })
    expectRefusal(await write(app, 'PATCH', firstPath, { IsRenewable: true }), refused)
    expectRefusal(await write(app, 'PATCH', secondPath, { StartDate: '2026-12-31' }), {
      ...refused,
      message: `${said} ${kind.free.name} est déjà loué du 2026-07-01 au 2026-12-31.`,
    })
    expect(rowOf(await write(app, 'PATCH', firstPath, { Amount: 30 }))).toMatchObject({
      Amount: 30,
      HeldThroughDate: '2026-12-31',
    })
    // The tenant of a renewable rental is the one whom the refusal names.
    expectRefusal(
      await write(app, 'POST', `/api/${set}`, {
        ...year,
        [id]: kind.free.space,
        StartDate: '2028-01-01',
        EndDate: null,
      }),
      {
        status: 409,
        code: `${code}_HELD_RENEWABLE`,
        message: `${said} ${kind.free.name} est conservé par une location renouvelable tant qu'aucune date de départ n'est inscrite à la fiche du locataire 12.0.`,
      },
    )
    for (const path of [firstPath, secondPath])
      expect((await write(app, 'DELETE', path)).status).toBe(204)
  })

  test('PUT of a row as it was read changes nothing and tells nobody; what is left out gets its default', async () => {
    const path = `/api/${set}(${kind.held.rental})`
    const before = (await app.ask(path)).text
    const counted = await app.column('select count(*)::int from change_log')
    expect((await write(app, 'PUT', path, JSON.parse(before))).text).toBe(before)
    expect(await app.column('select count(*)::int from change_log')).toEqual(counted)
    const kept = { ...JSON.parse(before), EndDate: undefined, IsRenewable: undefined }
    expect(rowOf(await write(app, 'PUT', `${path}${dry}`, kept))).toMatchObject({
      StartDate: '2025-07-01',
      EndDate: null,
      IsRenewable: true,
    })
    expectRefusal(await write(app, 'PUT', path, { ...kept, StartDate: undefined }), {
      status: 400,
      code: 'REQUIRED_FIELD',
      target: 'StartDate',
    })
  })

  test('the space belongs to the division of the tenant', async () => {
    expectRefusal(await write(app, 'POST', `/api/${set}`, { ...year, [id]: kind.foreign }), {
      status: 400,
      code: 'DIVISION_MISMATCH',
      target: id,
      message: `${kind.space} ${kind.foreignName} appartient à une autre compagnie-division.`,
    })
  })

  test.each(['is_rentable', 'is_active'])(
    '%s = false: it is rented to nobody more, and may be given back',
    async (column) => {
      const rental = { ...year, [id]: kind.free.space, IsRenewable: false }
      const row = rowOf(await write(app, 'POST', `/api/${set}`, rental))
      await app.sql(`update ${kind.table} set ${column} = false where account_id = 1 and id = $1`, [
        kind.free.space,
      ])
      const refused = {
        status: 409,
        code: `${code}_NOT_RENTABLE`,
        target: id,
        message: `${said} ${kind.free.name} n'est pas louable.`,
      }
      const later = { ...rental, StartDate: '2028-07-01', EndDate: '2029-06-30' }
      expectRefusal(await write(app, 'POST', `/api/${set}`, later), refused)
      const path = `/api/${set}(${row.Id})`
      expectRefusal(await write(app, 'PATCH', path, { EndDate: '2027-07-31' }), refused)
      expectRefusal(await write(app, 'PATCH', path, { IsRenewable: true }), refused)
      expect((await write(app, 'PATCH', path, { EndDate: '2026-12-31' })).status).toBe(200)
      await app.sql(`update ${kind.table} set ${column} = true where account_id = 1 and id = $1`, [
        kind.free.space,
      ])
      expect((await write(app, 'DELETE', path)).status).toBe(204)
    },
  )

  test('space and tenant stay those of the rental (R-008)', async () => {
    const path = `/api/${set}(${kind.held.rental})`
    for (const body of [{ TenantId: 9111 }, { [id]: kind.free.space }])
      expectRefusal(await write(app, 'PATCH', path, body), { status: 400, code: 'FIELD_IMMUTABLE' })
    expectRefusal(await write(app, 'PATCH', path, { HeldThroughDate: '2026-07-31' }), {
      status: 400,
      code: 'FIELD_READ_ONLY',
    })
  })

  test('the end is not before the start', async () => {
    const body = { ...year, [id]: kind.free.space, EndDate: '2026-06-30' }
    expectRefusal(await write(app, 'POST', `/api/${set}`, body), {
      status: 400,
      code: 'DATE_ORDER',
      target: 'EndDate',
    })
  })

  test('a tenant who leaves rents through his departure, and nothing that begins after it', async () => {
    const body = { ...year, TenantId: 9101, [id]: kind.free.space }
    const until = rowOf(
      await write(app, 'POST', `/api/${set}${dry}`, { ...body, StartDate: '2026-06-20' }),
    )
    expect(until['HeldThroughDate']).toBe('2026-06-30')
    expectRefusal(await write(app, 'POST', `/api/${set}`, body), {
      status: 400,
      code: 'DATE_ORDER',
      target: 'StartDate',
      message: 'La date DepartureDate doit être égale ou postérieure à StartDate.',
    })
  })

  test('R-012: it is deleted only while it was never billed; then its dates end it', async () => {
    const rental = { ...year, [id]: kind.free.space }
    const row = rowOf(await write(app, 'POST', `/api/${set}`, rental))
    const path = `/api/${set}(${row.Id})`
    await app.sql(
      `update ${kind.rentals} set last_billed_period = '2026-07' where account_id = 1 and id = $1`,
      [row.Id],
    )
    expectRefusal(await write(app, 'DELETE', path), {
      status: 409,
      code: 'DELETE_RESTRICTED',
      message: `Suppression refusée : ${kind.type} ${row.Id} est utilisé ou déjà facturé.`,
    })
    const ended = await write(app, 'PATCH', path, { IsRenewable: false, EndDate: '2026-07-31' })
    expect(rowOf(ended)['HeldThroughDate']).toBe('2026-07-31')
    await app.sql(
      `update ${kind.rentals} set last_billed_period = null where account_id = 1 and id = $1`,
      [row.Id],
    )
    expect((await write(app, 'DELETE', path)).status).toBe(204)
    expect((await app.ask(path)).status).toBe(404)
  })
})

describe.each(kinds)('R-033 $set: 50 at once', ({ set, id, code, free, rentals }) => {
  test('one rents the space, the others are told why they do not', async () => {
    const tenants = await app.column<number>(
      `select id from tenants where account_id = 1 and company_no = 3 and division_no = 2
        and departure_date is null order by id limit 50`,
    )
    expect(tenants).toHaveLength(50)
    const answers = await Promise.all(
      tenants.map((TenantId) =>
        write(app, 'POST', `/api/${set}`, { ...year, TenantId, [id]: free.space }),
      ),
    )
    const won = answers.filter(({ status }) => status === 201)
    expect(won).toHaveLength(1)
    for (const answer of answers)
      if (answer.status !== 201)
        expectRefusal(answer, { status: 409, code: `${code}_HELD_RENEWABLE`, target: id })
    const holding = await app.column<number>(
      `select count(*)::int from ${rentals} where account_id = 1 and ${id === 'ParkingId' ? 'parking_id' : 'storage_id'} = $1`,
      [free.space],
    )
    expect(holding).toEqual([1])
  })
})

describe.each(kinds)(
  'R-033 and R-031 $set: a departure withdrawn while the space is rented again',
  (kind) => {
    test('either the departure stays or the space does', async () => {
      const own = await startTestApp()
      try {
        const { set, id, left, code } = kind
        const [withdrawn, ...rented] = await Promise.all([
          write(own, 'PATCH', '/api/Tenants(9101)', { DepartureDate: null }),
          ...Array.from({ length: 10 }, () =>
            write(own, 'POST', `/api/${set}`, { ...year, [id]: left.space }),
          ),
        ])
        const won = rented.filter(({ status }) => status === 201)
        expect([withdrawn?.status, won.length]).toEqual(won.length === 0 ? [200, 0] : [409, 1])
        for (const answer of rented)
          if (answer.status !== 201)
            expectRefusal(answer, { status: 409, code: `${code}_HELD_RENEWABLE`, target: id })
      } finally {
        await own.close()
      }
    })
  },
)

describe.each(kinds)('R-033 $set: rented, moved and given back at once', (kind) => {
  const { set, id, free, rentals } = kind
  const column = id === 'ParkingId' ? 'parking_id' : 'storage_id'

  test('nobody waits for somebody who waits for him, and no two rentals hold a day', async () => {
    await app.sql(`delete from ${rentals} where account_id = 1 and ${column} = $1`, [free.space])
    const tenants = await app.column<number>(
      `select id from tenants where account_id = 1 and company_no = 3 and division_no = 2
        and departure_date is null order by id limit 6`,
    )
    const rented: number[] = []
    for (const [index, TenantId] of tenants.entries()) {
      const body = {
        TenantId,
        [id]: free.space,
        StartDate: `20${30 + index}-01-01`,
        EndDate: `20${30 + index}-06-30`,
        IsRenewable: false,
        Amount: 20,
      }
      rented.push(rowOf(await write(app, 'POST', `/api/${set}`, body)).Id)
    }
    const path = (index: number): string => `/api/${set}(${rented[index % rented.length]})`
    const answers = await Promise.all(
      Array.from({ length: 48 }, (_, index) => {
        switch (index % 4) {
          case 0:
            return write(app, 'PATCH', path(index), { EndDate: `20${30 + (index % 8)}-12-31` })
          case 1:
            return write(app, 'PATCH', path(index), { StartDate: '2029-06-01' })
          case 2:
            return write(app, 'PATCH', path(index), { IsRenewable: index % 3 === 0 })
          default:
            return index < 12
              ? write(app, 'DELETE', path(index))
              : write(app, 'POST', `/api/${set}`, { ...year, [id]: free.space })
        }
      }),
    )
    // Refused, done, or gone in the meantime; nothing else.
    for (const { status, text } of answers)
      expect([text, [200, 201, 204, 400, 404, 409].includes(status)]).toEqual([text, true])
    const meeting = await app.column<number>(
      `select count(*)::int from ${rentals} a join ${rentals} b
          on b.account_id = a.account_id and b.${column} = a.${column} and b.id > a.id
         and daterange(a.start_date, a.held_through_date, '[]') && daterange(b.start_date, b.held_through_date, '[]')
        where a.account_id = 1`,
    )
    expect(meeting).toEqual([0])
    const wrong = await app.column<number>(
      `select count(*)::int from ${rentals} r join tenants t on t.account_id = r.account_id and t.id = r.tenant_id
        where r.account_id = 1 and r.held_through_date is distinct from
          case when r.is_renewable then t.departure_date else least(r.end_date, t.departure_date) end`,
    )
    expect(wrong).toEqual([0])
  })
})
