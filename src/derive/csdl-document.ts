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
  ODataVersion,
} from './csdl.ts'
import {
  containerAnnotations,
  descriptions,
  entitySetAnnotations,
  entityTypeAnnotations,
  namespace,
  propertyAnnotations,
  record,
  references,
  tag,
} from './csdl-annotations.ts'
import { reachableComplexTypes } from './reachable-types.ts'

/** `version` is that of the answer: the two differ in how optional parameters are said. */
export function csdlOf(model: Model, version: ODataVersion): CsdlDocument {
  return {
    version,
    references,
    schema: {
      namespace,
      // Operations are callable by their short name: `Units/ForRent`.
      annotations: [tag('Core.DefaultNamespace')],
      entityTypes: model.entityTypes.map((type) => entityTypeOf(model, type)),
      complexTypes: reachableComplexTypes(model).map((type) => complexTypeOf(model, type)),
      functions: model.operations
        .filter(({ kind }) => kind === 'function')
        .flatMap((operation) => overloadsOf(model, operation, version)),
      actions: model.operations
        .filter(({ kind }) => kind === 'action')
        .map((operation) => actionOf(model, operation)),
      terms,
      container: {
        name: 'Container',
        entitySets: model.entityTypes.map((type) => entitySetOf(model, type)),
        annotations: containerAnnotations,
      },
    },
  }
}

const terms: readonly CsdlTerm[] = [
  {
    name: 'Module',
    type: 'Edm.String',
    nullable: false,
    appliesTo: ['EntitySet'],
    annotations: descriptions({
      fr: "Module dont relève l'ensemble; un module facultatif absent répond 403",
      en: 'Module of the entity set; a missing optional module answers 403',
    }),
  },
  {
    name: 'PersonalInformation',
    type: 'Core.Tag',
    nullable: false,
    appliesTo: ['Property'],
    annotations: descriptions({ fr: 'Renseignement personnel', en: 'Personal information' }),
  },
]

function entityTypeOf(model: Model, type: EntityType): CsdlEntityType {
  return {
    name: type.name,
    key: type.key,
    hasStream: type.hasStream === true,
    properties: type.properties
      .filter((property) => property.writeOnly !== true)
      .map((property) => ({ ...scalar(property), annotations: propertyAnnotations(property) })),
    navigation: type.navigation.map((navigation) => navigationOf(model, navigation)),
    annotations: entityTypeAnnotations(type),
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

function complexTypeOf(model: Model, type: ComplexType): CsdlComplexType {
  return {
    name: type.name,
    properties: type.properties.map((property) => complexPropertyOf(model, property)),
    annotations: descriptions(type),
  }
}

function complexPropertyOf(model: Model, property: ComplexProperty): CsdlProperty {
  const { name, type, nullable, precision, scale } = property
  return {
    name,
    ...typeReference(model, type),
    nullable,
    ...(type === 'Edm.DateTimeOffset' ? { precision: 3 } : {}),
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
    annotations: descriptions(property),
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
 * OData 4.0 has no optional parameter: there each set of parameters that may be given is an overload. In 4.01 it is
 * one function whose parameters say that they are optional.
 */
function overloadsOf(
  model: Model,
  operation: Operation,
  version: ODataVersion,
): readonly CsdlOperation[] {
  const sets = version === '4.01' ? [operation.parameters] : subsetsOf(operation.parameters)
  return sets.map((parameters) => functionOf(model, operation, parameters, version))
}

/** Every choice among the optional parameters, in their order, from all to none. */
function subsetsOf(parameters: readonly OperationParameter[]): readonly OperationParameter[][] {
  return parameters.reduceRight<OperationParameter[][]>(
    (sets, parameter) => [
      ...sets.map((set) => [parameter, ...set]),
      ...(parameter.required ? [] : sets),
    ],
    [[]],
  )
}

function functionOf(
  model: Model,
  operation: Operation,
  parameters: readonly OperationParameter[],
  version: ODataVersion,
): CsdlOperation {
  return {
    name: operation.name,
    parameters: [
      bindingOf(model, operation),
      ...parameters.map(({ name, type, required, ...label }) => ({
        name,
        type,
        nullable: false,
        annotations: [
          ...descriptions(label),
          ...(version === '4.01' && !required ? [optionalParameter] : []),
        ],
      })),
    ],
    returns: typeReference(model, operation.returns),
    annotations: [],
  }
}

/** A parameter of an action that is not sent is null (Protocol 4.01 §11.5.5.1): no overloads are needed. */
function actionOf(model: Model, operation: Operation): CsdlOperation {
  const returnsEntity = model.findComplexType(operation.returns) === undefined
  return {
    name: operation.name,
    parameters: [
      bindingOf(model, operation),
      ...operation.parameters.map(({ name, type, collection, required, ...label }) => ({
        name,
        type,
        // Of a list it says whether its members may be null.
        ...(collection === true ? { collection, nullable: false } : { nullable: !required }),
        ...(type === 'Edm.DateTimeOffset' ? { precision: 3 } : {}),
        ...(type === 'Edm.String' ? { maxLength: PARAMETER_TEXT_MAX } : {}),
        annotations: descriptions(label),
      })),
    ],
    returns: typeReference(model, operation.returns),
    ...(returnsEntity ? { entitySetPath: BINDING } : {}),
    annotations: [],
  }
}

const BINDING = 'bindingParameter'

function bindingOf(model: Model, operation: Operation): CsdlProperty {
  const bound = model.findBySet(operation.set)
  if (bound === undefined) throw new Error(`No entity set is named ${operation.set}`)
  return {
    name: BINDING,
    type: `${namespace}.${bound.name}`,
    nullable: false,
    ...(operation.bindsTo === 'collection' ? { collection: true } : {}),
    annotations: [],
  }
}

const optionalParameter: Annotation = { term: 'Core.OptionalParameter', value: record({}) }

function entitySetOf(model: Model, type: EntityType): CsdlEntitySet {
  return {
    name: type.set,
    type: `${namespace}.${type.name}`,
    bindings: type.navigation.map(({ name, target }) => [name, model.getType(target).set]),
    annotations: entitySetAnnotations(type),
  }
}
