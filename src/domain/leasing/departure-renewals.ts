/** Terms and renewals of a tenant who leaves, and of one who stays after all. */

import { dateOf, flagOf, requiredNumber } from '../command/row.ts'
import type { WriteContext } from '../command/write-context.ts'

/** Who leaves has no term to renew: a renewal that was prepared or awaits its answer is off. */
export async function cancelRenewals(tenantId: number, context: WriteContext): Promise<void> {
  const renewals = await context.select(
    'LeaseRenewal',
    `status in ('P', 'E') and lease_id in (
       select l.id from leases l where l.account_id = $1 and l.tenant_id = $2)`,
    [tenantId],
  )
  for (const renewal of renewals)
    await context.update('LeaseRenewal', requiredNumber(renewal, 'Id'), { Status: 'X' })
}

/**
 * Who stays has the terms that began meanwhile, and the renewals that his departure had called off:
 * there can be no other ones for the same terms.
 */
export async function resumeTerms(tenantId: number, context: WriteContext): Promise<void> {
  const { accountId, businessDate } = context
  const leases = await context.select('Lease', 'tenant_id = $2 and cancelled_date is null', [
    tenantId,
  ])
  const isOver = leases.some((lease) => {
    const end = dateOf(lease, 'EndDate')
    return flagOf(lease, 'IsRenewable') && end !== null && end < businessDate
  })
  if (isOver) await context.query('select roll_over_leases($1, $2)', [accountId, businessDate])
  await resumeRenewals(tenantId, context)
}

/**
 * A renewal that was prepared is again, until its term begins; one that the tenant had received awaits his answer
 * again while it is not due. Once it is, nobody knows whether he would have been silent: it stays cancelled.
 */
async function resumeRenewals(tenantId: number, context: WriteContext): Promise<void> {
  const renewals = await context.select(
    'LeaseRenewal',
    `status = 'X' and (notice_received_date is null or response_deadline >= $3)
      and exists (
        select from leases l
         where l.account_id = $1 and l.id = lease_id and l.tenant_id = $2
           and l.cancelled_date is null and l.is_renewable
           and (l.lease_type = 'I' or new_start_date > l.term_start_date
                or new_start_date = l.term_start_date and notice_received_date is not null))`,
    [tenantId, context.businessDate],
  )
  for (const renewal of renewals) {
    const isReceived = dateOf(renewal, 'NoticeReceivedDate') !== null
    await context.update('LeaseRenewal', requiredNumber(renewal, 'Id'), {
      Status: isReceived ? 'E' : 'P',
    })
  }
}
