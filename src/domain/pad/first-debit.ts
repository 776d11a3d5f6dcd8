/** R-062: the first day on which an agreement may be debited. */

import { addDays, type IsoDate } from '../leasing/dates.ts'

interface Agreement {
  readonly agreementDate: IsoDate
  readonly startDate: IsoDate
  /** Day of the month, 1 to 28. */
  readonly debitDay: number
  readonly noticeWaived: boolean
}

/** Calendar days between the agreement and the first debit, unless the payor has waived them (Rule H1). */
const NOTICE_DAYS = 10

/** The first debit day of a month that neither the start nor the notice comes after. */
export function firstDebitDate({ agreementDate, startDate, ...rest }: Agreement): IsoDate {
  const { debitDay, noticeWaived } = rest
  const noticeEnd = noticeWaived ? agreementDate : addDays(agreementDate, NOTICE_DAYS)
  const earliest = startDate > noticeEnd ? startDate : noticeEnd
  const day = String(debitDay).padStart(2, '0')
  const sameMonth = `${earliest.slice(0, 7)}-${day}`
  if (sameMonth >= earliest) return sameMonth
  // Every month has at least 28 days: 31 days after its first, one is in the next month.
  return `${addDays(`${earliest.slice(0, 7)}-01`, 31).slice(0, 7)}-${day}`
}
