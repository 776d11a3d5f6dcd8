/** The departure of a tenant, over HTTP, with the demo portfolio on 2026-06-15. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, lastEvents, outcomes, refusal, rowOf, write } from '../support/writing.ts'

/** Leaves and comes back within one test: each starts from the portfolio as it was loaded. */
let app: TestApp

beforeEach(async () => {
  app = await startTestApp()
})

afterEach(() => app.close())

type Body = Readonly<Record<string, unknown>>

const patch = (tenantId: number, body: Body, language: 'fr' | 'en' = 'fr') =>
  write(app, 'PATCH', `/api/Tenants(${tenantId})`, body, { language })

const none = { DepartureDate: null, DepartureReason: null, DepartureNoticeDate: null }

/** Values of one row. */
async function read(path: string, ...properties: readonly string[]): Promise<readonly unknown[]> {
  const row = rowOf(await app.ask(`/api/${path}`))
  return properties.map((property) => row[property])
}

/** How many transactions have changed anything. */
async function countChanges(): Promise<number> {
  const [count = 0] = await app.column<number>(
    'select count(distinct xid)::integer from change_log where account_id = 1',
  )
  return count
}

describe('R-030 Entering a departure', () => {
  test('(1) the unit is held through the date and free the next day; it stays leased until then', async () => {
    expect(await read('Units(9002)', 'AvailableDate')).toEqual([null])
    const tenant = rowOf(await patch(9102, { DepartureDate: '2026-07-31', DepartureReason: 'E' }))
    expect(tenant).toMatchObject({
      DepartureDate: '2026-07-31',
      DepartureReason: 'E',
      DepartureNoticeDate: null,
      Status: 'A',
      CurrentLeaseId: 9202,
    })
    expect(await read('Leases(9202)', 'HeldThroughDate', 'Status')).toEqual(['2026-07-31', 'A'])
    expect(
      await read('Units(9002)', 'AvailableDate', 'OccupancyStatus', 'CurrentTenantId'),
    ).toEqual(['2026-08-01', 'L', 9102])
    expect(await read('TenantParkings(9401)', 'HeldThroughDate')).toEqual(['2026-07-31'])
    expect(await read('Parkings(9301)', 'AvailableDate', 'IsOccupied')).toEqual([
      '2026-08-01',
      true,
    ])
    expect(await read('Storages(9352)', 'AvailableDate', 'IsOccupied')).toEqual([
      '2026-08-01',
      true,
    ])
  })

  test('(2) the reason is required, also afterwards', async () => {
    const expected = {
      status: 400,
      code: 'DEPARTURE_REASON_REQUIRED',
      target: 'DepartureReason',
    }
    expectRefusal(await patch(9102, { DepartureDate: '2026-07-31' }), {
      ...expected,
      message: 'Le motif est obligatoire avec une date de départ.',
    })
    expectRefusal(await patch(9102, { DepartureDate: '2026-07-31' }, 'en'), {
      ...expected,
      message: 'A reason is required with a departure date.',
    })
    expectRefusal(await patch(9101, { DepartureReason: null }), expected)
    expect(await read('Leases(9202)', 'HeldThroughDate')).toEqual([null])
  })

  test('(3) a non-renewable lease is not left after its end', async () => {
    const answer = await patch(9108, { DepartureDate: '2026-09-30', DepartureReason: 'E' })
    expectRefusal(answer, {
      status: 409,
      code: 'DEPARTURE_AFTER_LEASE_END',
      target: 'DepartureDate',
      message: "Le bail L-9208 n'est pas renouvelable et se termine le 2026-08-31.",
    })
    rowOf(await patch(9108, { DepartureDate: '2026-08-31', DepartureReason: 'N' }))
    expect(await read('Leases(9208)', 'HeldThroughDate')).toEqual(['2026-08-31'])
  })

  test('not before the start of a lease', async () => {
    expectRefusal(await patch(9155, { DepartureDate: '2026-06-30', DepartureReason: 'E' }), {
      status: 409,
      code: 'DEPARTURE_BEFORE_START',
      target: 'DepartureDate',
      message: "La date de départ précède le début du bail L-9255; annulez d'abord ce bail.",
    })
    rowOf(await patch(9155, { DepartureDate: '2026-07-01', DepartureReason: 'E' }))
  })

  test('not by a tenant who rents nothing, or no longer', async () => {
    const made = await write(app, 'POST', '/api/Tenants', { LedgerDivisionId: 4, LastName: 'Roy' })
    const departure = { DepartureDate: '2026-07-31', DepartureReason: 'E' }
    const expected = { status: 409, code: 'DEPARTURE_WITHOUT_RENTAL', target: 'DepartureDate' }
    const { Id: id, TenantNo: no } = rowOf(made)
    expectRefusal(await patch(id, departure), {
      ...expected,
      message: `Le locataire ${Number(no).toFixed(1)} n'a aucune location en cours ou à venir.`,
    })
    expectRefusal(
      await write(app, 'POST', '/api/Tenants', {
        LedgerDivisionId: 4,
        LastName: 'Roy',
        ...departure,
      }),
      expected,
    )
    // His lease was not renewable and ended on 2026-01-31.
    expectRefusal(await patch(9163, departure), expected)
  })

  test('a parking space alone is something to leave', async () => {
    rowOf(await patch(9171, { DepartureDate: '2026-07-31', DepartureReason: 'F' }))
    expect(await read('TenantParkings(9406)', 'HeldThroughDate')).toEqual(['2026-07-31'])
    expect(await read('Parkings(9306)', 'AvailableDate')).toEqual(['2026-08-01'])
  })

  test('a date in the past is taken, and today changes with it', async () => {
    const tenant = rowOf(await patch(9102, { DepartureDate: '2026-06-10', DepartureReason: 'G' }))
    expect(tenant).toMatchObject({ Status: 'P', CurrentLeaseId: null, UnitId: 9002 })
    expect(await read('Leases(9202)', 'HeldThroughDate', 'Status')).toEqual(['2026-06-10', 'T'])
    expect(await read('Units(9002)', 'AvailableDate', 'OccupancyStatus')).toEqual([
      '2026-06-15',
      'V',
    ])
    expect(await read('Parkings(9301)', 'AvailableDate', 'IsOccupied')).toEqual([
      '2026-06-15',
      false,
    ])
  })

  test('a renewal that awaits its answer is cancelled; one that was answered is not', async () => {
    expect(await read('LeaseRenewals(542)', 'Status')).toEqual(['E'])
    rowOf(await patch(9123, { DepartureDate: '2026-08-31', DepartureReason: 'E' }))
    expect(await read('LeaseRenewals(542)', 'Status')).toEqual(['X'])
    expect(await lastEvents(app)).toEqual([
      'Lease 9223 1',
      'LeaseRenewal 542 1',
      'Tenant 9123 1',
      'Unit 9023 1',
    ])
    rowOf(await patch(9121, { DepartureDate: '2026-08-31', DepartureReason: 'E' }))
    expect(await read('LeaseRenewals(540)', 'Status')).toEqual(['T'])
  })

  test('R-035: services end with the departure, or earlier by their own date', async () => {
    const service = (id: number, endDate: string | null) =>
      app.sql(
        `insert into tenant_services (account_id, id, company_no, division_no, tenant_type, tenant_no,
           tenant_id, service_id, service_code, start_date, end_date, amount, held_through_date)
         values (1, $1, 3, 2, 'D', 2.0, 9102, 6, 'INTERNET', '2026-01-01', $2, 50, $2)`,
        [id, endDate],
      )
    await service(8901, null)
    await service(8902, '2026-07-15')
    await service(8903, '2026-12-31')
    rowOf(await patch(9102, { DepartureDate: '2026-07-31', DepartureReason: 'E' }))
    const heldThrough = async () => [
      await read('TenantServices(8901)', 'HeldThroughDate'),
      await read('TenantServices(8902)', 'HeldThroughDate'),
      await read('TenantServices(8903)', 'HeldThroughDate'),
    ]
    expect(await heldThrough()).toEqual([['2026-07-31'], ['2026-07-15'], ['2026-07-31']])
    // the open-ended one, and the one whose end changed; not the one that ends before.
    expect((await lastEvents(app)).filter((event) => event.startsWith('TenantService'))).toEqual([
      'TenantService 8901 1 {"tenantId": 9102, "serviceId": 6}',
      'TenantService 8903 1 {"tenantId": 9102, "serviceId": 6}',
    ])
    rowOf(await patch(9102, { DepartureDate: null }))
    expect(await heldThrough()).toEqual([[null], ['2026-07-15'], ['2026-12-31']])
  })

  test('a reason or a notice says nothing without a date', async () => {
    const expected = {
      status: 400,
      code: 'REQUIRED_FIELD',
      target: 'DepartureDate',
      message: 'Le champ DepartureDate est obligatoire.',
    }
    expectRefusal(await patch(9102, { DepartureReason: 'E' }), expected)
    expectRefusal(await patch(9102, { DepartureNoticeDate: '2026-06-01' }), expected)
  })

  test('PUT enters it like PATCH, and withdraws it when it is not sent', async () => {
    const put = (body: Body) =>
      write(app, 'PUT', '/api/Tenants(9102)', { LastName: 'Essai', ...body })
    rowOf(await put({ DepartureDate: '2026-07-31', DepartureReason: 'E' }))
    expect(await read('Leases(9202)', 'HeldThroughDate')).toEqual(['2026-07-31'])
    expect(rowOf(await put({}))).toMatchObject(none)
    expect(await read('Leases(9202)', 'HeldThroughDate')).toEqual([null])
  })

  test('without effect in a dry run', async () => {
    const answer = await write(app, 'PATCH', '/api/Tenants(9102)?dryRun=true', {
      DepartureDate: '2026-07-31',
      DepartureReason: 'E',
    })
    expect(rowOf(answer)).toMatchObject({ DepartureDate: '2026-07-31' })
    expect(await read('Tenants(9102)', 'DepartureDate')).toEqual([null])
    expect(await read('Leases(9202)', 'HeldThroughDate')).toEqual([null])
  })
})

