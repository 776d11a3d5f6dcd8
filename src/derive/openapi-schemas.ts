/**
 * Schemas of what answers hold. An entity's schema has its own values only: navigation properties would make the
 * schemas recursive, and Swagger UI took 9 s to open one operation of such a document.
 */

import type { ComplexProperty, EntityType, Label, Property } from '../model/entity-type.ts'
import { getEnumeration } from '../model/get-enumeration.ts'
import type { Model } from '../model/model.ts'
import { personalClassOf } from '../model/personal-information.ts'
import type { Json } from './json.ts'
import { type Language, say } from './language.ts'
import { type Reference, refTo, type Schema } from './openapi-document.ts'
import { reachableComplexTypes } from './reachable-types.ts'

export function schemasOf(model: Model, language: Language): Readonly<Record<string, Schema>> {
  const entities = model.entityTypes.map((type): [string, Schema] => [
    type.name,
    entitySchema(type, language),
  ])
  const complex = reachableComplexTypes(model).map((type): [string, Schema] => [
    type.name,
    {
      type: 'object',
      description: say(type, language),
      properties: Object.fromEntries(
        type.properties.map((property) => [property.name, complexSchema(property, language)]),
      ),
    },
  ])
  return { ...Object.fromEntries([...entities, ...complex]), Error: errorSchema(language) }
}

/** What an answer shows of an entity type. */
export function answeredProperties(type: EntityType): readonly Property[] {
  return type.properties.filter(({ writeOnly }) => writeOnly !== true)
}

function entitySchema(type: EntityType, language: Language): Schema {
  return {
    type: 'object',
    description: `${say(type, language)}. ${language === 'fr' ? type.descFr : type.descEn}`,
    properties: Object.fromEntries(
      answeredProperties(type).map((property) => [
        property.name,
        propertySchema(property, language),
      ]),
    ),
  }
}

export function propertySchema(property: Property, language: Language): Schema {
  const { maxLength, minimum, maximum, nullable } = property
  if (property.collection === true) return listSchema(property, language)
  return {
    ...primitiveSchema(property.type),
    description: propertyDescription(property, language),
    ...(nullable ? { nullable } : {}),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(property.enumeration === undefined
      ? {}
      : { enum: codesOf(property.enumeration, nullable) }),
    ...personalMarks(property),
  }
}

type PersonalMarks = Pick<Schema, 'x-primmo-personal' | 'x-primmo-sensitive' | 'x-primmo-free-text'>

/** For programs what the description says to people. */
function personalMarks(property: Property): PersonalMarks {
  switch (personalClassOf(property)) {
    case 'sensitive':
      return { 'x-primmo-personal': true, 'x-primmo-sensitive': true }
    case 'personal':
      return { 'x-primmo-personal': true }
    case 'freeText':
      return { 'x-primmo-free-text': true }
    case undefined:
      return {}
  }
}

/** Undefined: it says nothing about a person. */
function personalText(property: Property): Label | undefined {
  switch (personalClassOf(property)) {
    case 'sensitive':
      return {
        fr: '**Renseignement personnel sensible**',
        en: '**Sensitive personal information**',
      }
    case 'personal':
      return { fr: '**Renseignement personnel**', en: '**Personal information**' }
    case 'freeText':
      return {
        fr: "Texte libre : n'y écrivez sur une personne que le nécessaire",
        en: 'Free text: write about a person only what is necessary',
      }
    case undefined:
      return undefined
  }
}

function listSchema(property: Property, language: Language): Schema {
  const { type, maxLength } = property
  return {
    type: 'array',
    description: propertyDescription(property, language),
    items: { ...primitiveSchema(type), ...(maxLength === undefined ? {} : { maxLength }) },
  }
}

/** OpenAPI 3.0: a nullable enumeration must list null itself. */
function codesOf(enumeration: string, nullable: boolean): readonly Json[] {
  const codes = getEnumeration(enumeration).members.map(({ code }) => code)
  return nullable ? [...codes, null] : codes
}

function propertyDescription(property: Property, language: Language): string {
  const { scale } = property
  const personal = personalText(property)
  return [
    say(property, language),
    ...(language === 'en' ? [property.description] : []),
    ...(scale === undefined
      ? []
      : [say({ fr: `${scale} décimales`, en: `${scale} decimals` }, language)]),
    ...(property.enumeration === undefined ? [] : [codeList(property.enumeration, language)]),
    ...(personal === undefined ? [] : [say(personal, language)]),
  ].join(' — ')
}

/** `V` Vacante, `L` Louée … */
function codeList(enumeration: string, language: Language): string {
  return getEnumeration(enumeration)
    .members.map((member) => `\`${member.code}\` ${say(member, language)}`)
    .join(', ')
}

function complexSchema(property: ComplexProperty, language: Language): Schema {
  const description = say(property, language)
  const [, item] = /^Collection\((.+)\)$/.exec(property.type) ?? []
  if (item !== undefined) return { type: 'array', description, items: itemSchema(item) }
  return {
    ...primitiveSchema(property.type),
    description,
    ...(property.nullable ? { nullable: true } : {}),
  }
}

function itemSchema(name: string): Schema | Reference {
  return name.startsWith('Edm.') ? primitiveSchema(name) : refTo('schemas', name)
}

const primitiveSchemas: Readonly<Record<string, Schema>> = {
  'Edm.Boolean': { type: 'boolean' },
  'Edm.Date': { type: 'string', format: 'date' },
  'Edm.DateTimeOffset': { type: 'string', format: 'date-time' },
  'Edm.Decimal': { type: 'number', format: 'decimal' },
  'Edm.Int32': { type: 'integer', format: 'int32' },
  'Edm.Int64': { type: 'integer', format: 'int64' },
  'Edm.String': { type: 'string' },
}

export function primitiveSchema(type: string): Schema {
  const schema = primitiveSchemas[type]
  if (schema === undefined) throw new Error(`No schema for type ${type}`)
  return schema
}

/** Of `Id`. */
export function keySchema({ properties }: EntityType): Schema {
  return primitiveSchema(properties.find(({ key }) => key === true)?.type ?? 'Edm.Int32')
}

function errorSchema(language: Language): Schema {
  const text = (fr: string, en: string): Schema => ({
    type: 'string',
    description: say({ fr, en }, language),
  })
  const problem = {
    code: text('Code stable', 'Stable code'),
    message: text(
      "Message, selon l'en-tête Accept-Language",
      'Message, by the Accept-Language header',
    ),
    target: text('Ce dont il est question', 'What the error is about'),
  }
  const error: Schema = {
    type: 'object',
    properties: {
      ...problem,
      details: { type: 'array', items: { type: 'object', properties: problem } },
      innererror: {
        type: 'object',
        properties: {
          requestId: text(
            'Numéro de la requête, pour le soutien technique',
            'Request id, for technical support',
          ),
        },
      },
    },
  }
  return { type: 'object', properties: { error } }
}
