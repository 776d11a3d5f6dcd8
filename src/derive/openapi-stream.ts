/** The content of a media entity: download and upload. */

import type { EntityType } from '../model/entity-type.ts'
import { type Language, say } from './language.ts'
import {
  type Operation,
  type Parameter,
  type PathItem,
  type Response,
  readers,
  refTo,
} from './openapi-document.ts'

/** @param shared what all operations of the set have: tags, its module and rules */
export function streamPath(
  type: EntityType,
  shared: Pick<Operation, 'tags'>,
  accessErrors: Operation['responses'],
  language: Language,
): PathItem {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const bytes = { schema: { type: 'string', format: 'binary' } } as const
  const content: Response['content'] = { 'application/octet-stream': bytes }
  const id: Parameter = {
    name: 'Id',
    in: 'path',
    required: true,
    description: text('Identifiant', 'Identifier'),
    schema: { type: 'integer', format: 'int32' },
  }
  const range: Parameter = {
    name: 'Range',
    in: 'header',
    description: text(
      "Une plage d'octets, `bytes=0-1023` : reprend un téléchargement (206)",
      'One range of bytes, `bytes=0-1023`: resumes a download (206)',
    ),
    schema: { type: 'string' },
  }
  const refusals = {
    ...accessErrors,
    404: refTo('responses', 'NotFound'),
    412: refTo('responses', 'PreconditionFailed'),
    503: refTo('responses', 'Unavailable'),
  }
  return {
    get: {
      operationId: `download${type.name}`,
      security: readers,
      ...shared,
      summary: `${say(type, language)} — ${text('contenu', 'content')}`,
      description: text(
        "Le contenu, sous son type et son nom. 204 tant que rien n'a été téléversé.",
        'The content, under its type and its name. 204 as long as nothing was uploaded.',
      ),
      parameters: [
        id,
        range,
        ...['ifNoneMatch', 'ifMatch', 'language'].map((name) => refTo('parameters', name)),
      ],
      responses: {
        200: { description: text('Le contenu', 'The content'), content },
        204: { description: text('Aucun contenu', 'No content') },
        206: { description: text('La plage demandée', 'The range asked for'), content },
        304: refTo('responses', 'NotModified'),
        ...refusals,
        416: {
          description: text(
            'La plage commence après la fin : `RANGE_NOT_SATISFIABLE`',
            'The range begins after the end: `RANGE_NOT_SATISFIABLE`',
          ),
        },
      },
    },
    put: {
      operationId: `upload${type.name}`,
      ...shared,
      summary: `${say(type, language)} — ${text('téléversement', 'upload')}`,
      description: text(
        "Crée ou remplace le contenu d'un document déjà décrit par `POST` : pdf, jpeg, png, heic, docx, xlsx ou txt, de 1 octet à 25 Mio, du type annoncé. `FileSize` et `Sha256` suivent. Le contenu de ce que le système a produit ne se remplace pas (405).",
        'Makes or replaces the content of a document that `POST` has described: pdf, jpeg, png, heic, docx, xlsx or txt, from 1 byte to 25 MiB, of the type announced. `FileSize` and `Sha256` follow. The content of what the system has produced is not replaced (405).',
      ),
      'x-primmo-rules': ['R-110'],
      parameters: [
        id,
        ...['ifMatch', 'ifNoneMatch', 'language'].map((name) => refTo('parameters', name)),
      ],
      requestBody: { required: true, content: { 'application/octet-stream': bytes } },
      responses: {
        204: { description: text('Enregistré', 'Stored') },
        400: {
          description: text(
            'Contenu refusé : `DOCUMENT_CONTENT_REJECTED`',
            'Content refused: `DOCUMENT_CONTENT_REJECTED`',
          ),
        },
        408: {
          description: text(
            "N'arrive plus, ou trop lentement : `REQUEST_TIMED_OUT`",
            'Does not arrive any more, or too slowly: `REQUEST_TIMED_OUT`',
          ),
        },
        409: {
          description: text(
            "L'espace du compte ne suffit pas : `DOCUMENT_QUOTA_EXCEEDED`",
            "The account's space does not suffice: `DOCUMENT_QUOTA_EXCEEDED`",
          ),
        },
        ...refusals,
      },
    },
  }
}
