/**
 * Binds member paths: properties, to-one relations (joins), and what is asked of collections
 * (`any`, `all`, `$count`), which are subqueries (URL Conventions 4.01 §5.1.1.13–15).
 */

import { HapiError } from '../../errors/hapi-error.ts'
import type { NavigationProperty } from '../../model/entity-type.ts'
import type { Expression, PathStep, Position, QueryOptions } from '../parse/syntax.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch, unknownFunction, unknownProperty } from './bind-error.ts'
import type { BoundCollection, BoundExpression, Source } from './bound-tree.ts'
import type { RowType } from './row-type.ts'
import { bindSearch } from './search-binder.ts'
import { ScopeBuilder } from './sources.ts'

/** Lambda variables by name. */
export type Variables = ReadonlyMap<
  string,
  { readonly source: Source; readonly scope: ScopeBuilder }
>

/** Binds the conditions inside a lambda or a count: names without a variable are the root's. */
export type ConditionBinding = (
  root: Source,
  scope: ScopeBuilder,
  variables: Variables,
) => { readonly bindCondition: (expression: Expression) => BoundExpression }

/** A place in the row world while a path is followed. */
type Place =
  | { readonly kind: 'source'; readonly source: Source; readonly scope: ScopeBuilder }
  | { readonly kind: 'related'; readonly source: Source; readonly navigation: NavigationProperty }
  | { readonly kind: 'expression'; readonly expression: BoundExpression }

export class MemberPathBinder {
  readonly #context: BindContext
  readonly #root: Source
  readonly #scope: ScopeBuilder
  readonly #variables: Variables
  readonly #inside: ConditionBinding

  constructor(
    context: BindContext,
    root: Source,
    scope: ScopeBuilder,
    variables: Variables,
    inside: ConditionBinding,
  ) {
    this.#context = context
    this.#root = root
    this.#scope = scope
    this.#variables = variables
    this.#inside = inside
  }

  /** The value at the end of a path; a to-one relation stands for whether the entity is there. */
  bind(steps: readonly PathStep[], position: Position): BoundExpression {
    let place = this.#start(steps)
    for (const step of steps.slice(place.consumed))
      place = { ...place, at: this.#follow(place.at, step) }
    switch (place.at.kind) {
      case 'expression':
        return this.#single(place.at.expression, position)
      case 'source':
        return place.at.source.row === primitiveRow
          ? this.#memberValue(place.at.source)
          : { kind: 'related', type: 'null', nullable: true, source: place.at.source }
      case 'related':
        throw mismatch(place.at.navigation.name, 'Collection', 'any, all, $count', position)
    }
  }

  /** The collection of primitive values at the end of a path; undefined when there is none. */
  bindCollection(steps: readonly PathStep[]): BoundCollection | undefined {
    // Only a property is a collection by itself: what else a path may be stays unbound here.
    if (steps.some((step) => step.kind === 'any' || step.kind === 'all' || step.kind === '$count'))
      return undefined
    const start = this.#start(steps)
    const end = steps.slice(start.consumed).reduce((at, step) => this.#follow(at, step), start.at)
    const property = end.kind === 'expression' ? end.expression : undefined
    if (property?.kind !== 'property' || typeof property.property.collection !== 'string')
      return undefined
    return { kind: 'property', type: property.property.collection, property }
  }

  /** A collection is no value: only `any`, `all` and `$count` make one of it. */
  #single(expression: BoundExpression, position: Position): BoundExpression {
    if (expression.kind !== 'property' || expression.property.collection === undefined)
      return expression
    throw mismatch(expression.property.name, 'Collection', 'any, all, $count', position)
  }

  /** A lambda variable over primitive values is the value itself. */
  #memberValue(source: Source): BoundExpression {
    const collection = source.from.kind === 'members' ? source.from.property.collection : undefined
    const type = typeof collection === 'string' ? collection : 'Edm.String'
    return { kind: 'value', type, nullable: true, source }
  }

