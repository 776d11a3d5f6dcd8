/** The operations of one entity set: its collection, one entity by key, its count. */

import type { EntityType, Label, NavigationProperty } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { administratorOnly } from '../model/offered.ts'
import type { Json } from './json.ts'
import { type Language, say } from './language.ts'
import { type Operation, type PathItem, type Response, readers, refTo } from './openapi-document.ts'
import { accessErrors, common, getModule, moduleFact } from './openapi-modules.ts'
import { collectionOptions, entityOptions, filteringOptions } from './openapi-query-options.ts'
import { etagHeader } from './openapi-responses.ts'
import { answeredProperties, keySchema } from './openapi-schemas.ts'
import { streamPath } from './openapi-stream.ts'
import { collectionWrites, entityWrites } from './openapi-writing.ts'
import { writeSampleRow } from './sample-row.ts'
import type { WriteRules } from './write-codes.ts'

export function entitySetPaths(
  model: Model,
  type: EntityType,
  rules: WriteRules,
  language: Language,
): Readonly<Record<string, PathItem>> {
  return {
    [`/api/${type.set}`]: {
      get: { ...collectionOperation(model, type, language), security: readers },
      ...collectionWrites(model, type, rules, language),
    },
    [`/api/${type.set}({Id})`]: {
      get: { ...entityOperation(model, type, language), security: readers },
      ...entityWrites(model, type, rules, language),
    },
    [`/api/${type.set}/$count`]: {
      get: { ...countOperation(type, language), security: readers },
    },
    ...(type.hasStream === true
      ? {
          [`/api/${type.set}({Id})/$value`]: streamPath(
            type,
            common(type, language),
            accessErrors(type),
            language,
          ),
        }
      : {}),
  }
}

function collectionOperation(model: Model, type: EntityType, language: Language): Operation {
  return {
    operationId: `list${type.set}`,
    ...readingOf(type, language),
    summary: `${say(type, language)} — ${say({ fr: 'liste', en: 'list' }, language)}`,
    description: describe(model, type, language),
    parameters: collectionOptions(model, type, language),
    responses: {
      200: collectionResponse(type.name, language, exampleRow(type)),
      400: refTo('responses', 'BadRequest'),
      ...accessErrors(type),
      406: refTo('responses', 'NotAcceptable'),
      503: refTo('responses', 'Unavailable'),
    },
    ...(type.webhook.subscribable ? { 'x-primmo-webhook': type.name } : {}),
  }
}

/** What the readings of a set have in common. */
function readingOf(
  type: EntityType,
  language: Language,
): Pick<Operation, 'tags' | 'x-primmo-module' | 'x-primmo-profile'> {
  const { readBy } = type
  return {
    ...common(type, language),
    ...(readBy === undefined ? {} : { 'x-primmo-profile': readBy }),
  }
}

/** 200 with a collection of the type; `row` is an example of one. */
function collectionResponse(type: string, language: Language, row?: Json): Response {
  const description = say({ fr: 'Enregistrements', en: 'Records' }, language)
  return {
    description,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: { value: { type: 'array', items: refTo('schemas', type) } },
        },
        ...(row === undefined ? {} : { example: { value: [row] } }),
      },
    },
  }
}

function entityOperation(model: Model, type: EntityType, language: Language): Operation {
  const id = type.sample['Id'] ?? 1
  const title = say(
    { fr: 'Une ligne, les décimaux à leur échelle', en: 'One row, decimals at their scale' },
    language,
  )
  return {
    operationId: `get${type.name}`,
    ...readingOf(type, language),
    summary: `${say(type, language)} — ${say({ fr: 'par identifiant', en: 'by identifier' }, language)}`,
    description: `${facts(type, language)}\n\n${title}:\n\n\`\`\`json\n${writeSampleRow(type)}\n\`\`\``,
    parameters: [
      {
        name: 'Id',
        in: 'path',
        required: true,
        description: say({ fr: 'Identifiant', en: 'Identifier' }, language),
        schema: keySchema(type),
        example: id,
      },
      ...entityOptions(model, type, language),
      ...['ifNoneMatch', 'ifMatch', 'language'].map((name) => refTo('parameters', name)),
    ],
    responses: {
      200: {
        description: say(type, language),
        headers: { ETag: etagHeader(language) },
        content: {
          'application/json': { schema: refTo('schemas', type.name), example: exampleRow(type) },
        },
      },
      304: refTo('responses', 'NotModified'),
      400: refTo('responses', 'BadKey'),
      ...accessErrors(type),
      404: refTo('responses', 'NotFound'),
      412: refTo('responses', 'PreconditionFailed'),
      503: refTo('responses', 'Unavailable'),
    },
  }
}

function countOperation(type: EntityType, language: Language): Operation {
  const description = say({ fr: "Nombre d'enregistrements", en: 'Number of records' }, language)
  return {
    operationId: `count${type.set}`,
    ...readingOf(type, language),
    summary: `${say(type, language)} — ${say({ fr: 'nombre', en: 'count' }, language)}`,
    description: facts(type, language),
    parameters: [...filteringOptions(type, language), refTo('parameters', 'language')],
    responses: {
      200: {
        description,
        content: { 'text/plain': { schema: { type: 'integer', format: 'int64' }, example: 42 } },
      },
      400: refTo('responses', 'BadRequest'),
      ...accessErrors(type),
      503: refTo('responses', 'Unavailable'),
    },
  }
}

function describe(model: Model, type: EntityType, language: Language): string {
  const text = language === 'fr' ? type.descFr : type.descEn
  return [text, facts(type, language), navigationTable(model, type, language)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Module, right, business key, rules: what an integrator must know before the first call. */
function facts(type: EntityType, language: Language): string {
  const lines = [
    moduleFact(getModule(type.module), language),
    say(readersOf(type), language),
    ...(type.businessKey === undefined
      ? []
      : [
          `${say({ fr: '**Clé métier** : ', en: '**Business key**: ' }, language)}${codes(type.businessKey)}`,
        ]),
    ...(type.rules.length === 0
      ? []
      : [`${say({ fr: '**Règles** : ', en: '**Rules**: ' }, language)}${type.rules.join(', ')}`]),
  ]
  return lines.map((line) => `- ${line}`).join('\n')
}

function readersOf({ set, readBy }: EntityType): Label {
  if (readBy === 'administrator')
    return { fr: `**${administratorOnly.fr}**`, en: `**${administratorOnly.en}**` }
  return {
    fr: `**Droit** : lecture de \`${set}\`, accordé par un administrateur du compte`,
    en: `**Right**: read \`${set}\`, granted by an administrator of the account`,
  }
}

function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}

function navigationTable(model: Model, type: EntityType, language: Language): string {
  if (type.navigation.length === 0) return ''
  const head = say(
    {
      fr: '| Navigation (`$expand`) | Ensemble | Nombre |',
      en: '| Navigation (`$expand`) | Set | Number |',
    },
    language,
  )
  const rows = type.navigation.map(
    (navigation) =>
      `| \`${navigation.name}\` | ${model.getType(navigation.target).set} | ${cardinalities[navigation.cardinality]} |`,
  )
  return [head, '| --- | --- | --- |', ...rows].join('\n')
}

const cardinalities: Readonly<Record<NavigationProperty['cardinality'], string>> = {
  one: '1',
  zeroOrOne: '0..1',
  many: '0..n',
}

/** The sample as a value: an example in JSON cannot keep `1000.00`, which the row in the description does. */
function exampleRow(type: EntityType): Json {
  return Object.fromEntries(
    answeredProperties(type).map(({ name }) => [name, type.sample[name] ?? null]),
  )
}
