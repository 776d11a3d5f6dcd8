/**
 * References of a row by identifier or by legacy keys: `UnitId`, or `CompanyNo`, `DivisionNo`,
 * `BuildingCode` and `UnitCode`. Either form resolves it, both must agree, and the row keeps copies of the
 * legacy key. A part of a key that was not sent is taken from the references already resolved: the
 * company-division of a parking rental is that of its tenant.
 */

import {
  type EntityType,
  isOwnReference,
  type NavigationProperty,
} from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { columnName } from '../../model/naming.ts'
import { keyText, legacyKeyText } from './key-text.ts'
import type { Draft, FieldValue, Row } from './row.ts'
import type { Violations } from './violations.ts'
import type { WriteContext } from './write-context.ts'

interface Reference {
  readonly identifier: string
  readonly target: EntityType
  readonly nullable: boolean
  /** What a rule compares is not compared here. */
  readonly isCompared: boolean
  /** Own properties that are parts of the target's legacy key and may stand for the identifier. */
  readonly lookups: readonly string[]
  /** Own properties that repeat the target's and that nobody may send. */
  readonly copies: readonly string[]
}

/** What a row about a lease repeats of it: the legacy key of the tenant. */
const COPIED = ['CompanyNo', 'DivisionNo', 'TenantType', 'TenantNo']

function referencesOf(type: EntityType): readonly Reference[] {
  const known = referencesByType.get(type.name)
  if (known !== undefined) return known
  const made = type.navigation
    .filter(isOwnReference)
    .map((navigation) => toReference(type, navigation))
  referencesByType.set(type.name, made)
  return made
}

const referencesByType = new Map<string, readonly Reference[]>()

function toReference(type: EntityType, navigation: NavigationProperty): Reference {
  const identifier = navigation.from
  const property = type.properties.find(({ name }) => name === identifier)
  const target = model.getType(navigation.target)
  return {
    identifier,
    target,
    nullable: property?.nullable ?? true,
    isCompared: navigation.comparedByRule !== true,
    lookups: type.properties
      .filter(({ lookupFor }) => lookupFor === identifier)
      .map(({ name }) => name),
    copies: type.properties
      .filter(({ name, computed }) => computed === true && COPIED.includes(name))
      .map(({ name }) => name)
      .filter((name) => target.properties.some((copied) => copied.name === name)),
  }
}

interface Resolution {
  readonly draft: Draft
  /** What was sent; references that were not are left as they are. */
  readonly given: ReadonlySet<string>
  /** What was sent, the stored value or another: both forms of a reference have to agree. */
  readonly sent: ReadonlySet<string>
  readonly violations: Violations
  readonly context: WriteContext
}

/**
 * Fills identifiers and copies in the draft. What is wrong goes to the violations: REFERENCE_NOT_FOUND, REFERENCE_MISMATCH, DIVISION_MISMATCH, REQUIRED_FIELD.
 */
export async function resolveReferences(type: EntityType, resolution: Resolution): Promise<void> {
  const found = new Map<string, Row>()
  let waiting = referencesOf(type).filter((reference) => isGiven(reference, resolution.given))
  // Each round may fill the parts of a key that the next one needs; no round can be in vain twice.
  while (waiting.length > 0) {
    const outcomes: string[] = []
    for (const reference of waiting) outcomes.push(await resolve(reference, found, resolution))
    const still = waiting.filter((_, index) => outcomes[index] === 'incomplete')
    if (still.length === waiting.length) {
      for (const reference of still) requireWholeKey(reference, resolution)
      break
    }
    waiting = still
  }
  checkBelonging(type, found, resolution)
}

function isGiven({ identifier, lookups }: Reference, given: ReadonlySet<string>): boolean {
  return given.has(identifier) || lookups.some((lookup) => given.has(lookup))
}

async function resolve(
  reference: Reference,
  found: Map<string, Row>,
  resolution: Resolution,
): Promise<'done' | 'incomplete'> {
  const { draft, violations } = resolution
  const { identifier, lookups } = reference
  const sent = lookups.filter((lookup) => resolution.sent.has(lookup))
  if (hasViolation(reference, violations)) return 'done'
  if (resolution.sent.has(identifier)) {
    const id = draft[identifier] ?? null
    if (id === null)
      return sent.some((lookup) => (draft[lookup] ?? null) !== null)
        ? byLegacyKey(reference, found, resolution)
        : release(reference, draft)
    return byIdentifier(reference, Number(id), sent, found, resolution)
  }
  if (sent.every((lookup) => draft[lookup] === null)) {
    if (reference.nullable) return release(reference, draft)
    for (const lookup of sent)
      violations.add('REQUIRED_FIELD', { field: lookup }, { target: lookup })
    return 'done'
  }
  return byLegacyKey(reference, found, resolution)
}

