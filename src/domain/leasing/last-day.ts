/** Last days of what is held: the first free day after one has to be a date too. */

import type { Change } from '../command/change.ts'
import { dateOf } from '../command/row.ts'
import type { IsoDate } from './dates.ts'

/** Dates have four digits for the year; nothing follows the very last one. */
const FIRST_DATE: IsoDate = '0001-01-01'
const LAST_DAY_MAX: IsoDate = '9999-12-30'

/** Refuses with VALUE_OUT_OF_RANGE a last day that no day follows; without known end is null. */
export function refuseEndOfTime(change: Change, field: 'DepartureDate' | 'EndDate'): void {
  const day = dateOf(change.after, field)
  if (day === null || day <= LAST_DAY_MAX || !change.changes(field)) return
  change.refuse(
    'VALUE_OUT_OF_RANGE',
    { field, min: FIRST_DATE, max: LAST_DAY_MAX },
    { target: field },
  )
}
