/**
 * Units: the number of rooms, the states of a unit that comes or changes, and the notice
 * windows of its leases when the law calls it a room or no longer.
 */

import { decimalOf, flagOf, type Row, requiredDate, requiredNumber } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import { noticeWindow } from '../leasing/lease-term.ts'

/** Null, or a multiple of 0.5 from 1 to 20: the half is the bathroom. */
export const numberOfRooms: Rule = {
  number: 'R-044',
  on: ['create', 'update'],
  errors: ['ROOMS_NOT_HALF_STEP'],
  check(change) {
    const rooms = decimalOf(change.after, 'NumberOfRooms')
    if (rooms === null || !change.changes('NumberOfRooms')) return
    if (rooms.lessThan(1) || rooms.greaterThan(20) || !rooms.times(2).isInteger())
      change.refuse('ROOMS_NOT_HALF_STEP', {}, { target: 'NumberOfRooms' })
  },
}

/** A new unit is vacant until its states are computed; they follow what makes it rentable. */
export const unitStates: Rule = {
  number: 'R-024',
  on: ['create', 'update'],
  errors: [],
  prepare(change) {
    if (change.kind === 'create') change.set('OccupancyStatus', 'V')
  },
  apply(change, context) {
    if (change.changes('IsActive', 'IsRentable')) context.touched.add('Unit', change.id)
  },
}

/**
 * The window of a room is shorter. One that is over gets it too: it goes on when its tenant's departure is
 * withdrawn.
 */
export const roomWindows: Rule = {
  number: 'R-040',
  on: ['update'],
  errors: [],
  async apply(change, context) {
    if (!change.changes('IsRoom')) return
    const isRoom = flagOf(change.after, 'IsRoom')
    const leases = await context.select(
      'Lease',
      "unit_id = $2 and lease_category = 'R' and end_date is not null and cancelled_date is null",
      [change.id],
    )
    await context.lock('Lease', ...leases.map(({ Id }) => Number(Id)))
    for (const lease of leases)
      await context.update('Lease', requiredNumber(lease, 'Id'), windowOf(lease, isRoom))
  },
}

function windowOf(lease: Row, isRoom: boolean): Row {
  const { start, end } = noticeWindow(
    requiredDate(lease, 'TermStartDate'),
    requiredDate(lease, 'EndDate'),
    isRoom,
  )
  return { NoticeWindowStart: start, NoticeWindowEnd: end }
}
