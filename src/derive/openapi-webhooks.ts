/** The guide's calls to follow entities, and the notification that follows from them, as a callback. */

import type { EntityType } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { subscribableTypes } from '../model/subscribable.ts'
import { type Language, say } from './language.ts'
import {
  type Operation,
  type Parameter,
  type PathItem,
  type Response,
  refTo,
  type Schema,
} from './openapi-document.ts'
import { getModule } from './openapi-modules.ts'
import { type AnyError, error, errorResponse } from './openapi-responses.ts'

/** Beside the sets of webhooks. */
export const webhookTag = getModule('webhooks')

/** How notifications are sent, as the operator has set it. */
export interface DeliveryPolicy {
  /** For one attempt, answer included; and for its connection alone. */
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  /** Waits before the second attempt, the third, and so on. */
  readonly retryDelaysMs: readonly number[]
  /** For so many days an event can be sent again. */
  readonly keptDays: number
}

export function webhookPaths(
  model: Model,
  delivery: DeliveryPolicy,
  language: Language,
): Readonly<Record<string, PathItem>> {
  const types = subscribableTypes(model.entityTypes)
  return {
    '/api/subscribe': {
      get: listOperation(types, language),
      post: subscribeOperation(types, delivery, language),
    },
    '/api/unsubscribe': { post: unsubscribeOperation(types, language) },
  }
}

/** The body of a notification: these five members in this order (contract D5). */
export function notificationSchema(model: Model, language: Language): Schema {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return {
    type: 'object',
    description: text("Notification d'un changement", 'Notification of one change'),
    required: ['Id', 'Entity', 'Status', 'DatabaseName', 'AdditionalInformationJson'],
    properties: {
      Id: {
        type: 'integer',
        format: 'int32',
        description: text(
          "`Id` de l'enregistrement créé, modifié ou supprimé : relisez-le par `GET /api/{ensemble}({Id})`",
          '`Id` of the record created, changed or deleted: read it by `GET /api/{set}({Id})`',
        ),
      },
      Entity: {
        type: 'string',
        enum: subscribableTypes(model.entityTypes).map(({ name }) => name),
        description: text("Nom de l'entité, au singulier", 'Name of the entity, singular'),
      },
      Status: {
        type: 'integer',
        enum: [1, 2, 3],
        description: text(
          '`1` modification (UPDATE), `2` suppression (DELETE), `3` ajout (INSERT)',
          '`1` change (UPDATE), `2` deletion (DELETE), `3` addition (INSERT)',
        ),
      },
      DatabaseName: {
        type: 'string',
        description: text(
          'Nom du client ou de la base de données',
          'Name of the client or database',
        ),
      },
      AdditionalInformationJson: {
        type: 'string',
        nullable: true,
        description: text(
          "Texte JSON des identifiants que relie une entité relationnelle, aussi à sa suppression; `null` pour les autres. C'est un texte qui contient du JSON : décodez-le à son tour",
          'JSON text of the identifiers that a relational entity relates, also when it is deleted; `null` for the others. It is a text that holds JSON: decode it in its turn',
        ),
      },
    },
  }
}

/** What the three calls have in common. */
function shared(language: Language): Pick<Operation, 'tags' | 'parameters'> {
  return { tags: [say(webhookTag, language)], parameters: [refTo('parameters', 'language')] }
}

const access = {
  401: refTo('responses', 'Unauthorized'),
  503: refTo('responses', 'Unavailable'),
}

const bodyErrors = {
  413: refTo('responses', 'BodyTooLarge'),
  415: refTo('responses', 'UnsupportedMediaType'),
}

function listOperation(types: readonly EntityType[], language: Language): Operation {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return {
    operationId: 'listSubscriptions',
    ...shared(language),
    summary: text('Entités suivies', 'Entities followed'),
    description: text(
      "Les entités que suit l'utilisateur du jeton, par leurs noms, en ordre; `[]` s'il n'en suit aucune.",
      "The entities that the token's user follows, by their names, in order; `[]` when there are none.",
    ),
    responses: { 200: listResponse(types, ['Building', 'Unit'], language), ...access },
  }
}

