/** `POST /api/$batch`: from the request to the stream of answers (Protocol 4.01 §11.7, JSON Format 4.01 §19). */

import { HapiError } from '../../../errors/hapi-error.ts'
import { JsonOutput } from '../../../odata/serialize/json-output.ts'
import { AnswerBody, ReceiverGone } from '../answer-body.ts'
import { AnswerLife } from '../answer-life.ts'
import type { IncomingRequest, OutgoingReply } from '../exchange.ts'
import { negotiateType, negotiateVersion, negotiationHeaders } from '../negotiation.ts'
import type { WriteDependencies } from '../open-write.ts'
import { preferenceApplied, readPreferences } from '../preferences.ts'
import { asksForSnapshot, isolationNotSupported } from '../refuse-demands.ts'
import { openBatchOutput } from './batch-output.ts'
import type { BatchFormat, BatchLimits, BatchStep } from './batch-request.ts'
import { BatchRun } from './batch-run.ts'
import { isJsonType, readJsonBatch } from './json-batch.ts'
import { readMultipartBatch } from './multipart-batch.ts'
import type { ServicePlace } from './part-address.ts'
import { PartOpener, type Read } from './part-opener.ts'
import { type Authenticate, PartRequests } from './part-request.ts'

export interface BatchDependencies {
  readonly writing: WriteDependencies
  readonly read: Read
  readonly authenticate: Authenticate
  /** Counts a request besides the batch, which is counted itself. Throws TOO_MANY_REQUESTS. */
  readonly countAnother: () => Promise<void>
  readonly limits: BatchLimits
  /** Of the whole body. */
  readonly bytesMax: number
  /** For all requests of a batch together. */
  readonly deadlineSeconds: number
}

/** @throws {HapiError} what is wrong with the batch as a whole; no request of it has been run then */
export async function handleBatch(
  dependencies: BatchDependencies,
  place: ServicePlace,
  request: IncomingRequest,
  reply: OutgoingReply,
): Promise<OutgoingReply> {
  const { writing, read, authenticate, countAnother, limits, deadlineSeconds } = dependencies
  // No transaction reads for all of them.
  if (asksForSnapshot(request)) throw isolationNotSupported('snapshot')
  const asked = formatOf(request)
  const told = chooseFormat(request.headers.accept, asked)
  const version = negotiateVersion(negotiationHeaders(request))
  const preferences = readPreferences(request.headers['prefer'])
  const { continueOnError } = preferences
  const steps = readSteps(request, asked, limits)
  const answer = new StreamedAnswer(reply, deadlineSeconds * 1_000)
  const output = openBatchOutput(told, asked, answer.out)
  const applied = preferenceApplied(preferences, {
    'continue-on-error': continueOnError === undefined ? undefined : String(continueOnError),
  })
  reply
    .code(200)
    .header('odata-version', version)
    .header('content-type', output.contentType)
    .header('vary', 'Accept, Accept-Language, OData-MaxVersion, Prefer')
  if (applied !== undefined) reply.header('preference-applied', applied)
  const run = new BatchRun({
    opener: new PartOpener({
      requests: new PartRequests(request, authenticate),
      place,
      limits,
      writing,
      read,
    }),
    output,
    countAnother,
    life: answer.life,
    // What is not said means `stop` in one format and `go on` in the other.
    stopsOnError: continueOnError === undefined ? asked === 'multipart/mixed' : !continueOnError,
    deadlineSeconds,
  })
  return answer.finish(run.run(steps), request)
}

function formatOf(request: IncomingRequest): BatchFormat {
  const type = request.headers['content-type'] ?? ''
  if (isJsonType(type)) return 'application/json'
  if (/^\s*multipart\/mixed\s*;/i.test(type)) return 'multipart/mixed'
  throw new HapiError('UNSUPPORTED_MEDIA_TYPE', { type: type.slice(0, 100) })
}

/** In kind, unless the other form is preferred: who takes anything equally well wants the form that he has sent. */
function chooseFormat(accept: string | undefined, asked: BatchFormat): BatchFormat {
  if (/(?:^|,)\s*\*\/\*\s*(?:,|$)/.test(accept ?? '')) return asked
  const other = asked === 'multipart/mixed' ? 'application/json' : 'multipart/mixed'
  return negotiateType(accept, undefined, [asked, other])
}

function readSteps(
  request: IncomingRequest,
  format: BatchFormat,
  limits: BatchLimits,
): readonly BatchStep[] {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
  return format === 'multipart/mixed'
    ? readMultipartBatch(body, request.headers['content-type'] ?? '', limits)
    : readJsonBatch(body, limits)
}

/** The answer, whole when it is small, and a stream from its first full buffer on. */
class StreamedAnswer {
  readonly life: AnswerLife
  readonly out: JsonOutput
  readonly #reply: OutgoingReply
  #body: AnswerBody | undefined

  constructor(reply: OutgoingReply, durationMs: number) {
    this.#reply = reply
    this.life = new AnswerLife(durationMs, () => void reply.raw.destroy())
    reply.raw.once('close', () => this.life.end())
    this.out = new JsonOutput((bytes) => this.#open().write(bytes))
  }

  async finish(running: Promise<void>, request: IncomingRequest): Promise<OutgoingReply> {
    try {
      await running
      const rest = this.out.buffer.view()
      if (this.#body === undefined) return this.#reply.send(rest)
      this.#body.end(rest)
    } catch (error) {
      if (this.#body === undefined && !(error instanceof ReceiverGone)) throw error
      if (!(error instanceof ReceiverGone)) request.log.error({ err: error }, 'Answer cut')
      this.#reply.raw.destroy()
    } finally {
      this.life.finish()
    }
    return this.#reply
  }

  #open(): AnswerBody {
    if (this.#body !== undefined) return this.#body
    const body = new AnswerBody()
    body.on('error', () => {})
    this.#body = body
    this.#reply.raw.once('close', () => body.destroy())
    this.#reply.send(body)
    return body
  }
}
