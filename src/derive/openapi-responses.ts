/** The errors that reading can answer, with an example body of each code from the catalogue. */

import type { ErrorCode } from '../errors/catalogue.ts'
import { type ErrorArguments, HapiError } from '../errors/hapi-error.ts'
import type { EntityType, Label, Module } from '../model/entity-type.ts'
import { entityTypes, type Model } from '../model/model.ts'
import { modules } from '../model/modules.ts'
import { administratorOnly, isOffered } from '../model/offered.ts'
import { subscribableTypes } from '../model/subscribable.ts'
import { type Language, say } from './language.ts'
import { type Example, type Header, type Response, refTo } from './openapi-document.ts'

interface ErrorResponse {
  readonly title: Label
  readonly errors: readonly AnyError[]
}

const nearestUnit = { fr: ' Vouliez-vous dire « Unit »?', en: " Did you mean 'Unit'?" }

/** Components' names, by what went wrong. */
const errorResponses: Readonly<Record<string, ErrorResponse>> = {
  BadRequest: {
    title: { fr: 'Requête incomprise', en: 'Request not understood' },
    errors: [
      error(
        'SYNTAX_ERROR',
        { option: '$filter', position: 8, found: '=', expected: 'eq' },
        { target: '$filter' },
      ),
      error(
        'UNKNOWN_PROPERTY',
        { property: 'CompagnyNo', type: 'Building', position: 1, nearest: ' → CompanyNo' },
        { target: '$filter' },
      ),
      error(
        'TYPE_MISMATCH',
        { operator: 'eq', left: 'Edm.Int32', right: 'Edm.String', position: 11 },
        { target: '$filter' },
      ),
      error('UNKNOWN_OPTION', { option: '$filtre', nearest: ' → $filter' }, { target: '$filtre' }),
      error('INVALID_OPTION_VALUE', { option: '$top', value: '-1' }, { target: '$top' }),
      error('LIMIT_EXCEEDED', { limit: 8, what: '$expand' }, { target: '$expand' }),
    ],
  },
  BadKey: {
    title: { fr: 'Requête incomprise', en: 'Request not understood' },
    errors: [
      error('INVALID_KEY', { set: 'Buildings', expected: 'Edm.Int32' }),
      error(
        'UNKNOWN_PROPERTY',
        { property: 'Nom', type: 'Building', position: 1, nearest: ' → Name' },
        { target: '$select' },
      ),
    ],
  },
  BadRange: {
    title: { fr: 'Requête incomprise', en: 'Request not understood' },
    errors: [
      error('DATE_ORDER', { field: 'EndDate', other: 'StartDate' }, { target: 'EndDate' }),
      error('RANGE_TOO_LONG', { max: 1096 }, { target: 'EndDate' }),
      error('INVALID_FORMAT', { field: 'StartDate' }, { target: 'StartDate' }),
      error(
        'UNKNOWN_PROPERTY',
        { property: 'Ville', type: 'AvailableUnit', position: 1, nearest: '' },
        { target: '$filter' },
      ),
    ],
  },
  BadEntityRange: {
    title: { fr: 'Requête incomprise', en: 'Request not understood' },
    errors: [
      error('DATE_ORDER', { field: 'EndDate', other: 'StartDate' }, { target: 'EndDate' }),
      error('RANGE_TOO_LONG', { max: 1096 }, { target: 'EndDate' }),
      error('INVALID_FORMAT', { field: 'StartDate' }, { target: 'StartDate' }),
      error('INVALID_KEY', { set: 'Units', expected: 'Edm.Int32' }),
      error(
        'UNKNOWN_PROPERTY',
        { property: 'Etat', type: 'AvailabilityInterval', position: 1, nearest: ' → State' },
        { target: '$filter' },
      ),
    ],
  },
  BadEntityDate: {
    title: { fr: 'Requête incomprise', en: 'Request not understood' },
    errors: [
      error('REQUIRED_FIELD', { field: 'Date' }, { target: 'Date' }),
      error('INVALID_FORMAT', { field: 'Date' }, { target: 'Date' }),
      error('INVALID_KEY', { set: 'Leases', expected: 'Edm.Int32' }),
      error('OPTION_NOT_APPLICABLE', { option: '$filter' }, { target: '$filter' }),
    ],
  },
  Unauthorized: {
    title: { fr: 'Jeton absent, invalide ou expiré', en: 'Token missing, invalid or expired' },
    errors: [error('TOKEN_REQUIRED'), error('TOKEN_INVALID'), error('TOKEN_EXPIRED')],
  },
  NotFound: {
    title: { fr: 'Enregistrement inexistant', en: 'No such record' },
    errors: [error('RECORD_NOT_FOUND', { entity: 'Building', key: '999999' })],
  },
  PreconditionFailed: {
    title: { fr: 'Enregistrement modifié depuis', en: 'Record changed since' },
    errors: [error('PRECONDITION_FAILED', { entity: 'Building', key: '630' })],
  },
  IdempotencyKeyReused: {
    title: {
      fr: "Clé d'idempotence d'une autre requête",
      en: 'Idempotency key of another request',
    },
    errors: [error('IDEMPOTENCY_KEY_REUSED')],
  },
  AdministratorOnly: {
    title: administratorOnly,
    errors: [error('OPERATION_NOT_SUPPORTED', { method: 'POST', entity: 'Buildings' })],
  },
  ClockForbidden: {
    title: administratorOnly,
    errors: [error('ADMINISTRATOR_ONLY', { resource: 'Sandbox/Clock' })],
  },
  ClockRefused: {
    title: { fr: 'Instant refusé', en: 'Instant refused' },
    errors: [
      error('CLOCK_BACKWARD', { from: '2026-06-15', to: '2026-06-01' }, { target: 'BusinessDate' }),
      error('CLOCK_TOO_FAR', { years: 10, max: '2036-06-15' }, { target: 'BusinessDate' }),
      error('INVALID_FORMAT', { field: 'BusinessDate' }, { target: 'BusinessDate' }),
      error('UNKNOWN_FIELD', { field: 'Date', entity: 'Sandbox/Clock', nearest: '' }),
      error('INVALID_BODY', { reason: '{"PinnedAt"} | {"BusinessDate"}' }),
    ],
  },
  ClockNotPinned: {
    title: { fr: "Le compte n'est pas un bac à sable", en: 'The account is no sandbox' },
    errors: [error('CLOCK_NOT_PINNED')],
  },
  BadEventsQuery: {
    title: { fr: 'Requête incomprise', en: 'Request not understood' },
    errors: [
      error(
        'ENTITY_NOT_SUBSCRIBABLE',
        { value: 'units', available: subscribableNames(), nearest: nearestUnit },
        { target: 'Entities' },
      ),
      error('INVALID_OPTION_VALUE', { option: 'limit', value: '0' }, { target: 'limit' }),
      error('UNKNOWN_OPTION', { option: 'entity', nearest: ' → entities' }, { target: 'entity' }),
      error('DUPLICATE_OPTION', { option: 'after' }, { target: 'after' }),
    ],
  },
  EventsForbidden: {
    title: { fr: 'Lecture non permise', en: 'Reading not permitted' },
    errors: [
      error('MODULE_NOT_LICENSED', { module: 'crm' }, { target: 'Prospects' }),
      error('READ_NOT_PERMITTED', { set: 'Tenants' }, { target: 'Tenants' }),
    ],
  },
  EventsExpired: {
    title: { fr: 'Position trop ancienne', en: 'Position too old' },
    errors: [error('EVENTS_EXPIRED', { days: 90 }, { target: 'after' })],
  },
  TooManyWaiting: {
    title: { fr: 'Trop de requêtes en attente', en: 'Too many requests waiting' },
    errors: [error('TOO_MANY_WAITING', { max: 8, seconds: 5 })],
  },
  NotAcceptable: {
    title: { fr: 'Format impossible', en: 'Format not available' },
    errors: [error('NOT_ACCEPTABLE', { format: 'application/xml' })],
  },
  SignInRefused: {
    title: { fr: 'Clé, utilisateur ou mot de passe incorrect', en: 'Wrong key, user or password' },
    errors: [error('SIGN_IN_FAILED')],
  },
  BadBody: {
    title: { fr: 'Corps incompris', en: 'Body not understood' },
    errors: [error('INVALID_BODY', { reason: 'JSON' })],
  },
  BodyTooLarge: {
    title: { fr: 'Corps trop long', en: 'Body too long' },
    errors: [error('BODY_TOO_LARGE', { limit: 65536 })],
  },
  UnsupportedMediaType: {
    title: { fr: 'Type de contenu non pris en charge', en: 'Content type not supported' },
    errors: [error('UNSUPPORTED_MEDIA_TYPE', { type: 'text/html' })],
  },
  TooManyRequests: {
    title: { fr: 'Trop de tentatives', en: 'Too many attempts' },
    errors: [error('TOO_MANY_REQUESTS', { seconds: 30 })],
  },
  Unavailable: {
    title: { fr: 'Service momentanément indisponible', en: 'Service temporarily unavailable' },
    errors: [error('UNAVAILABLE'), error('TIMED_OUT', { seconds: 30 })],
  },
}

