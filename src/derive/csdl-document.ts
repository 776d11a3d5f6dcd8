/** The CSDL document of the model: what the service offers now, and nothing that it does not. */

import type {
  ComplexProperty,
  ComplexType,
  EntityType,
  NavigationProperty,
  Operation,
  OperationParameter,
  Property,
} from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { PARAMETER_TEXT_MAX } from '../model/operations.ts'
import { SCHEMA_VERSION } from '../model/schema-version.ts'
import { singletons } from '../model/singletons.ts'
import { annotation, descriptions, record, tag, when } from './annotation.ts'
import type {
  Annotation,
  CsdlComplexType,
  CsdlDocument,
  CsdlEntitySet,
  CsdlEntityType,
  CsdlNavigationProperty,
  CsdlOperation,
  CsdlProperty,
  CsdlTerm,
  CsdlTypeReference,
} from './csdl.ts'
import {
  complexPropertyAnnotations,
  entityTypeAnnotations,
  namespace,
  operationAnnotations,
  parameterAnnotations,
  propertyAnnotations,
  references,
} from './csdl-annotations.ts'
import { entitySetAnnotations, singletonAnnotations } from './csdl-capabilities.ts'
import { containerAnnotations } from './csdl-service.ts'
import type { MetadataView } from './metadata-view.ts'
import { reachableComplexTypes } from './reachable-types.ts'

export function csdlOf(model: Model, view: MetadataView): CsdlDocument {
  return {
    version: view.version,
    references,
    schema: {
      namespace,
      // Operations are callable by their short name: `Units/ForRent`.
      annotations: [
        tag('Core.DefaultNamespace'),
        { term: 'Core.SchemaVersion', value: SCHEMA_VERSION },
      ],
      entityTypes: [
        ...model.entityTypes.map((type) => entityTypeOf(model, type, view)),
        ...singletons.map(({ type }) => ({
          name: type.name,
          key: type.key,
          hasStream: false,
          properties: type.properties.map((property) => complexPropertyOf(model, property, view)),
          navigation: [],
          annotations: descriptions(type, view.language),
        })),
      ],
      complexTypes: reachableComplexTypes(model).map((type) => complexTypeOf(model, type, view)),
      functions: model.operations
        .filter(({ kind }) => kind === 'function')
        .map((operation) => functionOf(model, operation, view)),
      actions: model.operations
        .filter(({ kind }) => kind === 'action')
        .map((operation) => actionOf(model, operation, view)),
      terms: [moduleTerm(view)],
      container: {
        name: 'Container',
        entitySets: model.entityTypes.map((type) => entitySetOf(model, type, view)),
        singletons: singletons.map(({ name, type }) => ({
          name,
          type: `${namespace}.${type.name}`,
          annotations: singletonAnnotations,
        })),
        annotations: containerAnnotations(view),
      },
    },
  }
}

function moduleTerm({ language }: MetadataView): CsdlTerm {
  return {
    name: 'Module',
    type: 'Edm.String',
    nullable: false,
    appliesTo: ['EntitySet'],
    annotations: descriptions(
      {
        fr: "Module dont relève l'ensemble; un module facultatif absent répond 403",
        en: 'Module of the entity set; a missing optional module answers 403',
      },
      language,
    ),
  }
}

function entityTypeOf(model: Model, type: EntityType, view: MetadataView): CsdlEntityType {
  return {
    name: type.name,
    key: type.key,
    hasStream: type.hasStream === true,
    // What is only written stands here too, marked: clients are made from this document, and have to send it.
    properties: type.properties.map((property) => ({
      ...scalar(property),
      annotations: propertyAnnotations(model, type, property, view),
    })),
    navigation: type.navigation.map((navigation) => navigationOf(model, navigation)),
    annotations: entityTypeAnnotations(type, view),
  }
}

function scalar(property: Property): CsdlTypeReference & { readonly name: string } {
  const { name, type, collection, nullable, maxLength, precision, scale } = property
  return {
    name,
    type,
    ...(collection === true ? { collection } : {}),
    nullable,
    ...(maxLength === undefined ? {} : { maxLength }),
    // Instants are kept to the millisecond.
    ...(type === 'Edm.DateTimeOffset' ? { precision: 3 } : {}),
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
  }
}

