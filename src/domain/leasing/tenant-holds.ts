/** Everything that a tenant holds or is billed for, and until when by his departure. */

import { dateOf, numberOf, type Row, requiredDate, requiredNumber } from '../command/row.ts'
import type { WriteContext } from '../command/write-context.ts'
import { earliest, type IsoDate } from './dates.ts'
import { leaseHeldThrough } from './lease-hold.ts'

interface HoldKind {
  readonly type: 'Lease' | 'TenantParking' | 'TenantStorage'
  /** What it holds. */
  readonly space: 'Unit' | 'Parking' | 'Storage'
  readonly identifier: 'UnitId' | 'ParkingId' | 'StorageId'
  /** Column of the identifier. */
  readonly column: 'unit_id' | 'parking_id' | 'storage_id'
  /** SQL over the rows that can hold anything. */
  readonly condition: string
}

/** In the order in which their spaces are locked. */
const holdKinds: readonly HoldKind[] = [
  {
    type: 'Lease',
    space: 'Unit',
    identifier: 'UnitId',
    column: 'unit_id',
    condition: 'cancelled_date is null',
  },
  {
    type: 'TenantParking',
    space: 'Parking',
    identifier: 'ParkingId',
    column: 'parking_id',
    condition: 'true',
  },
  {
    type: 'TenantStorage',
    space: 'Storage',
    identifier: 'StorageId',
    column: 'storage_id',
    condition: 'true',
  },
]

/** A lease that is not cancelled or a rental of a space. */
export interface TenantHold {
  readonly kind: HoldKind
  readonly row: Row
}

/** Leases that are not cancelled first, in the order of their Ids, then the rentals of spaces. */
export async function tenantHolds(
  tenantId: number,
  context: WriteContext,
): Promise<readonly TenantHold[]> {
  const holds: TenantHold[] = []
  for (const kind of holdKinds) {
    const rows = await context.select(kind.type, `tenant_id = $2 and ${kind.condition}`, [tenantId])
    for (const row of rows) holds.push({ kind, row })
  }
  return holds
}

/** Locks the units and spaces of a tenant; they come before the tenant in the order of locks. */
export async function lockTenantSpaces(tenantId: number, context: WriteContext): Promise<void> {
  const holds = await tenantHolds(tenantId, context)
  for (const { space, identifier } of holdKinds) {
    const held = holds.filter(({ kind }) => kind.space === space)
    await context.lock(space, ...held.map(({ row }) => numberOf(row, identifier)))
  }
}

/**
 * Locks what a departure changes. The tenant is locked already, so that nobody begins another rental for him.
 * His leases, rentals and services may be changing, and a space may be new to him.
 */
export async function lockTenantHolds(tenantId: number, context: WriteContext): Promise<void> {
  await lockTenantSpaces(tenantId, context)
  const holds = await tenantHolds(tenantId, context)
  for (const { type } of holdKinds) {
    const own = holds.filter(({ kind }) => kind.type === type)
    await context.lock(type, ...own.map(({ row }) => requiredNumber(row, 'Id')))
  }
  const services = await context.select('TenantService', 'tenant_id = $2', [tenantId])
  await context.lock('TenantService', ...services.map((service) => requiredNumber(service, 'Id')))
}

/** `HeldThroughDate` of a service. */
export function serviceThrough(service: Row, departureDate: IsoDate | null): IsoDate | null {
  return earliest(dateOf(service, 'EndDate'), departureDate)
}

/** Whether it is over by its own dates, whatever the departure says. */
export function isOver({ row }: TenantHold, businessDate: IsoDate): boolean {
  const last = leaseHeldThrough(row, null)
  return last !== null && last < businessDate
}

/**
 * The lease that a departure is about: of leases that follow each other the last one. What is over says nothing
 * about it, unless all is. Undefined when he leaves spaces only.
 */
export function leaseToLeave(holds: readonly TenantHold[], businessDate: IsoDate): Row | undefined {
  const open = holds.filter((hold) => !isOver(hold, businessDate))
  return (open.length === 0 ? holds : open)
    .filter(({ kind }) => kind.type === 'Lease')
    .map(({ row }) => row)
    .toSorted((a, b) => (requiredDate(a, 'StartDate') < requiredDate(b, 'StartDate') ? 1 : -1))[0]
}