describe('R-031 Withdrawing or moving a departure', () => {
  test('(1) null clears reason and notice, and the unit is held again', async () => {
    expect(rowOf(await patch(9101, { DepartureDate: null }))).toMatchObject(none)
    expect(await read('Leases(9201)', 'HeldThroughDate')).toEqual([null])
    expect(await read('Units(9001)', 'AvailableDate')).toEqual([null])
    expect(await read('Parkings(9302)', 'AvailableDate')).toEqual([null])
    expect(await read('Storages(9351)', 'AvailableDate')).toEqual([null])
  })

  test('(2) not once the unit is leased again', async () => {
    const expected = {
      status: 409,
      code: 'DEPARTURE_CHANGE_CONFLICT',
      target: 'DepartureDate',
    }
    expectRefusal(await patch(9105, { DepartureDate: null }), {
      ...expected,
      message:
        'Le départ ne peut être retiré ou reporté : Unit 3-2 900DEMO 105 est reloué à compter du 2026-07-01.',
    })
    expectRefusal(await patch(9105, { DepartureDate: '2026-07-01' }, 'en'), {
      ...expected,
      message:
        'The departure cannot be withdrawn or postponed: Unit 3-2 900DEMO 105 is rented again from 2026-07-01.',
    })
    expect(await read('Tenants(9105)', 'DepartureDate', 'DepartureReason')).toEqual([
      '2026-06-30',
      'F',
    ])
  })

  test('(3) postponed while the unit is free, not further', async () => {
    rowOf(await patch(9107, { DepartureDate: '2026-08-31' }))
    expect(await read('Leases(9207)', 'HeldThroughDate')).toEqual(['2026-08-31'])
    expect(await read('Units(9007)', 'AvailableDate')).toEqual(['2026-09-01'])
    rowOf(await patch(9107, { DepartureDate: '2026-09-30' }))
    expectRefusal(await patch(9107, { DepartureDate: '2026-10-01' }), {
      status: 409,
      code: 'DEPARTURE_CHANGE_CONFLICT',
    })
  })

  test('not over a period of unavailability, unless it is a casualty', async () => {
    const [, , message] = refusal(await patch(9117, { DepartureDate: null }), 409)
    expect(message).toContain('Unit 3-2 900DEMO 117 est reloué à compter du 2026-07-01')
    rowOf(await patch(9120, { DepartureDate: '2026-06-30', DepartureReason: 'E' }))
    rowOf(await patch(9120, { DepartureDate: null }))
  })

  test('not once a space is rented again, whose tenant has the word', async () => {
    rowOf(
      await write(app, 'POST', '/api/TenantParkings', {
        TenantId: 9111,
        ParkingId: 9302,
        StartDate: '2026-07-01',
        EndDate: '2027-06-30',
        Amount: 75,
      }),
    )
    const [code, target, message] = refusal(await patch(9101, { DepartureDate: null }), 409)
    expect([code, target]).toEqual(['DEPARTURE_CHANGE_CONFLICT', 'DepartureDate'])
    expect(message).toContain('Parking 3-2 900DEMO P02 est reloué à compter du 2026-07-01')
    rowOf(
      await write(app, 'POST', '/api/TenantStorages', {
        TenantId: 9111,
        StorageId: 9351,
        StartDate: '2026-07-10',
        EndDate: '2027-06-30',
        Amount: 20,
      }),
    )
    const both = await patch(9101, { DepartureDate: '2026-12-31' })
    // The body of R-007.
    const { error } = both.json as { error: { details: readonly { message: string }[] } }
    expect(error.details.map((detail) => detail.message)).toEqual([
      'Le départ ne peut être retiré ou reporté : Parking 3-2 900DEMO P02 est reloué à compter du 2026-07-01.',
      'Le départ ne peut être retiré ou reporté : Storage 3-2 900DEMO R01 est reloué à compter du 2026-07-10.',
    ])
  })

  test('not when it would meet another rental of his own', async () => {
    const rent = async (body: Body) =>
      rowOf(
        await write(app, 'POST', '/api/TenantParkings', {
          TenantId: 9102,
          ParkingId: 9304,
          Amount: 75,
          ...body,
        }),
      )
    const first = await rent({
      StartDate: '2025-07-01',
      EndDate: '2026-06-30',
      IsRenewable: false,
    })
    await rent({ StartDate: '2026-07-01', EndDate: '2027-06-30' })
    rowOf(await patch(9102, { DepartureDate: '2026-06-20', DepartureReason: 'E' }))
    // The second one never begins now, so that the first may become renewable.
    rowOf(await write(app, 'PATCH', `/api/TenantParkings(${first.Id})`, { IsRenewable: true }))
    const [, , message] = refusal(await patch(9102, { DepartureDate: null }), 409)
    expect(message).toContain('Parking 3-2 900DEMO P04 est reloué à compter du 2026-07-01')
  })

  test('R-030: corrected when all that he held is over, which only entering one needs', async () => {
    const lease = rowOf(
      await write(app, 'POST', '/api/Leases', {
        TenantId: 9163,
        UnitId: 9003,
        SignedDate: '2026-04-20',
        StartDate: '2026-05-01',
        EndDate: '2026-06-16',
        IsRenewable: false,
        RentAmount: 900,
      }),
    )
    rowOf(await patch(9163, { DepartureDate: '2026-06-10', DepartureReason: 'E' }))
    await app.pinAccount(1, '2026-06-18T16:00:00Z')
    rowOf(await patch(9163, { DepartureDate: '2026-06-12' }))
    expect(await read(`Leases(${lease.Id})`, 'HeldThroughDate', 'Status')).toEqual([
      '2026-06-12',
      'T',
    ])
    expectRefusal(await patch(9163, { DepartureDate: '2026-06-17' }), {
      status: 409,
      code: 'DEPARTURE_AFTER_LEASE_END',
    })
    expectRefusal(await patch(9163, { DepartureReason: 'F', DepartureNoticeDate: '2026-05-10' }), {
      status: 400,
      code: 'DEPARTURE_NOT_LEASE_END',
    })
    rowOf(await patch(9163, { DepartureDate: null }))
    expectRefusal(await patch(9163, { DepartureDate: '2026-06-12', DepartureReason: 'E' }), {
      status: 409,
      code: 'DEPARTURE_WITHOUT_RENTAL',
    })
  })

  test('R-039: the terms that began meanwhile are those of the tenant who stays', async () => {
    rowOf(await patch(9102, { DepartureDate: '2026-06-30', DepartureReason: 'E' }))
    await app.pinAccount(1, '2026-07-02T16:00:00Z')
    const term = ['EndDate', 'HeldThroughDate', 'Status', 'RenewalCount']
    expect(await read('Leases(9202)', ...term)).toEqual(['2026-06-30', '2026-06-30', 'T', 0])
    rowOf(await patch(9102, { DepartureDate: null }))
    expect(await read('Leases(9202)', ...term)).toEqual(['2027-06-30', null, 'A', 1])
    expect(
      await read('Leases(9202)', 'TermStartDate', 'NoticeWindowStart', 'NoticeWindowEnd'),
    ).toEqual(['2026-07-01', '2027-01-01', '2027-03-31'])
    expect(await read('Units(9002)', 'OccupancyStatus', 'AvailableDate')).toEqual(['L', null])
    // A departure at the end of the term is one of the term that runs.
    expectRefusal(
      await patch(9102, {
        DepartureDate: '2026-06-30',
        DepartureReason: 'F',
        DepartureNoticeDate: '2026-03-01',
      }),
      { status: 400, code: 'DEPARTURE_NOT_LEASE_END' },
    )
  })

  describe('R-040, R-041 The renewals that the departure had called off', () => {
    const leave = { DepartureDate: '2026-06-20', DepartureReason: 'E' }
    const offer = async (body: Body) =>
      rowOf(
        await write(app, 'POST', '/api/LeaseRenewals', { LeaseId: 9219, NewRent: 560, ...body }),
      )

    test('one that was prepared is prepared again', async () => {
      const { Id } = await offer({})
      rowOf(await patch(9119, leave))
      rowOf(await patch(9119, { DepartureDate: '2026-06-25' }))
      expect(await read(`LeaseRenewals(${Id})`, 'Status')).toEqual(['X'])
      rowOf(await patch(9119, { DepartureDate: null }))
      expect(await read(`LeaseRenewals(${Id})`, 'Status')).toEqual(['P'])
      expect(await lastEvents(app)).toEqual([
        'Lease 9219 1',
        `LeaseRenewal ${Id} 1`,
        'Tenant 9119 1',
        'Unit 9019 1',
      ])
      const received = { NoticeReceivedDate: '2026-06-12' }
      expect(rowOf(await write(app, 'PATCH', `/api/LeaseRenewals(${Id})`, received))).toMatchObject(
        { Status: 'E', ResponseDeadline: '2026-07-12' },
      )
    })

    test('one that awaited its answer awaits it again, through its deadline', async () => {
      rowOf(await patch(9123, leave))
      await app.pinAccount(1, '2026-07-01T16:00:00Z')
      rowOf(await patch(9123, { DepartureDate: null }))
      expect(await read('LeaseRenewals(542)', 'Status', 'ResponseDeadline')).toEqual([
        'E',
        '2026-07-01',
      ])
      rowOf(await write(app, 'PATCH', '/api/LeaseRenewals(542)', { Response: 'A' }))
    })

    test('not once the answer was due: nobody knows what it would have been', async () => {
      rowOf(await patch(9123, leave))
      await app.pinAccount(1, '2026-07-02T16:00:00Z')
      rowOf(await patch(9123, { DepartureDate: null }))
      expect(await read('LeaseRenewals(542)', 'Status')).toEqual(['X'])
    })

    test('nor one that was only prepared once its term has begun', async () => {
      const { Id } = await offer({})
      const awaited = rowOf(
        await write(app, 'POST', '/api/LeaseRenewals', { LeaseId: 9218, NewRent: 900 }),
      )
      rowOf(await patch(9119, leave))
      await app.pinAccount(1, '2026-07-02T16:00:00Z')
      rowOf(await patch(9119, { DepartureDate: null }))
      expect(await read(`LeaseRenewals(${Id})`, 'Status', 'AppliedDate')).toEqual(['X', null])
      expect(await read('Leases(9219)', 'TermStartDate')).toEqual(['2026-07-01'])
      // As for who never meant to leave.
      expect(await read(`LeaseRenewals(${awaited.Id})`, 'Status', 'AppliedDate')).toEqual([
        'X',
        null,
      ])
    })

    test('nor those of a lease that is not renewable any more', async () => {
      const { Id } = await offer({})
      rowOf(await patch(9119, leave))
      rowOf(await write(app, 'PATCH', '/api/Leases(9219)', { IsRenewable: false }))
      rowOf(await patch(9119, { DepartureDate: null }))
      expect(await read(`LeaseRenewals(${Id})`, 'Status')).toEqual(['X'])
    })
  })
})

