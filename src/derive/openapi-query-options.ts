/** The system query options as parameters, with examples of each entity set that can be run as they are. */

import type { ComplexType, EntityType, Property } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { type Language, say } from './language.ts'
import { type Example, type Parameter, type Reference, refTo } from './openapi-document.ts'
import { answeredProperties } from './openapi-schemas.ts'

/** Parameters that are the same for every set. */
export function commonParameters(language: Language): Readonly<Record<string, Parameter>> {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return {
    top: {
      name: '$top',
      in: 'query',
      description: text("Nombre maximal d'enregistrements", 'Greatest number of records'),
      schema: { type: 'integer', minimum: 0 },
      // The page fills it in: a try without it would print the whole portfolio in the browser.
      example: 10,
    },
    skip: {
      name: '$skip',
      in: 'query',
      description: text("Nombre d'enregistrements à sauter", 'Number of records to skip'),
      schema: { type: 'integer', minimum: 0 },
    },
    count: {
      name: '$count',
      in: 'query',
      description: text(
        "`true` : ajoute le nombre total d'enregistrements, sans égard à `$top` et `$skip`",
        '`true`: adds the total number of records, regardless of `$top` and `$skip`',
      ),
      schema: { type: 'boolean' },
    },
    search: {
      name: '$search',
      in: 'query',
      description: text(
        'Texte libre : mots, `"phrases"`, `AND`, `OR`, `NOT`',
        'Free text: words, `"phrases"`, `AND`, `OR`, `NOT`',
      ),
      schema: { type: 'string' },
    },
    format: {
      name: '$format',
      in: 'query',
      description: text(
        'Format de la réponse, au lieu de `Accept`',
        'Format of the answer, instead of `Accept`',
      ),
      schema: { type: 'string' },
      examples: optional(language, [
        ['json', 'json'],
        ['metadata', 'application/json;odata.metadata=full'],
      ]),
    },
    maxpagesize: {
      name: 'Prefer',
      in: 'header',
      description: text(
        'Pages : la réponse porte alors `@odata.nextLink`; suivi : sa dernière page porte `@odata.deltaLink`',
        'Pages: the answer then carries `@odata.nextLink`; tracking: its last page carries `@odata.deltaLink`',
      ),
      schema: { type: 'string' },
      examples: optional(language, [
        ['page', 'odata.maxpagesize=100'],
        ['track', 'odata.track-changes'],
      ]),
    },
    select: {
      name: '$select',
      in: 'query',
      description: text('Propriétés que la réponse montre', 'Properties that the answer shows'),
      schema: { type: 'string' },
    },
    expand: {
      name: '$expand',
      in: 'query',
      description: text(
        'Propriétés de navigation que la réponse montre aussi',
        'Navigation properties that the answer shows too',
      ),
      schema: { type: 'string' },
    },
    dryRun: {
      name: 'dryRun',
      in: 'query',
      description: text(
        "`true` : tout est vérifié et la réponse est celle qui viendrait, mais rien n'est enregistré",
        '`true`: everything is checked and the answer is the one that would come, but nothing is stored',
      ),
      schema: { type: 'boolean' },
    },
    return: {
      name: 'Prefer',
      in: 'header',
      description: text(
        "`return=minimal` : 204 sans corps au lieu de l'enregistrement",
        '`return=minimal`: 204 without a body instead of the record',
      ),
      schema: { type: 'string' },
      examples: optional(language, [
        ['minimal', 'return=minimal'],
        ['representation', 'return=representation'],
      ]),
    },
    idempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description: text(
        'Au choix du client, unique par requête, 1 à 255 caractères ASCII : répétée sous la même clé dans les 24 heures, une requête reçoit la première réponse (en-tête `Idempotency-Replayed`) au lieu de recommencer',
        'Chosen by the client, unique to the request, 1 to 255 ASCII characters: repeated under the same key within 24 hours, a request gets the first answer (header `Idempotency-Replayed`) instead of running again',
      ),
      schema: { type: 'string' },
    },
    language: {
      name: 'Accept-Language',
      in: 'header',
      description: text('Langue des messages', 'Language of the messages'),
      schema: { type: 'string', enum: ['fr', 'en'] },
    },
    ifMatch: {
      name: 'If-Match',
      in: 'header',
      description: text(
        "ETag d'une lecture : 412 si l'enregistrement a changé depuis; à l'écriture, rien n'est alors modifié",
        'ETag of a reading: 412 if the record has changed since; a write then changes nothing',
      ),
      schema: { type: 'string' },
    },
    ifNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      description: text(
        "ETag d'une lecture : 304, sans corps, si l'enregistrement n'a pas changé depuis; sans effet avec `$expand`",
        'ETag of a reading: 304, without a body, if the record has not changed since; without effect with `$expand`',
      ),
      schema: { type: 'string' },
    },
  }
}

