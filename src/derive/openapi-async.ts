/** Status monitors of requests that are answered later. */

import { type Language, say } from './language.ts'
import { type PathItem, refTo } from './openapi-document.ts'
import { serviceTag } from './openapi-service.ts'

export function monitorPath(language: Language): PathItem {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const shared = {
    tags: [say(serviceTag, language)],
    parameters: [
      {
        name: 'id',
        in: 'path' as const,
        required: true,
        description: text(
          'Donné par « Location » de la réponse 202',
          "Given by 'Location' of the 202 answer",
        ),
        schema: { type: 'string' as const, format: 'uuid' },
      },
      refTo('parameters', 'language'),
    ],
  }
  const notFound = {
    description: text(
      "Aucune requête de cet utilisateur n'a cet identifiant, ou sa réponse n'est plus conservée (`MONITOR_NOT_FOUND`)",
      'No request of this user has this identifier, or its answer is no longer kept (`MONITOR_NOT_FOUND`)',
    ),
    content: { 'application/json': { schema: refTo('schemas', 'Error') } },
  }
  return {
    get: {
      operationId: 'getAsyncRequest',
      ...shared,
      summary: text("Réponse d'une requête asynchrone", 'Answer of an asynchronous request'),
      description: text(
        "Toute requête accepte `Prefer: respond-async` (OData 4.01 §11.6), aussi avec `wait=n` (répondre à la place si c'est prêt en n secondes) et `callback; url=\"…\"` (GET de cette URL quand la réponse est prête). Sa réponse 202 donne cette adresse. Seul l'utilisateur qui a envoyé la requête la trouve, pendant une heure à moins d'un autre réglage.",
        'Every request takes `Prefer: respond-async` (OData 4.01 §11.6), also with `wait=n` (answer instead if it is ready within n seconds) and `callback; url="…"` (GET of that URL when the answer is ready). Its 202 answer gives this address. Only the user who sent the request finds it, for an hour unless set otherwise.',
      ),
      responses: {
        200: {
          description: text(
            'La réponse de la requête, son statut dans `AsyncResult`; un message HTTP entier (application/http) pour qui le demande, ou en 4.0 pour qui ne demande rien',
            'The answer of the request, its status in `AsyncResult`; a whole HTTP message (application/http) for those who ask for it, or in 4.0 for those who ask for nothing',
          ),
          content: {
            'application/json': { schema: {} },
            'application/http': { schema: { type: 'string' } },
          },
        },
        202: {
          description: text(
            'Encore en cours; redemandez après `Retry-After` secondes',
            'Still running; ask again after `Retry-After` seconds',
          ),
        },
        401: refTo('responses', 'Unauthorized'),
        404: notFound,
        503: refTo('responses', 'Unavailable'),
      },
    },
    delete: {
      operationId: 'cancelAsyncRequest',
      ...shared,
      summary: text('Annuler une requête asynchrone', 'Cancel an asynchronous request'),
      description: text(
        "Ce qui n'est pas commencé n'a pas lieu; ce qui est validé reste. La réponse n'est plus conservée.",
        'What has not begun does not happen; what has been committed stays. The answer is no longer kept.',
      ),
      responses: {
        204: { description: text('Annulée', 'Cancelled') },
        401: refTo('responses', 'Unauthorized'),
        404: notFound,
        503: refTo('responses', 'Unavailable'),
      },
    },
  }
}
