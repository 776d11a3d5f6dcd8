/** Sources of rows while a request is bound: numbered, and joined once however often a path follows them. */

import type { NavigationProperty } from '../../model/entity-type.ts'
import type { BoundExpression, Scope, Source, SourceOrigin } from './bound-tree.ts'
import type { RowProperty, RowType } from './row-type.ts'

export class ScopeBuilder implements Scope {
  readonly root: Source
  readonly joins: Source[] = []
  readonly #numbers: SourceNumbers

  constructor(numbers: SourceNumbers, row: RowType, from: SourceOrigin, root?: Source) {
    this.#numbers = numbers
    this.root = root ?? numbers.create(row, from)
  }

  /** The same rows for another statement part, whose joins are its own from here on. */
  fork(): ScopeBuilder {
    const forked = new ScopeBuilder(this.#numbers, this.root.row, this.root.from, this.root)
    forked.joins.push(...this.joins)
    return forked
  }

  /** The source of the one related entity, joined when it is not yet. */
  join(source: Source, navigation: NavigationProperty, row: RowType): Source {
    const known = this.joins.find(
      (join) =>
        join.from.kind === 'join' &&
        join.from.source === source &&
        join.from.navigation === navigation,
    )
    if (known !== undefined) return known
    const made = this.#numbers.create(row, { kind: 'join', source, navigation })
    this.joins.push(made)
    return made
  }

  holds(source: Source): boolean {
    return source === this.root || this.joins.includes(source)
  }
}

/** A property of a source as a value. */
export function valueOf(source: Source, property: RowProperty): BoundExpression {
  return { kind: 'property', type: property.type, nullable: property.nullable, source, property }
}

export class SourceNumbers {
  #next = 0
  #columns = 0

  create(row: RowType, from: SourceOrigin): Source {
    return { id: this.#next++, row, from }
  }

  /** A name for a column of a subselect; no table has one like it. */
  column(): string {
    return `x${this.#columns++}`
  }
}
