import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureCalendarStates } from '../../src/domain/leasing/calendar.ts'
import { createDemoAccount, pinClock, rowsOf } from '../demo/demo-account.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const onT = '2026-06-15T04:05:00Z'
const onMovingDay = '2026-07-01T04:05:00Z'

let db: TestDatabase
/** On T = 2026-06-15. */
let today: number
/** The same portfolio after its clock moved to 2026-07-01. */
let movingDay: number

beforeAll(async () => {
  db = await createTestDatabase()
  today = await createDemoAccount(db.database, 'TEST/TODAY')
  movingDay = await createDemoAccount(db.database, 'TEST/MOVING')
  await moveTo(movingDay, onMovingDay)
})

afterAll(async () => {
  await db.drop()
})

async function moveTo(accountId: number, instant: string): Promise<void> {
  await pinClock(db.database, accountId, instant)
  const clock = { accountId, pinnedAt: new Date(instant) }
  await ensureCalendarStates(db.database, clock, new Date(0))
}

function values(accountId: number, table: string, columns: string, ids: readonly number[]) {
  return rowsOf(
    db.database,
    accountId,
    `select id, ${columns} from ${table} where account_id = $1 and id = any($2) order by id`,
    [accountId, ids],
  )
}

describe('R-020 Interval held by a lease', () => {
  test('(1) to (3): departure, renewable without departure, not renewable', async () => {
    expect(
      await values(
        today,
        'leases',
        'start_date, end_date, is_renewable, held_through_date',
        [9201, 9202, 9208],
      ),
    ).toEqual([
      ['9201', '2025-07-01', '2026-06-30', true, '2026-06-30'],
      ['9202', '2025-07-01', '2026-06-30', true, null],
      ['9208', '2025-09-01', '2026-08-31', false, '2026-08-31'],
    ])
  })

  test('an indeterminate lease holds without end, a departure inside the term shortens it', async () => {
    expect(
      await values(today, 'leases', 'lease_type, end_date, held_through_date', [9209, 9225, 9264]),
    ).toEqual([
      ['9209', 'I', null, null],
      ['9225', 'F', '2027-06-30', '2026-07-31'],
      ['9264', 'F', '2026-06-30', '2026-05-31'],
    ])
  })
})

describe('R-021 Consistency of a lease', () => {
  test('Status and TermMonths on T', async () => {
    expect(
      await values(today, 'leases', 'status, term_months', [9201, 9211, 9213, 9218, 9263]),
    ).toEqual([
      ['9201', 'A', '12'],
      ['9211', 'S', '36'],
      ['9213', 'S', null],
      ['9218', 'A', '10'],
      ['9263', 'T', '19'],
    ])
  })

  test('on 2026-07-01 the ended lease is T and the next one is A', async () => {
    expect(await values(movingDay, 'leases', 'status', [9201, 9202, 9205, 9255, 9257])).toEqual([
      ['9201', 'T'],
      ['9202', 'A'],
      ['9205', 'T'],
      ['9255', 'A'],
      ['9257', 'S'],
    ])
  })

  test('a draft is P and a cancelled lease is X, whatever their dates', async () => {
    const statuses = await rowsOf(
      db.database,
      today,
      `select lease_status(null, null, '2025-07-01', null, '2026-06-15'),
              lease_status('2026-06-01', '2026-05-01', '2025-07-01', null, '2026-06-15')`,
    )
    expect(statuses).toEqual([['P', 'X']])
  })
})

describe('R-023 One lease at a time per tenant account', () => {
  test('the unit is that of the lease that holds T, else the next, else the last', async () => {
    const columns = 'status, unit_id, building_code, unit_code, current_lease_id'
    expect(await values(today, 'tenants', columns, [9101, 9111, 9161, 9171])).toEqual([
      ['9101', 'A', '9001', '900DEMO', '101', '9201'],
      ['9111', 'F', '9011', '900DEMO', '111', null],
      ['9161', 'P', '9011', '900DEMO', '111', null],
      // A parking space and no dwelling.
      ['9171', 'A', null, null, null, null],
    ])
  })

  test('of several leases: current before next, next before last, the nearest of each', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/SEVERAL')
    const unitAfter = async (change: string) => {
      await rowsOf(db.database, accountId, change, [accountId])
      await rowsOf(db.database, accountId, 'select refresh_tenant_states($1, $2)', [
        accountId,
        '2026-06-15',
      ])
      const [row] = await values(accountId, 'tenants', 'unit_id, status, current_lease_id', [9161])
      return row?.slice(1)
    }
    // Tenant 9161 left unit 9011; give him leases that other tenants hold in the recipe, for days of their own.
    const given = (lease: number, start: string, end: string) =>
      unitAfter(`update leases
                    set tenant_id = 9161, start_date = '${start}', held_through_date = '${end}'
                  where account_id = $1 and id = ${lease}`)
    expect(await given(9263, '2022-07-01', '2023-01-31')).toEqual(['9011', 'P', null])
    expect(await given(9257, '2026-10-01', '2027-09-30')).toEqual(['9007', 'F', null])
    expect(await given(9255, '2026-07-01', '2026-09-30')).toEqual(['9005', 'F', null])
    expect(await given(9214, '2026-06-01', '2026-06-30')).toEqual(['9014', 'A', '9214'])
    expect(
      await unitAfter(`update leases set cancelled_date = '2026-06-15'
                        where account_id = $1 and tenant_id = 9161`),
    ).toEqual(['9014', 'N', null])
  })
})

