/** Personal information in the terms of SAP's PersonalData vocabulary, which tools of data protection read. */

import type { EntityType, Property } from '../model/entity-type.ts'
import { model } from '../model/model.ts'
import { isPersonType, personalClassOf, personPathsOf } from '../model/personal-information.ts'
import { annotation, tag, when } from './annotation.ts'
import type { Annotation } from './csdl.ts'
import type { Language } from './language.ts'

/** Whose information the set holds. */
export function personalSetAnnotations(
  type: EntityType,
  language: Language,
): readonly Annotation[] {
  const [about] = personPathsOf(type)
  if (about === undefined) return []
  return [
    annotation('PersonalData.EntitySemantics', isPersonType(type.name) ? 'DataSubject' : 'Other'),
    annotation('PersonalData.DataSubjectRole', about.person),
    annotation('PersonalData.DataSubjectRoleDescription', model.getType(about.person)[language]),
  ]
}

export function personalPropertyAnnotations(
  type: EntityType,
  property: Property,
): readonly Annotation[] {
  const found = personalClassOf(property)
  return [
    ...when(
      namesPerson(type, property),
      annotation('PersonalData.FieldSemantics', 'DataSubjectID'),
    ),
    ...when(found !== undefined, tag('PersonalData.IsPotentiallyPersonal')),
    ...when(found === 'sensitive', tag('PersonalData.IsPotentiallySensitive')),
  ]
}

/** The identifier of a person, in the person's own row or in one that is about the person. */
function namesPerson(type: EntityType, { name, key }: Property): boolean {
  if (key === true) return isPersonType(type.name)
  return personPathsOf(type).some(
    ({ path: [first, ...rest] }) =>
      rest.length === 0 &&
      type.navigation.some((navigation) => navigation.name === first && navigation.from === name),
  )
}
