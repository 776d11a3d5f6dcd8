/** a lease that has not begun and was not billed can be cancelled; it then holds nothing. */

import type { Change } from '../command/change.ts'
import { dateOf, requiredDate, requiredNumber, requiredText } from '../command/row.ts'
import type { ActionRule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { lockUnitAndTenantOf, touchHolders } from './lease-fields.ts'

export const leaseCancellation: ActionRule = {
  operation: 'Leases/Cancel',
  number: 'R-047',
  errors: ['LEASE_ALREADY_STARTED', 'LEASE_HAS_CHARGES'],
  lockFirst: lockUnitAndTenantOf,
  prepare: (change, { businessDate }) => {
    // Asked again, it stays as it is: its first day and its first reason.
    if (dateOf(change.after, 'CancelledDate') !== null) return
    change.set('CancelledDate', businessDate)
    change.set('CancelReason', requiredText(change.parameters, 'Reason'))
    change.set('Status', 'X')
  },
  check: async (change, context) => {
    if (!change.changes('CancelledDate')) return
    const lease = requiredText(change.after, 'LeaseNo')
    if (requiredDate(change.after, 'StartDate') <= context.businessDate)
      change.refuse('LEASE_ALREADY_STARTED', { lease })
    if (await hasCharges(change.id, context)) change.refuse('LEASE_HAS_CHARGES', { lease })
  },
  apply: async (change, context) => {
    if (!change.changes('CancelledDate')) return
    await cancelPlans(change, context)
    touchHolders(change, context)
  },
}

/** Charges, fees and adjustments of the lease that no other entry takes back. */
async function hasCharges(leaseId: number, context: WriteContext): Promise<boolean> {
  const [charge] = await context.select(
    'ReceivableTransaction',
    `lease_id = $2 and transaction_type in ('FA', 'FR', 'AJ')
       and not is_reversed and reverses_transaction_id is null`,
    [leaseId],
  )
  return charge !== undefined
}

/** Rents that were to change, and renewals whose term never came; what the tenant answered remains. */
async function cancelPlans(change: Change, context: WriteContext): Promise<void> {
  const changes = await context.select('LeasePriceChange', "lease_id = $2 and status = 'P'", [
    change.id,
  ])
  for (const planned of changes)
    await context.update('LeasePriceChange', requiredNumber(planned, 'Id'), { Status: 'X' })
  const renewals = await context.select(
    'LeaseRenewal',
    "lease_id = $2 and status not in ('Q', 'X') and applied_date is null",
    [change.id],
  )
  for (const renewal of renewals)
    await context.update('LeaseRenewal', requiredNumber(renewal, 'Id'), { Status: 'X' })
}
