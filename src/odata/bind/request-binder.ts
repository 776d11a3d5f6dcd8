/** Binds a whole request: the resource path to rows, then its options (URL Conventions 4.01 §4). */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { EntityType, Operation } from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import type {
  Arguments,
  Expression,
  ODataRequest,
  PathSegment,
  QueryOptions,
} from '../parse/syntax.ts'
import type { ReadAccess } from './access.ts'
import { type Anchor, anchorAtTable, anchorVia } from './anchors.ts'
import { optionsWithThese } from './applied-query.ts'
import { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import type { BoundRequest, RawArgument, ResourceShape } from './bound-tree.ts'
import { crossJoin, orderOfSides } from './crossjoin-binder.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { type BoundKey, bindKey, bindKeySegment, invalidKey } from './key-binder.ts'
import { membersOf } from './member-path-binder.ts'
import { type ExpandLimits, QueryBinder } from './query-binder.ts'
import { complexRowType, entityRowType, isTypeOf, type RowProperty } from './row-type.ts'
import { ScopeBuilder } from './sources.ts'

type NameSegment = Extract<PathSegment, { kind: 'name' }>
type SystemSegment = Extract<PathSegment, { kind: 'system' }>

/** A bound function, and the segment that calls it. */
interface FunctionCall {
  readonly operation: Operation
  readonly segment: NameSegment
}

/** Where the path has led so far. */
interface Position {
  readonly shape: 'collection' | 'entity'
  readonly type: EntityType
  readonly scope: ScopeBuilder
  readonly anchor: Anchor
  readonly keyLiterals: readonly number[]
}

/**
 * @throws {HapiError} 404 for a path that leads nowhere, 400 for options that do not fit,
 *   403 for what the caller may not read, 501 for parts of the standard that are not offered
 */
export function bindRequest(
  model: Model,
  access: ReadAccess,
  request: ODataRequest,
  limits: ExpandLimits,
): BoundRequest {
  const context = new BindContext(model, access, request)
  return new RequestBinder(context, new QueryBinder(context, limits)).bind(
    request.path,
    request.options,
  )
}

class RequestBinder {
  readonly #context: BindContext
  readonly #queries: QueryBinder

  constructor(context: BindContext, queries: QueryBinder) {
    this.#context = context
    this.#queries = queries
  }

  bind(path: readonly PathSegment[], options: QueryOptions): BoundRequest {
    const [first, ...rest] = path
    if (first?.kind !== 'name') return this.#bindSymbol(first, rest, options)
    const type = this.#entitySet(first)
    const call =
      first.arguments === undefined ? this.#findCall(type, 'collection', rest[0]) : undefined
    if (call !== undefined) {
      this.#context.readable(type)
      return this.#bindFunction(call, undefined, rest.slice(1), options)
    }
    let position = this.#startAt(type)
    if (first.arguments !== undefined) position = this.#byKey(position, first.arguments)
    return this.#walk(position, rest, options)
  }

  #bindSymbol(
    first: PathSegment | undefined,
    rest: readonly PathSegment[],
    options: QueryOptions,
  ): BoundRequest {
    if (first?.kind === 'system' && first.name === '$crossjoin')
      return this.#bindCrossJoin(first, rest, options)
    const [second, ...others] = rest
    const type =
      first?.kind === 'system' && first.name === '$all' && second?.kind === 'name'
        ? this.#typeNamed(second)
        : undefined
    // All entities of a type are those of its set (URL Conventions 4.01 §4.16); those of all types are no table.
    if (type === undefined || second?.kind !== 'name')
      throw new HapiError('NOT_IMPLEMENTED', {
        feature: first?.kind === 'system' ? first.name : '/',
      })
    const position = this.#startAt(type)
    const given = second.arguments
    return this.#walk(
      given === undefined ? position : this.#byKey(position, given),
      others,
      options,
    )
  }

  #typeNamed({ name }: NameSegment): EntityType | undefined {
    return this.#context.model.entityTypes.find((type) => isTypeOf(entityRowType(type), name))
  }

  #bindCrossJoin(
    segment: SystemSegment,
    rest: readonly PathSegment[],
    options: QueryOptions,
  ): BoundRequest {
    const scope = crossJoin(this.#context, segment.arguments)
    const order = orderOfSides(scope)
    const filters = takeFilters(rest)
    const [next, ...more] = rest.slice(filters.length)
    const counts = next?.kind === 'system' && next.name === '$count'
    if (next !== undefined && (!counts || more.length > 0))
      throw new HapiError('UNKNOWN_SEGMENT', {
        segment: 'name' in next ? next.name : '',
        type: '$crossjoin',
        nearest: ' → $count',
      })
    if (options.apply !== undefined)
      throw new HapiError('NOT_IMPLEMENTED', { feature: '$crossjoin(…)?$apply=…' })
    refuseInapplicable(counts ? 'count' : 'crossjoin', options)
    const expressions = new ExpressionBinder(this.#context, scope.root, scope)
    const query = this.#queries.bind(
      scope.root,
      scope,
      counts ? withoutPaging(options) : options,
      filters.map((predicate) => expressions.bindCondition(predicate)),
    )
    return {
      shape: counts ? 'count' : 'collection',
      setName: undefined,
      query: { ...query, orderBy: [...query.orderBy, ...order] },
      via: undefined,
      keyLiterals: [],
      property: undefined,
      functionCall: undefined,
    }
  }

  #entitySet(segment: NameSegment): EntityType {
    const type = this.#context.model.findBySet(segment.name)
    if (type === undefined) {
      const sets = this.#context.model.entityTypes.map((candidate) => candidate.set)
      throw new HapiError(
        'UNKNOWN_ENTITY_SET',
        { name: segment.name, nearest: nearestHint(segment.name, sets) },
        { target: segment.name },
      )
    }
    return type
  }

  /** The call of an operation that is bound to what stands before it. */
  #findCall(
    type: EntityType,
    bindsTo: Operation['bindsTo'],
    segment: PathSegment | undefined,
  ): FunctionCall | undefined {
    if (segment?.kind !== 'name') return undefined
    // A qualified name (`Primmo.HApi.ForRent`) names the same function.
    const operation = this.#context.model.findOperation(
      type.set,
      segment.name.slice(segment.name.lastIndexOf('.') + 1),
    )
    if (operation?.bindsTo !== bindsTo) return undefined
    // An action is only ever asked for by POST (Protocol 4.01 §11.5.5).
    if (operation.kind === 'action')
      throw new HapiError(
        'OPERATION_NOT_SUPPORTED',
        { method: 'GET', entity: operation.name },
        { headers: { allow: 'POST, OPTIONS' } },
      )
    return { operation, segment }
  }

  #startAt(type: EntityType): Position {
    const scope = new ScopeBuilder(this.#context.numbers, this.#context.readable(type), {
      kind: 'table',
    })
    return {
      shape: 'collection',
      type,
      scope,
      anchor: anchorAtTable(scope),
      keyLiterals: [],
    }
  }

  #walk(start: Position, segments: readonly PathSegment[], options: QueryOptions): BoundRequest {
    let position = start
    for (const [index, segment] of segments.entries()) {
      const rest = segments.slice(index + 1)
      if (segment.kind === 'literal') position = this.#byKeySegment(position, segment.literal)
      else if (segment.kind === 'system') {
        const predicate = filterOf(segment, position)
        if (predicate === undefined) return this.#endWithSystem(position, segment, rest, options)
        position = this.#filtered(position, predicate)
      } else if (this.#isType(segment)) position = this.#cast(position, segment)
      else {
        const property =
          position.shape === 'entity'
            ? position.scope.root.row.findProperty(segment.name)
            : undefined
        if (property !== undefined)
          return this.#endWithProperty(position, property, segment, rest, options)
        const call =
          position.shape === 'entity' ? this.#findCall(position.type, 'entity', segment) : undefined
        if (call !== undefined) return this.#bindFunction(call, position, rest, options)
        position = this.#navigate(position, segment)
      }
    }
    return this.#end(position, position.shape, options)
  }

  /** Whether a qualified name is that of a type; it may be an operation's. */
  #isType(segment: NameSegment): boolean {
    return segment.name.includes('.') && this.#typeNamed(segment) !== undefined
  }

  #navigate(position: Position, segment: NameSegment): Position {
    const { row } = position.scope.root
    const navigation = position.shape === 'entity' ? row.findNavigation(segment.name) : undefined
    if (navigation === undefined) throw this.#unknownSegment(position, segment)
    const anchor = anchorVia(this.#context, position.anchor, navigation)
    const next: Position = {
      shape: navigation.cardinality === 'many' ? 'collection' : 'entity',
      type: this.#context.model.getType(navigation.target),
      scope: anchor.scope,
      anchor,
      keyLiterals: position.keyLiterals,
    }
    return segment.arguments === undefined ? next : this.#byKey(next, segment.arguments)
  }

  #unknownSegment(position: Position, segment: NameSegment): HapiError {
    const { row } = position.scope.root
    const members = position.shape === 'entity' ? [...row.navigation, ...row.properties] : []
    const operations = this.#context.model.operations.filter(
      ({ set, bindsTo }) => set === position.type.set && bindsTo === position.shape,
    )
    const names = [...members, ...operations].map((item) => item.name)
    const type = position.shape === 'entity' ? position.type.name : position.type.set
    return new HapiError(
      'UNKNOWN_SEGMENT',
      { segment: segment.name, type, nearest: nearestHint(segment.name, names) },
      { target: segment.name },
    )
  }

  #byKeySegment(position: Position, literal: number): Position {
    if (position.shape !== 'collection')
      throw new HapiError('UNKNOWN_SEGMENT', {
        segment: this.#context.literal(literal).value,
        type: position.type.name,
        nearest: '',
      })
    return withKey(position, bindKeySegment(this.#context, position.scope.root, literal))
  }

  #byKey(position: Position, given: Arguments): Position {
    if (position.shape !== 'collection') throw invalidKey(position.scope.root.row)
    return withKey(position, bindKey(this.#context, position.scope.root, given))
  }

  /** `/$filter(…)` leaves some rows of a collection, whatever the path makes of them then (URL Conventions 4.01 §4.12). */
  #filtered(position: Position, predicate: Expression): Position {
    const { scope, anchor } = position
    const condition = new ExpressionBinder(this.#context, scope.root, scope).bindCondition(
      predicate,
    )
    return { ...position, anchor: { ...anchor, conditions: [...anchor.conditions, condition] } }
  }

  /** The type that the rows have anyway: the model has no derived ones (§4.11). */
  #cast(position: Position, segment: NameSegment): Position {
    const { row } = position.scope.root
    if (!isTypeOf(row, segment.name))
      throw mismatch(segment.name, row.name, segment.name, segment.position)
    return segment.arguments === undefined ? position : this.#byKey(position, segment.arguments)
  }

  #endWithSystem(
    position: Position,
    segment: SystemSegment,
    rest: readonly PathSegment[],
    options: QueryOptions,
  ): BoundRequest {
    if (segment.name === '$ref') return this.#endWithReferences(position, options)
    if (segment.name === '$count' && position.shape === 'collection' && rest.length === 0)
      return this.#end(position, 'count', options)
    // One entity is no collection to count or filter, and a number has no segments.
    if (segment.name === '$count' || segment.name === '$filter')
      throw new HapiError('UNKNOWN_SEGMENT', {
        segment: rest.length === 0 || segment.name === '$filter' ? segment.name : '/',
        type: rest.length === 0 || segment.name === '$filter' ? position.type.name : segment.name,
        nearest: '',
      })
    throw new HapiError(
      'NOT_IMPLEMENTED',
      { feature: `/${segment.name}` },
      { target: segment.name },
    )
  }

  /** The identities of the entities instead of their content (Protocol 4.01 §11.2.8). */
  #endWithReferences(position: Position, options: QueryOptions): BoundRequest {
    refuseInapplicable(position.shape === 'entity' ? 'property' : 'references', options)
    return this.#bound(position, position.shape, options, true)
  }

  #endWithProperty(
    position: Position,
    property: RowProperty,
    segment: NameSegment,
    rest: readonly PathSegment[],
    options: QueryOptions,
  ): BoundRequest {
    if (property.collection !== undefined && segment.arguments === undefined)
      return this.#endWithMembers(position, property, rest, options)
    const [next, ...more] = rest
    const value = next?.kind === 'system' && next.name === '$value'
    if (segment.arguments !== undefined || more.length > 0 || (next !== undefined && !value)) {
      const unknown = next ?? segment
      throw new HapiError('UNKNOWN_SEGMENT', {
        segment: 'name' in unknown ? unknown.name : '',
        type: `${position.type.name}/${property.name}`,
        nearest: ' → $value',
      })
    }
    return { ...this.#end(position, value ? 'value' : 'property', options), property }
  }

  /** A collection that the entity holds: its members, filtered and cut as those of any collection, or their number. */
  #endWithMembers(
    position: Position,
    property: RowProperty,
    rest: readonly PathSegment[],
    options: QueryOptions,
  ): BoundRequest {
    const members = membersOf(this.#context, position.scope.root, property, 'ordered')
    const expressions = new ExpressionBinder(this.#context, members.root, members)
    const filters = takeFilters(rest)
    const [next, ...more] = rest.slice(filters.length)
    const counts = next?.kind === 'system' && next.name === '$count'
    if (next !== undefined && (more.length > 0 || !counts))
      throw new HapiError('UNKNOWN_SEGMENT', {
        // A list has no text of its own (Protocol 4.01 §11.2.4.1).
        segment: 'name' in next ? next.name : '',
        type: `${position.type.name}/${property.name}`,
        nearest: ' → $count',
      })
    refuseInapplicable(counts ? 'count' : 'members', options)
    const query = this.#queries.bind(
      members.root,
      members,
      counts ? withoutPaging(options) : options,
      filters.map((predicate) => expressions.bindCondition(predicate)),
    )
    const bound = this.#bound(position, counts ? 'value' : 'property', {}, false)
    return {
      ...bound,
      query: { ...bound.query, members: new Map([[property, query]]) },
      property,
      countsMembers: counts,
    }
  }

  #end(position: Position, shape: ResourceShape, options: QueryOptions): BoundRequest {
    refuseInapplicable(shape, options)
    return this.#bound(position, shape, options, false)
  }

  #bound(
    position: Position,
    shape: ResourceShape,
    options: QueryOptions,
    references: boolean,
  ): BoundRequest {
    return {
      shape,
      setName: position.type.set,
      query: this.#queries.bind(
        position.scope.root,
        position.scope,
        this.#optionsOf(shape, options),
        position.anchor.conditions,
        { context: this.#context, depth: 0, references },
      ),
      via: position.anchor.via,
      keyLiterals: position.keyLiterals,
      property: undefined,
      functionCall: undefined,
    }
  }

  #optionsOf(shape: ResourceShape, options: QueryOptions): QueryOptions {
    if (shape !== 'count' && shape !== 'collection') return options
    const applicable = shape === 'count' ? withoutPaging(options) : options
    return optionsWithThese(this.#context.request.shape, applicable)
  }

  /** @param position the entity that the function is bound to, if it is not bound to the collection */
  #bindFunction(
    { operation, segment }: FunctionCall,
    position: Position | undefined,
    rest: readonly PathSegment[],
    options: QueryOptions,
  ): BoundRequest {
    const member = /^Collection\((.+)\)$/.exec(operation.returns)?.[1]
    const counted =
      member !== undefined &&
      rest[0]?.kind === 'system' &&
      rest[0].name === '$count' &&
      rest.length === 1
    if (rest.length > 0 && !counted)
      throw new HapiError('NOT_IMPLEMENTED', { feature: `${operation.name}(…)/…` })
    const complex = this.#context.model.findComplexType(member ?? operation.returns)
    if (complex === undefined)
      throw new Error(`${operation.name} returns ${operation.returns}, which is no complex type`)
    const scope = new ScopeBuilder(
      this.#context.numbers,
      complexRowType(this.#context.model, complex),
      { kind: 'function', operation },
    )
    const shape = counted ? 'count' : member === undefined ? 'entity' : 'collection'
    refuseInapplicable(shape, options)
    return {
      shape,
      setName: undefined,
      query: this.#queries.bind(
        scope.root,
        scope,
        this.#optionsOf(shape, options),
        [],
        { context: this.#context, depth: 0, references: false },
        position?.anchor,
      ),
      via: undefined,
      keyLiterals: position?.keyLiterals ?? [],
      property: undefined,
      functionCall: {
        operation,
        boundTo: position?.anchor,
        arguments: this.#functionArguments(operation, segment),
      },
    }
  }

  /** Parameters in parentheses, by alias, or in the query string, names in any case. */
  #functionArguments(operation: Operation, segment: NameSegment): ReadonlyMap<string, RawArgument> {
    const given = new Map<string, RawArgument>()
    for (const [name, text] of this.#context.request.customOptions) {
      const parameter = operation.parameters.find(
        (candidate) => candidate.name.toLowerCase() === name.trim().toLowerCase(),
      )
      if (parameter === undefined) continue
      if (given.has(parameter.name))
        throw new HapiError(
          'DUPLICATE_OPTION',
          { option: parameter.name },
          { target: parameter.name },
        )
      given.set(parameter.name, { text: text.trim() })
    }
    if (segment.arguments?.kind === 'positional' && segment.arguments.values.length > 0)
      throw new HapiError('INVALID_FORMAT', { field: operation.name }, { target: operation.name })
    if (segment.arguments?.kind !== 'named') return this.#implicitArguments(operation, given)
    for (const { name, value } of segment.arguments.values) {
      const parameter = operation.parameters.find(
        (candidate) => candidate.name.toLowerCase() === name.toLowerCase(),
      )
      if (parameter === undefined) {
        const names = operation.parameters.map((candidate) => candidate.name)
        throw new HapiError(
          'UNKNOWN_OPTION',
          { option: name, nearest: nearestHint(name, names) },
          { target: name },
        )
      }
      if (given.has(parameter.name))
        throw new HapiError(
          'DUPLICATE_OPTION',
          { option: parameter.name },
          { target: parameter.name },
        )
      const resolved = value.kind === 'alias' ? this.#context.alias(value.name) : value
      // An alias without a value is null, which is as good as no argument.
      if (resolved === undefined) continue
      if (resolved.kind !== 'literal')
        throw new HapiError('INVALID_FORMAT', { field: parameter.name }, { target: parameter.name })
      if (this.#context.literal(resolved.literal).kind !== 'null')
        given.set(parameter.name, { literal: resolved.literal })
    }
    return this.#implicitArguments(operation, given)
  }

  /** What is not given is the value of the alias named like it, if there is one (Protocol 4.01 §11.5.4.1). */
  #implicitArguments(
    operation: Operation,
    given: Map<string, RawArgument>,
  ): ReadonlyMap<string, RawArgument> {
    for (const [alias, value] of this.#context.request.aliases) {
      const parameter = operation.parameters.find(
        ({ name }) => name.toLowerCase() === alias.toLowerCase(),
      )
      if (parameter === undefined || given.has(parameter.name) || value.kind !== 'literal') continue
      if (this.#context.literal(value.literal).kind !== 'null')
        given.set(parameter.name, { literal: value.literal })
    }
    return given
  }
}

