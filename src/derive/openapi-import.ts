/** `POST /api/Import`: a portfolio as one body. */

import { type Language, say } from './language.ts'
import {
  type Operation,
  type Parameter,
  type PathItem,
  type Response,
  refTo,
  type Schema,
} from './openapi-document.ts'
import { error, errorResponse } from './openapi-responses.ts'
import { serviceTag } from './openapi-service.ts'

export function importPath(language: Language): PathItem {
  return { post: importOperation(language) }
}

function importOperation(language: Language): Operation {
  const text = (fr: string, en: string): string => say({ fr, en }, language)
  const binary: Schema = { type: 'string', format: 'binary' }
  return {
    operationId: 'importPortfolio',
    tags: [say(serviceTag, language)],
    summary: text('Importer un portefeuille', 'Import a portfolio'),
    description: [
      text(
        "Le corps est une archive zip de fichiers CSV ou NDJSON, un fichier CSV, ou des lignes de JSON dont chacune dit son entité par `@odata.type`. Les lignes passent par les mêmes règles que les requêtes, et il faut les mêmes droits; ce qu'un fichier peut contenir est dans `docs/reference/import-files.fr.md`. Les contenus des documents sont dans le dossier `Contenus` de l'archive; la colonne `Contenu` de leur ligne les nomme.",
        'The body is a zip archive of CSV or NDJSON files, a CSV file, or lines of JSON each of which says its entity by `@odata.type`. Rows pass the same rules as requests, and need the same rights; what a file may hold is in `docs/reference/import-files.en.md`. Contents of documents are in folder `Contents` of the archive; column `Content` of their row names them.',
      ),
      text(
        "**Tout ou rien** (par défaut) : une ligne refusée, et rien ne change; la réponse est alors l'erreur 422 `IMPORT_REFUSED`, dont `innererror.report` est le rapport. D'ici la fin, les autres écritures du compte attendent; au-delà de 2 000 lignes elles sont refusées (`IMPORT_IN_PROGRESS`). **`best-effort`** garde les bonnes lignes, par tranches entre lesquelles les autres écrivent; interrompue, la même requête continue où elle s'est arrêtée.",
        '**All or nothing** (the default): one row refused, and nothing changes; the answer is the error 422 `IMPORT_REFUSED` then, whose `innererror.report` is the report. Until it ends other writes of the account wait; beyond 2,000 rows they are refused (`IMPORT_IN_PROGRESS`). **`best-effort`** keeps the good rows, in chunks between which others write; interrupted, the same request goes on where it has stopped.',
      ),
      text(
        "Pour un portefeuille entier, `Prefer: respond-async` répond tout de suite, et le rapport vient à l'adresse de `Location`.",
        'For a whole portfolio, `Prefer: respond-async` answers at once, and the report comes at the address of `Location`.',
      ),
    ].join('\n\n'),
    parameters: [...parametersOf(text), refTo('parameters', 'language')],
    requestBody: {
      required: true,
      content: {
        'application/zip': { schema: binary },
        'text/csv': { schema: { type: 'string' } },
        'application/x-ndjson': {
          schema: { type: 'string' },
          example:
            '{"@odata.type":"Supplier","CompanyNo":3,"SupplierCode":"PLOMB1","Name":"Plomberie Girard"}\n',
        },
      },
    },
    responses: {
      200: reportResponse(text),
      202: {
        description: text(
          'Acceptée; le rapport viendra à `Location` (`Prefer: respond-async`)',
          'Accepted; the report will come at `Location` (`Prefer: respond-async`)',
        ),
      },
      400: errorResponse(
        text('Ce qui ne se lit pas', 'What cannot be read'),
        [
          error('INVALID_OPTION_VALUE', { option: 'mode', value: 'all' }),
          error('OPTION_NOT_APPLICABLE', { option: '$filter' }),
        ],
        language,
      ),
      401: refTo('responses', 'Unauthorized'),
      403: errorResponse(
        text('Compte de flux', 'Feed account'),
        [error('FEED_READ_ONLY', {})],
        language,
      ),
      409: errorResponse(
        text('Une importation à la fois par compte', 'One import of an account at a time'),
        [error('IMPORT_IN_PROGRESS', {})],
        language,
      ),
      413: refTo('responses', 'BodyTooLarge'),
      415: errorResponse(
        text("Type d'un autre contenu", 'Type of another content'),
        [error('IMPORT_MEDIA_TYPE', { type: 'application/json' })],
        language,
      ),
      422: errorResponse(
        text('Rien n’a été importé', 'Nothing was imported'),
        [
          error('IMPORT_REFUSED', { refused: 3, rows: 21 }),
          error('IMPORT_SOURCE_REFUSED', { faults: 2 }),
        ],
        language,
      ),
      429: refTo('responses', 'TooManyRequests'),
      503: refTo('responses', 'Unavailable'),
    },
  }
}

