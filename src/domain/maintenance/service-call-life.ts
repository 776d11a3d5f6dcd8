/**
 * the states of a service call. What a state demands holds as long as the call is in it: the technician of a
 * call that is assigned is replaced, not taken away.
 */

import type { Change } from '../command/change.ts'
import { keyText } from '../command/key-text.ts'
import { requiredText, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import { refuseTransition } from '../command/transitions.ts'
import type { WriteContext } from '../command/write-context.ts'
import {
  assignedStates,
  closedStates,
  demandedProperties,
  demandText,
  entryDates,
  missingDemands,
  serviceCallLifeCycle,
} from './service-call-states.ts'

export const serviceCallLife: Rule = {
  number: 'R-090',
  on: ['create', 'update'],
  errors: ['TRANSITION_NOT_ALLOWED', 'TRANSITION_GUARD_FAILED', 'SERVICE_CALL_CLOSED'],
  prepare: enterState,
  check(change) {
    refuseTransition(change, serviceCallLifeCycle)
    refuseMissing(change)
    refuseClosed(change)
  },
}

function enterState(change: Change, { now }: WriteContext): void {
  if (!change.changes('Status')) return
  const status = requiredText(change.after, 'Status')
  const instant = now.toISOString()
  if (status === 'N' && change.before !== undefined) {
    change.set('AssignedEmployeeId', null)
    change.set('SupplierId', null)
  }
  // A call may be planned or begun at once, which assigns it too.
  if (assignedStates.includes(status) && textOf(change.after, 'AssignedDate') === null)
    change.set('AssignedDate', instant)
  const date = entryDates[status]
  if (date !== undefined) change.set(date, instant)
}

function refuseMissing(change: Change): void {
  if (!change.changes('Status', ...demandedProperties)) return
  const status = requiredText(change.after, 'Status')
  const missing = missingDemands(status, change.after)
  const [first] = missing
  if (first !== undefined)
    change.refuse(
      'TRANSITION_GUARD_FAILED',
      { to: status, fields: demandText(missing) },
      { target: first[0] ?? 'Status' },
    )
}

/** Once it is closed or cancelled a call only gets the tenant's opinion. */
function refuseClosed(change: Change): void {
  const { before } = change
  if (before === undefined || !closedStates.includes(requiredText(before, 'Status'))) return
  const [written] = Object.keys(change.differences()).filter(
    // Of another state the transition has spoken, and of what its entry sets.
    (name) => !['SatisfactionRating', 'Status'].includes(name) && change.given.has(name),
  )
  if (written !== undefined)
    change.refuse(
      'SERVICE_CALL_CLOSED',
      { key: keyText(change.type, change.after) },
      { target: written },
    )
}
