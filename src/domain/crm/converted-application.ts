/** the lease that names an application converts it, and the prospect is won. */

import type { Change } from '../command/change.ts'
import { numberOf, type Row, requiredNumber, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'

/** Of leases; the application of a lease never changes. */
export const convertedApplication: Rule = {
  number: 'R-100',
  on: ['create'],
  errors: ['TRANSITION_NOT_ALLOWED', 'REFERENCE_MISMATCH'],
  async prepare(change, context) {
    await context.lock('RentalApplication', numberOf(change.after, 'RentalApplicationId'))
  },
  async check(change, context) {
    const application = await applicationOf(change, context)
    if (application === undefined) return
    const target = 'RentalApplicationId'
    if (application['UnitId'] !== change.after['UnitId']) {
      const key = requiredNumber(application, 'Id')
      change.refuse('REFERENCE_MISMATCH', { field: target, key }, { target })
    }
    const from = requiredText(application, 'Status')
    if (from !== 'A' && !(await isLeft(application, context)))
      change.refuse('TRANSITION_NOT_ALLOWED', { from, to: 'B' }, { target })
  },
  async apply(change, context) {
    const application = await applicationOf(change, context)
    if (application === undefined) return
    const { after } = change
    await context.update('RentalApplication', requiredNumber(application, 'Id'), {
      Status: 'B',
      LeaseId: change.id,
      TenantId: requiredNumber(after, 'TenantId'),
    })
    await context.update('Prospect', requiredNumber(application, 'ProspectId'), { Status: 'G' })
    context.touched.add('Unit', requiredNumber(after, 'UnitId'))
  },
}

/** Of a lease that was cancelled, the application waits for the one that takes its place. */
async function isLeft(application: Row, context: WriteContext): Promise<boolean> {
  const leaseId = numberOf(application, 'LeaseId')
  if (application['Status'] !== 'B' || leaseId === null) return false
  return (await context.get('Lease', leaseId))['CancelledDate'] !== null
}

async function applicationOf({ after }: Change, context: WriteContext): Promise<Row | undefined> {
  const id = numberOf(after, 'RentalApplicationId')
  return id === null ? undefined : context.get('RentalApplication', id)
}
