/** The operations that are not of an entity set: token, metadata, service document, health. */

import { me } from '../model/singletons.ts'
import { type Language, say } from './language.ts'
import {
  type Operation,
  type PathItem,
  type Response,
  readers,
  refTo,
  type Schema,
} from './openapi-document.ts'

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

/** The clock of a sandbox, which its administrator reads and moves forward. */
function clockPath(language: Language): PathItem {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const properties: Schema['properties'] = {
    PinnedAt: { type: 'string', format: 'date-time', nullable: true },
    BusinessDate: { type: 'string', format: 'date' },
  }
  const answer: Response = {
    description: 'OK',
    content: { 'application/json': { schema: { type: 'object', properties } } },
  }
  const only = text("**Réservé à l'administrateur du compte**", '**Account administrator only**')
  const shared = {
    tags: [say(serviceTag, language)],
    parameters: [refTo('parameters', 'language')],
    'x-primmo-profile': 'administrator' as const,
  }
  const access = {
    401: refTo('responses', 'Unauthorized'),
    403: refTo('responses', 'ClockForbidden'),
    503: refTo('responses', 'Unavailable'),
  }
  return {
    get: {
      operationId: 'getSandboxClock',
      ...shared,
      summary: text('Horloge du compte', 'Clock of the account'),
      description: only,
      responses: { 200: answer, ...access },
    },
    patch: {
      operationId: 'moveSandboxClock',
      ...shared,
      summary: text("Avancer l'horloge d'un bac à sable", 'Move a sandbox clock forward'),
      description: text(
        `${only}\n\nUn seul des deux champs. La réponse vient quand tout ce qui serait arrivé entre-temps est arrivé, jour après jour.`,
        `${only}\n\nOne of the two fields. The answer comes when all that would have happened meanwhile has happened, day by day.`,
      ),
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', properties },
            example: { BusinessDate: '2026-07-01' },
          },
        },
      },
      responses: {
        200: answer,
        400: refTo('responses', 'ClockRefused'),
        409: refTo('responses', 'ClockNotPinned'),
        413: refTo('responses', 'BodyTooLarge'),
        415: refTo('responses', 'UnsupportedMediaType'),
        ...access,
      },
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
        security: readers,
      },
    ),
    '/api/Me': operation('getMe', say(me.type, language), {
      responses: { 200: found(meContent(language)), ...protectedErrors },
    }),
    '/api/$metadata': operation(
      'getMetadata',
      text('Métadonnées OData (CSDL, XML ou JSON)', 'OData metadata (CSDL, XML or JSON)'),
      { responses: { 200: found(xml), ...protectedErrors }, security: readers },
    ),
    '/api/feed.pbids': operation(
      'getPowerBiFile',
      text(
        "L'adresse du service en fichier .pbids, pour Power BI",
        'The address of the service as a .pbids file, for Power BI',
      ),
      { responses: { 200: found(json) }, security: [] },
    ),
    '/api/Sandbox/Clock': clockPath(language),
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

function meContent(language: Language): Response['content'] {
  const typed: Readonly<Record<string, Schema>> = {
    'Edm.String': { type: 'string' },
    'Edm.DateTimeOffset': { type: 'string', format: 'date-time', nullable: true },
    'Collection(Edm.String)': { type: 'array', items: { type: 'string' } },
    'Collection(SetRights)': { type: 'array', items: refTo('schemas', 'SetRights') },
  }
  const properties = me.type.properties.map((property): [string, Schema] => [
    property.name,
    { ...typed[property.type], description: say(property, language) },
  ])
  return {
    'application/json': {
      schema: { type: 'object', properties: Object.fromEntries(properties) },
    },
  }
}

function found(content?: Response['content']): Response {
  return { description: 'OK', ...(content === undefined ? {} : { content }) }
}
