/** Units: the number of rooms, and the states of a unit that comes or changes. */

import { decimalOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'

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
