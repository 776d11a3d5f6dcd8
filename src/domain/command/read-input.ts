/**
 * A body as a draft of the row, checked against the model: presence, names, types, lengths, ranges, codes,
 * formats and what may be written at all. Everything wrong is told at once.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { EntityType, Property } from '../../model/entity-type.ts'
import { isRequired, isUpdatable, isWritable, legacyKeyOf } from '../../model/offered.ts'
import { isControlInformation, withIdentifiers } from './bound-references.ts'
import type { Actor } from './command.ts'
import type { InputObject, InputValue } from './input.ts'
import { type FieldReading, readField } from './read-field.ts'
import type { Draft, FieldValue, Row } from './row.ts'
import type { Violations } from './violations.ts'

export interface InputReading extends FieldReading {
  readonly actor: Actor
  /** The stored row; undefined for a creation. */
  readonly before: Row | undefined
  /** PUT: what is not sent gets its default. */
  readonly replaces: boolean
  readonly violations: Violations
}

export interface ReadInput {
  readonly draft: Draft
  /** What is sent with another value than the stored one. */
  readonly given: ReadonlySet<string>
  /** What is sent with any value. */
  readonly sent: ReadonlySet<string>
}

/** `implied` are values that the address says; the body may repeat them. */
export function readInput(
  type: EntityType,
  input: InputObject,
  implied: Row,
  reading: InputReading,
): ReadInput {
  const properties = propertiesOf(type)
  const body = withIdentifiers(type, input, reading.violations)
  const draft: Draft = { ...reading.before, ...implied }
  const given = new Set<string>(Object.keys(implied))
  for (const [name, value] of body) {
    const property = properties.get(name)
    if (property === undefined) refuseUnknown(type, name, reading.violations)
    else if (!isOmitted(type, property, value, reading))
      takeField(property, value, draft, given, reading)
  }
  if (reading.before === undefined) fillDefaults(type, draft, given)
  else if (reading.replaces) restoreDefaults(type, draft, given, new Set(body.keys()), reading)
  if (reading.before === undefined || reading.replaces) requirePresence(type, draft, given, reading)
  return { draft, given, sent: new Set([...given, ...body.keys()]) }
}

/**
 * Clients made from the metadata send every property of a new row, null where they say nothing: what the server
 * assigns, and the half of an identifier and its legacy key that the other half stands for.
 */
function isOmitted(
  type: EntityType,
  { name, nullable, autoAssigned, lookupFor }: Property,
  value: InputValue,
  { before }: InputReading,
): boolean {
  if (before !== undefined || value !== null || nullable) return false
  return autoAssigned === true || lookupFor !== undefined || legacyKeyOf(type, name).length > 0
}

const propertiesByType = new Map<string, ReadonlyMap<string, Property>>()

function propertiesOf(type: EntityType): ReadonlyMap<string, Property> {
  const known = propertiesByType.get(type.name)
  if (known !== undefined) return known
  const made = new Map(type.properties.map((property) => [property.name, property]))
  propertiesByType.set(type.name, made)
  return made
}

/** Control information is the client's own affair (JSON Format 4.01 §4.5): it is not stored. */
function refuseUnknown(type: EntityType, name: string, violations: Violations): void {
  if (isControlInformation(name)) return
  const field = name.slice(0, NAME_SHOWN_MAX)
  const names = type.properties.filter(isWritable).map(({ name: known }) => known)
  violations.add(
    'UNKNOWN_FIELD',
    { field, entity: type.name, nearest: nearestHint(field, names) },
    { target: field },
  )
}

/** A longer name is none of the model's. */
const NAME_SHOWN_MAX = 60

