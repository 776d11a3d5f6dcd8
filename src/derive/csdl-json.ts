/** Writes a CSDL document as JSON (CSDL JSON 4.01). */

import type {
  Annotation,
  AnnotationRecord,
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
    [schema.namespace]: new SchemaWriter(document).schemaObject(schema),
    $EntityContainer: `${schema.namespace}.${schema.container.name}`,
  }
}

/** In a document of 4.0, control information has its prefix. */
class SchemaWriter {
  readonly #typeMember: string
  readonly #uris: ReadonlyMap<string, string>

  constructor({ version, references }: CsdlDocument) {
    this.#typeMember = version === '4.0' ? '@odata.type' : '@type'
    this.#uris = new Map(references.map(({ alias, uri }) => [alias, `${uri}.json`]))
  }

  schemaObject(schema: CsdlSchema): JsonObject {
    return {
      ...named(schema.entityTypes, (element) => this.#entityTypeObject(element)),
      ...named(schema.complexTypes, (element) => this.#complexTypeObject(element)),
      ...this.#overloads('Function', schema.functions),
      ...this.#overloads('Action', schema.actions),
      ...named(schema.terms, (element) => this.#termObject(element)),
      [schema.container.name]: this.#containerObject(schema.container),
      ...this.#annotationMembers(schema.annotations),
    }
  }

  #entityTypeObject(type: CsdlEntityType): JsonObject {
    return {
      $Kind: 'EntityType',
      ...(type.hasStream ? { $HasStream: true } : {}),
      $Key: type.key,
      ...named(type.properties, (element) => this.#propertyObject(element)),
      ...named(type.navigation, navigationObject),
      ...this.#annotationMembers(type.annotations),
    }
  }

  #complexTypeObject(type: CsdlComplexType): JsonObject {
    return {
      $Kind: 'ComplexType',
      ...named(type.properties, (element) => this.#propertyObject(element)),
      ...this.#annotationMembers(type.annotations),
    }
  }

  #propertyObject(property: CsdlProperty): JsonObject {
    return { ...typeMembers(property), ...this.#annotationMembers(property.annotations) }
  }

  /** Overloads of one name stand in one array. */
  #overloads(kind: 'Function' | 'Action', operations: readonly CsdlOperation[]): JsonObject {
    const names = [...new Set(operations.map(({ name }) => name))]
    return Object.fromEntries(
      names.map((name) => [
        name,
        operations
          .filter((overload) => overload.name === name)
          .map((overload) => this.#operationObject(kind, overload)),
      ]),
    )
  }

  #operationObject(kind: 'Function' | 'Action', overload: CsdlOperation): JsonObject {
    const { entitySetPath } = overload
    return {
      $Kind: kind,
      $IsBound: true,
      ...(entitySetPath === undefined ? {} : { $EntitySetPath: entitySetPath }),
      $Parameter: overload.parameters.map((parameter) => ({
        $Name: parameter.name,
        ...this.#propertyObject(parameter),
      })),
      $ReturnType: typeMembers(overload.returns),
      ...this.#annotationMembers(overload.annotations),
    }
  }

  #termObject(term: CsdlTerm): JsonObject {
    return {
      $Kind: 'Term',
      ...typeMembers(term),
      $AppliesTo: term.appliesTo,
      ...this.#annotationMembers(term.annotations),
    }
  }

  #containerObject(container: CsdlContainer): JsonObject {
    return {
      $Kind: 'EntityContainer',
      ...named(container.entitySets, (element) => this.#entitySetObject(element)),
      ...named(container.singletons, ({ type, annotations }) => ({
        $Type: type,
        ...this.#annotationMembers(annotations),
      })),
      ...this.#annotationMembers(container.annotations),
    }
  }

  #entitySetObject(set: CsdlEntitySet): JsonObject {
    return {
      $Collection: true,
      $Type: set.type,
      ...(set.bindings.length === 0
        ? {}
        : { $NavigationPropertyBinding: Object.fromEntries(set.bindings) }),
      ...this.#annotationMembers(set.annotations),
    }
  }

  #annotationMembers(annotations: readonly Annotation[]): JsonObject {
    return Object.fromEntries(
      annotations.map(({ term, qualifier, value }) => [
        qualifier === undefined ? `@${term}` : `@${term}#${qualifier}`,
        this.#annotationJson(value),
      ]),
    )
  }

  #annotationJson(value: AnnotationValue): Json {
    if (typeof value !== 'object') return value
    switch (value.kind) {
      case 'propertyPath':
      case 'navigationPropertyPath':
        return value.path
      case 'path':
        return { $Path: value.path }
      case 'enumMember':
        return value.member
      case 'collection':
        return value.items.map((item) => this.#annotationJson(item))
      case 'record':
        return {
          ...this.#typeOf(value),
          ...Object.fromEntries(
            Object.entries(value.members).map(([name, member]) => [
              name,
              this.#annotationJson(member),
            ]),
          ),
          ...this.#annotationMembers(value.annotations),
        }
    }
  }

  /** A type is named by the document that defines it. */
  #typeOf({ type }: AnnotationRecord): JsonObject {
    if (type === undefined) return {}
    const alias = type.slice(0, type.indexOf('.'))
    return { [this.#typeMember]: `${this.#uris.get(alias) ?? ''}#${type}` }
  }
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

function named<T extends { readonly name: string }>(
  elements: readonly T[],
  write: (element: T) => JsonObject,
): JsonObject {
  return Object.fromEntries(elements.map((element) => [element.name, write(element)]))
}
