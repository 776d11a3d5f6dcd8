/** What the elements of `$metadata` say about themselves, in the terms of the OASIS vocabularies and two of ours. */

import type { EntityType, Label, Property } from '../model/entity-type.ts'
import { getEnumeration } from '../model/get-enumeration.ts'
import {
  isOffered,
  isRequired,
  isUpdatable,
  isWritable,
  legacyKeyOf,
  type SetOperation,
} from '../model/offered.ts'
import type { Annotation, AnnotationRecord, AnnotationValue, CsdlReference } from './csdl.ts'
import { filterFunctions } from './filter-functions.ts'

export const namespace = 'Primmo.HApi'

const vocabularies = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies'

export const references: readonly CsdlReference[] = ['Core', 'Capabilities', 'Validation'].map(
  (alias) => ({
    uri: `${vocabularies}/Org.OData.${alias}.V1`,
    namespace: `Org.OData.${alias}.V1`,
    alias,
  }),
)

/**
 * French is the plain description, since tools show that one and users are French first; English stands beside it
 * under the qualifier `en`. (A description in two languages at once would be shown whole to everyone.)
 */
export function descriptions(label: Label): readonly Annotation[] {
  return inBothLanguages('Core.Description', label)
}

function inBothLanguages(term: string, label: Label): readonly Annotation[] {
  return [
    { term, value: label.fr },
    { term, qualifier: 'en', value: label.en },
  ]
}

export function entityTypeAnnotations(type: EntityType): readonly Annotation[] {
  const long = inBothLanguages('Core.LongDescription', { fr: type.descFr, en: type.descEn })
  return [...descriptions(type), ...long, ...alternateKeys(type)]
}

function alternateKeys(type: EntityType): readonly Annotation[] {
  if (type.businessKey === undefined) return []
  const key = type.businessKey.map((name) =>
    record({ Name: { kind: 'propertyPath', path: name }, Alias: name }),
  )
  return [{ term: 'Core.AlternateKeys', value: collection([record({ Key: collection(key) })]) }]
}

export function propertyAnnotations(property: Property): readonly Annotation[] {
  const { minimum, maximum } = property
  return [
    ...descriptions(property),
    ...when(!isWritable(property), tag('Core.Computed')),
    ...when(!isWritable(property), permission('Read')),
    ...when(isWritable(property) && property.immutable === true, tag('Core.Immutable')),
    ...when(property.autoAssigned === true, tag('Core.ComputedDefaultValue')),
    ...when(property.personal === true, tag(`${namespace}.PersonalInformation`)),
    ...(minimum === undefined ? [] : [{ term: 'Validation.Minimum', value: minimum }]),
    ...(maximum === undefined ? [] : [{ term: 'Validation.Maximum', value: maximum }]),
    ...(property.enumeration === undefined ? [] : [allowedValues(property.enumeration)]),
  ]
}

/** Codes stay `Edm.String`, as the guide shows them; their members are listed instead of an EnumType. */
function allowedValues(enumeration: string): Annotation {
  const values = getEnumeration(enumeration).members.map((member) =>
    record({ Value: member.code }, descriptions(member)),
  )
  return { term: 'Validation.AllowedValues', value: collection(values) }
}

/**
 * What an integrator may do with the set. That the account's administrator may do more stands beside it in words:
 * the document is the same for everybody.
 */
export function entitySetAnnotations(type: EntityType): readonly Annotation[] {
  const [insertable, updatable, deletable] = (['create', 'update', 'delete'] as const).map(
    (operation) => isOffered(type, operation, 'integrator'),
  )
  const isWritten = insertable === true || updatable === true || deletable === true
  return [
    { term: `${namespace}.Module`, value: type.module },
    permission(isWritten ? 'ReadWrite' : 'Read'),
    writing(type, 'InsertRestrictions', 'create', {
      Insertable: insertable === true,
      ...listed('RequiredProperties', insertable === true ? requiredProperties(type) : []),
    }),
    writing(type, 'UpdateRestrictions', 'update', {
      Updatable: updatable === true,
      ...(updatable === true ? { UpdateMethod: updateMethods } : {}),
      ...listed('NonUpdatableProperties', updatable === true ? keptProperties(type) : []),
    }),
    writing(type, 'DeleteRestrictions', 'delete', { Deletable: deletable === true }),
    tag('Capabilities.TopSupported'),
    tag('Capabilities.SkipSupported'),
    tag('Capabilities.IndexableByKey'),
    restriction('CountRestrictions', { Countable: true }),
    restriction('ExpandRestrictions', { Expandable: true }),
    restriction('FilterRestrictions', { Filterable: true }),
    restriction('SortRestrictions', { Sortable: true }),
    restriction('SearchRestrictions', { Searchable: true }),
  ]
}

export const containerAnnotations: readonly Annotation[] = [
  { term: 'Core.ODataVersions', value: '4.0 4.01' },
  { term: 'Capabilities.FilterFunctions', value: collection(filterFunctions) },
  { term: 'Capabilities.BatchSupported', value: false },
  { term: 'Capabilities.CrossJoinSupported', value: false },
  { term: 'Capabilities.AsynchronousRequestsSupported', value: false },
  tag('Capabilities.KeyAsSegmentSupported'),
]

const updateMethods: AnnotationValue = {
  kind: 'enumMember',
  type: 'Capabilities.HttpMethod',
  member: 'PATCH,PUT',
}

/** Sent with every creation; an identifier that a legacy key may replace is not among them. */
function requiredProperties(type: EntityType): readonly string[] {
  return type.properties
    .filter((property) => isRequired(property) && legacyKeyOf(type, property.name).length === 0)
    .map(({ name }) => name)
}

/** What only the administrator changes once the row exists; `Core.Immutable` says what nobody does. */
function keptProperties(type: EntityType): readonly string[] {
  return type.properties
    .filter(
      (property) => isUpdatable(property, 'administrator') && !isUpdatable(property, 'integrator'),
    )
    .map(({ name }) => name)
}

function listed(name: string, properties: readonly string[]): AnnotationRecord['members'] {
  if (properties.length === 0) return {}
  const paths = properties.map((path): AnnotationValue => ({ kind: 'propertyPath', path }))
  return { [name]: collection(paths) }
}

function writing(
  type: EntityType,
  term: string,
  operation: SetOperation,
  members: AnnotationRecord['members'],
): Annotation {
  const onlyAdministrator =
    isOffered(type, operation, 'administrator') && !isOffered(type, operation, 'integrator')
  return {
    term: `Capabilities.${term}`,
    value: record(members, onlyAdministrator ? descriptions(administratorOnly) : []),
  }
}

const administratorOnly: Label = {
  fr: "Réservé à l'administrateur du compte",
  en: 'Account administrator only',
}

function permission(member: 'Read' | 'ReadWrite'): Annotation {
  return {
    term: 'Core.Permissions',
    value: { kind: 'enumMember', type: 'Core.Permission', member },
  }
}

export function tag(term: string): Annotation {
  return { term, value: true }
}

function restriction(term: string, members: AnnotationRecord['members']): Annotation {
  return { term: `Capabilities.${term}`, value: record(members) }
}

export function record(
  members: AnnotationRecord['members'],
  annotations: readonly Annotation[] = [],
): AnnotationRecord {
  return { kind: 'record', members, annotations }
}

function collection(items: readonly AnnotationValue[]): AnnotationValue {
  return { kind: 'collection', items }
}

function when(condition: boolean, annotation: Annotation): readonly Annotation[] {
  return condition ? [annotation] : []
}