describe('R-032 Events of a departure', () => {
  test('(1) clearing then entering again: seven events, and no other', async () => {
    const seven = [
      'Lease 9201 1',
      'Parking 9302 1',
      'Storage 9351 1',
      'Tenant 9101 1',
      'TenantParking 9402 1 {"tenantId": 9101, "parkingId": 9302}',
      'TenantStorage 9451 1 {"tenantId": 9101, "storageId": 9351}',
      'Unit 9001 1',
    ]
    rowOf(await patch(9101, { DepartureDate: null }))
    expect(await lastEvents(app)).toEqual(seven)
    const departure = { DepartureDate: '2026-06-30', DepartureReason: 'E' }
    rowOf(await patch(9101, departure))
    expect(await lastEvents(app)).toEqual(seven)
    const before = await countChanges()
    const { text } = await app.ask('/api/Tenants(9101)')
    rowOf(await patch(9101, departure))
    expect(await countChanges()).toBe(before)
    expect((await app.ask('/api/Tenants(9101)')).text).toBe(text)
  })

  test('only the tenant when neither the date nor what follows from it changes', async () => {
    rowOf(await patch(9101, { DepartureReason: 'E', DepartureNoticeDate: null }))
    expect(await lastEvents(app)).toEqual(['Tenant 9101 1'])
  })
})

