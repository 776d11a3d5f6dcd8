/** What types, properties and operations say about themselves, in the terms of public vocabularies and one of ours. */

import { displayNameOf } from '../model/display-name.ts'
import type {
  ComplexProperty,
  EntityType,
  Label,
  Operation,
  OperationParameter,
  Property,
} from '../model/entity-type.ts'
import { getEnumeration } from '../model/get-enumeration.ts'
import type { Model } from '../model/model.ts'
import { CURRENCY, isMoney } from '../model/money.ts'
import { schemaNamespace } from '../model/naming.ts'
import { isRequired, isWritable, legacyKeyOf } from '../model/offered.ts'
import { type TextFormat, textFormatOf } from '../model/text-format.ts'
import {
  annotation,
  collection,
  descriptions,
  enumMember,
  inBothLanguages,
  path,
  propertyPath,
  record,
  tag,
  textPaths,
  when,
} from './annotation.ts'
import type { Annotation, CsdlReference } from './csdl.ts'
import { contactAnnotations } from './csdl-contact.ts'
import { personalPropertyAnnotations } from './csdl-personal.ts'
import { valueListAnnotations } from './csdl-value-lists.ts'
import type { Language } from './language.ts'
import { type MetadataView, mayDo } from './metadata-view.ts'

export const namespace = schemaNamespace

const oasis = 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies'
const sap = 'https://sap.github.io/odata-vocabularies/vocabularies'

export const references: readonly CsdlReference[] = [
  ...['Core', 'Capabilities', 'Validation', 'Measures', 'Aggregation', 'Repeatability'].map(
    (alias) => ({
      uri: `${oasis}/Org.OData.${alias}.V1`,
      namespace: `Org.OData.${alias}.V1`,
      alias,
    }),
  ),
  // What forms and lists are made from; no other vocabulary has labels and value lists.
  ...['Common', 'Communication', 'PersonalData'].map((alias) => ({
    uri: `${sap}/${alias}`,
    namespace: `com.sap.vocabularies.${alias}.v1`,
    alias,
  })),
]

export function entityTypeAnnotations(
  type: EntityType,
  { language }: MetadataView,
): readonly Annotation[] {
  return [
    ...descriptions(type, language),
    ...inBothLanguages('Core.LongDescription', { fr: type.descFr, en: type.descEn }, language),
    label(type, language),
    ...alternateKeys(type),
    ...mediaAnnotations(type),
    ...contactAnnotations(type),
  ]
}

/** Captions of forms and lists, in the language asked for; the description stands beside it in both. */
function label(text: Label, language: Language): Annotation {
  return annotation('Common.Label', text[language])
}

function alternateKeys({ businessKey }: EntityType): readonly Annotation[] {
  if (businessKey === undefined) return []
  const key = businessKey.map((name) => record({ Name: propertyPath(name), Alias: name }))
  return [
    annotation('Core.AlternateKeys', collection([record({ Key: collection(key) })])),
    annotation('Common.SemanticKey', collection(businessKey.map(propertyPath))),
  ]
}

/** The stream of a media entity is of the type, and has the name, that its properties say. */
function mediaAnnotations({ hasStream, mediaTypes = [] }: EntityType): readonly Annotation[] {
  if (hasStream !== true) return []
  return [
    ...when(mediaTypes.length > 0, annotation('Core.AcceptableMediaTypes', collection(mediaTypes))),
    annotation('Core.MediaType', path('ContentType')),
    annotation('Core.ContentDisposition', record({ Filename: path('FileName') })),
  ]
}

export function propertyAnnotations(
  model: Model,
  type: EntityType,
  property: Property,
  view: MetadataView,
): readonly Annotation[] {
  const { language } = view
  return [
    ...descriptions(property, language),
    label(property, language),
    ...writingAnnotations(type, property),
    ...personalPropertyAnnotations(type, property),
    ...formatAnnotations(textFormatOf(property)),
    ...rangeAnnotations(property),
    ...measureAnnotations(property),
    ...(property.enumeration === undefined ? [] : [allowedValues(property.enumeration, language)]),
    ...ownText(type, property, language),
    ...valueListAnnotations(model, type, property, view),
  ]
}

function writingAnnotations(type: EntityType, property: Property): readonly Annotation[] {
  if (!isWritable(property)) {
    return [
      tag('Core.Computed'),
      annotation('Core.Permissions', enumMember('Core.Permission', 'Read')),
    ]
  }
  // Of an identifier and the legacy key in its place, either will do.
  const isMandatory = isRequired(property) && legacyKeyOf(type, property.name).length === 0
  return [
    ...when(
      property.writeOnly === true,
      annotation('Core.Permissions', enumMember('Core.Permission', 'Write')),
    ),
    ...when(property.immutable === true, tag('Core.Immutable')),
    ...when(property.autoAssigned === true, tag('Core.ComputedDefaultValue')),
    ...when(
      isMandatory,
      annotation('Common.FieldControl', enumMember('Common.FieldControlType', 'Mandatory')),
    ),
  ]
}

function formatAnnotations(format: TextFormat | undefined): readonly Annotation[] {
  if (format === undefined) return []
  return [
    ...when(format.name === 'email', tag('Communication.IsEmailAddress')),
    ...when(format.name === 'phone', tag('Communication.IsPhoneNumber')),
    annotation('Validation.Pattern', format.pattern.source),
  ]
}

function rangeAnnotations({
  minimum,
  maximum,
}: Pick<Property, 'minimum' | 'maximum'>): readonly Annotation[] {
  return [
    ...(minimum === undefined ? [] : [annotation('Validation.Minimum', minimum)]),
    ...(maximum === undefined ? [] : [annotation('Validation.Maximum', maximum)]),
  ]
}

type Measured = Pick<Property, 'name' | 'precision' | 'scale'> & { readonly type: string }

function measureAnnotations(property: Measured): readonly Annotation[] {
  return [
    ...when(isMoney(property), annotation('Measures.ISOCurrency', CURRENCY)),
    ...when(property.name.endsWith('Percent'), annotation('Measures.Unit', '%')),
  ]
}

/** Codes stay `Edm.String`, as the guide shows them; their members are listed instead of an EnumType. */
function allowedValues(enumeration: string, language: Language): Annotation {
  const values = getEnumeration(enumeration).members.map((member) =>
    record({ Value: member.code }, descriptions(member, language)),
  )
  return annotation('Validation.AllowedValues', collection(values))
}

/** What the row itself is known by stands for its identifier. */
function ownText(type: EntityType, { key }: Property, language: Language): readonly Annotation[] {
  const known = displayNameOf(type)
  return key === true && known !== undefined ? textPaths('Common.Text', known, language) : []
}

export function complexPropertyAnnotations(
  property: ComplexProperty,
  { language }: MetadataView,
): readonly Annotation[] {
  return [...descriptions(property, language), ...measureAnnotations(property)]
}

export function parameterAnnotations(
  parameter: OperationParameter,
  { language }: MetadataView,
): readonly Annotation[] {
  return [...descriptions(parameter, language), ...rangeAnnotations(parameter)]
}

/** An operation that the caller may not ask for stays in the document, marked. */
export function operationAnnotations(
  type: EntityType,
  { kind }: Operation,
  { reader }: MetadataView,
): readonly Annotation[] {
  const isAvailable =
    kind === 'function'
      ? mayDo(type, 'read', reader)
      : // An action needs the right to change the row, whatever else may be done with it.
        reader.hasModule(type.module) && reader.hasRight(type.set, 'update')
  return when(!isAvailable, annotation('Core.OperationAvailable', false))
}
