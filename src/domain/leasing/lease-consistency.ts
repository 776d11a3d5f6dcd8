/** a lease agrees with itself and with its unit. */

import { model } from '../../model/model.ts'
import type { Change } from '../command/change.ts'
import { keyText } from '../command/key-text.ts'
import { dateOf, flagOf, requiredDate, requiredNumber, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import type { IsoDate } from './dates.ts'
import { fillLease, lockUnitAndTenantOf, rollOver, touchHolders } from './lease-fields.ts'
import { isTermTooLong } from './lease-term.ts'

export const leaseConsistency: Rule = {
  number: 'R-021',
  on: ['create', 'update'],
  errors: [
    'LEASE_END_DATE_REQUIRED',
    'LEASE_END_DATE_FORBIDDEN',
    'VALUE_OUT_OF_RANGE',
    'LEASE_TERM_TOO_LONG',
    'DATE_ORDER',
    'INVALID_CODE',
    'UNIT_NOT_RENTABLE',
  ],
  lockFirst: lockUnitAndTenantOf,
  prepare: fillLease,
  check: async (change, context) => {
    checkRenewable(change)
    if (change.kind !== 'create') return
    checkDates(change)
    await checkDeparture(change, context)
    await checkUnit(change, context)
  },
  apply: (change, context) => {
    touchHolders(change, context)
    if (change.changes('HeldThroughDate')) rollOver(change, context)
  },
}

/** An indeterminate lease has no end at which it could stop. */
function checkRenewable(change: Change): void {
  const { after } = change
  if (requiredText(after, 'LeaseType') === 'I' && !flagOf(after, 'IsRenewable'))
    change.refuse(
      'INVALID_CODE',
      { value: 'false', field: 'IsRenewable' },
      { target: 'IsRenewable' },
    )
}

/** Starts outside of these are slips of the pen; within them no date of a lease passes the year 9999. */
const FIRST_START: IsoDate = '1900-01-01'
const LAST_START: IsoDate = '2999-12-31'

function checkDates(change: Change): void {
  const startDate = requiredDate(change.after, 'StartDate')
  const endDate = dateOf(change.after, 'EndDate')
  if (startDate < FIRST_START || startDate > LAST_START)
    change.refuse(
      'VALUE_OUT_OF_RANGE',
      { field: 'StartDate', min: FIRST_START, max: LAST_START },
      { target: 'StartDate' },
    )
  const isFixed = requiredText(change.after, 'LeaseType') === 'F'
  if (isFixed && endDate === null)
    change.refuse('LEASE_END_DATE_REQUIRED', {}, { target: 'EndDate' })
  if (!isFixed && endDate !== null)
    change.refuse('LEASE_END_DATE_FORBIDDEN', {}, { target: 'EndDate' })
  if (isFixed && endDate !== null && isTermTooLong(startDate, endDate))
    change.refuse('LEASE_TERM_TOO_LONG', {}, { target: 'EndDate' })
}

/**
 * A tenant who left before the start would hold no day of the lease, and no departure may precede the
 * start of a lease: the departure is withdrawn first, or the person gets another tenant account.
 */
async function checkDeparture(change: Change, context: WriteContext): Promise<void> {
  const tenant = await context.get('Tenant', requiredNumber(change.after, 'TenantId'))
  const departureDate = dateOf(tenant, 'DepartureDate')
  if (departureDate !== null && departureDate < requiredDate(change.after, 'StartDate'))
    change.refuse(
      'DATE_ORDER',
      { field: 'DepartureDate', other: 'StartDate' },
      { target: 'StartDate' },
    )
}

async function checkUnit(change: Change, context: WriteContext): Promise<void> {
  const unit = await context.get('Unit', requiredNumber(change.after, 'UnitId'))
  if (!flagOf(unit, 'IsActive') || !flagOf(unit, 'IsRentable'))
    change.refuse(
      'UNIT_NOT_RENTABLE',
      { key: keyText(model.getType('Unit'), unit) },
      { target: 'UnitId' },
    )
  const category = requiredText(change.after, 'LeaseCategory')
  if (category !== 'C' && ['C', 'I'].includes(requiredText(unit, 'UsageType')))
    change.refuse(
      'INVALID_CODE',
      { value: category, field: 'LeaseCategory' },
      { target: 'LeaseCategory' },
    )
}