describe('R-024 OccupancyStatus describes the business date only', () => {
  test('(1) a unit with a departure is L until that day and V the day after', async () => {
    expect(await values(today, 'units', 'occupancy_status', [9001])).toEqual([['9001', 'L']])
    expect(await values(movingDay, 'units', 'occupancy_status', [9001])).toEqual([['9001', 'V']])
  })

  test('(2) a past unavailability does not count', async () => {
    expect(await values(today, 'units', 'occupancy_status', [9003])).toEqual([['9003', 'V']])
  })

  test('(3) unavailable, administrative, leased in the future, leased and damaged', async () => {
    expect(await values(today, 'units', 'occupancy_status', [9004, 9010, 9011, 9020])).toEqual([
      ['9004', 'N'],
      ['9010', 'A'],
      ['9011', 'V'],
      ['9020', 'L'],
    ])
  })

  test('on 2026-07-01: new leases hold, a renovation begins, one goes on', async () => {
    expect(
      await values(
        movingDay,
        'units',
        'occupancy_status',
        [9002, 9003, 9004, 9005, 9007, 9010, 9011, 9013, 9017, 9020],
      ),
    ).toEqual([
      ['9002', 'L'],
      ['9003', 'V'],
      ['9004', 'N'],
      ['9005', 'L'],
      ['9007', 'V'],
      ['9010', 'A'],
      ['9011', 'L'],
      ['9013', 'V'],
      ['9017', 'N'],
      ['9020', 'L'],
    ])
  })

  test('the current lease, tenant and rent are those of the lease that holds T', async () => {
    const columns = 'current_lease_id, current_tenant_id, current_rent, next_lease_start_date'
    expect(await values(today, 'units', columns, [9003, 9005, 9011])).toEqual([
      ['9003', null, null, null, null],
      ['9005', '9205', '9105', '950.00', '2026-07-01'],
      ['9011', null, null, null, '2026-07-01'],
    ])
    expect(await values(movingDay, 'units', columns, [9003, 9005, 9011])).toEqual([
      ['9003', null, null, null, null],
      ['9005', '9255', '9155', '950.00', null],
      ['9011', '9211', '9111', '1000.00', null],
    ])
  })
})

describe('R-025 AvailableDate of a unit', () => {
  test('on T', async () => {
    expect(
      await values(today, 'units', 'available_date', [9001, 9002, 9003, 9004, 9011, 9017]),
    ).toEqual([
      ['9001', '2026-07-01'],
      ['9002', null],
      ['9003', '2026-06-15'],
      ['9004', '2026-09-01'],
      ['9011', null],
      ['9017', '2026-08-01'],
    ])
  })

  test('it is null for a unit that cannot be rented, and any day however far otherwise', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/FAR')
    await rowsOf(
      db.database,
      accountId,
      `update leases set is_renewable = false, held_through_date = '2029-09-15'
        where account_id = $1 and id = 9601`,
      [accountId],
    )
    await rowsOf(db.database, accountId, 'select refresh_unit_states($1, $2)', [
      accountId,
      '2026-06-15',
    ])
    expect(await values(accountId, 'units', 'available_date', [9010, 9501])).toEqual([
      ['9010', null],
      ['9501', '2029-09-16'],
    ])
  })
})

describe('R-033, R-034 Parking and storage spaces', () => {
  const columns = 'is_occupied, current_tenant_id, available_date'

  test('on T: kept by a renewable rental, freed by a departure, by an end date, free', async () => {
    expect(await values(today, 'parkings', columns, [1445, 9301, 9302, 9303, 9304, 9306])).toEqual([
      ['1445', true, '7535', null],
      ['9301', true, '9102', null],
      ['9302', true, '9101', '2026-07-01'],
      ['9303', true, '9109', '2026-07-01'],
      ['9304', false, null, '2026-06-15'],
      ['9306', true, '9171', null],
    ])
    expect(await values(today, 'storages', columns, [510, 9351, 9352, 9353])).toEqual([
      ['510', true, '7535', null],
      ['9351', true, '9101', '2026-07-01'],
      ['9352', true, '9102', null],
      ['9353', false, null, '2026-06-15'],
    ])
  })

  test('R-034: the day after the departure the space is free', async () => {
    expect(await values(movingDay, 'parkings', columns, [9301, 9302])).toEqual([
      ['9301', true, '9102', null],
      ['9302', false, null, '2026-07-01'],
    ])
    expect(await values(movingDay, 'storages', columns, [9351])).toEqual([
      ['9351', false, null, '2026-07-01'],
    ])
    expect(await values(today, 'tenant_parkings', 'held_through_date', [9401, 9402, 9403])).toEqual(
      [
        ['9401', null],
        ['9402', '2026-06-30'],
        ['9403', '2026-06-30'],
      ],
    )
  })
})

