/**
 * The checklist of the conformance levels and what proves each line. The page `docs/reference/odata-conformance.md` is made
 * of the names that these tests have.
 */

import type { TestApp } from '../../support/test-app.ts'

export type Level =
  | '4.0 Minimal'
  | '4.0 Intermediate'
  | '4.0 Advanced'
  | '4.01 Minimal'
  | '4.01 Intermediate'
  | '4.01 Advanced'
  /** An extension of its own, part of no level of the protocol. */
  | 'Aggregation 4.0'

export interface ChecklistLine {
  readonly level: Level
  readonly number: string
  readonly force: 'MUST' | 'SHOULD' | 'MAY'
  readonly clause: string
  readonly requirement: string
}

export interface LevelCheck {
  /** Level and number: `4.0 Advanced 9.1`. */
  readonly line: `${Level} ${string}`
  /** Why the line is not fulfilled; the check then proves the refusal that the standard asks for. */
  readonly unsupported?: string
  /** Fails unless the line is true of the running service. Leaves no row changed that other checks read. */
  readonly check: (app: TestApp) => Promise<void>
}

export function lineOf({ level, number }: ChecklistLine): string {
  return `${level} ${number}`
}

/** The name of a line's test. */
export function nameOf(line: ChecklistLine, check: LevelCheck): string {
  const outcome = check.unsupported === undefined ? '' : ` · not supported: ${check.unsupported}`
  return `${lineOf(line)} · ${line.force} · ${line.clause} · ${line.requirement}${outcome}`
}
