/** Arguments of `Availability` of a unit, a parking or a storage space. The days are SQL's affair. */

import { endAfter, readDate, requireLength, requireOrder } from './date-range.ts'
import type { IsoDate } from './dates.ts'

/** Parameters as they were sent; undefined when omitted. */
export interface AvailabilityParameters {
  readonly StartDate?: string | undefined
  readonly EndDate?: string | undefined
}

const defaultRangeDays = 365

/**
 * Checks the range and fills its defaults: from the business date, 365 days. Unlike a search for what can be
 * rented, the past may be asked for: it says why a space was not available.
 * Throws INVALID_FORMAT, DATE_ORDER and RANGE_TOO_LONG, with the parameter as target.
 */
export function availabilityRange(
  parameters: AvailabilityParameters,
  businessDate: IsoDate,
): readonly [startDate: IsoDate, endDate: IsoDate] {
  const startDate = readDate(parameters, 'StartDate') ?? businessDate
  const endDate = readDate(parameters, 'EndDate') ?? endAfter(startDate, defaultRangeDays)
  requireOrder(startDate, endDate)
  requireLength(startDate, endDate)
  return [startDate, endDate]
}
