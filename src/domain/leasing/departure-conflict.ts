/**
 * what a departure set free stays free for those who came. A departure that is withdrawn or postponed
 * gives the tenant back what he held; nobody else may hold a day of it by now.
 */

import { model } from '../../model/model.ts'
import { keyText } from '../command/key-text.ts'
import { dateOf, type Row, requiredDate, requiredNumber } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import type { IsoDate } from './dates.ts'
import { leaseHeldThrough } from './lease-hold.ts'
import { type TenantHold, tenantHolds } from './tenant-holds.ts'

export const freedSpaces: Rule = {
  number: 'R-031',
  on: ['update'],
  errors: ['DEPARTURE_CHANGE_CONFLICT'],
  async check(change, context) {
    if (!change.changes('DepartureDate')) return
    const departureDate = dateOf(change.after, 'DepartureDate')
    const holds = await tenantHolds(change.id, context)
    for (const hold of holds) {
      const interval = intervalOf(hold.row, departureDate)
      if (!isLonger(interval.last, dateOf(hold.row, 'HeldThroughDate'))) continue
      const meeting = [
        ...(await othersMeeting(hold, change.id, interval, context)),
        ...ownMeeting(hold, holds, departureDate),
      ].toSorted((a, b) => (a.date < b.date ? -1 : 1))[0]
      if (meeting === undefined) continue
      const { space } = hold.kind
      const row = await context.get(space, meeting.spaceId)
      const key = keyText(model.getType(space), row)
      change.refuse(
        'DEPARTURE_CHANGE_CONFLICT',
        { entity: space, key, date: meeting.date },
        { target: 'DepartureDate' },
      )
    }
  },
}

interface Interval {
  readonly first: IsoDate
  /** Null without a known end. */
  readonly last: IsoDate | null
}

/** Who holds which space from which date. */
interface Meeting {
  readonly spaceId: number
  readonly date: IsoDate
}

function intervalOf(row: Row, departureDate: IsoDate | null): Interval {
  return { first: requiredDate(row, 'StartDate'), last: leaseHeldThrough(row, departureDate) }
}

function isLonger(last: IsoDate | null, before: IsoDate | null): boolean {
  return before !== null && (last === null || last > before)
}

/** Leases or rentals of others, and periods of unavailability; a casualty may cover a leased unit. */
async function othersMeeting(
  { kind, row }: TenantHold,
  tenantId: number,
  { first, last }: Interval,
  context: WriteContext,
): Promise<readonly Meeting[]> {
  const spaceId = requiredNumber(row, kind.identifier)
  if (last !== null && last < first) return []
  const rows = [
    ...(await context.select(
      kind.type,
      `${kind.column} = $2 and tenant_id <> $3 and ${kind.condition}
        and start_date <= coalesce($5::date, 'infinity')
        and coalesce(held_through_date, 'infinity') >= greatest($4::date, start_date)`,
      [spaceId, tenantId, first, last],
    )),
    ...(kind.type === 'Lease'
      ? await context.select(
          'UnavailableUnit',
          `unit_id = $2 and reason_code <> 'S' and start_date <= coalesce($4::date, 'infinity')
            and coalesce(end_date, 'infinity') >= greatest($3::date, start_date)`,
          [spaceId, first, last],
        )
      : []),
  ]
  return rows.map((other) => ({ spaceId, date: requiredDate(other, 'StartDate') }))
}

/** His own: another rental of the same space, or any other lease, since he holds one at a time. */
function ownMeeting(
  { kind, row }: TenantHold,
  holds: readonly TenantHold[],
  departureDate: IsoDate | null,
): readonly Meeting[] {
  const own = intervalOf(row, departureDate)
  return holds
    .filter((other) => other.kind.type === kind.type && other.row['Id'] !== row['Id'])
    .filter((other) => kind.type === 'Lease' || other.row[kind.identifier] === row[kind.identifier])
    .filter((other) => requiredDate(other.row, 'StartDate') >= own.first)
    .filter((other) => meets(own, intervalOf(other.row, departureDate)))
    .map((other) => ({
      spaceId: requiredNumber(other.row, kind.identifier),
      date: requiredDate(other.row, 'StartDate'),
    }))
}

function meets(a: Interval, b: Interval): boolean {
  const isHeld = ({ first, last }: Interval): boolean => last === null || last >= first
  return (
    isHeld(a) &&
    isHeld(b) &&
    (b.last === null || a.first <= b.last) &&
    (a.last === null || b.first <= a.last)
  )
}
