/**
 * R-094 (C.c.Q. 1931 to 1933): who enters a leased dwelling has given notice 24 hours before, and comes at hours at which
 * one may come.
 *
 * An emergency knows neither. A tenant who lets people in in his absence needs no notice; that he wants them at night he
 * has not said. What counts is whether the dwelling is leased on the day of the appointment.
 */

import type { ErrorCode } from '../../errors/catalogue.ts'
import type { Change } from '../command/change.ts'
import { flagOf, numberOf, requiredText, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { localTimeOf } from './local-time.ts'

/** The check is made when the call is planned, and when a planned one gets another appointment or another notice. */
export const serviceCallAccess: Rule = {
  number: 'R-094',
  on: ['create', 'update'],
  errors: ['ACCESS_NOTICE_TOO_SHORT', 'ACCESS_OUTSIDE_HOURS'],
  async check(change, context) {
    const { after } = change
    if (after['Status'] !== 'P' || after['Priority'] === 'U') return
    if (!change.changes('Status', 'ScheduledStart', 'AccessNoticeDate')) return
    if (!(await isLeasedDwelling(change, context))) return
    if (!flagOf(after, 'AccessPermission')) refuseShortNotice(change, 'AccessNoticeDate')
    refuseHours(change, WORK)
  },
}

/** A verification of which the tenant has been told. */
export const inspectionAccess: Rule = {
  number: 'R-094',
  on: ['create', 'update'],
  errors: ['ACCESS_NOTICE_TOO_SHORT', 'VISIT_OUTSIDE_HOURS'],
  async check(change, context) {
    if (change.after['NoticeSentDate'] === null) return
    if (!change.changes('NoticeSentDate', 'ScheduledStart')) return
    if (!(await isLeasedDwelling(change, context))) return
    refuseShortNotice(change, 'NoticeSentDate')
    refuseHours(change, VERIFICATION)
  },
}

/** Of a day, both ends included, in minutes since midnight. */
interface Hours {
  readonly first: number
  readonly last: number
  readonly refusal: Extract<ErrorCode, 'ACCESS_OUTSIDE_HOURS' | 'VISIT_OUTSIDE_HOURS'>
}

const WORK: Hours = { first: 7 * 60, last: 19 * 60, refusal: 'ACCESS_OUTSIDE_HOURS' }
const VERIFICATION: Hours = { first: 9 * 60, last: 21 * 60, refusal: 'VISIT_OUTSIDE_HOURS' }

const NOTICE_MS = 24 * 3_600_000

/** Whether a residential lease holds the unit on the day of the appointment. */
export async function isLeasedDwelling({ after }: Change, context: WriteContext): Promise<boolean> {
  const unitId = numberOf(after, 'UnitId')
  const start = textOf(after, 'ScheduledStart')
  if (unitId === null || start === null) return false
  const leases = await context.query(
    `select l.id from leases l
      where l.account_id = $1 and l.unit_id = $2 and l.lease_category = 'R' and l.cancelled_date is null
        and l.start_date <= $3 and coalesce(l.held_through_date, 'infinity') >= $3`,
    [context.accountId, unitId, localTimeOf(start).date],
  )
  return leases.length > 0
}

/**
 * Whether all of a visit is at hours at which dwellings are shown. One that goes on over midnight ends on
 * another day, after all hours of its own.
 */
export function isWithinVisitingHours(start: string, durationMinutes: number): boolean {
  const { minutes } = localTimeOf(start)
  return minutes >= VERIFICATION.first && minutes + durationMinutes <= VERIFICATION.last
}

function refuseShortNotice(change: Change, field: string): void {
  const start = requiredText(change.after, 'ScheduledStart')
  const notice = textOf(change.after, field)
  if (notice !== null && Date.parse(start) - Date.parse(notice) >= NOTICE_MS) return
  change.refuse('ACCESS_NOTICE_TOO_SHORT', { date: localTimeOf(start).text }, { target: field })
}

function refuseHours(change: Change, { first, last, refusal }: Hours): void {
  const { minutes } = localTimeOf(requiredText(change.after, 'ScheduledStart'))
  if (minutes < first || minutes > last) change.refuse(refusal, {}, { target: 'ScheduledStart' })
}