  #start(steps: readonly PathStep[]): { readonly at: Place; readonly consumed: number } {
    const first = steps[0]
    if (first?.kind === '$it' || first?.kind === '$this') {
      return { at: { kind: 'source', source: this.#root, scope: this.#scope }, consumed: 1 }
    }
    if (first?.kind === 'name' && first.arguments === undefined) {
      const variable = this.#variables.get(first.name)
      if (variable !== undefined) return { at: { kind: 'source', ...variable }, consumed: 1 }
    }
    return { at: { kind: 'source', source: this.#root, scope: this.#scope }, consumed: 0 }
  }

  #follow(place: Place, step: PathStep): Place {
    switch (step.kind) {
      case 'name':
        return this.#followName(place, step)
      case 'any':
      case 'all':
        return { kind: 'expression', expression: this.#bindLambda(place, step) }
      case '$count':
        return { kind: 'expression', expression: this.#bindCount(place, step) }
      case '$root':
      case '$value':
      case '$ref':
      case '$it':
      case '$this':
      case 'annotation':
        throw new HapiError('NOT_IMPLEMENTED', {
          feature: step.kind === 'annotation' ? `@${step.name}` : step.kind,
        })
    }
  }

  #followName(place: Place, step: Extract<PathStep, { kind: 'name' }>): Place {
    if (place.kind !== 'source') throw this.#notAProperty(place, step)
    if (step.arguments !== undefined) throw unknownFunction(step.name, step.position)
    const { source, scope } = place
    const property = source.row.findProperty(step.name)
    if (property?.collection !== undefined)
      return {
        kind: 'expression',
        expression: {
          kind: 'property',
          type: 'Edm.String',
          nullable: property.nullable,
          source,
          property,
        },
      }
    if (property !== undefined) {
      // A value reached by an outer join may be missing though its column never is.
      const nullable = property.nullable || source.from.kind === 'join'
      return {
        kind: 'expression',
        expression: { kind: 'property', type: property.type, nullable, source, property },
      }
    }
    const navigation = source.row.findNavigation(step.name)
    if (navigation === undefined) throw unknownProperty(step.name, source.row, step.position)
    const target = this.#context.readable(this.#context.model.getType(navigation.target))
    if (navigation.cardinality === 'many') return { kind: 'related', source, navigation }
    return { kind: 'source', source: scope.join(source, navigation, target), scope }
  }

  #notAProperty(
    place: Exclude<Place, { kind: 'source' }>,
    step: Extract<PathStep, { kind: 'name' }>,
  ): HapiError {
    const type =
      place.kind === 'related' ? `Collection(${place.navigation.target})` : place.expression.type
    return new HapiError('UNKNOWN_PROPERTY', {
      property: step.name,
      type,
      position: step.position,
      nearest: place.kind === 'related' ? ' → any, all, $count' : '',
    })
  }

  #bindLambda(place: Place, step: Extract<PathStep, { kind: 'any' | 'all' }>): BoundExpression {
    const scope = this.#collectionScope(place, step.position)
    if (step.variable === undefined || step.predicate === undefined) {
      return {
        kind: 'lambda',
        type: 'Edm.Boolean',
        nullable: false,
        quantifier: step.kind,
        scope,
        predicate: undefined,
      }
    }
    const variables = new Map(this.#variables).set(step.variable, { source: scope.root, scope })
    const inner = this.#inside(this.#root, this.#scope, variables)
    return {
      kind: 'lambda',
      type: 'Edm.Boolean',
      nullable: false,
      quantifier: step.kind,
      scope,
      predicate: inner.bindCondition(step.predicate),
    }
  }

  #bindCount(place: Place, step: Extract<PathStep, { kind: '$count' }>): BoundExpression {
    const scope = this.#collectionScope(place, step.position)
    return {
      kind: 'count',
      type: 'Edm.Int64',
      nullable: false,
      scope,
      predicate: this.#countPredicate(scope, step.options),
    }
  }

  #countPredicate(
    scope: ScopeBuilder,
    options: QueryOptions | undefined,
  ): BoundExpression | undefined {
    if (options === undefined) return undefined
    const inner = this.#inside(scope.root, scope, this.#variables)
    const operands = [
      ...(options.filter === undefined ? [] : [inner.bindCondition(options.filter)]),
      ...(options.search === undefined
        ? []
        : [bindSearch(this.#context, options.search, scope.root)]),
    ]
    return operands.length === 1
      ? operands[0]
      : { kind: 'logical', type: 'Edm.Boolean', nullable: true, operator: 'and', operands }
  }

  /** The rows over which a lambda or a count goes. */
  #collectionScope(place: Place, position: Position): ScopeBuilder {
    if (place.kind === 'related') {
      const target = this.#context.readable(this.#context.model.getType(place.navigation.target))
      return new ScopeBuilder(this.#context.numbers, target, {
        kind: 'related',
        source: place.source,
        navigation: place.navigation,
      })
    }
    const property =
      place.kind === 'expression' && place.expression.kind === 'property'
        ? place.expression
        : undefined
    if (property?.property.collection === undefined)
      throw mismatch(
        'any, all, $count',
        place.kind === 'expression' ? place.expression.type : 'entity',
        'Collection',
        position,
      )
    const row =
      typeof property.property.collection === 'string' ? primitiveRow : property.property.collection
    return new ScopeBuilder(this.#context.numbers, row, {
      kind: 'members',
      source: property.source,
      property: property.property,
    })
  }
}

/** Members that are plain values have no properties. */
const primitiveRow: RowType = {
  name: 'value',
  entityType: undefined,
  properties: [],
  navigation: [],
  key: undefined,
  modified: undefined,
  findProperty: () => undefined,
  findNavigation: () => undefined,
}
