/** R-101 (C.c.Q. 1932): visits, and when a leased dwelling may be shown. */

import type { Change } from '../command/change.ts'
import { flagOf, requiredNumber, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import { type LifeCycle, refuseTransition } from '../command/transitions.ts'
import type { WriteContext } from '../command/write-context.ts'
import { isLeasedDwelling, isWithinVisitingHours } from '../leasing/dwelling-access.ts'

export const visitLife: LifeCycle = {
  initial: ['P', 'C'],
  transitions: { P: ['C', 'F', 'N', 'A'], C: ['F', 'N', 'A'], F: [], N: [], A: [] },
}

export const visit: Rule = {
  number: 'R-101',
  on: ['create', 'update'],
  errors: ['TRANSITION_NOT_ALLOWED', 'VISIT_OUTSIDE_HOURS'],
  async check(change, context) {
    refuseTransition(change, visitLife)
    await refuseHours(change, context)
  },
}

async function refuseHours(change: Change, context: WriteContext): Promise<void> {
  const { after } = change
  if (flagOf(after, 'IsVirtual')) return
  if (!change.changes('ScheduledStart', 'DurationMinutes', 'UnitId', 'IsVirtual')) return
  const start = requiredText(after, 'ScheduledStart')
  if (isWithinVisitingHours(start, requiredNumber(after, 'DurationMinutes'))) return
  if (await isLeasedDwelling(change, context))
    change.refuse('VISIT_OUTSIDE_HOURS', {}, { target: 'ScheduledStart' })
}
