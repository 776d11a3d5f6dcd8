/** the notice that offers the next term of a lease, and R-045 where section F limits its rent. */

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
import type { WriteContext } from '../command/write-context.ts'
import { addDays, addMonths, type IsoDate } from './dates.ts'
import {
  indeterminateNoticeWindow,
  isTermTooLong,
  type NoticeWindow,
  noticeWindow,
} from './lease-term.ts'
import { lockLease, lockLeaseOf } from './lock-lease.ts'
import { areYearsRunning } from './section-f.ts'

export const renewalNotice: Rule = {
  number: 'R-040',
  on: ['create', 'update'],
  errors: [
    'RENEWAL_NOT_APPLICABLE',
    'NOTICE_IN_FUTURE',
    'NOTICE_OUT_OF_WINDOW',
    'REQUIRED_FIELD',
    'VALUE_OUT_OF_RANGE',
    'LEASE_END_DATE_FORBIDDEN',
    'LEASE_TERM_TOO_LONG',
    'DATE_ORDER',
  ],
  lockFirst: (id, context) => lockLeaseOf('LeaseRenewal', id, context),
  prepare: async (change, context) => {
    if (change.kind === 'create') await prepareOffer(change, context)
    computeIncrease(change)
    computeDeadlines(change, context.businessDate)
  },
  check: async (change, context) => {
    const lease = await leaseOf(change, context)
    if (change.kind === 'create') refuseNewStart(change, lease)
    if (change.changes('NoticeReceivedDate')) await refuseNotApplicable(change, lease, context)
    refuseNewEnd(change, lease)
    refuseFutureNotice(change, context.businessDate)
    refuseOutOfWindow(change)
  },
}

function leaseOf(change: Change, context: WriteContext): Promise<Row> {
  return context.get('Lease', requiredNumber(change.after, 'LeaseId'))
}

/** What the lease says when the renewal is prepared. */
async function prepareOffer(change: Change, context: WriteContext): Promise<void> {
  const lease = await lockLease(requiredNumber(change.after, 'LeaseId'), context)
  const endDate = dateOf(lease, 'EndDate')
  change.set('CurrentEndDate', endDate)
  change.set('CurrentRent', await rentToday(lease, context))
  if (dateOf(change.after, 'NewStartDate') === null) {
    if (endDate === null || endDate >= LAST_DATE) {
      // An indeterminate lease has no end that would say when the change takes effect.
      const field = 'NewStartDate'
      return change.refuse('REQUIRED_FIELD', { field }, { target: field })
    }
    change.set('NewStartDate', addDays(endDate, 1))
  }
  const window = await windowOf(change, lease, context)
  change.set('WindowStart', window?.start ?? null)
  change.set('WindowEnd', window?.end ?? null)
}

/** The calendar ends with the year 9999. */
const LAST_DATE: IsoDate = '9999-12-31'

async function rentToday(lease: Row, context: WriteContext): Promise<string> {
  const [row] = await context.query('select lease_rent_on($1, $2, $3) as rent', [
    context.accountId,
    lease['Id'],
    context.businessDate,
  ])
  return row?.['rent'] ?? requiredText(lease, 'RentAmount')
}

/** Undefined for a commercial lease: it has no window. */
async function windowOf(
  change: Change,
  lease: Row,
  context: WriteContext,
): Promise<NoticeWindow | undefined> {
  if (requiredText(lease, 'LeaseCategory') !== 'R') return undefined
  const unit = await context.get('Unit', requiredNumber(lease, 'UnitId'))
  const endDate = dateOf(lease, 'EndDate')
  return endDate === null
    ? indeterminateNoticeWindow(requiredDate(change.after, 'NewStartDate'), flagOf(unit, 'IsRoom'))
    : noticeWindow(requiredDate(lease, 'TermStartDate'), endDate, flagOf(unit, 'IsRoom'))
}

function computeIncrease(change: Change): void {
  const current = requiredDecimal(change.after, 'CurrentRent')
  const increase = requiredDecimal(change.after, 'NewRent').minus(current)
  change.set('IncreaseAmount', increase.toFixed(2))
  // Of nothing there is no percentage; and what the field cannot say any more is no offer but a slip.
  const percent = current.isZero() ? new Decimal(0) : increase.dividedBy(current).times(100)
  change.set('IncreasePercent', Decimal.min(percent, PERCENT_MAX).toFixed(3))
}

const PERCENT_MAX = new Decimal('9999.999')

