/**
 * What a writing request is addressed to: a set or the related entities of one, an entity however the path leads to
 * it, a property, a reference, a stream, or a bound action.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type {
  EntityType,
  NavigationProperty,
  Operation,
  Property,
} from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import { entityRowType, isTypeOf } from '../../odata/bind/row-type.ts'
import type { Literal, ODataRequest, PathSegment } from '../../odata/parse/syntax.ts'
import { type EntityKey, idKey, invalidKey, readKey } from './entity-key.ts'

/** One entity, by the way that the path takes to it. */
export interface EntityAddress {
  readonly type: EntityType
  /** Undefined for the one entity to which a navigation leads: `Leases(9211)/Tenant`. */
  readonly key: EntityKey | undefined
  /** The navigation that leads here; undefined for an entity of the set that the path begins with. */
  readonly via: Related | undefined
}

/** What one entity is related to by one navigation. */
interface Related {
  readonly parent: EntityAddress
  readonly navigation: NavigationProperty
}

export type WriteTarget =
  | {
      readonly kind: 'collection'
      readonly type: EntityType
      /** `Tenants(9101)/CoTenants`: new rows belong to this one. */
      readonly via: Related | undefined
    }
  | EachTarget
  | { readonly kind: 'entity'; readonly type: EntityType; readonly entity: EntityAddress }
  | {
      readonly kind: 'property'
      readonly type: EntityType
      readonly entity: EntityAddress
      readonly property: Property
      /** `…/$value`. */
      readonly raw: boolean
    }
  | ReferenceTarget
  /** `Documents(1)/$value`: the content of a media entity. */
  | { readonly kind: 'stream'; readonly type: EntityType; readonly entity: EntityAddress }
  | {
      readonly kind: 'action'
      readonly type: EntityType
      readonly entity: EntityAddress
      readonly operation: Operation
    }
  /** Something that can only be read. */
  | {
      readonly kind: 'readOnly'
      readonly type: EntityType
      readonly via: Related | undefined
    }

/** `Notes/$filter(…)/$each`: the members, which the read path finds by the path. */
export interface EachTarget {
  readonly kind: 'each'
  readonly type: EntityType
  readonly via: Related | undefined
}

/** `Tenants(9101)/Unit/$ref`, `Units(2909)/Tenants/$ref`, `Units(2909)/Tenants(9101)/$ref`. */
export interface ReferenceTarget {
  readonly kind: 'reference'
  /** Of the row that keeps the reference, and is changed with it. */
  readonly type: EntityType
  readonly related: Related
  /** Whether the address is that of one of many references; undefined where there is one at most. */
  readonly of: 'one' | 'collection' | 'member'
  /** The member. */
  readonly key: EntityKey | undefined
}

type NameSegment = Extract<PathSegment, { kind: 'name' }>

/** @throws {HapiError} UNKNOWN_ENTITY_SET, UNKNOWN_SEGMENT, INVALID_KEY, OPERATION_NOT_SUPPORTED for what belongs to no set */
export function findWriteTarget(model: Model, request: ODataRequest, method: string): WriteTarget {
  const [first, ...rest] = request.path
  // The service document, `$metadata`, `$entity`, `$crossjoin(…)`: read alone, by everybody.
  if (first?.kind !== 'name')
    throw new HapiError(
      'OPERATION_NOT_SUPPORTED',
      { method, entity: first?.kind === 'system' ? first.name : '/' },
      { headers: { allow: 'GET, HEAD, OPTIONS' } },
    )
  const walk = new TargetWalk(model, request, method)
  return walk.from(getSet(model, first), first, rest)
}

function getSet(model: Model, { name }: NameSegment): EntityType {
  const type = model.findBySet(name)
  if (type !== undefined) return type
  const sets = model.entityTypes.map(({ set }) => set)
  throw new HapiError('UNKNOWN_ENTITY_SET', {
    name: name.slice(0, 100),
    nearest: nearestHint(name, sets),
  })
}

class TargetWalk {
  readonly #model: Model
  readonly #request: ODataRequest
  readonly #method: string

  constructor(model: Model, request: ODataRequest, method: string) {
    this.#model = model
    this.#request = request
    this.#method = method
  }

  from(type: EntityType, first: NameSegment, rest: readonly PathSegment[]): WriteTarget {
    return this.#enter(type, undefined, first, rest)
  }

