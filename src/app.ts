/** The HTTP application: every plugin and route, over dependencies that `main.ts` makes. */

import { randomUUID } from 'node:crypto'
import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Registry } from 'prom-client'
import type { Happenings } from './audit/happenings.ts'
import type { Access } from './auth/access.ts'
import type { TokenSecrets } from './auth/token-secret.ts'
import type { Config } from './config.ts'
import type { ContentStores } from './contents/content-stores.ts'
import { type Database, WRITE_TIMEOUT_MS } from './db/database.ts'
import { importedContents } from './document-stores.ts'
import { writeRules } from './domain/rules.ts'
import { HapiError } from './errors/hapi-error.ts'
import { BODY_TIMEOUT_MS, keepPace } from './http/body-pace.ts'
import { ClientSlots } from './http/client-slots.ts'
import { answerClientError, answerFrameworkError, renderErrors } from './http/error-rendering.ts'
import { registerFeedFileRoute } from './http/feed-file-route.ts'
import { type Readiness, registerHealthRoutes } from './http/health-routes.ts'
import { registerHomePage } from './http/home-page.ts'
import { measureAnswers } from './http/http-metrics.ts'
import { registerImportRoute } from './http/import/import-route.ts'
import { AsyncRequests } from './http/odata/async/async-requests.ts'
import { AsyncStore } from './http/odata/async/async-store.ts'
import { RequestCompiler } from './http/odata/compiled-request.ts'
import { LinkSeal } from './http/odata/link-seal.ts'
import { registerODataRoutes } from './http/odata/odata-routes.ts'
import { QueryCosts } from './http/odata/query-cost.ts'
import { ODataRowFilter } from './http/odata/row-filter.ts'
import { parseLimitsOf } from './http/parse-limits.ts'
import { limitRate } from './http/rate-limit.ts'
import { tellRefusals } from './http/refusals.ts'
import { registerSandboxRoutes } from './http/sandbox-routes.ts'
import { registerSwaggerRoutes } from './http/swagger/swagger-routes.ts'
import { registerTokenRoute } from './http/token-route.ts'
import { registerEventsRoute } from './http/webhooks/events-route.ts'
import { registerSubscribeRoutes } from './http/webhooks/subscribe-routes.ts'
import type { Model } from './model/model.ts'
import type { SecretBox } from './secrets/secret-box.ts'
import { deliveryPolicyOf, egressPolicyOf } from './webhook-policies.ts'
import { WebhookSender } from './webhooks/sender.ts'

export interface AppDependencies {
  readonly config: Config
  readonly database: Database
  readonly access: Access
  /** Where refusals and readings are told; whoever opened it closes it. */
  readonly happenings: Happenings
  /** Sign tokens; what links carry is sealed by a key derived from them. */
  readonly tokenSecrets: TokenSecrets
  /** What the database keeps of receivers' secrets is sealed by it. */
  readonly secretBox: SecretBox
  /** Where contents of documents are; whoever opened them closes them. */
  readonly contents: ContentStores
  readonly model: Model
  readonly logger: FastifyBaseLogger | false
  readonly version: string
  readonly readiness: Readiness
  /** Absent: answers are not measured. */
  readonly metrics?: Registry | undefined
  /** The real clock; an account's may be pinned. */
  readonly now: () => Date
}

/** A head that is not there after this time. */
const HEAD_TIMEOUT_MS = 20_000
const CONNECTION_IDLE_MS = 72_000

/** What a page of another site may read of an answer. */
const EXPOSED_HEADERS = [
  'OData-Version',
  'OData-EntityId',
  'Location',
  'ETag',
  'Idempotency-Replayed',
  'Repeatability-Result',
  'Dry-Run',
  'Preference-Applied',
  'Retry-After',
  'AsyncResult',
  'X-Request-Id',
]

/** How long a browser need not ask again what it may send: the longest that any of them takes. */
const PREFLIGHT_MAX_AGE_S = 86_400

/** Below this an answer grows by compression more often than it shrinks. */
const COMPRESSION_THRESHOLD_BYTES = 1_024

