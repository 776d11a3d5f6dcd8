/** what section F of the lease restricts, and for which dwellings (C.c.Q. 1955). */

import { Decimal } from 'decimal.js'
import type { Change } from '../command/change.ts'
import {
  dateOf,
  decimalOf,
  flagOf,
  type Row,
  requiredDate,
  requiredDecimal,
  requiredNumber,
  requiredText,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import { addMonths, type IsoDate } from './dates.ts'

export const sectionF: Rule = {
  number: 'R-045',
  on: ['create', 'update'],
  errors: ['SECTION_F_NOT_APPLICABLE', 'REQUIRED_FIELD', 'SECTION_F_MAXIMUM_EXCEEDED'],
  check: async (change, context) => {
    if (!flagOf(change.after, 'IsSectionF')) return
    if (!change.changes('IsSectionF', 'SectionFMaximumRent')) return
    const unit = await context.get('Unit', requiredNumber(change.after, 'UnitId'))
    const building = await context.get('Building', requiredNumber(unit, 'BuildingId'))
    if (!isSectionFApplicable(change.after, building, requiredDate(change.after, 'StartDate')))
      change.refuse(
        'SECTION_F_NOT_APPLICABLE',
        { date: requiredDate(change.after, 'StartDate') },
        { target: 'IsSectionF' },
      )
    else checkMaximum(change, building)
  },
}

const YEARS_RUN_MONTHS = 60
/** Since then the maximum has to be written into the lease. */
const MAXIMUM_REQUIRED_SINCE: IsoDate = '2024-02-21'

/** Whether the section may restrict a term of this lease that starts on a date. */
export function isSectionFApplicable(lease: Row, building: Row, date: IsoDate): boolean {
  if (requiredText(lease, 'LeaseCategory') !== 'R') return false
  return requiredText(building, 'BuildingType') === 'COO' || areYearsRunning(building, date)
}

/** Whether the five years since the building was ready for use still run on this day. */
export function areYearsRunning(building: Row, date: IsoDate): boolean {
  const ready = dateOf(building, 'ReadyForUseDate')
  return ready !== null && date < addMonths(ready, YEARS_RUN_MONTHS)
}

function checkMaximum(change: Change, building: Row): void {
  const maximum = decimalOf(change.after, 'SectionFMaximumRent')
  const ready = dateOf(building, 'ReadyForUseDate')
  if (maximum === null) {
    if (ready !== null && ready >= MAXIMUM_REQUIRED_SINCE)
      change.refuse(
        'REQUIRED_FIELD',
        { field: 'SectionFMaximumRent' },
        { target: 'SectionFMaximumRent' },
      )
    return
  }
  if (!areYearsRunning(building, requiredDate(change.after, 'StartDate'))) return
  const rent = Decimal.max(
    requiredDecimal(change.after, 'InitialRentAmount'),
    requiredDecimal(change.after, 'RentAmount'),
  )
  if (rent.greaterThan(maximum))
    change.refuse(
      'SECTION_F_MAXIMUM_EXCEEDED',
      { amount: maximum.toFixed(2) },
      { target: change.kind === 'create' ? 'RentAmount' : 'SectionFMaximumRent' },
    )
}
