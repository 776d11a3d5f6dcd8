/** The OpenAPI 3.0.3 document of what is served now, in French or in English. */

import type { Model } from '../model/model.ts'
import { modules } from '../model/modules.ts'
import type { JsonObject } from './json.ts'
import { type Language, say } from './language.ts'
import { monitorPath } from './openapi-async.ts'
import { batchPath } from './openapi-batch.ts'
import type { OpenApiDocument, PathItem } from './openapi-document.ts'
import { entitySetPaths } from './openapi-entity-set.ts'
import { eventsPath } from './openapi-events.ts'
import { functionPaths } from './openapi-functions.ts'
import { importPath } from './openapi-import.ts'
import { moduleFact } from './openapi-modules.ts'
import { commonParameters } from './openapi-query-options.ts'
import { responsesOf } from './openapi-responses.ts'
import { schemasOf } from './openapi-schemas.ts'
import { accessTag, servicePaths, serviceTag, tokenPath } from './openapi-service.ts'
import { type DeliveryPolicy, notificationSchema, webhookPaths } from './openapi-webhooks.ts'
import { writeSchemasOf } from './openapi-write-schemas.ts'
import { actionPaths, refusalExamples } from './openapi-writing.ts'
import type { WriteRules } from './write-codes.ts'

export interface OpenApiOptions {
  readonly lang: Language
  /** Version of the product. */
  readonly version: string
  /** Where the service is; `/` means where the document came from. */
  readonly serverUrl: string
  /** Who documents writing asks the domain which rules there are. */
  readonly rules: WriteRules
  /** How notifications are sent. */
  readonly delivery: DeliveryPolicy
}

export function buildOpenApi(model: Model, options: OpenApiOptions): OpenApiDocument {
  const { lang, version, serverUrl } = options
  return {
    openapi: '3.0.3',
    info: { title: 'Primmo HApi', version, description: say(introduction, lang) },
    servers: [{ url: serverUrl }],
    tags: tagsOf(lang),
    paths: pathsOf(model, options),
    components: {
      schemas: {
        ...schemasOf(model, lang),
        ...writeSchemasOf(model, lang),
        Notification: notificationSchema(model, lang),
      },
      parameters: commonParameters(lang),
      responses: responsesOf(model, lang),
      examples: refusalExamples(model, options.rules, lang),
      securitySchemes: securitySchemes(lang),
    },
    security: [{ bearer: [] }],
  }
}

function pathsOf(
  model: Model,
  { rules, lang: language, delivery }: OpenApiOptions,
): Readonly<Record<string, PathItem>> {
  const sets = model.entityTypes.map((type) => entitySetPaths(model, type, rules, language))
  return {
    '/api/Token': tokenPath(language),
    // The guide's calls stand before the sets that say more of what they made.
    ...webhookPaths(model, delivery, language),
    '/api/events': eventsPath(model, language),
    ...Object.assign({}, ...sets),
    ...functionPaths(model, language),
    ...actionPaths(model, rules, language),
    '/api/Import': importPath(language),
    '/api/$batch': batchPath(language),
    '/api/$async/{id}': monitorPath(language),
    ...servicePaths(language),
  }
}

function tagsOf(language: Language): OpenApiDocument['tags'] {
  return [
    {
      name: say(accessTag, language),
      description: say({ fr: 'Jeton', en: 'Token' }, language),
    },
    ...modules.map((module) => ({
      name: say(module, language),
      description: module.optional ? moduleFact(module, language) : '',
    })),
    {
      name: say(serviceTag, language),
      description: say({ fr: 'Métadonnées et état', en: 'Metadata and health' }, language),
    },
  ]
}

function securitySchemes(language: Language): JsonObject {
  return {
    apiKey: {
      type: 'apiKey',
      in: 'header',
      name: 'x-api-key',
      description: say(
        { fr: 'Clé API, pour obtenir le jeton seulement', en: 'API key, only to get the token' },
        language,
      ),
    },
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: say(
        { fr: 'Jeton obtenu par `POST /api/Token`', en: 'Token obtained by `POST /api/Token`' },
        language,
      ),
    },
    feed: {
      type: 'http',
      scheme: 'basic',
      description: say(
        {
          fr: 'Compte de flux (`hapi admin feed`), pour Power BI et Excel : lecture seule, par HTTPS',
          en: 'Feed account (`hapi admin feed`), for Power BI and Excel: read-only, over HTTPS',
        },
        language,
      ),
    },
  }
}

const introduction = {
  fr: `API d'intégration de Primmo (OData 4.0 et 4.01).

1. **Autoriser** (\`Authorize\`) : inscrivez la clé API (\`x-api-key\`).
2. \`POST /api/Token\` avec le nom d'utilisateur et le mot de passe : la page Swagger retient le jeton; ailleurs, envoyez \`Authorization: Bearer <jeton>\`.
3. Appelez n'importe quel ensemble. Pour être notifié des changements plutôt que de les chercher : \`POST /api/subscribe\`.

Les exemples d'écriture fonctionnent tels quels sur la démonstration; \`dryRun=true\` vérifie tout sans rien enregistrer. Un corps refusé ne change rien, et tout ce qui ne va pas dans ses champs est dit d'un coup. Les opérations réservées à l'administrateur du compte le disent dans leur titre.

Les décimaux sont des nombres JSON à leur échelle déclarée (\`1.0\`, \`1000.00\`). Les codes se comparent sans égard à la casse ni aux espaces qui les entourent. Une liste est complète sauf si vous demandez des pages. Les messages d'erreur suivent \`Accept-Language\`, en français d'abord; \`code\` ne change jamais.`,
  en: `The integration API of Primmo (OData 4.0 and 4.01).

1. **Authorize**: enter the API key (\`x-api-key\`).
2. \`POST /api/Token\` with the user name and the password: the Swagger page keeps the token; elsewhere, send \`Authorization: Bearer <token>\`.
3. Call any set. To be notified of changes instead of looking for them: \`POST /api/subscribe\`.

The examples of writing work as they are on the demonstration; \`dryRun=true\` checks everything and stores nothing. A body that is refused changes nothing, and everything wrong in its fields is told at once. Operations of the account's administrator alone say so in their title.

Decimals are JSON numbers at their declared scale (\`1.0\`, \`1000.00\`). Codes compare without letter case and surrounding blanks. A list is complete unless you ask for pages. Error messages follow \`Accept-Language\`, French first; \`code\` never changes.`,
}
