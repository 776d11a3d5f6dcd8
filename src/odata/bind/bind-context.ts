/** What every part of the binder needs to know of one request. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import type { Expression, Literal, ODataRequest } from '../parse/syntax.ts'
import type { ReadAccess } from './access.ts'
import type { BoundAggregate } from './aggregate-binder.ts'
import type { Anchor } from './anchors.ts'
import type { BoundExpression, Source } from './bound-tree.ts'
import { entityRowType, type RowType } from './row-type.ts'
import { type ScopeBuilder, SourceNumbers } from './sources.ts'

/** What `$it` means inside a nested query: a row of the statement, or one that it looks up. */
export type ItPlace =
  | { readonly kind: 'source'; readonly source: Source; readonly scope: ScopeBuilder }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }

/** What a nested query knows besides: aliases of its own, and what `$it` is there. */
interface Nesting {
  readonly aliases?: ReadonlyMap<string, Expression> | undefined
  /** Undefined where no statement can tell. */
  readonly it: () => ItPlace | undefined
}

/** What `$these` means: all the rows that a transformation works on (Data Aggregation 4.0 §3.6). */
interface CurrentCollection {
  readonly scope: ScopeBuilder
  /** A value of all of them, which each of them then has. */
  readonly valueOf: (bind: () => BoundAggregate) => BoundExpression
}

export class BindContext {
  readonly model: Model
  readonly access: ReadAccess
  readonly request: ODataRequest
  readonly numbers: SourceNumbers
  /** Set while the expressions of a transformation are bound. */
  current: CurrentCollection | undefined
  readonly #outer: BindContext | undefined
  readonly #nesting: Nesting | undefined

  constructor(
    model: Model,
    access: ReadAccess,
    request: ODataRequest,
    outer?: [BindContext, Nesting],
  ) {
    this.model = model
    this.access = access
    this.request = request
    this.numbers = outer?.[0].numbers ?? new SourceNumbers()
    this.#outer = outer?.[0]
    this.#nesting = outer?.[1]
  }

  /** The context of a query inside this one. */
  nested(nesting: Nesting): BindContext {
    return new BindContext(this.model, this.access, this.request, [this, nesting])
  }

  /** Whether `$it` is something else than the row that is looked at. */
  get isNested(): boolean {
    return this.#nesting !== undefined
  }

  /** @throws {HapiError} NOT_IMPLEMENTED where no statement can tell which row it was */
  it(): ItPlace {
    const place = this.#nesting?.it()
    if (place === undefined) throw new HapiError('NOT_IMPLEMENTED', { feature: '$it' })
    return place
  }

  literal(index: number): Literal {
    const literal = this.request.literals[index]
    if (literal === undefined)
      throw new Error(`The syntax tree names literal ${index}, which the request does not have`)
    return literal
  }

  /**
   * The expression an alias stands for: that of the nearest options that give it one. An alias without a value is null
   * (Protocol 4.01 §11.2.6.1.3): undefined.
   */
  alias(name: string): Expression | undefined {
    const own = this.#nesting?.aliases?.get(name)
    if (own !== undefined) return own
    return this.#outer === undefined ? this.request.aliases.get(name) : this.#outer.alias(name)
  }

  /**
   * Rows of an entity type, if the caller may read them: a path, a filter or an expand reads them
   * as much as a request for the set does.
   */
  readable(type: EntityType): RowType {
    if (!this.access.hasModule(type.module)) {
      throw new HapiError('MODULE_NOT_LICENSED', { module: type.module }, { target: type.set })
    }
    if (!this.access.canRead(type.set)) {
      throw readRefused(type)
    }
    return entityRowType(type)
  }
}

/** Why this user may not read the set: not any of its profile may, or this one. */
function readRefused({ readBy, set }: EntityType): HapiError {
  return readBy === 'administrator'
    ? new HapiError('ADMINISTRATOR_ONLY', { resource: set }, { target: set })
    : new HapiError('READ_NOT_PERMITTED', { set }, { target: set })
}
