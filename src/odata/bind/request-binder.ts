/** Binds a whole request: the resource path to rows, then its options (URL Conventions 4.01 §4). */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Model } from '../../model/model.ts'
import type { ODataRequest, PathSegment, QueryOptions } from '../parse/syntax.ts'
import type { ReadAccess } from './access.ts'
import { refuseInapplicable, withoutPaging } from './applicable-options.ts'
import { optionsWithThese } from './applied-query.ts'
import { BindContext } from './bind-context.ts'
import type { BoundRequest, ResourceShape } from './bound-tree.ts'
import { bindCrossJoinRequest } from './crossjoin-request.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { functionArguments } from './function-arguments.ts'
import { membersOf } from './member-path-binder.ts'
import {
  type FunctionCall,
  filterOf,
  type NameSegment,
  PathSteps,
  type Position,
  type SystemSegment,
  takeFilters,
} from './path-steps.ts'
import { type ExpandLimits, QueryBinder } from './query-binder.ts'
import { complexRowType, type RowProperty } from './row-type.ts'
import { ScopeBuilder } from './sources.ts'

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
  readonly #steps: PathSteps

  constructor(context: BindContext, queries: QueryBinder) {
    this.#context = context
    this.#queries = queries
    this.#steps = new PathSteps(context)
  }

  bind(path: readonly PathSegment[], options: QueryOptions): BoundRequest {
    const [first, ...rest] = path
    if (first?.kind !== 'name') return this.#bindSymbol(first, rest, options)
    const type = this.#steps.entitySet(first)
    const call =
      first.arguments === undefined ? this.#steps.findCall(type, 'collection', rest[0]) : undefined
    if (call !== undefined) {
      this.#context.readable(type)
      return this.#bindFunction(call, undefined, rest.slice(1), options)
    }
    let position = this.#steps.startAt(type)
    if (first.arguments !== undefined) position = this.#steps.byKey(position, first.arguments)
    return this.#walk(position, rest, options)
  }

  #bindSymbol(
    first: PathSegment | undefined,
    rest: readonly PathSegment[],
    options: QueryOptions,
  ): BoundRequest {
    if (first?.kind === 'system' && first.name === '$crossjoin')
      return bindCrossJoinRequest(this.#context, this.#queries, first, rest, options)
    const [second, ...others] = rest
    const type =
      first?.kind === 'system' && first.name === '$all' && second?.kind === 'name'
        ? this.#steps.typeNamed(second)
        : undefined
    // All entities of a type are those of its set (URL Conventions 4.01 §4.16); those of all types are no table.
    if (type === undefined || second?.kind !== 'name')
      throw new HapiError('NOT_IMPLEMENTED', {
        feature: first?.kind === 'system' ? first.name : '/',
      })
    const position = this.#steps.startAt(type)
    const given = second.arguments
    return this.#walk(
      given === undefined ? position : this.#steps.byKey(position, given),
      others,
      options,
    )
  }

  #walk(start: Position, segments: readonly PathSegment[], options: QueryOptions): BoundRequest {
    let position = start
    for (const [index, segment] of segments.entries()) {
      const rest = segments.slice(index + 1)
      if (segment.kind === 'literal') position = this.#steps.byKeySegment(position, segment.literal)
      else if (segment.kind === 'system') {
        const predicate = filterOf(segment, position)
        if (predicate === undefined) return this.#endWithSystem(position, segment, rest, options)
        position = this.#steps.filtered(position, predicate)
      } else if (this.#steps.isType(segment)) position = this.#steps.cast(position, segment)
      else {
        const property =
          position.shape === 'entity'
            ? position.scope.root.row.findProperty(segment.name)
            : undefined
        if (property !== undefined)
          return this.#endWithProperty(position, property, segment, rest, options)
        const call =
          position.shape === 'entity'
            ? this.#steps.findCall(position.type, 'entity', segment)
            : undefined
        if (call !== undefined) return this.#bindFunction(call, position, rest, options)
        position = this.#steps.navigate(position, segment)
      }
    }
    return this.#end(position, position.shape, options)
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
        arguments: functionArguments(this.#context, operation, segment),
      },
    }
  }
}
