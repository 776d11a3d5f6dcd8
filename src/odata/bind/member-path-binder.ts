/**
 * Binds member paths: properties, to-one relations (joins), and what is asked of collections
 * (`any`, `all`, `$count`), which are subqueries (URL Conventions 4.01 §5.1.1.13–15).
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { NavigationProperty } from '../../model/entity-type.ts'
import type { AggregateItem, Arguments, Expression, PathStep, Position } from '../parse/syntax.ts'
import { bindAggregate } from './aggregate-binder.ts'
import { type Anchor, anchoredValue, anchorVia } from './anchors.ts'
import type { BindContext, ItPlace } from './bind-context.ts'
import { mismatch, unknownFunction, unknownProperty } from './bind-error.ts'
import type { BoundCollection, BoundExpression, Source, ValueType } from './bound-tree.ts'
import { bindKey, invalidKey } from './key-binder.ts'
import { hasNested, isTypeOf, type RowProperty, type RowType } from './row-type.ts'
import { bindSearch } from './search-binder.ts'
import { ScopeBuilder, valueOf } from './sources.ts'

/** Lambda variables by name. */
export type Variables = ReadonlyMap<
  string,
  { readonly source: Source; readonly scope: ScopeBuilder }
>

/** Binds the conditions inside a lambda or a count: names without a variable are the root's. */
export type ConditionBinding = (
  context: BindContext,
  root: Source,
  scope: ScopeBuilder,
  variables: Variables,
) => {
  readonly bind: (expression: Expression) => BoundExpression
  readonly bindCondition: (expression: Expression) => BoundExpression
}

/** Rows of a collection that a path leads to. */
interface Rows {
  readonly kind: 'rows'
  readonly name: string
  readonly scope: ScopeBuilder
  readonly conditions: readonly BoundExpression[]
}

/** A place in the row world while a path is followed. */
type Place =
  | ItPlace
  | Rows
  /** An object inside the rows of a source, as `groupby((Building/City))` makes one. */
  | { readonly kind: 'object'; readonly within: ItPlace; readonly path: string }
  /** A relation that `$apply` has taken away: it counts as null, and all that it leads to. */
  | { readonly kind: 'absent'; readonly row: RowType }
  /** `$these`: all the rows; an aggregate comes next. */
  | { readonly kind: 'these' }
  /** `$root`: entity sets come next. */
  | { readonly kind: 'service' }
  | { readonly kind: 'expression'; readonly expression: BoundExpression }

type NameStep = Extract<PathStep, { kind: 'name' }>