/** A field of it that could not be read has been refused already. */
function hasViolation({ identifier, lookups }: Reference, violations: Violations): boolean {
  return [identifier, ...lookups].some((name) => violations.concerns(name))
}

function release({ identifier, lookups }: Reference, draft: Draft): 'done' {
  draft[identifier] = null
  for (const lookup of lookups) draft[lookup] = null
  return 'done'
}

async function byIdentifier(
  reference: Reference,
  id: number,
  sent: readonly string[],
  found: Map<string, Row>,
  { draft, violations, context }: Resolution,
): Promise<'done'> {
  const { identifier, target } = reference
  const [row] = await context.selectKeys(target.name, 'id = $2', [id])
  if (row === undefined) {
    violations.add('REFERENCE_NOT_FOUND', { entity: target.name, key: id }, { target: identifier })
    return 'done'
  }
  const differing = sent.filter((lookup) => draft[lookup] !== null && draft[lookup] !== row[lookup])
  if (differing.length > 0) {
    const key = legacyKeyText(
      differing,
      differing.map((lookup) => draft[lookup] ?? null),
    )
    violations.add(
      'REFERENCE_MISMATCH',
      { field: identifier, key },
      { target: differing[0] ?? identifier },
    )
    return 'done'
  }
  accept(reference, row, found, draft)
  return 'done'
}

async function byLegacyKey(
  reference: Reference,
  found: Map<string, Row>,
  { draft, violations, context }: Resolution,
): Promise<'done' | 'incomplete'> {
  const { target, lookups, identifier } = reference
  const names = target.businessKey ?? []
  const values = names.map((name) => draft[name])
  if (values.some((value) => value === undefined || value === null)) return 'incomplete'
  const condition = names
    .map((name, index) => `${columnName({ name })} = $${index + 2}`)
    .join(' and ')
  const [row] = await context.selectKeys(target.name, condition, values)
  if (row === undefined) {
    const key = legacyKeyText(names, values.map(toValue))
    violations.add(
      'REFERENCE_NOT_FOUND',
      { entity: target.name, key },
      { target: lookups[0] ?? identifier },
    )
    return 'done'
  }
  accept(reference, row, found, draft)
  return 'done'
}

function toValue(value: FieldValue | undefined): FieldValue {
  return value ?? null
}

function accept(
  { identifier, lookups, copies }: Reference,
  row: Row,
  found: Map<string, Row>,
  draft: Draft,
): void {
  draft[identifier] = row['Id'] ?? null
  for (const copy of [...lookups, ...copies]) draft[copy] = row[copy] ?? null
  found.set(identifier, row)
}

/** The parts of the key that nobody told. */
function requireWholeKey({ target, lookups }: Reference, { draft, violations }: Resolution): void {
  const missing = (target.businessKey ?? []).filter((name) => (draft[name] ?? null) === null)
  // Two references may lack the same part: the company-division of a lease is that of its unit and its tenant.
  for (const name of missing.length === 0 ? lookups : missing)
    if (!violations.concerns(name))
      violations.add('REQUIRED_FIELD', { field: name }, { target: name })
}

/**
 * What a row refers to belongs to its own company-division, and to its own building when both have one
 * (R-021, R-033, R-091).
 */
function checkBelonging(
  type: EntityType,
  found: ReadonlyMap<string, Row>,
  { draft, violations }: Resolution,
): void {
  for (const { identifier, target, isCompared } of referencesOf(type)) {
    const row = found.get(identifier)
    if (row === undefined || !isCompared) continue
    const key = keyText(target, row)
    // Of a row that names a building the unit is in it, which says more than whose division it is in.
    if (identifier !== 'BuildingId' && differs('BuildingId', row, draft))
      violations.add('REFERENCE_MISMATCH', { field: identifier, key }, { target: identifier })
    else if (SCOPE.some((name) => differs(name, row, draft)))
      violations.add('DIVISION_MISMATCH', { entity: target.name, key }, { target: identifier })
  }
}

const SCOPE = ['CompanyNo', 'DivisionNo'] as const

function differs(name: string, row: Row, draft: Draft): boolean {
  const [theirs, ours] = [row[name] ?? null, draft[name] ?? null]
  return theirs !== null && ours !== null && theirs !== ours
}
