/**
 * What a write may be refused with: by the shape of the entity, and by the rules registered for it. The rules
 * themselves are the domain's; documentation is made from what they say of themselves.
 */

import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'
import type { EntityType, Operation, Property } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { isOffered, isUpdatable, isWritable } from '../model/offered.ts'

export type Writing = 'create' | 'update' | 'delete'

export interface DocumentedRule {
  readonly number: string
  readonly errors: readonly ErrorCode[]
}

/** The registry of the domain, as far as documentation asks it. */
export interface WriteRules {
  /** Rules of an entity type, by its name. */
  readonly rulesOf: (entity: string) => readonly (DocumentedRule & {
    readonly on: readonly Writing[]
    /** It speaks of rows that an import tells again, and of no request. */
    readonly overtaken?: unknown
  })[]
  /** The rule of `Leases/Cancel`. */
  readonly actionRule: (operation: string) => DocumentedRule
  /** Whether two dates of the entity must follow each other. */
  readonly ordersDates: (type: EntityType) => boolean
}

/** Rules of one kind of change, each number once with all its codes, in the order of their numbers. */
export function rulesFor(
  rules: WriteRules,
  type: EntityType,
  writing: Writing,
): readonly DocumentedRule[] {
  return byNumber(
    rules
      .rulesOf(type.name)
      .filter(({ overtaken }) => overtaken === undefined)
      .filter(({ on, errors }) => on.includes(writing) && !isAboutNoKey(type, errors)),
  )
}

/** The rule on unique keys is everybody's; an entity without such a key has nothing to fear from it. */
function isAboutNoKey(type: EntityType, errors: readonly ErrorCode[]): boolean {
  const hasKeys = type.businessKey !== undefined || type.unique !== undefined
  return !hasKeys && errors.length === 1 && errors[0] === 'DUPLICATE_KEY'
}

function byNumber(rules: readonly DocumentedRule[]): readonly DocumentedRule[] {
  const numbers = [...new Set(rules.map(({ number }) => number))].sort()
  return numbers.map((number) => ({
    number,
    errors: unique(rules.filter((rule) => rule.number === number).flatMap(({ errors }) => errors)),
  }))
}

/** Codes of a change of the set: first what its rules say, last what any request may hear. */
export function writeCodes(
  model: Model,
  rules: WriteRules,
  type: EntityType,
  writing: Writing,
): readonly ErrorCode[] {
  return unique([
    ...rulesFor(rules, type, writing).flatMap(({ errors }) => errors),
    ...(writing === 'delete' ? deletionCodes(model, type) : bodyCodes(type, rules, writing)),
    ...(writing === 'create' ? [] : addressCodes),
    ...(isOffered(type, writing, 'integrator') ? [] : (['OPERATION_NOT_SUPPORTED'] as const)),
    ...accessCodes,
  ])
}

/** Codes of a bound action. */
export function actionCodes(rules: WriteRules, action: Operation): readonly ErrorCode[] {
  return unique([
    ...rules.actionRule(`${action.set}/${action.name}`).errors,
    ...valueCodes(action.parameters),
    'UNKNOWN_FIELD',
    'INVALID_BODY',
    ...answerCodes,
    ...addressCodes,
    ...accessCodes,
  ])
}

const accessCodes = [
  'INVALID_OPTION_VALUE',
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_KEY_REUSED',
  'REPEATABILITY_INVALID',
  'REPEATABILITY_EXPIRED',
] as const satisfies readonly ErrorCode[]

const addressCodes = [
  'INVALID_KEY',
  'RECORD_NOT_FOUND',
  'PRECONDITION_FAILED',
] as const satisfies readonly ErrorCode[]

/** Of `$select` and `$expand`, which choose what the answer shows. */
const answerCodes = ['UNKNOWN_PROPERTY', 'UNKNOWN_OPTION'] as const satisfies readonly ErrorCode[]

function deletionCodes(model: Model, { name }: EntityType): readonly ErrorCode[] {
  const isReferred = model.entityTypes.some(({ navigation }) =>
    navigation.some(
      ({ target, cardinality, from }) => target === name && cardinality !== 'many' && from !== 'Id',
    ),
  )
  return isReferred ? ['DELETE_RESTRICTED'] : []
}

function bodyCodes(
  type: EntityType,
  rules: WriteRules,
  writing: 'create' | 'update',
): readonly ErrorCode[] {
  const creates = writing === 'create'
  const fields = type.properties.filter((property) =>
    creates ? isWritable(property) : isUpdatable(property, 'administrator'),
  )
  const isKept = type.properties.some(
    (property) => isWritable(property) && !isUpdatable(property, 'integrator'),
  )
  return [
    ...valueCodes(fields),
    ...(rules.ordersDates(type) ? (['DATE_ORDER'] as const) : []),
    ...referenceCodes(type, fields),
    'UNKNOWN_FIELD',
    'FIELD_READ_ONLY',
    ...(creates || !isKept ? [] : (['FIELD_IMMUTABLE'] as const)),
    'INVALID_BODY',
    ...answerCodes,
  ]
}

function valueCodes(
  fields: readonly Pick<Property, 'name' | 'type' | 'enumeration'>[],
): readonly ErrorCode[] {
  const isThere = (types: readonly string[]): boolean =>
    fields.some(({ type, enumeration }) => types.includes(type) && enumeration === undefined)
  return [
    'REQUIRED_FIELD',
    'INVALID_FORMAT',
    ...(isThere(['Edm.String']) ? (['MAX_LENGTH_EXCEEDED'] as const) : []),
    ...(isThere(['Edm.Int32', 'Edm.Int64', 'Edm.Decimal'])
      ? (['VALUE_OUT_OF_RANGE'] as const)
      : []),
    ...(isThere(['Edm.Decimal']) ? (['SCALE_EXCEEDED'] as const) : []),
    ...(fields.some(({ enumeration }) => enumeration !== undefined)
      ? (['INVALID_CODE'] as const)
      : []),
  ]
}

function referenceCodes(type: EntityType, fields: readonly Property[]): readonly ErrorCode[] {
  const names = new Set(fields.map(({ name }) => name))
  const references = type.navigation.filter(
    ({ cardinality, from }) => cardinality !== 'many' && from !== 'Id' && names.has(from),
  )
  if (references.length === 0) return []
  const isScoped = type.properties.some(({ name }) => name === 'CompanyNo' || name === 'DivisionNo')
  return [
    'REFERENCE_NOT_FOUND',
    'REFERENCE_MISMATCH',
    ...(isScoped ? (['DIVISION_MISMATCH'] as const) : []),
  ]
}

/** Only codes of the status, which become one response. */
export function codesOfStatus(codes: readonly ErrorCode[], status: number): readonly ErrorCode[] {
  return codes.filter((code) => errorCatalogue[code].status === status)
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)]
}
