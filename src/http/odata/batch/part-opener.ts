/** From a part of a batch to what is to be run: who sends it, where it goes, and whether it may. */

import type { Principal } from '../../../auth/principal.ts'
import { HapiError } from '../../../errors/hapi-error.ts'
import { refuseEncodedBody } from '../../encoded-body.ts'
import type { IncomingRequest, OutgoingReply } from '../exchange.ts'
import { type OpenedWrite, openWrite, type WriteDependencies } from '../open-write.ts'
import { posedQuery } from '../posed-query.ts'
import type { RequestAddress } from '../read-handler.ts'
import { handleStreamWrite } from '../stream-write.ts'
import { takeDryRun } from '../write-answer.ts'
import { type PreparedWrite, prepareWrite } from '../write-handler.ts'
import { type BatchLimits, type BatchPart, batchInvalid, batchProblems } from './batch-request.ts'
import { isJsonType } from './json-batch.ts'
import { addressOfPart, type ServicePlace } from './part-address.ts'
import type { PartRequests } from './part-request.ts'
import type { References } from './references.ts'

export type OpenedPart =
  | {
      /** Answers by itself: a read, or a content that is written as it comes. */
      readonly kind: 'read'
      /** Why it cannot be part of a transaction with others. */
      readonly apart: HapiError
      readonly request: IncomingRequest
      readonly url: string
      readonly run: (reply: OutgoingReply) => Promise<unknown>
    }
  | {
      readonly kind: 'write'
      readonly request: IncomingRequest
      readonly write: OpenedWrite
      /** Reads the body. */
      readonly prepare: () => PreparedWrite
    }

/** Reads whatever is under the root of the service. */
export type Read = (
  principal: Principal,
  address: RequestAddress,
  request: IncomingRequest,
  reply: OutgoingReply,
) => Promise<unknown>

interface PartOpenerParts {
  readonly requests: PartRequests
  readonly place: ServicePlace
  readonly limits: BatchLimits
  readonly writing: WriteDependencies
  readonly read: Read
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

export class PartOpener {
  readonly #parts: PartOpenerParts

  constructor(parts: PartOpenerParts) {
    this.#parts = parts
  }

  get writing(): WriteDependencies {
    return this.#parts.writing
  }

  get limits(): BatchLimits {
    return this.#parts.limits
  }

  requestOf(part: BatchPart, position: number): IncomingRequest {
    return this.#parts.requests.make(part, position)
  }

  /** @throws {HapiError} BATCH_OTHER_USER, TOKEN_INVALID and its like */
  principalOf(part: BatchPart, position: number): Promise<Principal> {
    return this.#parts.requests.principalOf(this.requestOf(part, position))
  }

  /**
   * What the part has to fulfil before anything is looked at.
   *
   * @param together ids of the requests that stand or fall with it
   * @throws {HapiError} what is wrong with its form; FAILED_DEPENDENCY
   */
  check(
    part: BatchPart,
    references: References,
    together: ReadonlySet<string | undefined> = new Set(),
  ): void {
    if (part.refusal !== undefined) throw part.refusal
    // A condition that is not understood is not fulfilled (JSON Format 4.01 §19.1).
    if (part.isConditional) throw new HapiError('FAILED_DEPENDENCY', { request: 'if' })
    const failed = part.dependsOn.find(
      (name) => !together.has(name) && references.find(name)?.succeeded !== true,
    )
    if (failed !== undefined) throw new HapiError('FAILED_DEPENDENCY', { request: failed })
  }

  /** Might the part refer to one of these requests? */
  refersTo({ url, headers, body }: BatchPart, ids: ReadonlySet<string | undefined>): boolean {
    const texts = [url, headers['if-match'] ?? '', headers['if-none-match'] ?? '']
    return [...ids].some(
      (id) =>
        id !== undefined &&
        (texts.some((text) => text.includes(`$${id}`)) || body.includes(`"$${id}"`)),
    )
  }

  /** @throws {HapiError} whatever keeps the part from being run */
  async open(part: BatchPart, position: number, references: References): Promise<OpenedPart> {
    const address = this.#addressOf(part, references)
    const request = this.requestOf(references.resolve(part), position)
    const principal = await this.#parts.requests.principalOf(request)
    const { method } = request
    if (!METHODS.includes(method)) throw notOffered(method)
    if (/^\/(?:\$|%24)batch\/?$/i.test(address.path)) throw batchInvalid(batchProblems.nested)
    const { read, writing } = this.#parts
    const asked = method === 'GET' ? address : posedQuery(address, request, writing.queryBytesMax)
    if (asked !== undefined)
      return {
        kind: 'read',
        apart: batchInvalid(batchProblems.readInGroup),
        request,
        url: asked.url,
        run: (reply) => read(principal, asked, request, reply),
      }
    const write = openWrite(writing, principal, address, method)
    const { target } = write
    if (target.kind === 'stream' && method === 'PUT')
      return {
        kind: 'read',
        apart: new HapiError('NOT_IMPLEMENTED', { feature: 'PUT …/$value, atomicityGroup' }),
        request,
        url: address.url,
        run: (reply) =>
          handleStreamWrite(writing, { ...write, target }, request, bytesOf(request), reply),
      }
    refuseBody(request)
    return { kind: 'write', request, write, prepare: () => prepareWrite(writing, write, request) }
  }

  #addressOf({ url, headers }: BatchPart, references: References): RequestAddress {
    const { place } = this.#parts
    const address = addressOfPart(url, headers.host, place)
    const entity = references.findEntity(address.path)
    if (entity === undefined) return address
    const query = address.query === '' ? '' : `?${address.query}`
    return addressOfPart(entity.url + entity.behind + query, undefined, place)
  }
}

async function* bytesOf({ body }: IncomingRequest): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(body)) yield body
}

/** A body that would be refused outside of a batch too; what has none may say any type. */
function refuseBody(request: IncomingRequest): void {
  refuseEncodedBody(request)
  const type = request.headers['content-type']
  const { body } = request
  if (type === undefined || !Buffer.isBuffer(body) || body.length === 0) return
  // Where a text or JSON is meant is for the reader of the body to say.
  if (isJsonType(type) || /^\s*text\/plain\s*(?:;|$)/i.test(type)) return
  throw new HapiError('UNSUPPORTED_MEDIA_TYPE', { type: type.slice(0, 100) })
}

function notOffered(method: string): HapiError {
  return new HapiError(
    'OPERATION_NOT_SUPPORTED',
    { method, entity: '$batch' },
    { headers: { allow: METHODS.join(', ') } },
  )
}

/** @throws {HapiError} BATCH_INVALID, INVALID_OPTION_VALUE */
export function sharedDryRun(parts: readonly BatchPart[]): boolean {
  const wanted = new Set(parts.map(({ url }) => takeDryRun(url.split('?')[1] ?? '').dryRun))
  if (wanted.size > 1) throw batchInvalid(batchProblems.mixedDryRun)
  return wanted.has(true)
}