  /** A set or related entities, all of them or the one whose key follows. */
  #enter(
    type: EntityType,
    via: Related | undefined,
    segment: NameSegment,
    rest: readonly PathSegment[],
  ): WriteTarget {
    if (segment.arguments !== undefined) {
      const key = readKey(type, segment.arguments, this.#request)
      return this.#atEntity({ type, key, via }, rest)
    }
    const [next, ...below] = rest
    if (next?.kind === 'literal') {
      const key = idKey(type, this.#request.literals[next.literal])
      return this.#atEntity({ type, key, via }, below)
    }
    return this.#atCollection(type, via, rest)
  }

  #atCollection(
    type: EntityType,
    via: Related | undefined,
    rest: readonly PathSegment[],
  ): WriteTarget {
    const [segment] = rest
    if (segment === undefined) return { kind: 'collection', type, via }
    if (isEach(rest, type)) return { kind: 'each', type, via }
    if (segment.kind === 'system') {
      if (segment.name === '$ref' && via !== undefined)
        return this.#reference(via, 'collection', undefined)
      // Actions on each member, `…/$each/Cancel`, are what is not offered there.
      const isFiltered = segment.name === '$filter' && !rest.some(isEachSegment)
      return isFiltered ? { kind: 'readOnly', type, via } : this.#system(type, via, segment.name)
    }
    if (segment.kind === 'name' && this.#findOperation(type, segment) !== undefined)
      return { kind: 'readOnly', type, via }
    throw unknownSegment(type, segment, this.#request.literals)
  }

  #atEntity(entity: EntityAddress, rest: readonly PathSegment[]): WriteTarget {
    const { type, via } = entity
    const [segment, ...below] = rest
    if (segment === undefined) return { kind: 'entity', type, entity }
    if (segment.kind === 'system') {
      if (segment.name === '$ref' && via !== undefined)
        return this.#reference(via, entity.key === undefined ? 'one' : 'member', entity.key)
      if (segment.name === '$value' && type.hasStream === true)
        return { kind: 'stream', type, entity }
      return this.#system(type, via, segment.name)
    }
    if (segment.kind === 'literal') throw unknownSegment(type, segment, this.#request.literals)
    const operation = this.#findOperation(type, segment)
    if (operation !== undefined) {
      if (operation.kind === 'action' && below.length === 0)
        return { kind: 'action', type, entity, operation }
      return { kind: 'readOnly', type, via }
    }
    const navigation = findNamed(type.navigation, segment.name)
    if (navigation !== undefined) return this.#follow(entity, navigation, segment, below)
    const property = findNamed(type.properties, segment.name)
    if (property !== undefined) return this.#property(entity, property, below)
    throw unknownSegment(type, segment, this.#request.literals)
  }

  #follow(
    parent: EntityAddress,
    navigation: NavigationProperty,
    segment: NameSegment,
    below: readonly PathSegment[],
  ): WriteTarget {
    const type = this.#model.getType(navigation.target)
    const via = { parent, navigation }
    if (navigation.cardinality === 'many') return this.#enter(type, via, segment, below)
    if (segment.arguments !== undefined) throw invalidKey(type)
    return this.#atEntity({ type, key: undefined, via }, below)
  }

  #property(entity: EntityAddress, property: Property, below: readonly PathSegment[]): WriteTarget {
    const { type } = entity
    const [segment] = below
    if (segment === undefined) return { kind: 'property', type, entity, property, raw: false }
    if (segment.kind === 'system' && segment.name === '$value' && property.collection !== true)
      return { kind: 'property', type, entity, property, raw: true }
    throw unknownSegment(type, segment, this.#request.literals)
  }

  /** The row that keeps the reference is the one with the foreign key. */
  #reference(
    related: Related,
    of: ReferenceTarget['of'],
    key: EntityKey | undefined,
  ): ReferenceTarget {
    const { parent, navigation } = related
    const type = of === 'one' ? parent.type : this.#model.getType(navigation.target)
    return { kind: 'reference', type, related, of, key }
  }

  #system(type: EntityType, via: Related | undefined, name: string): WriteTarget {
    if (READ_ALONE.has(name)) return { kind: 'readOnly', type, via }
    throw new HapiError('NOT_IMPLEMENTED', { feature: `${this.#method} …/${name}` })
  }

  /** A qualified name (`Primmo.HApi.Cancel`) names the same operation. */
  #findOperation({ set }: EntityType, { name }: NameSegment): Operation | undefined {
    return this.#model.findOperation(set, name.slice(name.lastIndexOf('.') + 1))
  }
}

const READ_ALONE: ReadonlySet<string> = new Set(['$count', '$value', '$ref'])

function isEachSegment(segment: PathSegment): boolean {
  return segment.kind === 'system' && segment.name === '$each'
}

/** `$each` behind what leaves some of the members: filters, and casts to the type that they have anyway. */
function isEach(rest: readonly PathSegment[], type: EntityType): boolean {
  const last = rest.at(-1)
  return (
    last !== undefined &&
    isEachSegment(last) &&
    rest
      .slice(0, -1)
      .every(
        (segment) =>
          (segment.kind === 'system' && segment.name === '$filter') ||
          (segment.kind === 'name' &&
            segment.arguments === undefined &&
            isTypeOf(entityRowType(type), segment.name)),
      )
  )
}

function findNamed<T extends { readonly name: string }>(
  items: readonly T[],
  name: string,
): T | undefined {
  return items.find((item) => item.name.toLowerCase() === name.toLowerCase())
}

function unknownSegment(
  type: EntityType,
  segment: PathSegment,
  literals: readonly Literal[],
): HapiError {
  const text = segment.kind === 'literal' ? (literals[segment.literal]?.value ?? '') : segment.name
  const names = [...type.navigation, ...type.properties].map(({ name }) => name)
  return new HapiError('UNKNOWN_SEGMENT', {
    segment: text.slice(0, 100),
    type: type.name,
    nearest: nearestHint(text, names),
  })
}

/** The sets that the address goes through, the last one left out. */
export function setsOnTheWay(target: WriteTarget): readonly EntityType[] {
  const types: EntityType[] = []
  let via = target.kind === 'reference' ? target.related : viaOf(target)
  for (; via !== undefined; via = via.parent.via) types.push(via.parent.type)
  return types
}

function viaOf(target: Exclude<WriteTarget, ReferenceTarget>): Related | undefined {
  return 'entity' in target ? target.entity.via : target.via
}
