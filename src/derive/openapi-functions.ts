/** The bound functions, called by query string: `Units/ForRent?StartDate=…`, `Units(9007)/Availability?…`. */

import type {
  Operation as BoundOperation,
  ComplexType,
  OperationParameter,
} from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { type FunctionExample, functionExamples } from './function-examples.ts'
import { type Language, say } from './language.ts'
import {
  type Operation,
  type Parameter,
  type PathItem,
  type Response,
  refTo,
} from './openapi-document.ts'
import { accessErrors, getModule, moduleFact } from './openapi-modules.ts'
import { optional, resultOptions, valueOptions } from './openapi-query-options.ts'
import { primitiveSchema } from './openapi-schemas.ts'

/** The path of each bound function that the model offers. */
export function functionPaths(
  model: Model,
  language: Language,
): Readonly<Record<string, PathItem>> {
  const functions = model.operations.filter(({ kind }) => kind === 'function')
  return Object.fromEntries(
    functions.map((operation) => [
      operation.bindsTo === 'collection'
        ? `/api/${operation.set}/${operation.name}`
        : `/api/${operation.set}({Id})/${operation.name}`,
      { get: functionOperation(model, operation, language) },
    ]),
  )
}

function functionOperation(model: Model, operation: BoundOperation, language: Language): Operation {
  const type = model.findBySet(operation.set)
  if (type === undefined) throw new Error(`No entity set is named ${operation.set}`)
  const example = getExample(operation)
  const collection = /^Collection\((.+)\)$/.exec(operation.returns)?.[1]
  const result = model.findComplexType(collection ?? operation.returns)
  if (result === undefined) throw new Error(`No complex type is named ${operation.returns}`)
  const options = collection === undefined ? valueOptions : resultOptions
  return {
    operationId: `${operation.set}${operation.name}`,
    tags: [say(getModule(type.module), language)],
    summary: `${operation.set}/${operation.name}`,
    description: describe(operation, type.module, example, language),
    parameters: [
      ...(example.id === undefined ? [] : [keyParameter(example.id, language)]),
      ...operation.parameters.map((parameter) => argument(parameter, example, language)),
      ...options(result, language),
    ],
    responses: {
      200: answer(result, collection !== undefined, example, language),
      400: refTo('responses', example.refusals),
      ...accessErrors(type),
      ...(example.id === undefined ? {} : { 404: refTo('responses', 'NotFound') }),
      503: refTo('responses', 'Unavailable'),
    },
    'x-primmo-module': type.module,
  }
}

function getExample(operation: BoundOperation): FunctionExample {
  const example = functionExamples[`${operation.set}/${operation.name}`]
  if (example === undefined)
    throw new Error(`${operation.set}/${operation.name} is offered without an example`)
  return example
}

function describe(
  operation: BoundOperation,
  module: string,
  example: FunctionExample,
  language: Language,
): string {
  const rule = say({ fr: '**Règle** : ', en: '**Rule**: ' }, language)
  const also = say({ fr: '**Autre écriture** : ', en: '**Also written**: ' }, language)
  const given = Object.entries(example.arguments).map(([name, value]) => `${name}=${value}`)
  const key = example.id === undefined ? '' : `(${example.id})`
  return [
    `${say(example.what, language)}\n`,
    `- ${moduleFact(getModule(module), language)}`,
    `- ${rule}${operation.rule}`,
    `- ${also}\`/api/${operation.set}${key}/${operation.name}(${given.join(',')})\``,
  ].join('\n')
}

function keyParameter(id: number, language: Language): Parameter {
  return {
    name: 'Id',
    in: 'path',
    required: true,
    description: say({ fr: 'Identifiant', en: 'Identifier' }, language),
    schema: primitiveSchema('Edm.Int32'),
    example: id,
  }
}

function argument(
  parameter: OperationParameter,
  example: FunctionExample,
  language: Language,
): Parameter {
  const value = example.arguments[parameter.name]
  if (value === undefined) throw new Error(`${parameter.name} has no example`)
  return {
    name: parameter.name,
    in: 'query',
    required: parameter.required,
    description: say(parameter, language),
    schema: primitiveSchema(parameter.type),
    ...(parameter.required
      ? { example: value }
      : { examples: optional(language, [['value', value]]) }),
  }
}

function answer(
  type: ComplexType,
  collection: boolean,
  example: FunctionExample,
  language: Language,
): Response {
  const one = refTo('schemas', type.name)
  return {
    description: say(type, language),
    content: {
      'application/json': {
        schema: collection
          ? { type: 'object', properties: { value: { type: 'array', items: one } } }
          : one,
        ...(example.answer === undefined ? {} : { example: example.answer }),
      },
    },
  }
}
