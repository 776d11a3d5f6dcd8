/** The operations that are not of an entity set: token, metadata, service document, health, bound functions. */

import type { Operation as BoundOperation } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { type Language, say } from './language.ts'
import {
  type Operation,
  type PathItem,
  type Response,
  refTo,
  type Schema,
} from './openapi-document.ts'
import { accessErrors, collectionResponse, getModule, moduleFact } from './openapi-entity-set.ts'
import { type NamedValue, optional, resultOptions } from './openapi-query-options.ts'
import { primitiveSchema } from './openapi-schemas.ts'

export const accessTag = { fr: 'Accès', en: 'Access' }
export const serviceTag = { fr: 'Service', en: 'Service' }

export function tokenPath(language: Language): PathItem {
  const string: Schema = { type: 'string' }
  return {
    post: {
      operationId: 'createToken',
      tags: [say(accessTag, language)],
      summary: say({ fr: 'Obtenir un jeton (24 h)', en: 'Get a token (24 h)' }, language),
      description: say(
        {
          fr: "La clé API, le nom d'utilisateur et le mot de passe doivent être justes et aller ensemble. Il n'y a pas de jeton de renouvellement : redemandez-en un.",
          en: 'The API key, the user name and the password must be right and belong together. There is no refresh token: ask again.',
        },
        language,
      ),
      security: [{ apiKey: [] }],
      parameters: [refTo('parameters', 'language')],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', properties: { UserName: string, Password: string } },
            example: { UserName: '', Password: '' },
          },
        },
      },
      responses: {
        200: tokenResponse(language),
        400: refTo('responses', 'BadBody'),
        401: refTo('responses', 'SignInRefused'),
        413: refTo('responses', 'BodyTooLarge'),
        415: refTo('responses', 'UnsupportedMediaType'),
        429: refTo('responses', 'TooManyRequests'),
        503: refTo('responses', 'Unavailable'),
      },
    },
  }
}

function tokenResponse(language: Language): Response {
  const Token = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…'
  return {
    description: say({ fr: 'Le jeton', en: 'The token' }, language),
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            Token: { type: 'string' },
            TokenType: { type: 'string' },
            ExpiresIn: { type: 'integer' },
            ExpiresAt: { type: 'string', format: 'date-time' },
          },
        },
        example: {
          Token,
          TokenType: 'Bearer',
          ExpiresIn: 86400,
          ExpiresAt: '2026-06-16T14:00:00Z',
        },
      },
      'text/plain': { schema: { type: 'string' }, example: Token },
    },
  }
}

export function servicePaths(language: Language): Readonly<Record<string, PathItem>> {
  const json: Response['content'] = { 'application/json': { schema: { type: 'object' } } }
  const xml: Response['content'] = { 'application/xml': { schema: { type: 'string' } }, ...json }
  const protectedErrors = {
    401: refTo('responses', 'Unauthorized'),
    406: refTo('responses', 'NotAcceptable'),
  }
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const operation = (
    operationId: string,
    summary: string,
    rest: Pick<Operation, 'responses' | 'security'>,
  ): PathItem => ({
    get: { operationId, tags: [say(serviceTag, language)], summary, description: summary, ...rest },
  })
  return {
    '/api/': operation(
      'getServiceDocument',
      text("Liste des ensembles d'entités", 'List of the entity sets'),
      {
        responses: { 200: found(json), ...protectedErrors },
      },
    ),
    '/api/$metadata': operation(
      'getMetadata',
      text('Métadonnées OData (CSDL, XML ou JSON)', 'OData metadata (CSDL, XML or JSON)'),
      { responses: { 200: found(xml), ...protectedErrors } },
    ),
    '/health/live': operation('getHealthLive', text('Le processus répond', 'The process answers'), {
      responses: { 200: found() },
      security: [],
    }),
    '/health/ready': operation(
      'getHealthReady',
      text('Le service est prêt', 'The service is ready'),
      {
        responses: { 200: found(), 503: { description: text('Pas encore prêt', 'Not ready yet') } },
        security: [],
      },
    ),
  }
}

function found(content?: Response['content']): Response {
  return { description: 'OK', ...(content === undefined ? {} : { content }) }
}

/** Bound functions, callable by query string: `Units/ForRent?StartDate=2026-07-01`. */
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

/** Dates of the demonstration portfolio's summer. */
const parameterExamples: Readonly<Record<string, readonly NamedValue[]>> = {
  'Edm.Date': [
    ['start', '2026-07-01'],
    ['end', '2026-07-31'],
  ],
  'Edm.Int32': [['month', '30']],
}

function functionOperation(model: Model, operation: BoundOperation, language: Language): Operation {
  const type = model.findBySet(operation.set)
  if (type === undefined) throw new Error(`No entity set is named ${operation.set}`)
  const module = getModule(type.module)
  const rule = say({ fr: '**Règle** : ', en: '**Rule**: ' }, language)
  const returned = operation.returns.replace(/^Collection\((.+)\)$/, '$1')
  const resultType = model.findComplexType(returned)
  return {
    operationId: `${operation.set}${operation.name}`,
    tags: [say(module, language)],
    summary: `${operation.set}/${operation.name}`,
    description: `- ${moduleFact(module, language)}\n- ${rule}${operation.rule}`,
    parameters: [
      ...operation.parameters.map((parameter) => ({
        name: parameter.name,
        in: 'query' as const,
        required: parameter.required,
        description: say(parameter, language),
        schema: primitiveSchema(parameter.type),
        examples: optional(language, parameterExamples[parameter.type] ?? []),
      })),
      ...(resultType === undefined ? [] : resultOptions(resultType, language)),
    ],
    responses: {
      200: collectionResponse(returned, language),
      400: refTo('responses', 'BadRange'),
      ...accessErrors(type.module),
      503: refTo('responses', 'Unavailable'),
    },
    'x-primmo-module': type.module,
  }
}
