import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/test-app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(async () => {
  await app.close()
})

async function statuses(ids: readonly number[]): Promise<Record<string, string>> {
  const rows = await app.rows<{ Id: number; OccupancyStatus: string }>(
    `/api/Units?$filter=Id in (${ids.join(',')})&$select=Id,OccupancyStatus`,
  )
  return Object.fromEntries(rows.map(({ Id, OccupancyStatus }) => [Id, OccupancyStatus]))
}

const UNITS = [9001, 9002, 9003, 9004, 9005, 9010, 9011, 9013, 9017, 9020]

describe('B13 OccupancyStatus follows the calendar by itself (R-024)', () => {
  test('B13 and B16 on the portfolio’s day, at its last minute, at the next day’s first', async () => {
    const onTheDay = {
      9001: 'L',
      9002: 'L',
      9003: 'V',
      9004: 'N',
      9005: 'L',
      9010: 'A',
      9011: 'V',
      9013: 'V',
      9017: 'L',
      9020: 'L',
    }
    expect(await statuses(UNITS)).toEqual(onTheDay)
    const modified = async (): Promise<Record<string, string>> => {
      const rows = await app.rows<{ Id: number; ModifiedDate: string }>(
        '/api/Units?$filter=Id in (9001,9002)&$select=Id,ModifiedDate',
      )
      return Object.fromEntries(rows.map(({ Id, ModifiedDate }) => [Id, ModifiedDate]))
    }
    const before = await modified()
    // midnight in Toronto is 04:00 in UTC.
    await app.pinAccount(1, '2026-07-01T03:59:59Z')
    expect(await statuses(UNITS)).toEqual(onTheDay)
    await app.pinAccount(1, '2026-07-01T04:00:00Z')
    expect(await statuses(UNITS)).toEqual({
      ...onTheDay,
      9001: 'V',
      9011: 'L',
      9017: 'N',
    })
    // the row whose status changed, and no other.
    const after = await modified()
    expect(after[9002]).toBe(before[9002])
    expect(after[9001]).toBe('2026-07-01T04:00:00Z')
  })

  test('B13 a filter, a count and an expand see the same day', async () => {
    await app.pinAccount(1, '2026-07-20T12:00:00Z')
    expect(
      await app.ids("/api/Units?$filter=Id eq 9013 and OccupancyStatus eq 'L'&$select=Id"),
    ).toEqual([9013])
    const count = await app.ask("/api/Units/$count?$filter=OccupancyStatus eq 'N'")
    expect([count.text]).toEqual(
      await app.column(
        `select count(*)::text from units u where account_id = 1 and is_rentable
          and exists (select from unavailable_units x where x.account_id = 1 and x.unit_id = u.id
                       and date '2026-07-20' between x.start_date and coalesce(x.end_date, 'infinity'))
          and current_lease_id is null`,
      ),
    )
    const [building] = await app.rows<{ Units: { OccupancyStatus: string }[] }>(
      '/api/Buildings?$filter=Id eq 900&$select=Id&$expand=Units($select=OccupancyStatus;$filter=Id in (9001,9004,9017))',
    )
    expect(building?.Units).toEqual([
      { OccupancyStatus: 'V' },
      { OccupancyStatus: 'N' },
      { OccupancyStatus: 'N' },
    ])
  })

  test('B13 the other account keeps its own day', async () => {
    const [row] = await app.rows('/api/Units?$filter=Id eq 9001&$select=OccupancyStatus', {
      as: 'other',
    })
    expect(row).toEqual({ OccupancyStatus: 'L' })
  })

  test('B13 for rent follows too: the default range starts on the business date (R-026)', async () => {
    await app.pinAccount(1, '2026-08-10T12:00:00Z')
    const rows = await app.rows(
      '/api/Units/ForRent?$filter=UnitId in (9003,9004,9017)&$select=UnitId,AvailableDate,OccupancyStatus',
    )
    expect(rows).toEqual([
      { UnitId: 9003, AvailableDate: '2026-08-10', OccupancyStatus: 'V' },
      { UnitId: 9004, AvailableDate: '2026-09-01', OccupancyStatus: 'N' },
      { UnitId: 9017, AvailableDate: '2026-08-10', OccupancyStatus: 'V' },
    ])
  })
})
