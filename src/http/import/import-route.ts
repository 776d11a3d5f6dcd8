/**
 * `POST /api/Import`: a portfolio as one body, an archive or a file. It goes to disk as it comes, since an import reads its
 * source twice; the answer is the report, at once or, with `Prefer: respond-async`, at a status monitor.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access } from '../../auth/access.ts'
import type { Principal } from '../../auth/principal.ts'
import type { Database } from '../../db/database.ts'
import { openImportSource } from '../../domain/import/files/open-source.ts'
import type { ImportContents } from '../../domain/import/import-contents.ts'
import type { ImportRecord } from '../../domain/import/import-record.ts'
import type { ImportRefusal } from '../../domain/import/refusal.ts'
import { refusalOfAll, toldRefusal, toldReport } from '../../domain/import/report.ts'
import { type ImportOptions, type ImportReport, runImport } from '../../domain/import/run-import.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { isOffered } from '../../model/offered.ts'
import type { SecretBox } from '../../secrets/secret-box.ts'
import { takesItsTime } from '../body-pace.ts'
import { errorBody } from '../error-body.ts'
import { negotiateLanguage } from '../language.ts'
import { actingBy } from '../odata/acting-by.ts'
import { ReceiverGone } from '../odata/answer-body.ts'
import type { AsyncRequests } from '../odata/async/async-requests.ts'
import { MONITOR_SEGMENT } from '../odata/async/monitor-routes.ts'
import type { IncomingRequest, OutgoingReply } from '../odata/exchange.ts'
import { answerVersion } from '../odata/negotiation.ts'
import { requireModule } from '../odata/open-write.ts'
import { type ImportRequest, readImportRequest } from './import-request.ts'
import { removeAbandoned, UploadedFile } from './uploaded-file.ts'

interface ImportRouteOptions {
  readonly access: Access
  readonly database: Database
  readonly secretBox: SecretBox
  readonly contents: ImportContents
  readonly requests: AsyncRequests
  /** Of a body. */
  readonly bytesMax: number
  readonly publicUrl: string | undefined
  /** The real clock. */
  readonly now: () => Date
}

const URL = '/api/Import'
const METHODS = 'POST, OPTIONS'

/** Imports that a process runs at once, each with a connection that writes; who comes next is asked to wait. */
const RUNNING_MAX = 2
const RETRY_SECONDS = 10

/** Bodies on their way, one for each account: each takes a file of the disk for as long as it arrives. */
const UPLOADS_MAX = 20

/** Refusals that an answer repeats: some megabytes. The rest is counted. */
const TOLD_MAX = 10_000

export function registerImportRoute(app: FastifyInstance, options: ImportRouteOptions): void {
  const { access, requests, publicUrl } = options
  let running = 0
  const uploading = new Set<number>()
  /** Undefined when its sender has gone. One that is slow keeps only its own account waiting. */
  const upload = async (
    accountId: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<UploadedFile | undefined> => {
    if (uploading.has(accountId)) throw new HapiError('IMPORT_IN_PROGRESS')
    if (uploading.size >= UPLOADS_MAX) throw tooMany()
    uploading.add(accountId)
    try {
      return await receive(request, reply, options.bytesMax)
    } finally {
      uploading.delete(accountId)
    }
  }
  void app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store').header('odata-version', answerVersion(request))
    })
    scope.addHook('onReady', removeAbandoned)
    scope.removeAllContentTypeParsers()
    // As it comes.
    scope.addContentTypeParser('*', (_, body, done) => done(null, body))
    scope.post(URL, {
      // What is refused whatever the body holds is refused before it is read.
      onRequest: async (request) => {
        await writerOf(access, request)
        readImportRequest(request)
        if (running >= RUNNING_MAX) throw tooMany()
      },
      handler: async (request, reply) => {
        const principal = await writerOf(access, request)
        const asked = readImportRequest(request)
        const uploaded = await upload(principal.accountId, request, reply)
        if (uploaded === undefined) return reply.hijack()
        let isStarted = false
        const release = async (): Promise<void> => {
          running--
          await uploaded.remove()
        }
        running++
        try {
          if (running > RUNNING_MAX) throw tooMany()
          const root = publicUrl ?? `${request.protocol}://${request.host}`
          const place = { principal, monitors: `${root}/api/${MONITOR_SEGMENT}` }
          return await requests.run(place, request, reply, async (incoming, outgoing) => {
            isStarted = true
            try {
              return await answerImport(options, principal, asked, uploaded, incoming, outgoing)
            } finally {
              await release()
            }
          })
        } finally {
          if (!isStarted) await release()
        }
      },
    })
    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: URL,
      onRequest: async (request) => {
        await access.authenticate(request.headers.authorization)
        throw new HapiError(
          'OPERATION_NOT_SUPPORTED',
          { method: request.method, entity: 'Import' },
          { headers: { allow: METHODS } },
        )
      },
      handler: () => {},
    })
    scope.options(URL, async (_, reply) => reply.code(204).header('allow', METHODS).send())
  })
}

