/** How annotations are put together. */

import type { Label } from '../model/entity-type.ts'
import type { Annotation, AnnotationRecord, AnnotationValue } from './csdl.ts'
import type { Language } from './language.ts'

type Members = AnnotationRecord['members']

export function annotation(term: string, value: AnnotationValue): Annotation {
  return { term, value }
}

export function tag(term: string): Annotation {
  return { term, value: true }
}

export function record(
  members: Members,
  annotations: readonly Annotation[] = [],
): AnnotationRecord {
  return { kind: 'record', members, annotations }
}

/** A record of a type that is derived from the declared one, by its qualified name. */
export function typedRecord(type: string, members: Members): AnnotationRecord {
  return { kind: 'record', type, members, annotations: [] }
}

export function collection(items: readonly AnnotationValue[]): AnnotationValue {
  return { kind: 'collection', items }
}

export function path(name: string): AnnotationValue {
  return { kind: 'path', path: name }
}

export function propertyPath(name: string): AnnotationValue {
  return { kind: 'propertyPath', path: name }
}

export function enumMember(type: string, member: string): AnnotationValue {
  return { kind: 'enumMember', type, member }
}

/** A member of a record, unless there is nothing to list. */
export function listed(
  name: string,
  kind: 'propertyPath' | 'navigationPropertyPath',
  paths: readonly string[],
): Members {
  if (paths.length === 0) return {}
  return { [name]: collection(paths.map((item) => ({ kind, path: item }))) }
}

export function when(
  condition: boolean,
  ...annotations: readonly Annotation[]
): readonly Annotation[] {
  return condition ? annotations : []
}

/**
 * Tools show the text that has no qualifier: that of the language asked for, French unless it is English. The other
 * one stands beside it. (A text in two languages at once would be shown whole to everyone.)
 */
export function inBothLanguages(
  term: string,
  label: Label,
  language: Language,
): readonly Annotation[] {
  return eachLanguage(term, label, language, (text) => text)
}

/** As `inBothLanguages`, of the paths at which an instance has the text in each language. */
export function textPaths(term: string, label: Label, language: Language): readonly Annotation[] {
  // One path serves both languages.
  if (label.fr === label.en) return [{ term, value: path(label.fr) }]
  return eachLanguage(term, label, language, path)
}

function eachLanguage(
  term: string,
  label: Label,
  language: Language,
  valueOf: (text: string) => AnnotationValue,
): readonly Annotation[] {
  const other = language === 'fr' ? 'en' : 'fr'
  return [
    { term, value: valueOf(label[language]) },
    { term, qualifier: other, value: valueOf(label[other]) },
  ]
}

export function descriptions(label: Label, language: Language): readonly Annotation[] {
  return inBothLanguages('Core.Description', label, language)
}
