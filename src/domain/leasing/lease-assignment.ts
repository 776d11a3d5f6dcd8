/**
 * a lease that was assigned goes on with another tenant, under the same conditions (C.c.Q. 1870–1872).
 * The assignor's departure says through which day he stays.
 */

import type { Change } from '../command/change.ts'
import { takesHistory } from '../command/history.ts'
import {
  dateOf,
  numberOf,
  type Row,
  requiredDate,
  requiredDecimal,
  requiredNumber,
  textOf,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { addDays } from './dates.ts'

export const leaseAssignment: Rule = {
  number: 'R-047',
  on: ['create'],
  errors: ['ASSIGNMENT_CONDITIONS_DIFFER'],
  check: async (change, context) => {
    const assignedId = numberOf(change.after, 'AssignedFromLeaseId')
    if (assignedId === null) return
    const assigned = await context.get('Lease', assignedId)
    const target = await differingProperty(change, assigned, context)
    if (target !== undefined) change.refuse('ASSIGNMENT_CONDITIONS_DIFFER', {}, { target })
  },
}

/** The first condition that is not that of the assigned lease. */
async function differingProperty(
  { after }: Change,
  assigned: Row,
  context: WriteContext,
): Promise<string | undefined> {
  const assignor = await context.get('Tenant', requiredNumber(assigned, 'TenantId'))
  const departureDate = dateOf(assignor, 'DepartureDate')
  if (dateOf(assigned, 'CancelledDate') !== null || departureDate === null)
    return 'AssignedFromLeaseId'
  if (textOf(assignor, 'DepartureReason') !== 'C') return 'AssignedFromLeaseId'
  if (after['UnitId'] !== assigned['UnitId']) return 'UnitId'
  if (after['StartDate'] !== addDays(departureDate, 1)) return 'StartDate'
  // One that has taken place is history: the rents that followed are told behind both leases, and terms have passed.
  if (takesHistory(context) && departureDate < context.businessDate) return undefined
  if (after['EndDate'] !== assigned['EndDate']) return 'EndDate'
  return (await keepsRent(after, assigned, context)) ? undefined : 'RentAmount'
}

async function keepsRent(after: Row, assigned: Row, context: WriteContext): Promise<boolean> {
  const [row] = await context.query('select lease_rent_on($1, $2, $3)::text as rent', [
    context.accountId,
    requiredNumber(assigned, 'Id'),
    requiredDate(after, 'StartDate'),
  ])
  return requiredDecimal(after, 'RentAmount').equals(row?.['rent'] ?? '')
}
