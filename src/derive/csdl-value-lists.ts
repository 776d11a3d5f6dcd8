/** From which rows the value of a property is chosen, and by what text people know it. */

import { displayNameOf } from '../model/display-name.ts'
import type { EntityType, NavigationProperty, Property } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import {
  annotation,
  collection,
  propertyPath,
  record,
  tag,
  textPaths,
  typedRecord,
} from './annotation.ts'
import type { Annotation, AnnotationRecord, AnnotationValue } from './csdl.ts'
import { type MetadataView, mayDo } from './metadata-view.ts'

/** The set that has the labels of every code, by the name of its enumeration. */
const LOOKUP_SET = 'LookupCodes'

export function valueListAnnotations(
  model: Model,
  type: EntityType,
  property: Property,
  view: MetadataView,
): readonly Annotation[] {
  if (property.enumeration !== undefined)
    return codeList(model, property, property.enumeration, view)
  const navigation = type.navigation.find(
    ({ from, cardinality }) => from === property.name && cardinality !== 'many',
  )
  return navigation === undefined ? [] : reference(model, navigation, view)
}

function codeList(
  model: Model,
  property: Property,
  enumeration: string,
  { reader }: MetadataView,
): readonly Annotation[] {
  const lookup = model.findBySet(LOOKUP_SET)
  if (lookup === undefined || !mayDo(lookup, 'read', reader)) return []
  return [
    // So few that a form shows them at once.
    tag('Common.ValueListWithFixedValues'),
    valueList(LOOKUP_SET, [
      typedRecord('Common.ValueListParameterConstant', {
        ValueListProperty: 'Category',
        Constant: enumeration,
      }),
      chosen(property.name, 'Code'),
      shown('NameFr'),
      shown('NameEn'),
    ]),
  ]
}

function reference(
  model: Model,
  { name, target, from, to }: NavigationProperty,
  { reader, language }: MetadataView,
): readonly Annotation[] {
  const type = model.getType(target)
  if (!mayDo(type, 'read', reader)) return []
  const known = displayNameOf(type)
  const names = new Set([
    ...(type.businessKey ?? []).slice(-1),
    ...(known === undefined ? [] : [known.fr, known.en]),
  ])
  return [
    ...(known === undefined
      ? []
      : textPaths(
          'Common.Text',
          { fr: `${name}/${known.fr}`, en: `${name}/${known.en}` },
          language,
        )),
    valueList(type.set, [chosen(from, to), ...[...names].map(shown)]),
  ]
}

function valueList(set: string, parameters: readonly AnnotationRecord[]): Annotation {
  const members: Record<string, AnnotationValue> = {
    CollectionPath: set,
    Parameters: collection(parameters),
  }
  return annotation('Common.ValueList', record(members))
}

function chosen(own: string, listed: string): AnnotationRecord {
  return typedRecord('Common.ValueListParameterInOut', {
    LocalDataProperty: propertyPath(own),
    ValueListProperty: listed,
  })
}

function shown(listed: string): AnnotationRecord {
  return typedRecord('Common.ValueListParameterDisplayOnly', { ValueListProperty: listed })
}