/** `$select` and `$expand`, the options of one entity. */
export function entityOptions(
  model: Model,
  type: EntityType,
  language: Language,
): readonly Parameter[] {
  return [selectOption(type, language), ...expandOption(model, type, language)]
}

/** All options of a collection of the type. */
export function collectionOptions(
  model: Model,
  type: EntityType,
  language: Language,
): readonly (Parameter | Reference)[] {
  return [
    selectOption(type, language),
    ...filteringOptions(type, language),
    orderbyOf(
      [
        ...(type.businessKey === undefined
          ? []
          : [['key', type.businessKey.join(', ')] satisfies NamedValue]),
        ['latest', 'ModifiedDate desc'],
      ],
      language,
    ),
    ...['top', 'skip', 'count'].map((name) => refTo('parameters', name)),
    ...expandOption(model, type, language),
    ...['format', 'maxpagesize', 'language'].map((name) => refTo('parameters', name)),
  ]
}

/** The options of a function that returns a collection of a complex type. */
export function resultOptions(
  type: ComplexType,
  language: Language,
): readonly (Parameter | Reference)[] {
  const date = type.properties.find((property) => property.type === 'Edm.Date')?.name
  return [
    selectOf(
      type.properties.slice(0, 5).map(({ name }) => name),
      language,
    ),
    filterOf(date === undefined ? [] : [['date', `${date} le 2026-07-01`]], language),
    orderbyOf(date === undefined ? [] : [['date', `${date} desc`]], language),
    ...['top', 'skip', 'count', 'format', 'language'].map((name) => refTo('parameters', name)),
  ]
}

/** The options of a function that returns one value of a complex type. */
export function valueOptions(
  type: ComplexType,
  language: Language,
): readonly (Parameter | Reference)[] {
  const names = type.properties.map(({ name }) => name)
  return [
    selectOf(names, language),
    ...['format', 'language'].map((name) => refTo('parameters', name)),
  ]
}

function orderbyOf(examples: readonly NamedValue[], language: Language): Parameter {
  return {
    name: '$orderby',
    in: 'query',
    description: say({ fr: 'Ordre : `asc` ou `desc`', en: 'Order: `asc` or `desc`' }, language),
    schema: { type: 'string' },
    examples: optional(language, examples),
  }
}

/** `$filter` and `$search`: the options that choose, which `/$count` takes too. */
export function filteringOptions(
  type: EntityType,
  language: Language,
): readonly (Parameter | Reference)[] {
  return [filterOption(type, language), refTo('parameters', 'search')]
}

function selectOption(type: EntityType, language: Language): Parameter {
  const names = answeredProperties(type).map(({ name }) => name)
  return selectOf(['Id', ...names.filter((name) => name !== 'Id').slice(0, 4)], language)
}

function selectOf(first: readonly string[], language: Language): Parameter {
  return {
    name: '$select',
    in: 'query',
    description: say(
      { fr: 'Propriétés voulues, dans cet ordre', en: 'Properties wanted, in this order' },
      language,
    ),
    schema: { type: 'string' },
    examples: optional(language, [['first', first.join(',')]]),
  }
}

