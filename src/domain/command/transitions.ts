/** Life cycles as data: where each state leads, held against a change of `Status`. */

import type { Change } from './change.ts'
import { type Row, requiredText, textOf } from './row.ts'
import type { Rule } from './rule.ts'

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

/** The shortest; undefined when there is none. */
export function pathBetween(
  from: string,
  to: string,
  { transitions }: Pick<LifeCycle, 'transitions'>,
): readonly string[] | undefined {
  const paths: (readonly string[])[] = [[]]
  const met = new Set([from])
  for (const path of paths) {
    const state = path.at(-1) ?? from
    if (state === to) return path
    for (const next of transitions[state] ?? []) {
      if (met.has(next)) continue
      met.add(next)
      paths.push([...path, next])
    }
  }
  return undefined
}

/**
 * A row that has gone on in its life is told as it was by a source that was written before: its state, and empty what has
 * been filled in since.
 */
export function goneOn(type: string, number: Rule['number'], life: LifeCycle): Rule {
  return {
    number,
    on: ['update'],
    errors: [],
    overtakes: ['Status'],
    async overtaken(said, id, context) {
      const row = await context.find(type, id)
      return row === undefined || !isBehind(said, row, life) ? [] : ['Status', ...emptyIn(said)]
    },
  }
}

function isBehind(said: Row, row: Row, life: LifeCycle): boolean {
  const [was, is] = [textOf(said, 'Status'), requiredText(row, 'Status')]
  return was !== null && was !== is && pathBetween(was, is, life) !== undefined
}

function emptyIn(said: Row): readonly string[] {
  return Object.keys(said).filter((name) => said[name] === null)
}
