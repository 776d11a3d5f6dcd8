/** What a lease's dates mean, as pure functions: the days it holds, its term, its notice window. */

import { addDays, addMonths, earliest, type IsoDate } from './dates.ts'

/** The dates of a lease, or of a parking or storage rental (R-033 applies R-020 to them). */
export interface Hold {
  readonly startDate: IsoDate
  /** Null for an indeterminate lease or a rental without a term. */
  readonly endDate: IsoDate | null
  readonly isRenewable: boolean
}

/** Last day held, `departureDate` being the tenant's; null when held without a known end. */
export function heldThrough(hold: Hold, departureDate: IsoDate | null): IsoDate | null {
  if (!hold.isRenewable) return earliest(hold.endDate, departureDate)
  return departureDate
}

/** Whole months of a term, or null when it is not made of whole months. */
export function termMonths(termStartDate: IsoDate, endDate: IsoDate | null): number | null {
  if (endDate === null) return null
  const next = addDays(endDate, 1)
  const months = monthIndex(next) - monthIndex(termStartDate)
  return addMonths(termStartDate, months) === next ? months : null
}

/** C.c.Q. 1880, of the first term and of every later one. */
const TERM_MONTHS_MAX = 1200

export function isTermTooLong(termStartDate: IsoDate, endDate: IsoDate): boolean {
  return endDate >= addMonths(termStartDate, TERM_MONTHS_MAX)
}

/** Status of a signed lease that is not cancelled, on the business date. */
export function signedLeaseStatus(
  startDate: IsoDate,
  heldThroughDate: IsoDate | null,
  businessDate: IsoDate,
): 'S' | 'A' | 'T' {
  if (startDate > businessDate) return 'S'
  return heldThroughDate === null || heldThroughDate >= businessDate ? 'A' : 'T'
}

export interface NoticeWindow {
  readonly start: IsoDate
  readonly end: IsoDate
}

/** Days on which a notice about the term of a residential fixed-term lease may be received. */
export function noticeWindow(
  termStartDate: IsoDate,
  endDate: IsoDate,
  isRoom: boolean,
): NoticeWindow {
  const newTerm = addDays(endDate, 1)
  const isLong = newTerm >= addMonths(termStartDate, 12)
  return windowBefore(newTerm, isRoom ? 'room' : isLong ? 'long' : 'short')
}

/** The same for a lease with an indeterminate term, `date` being the first day of what the notice announces. */
export function indeterminateNoticeWindow(date: IsoDate, isRoom: boolean): NoticeWindow {
  return windowBefore(date, isRoom ? 'room' : 'short')
}

/** `long`: a term of 12 months or more; `short`: under 12 months, or indeterminate. */
function windowBefore(date: IsoDate, kind: 'long' | 'short' | 'room'): NoticeWindow {
  if (kind === 'room') return { start: addDays(date, -20), end: addDays(date, -11) }
  const [max, min] = kind === 'long' ? [6, 3] : [2, 1]
  return { start: addMonths(date, -max), end: addDays(addMonths(date, -min), -1) }
}

function monthIndex(date: IsoDate): number {
  return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7))
}
