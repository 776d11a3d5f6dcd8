/** Arguments of `Units/ForRent`: formats, defaults and limits. The days are SQL's affair. */

import { endAfter, invalidFormat, readDate, requireLength, requireOrder } from './date-range.ts'
import type { IsoDate } from './dates.ts'

/** Parameters as they were sent; undefined when omitted. */
export interface ForRentParameters {
  readonly StartDate?: string | undefined
  readonly EndDate?: string | undefined
  readonly MinimumDays?: string | number | undefined
}

/** Effective values, in the order of the arguments of `units_for_rent`. */
export interface ForRentArguments {
  /** Never before the business date. */
  readonly startDate: IsoDate
  readonly endDate: IsoDate
  /** Null: those of each unit's division. */
  readonly minimumDays: number | null
}

const defaultRangeDays = 90
const int32Max = 2_147_483_647

/**
 * Checks the parameters and fills the defaults; a start before the business date is raised to it.
 * Throws INVALID_FORMAT, DATE_ORDER and RANGE_TOO_LONG, with the parameter as target.
 */
export function forRentArguments(
  parameters: ForRentParameters,
  businessDate: IsoDate,
): ForRentArguments {
  const givenStart = readDate(parameters, 'StartDate') ?? businessDate
  const givenEnd = readDate(parameters, 'EndDate')
  const minimumDays = minimumDaysOf(parameters)
  if (givenEnd !== undefined) requireOrder(givenStart, givenEnd)
  const startDate = givenStart < businessDate ? businessDate : givenStart
  const endDate = givenEnd ?? endAfter(startDate, defaultRangeDays)
  // A range that is over has no day left, which is no error: nothing is found.
  requireLength(startDate, endDate)
  return { startDate, endDate, minimumDays }
}

/** A whole number of days, at least one. */
function minimumDaysOf({ MinimumDays: given }: ForRentParameters): number | null {
  if (given === undefined) return null
  const days = typeof given === 'string' && !/^\d{1,10}$/.test(given) ? Number.NaN : Number(given)
  if (!Number.isInteger(days) || days < 1 || days > int32Max) throw invalidFormat('MinimumDays')
  return days
}
