/**
 * A CSDL document as a value, in the words of the standard (CSDL 4.01): what `$metadata` says, before it is
 * written as XML or as JSON.
 */

import type { Language } from './language.ts'

/** The version of the answer in which the document travels. */
export type ODataVersion = '4.0' | '4.01'

export interface CsdlDocument {
  readonly version: ODataVersion
  readonly references: readonly CsdlReference[]
  readonly schema: CsdlSchema
}

/** A vocabulary whose terms the document uses. */
export interface CsdlReference {
  /** Without the extension, which is that of the format. */
  readonly uri: string
  readonly namespace: string
  readonly alias: string
}

export interface CsdlSchema {
  readonly namespace: string
  readonly annotations: readonly Annotation[]
  readonly entityTypes: readonly CsdlEntityType[]
  readonly complexTypes: readonly CsdlComplexType[]
  readonly functions: readonly CsdlOperation[]
  readonly actions: readonly CsdlOperation[]
  readonly terms: readonly CsdlTerm[]
  readonly container: CsdlContainer
}

export interface CsdlTypeReference {
  /** Qualified name; `Edm.` for primitive types. */
  readonly type: string
  readonly collection?: boolean
  readonly nullable: boolean
  readonly maxLength?: number
  readonly precision?: number
  readonly scale?: number
}

export interface CsdlProperty extends CsdlTypeReference {
  readonly name: string
  readonly annotations: readonly Annotation[]
}

export interface CsdlNavigationProperty {
  readonly name: string
  readonly type: string
  readonly collection: boolean
  readonly nullable: boolean
  readonly partner: string | undefined
  /** Dependent property → property of the target. */
  readonly referentialConstraint: readonly [string, string] | undefined
}

export interface CsdlComplexType {
  readonly name: string
  readonly properties: readonly CsdlProperty[]
  readonly annotations: readonly Annotation[]
}

export interface CsdlEntityType extends CsdlComplexType {
  readonly key: readonly string[]
  readonly hasStream: boolean
  readonly navigation: readonly CsdlNavigationProperty[]
}

/** A bound function or action; its first parameter is the binding parameter. */
export interface CsdlOperation {
  readonly name: string
  readonly parameters: readonly CsdlProperty[]
  readonly returns: CsdlTypeReference
  /** Where a returned entity belongs: the set of the one that it was asked of. */
  readonly entitySetPath?: string
  readonly annotations: readonly Annotation[]
}

export interface CsdlTerm extends CsdlTypeReference {
  readonly name: string
  readonly appliesTo: readonly string[]
  readonly annotations: readonly Annotation[]
}

export interface CsdlContainer {
  readonly name: string
  readonly entitySets: readonly CsdlEntitySet[]
  readonly singletons: readonly CsdlSingleton[]
  readonly annotations: readonly Annotation[]
}

interface CsdlSingleton {
  readonly name: string
  readonly type: string
  readonly annotations: readonly Annotation[]
}

export interface CsdlEntitySet {
  readonly name: string
  readonly type: string
  /** Navigation property → entity set. */
  readonly bindings: readonly (readonly [string, string])[]
  readonly annotations: readonly Annotation[]
}

export interface Annotation {
  /** Qualified by the alias of its vocabulary. */
  readonly term: string
  /** `fr` or `en` of a text in the other language than the document's. */
  readonly qualifier?: Language
  readonly value: AnnotationValue
}

export type AnnotationValue =
  | boolean
  | number
  | string
  | { readonly kind: 'propertyPath' | 'navigationPropertyPath'; readonly path: string }
  /** The value that an instance has there. */
  | { readonly kind: 'path'; readonly path: string }
  /** Several members of flags, separated by commas. */
  | { readonly kind: 'enumMember'; readonly type: string; readonly member: string }
  | { readonly kind: 'collection'; readonly items: readonly AnnotationValue[] }
  | AnnotationRecord

export interface AnnotationRecord {
  readonly kind: 'record'
  /** Qualified by its alias, where the declared type has derived ones. */
  readonly type?: string
  readonly members: Readonly<Record<string, AnnotationValue>>
  readonly annotations: readonly Annotation[]
}