function navigationOf(model: Model, navigation: NavigationProperty): CsdlNavigationProperty {
  const { name, target, cardinality, from, to, inverse } = navigation
  const collection = cardinality === 'many'
  return {
    name,
    type: `${namespace}.${model.getType(target).name}`,
    collection,
    nullable: cardinality === 'zeroOrOne',
    partner: inverse ?? undefined,
    referentialConstraint: collection ? undefined : [from, to],
  }
}

function complexTypeOf(model: Model, type: ComplexType, view: MetadataView): CsdlComplexType {
  return {
    name: type.name,
    properties: type.properties.map((property) => complexPropertyOf(model, property, view)),
    annotations: descriptions(type, view.language),
  }
}

function complexPropertyOf(
  model: Model,
  property: ComplexProperty,
  view: MetadataView,
): CsdlProperty {
  const { name, type, nullable, precision, scale } = property
  return {
    name,
    ...typeReference(model, type),
    nullable,
    ...(type === 'Edm.DateTimeOffset' ? { precision: 3 } : {}),
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
    annotations: complexPropertyAnnotations(property, view),
  }
}

/** `Collection(UnitFeature)` → the qualified type and the fact that it is a collection. */
function typeReference(model: Model, text: string): CsdlTypeReference {
  const [, item] = /^Collection\((.+)\)$/.exec(text) ?? []
  const name = item ?? text
  const isOurs = !name.startsWith('Edm.')
  if (isOurs && model.findComplexType(name) === undefined) model.getType(name)
  return {
    type: isOurs ? `${namespace}.${name}` : name,
    nullable: false,
    ...(item === undefined ? {} : { collection: true }),
  }
}

/**
 * One function, whose optional parameters may be left out or null: overloads for each choice of them would be right too,
 * but code generators and UI5 stumble over functions of one name (measured).
 */
function functionOf(model: Model, operation: Operation, view: MetadataView): CsdlOperation {
  const bound = boundType(model, operation)
  return {
    name: operation.name,
    parameters: [
      bindingOf(bound, operation),
      ...operation.parameters.map((parameter) => ({
        name: parameter.name,
        type: parameter.type,
        nullable: !parameter.required,
        annotations: [
          ...parameterAnnotations(parameter, view),
          ...when(!parameter.required, optionalParameter),
        ],
      })),
    ],
    returns: typeReference(model, operation.returns),
    annotations: operationAnnotations(bound, operation, view),
  }
}

/** A parameter of an action that is not sent is null (Protocol 4.01 §11.5.5.1): no overloads are needed. */
function actionOf(model: Model, operation: Operation, view: MetadataView): CsdlOperation {
  const bound = boundType(model, operation)
  const returnsEntity = model.findComplexType(operation.returns) === undefined
  return {
    name: operation.name,
    parameters: [
      bindingOf(bound, operation),
      ...operation.parameters.map((parameter) => ({
        ...actionParameter(parameter),
        annotations: parameterAnnotations(parameter, view),
      })),
    ],
    returns: typeReference(model, operation.returns),
    ...(returnsEntity ? { entitySetPath: BINDING } : {}),
    annotations: operationAnnotations(bound, operation, view),
  }
}

function actionParameter({
  name,
  type,
  collection,
  required,
}: OperationParameter): Omit<CsdlProperty, 'annotations'> {
  return {
    name,
    type,
    // Of a list it says whether its members may be null.
    ...(collection === true ? { collection, nullable: false } : { nullable: !required }),
    ...(type === 'Edm.DateTimeOffset' ? { precision: 3 } : {}),
    ...(type === 'Edm.String' ? { maxLength: PARAMETER_TEXT_MAX } : {}),
  }
}

function boundType(model: Model, { set }: Operation): EntityType {
  const bound = model.findBySet(set)
  if (bound === undefined) throw new Error(`No entity set is named ${set}`)
  return bound
}

const BINDING = 'bindingParameter'

function bindingOf(bound: EntityType, operation: Operation): CsdlProperty {
  return {
    name: BINDING,
    type: `${namespace}.${bound.name}`,
    nullable: false,
    ...(operation.bindsTo === 'collection' ? { collection: true } : {}),
    annotations: [],
  }
}

const optionalParameter: Annotation = annotation('Core.OptionalParameter', record({}))

function entitySetOf(model: Model, type: EntityType, view: MetadataView): CsdlEntitySet {
  return {
    name: type.set,
    type: `${namespace}.${type.name}`,
    bindings: type.navigation.map(({ name, target }) => [name, model.getType(target).set]),
    annotations: entitySetAnnotations(model, type, view),
  }
}
