/** Dates and ranges of dates as parameters of bound functions: their format, order, length and default end. */

import { HapiError } from '../../errors/hapi-error.ts'
import { addDays, daysBetween, type IsoDate, isIsoDate } from './dates.ts'

/** The longest range that a function takes. */
const rangeDaysMax = 1096
const lastDate = '9999-12-31'

/**
 * The date that was sent; undefined when omitted.
 * Throws INVALID_FORMAT, with the parameter as target.
 */
export function readDate<Name extends string>(
  parameters: Readonly<Partial<Record<Name, string | undefined>>>,
  name: Name,
): IsoDate | undefined {
  const text = parameters[name]
  if (text !== undefined && !isIsoDate(text)) throw invalidFormat(name)
  return text
}

/** INVALID_FORMAT of a parameter, to be thrown. */
export function invalidFormat(field: string): HapiError {
  return new HapiError('INVALID_FORMAT', { field }, { target: field })
}

/** The date `days` after the start, within the calendar. */
export function endAfter(start: IsoDate, days: number): IsoDate {
  return daysBetween(start, lastDate) < days ? lastDate : addDays(start, days)
}

/** Throws DATE_ORDER when the end lies before the start. */
export function requireOrder(startDate: IsoDate, endDate: IsoDate): void {
  if (endDate >= startDate) return
  throw new HapiError('DATE_ORDER', { field: 'EndDate', other: 'StartDate' }, { target: 'EndDate' })
}

/** Throws RANGE_TOO_LONG. */
export function requireLength(startDate: IsoDate, endDate: IsoDate): void {
  if (daysBetween(startDate, endDate) <= rangeDaysMax) return
  throw new HapiError('RANGE_TOO_LONG', { max: rangeDaysMax }, { target: 'EndDate' })
}