/** The predicate of a `/$filter(…)` that stands after a collection. */
function filterOf(segment: SystemSegment, { shape }: Position): Expression | undefined {
  if (segment.name !== '$filter' || shape !== 'collection') return undefined
  return segment.arguments?.kind === 'positional' ? segment.arguments.values[0] : undefined
}

/** The predicates of the `/$filter(…)` that stand first. */
function takeFilters(segments: readonly PathSegment[]): readonly Expression[] {
  const [first, ...rest] = segments
  if (first?.kind !== 'system' || first.name !== '$filter') return []
  const predicate = first.arguments?.kind === 'positional' ? first.arguments.values[0] : undefined
  return predicate === undefined ? [] : [predicate, ...takeFilters(rest)]
}

function withKey(position: Position, { conditions, literals }: BoundKey): Position {
  const { anchor } = position
  return {
    ...position,
    shape: 'entity',
    anchor: { ...anchor, conditions: [...anchor.conditions, ...conditions] },
    keyLiterals: literals,
  }
}

type ApplicableTo = ResourceShape | 'references' | 'members' | 'crossjoin'

/** `$count` leaves aside what does not change a number; a collection takes all. */
const applicableOptions: Readonly<Partial<Record<ApplicableTo, readonly (keyof QueryOptions)[]>>> =
  {
    // The next link of a collection that is expanded on one entity has its address.
    entity: ['select', 'expand', 'format', 'compute', 'schemaversion', 'skiptoken'],
    property: ['format', 'schemaversion'],
    value: ['format', 'schemaversion'],
    crossjoin: [
      'filter',
      'orderby',
      'select',
      'expand',
      'top',
      'skip',
      'count',
      'format',
      'skiptoken',
      'schemaversion',
    ],
    members: ['filter', 'search', 'orderby', 'top', 'skip', 'count', 'format', 'schemaversion'],
    references: [
      'filter',
      'search',
      'orderby',
      'top',
      'skip',
      'count',
      'format',
      'skiptoken',
      'schemaversion',
    ],
  }

/** What options mean something for: those of a collection on one entity are mistakes. */
function refuseInapplicable(shape: ApplicableTo, options: QueryOptions): void {
  const applicable = applicableOptions[shape]
  // The keys of an object literal of this type are its own.
  const given = Object.keys(options) as (keyof QueryOptions)[]
  const wrong = given.find(
    (option) =>
      options[option] !== undefined &&
      // Only `$entity` has an id.
      (applicable === undefined ? option === 'id' : !applicable.includes(option)),
  )
  if (wrong !== undefined)
    throw new HapiError('OPTION_NOT_APPLICABLE', { option: `$${wrong}` }, { target: `$${wrong}` })
}

/** `/$count` counts what filter and search leave, with what they are told of; paging and ordering do not apply (Protocol §11.2.10). */
function withoutPaging(options: QueryOptions): QueryOptions {
  return {
    ...(options.apply === undefined ? {} : { apply: options.apply }),
    ...(options.compute === undefined ? {} : { compute: options.compute }),
    ...(options.filter === undefined ? {} : { filter: options.filter }),
    ...(options.search === undefined ? {} : { search: options.search }),
  }
}