function subscribeOperation(
  types: readonly EntityType[],
  delivery: DeliveryPolicy,
  language: Language,
): Operation {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return {
    operationId: 'subscribe',
    ...shared(language),
    summary: text('Suivre des entités', 'Follow entities'),
    description: [
      text(
        "Chaque changement validé d'une entité suivie est envoyé à `ResponseUrl` par `POST`, à partir de la réponse à cet appel, d'où qu'il vienne : l'API, Primmo ou le traitement quotidien. Voyez l'onglet des notifications.",
        'Each committed change of an entity that is followed is sent to `ResponseUrl` by `POST`, from the answer to this call on, wherever it comes from: the API, Primmo or the daily job. See the tab of callbacks.',
      ),
      text(
        "**S'abonner de nouveau** ajoute des entités; pour celles que l'appel nomme, `ResponseUrl` et `ResponseHeaders` remplacent ceux d'avant, et ce qui reste à envoyer suit. Une entité n'a qu'une destination par utilisateur. L'abonnement est à l'utilisateur : ni l'expiration du jeton ni une nouvelle clé ne le touchent.",
        "**Subscribing again** adds entities; for those that the call names, `ResponseUrl` and `ResponseHeaders` replace those before, and what is still to be sent follows. An entity has one destination per user. The subscription is the user's: neither the end of the token nor a new key touches it.",
      ),
      entityTable(types, language),
    ].join('\n\n'),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: subscriptionSchema(language),
          examples: {
            guide: {
              summary: text('Deux entités et un en-tête', 'Two entities and a header'),
              value: {
                ResponseUrl: 'https://testing-website.com',
                ResponseHeaders: 'testing-website-token:TEST123456',
                Entities: ['building', 'unit'],
              },
            },
            several: {
              summary: text('Plusieurs en-têtes', 'Several headers'),
              value: {
                ResponseUrl: 'https://testing-website.com/hook?source=primmo',
                ResponseHeaders: 'Authorization:Bearer TEST123456;X-Site:42',
                Entities: ['TenantParking', 'TenantService'],
              },
            },
            none: {
              summary: text('Sans en-tête', 'Without a header'),
              value: {
                ResponseUrl: 'https://testing-website.com',
                ResponseHeaders: null,
                Entities: ['serviceCall'],
              },
            },
          },
        },
      },
    },
    responses: {
      200: listResponse(types, ['Building', 'Unit'], language),
      400: refusedSubscription(types, language),
      403: errorResponse(
        text('Entité que cet utilisateur ne peut pas lire', 'Entity that this user may not read'),
        [
          error('MODULE_NOT_LICENSED', { module: 'crm' }, { target: 'Entities' }),
          error('READ_NOT_PERMITTED', { set: 'Tenants' }, { target: 'Entities' }),
        ],
        language,
      ),
      ...bodyErrors,
      ...access,
    },
    callbacks: {
      notification: {
        '{$request.body#/ResponseUrl}': { post: notificationOperation(delivery, language) },
      },
    },
  }
}

function subscriptionSchema(language: Language): Schema {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return {
    type: 'object',
    required: ['ResponseUrl', 'Entities'],
    properties: {
      ResponseUrl: {
        type: 'string',
        format: 'uri',
        maxLength: 2048,
        description: text(
          "Où les notifications sont envoyées : `https`, une adresse publique, sans nom d'utilisateur ni mot de passe",
          'Where notifications are sent: `https`, a public address, without a user name and password',
        ),
      },
      ResponseHeaders: {
        nullable: true,
        description: text(
          'En-têtes à joindre à chaque notification : `nom:valeur`, plusieurs séparés par « ; »; vide ou `null` s\'il n\'y en a pas. Un objet `{"nom":"valeur"}` permet « ; » dans une valeur. Les valeurs sont chiffrées et ne sont jamais retournées',
          'Headers to send with each notification: `name:value`, several separated by `;`; empty or `null` when there are none. An object `{"name":"value"}` allows `;` in a value. Values are encrypted and never returned',
        ),
        oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: { type: 'string' } }],
      },
      Entities: {
        type: 'array',
        minItems: 1,
        items: { type: 'string' },
        description: text(
          'Noms au singulier, sans égard à la casse. Un seul nom inconnu refuse toute la demande',
          'Singular names, in any letter case. A single unknown name refuses the whole request',
        ),
      },
    },
  }
}

function unsubscribeOperation(types: readonly EntityType[], language: Language): Operation {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return {
    operationId: 'unsubscribe',
    ...shared(language),
    summary: text('Ne plus suivre des entités', 'Stop following entities'),
    description: text(
      "Le corps est la liste des entités à ne plus suivre; ce qui restait à envoyer d'elles est annulé. Une entité qui n'était pas suivie n'est pas une erreur, et `[]` ne change rien. La réponse est ce qui reste suivi.",
      'The body is the list of the entities to follow no more; what was still to be sent of them is cancelled. One that was not followed is no error, and `[]` changes nothing. The answer is what is followed still.',
    ),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { type: 'array', items: { type: 'string' } },
          example: ['building', 'unit'],
        },
      },
    },
    responses: {
      200: listResponse(types, [], language),
      400: errorResponse(
        text('Liste refusée', 'List refused'),
        [
          notSubscribable(types, '[1]'),
          error('INVALID_FORMAT', { field: '[0]' }, { target: '[0]' }),
          error('LIMIT_EXCEEDED', {
            limit: ENTITY_NAMES_MAX,
            what: { fr: 'noms', en: 'names' },
          }),
          error('INVALID_BODY', { reason: 'JSON' }),
        ],
        language,
      ),
      ...bodyErrors,
      ...access,
    },
  }
}