export async function createApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, database, access, model, readiness, secretBox } = dependencies
  const app = Fastify({
    ...(dependencies.logger === false
      ? { logger: false }
      : { loggerInstance: dependencies.logger }),
    bodyLimit: config.limitBodyBytes,
    requestTimeout: BODY_TIMEOUT_MS,
    keepAliveTimeout: CONNECTION_IDLE_MS,
    trustProxy: trustedProxies(config.trustProxy),
    http: { maxHeaderSize: config.limitHeaderBytes, headersTimeout: HEAD_TIMEOUT_MS },
    // The query is parsed from the raw URL, by the grammar of OData.
    routerOptions: {
      caseSensitive: false,
      ignoreTrailingSlash: true,
      querystringParser: () => ({}),
      maxParamLength: config.limitUrlBytes,
    },
    // Routes match paths in which a `$` is not encoded.
    rewriteUrl: ({ url = '' }) =>
      url.replace(/^(\/api(?:\/\w+)?)\/%24batch(?=\/?(?:\?|$))/i, '$1/$$batch'),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    clientErrorHandler: answerClientError,
    frameworkErrors: answerFrameworkError,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    logController: new LogController({ disableRequestLogging: true }),
    return503OnClosing: true,
  })
  app.server.maxHeadersCount = 0
  keepPace(app.server, config.limitBodyIdleSeconds * 1_000)
  // Bodies are JSON: a page of another site can send text, but not JSON, in a visitor's name.
  app.removeContentTypeParser('text/plain')
  renderErrors(app, config.limitBodyBytes)
  tellRefusals(app, dependencies)
  boundHeaders(app, config.limitHeaders)
  logRequests(app)
  if (dependencies.metrics !== undefined) measureAnswers(app, model, dependencies.metrics)
  // Pages set policies of their own; the API answers no documents.
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: false,
  })
  await app.register(compress, {
    // A compressed body is not opened: a few bytes of it could be gigabytes.
    globalDecompression: false,
    threshold: COMPRESSION_THRESHOLD_BYTES,
    encodings: ['br', 'gzip'],
    // Fast levels: JSON of rows shrinks eight times already (measured: 0.9 ms for 450 kB by brotli 1, 3.7 by gzip 6).
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
    zlibOptions: { level: 1 },
  })
  if (config.corsOrigins !== undefined) {
    await app.register(cors, {
      origin: [...config.corsOrigins],
      methods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: PREFLIGHT_MAX_AGE_S,
    })
  }
  await limitRate(app, access, config.rateLimit.max)
  registerHomePage(app, config.publicUrl)
  registerHealthRoutes(app, database, readiness)
  registerSwaggerRoutes(app, {
    model,
    rules: writeRules,
    version: dependencies.version,
    serverUrl: config.publicUrl ?? '/',
    delivery: deliveryPolicyOf(config),
  })
  registerTokenRoute(app, access)
  registerFeedFileRoute(app, config.publicUrl)
  registerSandboxRoutes(app, { access, database, now: dependencies.now })
  registerSubscribeRoutes(app, {
    access,
    model,
    database,
    secretBox,
    egress: egressPolicyOf(config),
  })
  const slots = new ClientSlots()
  registerEventsRoute(app, {
    access,
    database,
    model,
    slots,
    readTimeoutMs: config.statementTimeoutMs,
  })
  const reading = {
    database,
    compiler: new RequestCompiler(model, {
      depthMax: config.limitExpandDepth,
      nodesMax: config.limitExpandNodes,
    }),
    parseLimits: parseLimitsOf(config),
    encodingLimits: { patternLengthMax: config.limitPatternLength },
    now: dependencies.now,
  }
  const sender = new WebhookSender({
    policy: egressPolicyOf(config),
    timeoutMs: config.webhookTimeoutMs,
    connectTimeoutMs: config.webhookConnectTimeoutMs,
    version: dependencies.version,
  })
  const store = new AsyncStore({
    database,
    secretBox,
    requestsMax: config.limitAsyncRequests,
    keptSeconds: config.limitAsyncKeptSeconds,
  })
  const requests = new AsyncRequests({
    store,
    call: (url) => sender.send({ method: 'GET', url, headers: {}, customHeaders: [], body: '' }),
    egress: egressPolicyOf(config),
    bodyBytesMax: config.limitBodyBytes,
    answerBytesMax: config.limitAsyncBytes,
    deadlineSeconds: config.limitAsyncSeconds,
  })
  app.addHook('onClose', async () => {
    await requests.close()
    await sender.close()
  })
  registerImportRoute(app, {
    access,
    database,
    secretBox,
    contents: importedContents(config, dependencies.contents),
    requests,
    bytesMax: config.limitImportBytes,
    publicUrl: config.publicUrl,
    now: dependencies.now,
  })
  registerODataRoutes(app, {
    async: { requests, store },
    happenings: dependencies.happenings,
    ...reading,
    access,
    model,
    webhooks: {
      egress: egressPolicyOf(config),
      secretBox,
      subscribers: access,
      filter: new ODataRowFilter({
        ...reading,
        onFailure: ({ entity, error }) =>
          app.log.warn({ entity, err: error }, 'webhook filter not asked, its events are sent'),
      }),
    },
    slots,
    costs: new QueryCosts({
      expandedRowsMax: config.limitExpandRows,
      scannedRowsMax: config.limitScannedRows,
    }),
    linkSeal: new LinkSeal(dependencies.tokenSecrets),
    pageSizeMax: config.maxPageSize.max,
    readTimeoutMs: config.statementTimeoutMs,
    writeTimeoutMs: WRITE_TIMEOUT_MS,
    documentBytesMax: config.limitDocumentBytes,
    accountDocumentsMibMax: config.limitAccountDocumentsMib.max ?? null,
    contents: dependencies.contents,
    publicUrl: config.publicUrl,
    urlBytesMax: config.limitUrlBytes,
    queryBytesMax: config.limitQueryBytes,
    batch: {
      limits: {
        partsMax: config.limitBatchParts,
        bodyBytesMax: config.limitBodyBytes,
        headersMax: config.limitHeaders,
      },
      bytesMax: config.limitBatchBytes,
      deadlineSeconds: config.limitBatchSeconds,
    },
  })
  return app
}

/** One line that a log can be searched by: the client's own when it is a plain word, else a new one. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomUUID()
}

/**
 * One line per answer at level debug. The path is cut at its first key, and the query left out: they
 * may hold names and codes of people.
 */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const path = /^[^?(]*/.exec(request.url)?.[0] ?? ''
    const { method } = request
    request.log.debug(
      { method, path, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    )
    done()
  })
}

function boundHeaders(app: FastifyInstance, headersMax: number): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // Names and values alternate.
    if (request.raw.rawHeaders.length / 2 > headersMax) throw new HapiError('HEADERS_TOO_LARGE')
  })
}

/** A number of hops, as the framework's function. */
function trustedProxies(setting: boolean | number | string): boolean | string | TrustProxyFunction {
  return typeof setting === 'number' ? (_, hop) => hop < setting : setting
}

type TrustProxyFunction = (address: string, hop: number) => boolean