export function responsesOf(model: Model, language: Language): Readonly<Record<string, Response>> {
  const general = Object.entries(errorResponses).map(
    ([name, { title, errors }]): [string, Response] => [
      name,
      errorResponse(say(title, language), errors, language),
    ],
  )
  const forbidden = modules.map((module): [string, Response] => [
    `${FORBIDDEN}${module.code}`,
    forbiddenResponse(module, language),
  ])
  const administratorSets = model.entityTypes
    .filter(({ readBy }) => readBy === 'administrator')
    .map((type): [string, Response] => [
      forbiddenName(type),
      errorResponse(say(administratorOnly, language), [administratorRefusal(type)], language),
    ])
  const unwritable = modules
    .filter(({ code }) => model.entityTypes.some((type) => type.module === code && isWritten(type)))
    .map((module): [string, Response] => [
      unwritableName(module.code),
      unwritableResponse(module, language),
    ])
  return Object.fromEntries([
    ...general,
    ...forbidden,
    ...administratorSets,
    ...unwritable,
    ['NotModified', notModified(language)],
  ])
}

function notModified(language: Language): Response {
  return {
    description: say(
      { fr: "L'enregistrement n'a pas changé", en: 'The record has not changed' },
      language,
    ),
    headers: { ETag: etagHeader(language) },
  }
}