/** As the reader of names has it. */
const ENTITY_NAMES_MAX = 100

function refusedSubscription(types: readonly EntityType[], language: Language): Response {
  const names = { fr: 'noms', en: 'names' }
  const addressReason = { fr: 'elle est interne ou réservée', en: 'it is internal or reserved' }
  const urlReason = {
    fr: 'elle doit commencer par https://',
    en: 'it must begin with https://',
  }
  const headersReason = { fr: "l'en-tête Host est réservé", en: 'header Host is reserved' }
  const errors: readonly AnyError[] = [
    notSubscribable(types, 'Entities[1]'),
    error('REQUIRED_FIELD', { field: 'ResponseUrl' }, { target: 'ResponseUrl' }),
    error('WEBHOOK_URL_INVALID', { reason: urlReason }, { target: 'ResponseUrl' }),
    error('WEBHOOK_HTTP_REFUSED', {}, { target: 'ResponseUrl' }),
    error(
      'WEBHOOK_ADDRESS_REFUSED',
      { host: '127.0.0.1', reason: addressReason },
      { target: 'ResponseUrl' },
    ),
    error('WEBHOOK_HEADERS_INVALID', { reason: headersReason }, { target: 'ResponseHeaders' }),
    error(
      'UNKNOWN_FIELD',
      { field: 'Entites', entity: 'subscribe', nearest: ' → Entities' },
      { target: 'Entites' },
    ),
    error('INVALID_FORMAT', { field: 'Entities' }, { target: 'Entities' }),
    error('LIMIT_EXCEEDED', { limit: ENTITY_NAMES_MAX, what: names }, { target: 'Entities' }),
    error('INVALID_BODY', { reason: 'JSON' }),
  ]
  const title = { fr: 'Abonnement refusé', en: 'Subscription refused' }
  return errorResponse(say(title, language), errors, language)
}

function notSubscribable(types: readonly EntityType[], target: string): AnyError {
  return error(
    'ENTITY_NOT_SUBSCRIBABLE',
    {
      value: 'units',
      nearest: { fr: ' Vouliez-vous dire « Unit »?', en: " Did you mean 'Unit'?" },
      available: types.map(({ name }) => name).join(', '),
    },
    { target },
  )
}

function listResponse(
  types: readonly EntityType[],
  example: readonly string[],
  language: Language,
): Response {
  return {
    description: say({ fr: 'Les entités suivies', en: 'The entities followed' }, language),
    content: {
      'application/json': {
        schema: { type: 'array', items: { type: 'string', enum: types.map(({ name }) => name) } },
        example,
      },
    },
  }
}

/** All that can be followed; what a relational entity's notification tells besides. */
function entityTable(types: readonly EntityType[], language: Language): string {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const title = text(
    `**Les ${types.length} entités offertes** (les relationnelles sont celles dont la notification porte des identifiants) :`,
    `**The ${types.length} entities available** (the relational ones are those whose notification carries identifiers):`,
  )
  const rows = types.map((type) => {
    const { additionalInformation } = type.webhook
    const module = getModule(type.module)
    const needed = module.optional
      ? text(` (module facultatif : ${module.fr})`, ` (optional module: ${module.en})`)
      : ''
    const members =
      additionalInformation === null
        ? '`null`'
        : Object.keys(additionalInformation)
            .map((member) => `\`${member}\``)
            .join(', ')
    return `| \`${type.name}\` | ${say(type, language)}${needed} | ${members} |`
  })
  const head = text(
    '| Entité | | `AdditionalInformationJson` |',
    '| Entity | | `AdditionalInformationJson` |',
  )
  return [`${title}\n`, head, '|---|---|---|', ...rows].join('\n')
}

function notificationOperation(delivery: DeliveryPolicy, language: Language): Operation {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return {
    operationId: 'notification',
    tags: [say(webhookTag, language)],
    summary: text('Notification que vous recevez', 'Notification that you receive'),
    description: notificationText(delivery, language),
    security: [],
    parameters: sentHeaders(language),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: refTo('schemas', 'Notification'),
          examples: {
            relational: {
              summary: text('Suppression, entité relationnelle', 'Deletion, relational entity'),
              value: {
                Id: 1472,
                Entity: 'TenantParking',
                Status: 2,
                DatabaseName: 'DEV/ALEX',
                AdditionalInformationJson: '{"tenantId": 7535, "parkingId": 1445}',
              },
            },
            other: {
              summary: text('Modification, autre entité', 'Change, another entity'),
              value: {
                Id: 9001,
                Entity: 'Unit',
                Status: 1,
                DatabaseName: 'DEV/ALEX',
                AdditionalInformationJson: null,
              },
            },
          },
        },
      },
    },
    responses: {
      200: {
        description: text(
          'Reçu. Toute réponse 2xx le dit; son corps ne compte pas',
          'Received. Any 2xx answer says so; its body does not count',
        ),
      },
      410: {
        description: text(
          "N'envoyez plus rien : l'abonnement prend fin aussitôt",
          'Send nothing more: the subscription ends at once',
        ),
      },
      default: {
        description: text(
          "Échec : la notification est renvoyée plus tard. `Retry-After` est respecté jusqu'à une heure; une redirection n'est pas suivie",
          'Failure: the notification is sent again later. `Retry-After` is respected up to an hour; a redirect is not followed',
        ),
      },
    },
  }
}

