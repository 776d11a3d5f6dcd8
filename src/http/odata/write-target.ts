/** What a writing request is addressed to: a set, one entity, or an action bound to it. */

import type { InputValue } from '../../domain/command/input.ts'
import { readField } from '../../domain/command/read-field.ts'
import type { Row } from '../../domain/command/row.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type {
  EntityType,
  NavigationProperty,
  Operation,
  Property,
} from '../../model/entity-type.ts'
import type { Model } from '../../model/model.ts'
import type { Arguments, Literal, ODataRequest, PathSegment } from '../../odata/parse/syntax.ts'

/** By its Id, or by the legacy key of its type; or values of the right type that no row can have. */
type EntityKey =
  | { readonly id: number }
  /** `text` as messages show it. */
  | { readonly legacy: Row; readonly text: string }
  | { readonly missing: string }

export interface AddressedEntity {
  readonly type: EntityType
  readonly key: EntityKey
}

export type WriteTarget =
  | {
      readonly kind: 'collection'
      readonly type: EntityType
      /** `Tenants(9101)/CoTenants`: new rows belong to this one. */
      readonly parent?: AddressedEntity & { readonly navigation: NavigationProperty }
    }
  | ({ readonly kind: 'entity' } & AddressedEntity)
  | ({ readonly kind: 'action'; readonly operation: Operation } & AddressedEntity)
  /** Something below a set that can only be read. */
  | { readonly kind: 'readOnly'; readonly type: EntityType }

type NameSegment = Extract<PathSegment, { kind: 'name' }>