export function etagHeader(language: Language): Header {
  return {
    description: say(
      {
        fr: "Change avec chaque modification visible de l'enregistrement",
        en: 'Changes with every visible change of the record',
      },
      language,
    ),
    schema: { type: 'string' },
    example: 'W/"2026-06-14T09:30:00Z"',
  }
}

/** Name of the 403 of reading a set: its module's, unless administrators alone read the set. */
export function forbiddenName({ module, set, readBy }: EntityType): string {
  return `${FORBIDDEN}${readBy === undefined ? module : set}`
}

const FORBIDDEN = 'Forbidden_'

function administratorRefusal({ set }: EntityType): AnyError {
  return error('ADMINISTRATOR_ONLY', { resource: set }, { target: set })
}

/** Name of the 403 of writing to a module's sets. */
export function unwritableName(module: string): string {
  return `WriteForbidden_${module}`
}

function isWritten(type: EntityType): boolean {
  return (['create', 'update', 'delete'] as const).some((operation) =>
    isOffered(type, operation, 'administrator'),
  )
}

function unwritableResponse(module: Module, language: Language): Response {
  const title = { fr: 'Écriture non permise', en: 'Writing not permitted' }
  const errors = [
    error('WRITE_NOT_PERMITTED', { right: 'create', set: 'Leases' }),
    ...(module.optional ? [error('MODULE_NOT_LICENSED', { module: say(module, language) })] : []),
  ]
  return errorResponse(say(title, language), errors, language)
}

function forbiddenResponse(module: Module, language: Language): Response {
  const title = { fr: 'Lecture non permise', en: 'Reading not permitted' }
  const errors = [
    error('READ_NOT_PERMITTED', { set: 'Buildings' }),
    ...(module.optional ? [error('MODULE_NOT_LICENSED', { module: say(module, language) })] : []),
  ]
  return errorResponse(say(title, language), errors, language)
}

/** An answer whose examples are these errors. */
export function errorResponse(
  title: string,
  errors: readonly AnyError[],
  language: Language,
): Response {
  const examples = errors.map((each): [string, Example] => [each.code, exampleOf(each, language)])
  return {
    description: `${title} : ${errors.map(({ code }) => `\`${code}\``).join(', ')}`,
    content: {
      'application/json': {
        schema: refTo('schemas', 'Error'),
        examples: Object.fromEntries(examples),
      },
    },
  }
}

function exampleOf(example: AnyError, language: Language): Example {
  const { code, status, target } = example
  const message = example.messageIn(language)
  return {
    summary: `${status} ${code}`,
    value: { error: { code, message, ...(target === undefined ? {} : { target }) } },
  }
}

/** What an example needs of an error, whatever its code. */
export type AnyError = Pick<HapiError, 'code' | 'status' | 'target' | 'messageIn'>

export function error<C extends ErrorCode>(code: C, ...values: ErrorArguments<C>): AnyError {
  return new HapiError(code, ...values)
}

function subscribableNames(): string {
  return subscribableTypes(entityTypes)
    .map(({ name }) => name)
    .join(', ')
}
