/** The operations that write: creation on the set, change and deletion of one entity, bound actions. */

import type { ErrorCode } from '../errors/catalogue.ts'
import type { Operation as BoundOperation, EntityType, Label } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import {
  administratorOnly,
  isOffered,
  isRequired,
  isUpdatable,
  type SetOperation,
} from '../model/offered.ts'
import { ruleTitles } from '../model/rule-titles.ts'
import { errorExample } from './error-examples.ts'
import type { Json } from './json.ts'
import { type Language, say } from './language.ts'
import {
  type Example,
  type Header,
  type Operation,
  type Parameter,
  type PathItem,
  type Reference,
  type Response,
  refTo,
} from './openapi-document.ts'
import { common, getModule, moduleFact } from './openapi-modules.ts'
import { etagHeader, unwritableName } from './openapi-responses.ts'
import { keySchema } from './openapi-schemas.ts'
import { creationName, parametersSchema, updateName } from './openapi-write-schemas.ts'
import {
  actionCodes,
  codesOfStatus,
  type DocumentedRule,
  rulesFor,
  type WriteRules,
  type Writing,
  writeCodes,
} from './write-codes.ts'
import { actionExamples, writeExamples } from './write-examples.ts'

/** What an operation is made of besides what all operations share. */
interface Described {
  readonly model: Model
  readonly type: EntityType
  readonly rules: readonly DocumentedRule[]
  readonly codes: readonly ErrorCode[]
  readonly right: Writing
  /** Offered by the model itself, whatever the set offers. */
  readonly isAction?: boolean
  readonly language: Language
}

/** `POST /api/Leases`, when the set offers it to anybody. */
export function collectionWrites(
  model: Model,
  type: EntityType,
  rules: WriteRules,
  language: Language,
): PathItem {
  if (!isOffered(type, 'create', 'administrator')) return {}
  const described = describeWrite(model, type, rules, 'create', language)
  const operation: Operation = {
    operationId: `create${type.name}`,
    ...sharedOf(described, { fr: 'création', en: 'create' }),
    description: describe(described, nestedAddresses(model, type, language)),
    parameters: [...answerParameters, 'idempotencyKey', 'language'].map(parameter),
    requestBody: body(creationName(type), writeExamples[type.set]?.create),
    responses: {
      201: entityResponse(type.name, { fr: 'Créé', en: 'Created' }, true, language),
      204: minimalResponse(language),
      ...refusals(described, {}),
    },
  }
  return { post: operation }
}

/** `PATCH`, `PUT` and `DELETE` of one entity, those of them that the set offers to anybody. */
export function entityWrites(
  model: Model,
  type: EntityType,
  rules: WriteRules,
  language: Language,
): PathItem {
  const examples = writeExamples[type.set]
  const update = describeWrite(model, type, rules, 'update', language)
  const deletion = describeWrite(model, type, rules, 'delete', language)
  const change = (
    example: Json | undefined,
  ): Pick<Operation, 'parameters' | 'requestBody' | 'responses'> => ({
    parameters: [
      keyParameter(type, examples?.id, language),
      ...[...answerParameters, 'ifMatch', 'idempotencyKey', 'language'].map(parameter),
    ],
    requestBody: body(updateName(type), example),
    responses: {
      200: entityResponse(type.name, { fr: 'Modifié', en: 'Changed' }, false, language),
      204: minimalResponse(language),
      ...refusals(update, { 404: 'NotFound', 412: 'PreconditionFailed' }),
    },
  })
  return {
    ...(isOffered(type, 'update', 'administrator')
      ? {
          patch: {
            operationId: `update${type.name}`,
            ...sharedOf(update, { fr: 'modification', en: 'change' }),
            description: describe(update, []),
            ...change(examples?.update),
          },
          put: {
            operationId: `replace${type.name}`,
            ...sharedOf(update, { fr: 'remplacement', en: 'replace' }),
            description: describe(update, [replacement(type, language)]),
            ...change(examples?.replace ?? examples?.update),
          },
        }
      : {}),
    ...(isOffered(type, 'delete', 'administrator')
      ? {
          delete: {
            operationId: `delete${type.name}`,
            ...sharedOf(deletion, { fr: 'suppression', en: 'delete' }),
            description: describe(deletion, []),
            parameters: [
              keyParameter(type, examples?.deleted ?? examples?.id, language),
              ...['dryRun', 'ifMatch', 'idempotencyKey', 'language'].map(parameter),
            ],
            responses: {
              204: { description: say({ fr: 'Supprimé', en: 'Deleted' }, language) },
              ...refusals(deletion, { 404: 'NotFound', 412: 'PreconditionFailed' }),
            },
          },
        }
      : {}),
  }
}

/** The path of each bound action that the model offers. */
export function actionPaths(
  model: Model,
  rules: WriteRules,
  language: Language,
): Readonly<Record<string, PathItem>> {
  const actions = model.operations.filter(({ kind }) => kind === 'action')
  return Object.fromEntries(
    actions.map((action) => [
      `/api/${action.set}${action.bindsTo === 'entity' ? '({Id})' : ''}/${action.name}`,
      { post: actionOperation(model, action, rules, language) },
    ]),
  )
}

