/**
 * changes of a rent that are planned for a date, until the billing run of its month activates them.
 *
 * What decides is the whole schedule of the lease: a change that comes, moves or goes may turn a later planned
 * one into an increase that the law forbids, so every change is followed by a look at all that are planned.
 */

import type { Change } from '../command/change.ts'
import {
  dateOf,
  type Row,
  requiredDate,
  requiredDecimal,
  requiredNumber,
  requiredText,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { lockLease, lockLeaseOf } from './lock-lease.ts'
import { isHistory } from './rent-history.ts'
import {
  type IncreaseRefusal,
  type RentChange,
  type RentSchedule,
  refusedIncreases,
} from './rent-schedule.ts'

export const leasePriceChangeRule: Rule = {
  number: 'R-036',
  on: ['create', 'update', 'delete'],
  errors: [
    'PRICE_CHANGE_OUT_OF_TERM',
    'PERIOD_ALREADY_BILLED',
    'RENT_ADJUSTMENT_FORBIDDEN',
    'RENT_ADJUSTMENT_TOO_EARLY',
    'RENT_ADJUSTMENT_TOO_FREQUENT',
    'RENT_INCREASE_NOT_ALLOWED',
    'PRICE_CHANGE_TYPE_RESERVED',
    'PRICE_CHANGE_LOCKED',
  ],
  lockFirst: (id, context) => lockLeaseOf('LeasePriceChange', id, context),
  prepare: async (change, context) => {
    if (change.kind === 'create') await lockLease(requiredNumber(change.after, 'LeaseId'), context)
  },
  check: async (change, context) => {
    if (refuseLocked(change) || !affectsRent(change)) return
    const lease = await leaseOf(change, context)
    const others = await otherChanges(change, context)
    if (change.kind !== 'delete') {
      if (!isHistory(change) && refuseReserved(change)) return
      refuseOutOfTerm(change, lease)
      await refuseBilledPeriod(change, lease, context)
    }
    refuseIncreases(change, lease, others)
  },
  apply: async (change, context) => {
    // A change that takes effect in the past counts among the rents of the last 12 months.
    if (affectsRent(change))
      context.touched.add('Unit', requiredNumber(await leaseOf(change, context), 'UnitId'))
  },
}

function leaseOf(change: Change, context: WriteContext): Promise<Row> {
  return context.get('Lease', requiredNumber(change.after, 'LeaseId'))
}

/** Whether the rent of some day may be another afterwards. */
function affectsRent(change: Change): boolean {
  return change.kind === 'delete' || change.changes('EffectiveDate', 'NewAmount', 'ChangeType')
}

function refuseLocked(change: Change): boolean {
  const { before, kind } = change
  if (before === undefined || requiredText(before, 'Status') === 'P') return false
  // a row that was read can be sent back as it was.
  if (kind === 'update' && Object.keys(change.differences()).length === 0) return false
  change.refuse('PRICE_CHANGE_LOCKED', { key: change.id })
  return true
}

/** Type R is what a renewal that was accepted says: neither made nor turned into something else by hand. */
function refuseReserved(change: Change): boolean {
  const types = [change.after, ...(change.before === undefined ? [] : [change.before])]
  if (types.every((row) => row['ChangeType'] !== 'R')) return false
  change.refuse('PRICE_CHANGE_TYPE_RESERVED', { value: 'R' }, { target: 'ChangeType' })
  return true
}

function refuseOutOfTerm(change: Change, lease: Row): void {
  if (!change.changes('EffectiveDate')) return
  const date = requiredDate(change.after, 'EffectiveDate')
  const start = requiredDate(lease, 'StartDate')
  const end = dateOf(lease, 'EndDate')
  const isCancelled = dateOf(lease, 'CancelledDate') !== null
  if (isCancelled || date <= start || (end !== null && date > end))
    change.refuse(
      'PRICE_CHANGE_OUT_OF_TERM',
      { start, end: end ?? '…' },
      { target: 'EffectiveDate' },
    )
}

/** The month of the date and the following ones: what was billed stays, except by a decision of the tribunal. */
async function refuseBilledPeriod(
  change: Change,
  lease: Row,
  context: WriteContext,
): Promise<void> {
  if (requiredText(change.after, 'ChangeType') === 'T') return
  const leaseId = requiredNumber(lease, 'Id')
  const [billed] = await context.read(
    `select min(period collate "C") as period
       from receivable_transactions
      where account_id = $1 and lease_id = $2 and transaction_type = 'FA' and source = 'L'
        and not is_reversed and reverses_transaction_id is null and period collate "C" >= $3`,
    [context.accountId, leaseId, requiredDate(change.after, 'EffectiveDate').slice(0, 7)],
    { ReceivableTransaction: { LeaseId: leaseId } },
  )
  const period = billed?.['period'] ?? null
  if (period === null) return
  const key = requiredText(lease, 'LeaseNo')
  change.refuse(
    'PERIOD_ALREADY_BILLED',
    { period, entity: 'Lease', key },
    { target: 'EffectiveDate' },
  )
}

/** Without one on the same date, whose key is in the way already. */
async function otherChanges({ after, id }: Change, context: WriteContext): Promise<readonly Row[]> {
  const changes = await context.select('LeasePriceChange', 'lease_id = $2', [after['LeaseId']])
  return changes.filter(
    (row) => row['Id'] !== id && row['EffectiveDate'] !== after['EffectiveDate'],
  )
}

/** Refuses what the change itself may not do; else what it makes of the changes that are planned already. */
function refuseIncreases(change: Change, lease: Row, others: readonly Row[]): void {
  // What the tribunal decides is not up to what was planned.
  if (change.kind !== 'delete' && requiredText(change.after, 'ChangeType') === 'T') return
  const endDate = dateOf(lease, 'EndDate')
  if (lease['LeaseCategory'] !== 'R' || lease['LeaseType'] !== 'F' || endDate === null) return
  const term = { termStartDate: requiredDate(lease, 'TermStartDate'), endDate }
  const refusalsWith = (row: Row | undefined): readonly IncreaseRefusal[] =>
    refusedIncreases(term, scheduleOf(lease, row === undefined ? others : [...others, row]))
  const refusals = refusalsWith(change.kind === 'delete' ? undefined : change.after)
  const own = refusals.filter((refusal) => refusal.change.id === change.id)
  const known = refusalsWith(change.before)
  const caused = refusals.filter((refusal) => !known.some((old) => isSameRefusal(old, refusal)))
  for (const refusal of own.length > 0 ? own : caused) refuseIncrease(change, refusal)
}

function scheduleOf(lease: Row, rows: readonly Row[]): RentSchedule {
  return {
    initialRent: requiredDecimal(lease, 'InitialRentAmount'),
    changes: rows.filter((row) => requiredText(row, 'Status') !== 'X').map(toRentChange),
  }
}

function toRentChange(row: Row): RentChange {
  return {
    id: requiredNumber(row, 'Id'),
    effectiveDate: requiredDate(row, 'EffectiveDate'),
    newAmount: requiredDecimal(row, 'NewAmount'),
    changeType: requiredText(row, 'ChangeType'),
    isPlanned: requiredText(row, 'Status') === 'P',
  }
}

function isSameRefusal(a: IncreaseRefusal, b: IncreaseRefusal): boolean {
  return a.change.id === b.change.id && a.code === b.code
}

function refuseIncrease(change: Change, refusal: IncreaseRefusal): void {
  const { id } = refusal.change
  // Where another change is at stake the caller learns which.
  const targetOf = (field: string): { readonly target: string } => ({
    target: id === change.id ? field : `LeasePriceChanges(${id})/${field}`,
  })
  switch (refusal.code) {
    case 'RENT_INCREASE_NOT_ALLOWED':
    case 'RENT_ADJUSTMENT_FORBIDDEN':
      return change.refuse(refusal.code, {}, targetOf('NewAmount'))
    case 'RENT_ADJUSTMENT_TOO_EARLY':
      return change.refuse(refusal.code, { date: refusal.date }, targetOf('EffectiveDate'))
    case 'RENT_ADJUSTMENT_TOO_FREQUENT': {
      const { start, end } = refusal
      return change.refuse(refusal.code, { start, end }, targetOf('EffectiveDate'))
    }
  }
}
