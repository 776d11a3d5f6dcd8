/**
 * a lease that has rolled over ends later than its paper says. Who says the end of the paper again says nothing
 * new, as long as the terms that follow from it lead to where the lease is now.
 */

import { dateOf, type Row, requiredDate, requiredNumber, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import { addDays, addMonths, daysBetween, type IsoDate } from './dates.ts'
import { termMonths } from './lease-term.ts'

export const rolledTerms: Rule = {
  number: 'R-039',
  on: ['update'],
  errors: [],
  async overtaken(said, id, context) {
    const lease = await context.find('Lease', id)
    const paperEnd = dateOf(said, 'EndDate')
    if (lease === undefined || paperEnd === null) return []
    const terms = requiredNumber(lease, 'RenewalCount')
    const end = dateOf(lease, 'EndDate')
    if (terms === 0 || end === null || paperEnd >= end) return []
    const renewals = await context.select('LeaseRenewal', 'lease_id = $2', [id])
    const start = requiredDate(lease, 'StartDate')
    return endAfter(terms, start, paperEnd, renewals) === end ? ['EndDate'] : []
  },
}

/** The longest term that a renewal makes by itself (C.c.Q. 1941). */
const RENEWED_MONTHS_MAX = 12

function endAfter(
  terms: number,
  firstStart: IsoDate,
  firstEnd: IsoDate,
  renewals: readonly Row[],
): IsoDate {
  let [start, end] = [firstStart, firstEnd]
  for (let term = 0; term < terms; term++) {
    const next = addDays(end, 1)
    const agreed = agreedEnd(next, renewals)
    const months = termMonths(start, end)
    const usual =
      months === null
        ? addDays(next, daysBetween(start, end))
        : addDays(addMonths(next, Math.min(months, RENEWED_MONTHS_MAX)), -1)
    start = next
    end = agreed ?? usual
  }
  return end
}

/** Of a renewal that took place: answered or tacitly accepted, or fixed by the Tribunal. */
function agreedEnd(start: IsoDate, renewals: readonly Row[]): IsoDate | undefined {
  const ends = renewals
    .filter(
      (renewal) =>
        dateOf(renewal, 'NewStartDate') === start &&
        ['A', 'T', 'F', 'S'].includes(textOf(renewal, 'Status') ?? ''),
    )
    .map((renewal) => dateOf(renewal, 'NewEndDate') ?? '')
  return ends.find((end) => end >= start)
}
