/** Holding what a change of a lease's rent or term depends on. */

import { type Row, requiredNumber } from '../command/row.ts'
import type { WriteContext } from '../command/write-context.ts'

/** The lease as it is once nobody else writes it: locked with its unit and its tenant, in the order of locks. */
export async function lockLease(leaseId: number, context: WriteContext): Promise<Row> {
  const lease = await context.get('Lease', leaseId)
  await context.lock('Unit', requiredNumber(lease, 'UnitId'))
  await context.lock('Tenant', requiredNumber(lease, 'TenantId'))
  await context.lock('Lease', leaseId)
  return context.get('Lease', leaseId)
}

/** The same for a row about a lease that is about to be locked itself; it may be gone. */
export async function lockLeaseOf(type: string, id: number, context: WriteContext): Promise<void> {
  const row = await context.find(type, id)
  if (row !== undefined) await lockLease(requiredNumber(row, 'LeaseId'), context)
}
