/** Departures, leases and renewals in the orders in which people really enter them, over HTTP. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { expectRefusal, rowOf, write } from '../support/writing.ts'

let app: TestApp

beforeEach(async () => {
  app = await startTestApp()
})

afterEach(() => app.close())

type Body = Readonly<Record<string, unknown>>

const post = (set: string, body: Body) => write(app, 'POST', `/api/${set}`, body)
const patch = (path: string, body: Body) => write(app, 'PATCH', `/api/${path}`, body)

async function read(path: string, ...properties: readonly string[]): Promise<readonly unknown[]> {
  const row = rowOf(await app.ask(`/api/${path}`))
  return properties.map((property) => row[property])
}

describe('R-030, R-043 A tenant of two leases that follow each other', () => {
  test('leaves the second one, by its window; the first ends by itself', async () => {
    const next = rowOf(
      await post('Leases', {
        TenantId: 9108,
        UnitId: 9003,
        StartDate: '2026-09-01',
        EndDate: '2027-08-31',
        RentAmount: 900,
      }),
    )
    expectRefusal(
      await patch('Tenants(9108)', { DepartureDate: '2026-08-31', DepartureReason: 'N' }),
      {
        status: 409,
        code: 'DEPARTURE_BEFORE_START',
        message: `La date de départ précède le début du bail L-${next.Id}; annulez d'abord ce bail.`,
      },
    )
    const leave = { DepartureDate: '2027-08-31', DepartureReason: 'F' }
    expectRefusal(await patch('Tenants(9108)', { ...leave, DepartureNoticeDate: '2027-06-01' }), {
      status: 400,
      code: 'DEPARTURE_NOTICE_OUT_OF_WINDOW',
      message: "L'avis de non-reconduction doit être donné entre le 2027-03-01 et le 2027-05-31.",
    })
    rowOf(await patch('Tenants(9108)', { ...leave, DepartureNoticeDate: '2027-05-31' }))
    expect(await read('Leases(9208)', 'HeldThroughDate')).toEqual(['2026-08-31'])
    expect(await read(`Leases(${next.Id})`, 'HeldThroughDate')).toEqual(['2027-08-31'])
    expect(await read('Units(9008)', 'AvailableDate')).toEqual(['2026-09-01'])
    // Once the second lease is cancelled, the departure is beyond the end of the first.
    rowOf(await patch('Tenants(9108)', { DepartureDate: null }))
    rowOf(await post(`Leases(${next.Id})/Cancel`, { Reason: 'Désistement' }))
    expectRefusal(await patch('Tenants(9108)', { ...leave, DepartureReason: 'E' }), {
      status: 409,
      code: 'DEPARTURE_AFTER_LEASE_END',
    })
    rowOf(await patch('Tenants(9108)', { DepartureDate: '2026-08-31', DepartureReason: 'N' }))
  })
})

describe('R-047 A lease that was cancelled, or assigned', () => {
  test('the same tenant and unit on the same day again; the departure before it stays', async () => {
    rowOf(await post('Leases(9255)/Cancel', { Reason: 'Mauvais loyer' }))
    expect(await read('Units(9005)', 'AvailableDate')).toEqual(['2026-07-01'])
    const again = rowOf(
      await post('Leases', {
        TenantId: 9155,
        UnitId: 9005,
        StartDate: '2026-07-01',
        EndDate: '2027-06-30',
        RentAmount: 900,
      }),
    )
    expect(await read('Units(9005)', 'AvailableDate', 'NextLeaseStartDate')).toEqual([
      null,
      '2026-07-01',
    ])
    expectRefusal(await patch('Tenants(9105)', { DepartureDate: null }), {
      status: 409,
      code: 'DEPARTURE_CHANGE_CONFLICT',
    })
    rowOf(await post(`Leases(${again.Id})/Cancel`, { Reason: 'Désistement' }))
    rowOf(await patch('Tenants(9105)', { DepartureDate: null }))
    expect(await read('Leases(9205)', 'HeldThroughDate')).toEqual([null])
  })

  test('the assignor neither stays nor stays longer, once somebody has his lease', async () => {
    const lease = {
      UnitId: 9025,
      StartDate: '2026-08-01',
      EndDate: '2027-06-30',
      RentAmount: 990,
      AssignedFromLeaseId: 9225,
    }
    const { Id: TenantId } = rowOf(await post('Tenants', { LedgerDivisionId: 4, LastName: 'Roy' }))
    const assigned = rowOf(await post('Leases', { ...lease, TenantId }))
    for (const DepartureDate of [null, '2026-08-31'])
      expectRefusal(await patch('Tenants(9125)', { DepartureDate }), {
        status: 409,
        code: 'DEPARTURE_CHANGE_CONFLICT',
        message:
          'Le départ ne peut être retiré ou reporté : Unit 3-2 900DEMO 205 est reloué à compter du 2026-08-01.',
      })
    rowOf(await post(`Leases(${assigned.Id})/Cancel`, { Reason: 'Cession refusée' }))
    rowOf(await patch('Tenants(9125)', { DepartureDate: null }))
    // Nobody is left to take it over from.
    expectRefusal(await post('Leases', { ...lease, TenantId, StartDate: '2026-08-01' }), {
      status: 409,
      code: 'LEASE_HELD_RENEWABLE',
    })
  })
})

describe('R-039, R-041 A short notice, answered when the lease has renewed itself', () => {
  test('who leaves has left at the end of the term that the notice was about', async () => {
    const { Id } = rowOf(
      await post('LeaseRenewals', {
        LeaseId: 9219,
        NewRent: 560,
        NoticeReceivedDate: '2026-06-15',
      }),
    )
    await app.pinAccount(1, '2026-07-03T16:00:00Z')
    const lease = ['TermStartDate', 'EndDate', 'HeldThroughDate', 'Status']
    expect(await read('Leases(9219)', ...lease)).toEqual(['2026-07-01', '2026-12-31', null, 'A'])
    expect(await read(`LeaseRenewals(${Id})`, 'Status', 'ResponseDeadline')).toEqual([
      'E',
      '2026-07-15',
    ])
    rowOf(await patch(`LeaseRenewals(${Id})`, { Response: 'Q' }))
    expect(
      await read('Tenants(9119)', 'DepartureDate', 'DepartureReason', 'DepartureNoticeDate'),
    ).toEqual(['2026-06-30', 'F', '2026-07-03'])
    expect(await read('Leases(9219)', 'HeldThroughDate', 'Status')).toEqual(['2026-06-30', 'T'])
    expect(await read('Units(9019)', 'OccupancyStatus', 'AvailableDate')).toEqual([
      'V',
      '2026-07-03',
    ])
    // He may change his mind as long as nobody has the room; what he answered stays.
    rowOf(await patch('Tenants(9119)', { DepartureDate: null }))
    expect(await read('Leases(9219)', ...lease)).toEqual(['2026-07-01', '2026-12-31', null, 'A'])
    expect(await read(`LeaseRenewals(${Id})`, 'Status')).toEqual(['Q'])
  })
})
