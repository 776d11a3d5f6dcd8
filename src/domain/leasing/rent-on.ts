/** The argument of `Leases/RentOn`: the date whose rent is asked. */

import { HapiError } from '../../errors/hapi-error.ts'
import { readDate } from './date-range.ts'
import type { IsoDate } from './dates.ts'

/**
 * Any date of the calendar: the rule knows a rent for each, the initial one before the first change.
 * Throws REQUIRED_FIELD and INVALID_FORMAT.
 */
export function rentOnDate(parameters: { readonly Date?: string | undefined }): IsoDate {
  const date = readDate(parameters, 'Date')
  if (date === undefined)
    throw new HapiError('REQUIRED_FIELD', { field: 'Date' }, { target: 'Date' })
  return date
}