const NOTHING: BoundExpression = { kind: 'null', type: 'null', nullable: true }

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
        return isPrimitiveRow(place.at.source.row)
          ? this.#memberValue(place.at.source)
          : { kind: 'related', type: 'null', nullable: true, source: place.at.source }
      case 'absent':
        return NOTHING
      case 'these':
        throw mismatch('$these', 'Collection', 'aggregate, $count', position)
      case 'object':
        throw mismatch(place.at.path, 'Edm.ComplexType', 'Edm.PrimitiveType', position)
      case 'anchor':
        return { ...this.#keyOf(place.at.anchor), type: 'null' }
      case 'rows':
        throw mismatch(place.at.name, 'Collection', 'any, all, $count', position)
      case 'service':
        throw mismatch('$root', 'Edm.EntityContainer', '$root/…', position)
    }
  }

  /** The collection of primitive values at the end of a path; undefined when there is none. */
  bindCollection(steps: readonly PathStep[]): BoundCollection | undefined {
    // Only a property is a collection by itself: what else a path may be stays unbound here.
    const values = ['any', 'all', '$count', 'aggregate']
    if (steps.some((step) => values.includes(step.kind))) return undefined
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

  /** Whether an entity is there shows in its key. */
  #keyOf(anchor: Anchor): Extract<BoundExpression, { kind: 'anchored' }> {
    const { key, name } = anchor.source.row
    if (key === undefined) throw new Error(`${name} has no key`)
    return anchoredValue(anchor, key)
  }

  #start(steps: readonly PathStep[]): { readonly at: Place; readonly consumed: number } {
    const first = steps[0]
    const here = { kind: 'source', source: this.#root, scope: this.#scope } as const
    if (first?.kind === '$root') return { at: { kind: 'service' }, consumed: 1 }
    if (first?.kind === '$these') return { at: { kind: 'these' }, consumed: 1 }
    if (first?.kind === '$this') return { at: here, consumed: 1 }
    if (first?.kind === '$it') return { at: this.#it(), consumed: 1 }
    if (first?.kind === 'name' && first.arguments === undefined) {
      const variable = this.#variables.get(first.name)
      if (variable !== undefined) return { at: { kind: 'source', ...variable }, consumed: 1 }
    }
    return { at: here, consumed: 0 }
  }

  /** The row of the resource, wherever the expression stands (URL Conventions 4.01 §5.1.1.14.4). */
  #it(): ItPlace {
    return this.#context.isNested
      ? this.#context.it()
      : { kind: 'source', source: this.#root, scope: this.#scope }
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
      case '$filter':
        return this.#bindFilter(place, step)
      case 'aggregate':
        return { kind: 'expression', expression: this.#bindAggregate(place, step) }
      case '$root':
      case '$value':
      case '$ref':
      case '$it':
      case '$this':
      case '$these':
      case 'annotation':
        throw new HapiError('NOT_IMPLEMENTED', {
          feature: step.kind === 'annotation' ? `@${step.name}` : step.kind,
        })
    }
  }

  #followName(place: Place, step: NameStep): Place {
    if (place.kind === 'service') return this.#withKey(this.#entitySet(step), step.arguments)
    if (place.kind === 'expression') throw this.#notAProperty(place, step)
    if (place.kind === 'these')
      throw mismatch('$these', 'Collection', 'aggregate, $count', step.position)
    if (place.kind === 'absent') return this.#followAbsent(place.row, step)
    if (place.kind === 'object') return this.#followObject(place, step)
    if (step.name.includes('.')) return castPlace(place, step)
    if (place.kind === 'rows') throw this.#notAProperty(place, step)
    const source = place.kind === 'source' ? place.source : place.anchor.source
    const property = source.row.findProperty(step.name)
    if (property !== undefined) {
      if (step.arguments !== undefined) throw unknownFunction(step.name, step.position)
      return { kind: 'expression', expression: this.#property(place, property) }
    }
    const navigation = source.row.findNavigation(step.name)
    if (navigation === undefined && hasNested(source.row, step.name))
      return { kind: 'object', within: place, path: step.name }
    if (navigation === undefined && source.row.reduced !== undefined)
      return this.#followAbsent(source.row.reduced, step)
    if (navigation === undefined && step.arguments !== undefined)
      throw unknownFunction(step.name, step.position)
    if (navigation === undefined) throw unknownProperty(step.name, source.row, step.position)
    return this.#withKey(this.#navigate(place, navigation), step.arguments)
  }

  #followObject({ within, path }: Extract<Place, { kind: 'object' }>, step: NameStep): Place {
    const { row } = within.kind === 'source' ? within.source : within.anchor.source
    const name = `${path}/${step.name}`
    const property = row.findProperty(name)
    if (property !== undefined && step.arguments === undefined)
      return { kind: 'expression', expression: this.#property(within, property) }
    if (!hasNested(row, name)) throw unknownProperty(name, row, step.position)
    return { kind: 'object', within, path: name }
  }

  #followAbsent(row: RowType, step: NameStep): Place {
    if (row.findProperty(step.name) !== undefined)
      return { kind: 'expression', expression: NOTHING }
    const navigation = row.findNavigation(step.name)
    if (navigation === undefined || navigation.cardinality === 'many')
      throw unknownProperty(step.name, row, step.position)
    const target = this.#context.readable(this.#context.model.getType(navigation.target))
    return { kind: 'absent', row: target }
  }

  /** `isdefined(path)`: whether the rows have the property (Data Aggregation 4.0 §3.7). */
  bindPresence(steps: readonly PathStep[], position: Position): BoundExpression {
    const bound = this.bind(steps, position)
    const present = bound.kind === 'property' ? bound.property.present : undefined
    if (bound.kind === 'property' && present !== undefined) return valueOf(bound.source, present)
    // `null eq null` is true, and `null ne null` false.
    return {
      kind: 'comparison',
      type: 'Edm.Boolean',
      nullable: false,
      operator: bound.kind === 'null' ? 'ne' : 'eq',
      left: NOTHING,
      right: NOTHING,
    }
  }

  #property(place: ItPlace, property: RowProperty): BoundExpression {
    if (place.kind === 'anchor') {
      if (property.collection !== undefined)
        throw new HapiError('NOT_IMPLEMENTED', { feature: `…/${property.name}` })
      return anchoredValue(place.anchor, property)
    }
    const { source } = place
    // A value reached by an outer join may be missing though its column never is.
    const isOuter = source.from.kind === 'join' && source.from.source.from.kind !== 'crossjoin'
    const nullable = property.nullable || (property.collection === undefined && isOuter)
    const type = property.collection === undefined ? property.type : 'Edm.String'
    return { kind: 'property', type, nullable, source, property }
  }

  #navigate(place: ItPlace, navigation: NavigationProperty): Place {
    if (place.kind === 'anchor') {
      const anchor = anchorVia(this.#context, place.anchor, navigation)
      return navigation.cardinality === 'many'
        ? { kind: 'rows', name: navigation.name, ...anchor }
        : { kind: 'anchor', anchor }
    }
    const { source, scope } = place
    const target = this.#context.readable(this.#context.model.getType(navigation.target))
    if (navigation.cardinality !== 'many')
      return { kind: 'source', source: scope.join(source, navigation, target), scope }
    const related = new ScopeBuilder(this.#context.numbers, target, {
      kind: 'related',
      source,
      navigation,
    })
    return { kind: 'rows', name: navigation.name, scope: related, conditions: [] }
  }

  #entitySet({ name, position }: NameStep): Rows {
    const { entityTypes, findBySet } = this.#context.model
    const type = findBySet(name)
    if (type === undefined) {
      const nearest = nearestHint(
        name,
        entityTypes.map(({ set }) => set),
      )
      throw new HapiError(
        'UNKNOWN_PROPERTY',
        { property: name, type: '$root', position, nearest },
        { target: name },
      )
    }
    const scope = new ScopeBuilder(this.#context.numbers, this.#context.readable(type), {
      kind: 'table',
    })
    return { kind: 'rows', name: type.set, scope, conditions: [] }
  }

  /** One row of a collection, by its key. */
  #withKey(place: Place, key: Arguments | undefined): Place {
    if (key === undefined) return place
    if (place.kind !== 'rows')
      throw invalidKey(place.kind === 'source' ? place.source.row : primitiveRow)
    const { scope } = place
    const { conditions } = bindKey(this.#context, scope.root, key)
    const anchor = {
      source: scope.root,
      scope,
      conditions: [...place.conditions, ...conditions],
      via: undefined,
    }
    return { kind: 'anchor', anchor }
  }

  #notAProperty(place: Rows | Extract<Place, { kind: 'expression' }>, step: NameStep): HapiError {
    const type =
      place.kind === 'rows' ? `Collection(${place.scope.root.row.name})` : place.expression.type
    return new HapiError('UNKNOWN_PROPERTY', {
      property: step.name,
      type,
      position: step.position,
      nearest: place.kind === 'rows' ? ' → any, all, $count' : '',
    })
  }

  #bindFilter(place: Place, step: Extract<PathStep, { kind: '$filter' }>): Place {
    const rows = this.#rows(place, step.position)
    const condition = this.#within(rows.scope).bindCondition(step.predicate)
    return this.#withKey({ ...rows, conditions: [...rows.conditions, condition] }, step.key)
  }

  #bindLambda(place: Place, step: Extract<PathStep, { kind: 'any' | 'all' }>): BoundExpression {
    const { scope, conditions } = this.#rows(place, step.position)
    const facts = {
      kind: 'lambda',
      type: 'Edm.Boolean',
      nullable: false,
      quantifier: step.kind,
      scope,
      conditions,
    } as const
    if (step.variable === undefined || step.predicate === undefined)
      return { ...facts, predicate: undefined }
    const variables = new Map(this.#variables).set(step.variable, { source: scope.root, scope })
    const inner = this.#inside(this.#context, this.#root, this.#scope, variables)
    return { ...facts, predicate: inner.bindCondition(step.predicate) }
  }

  #bindAggregate(place: Place, step: Extract<PathStep, { kind: 'aggregate' }>): BoundExpression {
    if (place.kind === 'these') return this.#bindOverall(step.item)
    const { scope, conditions } = this.#rows(place, step.position)
    const inner = this.#within(scope)
    const aggregated = { scope, bind: inner.bind.bind(inner) }
    const { value, type } = bindAggregate(this.#context, aggregated, step.item)
    return { kind: 'aggregated', type, nullable: true, scope, conditions, value }
  }

  /** Of the rows of a transformation: each sees the value of all of them. */
  #bindOverall(item: AggregateItem, countType?: ValueType): BoundExpression {
    const { current } = this.#context
    if (current === undefined) throw new HapiError('NOT_IMPLEMENTED', { feature: '$these' })
    return current.valueOf(() => {
      const { scope } = current
      const inner = this.#inside(this.#context, scope.root, scope, this.#variables)
      const aggregated = { scope, bind: inner.bind.bind(inner) }
      const bound = bindAggregate(this.#context, aggregated, item)
      return { ...bound, type: countType ?? bound.type }
    })
  }

  #bindCount(place: Place, step: Extract<PathStep, { kind: '$count' }>): BoundExpression {
    if (place.kind === 'these' && step.options === undefined) {
      const { position } = step
      const count = { kind: 'count', path: [], alias: undefined, from: [], position } as const
      return this.#bindOverall(count, 'Edm.Int64')
    }
    const rows = this.#rows(place, step.position)
    const { filter, search } = step.options ?? {}
    return {
      kind: 'count',
      type: 'Edm.Int64',
      nullable: false,
      scope: rows.scope,
      conditions: [
        ...rows.conditions,
        ...(filter === undefined ? [] : [this.#within(rows.scope).bindCondition(filter)]),
        ...(search === undefined ? [] : [bindSearch(this.#context, search, rows.scope.root)]),
      ],
    }
  }

  /** Conditions on the rows of a collection: names are theirs, and `$it` is still the row outside. */
  #within(scope: ScopeBuilder): ReturnType<ConditionBinding> {
    const context = this.#context.nested({ it: () => this.#it() })
    return this.#inside(context, scope.root, scope, this.#variables)
  }

  /** The rows over which a lambda, a count or a filter goes. */
  #rows(place: Place, position: Position): Rows {
    if (place.kind === 'rows') return place
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
    const scope = membersOf(this.#context, property.source, property.property)
    return { kind: 'rows', name: property.property.name, scope, conditions: [] }
  }
}

/** The members of a collection that a row holds. */
export function membersOf(
  context: BindContext,
  source: Source,
  property: RowProperty,
  order: 'ordered' | 'any' = 'any',
): ScopeBuilder {
  const { collection } = property
  const row = typeof collection === 'object' ? collection : primitiveRow
  const ordered = order === 'ordered'
  return new ScopeBuilder(context.numbers, row, { kind: 'members', source, property, ordered })
}

/** A cast to the type that rows have anyway changes nothing; the model has no derived types (§4.11). */
function castPlace(place: ItPlace | Rows, { name, position }: NameStep): Place {
  const { row } =
    place.kind === 'source'
      ? place.source
      : place.kind === 'rows'
        ? place.scope.root
        : place.anchor.source
  if (!isTypeOf(row, name)) throw mismatch(name, row.name, name, position)
  return place
}

function isPrimitiveRow(row: RowType): boolean {
  return row === primitiveRow
}

/** Members that are plain values have no properties. */
const primitiveRow: RowType = {
  name: 'value',
  entityType: undefined,
  properties: [],
  navigation: [],
  key: undefined,
  modified: undefined,
  reduced: undefined,
  findProperty: () => undefined,
  findNavigation: () => undefined,
}
