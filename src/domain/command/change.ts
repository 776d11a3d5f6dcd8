/** One row on its way from what it is to what it is to be. */

import type { ErrorCode } from '../../errors/catalogue.ts'
import type { ErrorArguments } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import { type Draft, type FieldValue, type Row, requiredNumber } from './row.ts'
import type { ChangeKind } from './rule.ts'
import { Violations } from './violations.ts'

/** Another row, by the name of its type, or a value of a complex type. */
export type Outcome =
  | { readonly kind: 'row'; readonly type: string; readonly id: number }
  | { readonly kind: 'value'; readonly type: string; readonly value: ComplexValue }

type ComplexValue = Readonly<Record<string, FieldValue | readonly string[]>>

interface ChangeParts {
  readonly type: EntityType
  readonly kind: ChangeKind
  readonly before: Row | undefined
  readonly after: Draft
  readonly given: ReadonlySet<string>
  readonly parameters?: Row
}

export class Change {
  readonly type: EntityType
  readonly kind: ChangeKind
  /** The stored row; undefined when it is created. */
  readonly before: Row | undefined
  /** The row to be; for a deletion the row that goes. Rules fill in what they assign and compute. */
  readonly after: Draft
  /** Properties that the caller sent, and those that he designated by legacy keys. */
  readonly given: ReadonlySet<string>
  /** Parameters of a bound action, by their names. */
  readonly parameters: Row
  /** What an action shows instead of the changed row. */
  outcome: Outcome | undefined
  readonly #violations = new Violations()

  constructor(parts: ChangeParts) {
    this.type = parts.type
    this.kind = parts.kind
    this.before = parts.before
    this.after = parts.after
    this.given = parts.given
    this.parameters = parts.parameters ?? {}
  }

  get id(): number {
    return requiredNumber(this.after, 'Id')
  }

  /** Whether one of these properties gets another value; always when the row is created. */
  changes(...properties: readonly string[]): boolean {
    const { before } = this
    if (before === undefined) return true
    return properties.some((property) => before[property] !== this.after[property])
  }

  /** What the row is to have instead of what it has: empty for an update that changes nothing. */
  differences(): Readonly<Record<string, FieldValue>> {
    return Object.fromEntries(
      Object.entries(this.after).filter(([property, value]) => this.before?.[property] !== value),
    )
  }

  set(property: string, value: FieldValue): void {
    this.after[property] = value
  }

  /** Until the next one, refusals are those of this rule. */
  set rule(number: string | undefined) {
    this.#violations.rule = number
  }

  /** Refuses the change; the other rules still say what they think of it. */
  refuse<C extends ErrorCode>(code: C, ...parts: ErrorArguments<C>): void {
    this.#violations.add(code, ...parts)
  }

  /** @throws {HapiError} all refusals in one */
  throwRefusals(): void {
    this.#violations.throwIfAny()
  }
}
