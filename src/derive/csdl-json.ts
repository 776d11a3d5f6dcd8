/** Writes a CSDL document as JSON (CSDL JSON 4.01). */

import type {
  Annotation,
  AnnotationValue,
  CsdlComplexType,
  CsdlContainer,
  CsdlDocument,
  CsdlEntitySet,
  CsdlEntityType,
  CsdlNavigationProperty,
  CsdlOperation,
  CsdlProperty,
  CsdlSchema,
  CsdlTerm,
  CsdlTypeReference,
} from './csdl.ts'
import type { Json, JsonObject } from './json.ts'

export function writeCsdlJson(document: CsdlDocument): string {
  return `${JSON.stringify(csdlJson(document), null, 1)}\n`
}

export function csdlJson(document: CsdlDocument): JsonObject {
  const { schema, references, version } = document
  return {
    $Version: version,
    $Reference: Object.fromEntries(
      references.map(({ uri, namespace, alias }) => [
        `${uri}.json`,
        { $Include: [{ $Namespace: namespace, $Alias: alias }] },
      ]),
    ),
    [schema.namespace]: schemaObject(schema),
    $EntityContainer: `${schema.namespace}.${schema.container.name}`,
  }
}

function schemaObject(schema: CsdlSchema): JsonObject {
  return {
    ...named(schema.entityTypes, entityTypeObject),
    ...named(schema.complexTypes, complexTypeObject),
    ...overloads('Function', schema.functions),
    ...overloads('Action', schema.actions),
    ...named(schema.terms, termObject),
    [schema.container.name]: containerObject(schema.container),
    ...annotationMembers(schema.annotations),
  }
}

function entityTypeObject(type: CsdlEntityType): JsonObject {
  return {
    $Kind: 'EntityType',
    ...(type.hasStream ? { $HasStream: true } : {}),
    $Key: type.key,
    ...named(type.properties, propertyObject),
    ...named(type.navigation, navigationObject),
    ...annotationMembers(type.annotations),
  }
}

function complexTypeObject(type: CsdlComplexType): JsonObject {
  return {
    $Kind: 'ComplexType',
    ...named(type.properties, propertyObject),
    ...annotationMembers(type.annotations),
  }
}

function propertyObject(property: CsdlProperty): JsonObject {
  return { ...typeMembers(property), ...annotationMembers(property.annotations) }
}

/** `Edm.String` and not nullable are what is meant when nothing is said. */
function typeMembers(reference: CsdlTypeReference): JsonObject {
  const { type, collection, nullable, maxLength, precision, scale } = reference
  return {
    ...(collection === true ? { $Collection: true } : {}),
    ...(type === 'Edm.String' ? {} : { $Type: type }),
    ...(nullable ? { $Nullable: true } : {}),
    ...(maxLength === undefined ? {} : { $MaxLength: maxLength }),
    ...(precision === undefined ? {} : { $Precision: precision }),
    ...(scale === undefined ? {} : { $Scale: scale }),
  }
}

function navigationObject(navigation: CsdlNavigationProperty): JsonObject {
  const { type, collection, nullable, partner, referentialConstraint } = navigation
  return {
    $Kind: 'NavigationProperty',
    ...(collection ? { $Collection: true } : {}),
    $Type: type,
    ...(nullable ? { $Nullable: true } : {}),
    ...(partner === undefined ? {} : { $Partner: partner }),
    ...(referentialConstraint === undefined
      ? {}
      : { $ReferentialConstraint: { [referentialConstraint[0]]: referentialConstraint[1] } }),
  }
}

/** Overloads of one name stand in one array. */
function overloads(kind: 'Function' | 'Action', operations: readonly CsdlOperation[]): JsonObject {
  const names = [...new Set(operations.map(({ name }) => name))]
  return Object.fromEntries(
    names.map((name) => [
      name,
      operations
        .filter((overload) => overload.name === name)
        .map((overload) => operationObject(kind, overload)),
    ]),
  )
}

function operationObject(kind: 'Function' | 'Action', overload: CsdlOperation): JsonObject {
  const { entitySetPath } = overload
  return {
    $Kind: kind,
    $IsBound: true,
    ...(entitySetPath === undefined ? {} : { $EntitySetPath: entitySetPath }),
    $Parameter: overload.parameters.map((parameter) => ({
      $Name: parameter.name,
      ...propertyObject(parameter),
    })),
    $ReturnType: typeMembers(overload.returns),
    ...annotationMembers(overload.annotations),
  }
}

function termObject(term: CsdlTerm): JsonObject {
  return {
    $Kind: 'Term',
    ...typeMembers(term),
    $AppliesTo: term.appliesTo,
    ...annotationMembers(term.annotations),
  }
}

function containerObject(container: CsdlContainer): JsonObject {
  return {
    $Kind: 'EntityContainer',
    ...named(container.entitySets, entitySetObject),
    ...annotationMembers(container.annotations),
  }
}

function entitySetObject(set: CsdlEntitySet): JsonObject {
  return {
    $Collection: true,
    $Type: set.type,
    ...(set.bindings.length === 0
      ? {}
      : { $NavigationPropertyBinding: Object.fromEntries(set.bindings) }),
    ...annotationMembers(set.annotations),
  }
}

function annotationMembers(annotations: readonly Annotation[]): JsonObject {
  return Object.fromEntries(
    annotations.map(({ term, qualifier, value }) => [
      qualifier === undefined ? `@${term}` : `@${term}#${qualifier}`,
      annotationJson(value),
    ]),
  )
}

function annotationJson(value: AnnotationValue): Json {
  if (typeof value !== 'object') return value
  switch (value.kind) {
    case 'propertyPath':
      return value.path
    case 'enumMember':
      return value.member
    case 'collection':
      return value.items.map(annotationJson)
    case 'record':
      return {
        ...Object.fromEntries(
          Object.entries(value.members).map(([name, member]) => [name, annotationJson(member)]),
        ),
        ...annotationMembers(value.annotations),
      }
  }
}

function named<T extends { readonly name: string }>(
  elements: readonly T[],
  write: (element: T) => JsonObject,
): JsonObject {
  return Object.fromEntries(elements.map((element) => [element.name, write(element)]))
}
