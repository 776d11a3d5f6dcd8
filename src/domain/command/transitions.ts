/** Life cycles as data: where each state leads, held against a change of `Status`. */

import type { Change } from './change.ts'
import { requiredText } from './row.ts'

export interface LifeCycle {
  /** In which states a row may be created. */
  readonly initial: readonly string[]
  readonly transitions: Readonly<Record<string, readonly string[]>>
}

/** Refuses with TRANSITION_NOT_ALLOWED. */
export function refuseTransition(change: Change, { initial, transitions }: LifeCycle): void {
  if (!change.changes('Status')) return
  const from = change.before === undefined ? undefined : requiredText(change.before, 'Status')
  const to = requiredText(change.after, 'Status')
  const allowed = from === undefined ? initial : (transitions[from] ?? [])
  if (allowed.includes(to)) return
  // A row that is created comes from no state.
  change.refuse('TRANSITION_NOT_ALLOWED', { from: from ?? '—', to }, { target: 'Status' })
}