describe('R-040 Window of the notice of modification', () => {
  test('the windows of the stored leases', async () => {
    expect(
      await values(
        today,
        'leases',
        'notice_window_start, notice_window_end',
        [9209, 9211, 9218, 9219, 9601],
      ),
    ).toEqual([
      ['9209', null, null],
      ['9211', '2029-01-01', '2029-03-31'],
      ['9218', '2026-05-01', '2026-05-31'],
      ['9219', '2026-06-11', '2026-06-20'],
      ['9601', null, null],
    ])
  })
})

describe('R-046 New lessee notice', () => {
  test('LowestRentLast12Months: the lowest rent in force on a day of the last 12 months', async () => {
    expect(
      await values(today, 'units', 'lowest_rent_last12_months', [9003, 9011, 9013, 9014]),
    ).toEqual([
      ['9003', '940.00'],
      ['9011', '985.00'],
      ['9013', null],
      ['9014', '950.00'],
    ])
  })

  test('a price change inside the window counts, and both rents around it', async () => {
    const lowest = (start: string, end: string) =>
      rowsOf(db.database, today, 'select amount from lowest_rent($1, 9011, $2, $3)', [
        today,
        start,
        end,
      ])
    expect(await lowest('2024-06-30', '2024-07-31')).toEqual([['960.00']])
    expect(await lowest('2024-07-01', '2024-07-31')).toEqual([['985.00']])
    expect(await lowest('2023-01-01', '2023-06-30')).toEqual([[null]])
    expect(await lowest('2026-06-01', '2027-07-01')).toEqual([['1000.00']])
    expect(await lowest('2028-06-30', '2028-07-31')).toEqual([['1020.00']])
  })
})

describe('R-100 Reservations', () => {
  test('(1) IsReserved while an accepted application reserves T', async () => {
    const accountId = await createDemoAccount(db.database, 'TEST/RESERVED')
    await rowsOf(
      db.database,
      accountId,
      `update rental_applications
          set status = 'A', decision_date = '2026-06-16', reserved_until = '2026-06-26'
        where account_id = $1 and id = 310`,
      [accountId],
    )
    const reservedOn = async (date: string) => {
      await rowsOf(db.database, accountId, 'select refresh_unit_states($1, $2)', [accountId, date])
      const [row] = await values(accountId, 'units', 'is_reserved, reserved_until', [9001])
      return row?.slice(1)
    }
    expect(await reservedOn('2026-06-15')).toEqual([false, '2026-06-26'])
    expect(await reservedOn('2026-06-16')).toEqual([true, '2026-06-26'])
    expect(await reservedOn('2026-06-26')).toEqual([true, '2026-06-26'])
    expect(await reservedOn('2026-06-27')).toEqual([false, '2026-06-26'])
  })
})

describe('R-017 Modification dates', () => {
  test('(1) (2): on 2026-07-01 unit 9001 changes at that instant, unit 9002 not at all', async () => {
    expect(await values(movingDay, 'units', 'modified_date', [9001, 9002])).toEqual([
      ['9001', '2026-07-01 04:05:00+00'],
      ['9002', '2026-06-15 04:05:00+00'],
    ])
    expect(await values(today, 'units', 'modified_date', [9001])).toEqual([
      ['9001', '2026-06-15 04:05:00+00'],
    ])
  })

  test('R-032 (2): the rows that change on 2026-07-01 around unit 9001', async () => {
    const changed = (table: string, id: number) => values(movingDay, table, 'modified_date', [id])
    for (const [table, id] of [
      ['units', 9001],
      ['leases', 9201],
      ['tenants', 9101],
      ['parkings', 9302],
      ['storages', 9351],
    ] as const) {
      expect(await changed(table, id)).toEqual([[String(id), '2026-07-01 04:05:00+00']])
    }
    expect(await changed('tenant_parkings', 9402)).toEqual([['9402', '2026-03-15 14:00:00+00']])
    expect(await values(movingDay, 'tenants', 'status, current_lease_id', [9101])).toEqual([
      ['9101', 'P', null],
    ])
  })

  test('refreshing again for the same date changes no row', async () => {
    const before = await rowsOf(
      db.database,
      today,
      'select id, xmin from units where account_id = $1 order by id',
      [today],
    )
    await rowsOf(db.database, today, 'select refresh_unit_states($1, $2)', [today, '2026-06-15'])
    const after = await rowsOf(
      db.database,
      today,
      'select id, xmin from units where account_id = $1 order by id',
      [today],
    )
    expect(after).toEqual(before)
    expect(before.length).toBeGreaterThan(500)
  })

  test('no clock of one transaction leaks into the next statement', async () => {
    await moveTo(today, onT)
    expect(await rowsOf(db.database, today, "select current_setting('hapi.clock', true)")).toEqual([
      [''],
    ])
  })
})