function actionOperation(
  model: Model,
  action: BoundOperation,
  rules: WriteRules,
  language: Language,
): Operation {
  const type = model.findBySet(action.set)
  if (type === undefined) throw new Error(`No entity set is named ${action.set}`)
  const path = `${action.set}/${action.name}`
  const example = actionExamples[path]
  const described: Described = {
    model,
    type,
    rules: [rules.actionRule(path)],
    codes: actionCodes(rules, action),
    right: 'update',
    isAction: true,
    language,
  }
  return {
    ...sharedOf(described, { fr: '', en: '' }),
    operationId: `${action.set}${action.name}`,
    summary: path,
    description: describe(described, []),
    parameters: [
      ...(action.bindsTo === 'entity' ? [keyParameter(type, example?.id, language)] : []),
      ...[...answerParameters, 'ifMatch', 'idempotencyKey', 'language'].map(parameter),
    ],
    requestBody: {
      required: action.parameters.some(({ required }) => required),
      content: {
        'application/json': {
          schema: parametersSchema(action.parameters, language),
          ...(example === undefined ? {} : { example: example.parameters }),
        },
      },
    },
    responses: {
      ...doneResponses(model, action, language),
      ...refusals(described, { 404: 'NotFound', 412: 'PreconditionFailed' }),
    },
  }
}

/** Refusals of every operation as examples, which operations refer to. */
export function refusalExamples(
  model: Model,
  rules: WriteRules,
  language: Language,
): Readonly<Record<string, Example>> {
  const written = model.entityTypes.flatMap((type) =>
    (['create', 'update', 'delete'] as const)
      .filter((writing) => isOffered(type, writing, 'administrator'))
      .map((writing) => writeCodes(model, rules, type, writing)),
  )
  const acted = model.operations
    .filter(({ kind }) => kind === 'action')
    .map((action) => actionCodes(rules, action))
  const shown = [...written, ...acted].flatMap((codes) =>
    inlineStatuses.flatMap((status) => codesOfStatus(codes, status)),
  )
  return Object.fromEntries(
    [...new Set(shown)].sort().map((code) => [code, errorExample(code, language)]),
  )
}

/** Statuses whose codes differ by operation; the other responses are the same for all. */
const inlineStatuses = [400, 409] as const

const answerParameters = ['dryRun', 'select', 'expand', 'return']

function parameter(name: string): Reference {
  return refTo('parameters', name)
}

function describeWrite(
  model: Model,
  type: EntityType,
  rules: WriteRules,
  right: Writing,
  language: Language,
): Described {
  return {
    model,
    type,
    rules: rulesFor(rules, type, right),
    codes: writeCodes(model, rules, type, right),
    right,
    language,
  }
}

function isAdministrators({ type, right, isAction = false }: Described): boolean {
  return !isAction && !isOffered(type, right, 'integrator')
}

type SharedParts = 'tags' | 'x-primmo-module' | 'x-primmo-profile' | 'x-primmo-rules' | 'summary'

function sharedOf(described: Described, verb: Label): Pick<Operation, SharedParts> {
  const { type, rules, language } = described
  const administrators = isAdministrators(described)
  const note = administrators ? ` (${say(administratorOnly, language)})` : ''
  return {
    ...common(type, language),
    summary: `${say(type, language)} — ${say(verb, language)}${note}`,
    ...(administrators ? { 'x-primmo-profile': 'administrator' as const } : {}),
    ...(rules.length === 0 ? {} : { 'x-primmo-rules': rules.map(({ number }) => number) }),
  }
}

const rightNames: Readonly<Record<Exclude<SetOperation, 'read'>, Label>> = {
  create: { fr: 'création', en: 'create' },
  update: { fr: 'modification', en: 'update' },
  delete: { fr: 'suppression', en: 'delete' },
}

/** Who may, and which rules decide. */
function describe(described: Described, remarks: readonly string[]): string {
  const { type, right, rules, language } = described
  const named = say(rightNames[right], language)
  return [
    ...(isAdministrators(described) ? [`**${say(administratorOnly, language)}**\n`] : []),
    ...remarks.map((remark) => `${remark}\n`),
    `- ${moduleFact(getModule(type.module), language)}`,
    say(
      {
        fr: `- **Droit** : ${named} sur \`${type.set}\``,
        en: `- **Right**: ${named} on \`${type.set}\``,
      },
      language,
    ),
    ...rules.map((rule) => `- ${ruleLine(rule, language)}`),
  ].join('\n')
}

/** `**R-033** Louer un stationnement : PARKING_HELD_RENEWABLE, …` */
export function ruleLine({ number, errors }: DocumentedRule, language: Language): string {
  const title = ruleTitles[number]
  const codes = errors.map((code) => `\`${code}\``).join(', ')
  return [
    `**${number}** ${title === undefined ? '' : say(title, language)}`,
    ...(codes === '' ? [] : [codes]),
  ].join(say({ fr: ' : ', en: ': ' }, language))
}

