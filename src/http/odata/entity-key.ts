/** The key of an entity in a path of a write: its Id, or the legacy key of its type (R-001, R-010). */

import type { InputValue } from '../../domain/command/input.ts'
import { readField } from '../../domain/command/read-field.ts'
import type { Row } from '../../domain/command/row.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { EntityType, Property } from '../../model/entity-type.ts'
import type { Arguments, Expression, Literal, ODataRequest } from '../../odata/parse/syntax.ts'

/** By its Id, or by the legacy key of its type; or values of the right type that no row can have. */
export type EntityKey =
  | { readonly id: number }
  /** `text` as messages show it. */
  | { readonly legacy: Row; readonly text: string }
  | { readonly missing: string }

/** Where the values of keys stand: in the path itself, or in the query under an alias. */
export type KeySource = Pick<ODataRequest, 'literals' | 'aliases'>

/** @throws {HapiError} INVALID_KEY */
export function readKey(type: EntityType, given: Arguments, source: KeySource): EntityKey {
  if (given.kind === 'positional') {
    const [only, ...more] = given.values
    if (only === undefined || more.length > 0) throw invalidKey(type)
    return idKey(type, literalOf(type, only, source))
  }
  const values = new Map<string, Literal | undefined>()
  for (const { name, value } of given.values)
    values.set(name.toLowerCase(), literalOf(type, value, source))
  if (values.size === 1 && values.has('id')) return idKey(type, values.get('id'))
  const names = type.businessKey ?? []
  if (names.length !== values.size) throw invalidKey(type)
  return legacyKey(
    type,
    names.map((name) => [name, values.get(name.toLowerCase())]),
  )
}

/** A literal, or the one that an alias stands for (URL Conventions 4.01 §4.3.1). */
function literalOf(
  type: EntityType,
  value: Expression,
  { literals, aliases }: KeySource,
): Literal | undefined {
  if (value.kind === 'literal') return literals[value.literal]
  if (value.kind !== 'alias') throw invalidKey(type)
  const aliased = aliases.get(value.name)
  // An alias without a value is null, which is no key (Protocol 4.01 §11.2.6.1.3).
  if (aliased?.kind !== 'literal') throw invalidKey(type)
  return literals[aliased.literal]
}

/** @throws {HapiError} INVALID_KEY */
export function idKey(type: EntityType, literal: Literal | undefined): EntityKey {
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

export function invalidKey(type: EntityType): HapiError {
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