function notificationText(delivery: DeliveryPolicy, language: Language): string {
  const { timeoutMs, connectTimeoutMs, keptDays } = delivery
  const [connect, all] = [connectTimeoutMs, timeoutMs].map(durationText)
  const schedule = scheduleText(delivery.retryDelaysMs, language)
  return say(
    {
      fr: `Un changement par requête, \`Content-Type: application/json; charset=utf-8\`, avec vos \`ResponseHeaders\`. Répondez dès que vous l'avez noté, en moins de ${all} (connexion : ${connect}), et traitez-le ensuite.

${schedule} Ensuite la notification reste rejouable : les événements sont gardés ${keptDays} jours. Après 5 jours sans un succès, la destination est suspendue; abonnez-vous de nouveau pour la réveiller.

Les changements d'un même enregistrement arrivent dans leur ordre; entre deux enregistrements aucun ordre n'est promis. Un même événement peut arriver deux fois, sous le même \`webhook-id\` : retenez ceux que vous avez traités.`,
      en: `One change per request, \`Content-Type: application/json; charset=utf-8\`, with your \`ResponseHeaders\`. Answer as soon as you have noted it, within ${all} (connection: ${connect}), and process it afterwards.

${schedule} After that the notification can be sent again on demand: events are kept for ${keptDays} days. After 5 days without a success the destination is suspended; subscribe again to wake it.

Changes of one record arrive in their order; across records no order is promised. An event may arrive twice, under the same \`webhook-id\`: remember those that you have processed.`,
    },
    language,
  )
}

function scheduleText(delaysMs: readonly number[], language: Language): string {
  if (delaysMs.length === 0)
    return say({ fr: 'Il y a un seul envoi.', en: 'There is one attempt only.' }, language)
  const last = durationText(delaysMs.at(-1) ?? 0)
  const before = delaysMs.slice(0, -1).map(durationText).join(', ')
  const waits = (and: string): string => (before === '' ? last : `${before} ${and} ${last}`)
  return say(
    {
      fr: `En cas d'échec, ${delaysMs.length + 1} envois en tout : aussitôt, puis après ${waits('et')}, à ±20 %.`,
      en: `On failure, ${delaysMs.length + 1} attempts in all: at once, then after ${waits('and')}, ±20%.`,
    },
    language,
  )
}

/** In the greatest unit that gives a whole number, alike in both languages: `5 min`. */
function durationText(ms: number): string {
  if (ms > 0 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`
  if (ms > 0 && ms % 60_000 === 0) return `${ms / 60_000} min`
  return `${ms / 1_000} s`
}

function sentHeaders(language: Language): readonly Parameter[] {
  const header = (
    name: string,
    example: string,
    fr: string,
    en: string,
    required = true,
  ): Parameter => ({
    name,
    in: 'header',
    required,
    description: say({ fr, en }, language),
    schema: { type: 'string' },
    example,
  })
  return [
    header(
      'webhook-id',
      'evt_48213',
      "Numéro de l'événement, le même à chaque envoi",
      'Number of the event, the same with each attempt',
    ),
    header(
      'webhook-timestamp',
      '1781496900',
      "Instant de l'envoi, en secondes depuis 1970",
      'Instant of the attempt, in seconds since 1970',
    ),
    header(
      'webhook-signature',
      'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
      'Signature (Standard Webhooks) de `webhook-id.webhook-timestamp.corps`',
      'Signature (Standard Webhooks) of `webhook-id.webhook-timestamp.body`',
    ),
    header(
      'webhook-attempt',
      '1',
      "Rang de l'envoi, à partir de 1",
      'Number of the attempt, from 1',
    ),
    header(
      'webhook-replay',
      'true',
      'Présent quand un événement terminé est renvoyé sur demande',
      'Present when a finished event is sent again on demand',
      false,
    ),
    header(
      'webhook-test',
      'true',
      "Présent quand rien n'a changé : un essai demandé",
      'Present when nothing has changed: a test that was asked for',
      false,
    ),
    header('user-agent', 'Primmo-HApi/1.0.0', 'Produit et version', 'Product and version'),
  ]
}