/** @throws {HapiError} UNKNOWN_ENTITY_SET, UNKNOWN_SEGMENT, INVALID_KEY, NOT_IMPLEMENTED */
export function findWriteTarget(model: Model, request: ODataRequest, method: string): WriteTarget {
  const [first, ...rest] = request.path
  if (first?.kind !== 'name')
    throw new HapiError('NOT_IMPLEMENTED', {
      feature: `${method} ${first?.kind === 'system' ? first.name : '/'}`,
    })
  const type = getSet(model, first)
  const [key, below] = takeKey(type, first, rest, request.literals)
  const [segment, ...beyond] = below
  if (segment === undefined)
    return key === undefined ? { kind: 'collection', type } : { kind: 'entity', type, key }
  if (segment.kind === 'system') {
    if (segment.name === '$count' || segment.name === '$value') return { kind: 'readOnly', type }
    throw new HapiError('NOT_IMPLEMENTED', { feature: `${method} …/${segment.name}` })
  }
  if (segment.kind !== 'name' || (key === undefined && !isOperation(model, type, segment)))
    throw unknownSegment(type, segmentText(segment, request.literals))
  return findBelow(model, { type, key }, segment, beyond)
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

/** The key after the set, in parentheses or as a segment, and what stands behind it. */
function takeKey(
  type: EntityType,
  first: NameSegment,
  rest: readonly PathSegment[],
  literals: readonly Literal[],
): readonly [EntityKey | undefined, readonly PathSegment[]] {
  if (first.arguments !== undefined) return [readKey(type, first.arguments, literals), rest]
  const [next, ...below] = rest
  if (next?.kind !== 'literal') return [undefined, rest]
  return [idKey(type, literals[next.literal]), below]
}

function readKey(type: EntityType, given: Arguments, literals: readonly Literal[]): EntityKey {
  if (given.kind === 'positional') {
    const [only, ...more] = given.values
    if (only?.kind !== 'literal' || more.length > 0) throw invalidKey(type)
    return idKey(type, literals[only.literal])
  }
  const values = new Map<string, Literal | undefined>()
  for (const { name, value } of given.values) {
    if (value.kind !== 'literal') throw invalidKey(type)
    values.set(name.toLowerCase(), literals[value.literal])
  }
  if (values.size === 1 && values.has('id')) return idKey(type, values.get('id'))
  const names = type.businessKey ?? []
  if (names.length !== values.size) throw invalidKey(type)
  return legacyKey(
    type,
    names.map((name) => [name, values.get(name.toLowerCase())]),
  )
}

function idKey(type: EntityType, literal: Literal | undefined): EntityKey {
  const [, id] = readKeyValue(type, 'Id', literal)
  return typeof id === 'number' ? { id } : { missing: keyText([literal]) }
}

function legacyKey(
  type: EntityType,
  parts: readonly (readonly [name: string, literal: Literal | undefined])[],
): EntityKey {
  const values = parts.map(([name, literal]) => readKeyValue(type, name, literal))
  const text = keyText(parts.map(([, literal]) => literal))
  if (values.some(([, value]) => value === undefined)) return { missing: text }
  return { legacy: Object.fromEntries(values.map(([name, value]) => [name, value ?? null])), text }
}

/** The key as the request gave it, no longer than a message can take. */
function keyText(literals: readonly (Literal | undefined)[]): string {
  return literals.map((literal) => literal?.value.slice(0, 40) ?? '').join(',')
}

/**
 * The value of a part of a key, as reads compare it (R-001, R-010): undefined when it is of the right type and
 * no row can have it, since a row that cannot be there is missing and nothing else.
 */
function readKeyValue(
  type: EntityType,
  name: string,
  literal: Literal | undefined,
): readonly [name: string, value: Row[string] | undefined] {
  const property = type.properties.find((candidate) => candidate.name === name)
  if (property === undefined || literal === undefined) throw invalidKey(type)
  if (!isOfType(property, literal)) throw invalidKey(type)
  try {
    const field = { ...property, nullable: false }
    return [name, readField(field, toInput(property, literal), { decimalsAsText: false })]
  } catch (error) {
    if (error instanceof HapiError) return [name, undefined]
    throw error
  }
}

/** Parts of keys are texts, dates and numbers; a number as a path segment is told by what it looks like. */
function isOfType({ type }: Property, { kind, value }: Literal): boolean {
  if (type === 'Edm.String') return kind === 'string'
  if (type === 'Edm.Date') return kind === 'date'
  if (kind === 'segment') return /^-?\d+$/.test(value)
  return kind === 'integer' || kind === 'decimal' || kind === 'double'
}

function toInput({ type }: Property, { value }: Literal): InputValue {
  if (type === 'Edm.String' || type === 'Edm.Date') return value
  // `9101.0` is the number 9101.
  const text =
    (type === 'Edm.Int32' || type === 'Edm.Int64') && Number.isSafeInteger(Number(value))
      ? `${Number(value)}`
      : value
  return { kind: 'number', text }
}

function invalidKey(type: EntityType): HapiError {
  const keys = [['Id'], ...(type.businessKey === undefined ? [] : [type.businessKey])]
  const expected = keys.map((names) =>
    names.length === 1 ? `(${names.join('')})` : `(${names.map((name) => `${name}=…`).join(',')})`,
  )
  return new HapiError(
    'INVALID_KEY',
    { set: type.set, expected: expected.join(' | ') },
    { target: type.set },
  )
}

function isOperation(model: Model, type: EntityType, segment: NameSegment): boolean {
  return findOperation(model, type, segment) !== undefined
}

/** A qualified name (`Primmo.HApi.Cancel`) names the same operation. */
function findOperation(
  model: Model,
  type: EntityType,
  { name }: NameSegment,
): Operation | undefined {
  return model.findOperation(type.set, name.slice(name.lastIndexOf('.') + 1))
}

function findBelow(
  model: Model,
  { type, key }: { readonly type: EntityType; readonly key: EntityKey | undefined },
  segment: NameSegment,
  beyond: readonly PathSegment[],
): WriteTarget {
  const operation = findOperation(model, type, segment)
  if (operation !== undefined) {
    if (operation.kind === 'action' && key !== undefined && beyond.length === 0)
      return { kind: 'action', type, key, operation }
    return { kind: 'readOnly', type }
  }
  const navigation = type.navigation.find(
    ({ name }) => name.toLowerCase() === segment.name.toLowerCase(),
  )
  if (navigation !== undefined && key !== undefined) {
    const target = model.getType(navigation.target)
    const isCollection =
      navigation.cardinality === 'many' && segment.arguments === undefined && beyond.length === 0
    return isCollection
      ? { kind: 'collection', type: target, parent: { type, key, navigation } }
      : { kind: 'readOnly', type: target }
  }
  const isProperty = type.properties.some(
    ({ name }) => name.toLowerCase() === segment.name.toLowerCase(),
  )
  if (isProperty && key !== undefined) return { kind: 'readOnly', type }
  throw unknownSegment(type, segment.name)
}

function segmentText(segment: PathSegment, literals: readonly Literal[]): string {
  return segment.kind === 'literal' ? (literals[segment.literal]?.value ?? '') : segment.name
}

function unknownSegment(type: EntityType, segment: string): HapiError {
  const names = [...type.navigation, ...type.properties].map(({ name }) => name)
  return new HapiError('UNKNOWN_SEGMENT', {
    segment: segment.slice(0, 100),
    type: type.name,
    nearest: nearestHint(segment, names),
  })
}
