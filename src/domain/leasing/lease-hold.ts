/** The days that leases hold as rules ask for them: which leases of a unit or a tenant meet some days. */

import { dateOf, flagOf, type Row, requiredDate } from '../command/row.ts'
import type { WriteContext } from '../command/write-context.ts'
import type { IsoDate } from './dates.ts'
import { heldThrough } from './lease-term.ts'

/** Days in a row, both ends included. */
export interface Days {
  readonly start: IsoDate
  /** Null without a known end. */
  readonly end: IsoDate | null
}

/** `HeldThroughDate` of a lease that is not cancelled, `departureDate` being its tenant's. */
export function leaseHeldThrough(lease: Row, departureDate: IsoDate | null): IsoDate | null {
  const hold = {
    startDate: requiredDate(lease, 'StartDate'),
    endDate: dateOf(lease, 'EndDate'),
    isRenewable: flagOf(lease, 'IsRenewable'),
  }
  return heldThrough(hold, departureDate)
}

/**
 * Leases of a unit or of a tenant that hold at least one of these days, by their start: not cancelled, with
 * an interval that is not empty, other than the lease `exceptId`.
 */
export async function leasesHolding(
  owner: { readonly unitId: number } | { readonly tenantId: number },
  days: Days,
  exceptId: number,
  context: WriteContext,
): Promise<readonly Row[]> {
  const [column, id] = 'unitId' in owner ? ['unit_id', owner.unitId] : ['tenant_id', owner.tenantId]
  const leases = await context.select(
    'Lease',
    `${column} = $2 and id <> $3 and cancelled_date is null
       and start_date <= coalesce($5::date, 'infinity')
       and coalesce(held_through_date, 'infinity') >= greatest(start_date, $4::date)`,
    [id, exceptId, days.start, days.end],
  )
  const startOf = (lease: Row): IsoDate => requiredDate(lease, 'StartDate')
  return [...leases].sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1))
}

/** How messages write the last day of an interval. */
export function endText(end: IsoDate | null): string {
  return end ?? '…'
}
