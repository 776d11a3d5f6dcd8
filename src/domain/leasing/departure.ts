/**
 * The departure of a tenant: entering it, withdrawing or moving it, and what follows for
 * everything that he holds. The three fields are one fact: its date makes the departure,
 * reason and notice belong to it.
 *
 * All of it happens in the transaction that changes the tenant; the states of the calendar (AvailableDate,
 * Status …) are refreshed for what was touched, and those of today change only on the day after the departure.
 */

import { model } from '../../model/model.ts'
import { Change } from '../command/change.ts'
import {
  dateOf,
  flagOf,
  numberOf,
  requiredDate,
  requiredNumber,
  requiredText,
  textOf,
} from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import type { IsoDate } from './dates.ts'
import { freedSpaces } from './departure-conflict.ts'
import { nonRenewalNotice } from './departure-notice.ts'
import { cancelRenewals, resumeTerms } from './departure-renewals.ts'
import { refuseEndOfTime } from './last-day.ts'
import { leaseHeldThrough } from './lease-hold.ts'
import {
  isOver,
  leaseToLeave,
  lockTenantHolds,
  lockTenantSpaces,
  serviceThrough,
  tenantHolds,
} from './tenant-holds.ts'

interface Departure {
  /** Last day of occupancy. */
  readonly date: IsoDate
  /** Of the enumeration DepartureReason. */
  readonly reason: string
  /** When the tenant's notice was received; required with reason F for a dwelling. */
  readonly noticeDate: IsoDate | null
}

/**
 * The tenant leaves on a date: the same as a PATCH of his three fields, for rules of other rows from which it
 * follows (R-041, answer Q). Call it in `apply`, once the own row is written: renewals of his leases that are
 * still P or E are cancelled. Locks the tenant, his units and spaces, then his leases.
 *
 * @throws {HapiError} the refusals of, all in one, with the fields of the tenant as
 *   targets
 */
export async function enterDeparture(
  context: WriteContext,
  tenantId: number,
  { date, reason, noticeDate }: Departure,
): Promise<void> {
  await lockTenantSpaces(tenantId, context)
  await context.lock('Tenant', tenantId)
  const before = await context.get('Tenant', tenantId)
  const change = new Change({
    type: model.getType('Tenant'),
    kind: 'update',
    before,
    after: {
      ...before,
      DepartureDate: date,
      DepartureReason: reason,
      DepartureNoticeDate: noticeDate,
    },
    given: new Set(DEPARTURE_FIELDS),
  })
  if (!change.changes(...DEPARTURE_FIELDS)) return
  for (const rule of departureRules) await rule.prepare?.(change, context)
  for (const rule of departureRules) await rule.check?.(change, context)
  change.throwRefusals()
  await context.update('Tenant', tenantId, change.differences())
  for (const rule of departureRules) await rule.apply?.(change, context)
}

const DEPARTURE_FIELDS = ['DepartureDate', 'DepartureReason', 'DepartureNoticeDate'] as const

/** The date makes the departure: without it there is neither reason nor notice. */
const departureFields: Rule = {
  number: 'R-031',
  on: ['create', 'update'],
  errors: ['DEPARTURE_REASON_REQUIRED', 'REQUIRED_FIELD'],
  lockFirst: lockTenantSpaces,
  async prepare(change, context) {
    if (change.kind !== 'update' || !change.changes('DepartureDate')) return
    if (dateOf(change.after, 'DepartureDate') === null) {
      change.set('DepartureReason', null)
      change.set('DepartureNoticeDate', null)
    }
    await lockTenantHolds(change.id, context)
  },
  check(change) {
    if (!change.changes(...DEPARTURE_FIELDS)) return
    const [date, reason, notice] = DEPARTURE_FIELDS.map((name) => textOf(change.after, name))
    if (date === null && (reason !== null || notice !== null))
      change.refuse('REQUIRED_FIELD', { field: 'DepartureDate' }, { target: 'DepartureDate' })
    if (date !== null && reason === null)
      change.refuse('DEPARTURE_REASON_REQUIRED', {}, { target: 'DepartureReason' })
  },
}

/** He has something to leave, which has begun by then, and nobody stays beyond a term that does not renew. */
const departureDate: Rule = {
  number: 'R-030',
  on: ['create', 'update'],
  errors: [
    'DEPARTURE_WITHOUT_RENTAL',
    'DEPARTURE_BEFORE_START',
    'DEPARTURE_AFTER_LEASE_END',
    'VALUE_OUT_OF_RANGE',
  ],
  async check(change, context) {
    refuseEndOfTime(change, 'DepartureDate')
    const date = dateOf(change.after, 'DepartureDate')
    if (date === null || !change.changes('DepartureDate')) return
    const target = { target: 'DepartureDate' }
    const holds = await tenantHolds(change.id, context)
    // Who has left may have left on another day: that is corrected when all is over, too.
    const isMoved = change.before !== undefined && dateOf(change.before, 'DepartureDate') !== null
    if (!isMoved && holds.every((hold) => isOver(hold, context.businessDate))) {
      const tenant = requiredText(change.after, 'TenantNo')
      change.refuse('DEPARTURE_WITHOUT_RENTAL', { tenant }, target)
      return
    }
    for (const { kind, row } of holds)
      if (kind.type === 'Lease' && date < requiredDate(row, 'StartDate'))
        change.refuse('DEPARTURE_BEFORE_START', { lease: requiredText(row, 'LeaseNo') }, target)
    const lease = leaseToLeave(holds, context.businessDate)
    if (lease === undefined || flagOf(lease, 'IsRenewable')) return
    const end = dateOf(lease, 'EndDate')
    if (end !== null && date > end)
      change.refuse(
        'DEPARTURE_AFTER_LEASE_END',
        { lease: requiredText(lease, 'LeaseNo'), date: end },
        target,
      )
  },
}

/** What he holds, and what he is billed for, ends with the departure, or goes on without it. */
const departureEffects: Rule = {
  number: 'R-032',
  on: ['update'],
  errors: [],
  async apply(change, context) {
    if (!change.changes('DepartureDate')) return
    const date = dateOf(change.after, 'DepartureDate')
    await holdThroughDeparture(change.id, date, context)
    await serveThroughDeparture(change.id, date, context)
    if (date === null) await resumeTerms(change.id, context)
    else await cancelRenewals(change.id, context)
    context.touched.add('Tenant', change.id)
  },
}

async function holdThroughDeparture(
  tenantId: number,
  date: IsoDate | null,
  context: WriteContext,
): Promise<void> {
  for (const { kind, row } of await tenantHolds(tenantId, context)) {
    const last = leaseHeldThrough(row, date)
    if (last === dateOf(row, 'HeldThroughDate')) continue
    const id = requiredNumber(row, 'Id')
    await context.update(kind.type, id, { HeldThroughDate: last })
    if (kind.type === 'Lease') context.touched.add('Lease', id)
    context.touched.add(kind.space, numberOf(row, kind.identifier))
  }
}

async function serveThroughDeparture(
  tenantId: number,
  date: IsoDate | null,
  context: WriteContext,
): Promise<void> {
  for (const service of await context.select('TenantService', 'tenant_id = $2', [tenantId])) {
    const last = serviceThrough(service, date)
    if (last !== dateOf(service, 'HeldThroughDate'))
      await context.update('TenantService', requiredNumber(service, 'Id'), {
        HeldThroughDate: last,
      })
  }
}

export const departureRules: readonly Rule[] = [
  departureFields,
  departureDate,
  nonRenewalNotice,
  freedSpaces,
  departureEffects,
]
