/** What the product itself writes into a lease: held interval, status, term, first rent, notice window. */

import type { Change } from '../command/change.ts'
import {
  type Draft,
  dateOf,
  flagOf,
  numberOf,
  type Row,
  requiredDate,
  requiredNumber,
  requiredText,
  textOf,
} from '../command/row.ts'
import type { WriteContext } from '../command/write-context.ts'
import type { IsoDate } from './dates.ts'
import { leaseHeldThrough } from './lease-hold.ts'
import { noticeWindow, signedLeaseStatus, termMonths } from './lease-term.ts'

/** Unit and tenant of a lease come before the lease in the order of locks. */
export async function lockUnitAndTenantOf(leaseId: number, context: WriteContext): Promise<void> {
  const lease = await context.find('Lease', leaseId)
  if (lease === undefined) return
  await context.lock('Unit', requiredNumber(lease, 'UnitId'))
  await context.lock('Tenant', requiredNumber(lease, 'TenantId'))
}

/** What a new lease depends on, the lease that it is assigned from and that one's tenant among it. */
async function lockParents({ after }: Change, context: WriteContext): Promise<void> {
  const assignedId = numberOf(after, 'AssignedFromLeaseId')
  const assigned = assignedId === null ? undefined : await context.get('Lease', assignedId)
  await context.lock('Unit', requiredNumber(after, 'UnitId'))
  const assignor = assigned === undefined ? null : requiredNumber(assigned, 'TenantId')
  await context.lock('Tenant', requiredNumber(after, 'TenantId'), assignor)
  await context.lock('Lease', assignedId)
}

/** Fields of a new lease, and those of a changed one that follow from what may change. */
export async function fillLease(change: Change, context: WriteContext): Promise<void> {
  const lease = change.after
  if (change.kind === 'create') {
    await lockParents(change, context)
    await fillNewLease(lease, context)
  } else if (!change.changes('IsRenewable', 'SignedDate')) return
  if (dateOf(lease, 'CancelledDate') !== null) return
  const tenant = await context.get('Tenant', requiredNumber(lease, 'TenantId'))
  const heldThrough = leaseHeldThrough(lease, dateOf(tenant, 'DepartureDate'))
  change.set('HeldThroughDate', heldThrough)
  change.set('Status', statusOf(lease, heldThrough, context.businessDate))
}

async function fillNewLease(lease: Draft, context: WriteContext): Promise<void> {
  const unit = await context.get('Unit', requiredNumber(lease, 'UnitId'))
  const building = await context.get('Building', requiredNumber(unit, 'BuildingId'))
  const startDate = requiredDate(lease, 'StartDate')
  const endDate = dateOf(lease, 'EndDate')
  const window =
    endDate !== null && requiredText(lease, 'LeaseCategory') === 'R'
      ? noticeWindow(startDate, endDate, flagOf(unit, 'IsRoom'))
      : undefined
  Object.assign(lease, {
    LeaseNo: textOf(lease, 'LeaseNo') ?? `L-${requiredNumber(lease, 'Id')}`,
    LedgerDivisionId: requiredNumber(building, 'LedgerDivisionId'),
    TermStartDate: startDate,
    TermMonths: termMonths(startDate, endDate),
    RenewalCount: 0,
    InitialRentAmount: requiredText(lease, 'RentAmount'),
    RentEffectiveDate: startDate,
    NoticeWindowStart: window?.start ?? null,
    NoticeWindowEnd: window?.end ?? null,
  })
}

/** Of a lease that is not cancelled. */
function statusOf(
  lease: Row,
  heldThroughDate: IsoDate | null,
  businessDate: IsoDate,
): 'P' | 'S' | 'A' | 'T' {
  if (dateOf(lease, 'SignedDate') === null) return 'P'
  return signedLeaseStatus(requiredDate(lease, 'StartDate'), heldThroughDate, businessDate)
}

/** A term that is over by the time it is entered gives way to those that followed it. */
export function rollOver(change: Change, { businessDate, leavingOn, touched }: WriteContext): void {
  const endDate = dateOf(change.after, 'EndDate')
  // Of a tenant who has left since, up to that day.
  const day = leavingOn !== undefined && leavingOn < businessDate ? leavingOn : businessDate
  if (endDate === null || endDate >= day || !flagOf(change.after, 'IsRenewable')) return
  touched.addOver(change.id, day)
}

/** States of the unit and of the tenant follow when the days that the lease holds are others. */
export function touchHolders(change: Change, { touched }: WriteContext): void {
  if (!change.changes('HeldThroughDate', 'CancelledDate')) return
  touched.add('Unit', requiredNumber(change.after, 'UnitId'))
  touched.add('Tenant', requiredNumber(change.after, 'TenantId'))
}
