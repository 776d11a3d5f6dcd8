/** a tenant who leaves at the end of a residential lease gives notice of it in time. */

import type { Change } from '../command/change.ts'
import { dateOf, flagOf, type Row, requiredDate, requiredNumber, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { addDays, type IsoDate } from './dates.ts'
import { indeterminateNoticeWindow, type NoticeWindow, noticeWindow } from './lease-term.ts'
import { leaseToLeave, tenantHolds } from './tenant-holds.ts'

/** What a notice of non-renewal is about. */
export interface LeaseToLeave {
  readonly termStartDate: IsoDate
  /** Null for an indeterminate lease. */
  readonly endDate: IsoDate | null
  readonly isRoom: boolean
}

/** A notice of modification that the tenant received, and until when he may answer it. */
export interface ModificationNotice {
  readonly receivedDate: IsoDate
  readonly answerDeadline: IsoDate
  /** End of the term that it is about; null for an indeterminate lease. */
  readonly endDate: IsoDate | null
}

export type NoticeVerdict =
  | { readonly kind: 'timely' }
  | { readonly kind: 'notLeaseEnd'; readonly endDate: IsoDate }
  | { readonly kind: 'outOfWindow'; readonly window: NoticeWindow }

/** Whether a notice received on `noticeDate` lets the tenant leave on `departureDate`. */
export function judgeNotice(
  lease: LeaseToLeave,
  modifications: readonly ModificationNotice[],
  departureDate: IsoDate,
  noticeDate: IsoDate,
): NoticeVerdict {
  const { termStartDate, endDate, isRoom } = lease
  // An answer may still be due when the lease has renewed itself: it is about the term that ended.
  const isAnswer = modifications.some(
    (notice) =>
      notice.receivedDate <= noticeDate &&
      noticeDate <= notice.answerDeadline &&
      (notice.endDate ?? departureDate) === departureDate,
  )
  if (isAnswer) return { kind: 'timely' }
  if (endDate !== null && departureDate !== endDate) return { kind: 'notLeaseEnd', endDate }
  const window =
    endDate === null
      ? indeterminateNoticeWindow(dayAfter(departureDate), isRoom)
      : noticeWindow(termStartDate, endDate, isRoom)
  return window.start <= noticeDate && noticeDate <= window.end
    ? { kind: 'timely' }
    : { kind: 'outOfWindow', window }
}

/** The calendar ends with the year 9999. */
function dayAfter(date: IsoDate): IsoDate {
  return date === '9999-12-31' ? date : addDays(date, 1)
}

/**
 * Looks at reason F when it is entered, and again when the notice changes or the departure is brought forward.
 * A departure that is postponed keeps the notice that was given for it (R-031, example 3).
 */
export const nonRenewalNotice: Rule = {
  number: 'R-043',
  on: ['update'],
  errors: ['REQUIRED_FIELD', 'DEPARTURE_NOT_LEASE_END', 'DEPARTURE_NOTICE_OUT_OF_WINDOW'],
  async check(change, context) {
    const date = dateOf(change.after, 'DepartureDate')
    if (date === null || textOf(change.after, 'DepartureReason') !== 'F') return
    if (!change.changes('DepartureDate', 'DepartureReason', 'DepartureNoticeDate')) return
    if (isPostponed(change, date)) return
    const lease = await residentialLease(change.id, context)
    if (lease !== undefined) await checkNotice(change, lease, date, context)
  },
}

function isPostponed(change: Change, date: IsoDate): boolean {
  const former = change.before === undefined ? null : dateOf(change.before, 'DepartureDate')
  const isSameNotice = !change.changes('DepartureReason', 'DepartureNoticeDate')
  return isSameNotice && former !== null && date > former
}

/** The dwelling that he leaves; a commercial lease or a space alone has no window. */
async function residentialLease(tenantId: number, context: WriteContext): Promise<Row | undefined> {
  const holds = await tenantHolds(tenantId, context)
  const lease = leaseToLeave(holds, context.businessDate)
  return lease !== undefined && textOf(lease, 'LeaseCategory') === 'R' ? lease : undefined
}

async function checkNotice(
  change: Change,
  lease: Row,
  departureDate: IsoDate,
  context: WriteContext,
): Promise<void> {
  const noticeDate = dateOf(change.after, 'DepartureNoticeDate')
  if (noticeDate === null) {
    const field = 'DepartureNoticeDate'
    change.refuse('REQUIRED_FIELD', { field }, { target: field })
    return
  }
  const unit = await context.get('Unit', requiredNumber(lease, 'UnitId'))
  const verdict = judgeNotice(
    {
      termStartDate: requiredDate(lease, 'TermStartDate'),
      endDate: dateOf(lease, 'EndDate'),
      isRoom: flagOf(unit, 'IsRoom'),
    },
    await modificationNotices(requiredNumber(lease, 'Id'), context),
    departureDate,
    noticeDate,
  )
  if (verdict.kind === 'notLeaseEnd')
    change.refuse('DEPARTURE_NOT_LEASE_END', { date: verdict.endDate }, { target: 'DepartureDate' })
  if (verdict.kind === 'outOfWindow')
    change.refuse(
      'DEPARTURE_NOTICE_OUT_OF_WINDOW',
      { start: verdict.window.start, end: verdict.window.end },
      { target: 'DepartureNoticeDate' },
    )
}

async function modificationNotices(
  leaseId: number,
  context: WriteContext,
): Promise<readonly ModificationNotice[]> {
  const received = await context.select(
    'LeaseRenewal',
    'lease_id = $2 and notice_received_date is not null and response_deadline is not null',
    [leaseId],
  )
  return received.map((renewal) => ({
    receivedDate: requiredDate(renewal, 'NoticeReceivedDate'),
    answerDeadline: requiredDate(renewal, 'ResponseDeadline'),
    endDate: dateOf(renewal, 'CurrentEndDate'),
  }))
}
