/** Services and discounts of a tenant: when they are in force, what they may cost, what is fixed once billed. */

import type { Decimal } from 'decimal.js'
import type { Change } from '../command/change.ts'
import {
  dateOf,
  flagOf,
  numberOf,
  type Row,
  requiredDate,
  requiredDecimal,
  requiredNumber,
  requiredText,
  textOf,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { addDays, addMonths, earliest, type IsoDate } from '../leasing/dates.ts'
import { leasesHolding } from '../leasing/lease-hold.ts'
import { coversNewDays } from '../leasing/new-days.ts'
import { roundedProduct } from '../money/round-amount.ts'

/** In force from its start through its end or the departure of its tenant, whichever comes first. */
const inForce: Rule = {
  number: 'R-035',
  on: ['create', 'update'],
  errors: ['DATE_ORDER'],
  async lockFirst(id, context) {
    const service = await context.find('TenantService', id)
    if (service !== undefined) await context.lock('Tenant', numberOf(service, 'TenantId'))
  },
  async prepare(change, context) {
    const tenantId = requiredNumber(change.after, 'TenantId')
    await context.lock('Tenant', tenantId)
    const departure = dateOf(await context.get('Tenant', tenantId), 'DepartureDate')
    change.set('HeldThroughDate', earliest(dateOf(change.after, 'EndDate'), departure))
  },
  check(change) {
    if (!change.changes('StartDate', 'HeldThroughDate')) return
    const start = requiredDate(change.after, 'StartDate')
    const last = dateOf(change.after, 'HeldThroughDate')
    // The end date is not before the start: only a departure is. Such a service would never be billed.
    if (last !== null && last < start)
      change.refuse(
        'DATE_ORDER',
        { field: 'DepartureDate', other: 'StartDate' },
        { target: 'StartDate' },
      )
  },
}

/** What the catalogue says of the service. */
const ofCatalogue: Rule = {
  number: 'R-035',
  on: ['create', 'update'],
  errors: ['SERVICE_INACTIVE', 'DISCOUNT_SIGN'],
  async prepare(change, context) {
    if (change.kind !== 'create' || change.given.has('BillingFrequency')) return
    // The catalogue has the usual frequency of each service.
    change.set(
      'BillingFrequency',
      requiredText(await serviceOf(change, context), 'BillingFrequency'),
    )
  },
  async check(change, context) {
    const service = await serviceOf(change, context)
    if (coversNewDays(change) && !flagOf(service, 'IsActive')) {
      const key = requiredText(service, 'ServiceCode')
      change.refuse('SERVICE_INACTIVE', { key }, { target: 'ServiceId' })
    }
    if (change.changes('Amount') && isDiscount(service) !== amountOf(change).lessThan(0))
      change.refuse('DISCOUNT_SIGN', {}, { target: 'Amount' })
  },
}

function serviceOf(change: Change, context: WriteContext): Promise<Row> {
  return context.get('Service', requiredNumber(change.after, 'ServiceId'))
}

function isDiscount(service: Row): boolean {
  return textOf(service, 'ServiceKind') === 'RB'
}

function amountOf({ after }: Change): Decimal {
  return requiredDecimal(after, 'Amount')
}

const discountWithinRent: Rule = {
  number: 'R-035',
  on: ['create', 'update'],
  errors: ['DISCOUNT_EXCEEDS_RENT'],
  async check(change, context) {
    if (!change.changes('StartDate', 'Amount', 'Quantity', 'BillingFrequency')) return
    if (textOf(change.after, 'BillingFrequency') !== 'M') return
    if (!isDiscount(await serviceOf(change, context))) return
    const monthly = roundedProduct(amountOf(change), requiredDecimal(change.after, 'Quantity'))
    const rent = await rentFrom(change, context)
    if (rent === undefined || monthly.abs().lessThanOrEqualTo(rent)) return
    change.refuse(
      'DISCOUNT_EXCEEDS_RENT',
      { amount: monthly.abs().toFixed(2), rent },
      { target: 'Amount' },
    )
  },
}

/** No Id of a lease: none is left out. */
const NO_LEASE = 0

/**
 * The rent in force on the day when the service starts; before the tenant's lease it is the rent with which
 * the lease begins, so that a discount cannot be entered a day early to pass.
 */
async function rentFrom({ after }: Change, context: WriteContext): Promise<string | undefined> {
  const start = requiredDate(after, 'StartDate')
  // Leases of a tenant do not meet: the first that is not over either holds the day or is the next one.
  const tenantId = requiredNumber(after, 'TenantId')
  const [lease] = await leasesHolding({ tenantId }, { start, end: null }, NO_LEASE, context)
  if (lease === undefined) return undefined
  const id = requiredNumber(lease, 'Id')
  const leaseStart = requiredDate(lease, 'StartDate')
  await context.lock('Lease', id)
  const day = start < leaseStart ? leaseStart : start
  const [found] = await context.query('select rent_amount from leases_rent_on($1, $2, $3, $4)', [
    context.accountId,
    context.businessDate,
    id,
    day,
  ])
  return found?.['rent_amount'] ?? undefined
}

/** What was billed at an amount from a day stays so; the end may follow what was billed, not precede it. */
const fixedOnceBilled: Rule = {
  number: 'R-035',
  on: ['update'],
  errors: ['PERIOD_ALREADY_BILLED'],
  check(change) {
    const period = textOf(change.after, 'LastBilledPeriod')
    if (period === null) return
    for (const property of ['StartDate', 'Amount', 'Quantity'])
      if (change.changes(property)) refuseBilled(change, period, property)
    const end = dateOf(change.after, 'EndDate')
    if (change.changes('EndDate') && end !== null && end < lastDayOf(period))
      refuseBilled(change, period, 'EndDate')
  },
}

function refuseBilled(change: Change, period: string, target: string): void {
  const values = { period, entity: change.type.name, key: change.id }
  change.refuse('PERIOD_ALREADY_BILLED', values, { target })
}

/** Of a period `2026-07`. */
function lastDayOf(period: string): IsoDate {
  return addDays(addMonths(`${period}-01`, 1), -1)
}

/** what was billed stays; the service is then ended by its end date. */
const neverBilled: Rule = {
  number: 'R-012',
  on: ['delete'],
  errors: ['DELETE_RESTRICTED'],
  check(change) {
    if (textOf(change.after, 'LastBilledPeriod') !== null)
      change.refuse('DELETE_RESTRICTED', { entity: change.type.name, key: change.id })
  },
}

export const tenantServiceRules: readonly Rule[] = [
  inForce,
  ofCatalogue,
  discountWithinRent,
  fixedOnceBilled,
  neverBilled,
]
