/** what a new service call is given, and the number that it gets in its company-division. */

import { requiredNumber, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'

export const serviceCallCreation: Rule = {
  number: 'R-091',
  on: ['create'],
  errors: ['VALUE_OUT_OF_RANGE'],
  async prepare(change, context) {
    const { after, given } = change
    const building = await context.get('Building', requiredNumber(after, 'BuildingId'))
    const divisionId = requiredNumber(building, 'LedgerDivisionId')
    change.set('LedgerDivisionId', divisionId)
    if (after['RequestedDate'] === null) change.set('RequestedDate', context.now.toISOString())
    if (!given.has('Priority')) {
      const category = await context.get('ServiceCallCategory', requiredNumber(after, 'CategoryId'))
      change.set('Priority', requiredText(category, 'DefaultPriority'))
    }
    // Who says that no tenant is concerned has said it: only what is omitted is found out.
    if (!given.has('TenantId') && after['UnitId'] !== null) {
      const unit = await context.get('Unit', requiredNumber(after, 'UnitId'))
      change.set('TenantId', unit['CurrentTenantId'] ?? null)
    }
  },
  check(change, { now }) {
    // Both are texts of UTC with milliseconds: their order is that of the instants.
    if (requiredText(change.after, 'RequestedDate') <= now.toISOString()) return
    change.refuse(
      'VALUE_OUT_OF_RANGE',
      { field: 'RequestedDate', min: FIRST_INSTANT, max: now.toISOString() },
      { target: 'RequestedDate' },
    )
  },
}

/** Of the instants that a field takes. */
const FIRST_INSTANT = '0001-01-01T00:00:00.000Z'

/** After the other rules have prepared: the creations of the division wait here until this one is committed. */
export const serviceCallNumber: Rule = {
  number: 'R-091',
  on: ['create'],
  errors: [],
  async prepare(change, context) {
    const divisionId = requiredNumber(change.after, 'LedgerDivisionId')
    change.set('ServiceCallNo', await nextNumber(divisionId, context))
  },
}

/**
 * One more than the greatest number of the division, which is locked: calls are never deleted, so that no number comes
 * back, and other divisions do not wait.
 */
async function nextNumber(divisionId: number, context: WriteContext): Promise<number> {
  await context.lock('LedgerDivision', divisionId)
  const [used] = await context.read(
    `select max(service_call_no) as greatest from service_calls
      where account_id = $1 and ledger_division_id = $2`,
    [context.accountId, divisionId],
    { ServiceCall: { LedgerDivisionId: divisionId } },
  )
  return Number(used?.['greatest'] ?? 0) + 1
}
