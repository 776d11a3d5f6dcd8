/**
 * What a business rule is: functions over a change and the rows they ask for, named after their number.
 *
 * A change goes through the rules of its entity in this order, each step for all rules before the next:
 * `prepare` locks rows and fills what the rule assigns or computes; `check` refuses; then the row is
 * written; `apply` does what follows from it in other rows. Rules know nothing of HTTP: the API, a batch,
 * an import and a job run the same ones.
 */

import type { ErrorCode } from '../../errors/catalogue.ts'
import type { Change } from './change.ts'
import type { Row } from './row.ts'
import type { WriteContext } from './write-context.ts'

export type ChangeKind = 'create' | 'update' | 'delete'

type Step = (change: Change, context: WriteContext) => void | Promise<void>

export interface Rule {
  /** As in the specification: `R-033`. */
  readonly number: string
  /** Which changes it looks at; actions name their rules themselves. */
  readonly on: readonly ChangeKind[]
  /** Every code that it can refuse with, for the documentation. */
  readonly errors: readonly ErrorCode[]
  /**
   * Before an existing row is locked: locks the rows that come before it in the order of
   * `WriteContext.lock`. The row with this Id may be gone.
   */
  readonly lockFirst?: (id: number, context: WriteContext) => Promise<void>
  /**
   * Fields that a source may say as they were although the row with this Id has moved on by itself since: they are
   * no change. Asked when rows come again, which are kept.
   */
  readonly overtaken?: (said: Row, id: number, context: WriteContext) => Promise<readonly string[]>
  /** Those of them by which a row without a key would be looked for otherwise. */
  readonly overtakes?: readonly string[]
  readonly prepare?: Step
  readonly check?: Step
  readonly apply?: Step
  /**
   * Writes the row itself, in the place of the pipeline, which knows tables alone: of a type that a view shows. One
   * rule at most of those that run together.
   */
  readonly write?: Step
}

/** A bound action: it prepares, checks and applies a change of its entity, with the parameters sent. */
export interface ActionRule extends Omit<Rule, 'on'> {
  /** `Leases/Cancel`. */
  readonly operation: string
}
