/**
 * References as OData clients write them (JSON Format 4.01 §8.5): `"Tenant@odata.bind": "Tenants(9101)"`, or
 * `"Tenant": {"@id": "Tenants(9101)"}`. They are identifiers in another dress: `TenantId` 9101.
 */

import type { EntityType, NavigationProperty } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { type InputObject, type InputValue, isInputNumber } from './input.ts'
import type { Violations } from './violations.ts'

/** The same body, with identifiers in the place of bound references. */
export function withIdentifiers(
  type: EntityType,
  input: InputObject,
  violations: Violations,
): InputObject {
  const read = new Map<string, InputValue>()
  const references: (readonly [name: string, bound: BoundReference])[] = []
  for (const [name, value] of input) {
    const bound = boundReference(type, name, value)
    if (bound === undefined) read.set(name, value)
    else references.push([name, bound])
  }
  // After everything else: an identifier beside it has to agree, whichever of them stands first.
  for (const [name, bound] of references) takeReference(bound, name, read, violations)
  return read
}

interface BoundReference {
  readonly navigation: NavigationProperty
  readonly reference: InputValue
}

const BIND = /^(\w+)@(?:odata\.)?bind$/

function boundReference(
  type: EntityType,
  name: string,
  value: InputValue,
): BoundReference | undefined {
  const bindName = BIND.exec(name)?.[1]
  const navigation = type.navigation.find(
    (candidate) => candidate.name === (bindName ?? name) && candidate.cardinality !== 'many',
  )
  if (navigation === undefined || navigation.from === 'Id') return undefined
  if (bindName !== undefined) return { navigation, reference: value }
  const id = isObject(value) ? (value.get('@id') ?? value.get('@odata.id')) : undefined
  return id === undefined ? undefined : { navigation, reference: id }
}

function isObject(value: InputValue): value is InputObject {
  return value instanceof Map
}

/** `Tenants(9101)`, after the address of the service or not. */
const ENTITY = /(?:^|\/)(\w+)\((\d{1,10})\)$/

function takeReference(
  { navigation, reference }: BoundReference,
  name: string,
  read: Map<string, InputValue>,
  violations: Violations,
): void {
  const [, set = '', id = ''] = typeof reference === 'string' ? (ENTITY.exec(reference) ?? []) : []
  const target = model.getType(navigation.target)
  const isClear = reference === null
  const known = read.get(navigation.from)
  if (!isClear && set.toLowerCase() !== target.set.toLowerCase())
    violations.add('INVALID_FORMAT', { field: name }, { target: navigation.from })
  else if (known !== undefined && (known === null || !isInputNumber(known) || known.text !== id))
    violations.add(
      'REFERENCE_MISMATCH',
      { field: navigation.from, key: id },
      { target: navigation.from },
    )
  else read.set(navigation.from, isClear ? null : { kind: 'number', text: String(Number(id)) })
}

/**
 * Whether a name of a body is control information, which nobody stores (JSON Format 4.01 §4.5). A reference that
 * cannot be bound is none: the client wants something else stored than it would get.
 */
export function isControlInformation(name: string): boolean {
  // OData 3 wrote it without the sign, and old clients still do.
  return name.startsWith('odata.') || (name.includes('@') && !BIND.test(name))
}