type Text = (fr: string, en: string) => string

function parametersOf(text: Text): readonly Parameter[] {
  const choice = (name: string, values: readonly [string, ...string[]], description: string) => ({
    name,
    in: 'query' as const,
    description,
    schema: { type: 'string' as const, enum: values },
  })
  return [
    {
      name: 'file',
      in: 'query',
      description: text(
        'Nom du fichier CSV, qui dit son ensemble : `Locataires` ou `Tenants`; inutile à une archive, dont les fichiers ont leurs noms',
        'Name of the CSV file, which says its set: `Locataires` or `Tenants`; of no use to an archive, whose files have their names',
      ),
      schema: { type: 'string' },
      example: 'Locataires.csv',
    },
    choice(
      'mode',
      ['all-or-nothing', 'best-effort'],
      text(
        'Tout ou rien (par défaut), ou ce qui est bon',
        'All or nothing (the default), or what is good',
      ),
    ),
    choice(
      'existing',
      ['update', 'refuse'],
      text(
        "Ce que devient une ligne dont la clé existe déjà : l'enregistrement est modifié selon ce qu'elle dit (par défaut), ou elle est refusée (`DUPLICATE_KEY`)",
        'What becomes of a row whose key exists already: the record is changed to what it says (the default), or it is refused (`DUPLICATE_KEY`)',
      ),
    ),
    choice(
      'dates',
      ['day-month-year', 'month-day-year'],
      text(
        'Ordre des dates comme `01/07/2026`, refusées sans lui',
        'Order of dates such as `01/07/2026`, which are refused without it',
      ),
    ),
    choice(
      'dryRun',
      ['true', 'false'],
      text(
        'Dire ce qui serait fait, sans rien garder',
        'Tell what would be done, and keep nothing',
      ),
    ),
  ]
}

function reportResponse(text: Text): Response {
  const count = (fr: string, en: string): Schema => ({ type: 'integer', description: text(fr, en) })
  const word: Schema = { type: 'string', nullable: true }
  return {
    description: text('Le rapport', 'The report'),
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            ImportId: {
              type: 'string',
              format: 'uuid',
              description: text(
                "`RequestId` de ses entrées d'audit",
                '`RequestId` of its audit entries',
              ),
            },
            Rows: count(
              'Lignes lues : chacune est créée, modifiée, déjà là ou refusée',
              'Rows read: each is created, changed, there already or refused',
            ),
            Created: count('Enregistrements créés', 'Records created'),
            Updated: count('Enregistrements modifiés', 'Records changed'),
            Unchanged: count(
              'Lignes dont tout était déjà là',
              'Rows all of which was there already',
            ),
            Refused: count('Lignes refusées', 'Rows refused'),
            Incomplete: count(
              'Parmi les autres, lignes entrées sans une partie de ce qu’elles disent : un départ, un état',
              'Among the others, rows entered without a part of what they say: a departure, a state',
            ),
            Faults: count(
              'Défauts de la source, avec lesquels rien ne s’importe',
              'Faults of the source, with which nothing is imported',
            ),
            IsKept: {
              type: 'boolean',
              description: text('Si cela est enregistré', 'Whether this is stored'),
            },
            ResumedAfter: count(
              "Lignes qu'une importation interrompue avait déjà réglées",
              'Rows that an interrupted import had settled already',
            ),
            Refusals: {
              type: 'array',
              description: text('10 000 au plus', '10,000 at most'),
              items: {
                type: 'object',
                properties: {
                  File: { type: 'string' },
                  Line: { type: 'integer' },
                  Entity: word,
                  Column: word,
                  Field: word,
                  Rule: word,
                  Code: { type: 'string' },
                  Value: word,
                  Message: { type: 'string' },
                  IsRowEntered: {
                    type: 'boolean',
                    description: text(
                      'Si la ligne est entrée sans cela; sinon elle est refusée',
                      'Whether the row is entered without it; else it is refused',
                    ),
                  },
                },
              },
            },
          },
        },
        example: {
          ImportId: '6f1f5c5e-5d3e-4a53-9c7a-0c0f4f5b8a11',
          Rows: 21,
          Created: 20,
          Updated: 0,
          Unchanged: 0,
          Refused: 1,
          Incomplete: 0,
          Faults: 0,
          IsKept: true,
          ResumedAfter: 0,
          Refusals: [
            {
              File: 'Unites.csv',
              Line: 7,
              Entity: 'Unit',
              Column: 'Type de logement',
              Field: 'HousingType',
              Rule: 'R-006',
              Code: 'INVALID_CODE',
              Value: 'Maison',
              Message: text(
                "Le code « MAISON » n'est pas permis pour le champ HousingType.",
                "Code 'MAISON' is not allowed for field HousingType.",
              ),
              IsRowEntered: false,
            },
          ],
        },
      },
    },
  }
}
