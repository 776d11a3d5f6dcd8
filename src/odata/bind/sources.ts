/** Sources of rows while a request is bound: numbered, and joined once however often a path follows them. */

import type { NavigationProperty } from '../../model/entity-type.ts'
import type { Scope, Source, SourceOrigin } from './bound-tree.ts'
import type { RowType } from './row-type.ts'

export class ScopeBuilder implements Scope {
  readonly root: Source
  readonly joins: Source[] = []
  readonly #numbers: SourceNumbers

  constructor(numbers: SourceNumbers, row: RowType, from: SourceOrigin) {
    this.#numbers = numbers
    this.root = numbers.create(row, from)
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

export class SourceNumbers {
  #next = 0

  create(row: RowType, from: SourceOrigin): Source {
    return { id: this.#next++, row, from }
  }
}