describe('R-034 The departure releases the space the next day', () => {
  const rental = { TenantId: 9111, EndDate: '2027-06-30', Amount: 75 }
  const rent = (body: Body) => write(app, 'POST', '/api/TenantParkings', { ...rental, ...body })

  test('(1) parking 9302 is rented again from 2026-07-01', async () => {
    const answer = await rent({ ParkingId: 9302, StartDate: '2026-07-01' })
    expect(answer.status).toBe(201)
  })

  test('(2) entering 2026-07-31 releases parking 9301 on 2026-08-01, not before', async () => {
    rowOf(await patch(9102, { DepartureDate: '2026-07-31', DepartureReason: 'E' }))
    const [code, , message] = refusal(await rent({ ParkingId: 9301, StartDate: '2026-07-01' }), 409)
    expect([code, message]).toEqual([
      'PARKING_ALREADY_RENTED',
      'Le stationnement 3-2 900DEMO P01 est déjà loué du 2025-07-01 au 2026-07-31.',
    ])
    expect((await rent({ ParkingId: 9301, StartDate: '2026-08-01' })).status).toBe(201)
  })
})

describe('R-043 Non-renewal notice of the tenant', () => {
  /** Without effect: whether it would be taken. */
  const enter = (
    tenantId: number,
    date: string,
    notice: string | null,
    reason = 'F',
    language: 'fr' | 'en' = 'fr',
  ) =>
    write(
      app,
      'PATCH',
      `/api/Tenants(${tenantId})?dryRun=true`,
      { DepartureDate: date, DepartureReason: reason, DepartureNoticeDate: notice },
      { language },
    )

  test('(1) within the window; (2) outside of it another reason; (3) the end of the lease', async () => {
    rowOf(await patch(9101, { DepartureDate: null }))
    rowOf(await enter(9101, '2026-06-30', '2026-03-15'))
    for (const edge of ['2026-01-01', '2026-03-31']) rowOf(await enter(9101, '2026-06-30', edge))
    expectRefusal(await enter(9101, '2026-06-30', '2025-12-31'), {
      status: 400,
      code: 'DEPARTURE_NOTICE_OUT_OF_WINDOW',
    })
    expectRefusal(await enter(9101, '2026-06-30', '2026-04-10'), {
      status: 400,
      code: 'DEPARTURE_NOTICE_OUT_OF_WINDOW',
      target: 'DepartureNoticeDate',
      message: "L'avis de non-reconduction doit être donné entre le 2026-01-01 et le 2026-03-31.",
    })
    rowOf(await enter(9101, '2026-06-30', '2026-04-10', 'E'))
    expectRefusal(await enter(9101, '2026-05-31', '2026-03-15', 'F', 'en'), {
      status: 400,
      code: 'DEPARTURE_NOT_LEASE_END',
      target: 'DepartureDate',
      message: 'A departure at the end of the lease must be dated 2026-06-30.',
    })
  })

  test('the same of a departure that stands: a later notice, an earlier date', async () => {
    expectRefusal(await patch(9101, { DepartureNoticeDate: '2026-04-10' }), {
      status: 400,
      code: 'DEPARTURE_NOTICE_OUT_OF_WINDOW',
    })
    expectRefusal(await patch(9101, { DepartureDate: '2026-05-31' }), {
      status: 400,
      code: 'DEPARTURE_NOT_LEASE_END',
    })
    rowOf(await patch(9101, { DepartureDate: '2026-05-31', DepartureReason: 'E' }))
  })

  test('the notice is required', async () => {
    expectRefusal(await enter(9102, '2026-06-30', null), {
      status: 400,
      code: 'REQUIRED_FIELD',
      target: 'DepartureNoticeDate',
      message: 'Le champ DepartureNoticeDate est obligatoire.',
    })
  })

  test('under 12 months: one to two months before', async () => {
    rowOf(await enter(9118, '2026-06-30', '2026-05-31'))
    const [, , message] = refusal(await enter(9118, '2026-06-30', '2026-06-01'), 400)
    expect(message).toContain('entre le 2026-05-01 et le 2026-05-31')
  })

  test('an indeterminate lease: any date, one to two months before the day after it', async () => {
    rowOf(await enter(9109, '2026-08-31', '2026-07-01'))
    rowOf(await enter(9109, '2026-08-31', '2026-07-31'))
    const [, , message] = refusal(await enter(9109, '2026-08-31', '2026-06-30'), 400)
    expect(message).toContain('entre le 2026-07-01 et le 2026-07-31')
    expect(outcomes([await enter(9109, '9999-12-30', '2026-06-30')])).toEqual({
      '400 DEPARTURE_NOTICE_OUT_OF_WINDOW': 1,
    })
  })

  test('a room: 10 to 20 days before', async () => {
    rowOf(await enter(9119, '2026-06-30', '2026-06-20'))
    const [, , message] = refusal(await enter(9119, '2026-06-30', '2026-06-21'), 400)
    expect(message).toContain('entre le 2026-06-11 et le 2026-06-20')
  })

  test('also as the answer to a notice of modification, until its deadline', async () => {
    // Received 2026-03-12, to be answered by 2026-04-12; the window ends on 2026-03-31.
    rowOf(await enter(9121, '2026-06-30', '2026-04-12'))
    expectRefusal(await enter(9121, '2026-06-30', '2026-04-13'), {
      status: 400,
      code: 'DEPARTURE_NOTICE_OUT_OF_WINDOW',
    })
    expectRefusal(await enter(9121, '2026-05-31', '2026-04-12'), {
      status: 400,
      code: 'DEPARTURE_NOT_LEASE_END',
    })
  })

  test('residential only: a commercial lease has no window', async () => {
    rowOf(await enter(9701, '2027-01-31', null))
  })
})

