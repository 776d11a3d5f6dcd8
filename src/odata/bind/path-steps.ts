/** The steps of a resource path, one segment at a time: sets, keys, relations, casts, filters (URL Conventions 4.01 §4). */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { EntityType, Operation } from '../../model/entity-type.ts'
import type { Arguments, Expression, PathSegment } from '../parse/syntax.ts'
import { type Anchor, anchorAtTable, anchorVia } from './anchors.ts'
import type { BindContext } from './bind-context.ts'
import { mismatch } from './bind-error.ts'
import { ExpressionBinder } from './expression-binder.ts'
import { type BoundKey, bindKey, bindKeySegment, invalidKey } from './key-binder.ts'
import { entityRowType, isTypeOf } from './row-type.ts'
import { ScopeBuilder } from './sources.ts'

export type NameSegment = Extract<PathSegment, { kind: 'name' }>
export type SystemSegment = Extract<PathSegment, { kind: 'system' }>

/** A bound function, and the segment that calls it. */
export interface FunctionCall {
  readonly operation: Operation
  readonly segment: NameSegment
}

/** Where the path has led so far. */
export interface Position {
  readonly shape: 'collection' | 'entity'
  readonly type: EntityType
  readonly scope: ScopeBuilder
  readonly anchor: Anchor
  readonly keyLiterals: readonly number[]
}

export class PathSteps {
  readonly #context: BindContext

  constructor(context: BindContext) {
    this.#context = context
  }

  entitySet(segment: NameSegment): EntityType {
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

  startAt(type: EntityType): Position {
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

  /** The call of an operation that is bound to what stands before it. */
  findCall(
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

  /** Whether a qualified name is that of a type; it may be an operation's. */
  isType(segment: NameSegment): boolean {
    return segment.name.includes('.') && this.typeNamed(segment) !== undefined
  }

  navigate(position: Position, segment: NameSegment): Position {
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
    return segment.arguments === undefined ? next : this.byKey(next, segment.arguments)
  }

  byKeySegment(position: Position, literal: number): Position {
    if (position.shape !== 'collection')
      throw new HapiError('UNKNOWN_SEGMENT', {
        segment: this.#context.literal(literal).value,
        type: position.type.name,
        nearest: '',
      })
    return withKey(position, bindKeySegment(this.#context, position.scope.root, literal))
  }

  byKey(position: Position, given: Arguments): Position {
    if (position.shape !== 'collection') throw invalidKey(position.scope.root.row)
    return withKey(position, bindKey(this.#context, position.scope.root, given))
  }

  /** `/$filter(…)` leaves some rows of a collection, whatever the path makes of them then (URL Conventions 4.01 §4.12). */
  filtered(position: Position, predicate: Expression): Position {
    const { scope, anchor } = position
    const condition = new ExpressionBinder(this.#context, scope.root, scope).bindCondition(
      predicate,
    )
    return { ...position, anchor: { ...anchor, conditions: [...anchor.conditions, condition] } }
  }

  /** The type that the rows have anyway: the model has no derived ones (§4.11). */
  cast(position: Position, segment: NameSegment): Position {
    const { row } = position.scope.root
    if (!isTypeOf(row, segment.name))
      throw mismatch(segment.name, row.name, segment.name, segment.position)
    return segment.arguments === undefined ? position : this.byKey(position, segment.arguments)
  }

  typeNamed({ name }: NameSegment): EntityType | undefined {
    return this.#context.model.entityTypes.find((type) => isTypeOf(entityRowType(type), name))
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
}

/** The predicate of a `/$filter(…)` that stands after a collection. */
export function filterOf(segment: SystemSegment, { shape }: Position): Expression | undefined {
  if (segment.name !== '$filter' || shape !== 'collection') return undefined
  return segment.arguments?.kind === 'positional' ? segment.arguments.values[0] : undefined
}

/** The predicates of the `/$filter(…)` that stand first. */
export function takeFilters(segments: readonly PathSegment[]): readonly Expression[] {
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
