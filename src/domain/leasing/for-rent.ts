/** Arguments of `Units/ForRent`: formats, defaults and limits. The days are SQL's affair. */

import { HapiError } from '../../errors/hapi-error.ts'
import { addDays, daysBetween, type IsoDate, isIsoDate } from './dates.ts'

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
const rangeDaysMax = 1096
const lastDate = '9999-12-31'
const int32Max = 2_147_483_647

/**
 * Checks the parameters and fills the defaults; a start before the business date is raised to it.
 * Throws INVALID_FORMAT, DATE_ORDER and RANGE_TOO_LONG, with the parameter as target.
 */
export function forRentArguments(
  parameters: ForRentParameters,
  businessDate: IsoDate,
): ForRentArguments {
  const givenStart = dateOf(parameters, 'StartDate') ?? businessDate
  const givenEnd = dateOf(parameters, 'EndDate')
  const minimumDays = minimumDaysOf(parameters)
  if (givenEnd !== undefined && givenEnd < givenStart) {
    throw new HapiError(
      'DATE_ORDER',
      { field: 'EndDate', other: 'StartDate' },
      { target: 'EndDate' },
    )
  }
  const startDate = givenStart < businessDate ? businessDate : givenStart
  const endDate = givenEnd ?? defaultEnd(startDate)
  // A range that is over has no day left, which is no error: nothing is found.
  if (daysBetween(startDate, endDate) > rangeDaysMax) {
    throw new HapiError('RANGE_TOO_LONG', { max: rangeDaysMax }, { target: 'EndDate' })
  }
  return { startDate, endDate, minimumDays }
}

function defaultEnd(startDate: IsoDate): IsoDate {
  return daysBetween(startDate, lastDate) < defaultRangeDays
    ? lastDate
    : addDays(startDate, defaultRangeDays)
}

function dateOf(parameters: ForRentParameters, name: 'StartDate' | 'EndDate') {
  const text = parameters[name]
  if (text !== undefined && !isIsoDate(text)) throw invalidFormat(name)
  return text
}

/** A whole number of days, at least one. */
function minimumDaysOf({ MinimumDays: given }: ForRentParameters): number | null {
  if (given === undefined) return null
  const days = typeof given === 'string' && !/^\d{1,10}$/.test(given) ? Number.NaN : Number(given)
  if (!Number.isInteger(days) || days < 1 || days > int32Max) throw invalidFormat('MinimumDays')
  return days
}

function invalidFormat(field: string): HapiError {
  return new HapiError('INVALID_FORMAT', { field }, { target: field })
}
