/**
 * Renting a parking or storage space: one rule for both kinds of space.
 *
 * A rental holds its space from its start through `HeldThroughDate`, which follows from its dates, from
 * whether it renews itself and from the departure of its tenant. Whoever changes one of them computes it
 * again in the same transaction; the space is locked first, so that of two rentals the second sees the first.
 */

import { model } from '../../model/model.ts'
import type { Change } from '../command/change.ts'
import { keyText } from '../command/key-text.ts'
import { dateOf, flagOf, type Row, requiredDate, requiredNumber, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { refuseEndOfTime } from '../leasing/last-day.ts'
import { endText, leaseHeldThrough } from '../leasing/lease-hold.ts'
import { coversNewDays } from '../leasing/new-days.ts'

/** What differs between the two kinds of space. */
export interface SpaceKind {
  readonly rental: 'TenantParking' | 'TenantStorage'
  readonly space: 'Parking' | 'Storage'
  readonly identifier: 'ParkingId' | 'StorageId'
  readonly column: 'parking_id' | 'storage_id'
  readonly heldRenewable: 'PARKING_HELD_RENEWABLE' | 'STORAGE_HELD_RENEWABLE'
  readonly alreadyRented: 'PARKING_ALREADY_RENTED' | 'STORAGE_ALREADY_RENTED'
  readonly notRentable: 'PARKING_NOT_RENTABLE' | 'STORAGE_NOT_RENTABLE'
}

export function rentSpace(kind: SpaceKind): Rule {
  return {
    number: 'R-033',
    on: ['create', 'update'],
    errors: [
      kind.heldRenewable,
      kind.alreadyRented,
      kind.notRentable,
      'DATE_ORDER',
      'VALUE_OUT_OF_RANGE',
    ],
    lockFirst: (id, context) => lockOwners(kind, id, context),
    prepare: (change, context) => computeHold(kind, change, context),
    check: (change, context) => checkHold(kind, change, context),
    apply: (change, { touched }) => {
      touched.add(kind.space, requiredNumber(change.after, kind.identifier))
      touched.add('Tenant', requiredNumber(change.after, 'TenantId'))
    },
  }
}

/** Whose states the rental changes, before the rental itself. */
async function lockOwners(kind: SpaceKind, id: number, context: WriteContext): Promise<void> {
  const rental = await context.find(kind.rental, id)
  if (rental === undefined) return
  await context.lock(kind.space, requiredNumber(rental, kind.identifier))
  await context.lock('Tenant', requiredNumber(rental, 'TenantId'))
}

async function computeHold(kind: SpaceKind, change: Change, context: WriteContext): Promise<void> {
  const tenantId = requiredNumber(change.after, 'TenantId')
  await context.lock(kind.space, requiredNumber(change.after, kind.identifier))
  await context.lock('Tenant', tenantId)
  const departure = dateOf(await context.get('Tenant', tenantId), 'DepartureDate')
  // The days of a rental are those of a lease with its dates.
  change.set('HeldThroughDate', leaseHeldThrough(change.after, departure))
}

async function checkHold(kind: SpaceKind, change: Change, context: WriteContext): Promise<void> {
  refuseEndOfTime(change, 'EndDate')
  if (!change.changes('StartDate', 'HeldThroughDate')) return
  const start = requiredDate(change.after, 'StartDate')
  const last = dateOf(change.after, 'HeldThroughDate')
  // The end date is not before the start: only a departure is. Such a rental would never hold a day.
  if (last !== null && last < start) {
    change.refuse(
      'DATE_ORDER',
      { field: 'DepartureDate', other: 'StartDate' },
      { target: 'StartDate' },
    )
    return
  }
  const space = await context.get(kind.space, requiredNumber(change.after, kind.identifier))
  const key = keyText(model.getType(kind.space), space)
  const target = { target: kind.identifier }
  // A space that was withdrawn since is kept by those who have it, and may be given back.
  if (coversNewDays(change) && !isForRent(space)) {
    change.refuse(kind.notRentable, { key }, target)
    return
  }
  const other = await findMeeting(kind, change, context)
  if (other === undefined) return
  const tenant = await context.get('Tenant', requiredNumber(other, 'TenantId'))
  if (keepsSpace(other, tenant, start))
    change.refuse(kind.heldRenewable, { key, tenant: textOf(tenant, 'TenantNo') ?? '' }, target)
  else
    change.refuse(
      kind.alreadyRented,
      {
        key,
        start: requiredDate(other, 'StartDate'),
        end: endText(dateOf(other, 'HeldThroughDate')),
      },
      target,
    )
}

function isForRent(space: Row): boolean {
  // Only parking spaces are kept for visitors: a storage space has no such property.
  return flagOf(space, 'IsActive') && flagOf(space, 'IsRentable') && space['IsVisitor'] !== true
}

/** The first of the space's other rentals that holds one of the days; one that ends before it starts holds none. */
async function findMeeting(
  kind: SpaceKind,
  change: Change,
  context: WriteContext,
): Promise<Row | undefined> {
  const meeting = await context.select(
    kind.rental,
    `${kind.column} = $2 and id <> $3 and start_date <= coalesce($5::date, 'infinity')
      and coalesce(held_through_date, 'infinity') >= greatest($4::date, start_date)`,
    [
      requiredNumber(change.after, kind.identifier),
      change.id,
      requiredDate(change.after, 'StartDate'),
      dateOf(change.after, 'HeldThroughDate'),
    ],
  )
  return meeting.toSorted((a, b) =>
    requiredDate(a, 'StartDate') < requiredDate(b, 'StartDate') ? -1 : 1,
  )[0]
}

/** A renewable rental keeps its space beyond its end date until its tenant's departure is entered. */
function keepsSpace(rental: Row, tenant: Row, newStart: string): boolean {
  return (
    flagOf(rental, 'IsRenewable') &&
    dateOf(tenant, 'DepartureDate') === null &&
    requiredDate(rental, 'StartDate') <= newStart
  )
}

/** what was billed stays; the rental is then ended by its dates. */
export function deleteSpaceRental(kind: SpaceKind): Rule {
  return {
    number: 'R-012',
    on: ['delete'],
    errors: ['DELETE_RESTRICTED'],
    lockFirst: (id, context) => lockOwners(kind, id, context),
    check: (change) => {
      if (textOf(change.after, 'LastBilledPeriod') !== null)
        change.refuse('DELETE_RESTRICTED', { entity: kind.rental, key: change.id })
    },
    apply: (change, { touched }) => {
      touched.add(kind.space, requiredNumber(change.after, kind.identifier))
      touched.add('Tenant', requiredNumber(change.after, 'TenantId'))
    },
  }
}