/** `POST /api/Tenants({Id})/CoTenants` gives the new row its tenant. */
function nestedAddresses(model: Model, type: EntityType, language: Language): readonly string[] {
  const addresses = model.entityTypes.flatMap((owner) =>
    owner.navigation
      .filter(({ target, cardinality }) => target === type.name && cardinality === 'many')
      .map(({ name }) => `\`/api/${owner.set}({Id})/${name}\``),
  )
  if (addresses.length === 0) return []
  const also = say({ fr: 'Aussi par', en: 'Also by' }, language)
  return [`${also} ${addresses.join(', ')}`]
}

function replacement(type: EntityType, language: Language): string {
  const names = type.properties
    .filter((property) => isRequired(property) && isUpdatable(property, 'administrator'))
    .map(({ name }) => `\`${name}\``)
    .join(', ')
  return [
    say(
      {
        fr: 'Un champ omis reçoit sa valeur par défaut.',
        en: 'A field left out gets its default.',
      },
      language,
    ),
    ...(names === ''
      ? []
      : [say({ fr: `Obligatoires : ${names}`, en: `Required: ${names}` }, language)]),
  ].join(' ')
}

function keyParameter(type: EntityType, id: number | undefined, language: Language): Parameter {
  return {
    name: 'Id',
    in: 'path',
    required: true,
    description: say({ fr: 'Identifiant', en: 'Identifier' }, language),
    schema: keySchema(type),
    ...(id === undefined ? {} : { example: id }),
  }
}

function body(schema: string, example: Json | undefined): NonNullable<Operation['requestBody']> {
  return {
    required: true,
    content: {
      'application/json': {
        schema: refTo('schemas', schema),
        ...(example === undefined ? {} : { example }),
      },
    },
  }
}

/** What the row is now, with its tag, and where it is found when it is new. */
function entityResponse(
  type: string,
  title: Label,
  isCreated: boolean,
  language: Language,
): Response {
  return {
    description: say(title, language),
    headers: {
      ...(isCreated ? { Location: locationHeader(language) } : {}),
      ETag: etagHeader(language),
    },
    content: { 'application/json': { schema: refTo('schemas', type) } },
  }
}

/** What an action gives: an entity, with its tag, or a value of a complex type, which has none. */
function doneResponses(
  model: Model,
  { returns }: BoundOperation,
  language: Language,
): Operation['responses'] {
  const title: Label = { fr: 'Fait', en: 'Done' }
  if (model.findComplexType(returns) === undefined)
    return {
      200: entityResponse(returns, title, false, language),
      204: minimalResponse(language),
    }
  return {
    200: {
      description: say(title, language),
      content: { 'application/json': { schema: refTo('schemas', returns) } },
    },
    204: { description: say(title, language) },
  }
}

function minimalResponse(language: Language): Response {
  return {
    description: say(
      {
        fr: 'Fait, sans corps : demandé par `Prefer: return=minimal`, ou sans droit de lecture',
        en: 'Done, without a body: asked by `Prefer: return=minimal`, or without the right to read',
      },
      language,
    ),
    headers: { 'OData-EntityId': locationHeader(language), ETag: etagHeader(language) },
  }
}

function locationHeader(language: Language): Header {
  return {
    description: say({ fr: "Adresse de l'enregistrement", en: 'Address of the record' }, language),
    schema: { type: 'string' },
  }
}

/** The responses that refuse; `others` are components by their statuses. */
function refusals(
  described: Described,
  others: Readonly<Record<number, string>>,
): Operation['responses'] {
  const { type, codes, language, right } = described
  const shared = {
    401: refTo('responses', 'Unauthorized'),
    403: refTo('responses', unwritableName(type.module)),
    ...(isAdministrators(described) ? { 405: refTo('responses', 'AdministratorOnly') } : {}),
    406: refTo('responses', 'NotAcceptable'),
    422: refTo('responses', 'IdempotencyKeyReused'),
    503: refTo('responses', 'Unavailable'),
    ...(right === 'delete'
      ? {}
      : {
          413: refTo('responses', 'BodyTooLarge'),
          415: refTo('responses', 'UnsupportedMediaType'),
        }),
    ...Object.fromEntries(
      Object.entries(others).map(([status, name]) => [status, refTo('responses', name)]),
    ),
  }
  const own = inlineStatuses.map((status) => [
    status,
    refusal(say(titles[status], language), codesOfStatus(codes, status)),
  ])
  return { ...Object.fromEntries(own), ...shared }
}

const titles: Readonly<Record<(typeof inlineStatuses)[number], Label>> = {
  400: { fr: 'Requête ou valeurs refusées', en: 'Request or values refused' },
  409: { fr: "Refusé dans l'état des données", en: 'Refused in the state of the data' },
}

function refusal(title: string, codes: readonly ErrorCode[]): Response {
  return {
    description: `${title} : ${codes.map((code) => `\`${code}\``).join(', ')}`,
    content: {
      'application/json': {
        schema: refTo('schemas', 'Error'),
        examples: Object.fromEntries(codes.map((code) => [code, refTo('examples', code)])),
      },
    },
  }
}
