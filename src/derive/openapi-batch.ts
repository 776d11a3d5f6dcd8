/** `$batch`: several requests in one. */

import { type Language, say } from './language.ts'
import type { PathItem, Schema } from './openapi-document.ts'
import { refTo } from './openapi-document.ts'
import { serviceTag } from './openapi-service.ts'

const string: Schema = { type: 'string' }
const strings: Schema = { type: 'object', additionalProperties: string }

const example = {
  requests: [
    {
      id: '1',
      atomicityGroup: 'g',
      method: 'post',
      url: 'Notes',
      headers: { 'content-type': 'application/json' },
      body: { LedgerDivisionId: 3, TenantId: 9116, NoteType: 'R', Body: '…' },
    },
    {
      id: '2',
      atomicityGroup: 'g',
      method: 'patch',
      url: '$1',
      headers: { 'content-type': 'application/json' },
      body: { Subject: '…' },
    },
    { id: '3', dependsOn: ['g'], method: 'get', url: 'Tenants(9116)?$expand=Leases' },
  ],
}

const multipartExample = [
  '--batch',
  'Content-Type: application/http',
  '',
  'GET Buildings?$top=1 HTTP/1.1',
  '',
  '',
  '--batch--',
  '',
].join('\r\n')

export function batchPath(language: Language): PathItem {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  return {
    post: {
      operationId: 'batch',
      tags: [say(serviceTag, language)],
      summary: text('Plusieurs requêtes en une', 'Several requests in one'),
      description: text(
        "En JSON ou en multipart/mixed (OData 4.01 §11.7); la réponse vient sous la même forme, à moins que « Accept » n'en demande l'autre. Les requêtes sont traitées dans leur ordre; celles d'un « atomicityGroup » ou d'un change set, dans une seule transaction : toutes ou aucune. `$1` désigne l'entité de la requête « 1 », dans une URL ou dans un corps (`\"Tenant@odata.bind\": \"$1\"`), et son ETag dans `If-Match`. Une requête dont une autre de « dependsOn » a échoué reçoit 424. `Prefer: continue-on-error` dit si la première erreur met fin au lot : oui en multipart à moins de le demander autrement, non en JSON. Avec `Idempotency-Key`, un lot renvoyé ne répète aucune de ses modifications. Au plus 1 000 requêtes et 25 Mo, à moins d'un autre réglage. Où le service limite les requêtes par minute, chacune du lot compte; celles qui dépassent reçoivent 429, avec `Retry-After`.",
        "In JSON or as multipart/mixed (OData 4.01 §11.7); the answer comes in the same form, unless 'Accept' asks for the other. Requests are processed in their order; those of an 'atomicityGroup' or of a change set in one transaction: all or none. `$1` designates the entity of request '1', in a URL or in a body (`\"Tenant@odata.bind\": \"$1\"`), and its ETag in `If-Match`. A request of which another in 'dependsOn' has failed gets 424. `Prefer: continue-on-error` says whether the first error ends the batch: in multipart yes unless asked otherwise, in JSON no. With an `Idempotency-Key` a batch that is sent again repeats none of its changes. At most 1,000 requests and 25 MB, unless set otherwise. Where the service limits requests per minute, each of the batch counts; those beyond the limit get 429, with `Retry-After`.",
      ),
      parameters: [refTo('parameters', 'language')],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['requests'],
              properties: {
                requests: {
                  type: 'array',
                  items: {
                    type: 'object',
                    required: ['id', 'method', 'url'],
                    properties: {
                      id: string,
                      method: { type: 'string', enum: ['get', 'post', 'patch', 'put', 'delete'] },
                      url: string,
                      atomicityGroup: string,
                      dependsOn: { type: 'array', items: string },
                      headers: strings,
                      body: { description: text('JSON, ou un texte', 'JSON, or a text') },
                    },
                  },
                },
              },
            },
            example,
          },
          'multipart/mixed': { schema: string, example: multipartExample },
        },
      },
      responses: {
        200: {
          description: text('Une réponse par requête traitée', 'One answer per processed request'),
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  responses: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: {
                        id: string,
                        atomicityGroup: string,
                        status: { type: 'integer' },
                        headers: strings,
                        body: {},
                      },
                    },
                  },
                },
              },
            },
            'multipart/mixed': { schema: string },
          },
        },
        400: {
          description: text(
            "Le lot ne peut être lu, ou dépasse une limite (`BATCH_INVALID`, `INVALID_BODY`, `LIMIT_EXCEEDED`); rien n'en a été exécuté",
            'The batch cannot be read, or exceeds a limit (`BATCH_INVALID`, `INVALID_BODY`, `LIMIT_EXCEEDED`); nothing of it has been executed',
          ),
          content: { 'application/json': { schema: refTo('schemas', 'Error') } },
        },
        401: refTo('responses', 'Unauthorized'),
        406: refTo('responses', 'NotAcceptable'),
        413: refTo('responses', 'BodyTooLarge'),
        415: refTo('responses', 'UnsupportedMediaType'),
        503: refTo('responses', 'Unavailable'),
      },
    },
  }
}