/** one month to answer, and one month after a refusal to apply. */
function computeDeadlines(change: Change, businessDate: IsoDate): void {
  const received = dateOf(change.after, 'NoticeReceivedDate')
  change.set('ResponseDeadline', received === null ? null : addMonths(received, 1))
  const response = change.after['Response'] ?? null
  // An answer without a date has come today.
  if (response !== null && dateOf(change.after, 'ResponseDate') === null)
    change.set('ResponseDate', businessDate)
  const answered = dateOf(change.after, 'ResponseDate')
  change.set('TalDeadline', response === 'R' && answered !== null ? addMonths(answered, 1) : null)
}

/** The next term begins the day after this one; a change of an indeterminate lease, some day after its start. */
function refuseNewStart(change: Change, lease: Row): void {
  const endDate = dateOf(lease, 'EndDate')
  const date = requiredDate(change.after, 'NewStartDate')
  const min = addDays(endDate ?? requiredDate(lease, 'StartDate'), 1)
  if (endDate === null ? date >= min : date === min) return
  const field = 'NewStartDate'
  const max = endDate === null ? '…' : min
  change.refuse('VALUE_OUT_OF_RANGE', { field, min, max }, { target: field })
}

function refuseNewEnd(change: Change, lease: Row): void {
  const end = dateOf(change.after, 'NewEndDate')
  if (end === null || !change.changes('NewEndDate')) return
  const target = { target: 'NewEndDate' }
  if (requiredText(lease, 'LeaseType') === 'I')
    change.refuse('LEASE_END_DATE_FORBIDDEN', {}, target)
  else if (end < requiredDate(change.after, 'NewStartDate'))
    change.refuse('DATE_ORDER', { field: 'NewEndDate', other: 'NewStartDate' }, target)
  else if (isTermTooLong(requiredDate(change.after, 'NewStartDate'), end))
    change.refuse('LEASE_TERM_TOO_LONG', {}, target)
}

async function refuseNotApplicable(
  change: Change,
  lease: Row,
  context: WriteContext,
): Promise<void> {
  const tenant = await context.get('Tenant', requiredNumber(lease, 'TenantId'))
  const isApplicable =
    flagOf(lease, 'IsRenewable') &&
    dateOf(lease, 'CancelledDate') === null &&
    dateOf(tenant, 'DepartureDate') === null
  if (!isApplicable)
    change.refuse(
      'RENEWAL_NOT_APPLICABLE',
      { lease: requiredText(lease, 'LeaseNo') },
      { target: 'LeaseId' },
    )
}

function refuseFutureNotice(change: Change, businessDate: IsoDate): void {
  for (const field of ['NoticeDate', 'NoticeReceivedDate']) {
    const date = dateOf(change.after, field)
    if (date !== null && date > businessDate && change.changes(field))
      change.refuse('NOTICE_IN_FUTURE', { field, date: businessDate }, { target: field })
  }
}

/** The day on which the notice was received decides; while that is not known, the day on which it was sent. */
function refuseOutOfWindow(change: Change): void {
  const start = dateOf(change.after, 'WindowStart')
  const end = dateOf(change.after, 'WindowEnd')
  const isReceived = dateOf(change.after, 'NoticeReceivedDate') !== null
  const field = isReceived ? 'NoticeReceivedDate' : 'NoticeDate'
  const date = dateOf(change.after, field)
  if (date === null || start === null || end === null || !change.changes(field)) return
  if (date < start || date > end)
    change.refuse('NOTICE_OUT_OF_WINDOW', { start, end }, { target: field })
}

/** While the five years of section F run, the rent of the next term stays within what was declared. */
export const renewalSectionF: Rule = {
  number: 'R-045',
  on: ['create', 'update'],
  errors: ['SECTION_F_MAXIMUM_EXCEEDED'],
  check: async (change, context) => {
    if (!change.changes('NewRent')) return
    const lease = await leaseOf(change, context)
    const maximum = decimalOf(lease, 'SectionFMaximumRent')
    if (!flagOf(lease, 'IsSectionF') || maximum === null) return
    if (!requiredDecimal(change.after, 'NewRent').greaterThan(maximum)) return
    const unit = await context.get('Unit', requiredNumber(lease, 'UnitId'))
    const building = await context.get('Building', requiredNumber(unit, 'BuildingId'))
    if (areYearsRunning(building, requiredDate(change.after, 'NewStartDate')))
      change.refuse(
        'SECTION_F_MAXIMUM_EXCEEDED',
        { amount: maximum.toFixed(2) },
        { target: 'NewRent' },
      )
  },
}
