/** What the elements of `$metadata` say about themselves, in the terms of the OASIS vocabularies and two of ours. */

import type { EntityType, Label, Property } from '../model/entity-type.ts'
import { getEnumeration } from '../model/get-enumeration.ts'
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
    ...when(property.readOnly === true, tag('Core.Computed')),
    ...when(property.readOnly !== true && property.immutable === true, tag('Core.Immutable')),
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

/** The service only reads for now: a client must not offer to write. */
export function entitySetAnnotations(type: EntityType): readonly Annotation[] {
  return [
    { term: `${namespace}.Module`, value: type.module },
    restriction('InsertRestrictions', { Insertable: false }),
    restriction('UpdateRestrictions', { Updatable: false }),
    restriction('DeleteRestrictions', { Deletable: false }),
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
  {
    term: 'Core.Permissions',
    value: { kind: 'enumMember', type: 'Core.Permission', member: 'Read' },
  },
  { term: 'Capabilities.FilterFunctions', value: collection(filterFunctions) },
  { term: 'Capabilities.BatchSupported', value: false },
  { term: 'Capabilities.CrossJoinSupported', value: false },
  { term: 'Capabilities.AsynchronousRequestsSupported', value: false },
  tag('Capabilities.KeyAsSegmentSupported'),
]

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