describe('50 at once', () => {
  /** What a recomputation gives, for every lease and rental of the account. */
  async function expectHoldsRecomputed(): Promise<void> {
    const wrong = await app.sql(
      `with holds as (
         select l.id, l.tenant_id, l.end_date, l.is_renewable, l.held_through_date from leases l
          where l.account_id = 1 and l.cancelled_date is null
         union all
         select p.id, p.tenant_id, p.end_date, p.is_renewable, p.held_through_date
           from tenant_parkings p where p.account_id = 1)
       select h.id from holds h join tenants t on t.account_id = 1 and t.id = h.tenant_id
        where h.held_through_date is distinct from
              case when h.is_renewable then t.departure_date else least(h.end_date, t.departure_date) end`,
    )
    expect(wrong).toEqual([])
  }

  async function newTenants(count: number): Promise<readonly number[]> {
    const answers = await Promise.all(
      Array.from({ length: count }, () =>
        write(app, 'POST', '/api/Tenants', { LedgerDivisionId: 4, LastName: 'Essai' }),
      ),
    )
    return answers.map((answer) => rowOf(answer).Id)
  }

  test('the same departure entered: all are taken, one changes anything', async () => {
    const before = await countChanges()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        patch(9102, { DepartureDate: '2026-07-31', DepartureReason: 'E' }),
      ),
    )
    expect(outcomes(answers)).toEqual({ '200': 50 })
    expect(await countChanges()).toBe(before + 1)
    await expectHoldsRecomputed()
  })

  test('withdrawals against leases of the unit: either all of the one or one of the other', async () => {
    const tenants = await newTenants(50)
    const [withdrawals, leases] = await Promise.all([
      Promise.all(tenants.map(() => patch(9101, { DepartureDate: null }))),
      Promise.all(
        tenants.map((TenantId) =>
          write(app, 'POST', '/api/Leases', {
            TenantId,
            UnitId: 9001,
            StartDate: '2026-07-01',
            EndDate: '2027-06-30',
            RentAmount: 1000,
          }),
        ),
      ),
    ])
    const [departure] = await read('Tenants(9101)', 'DepartureDate')
    if (departure === null) {
      expect(outcomes(withdrawals)).toEqual({ '200': 50 })
      expect(outcomes(leases)).toEqual({ '409 LEASE_HELD_RENEWABLE': 50 })
    } else {
      expect(outcomes(withdrawals)).toEqual({ '409 DEPARTURE_CHANGE_CONFLICT': 50 })
      expect(outcomes(leases)).toEqual({ '201': 1, '409 LEASE_HELD_RENEWABLE': 49 })
    }
    await expectHoldsRecomputed()
  })

  test('withdrawals against rentals of the parking space: the same', async () => {
    const tenants = await newTenants(50)
    const [withdrawals, rentals] = await Promise.all([
      Promise.all(tenants.map(() => patch(9101, { DepartureDate: null }))),
      Promise.all(
        tenants.map((TenantId) =>
          write(app, 'POST', '/api/TenantParkings', {
            TenantId,
            ParkingId: 9302,
            StartDate: '2026-07-01',
            EndDate: '2027-06-30',
            Amount: 75,
          }),
        ),
      ),
    ])
    const [departure] = await read('Tenants(9101)', 'DepartureDate')
    if (departure === null) {
      expect(outcomes(withdrawals)).toEqual({ '200': 50 })
      expect(outcomes(rentals)).toEqual({ '409 PARKING_HELD_RENEWABLE': 50 })
    } else {
      expect(outcomes(withdrawals)).toEqual({ '409 DEPARTURE_CHANGE_CONFLICT': 50 })
      expect(outcomes(rentals)).toEqual({ '201': 1, '409 PARKING_HELD_RENEWABLE': 49 })
    }
    await expectHoldsRecomputed()
  })

  test('withdrawals against periods of unavailability: the same', async () => {
    const attempts = Array.from({ length: 50 })
    const [withdrawals, periods] = await Promise.all([
      Promise.all(attempts.map(() => patch(9101, { DepartureDate: null }))),
      Promise.all(
        attempts.map(() =>
          write(app, 'POST', '/api/UnavailableUnits', {
            UnitId: 9001,
            StartDate: '2026-07-01',
            EndDate: '2026-07-31',
            ReasonCode: 'R',
          }),
        ),
      ),
    ])
    const [departure] = await read('Tenants(9101)', 'DepartureDate')
    if (departure === null) {
      expect(outcomes(withdrawals)).toEqual({ '200': 50 })
      expect(outcomes(periods)).toEqual({ '409 UNAVAILABILITY_OVERLAPS_LEASE': 50 })
    } else {
      expect(outcomes(withdrawals)).toEqual({ '409 DEPARTURE_CHANGE_CONFLICT': 50 })
      expect(outcomes(periods)).toEqual({ '201': 1, '409 UNAVAILABILITY_OVERLAP': 49 })
    }
    await expectHoldsRecomputed()
  })
})
