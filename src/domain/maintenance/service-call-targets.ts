/**
 * by when a call is to be taken up and resolved, and whether that is past. Whoever writes a call
 * computes all three; what the clock alone changes is the affair of `overdue-calls.ts`.
 */

import type { Change } from '../command/change.ts'
import { numberOf, type Row, requiredNumber, requiredText, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import type { WriteContext } from '../command/write-context.ts'
import { closedStates } from './service-call-states.ts'

export const serviceCallTargets: Rule = {
  number: 'R-093',
  on: ['create', 'update'],
  errors: [],
  async prepare(change, context) {
    if (isClosed(change)) return
    if (change.changes('CategoryId')) await setTargets(change, context)
    change.set('IsOverdue', isOverdue(change.after, context.now))
  },
}

/** What was closed or cancelled keeps what it had. */
function isClosed({ before }: Change): boolean {
  return before !== undefined && closedStates.includes(requiredText(before, 'Status'))
}

async function setTargets(change: Change, context: WriteContext): Promise<void> {
  const id = requiredNumber(change.after, 'CategoryId')
  const category = await context.get('ServiceCallCategory', id)
  const requested = new Date(requiredText(change.after, 'RequestedDate'))
  change.set('TargetResponseDate', hoursLater(requested, numberOf(category, 'ResponseHours')))
  change.set('TargetResolutionDate', hoursLater(requested, numberOf(category, 'ResolutionHours')))
}

const HOUR_MS = 3_600_000

/** Calendar hours: nights and holidays count. Without a delay there is no target. */
function hoursLater(instant: Date, hours: number | null): string | null {
  return hours === null ? null : new Date(instant.getTime() + hours * HOUR_MS).toISOString()
}

/** The response counts until somebody has been assigned, the resolution until the work is done. */
function isOverdue(call: Row, now: Date): boolean {
  const status = requiredText(call, 'Status')
  if (RESOLVED.includes(status)) return false
  const instant = now.toISOString()
  const isPast = (target: string | null): boolean => target !== null && instant > target
  return (
    (status === 'N' && isPast(textOf(call, 'TargetResponseDate'))) ||
    isPast(textOf(call, 'TargetResolutionDate'))
  )
}

const RESOLVED = ['T', 'F', 'X']

/** Ten years: a longer delay is no target, and its instant might have no date. */
const HOURS_MAX = 87_660

/** The delays of a category are those of its calls, as long as they are open. */
export const categoryDelays: Rule = {
  number: 'R-093',
  on: ['create', 'update'],
  errors: ['VALUE_OUT_OF_RANGE'],
  check(change) {
    for (const field of ['ResponseHours', 'ResolutionHours'])
      if ((numberOf(change.after, field) ?? 0) > HOURS_MAX)
        change.refuse('VALUE_OUT_OF_RANGE', { field, min: 1, max: HOURS_MAX }, { target: field })
  },
  async apply(change, context) {
    if (change.kind === 'create' || !change.changes('ResponseHours', 'ResolutionHours')) return
    await context.query(
      `update service_calls c
          set target_response_date = t.response, target_resolution_date = t.resolution,
              is_overdue = coalesce(
                overdue_after(c.status, t.response, t.resolution) < $5::timestamptz, false)
         from (select o.id, o.requested_date + make_interval(hours => $3::integer) as response,
                      o.requested_date + make_interval(hours => $4::integer) as resolution
                 from service_calls o
                where o.account_id = $1 and o.category_id = $2 and o.status not in ('F', 'X')
                order by o.id for no key update) t
        where c.account_id = $1 and c.id = t.id`,
      [
        context.accountId,
        change.id,
        numberOf(change.after, 'ResponseHours'),
        numberOf(change.after, 'ResolutionHours'),
        context.now.toISOString(),
      ],
    )
  },
}
