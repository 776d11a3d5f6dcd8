/** Schemas of what is sent: to create, to change, and the parameters of actions. Apart from those of answers. */

import type { EntityType, OperationParameter, Property } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { isOffered, isRequired, isUpdatable, isWritable, legacyKeyOf } from '../model/offered.ts'
import { textFormatOf } from '../model/text-format.ts'
import { type Language, say } from './language.ts'
import type { Schema } from './openapi-document.ts'
import { primitiveSchema, propertySchema } from './openapi-schemas.ts'

/** One schema for each kind of body that the sets take, and one for each action with parameters. */
export function writeSchemasOf(model: Model, language: Language): Readonly<Record<string, Schema>> {
  const sets = model.entityTypes.flatMap((type): [string, Schema][] => [
    ...(isOffered(type, 'create', 'administrator')
      ? [[creationName(type), creationSchema(type, language)] satisfies [string, Schema]]
      : []),
    ...(isOffered(type, 'update', 'administrator')
      ? [[updateName(type), updateSchema(type, language)] satisfies [string, Schema]]
      : []),
  ])
  return Object.fromEntries(sets)
}

export function creationName({ name }: EntityType): string {
  return `${name}Create`
}

export function updateName({ name }: EntityType): string {
  return `${name}Update`
}

export function parametersSchema(
  parameters: readonly OperationParameter[],
  language: Language,
): Schema {
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name)
  return {
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(
      parameters.map((parameter) => [parameter.name, parameterSchema(parameter, language)]),
    ),
  }
}

function parameterSchema(parameter: OperationParameter, language: Language): Schema {
  const { type, collection, minimum, maximum, defaultText } = parameter
  const value = primitiveSchema(type)
  return {
    ...(collection === true ? { type: 'array' as const, items: value } : value),
    description: [
      say(parameter, language),
      ...(defaultText === undefined ? [] : [`(${defaultText})`]),
    ].join(' '),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  }
}

function creationSchema(type: EntityType, language: Language): Schema {
  const required = requiredNames(type)
  return {
    type: 'object',
    description: say(
      {
        fr: `${type.fr} : ce qu'une création accepte. Les champs que le serveur tient lui-même n'y sont pas; envoyés, ils donnent \`FIELD_READ_ONLY\``,
        en: `${type.en}: what a creation takes. Fields that the server keeps by itself are not here; when sent they give \`FIELD_READ_ONLY\``,
      },
      language,
    ),
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(
      type.properties
        .filter(isWritable)
        .map((property) => [property.name, fieldSchema(type, property, 'create', language)]),
    ),
  }
}

/** An identifier that a legacy key may replace is required too, but in words: either is enough. */
function requiredNames(type: EntityType): readonly string[] {
  return type.properties
    .filter((property) => isRequired(property) && legacyKeyOf(type, property.name).length === 0)
    .map(({ name }) => name)
}

function updateSchema(type: EntityType, language: Language): Schema {
  return {
    type: 'object',
    description: [
      say(
        {
          fr: `${type.fr} : ce qui se modifie. Un champ omis garde sa valeur, \`null\` l'efface`,
          en: `${type.en}: what can be changed. A field left out keeps its value, \`null\` clears it`,
        },
        language,
      ),
      ...keptFields(type, language),
    ].join('. '),
    properties: Object.fromEntries(
      type.properties
        .filter((property) => isChangeable(type, property))
        .map((property) => [property.name, fieldSchema(type, property, 'update', language)]),
    ),
  }
}

/** Part of a legacy key changes what its identifier designates: neither does when that one may not. */
function isChangeable(type: EntityType, property: Property): boolean {
  const identifier = type.properties.find(({ name }) => name === property.lookupFor)
  return (
    isUpdatable(property, 'administrator') &&
    (identifier === undefined || isUpdatable(identifier, 'administrator'))
  )
}

/** A row that was read can be sent back: what may not change may be repeated. */
function keptFields(type: EntityType, language: Language): readonly string[] {
  const immutable = type.properties.filter(
    (property) => isWritable(property) && !isChangeable(type, property),
  )
  if (immutable.length === 0) return []
  const names = immutable.map(({ name }) => `\`${name}\``).join(', ')
  return [
    say(
      {
        fr: `Fixés à la création (répétés tels quels ils sont admis, changés ils donnent \`FIELD_IMMUTABLE\`) : ${names}`,
        en: `Set at creation (repeated as they are they are taken, changed they give \`FIELD_IMMUTABLE\`): ${names}`,
      },
      language,
    ),
  ]
}

function fieldSchema(
  type: EntityType,
  property: Property,
  writing: 'create' | 'update',
  language: Language,
): Schema {
  const { description = '', ...base } = propertySchema(property, language)
  const format = textFormatOf(property)
  const value = defaultOf(property)
  return {
    ...base,
    description: [description, ...remarks(type, property, writing, language)].join(' — '),
    ...(writing === 'create' && value !== undefined ? { default: value } : {}),
    ...(format === undefined ? {} : { example: format.example, pattern: format.pattern.source }),
  }
}

function defaultOf({ default: value, type }: Property): string | number | boolean | undefined {
  return type === 'Edm.Decimal' && value !== undefined ? Number(value) : value
}

function remarks(
  type: EntityType,
  property: Property,
  writing: 'create' | 'update',
  language: Language,
): readonly string[] {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const { name, lookupFor } = property
  const key = legacyKeyOf(type, name).map((each) => `\`${each}\``)
  const required = isRequired(property) ? text('obligatoire : ', 'required: ') : ''
  const isAdministrators = !isUpdatable(property, 'integrator')
  return [
    ...(key.length === 0
      ? []
      : [
          required +
            text(
              `l'identifiant, ou à sa place la clé ${key.join(', ')}; les deux doivent concorder`,
              `the identifier, or in its place the key ${key.join(', ')}; both must agree`,
            ),
        ]),
    ...(lookupFor === undefined
      ? []
      : [
          text(
            `partie de la clé admise au lieu de \`${lookupFor}\``,
            `part of the key taken instead of \`${lookupFor}\``,
          ),
        ]),
    ...(property.autoAssigned === true && writing === 'create'
      ? [text("attribué s'il est omis", 'assigned when left out')]
      : []),
    ...(property.writeOnly === true ? [text('jamais renvoyé', 'never returned')] : []),
    ...(writing === 'create' && !isUpdatable(property, 'administrator')
      ? [text('fixé à la création', 'set at creation')]
      : []),
    ...(writing === 'update' && isAdministrators
      ? [
          text(
            "**réservé à l'administrateur du compte** après la création",
            '**account administrator only** after creation',
          ),
        ]
      : []),
  ]
}