function takeField(
  property: Property,
  value: InputValue,
  draft: Draft,
  given: Set<string>,
  reading: InputReading,
): void {
  const { name } = property
  const { before, violations } = reading
  try {
    if (!isWritable(property)) {
      // a row that was read can be sent back as it was.
      if (before === undefined ? value !== null : !isSame(property, value, before, reading))
        throw new HapiError('FIELD_READ_ONLY', { field: name }, { target: name })
      return
    }
    const read = readField(property, value, reading)
    if (
      before !== undefined &&
      !isUpdatable(property, reading.actor.profile) &&
      read !== before[name]
    )
      throw new HapiError('FIELD_IMMUTABLE', { field: name }, { target: name })
    // A repeated value that the address says too must agree with it.
    if (before === undefined && draft[name] !== undefined && draft[name] !== read)
      throw new HapiError(
        'REFERENCE_MISMATCH',
        { field: name, key: String(read) },
        { target: name },
      )
    draft[name] = read
    if (before === undefined || read !== before[name]) given.add(name)
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    violations.add(error.code, error.values, { target: name })
  }
}

function isSame(
  property: Property,
  value: InputValue,
  before: Row,
  reading: InputReading,
): boolean {
  try {
    return (
      readField({ ...property, nullable: true }, value, { ...reading, decimalsAsText: true }) ===
      before[property.name]
    )
  } catch {
    return false
  }
}

function fillDefaults(type: EntityType, draft: Draft, given: ReadonlySet<string>): void {
  for (const property of type.properties) {
    if (given.has(property.name) || property.system === true || property.name in draft) continue
    draft[property.name] = initialValue(property)
  }
}

/** `sent` are all names of the body, also those whose values are the stored ones. */
function restoreDefaults(
  type: EntityType,
  draft: Draft,
  given: Set<string>,
  sent: ReadonlySet<string>,
  { before, actor }: InputReading,
): void {
  for (const property of type.properties) {
    const { name } = property
    if (sent.has(name) || !isUpdatable(property, actor.profile)) continue
    // What a reference copies follows the reference, and a number that was assigned stays.
    if (property.lookupFor !== undefined || property.writeOnly === true) continue
    if (property.autoAssigned === true || isDesignated(type, name, sent)) continue
    const value = initialValue(property)
    if (before?.[name] === value) continue
    draft[name] = value
    // A field that has to be there and was left out is missed.
    if (value !== null || property.nullable) given.add(name)
  }
}

/** The default; for what the server keeps by itself the value of a row about which nothing is known yet. */
function initialValue(property: Property): FieldValue {
  if (property.default !== undefined) return defaultOf(property)
  if (property.nullable || property.readOnly !== true) return null
  switch (property.type) {
    case 'Edm.Boolean':
      return false
    case 'Edm.Int32':
    case 'Edm.Int64':
      return 0
    case 'Edm.Decimal':
      return (0).toFixed(property.scale ?? 0)
    case 'Edm.Date':
    case 'Edm.DateTimeOffset':
    case 'Edm.String':
      return null
  }
}

function defaultOf({ default: value, type, scale }: Property): FieldValue {
  if (value === undefined) return null
  return type === 'Edm.Decimal' ? Number(value).toFixed(scale ?? 0) : value
}

function requirePresence(
  type: EntityType,
  draft: Draft,
  given: ReadonlySet<string>,
  { before, violations }: InputReading,
): void {
  for (const property of type.properties) {
    const { name } = property
    if ((draft[name] ?? null) !== null || violations.concerns(name) || !isRequired(property))
      continue
    // What may become null later may not be null from the start.
    const isGiven = given.has(name) && (before !== undefined || property.requiredOnCreate !== true)
    if (isGiven) continue
    if (isDesignated(type, name, given) || (before !== undefined && property.writeOnly === true))
      continue
    violations.add('REQUIRED_FIELD', { field: name }, { target: name })
  }
}

/** Part of its legacy key was sent instead. */
function isDesignated(type: EntityType, identifier: string, names: ReadonlySet<string>): boolean {
  return legacyKeyOf(type, identifier).some((name) => names.has(name))
}