async function writerOf(access: Access, request: FastifyRequest): Promise<Principal> {
  const principal = await access.authenticate(request.headers.authorization)
  if (principal.isFeed) throw new HapiError('FEED_READ_ONLY')
  return principal
}

function tooMany(): HapiError {
  return new HapiError(
    'TOO_MANY_REQUESTS',
    { seconds: RETRY_SECONDS },
    { headers: { 'retry-after': String(RETRY_SECONDS) } },
  )
}

async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  bytesMax: number,
): Promise<UploadedFile | undefined> {
  takesItsTime(request.raw)
  try {
    // Ending the reading early must not end the connection: the refusal is yet to be told.
    return await UploadedFile.receive(request.raw.iterator({ destroyOnReturn: false }), bytesMax)
  } catch (error) {
    if (request.raw.destroyed && !request.raw.complete) return undefined
    // What still comes is nobody's, and the connection no other request's.
    reply.header('connection', 'close')
    request.raw.resume()
    throw error
  }
}

async function answerImport(
  { database, secretBox, contents, now }: ImportRouteOptions,
  principal: Principal,
  { options, dateOrder, name }: ImportRequest,
  file: UploadedFile,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const source = await openImportSource(file.path, {
    name,
    dateOrder,
    isPartial: options.mode === 'upsert',
  })
  const reading = new AbortController()
  const gone = (): void => reading.abort(new ReceiverGone())
  reply.raw.once('close', gone)
  const refusals: ImportRefusal[] = []
  const { accountId, profile, pinnedAt } = principal
  try {
    const report = await runImport(
      {
        accountId,
        profile,
        user: principal,
        pinnedAt: pinnedAt ?? null,
        acting: actingBy(principal, request),
      },
      source,
      options,
      {
        database,
        now,
        secretBox,
        contents,
        requireWrite: requireWrite(principal, options),
        onRefusals: (told) => {
          for (const refusal of told) request.tellRefusal?.(request, refusal)
          refusals.push(...told.slice(0, Math.max(0, TOLD_MAX - refusals.length)))
        },
        signal: reading.signal,
      },
    )
    return sendReport(report, refusals, options, request, reply)
  } catch (error) {
    if (reply.raw.destroyed) return reply.hijack()
    throw error
  } finally {
    reply.raw.off('close', gone)
  }
}

/** what the user may write by requests he may write by an import. */
function requireWrite(
  principal: Principal,
  { mode }: ImportOptions,
): (record: ImportRecord) => void {
  const operations = mode === 'upsert' ? (['create', 'update'] as const) : (['create'] as const)
  return ({ type, content }) => {
    requireModule(type, principal)
    // To put a content is to update its document.
    const asked = content === undefined ? operations : (['create', 'update'] as const)
    const offered = asked.filter((operation) => isOffered(type, operation, principal.profile))
    if (offered.length === 0)
      throw new HapiError('OPERATION_NOT_SUPPORTED', { method: 'POST', entity: type.set })
    for (const right of offered)
      if (!principal.canWrite(type.set, right))
        throw new HapiError('WRITE_NOT_PERMITTED', { right, set: type.set }, { target: type.set })
  }
}

/** Refused as a whole it is an error, whose report says why; a look is never one. */
function sendReport(
  report: ImportReport,
  refusals: readonly ImportRefusal[],
  { isDryRun }: ImportOptions,
  request: IncomingRequest,
  reply: OutgoingReply,
): OutgoingReply {
  const language = negotiateLanguage(request.headers['accept-language'])
  const told = {
    ...toldReport(report),
    Refusals: refusals.map((refusal) => toldRefusal(refusal, language)),
  }
  const isRefused = !report.isKept && !isDryRun
  return (
    reply
      .code(isRefused ? 422 : 200)
      .header('content-type', 'application/json')
      .header('content-language', language)
      // Bytes: to a text the framework would add a charset, which JSON has none of.
      .send(Buffer.from(JSON.stringify(isRefused ? refusedBody() : told)))
  )

  function refusedBody(): object {
    const { error } = errorBody(refusalOfAll(report), language, request.id)
    return { error: { ...error, innererror: { ...error.innererror, report: told } } }
  }
}
