/** `GET /api/events`, the pull feed of the events that webhooks bring. */

import type { Model } from '../model/model.ts'
import { subscribableTypes } from '../model/subscribable.ts'
import { type Language, say } from './language.ts'
import {
  type Parameter,
  type PathItem,
  type Response,
  refTo,
  type Schema,
} from './openapi-document.ts'
import { webhookTag } from './openapi-webhooks.ts'

/** Positions are opaque; this one is of a quiet database. */
const POSITION = 'MCAxNDcyOjE0NzI6'

export function eventsPath(model: Model, language: Language): PathItem {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const names = subscribableTypes(model.entityTypes)
    .map(({ name }) => `\`${name}\``)
    .join(', ')
  return {
    get: {
      operationId: 'getEvents',
      tags: [say(webhookTag, language)],
      summary: text('Événements, page par page', 'Events, page by page'),
      description: text(
        `Les mêmes événements que par webhook, pour qui ne peut en recevoir : \`Event\` est le corps d'une notification, \`WebhookId\` son en-tête \`webhook-id\`. Gardez \`Next\` une fois la page traitée et donnez-le par \`after\`; un événement peut revenir si vous ne l'avez pas gardé, jamais manquer. Seuls viennent les événements des entités que vous pouvez lire. Ils sont conservés 90 jours; une position plus ancienne répond 410.\n\nEntités : ${names}.`,
        `The same events as by webhook, for those who cannot receive any: \`Event\` is the body of a notification, \`WebhookId\` its \`webhook-id\` header. Keep \`Next\` once the page is done with and give it by \`after\`; an event may come again if you did not keep it, and is never missing. Only events of entities that you may read come. They are kept for 90 days; an older position answers 410.\n\nEntities: ${names}.`,
      ),
      parameters: [...parameters(language), refTo('parameters', 'language')],
      responses: {
        200: page(language),
        400: refTo('responses', 'BadEventsQuery'),
        401: refTo('responses', 'Unauthorized'),
        403: refTo('responses', 'EventsForbidden'),
        410: refTo('responses', 'EventsExpired'),
        429: refTo('responses', 'TooManyWaiting'),
        503: refTo('responses', 'Unavailable'),
      },
    },
  }
}

function parameters(language: Language): readonly Parameter[] {
  const query = (name: string, fr: string, en: string, schema: Schema): Parameter => ({
    name,
    in: 'query',
    description: say({ fr, en }, language),
    schema,
  })
  return [
    query(
      'after',
      'Le `Next` d’une page précédente; `start` : depuis le plus ancien conservé. Absent : à partir de maintenant',
      'The `Next` of an earlier page; `start`: from the oldest that is kept. Absent: from now on',
      { type: 'string' },
    ),
    query(
      'entities',
      'Entités voulues, séparées par des virgules; absent : toutes celles que vous pouvez lire',
      'Entities wanted, separated by commas; absent: all that you may read',
      { type: 'string', example: 'unit,tenant' },
    ),
    query('limit', 'Événements au plus', 'Events at most', {
      type: 'integer',
      minimum: 1,
      maximum: 1_000,
      default: 100,
    }),
    query(
      'wait',
      'Secondes pendant lesquelles une page qui serait vide attend son premier événement',
      'Seconds for which a page that would be empty waits for its first event',
      { type: 'integer', minimum: 0, maximum: 30, default: 0 },
    ),
  ]
}

function page(language: Language): Response {
  const string: Schema = { type: 'string' }
  const event: Schema = {
    type: 'object',
    properties: {
      WebhookId: { ...string, description: 'webhook-id' },
      At: { ...string, format: 'date-time' },
      Event: {
        type: 'object',
        properties: {
          Id: { type: 'integer' },
          Entity: string,
          Status: {
            type: 'integer',
            enum: [1, 2, 3],
            description: '1 UPDATE, 2 DELETE, 3 INSERT',
          },
          DatabaseName: string,
          AdditionalInformationJson: { ...string, nullable: true },
        },
      },
    },
  }
  return {
    description: say({ fr: 'Une page, dans son ordre', en: 'A page, in its order' }, language),
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            Events: { type: 'array', items: event },
            Next: string,
            HasMore: { type: 'boolean' },
          },
        },
        example: {
          Events: [
            {
              WebhookId: 'evt_1',
              At: '2026-06-15T04:05:00Z',
              Event: {
                Id: 1472,
                Entity: 'TenantParking',
                Status: 1,
                DatabaseName: 'DEV/ALEX',
                AdditionalInformationJson: '{"tenantId": 7535, "parkingId": 1445}',
              },
            },
          ],
          Next: POSITION,
          HasMore: false,
        },
      },
    },
  }
}