function filterOption(type: EntityType, language: Language): Parameter {
  return filterOf(filterExamples(type), language)
}

function filterOf(examples: readonly NamedValue[], language: Language): Parameter {
  return {
    name: '$filter',
    in: 'query',
    description: say(
      {
        fr: 'Condition : `eq ne gt ge lt le in and or not`, fonctions (`contains`, `year` …), `any` et `all`',
        en: 'Condition: `eq ne gt ge lt le in and or not`, functions (`contains`, `year` …), `any` and `all`',
      },
      language,
    ),
    schema: { type: 'string' },
    examples: optional(language, examples),
  }
}

/** An example and its value. */
export type NamedValue = readonly [name: string, value: string]

/** Conditions that hold on the row shown as the sample. */
function filterExamples(type: EntityType): readonly NamedValue[] {
  const properties = answeredProperties(type)
  const comparison = (name: string): string => `${name} eq ${literalOf(type, name)}`
  const enumerated = properties.find(
    ({ enumeration, name }) => enumeration !== undefined && type.sample[name] !== null,
  )
  const text = properties.find(
    (property) => isFreeText(property) && type.sample[property.name] !== null,
  )
  return [
    ...(type.businessKey === undefined
      ? []
      : [['key', type.businessKey.map(comparison).join(' and ')] satisfies NamedValue]),
    ...(enumerated === undefined
      ? []
      : [['code', comparison(enumerated.name)] satisfies NamedValue]),
    ...(text === undefined
      ? []
      : [
          ['contains', `contains(${text.name},${literalOf(type, text.name)})`] satisfies NamedValue,
        ]),
    ['modified', 'ModifiedDate ge 2026-01-01T00:00:00Z'],
  ]
}

function isFreeText(property: Property): boolean {
  return (
    property.type === 'Edm.String' && property.enumeration === undefined && property.code !== true
  )
}

function literalOf(type: EntityType, name: string): string {
  const value = type.sample[name]
  if (value === undefined || value === null) return 'null'
  const quoted = type.properties.find((property) => property.name === name)?.type === 'Edm.String'
  return quoted ? `'${String(value).replaceAll("'", "''")}'` : String(value)
}

function expandOption(model: Model, type: EntityType, language: Language): readonly Parameter[] {
  if (type.navigation.length === 0) return []
  const nested = type.navigation.find(({ cardinality }) => cardinality === 'many')
  return [
    {
      name: '$expand',
      in: 'query',
      description: say(
        {
          fr: 'Propriétés de navigation à joindre, avec leurs propres options entre parenthèses, séparées par `;`',
          en: 'Navigation properties to join, with their own options in parentheses, separated by `;`',
        },
        language,
      ),
      schema: { type: 'string' },
      examples: optional(language, [
        ...(nested === undefined
          ? []
          : [
              [
                'nested',
                `${nested.name}($select=${nestedSelect(model.getType(nested.target))};$top=5)`,
              ] satisfies NamedValue,
            ]),
        ...type.navigation.map(({ name }): NamedValue => [name, name]),
      ]),
    },
  ]
}

function nestedSelect(type: EntityType): string {
  const [first] = answeredProperties(type).filter(({ name }) => name !== 'Id')
  return first === undefined ? 'Id' : `Id,${first.name}`
}

/** Swagger UI fills in the first example: an empty one leaves the option out until the reader picks another. */
export function optional(
  language: Language,
  values: readonly NamedValue[],
): Readonly<Record<string, Example>> {
  const none = say({ fr: '(aucune valeur)', en: '(no value)' }, language)
  return Object.fromEntries([
    ['none', { summary: none, value: '' }],
    ...values.map(([name, value]): [string, Example] => [name, { summary: value, value }]),
  ])
}
