/** What a writing request says besides its address: read from its body and headers before a transaction begins. */

import type { Command } from '../../domain/command/command.ts'
import type { InputObject } from '../../domain/command/input.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { readJsonObject } from '../../json/json-input.ts'
import { etagOf, matchesEtag } from './etag.ts'
import type { IncomingRequest } from './exchange.ts'
import type { OpenedWrite } from './open-write.ts'
import { clearingInput, readPropertyInput } from './property-write.ts'
import { singleHeader } from './request-header.ts'

export interface WriteRequest {
  readonly method: string
  readonly input: InputObject
  /** `OData-Version`; undefined: as new as the service knows. */
  readonly version: '4.0' | '4.01' | undefined
  /** Decimals as texts are welcome. */
  readonly decimalsAsText: boolean
  /** `If-Match` and `If-None-Match`. */
  readonly isUnchanged: Command['isUnchanged']
}

/** @throws {HapiError} UNSUPPORTED_MEDIA_TYPE, INVALID_BODY, and what a property's value may lack */
export function readWriteRequest(
  opened: OpenedWrite,
  request: IncomingRequest,
  bytes: Buffer,
): WriteRequest {
  const contentType = request.headers['content-type'] ?? ''
  return {
    method: request.method,
    input: readBody(opened, request.method, contentType, bytes),
    version: versionOf(singleHeader(request, 'odata-version')),
    decimalsAsText: /;\s*IEEE754Compatible\s*=\s*true/i.test(contentType),
    isUnchanged: precondition(request),
  }
}

/** §8.2.6. Which versions there are is for negotiation to say. */
function versionOf(header: string | undefined): WriteRequest['version'] {
  if (header === undefined) return undefined
  return Number.parseFloat(header) > 4 ? '4.01' : '4.0'
}

function readBody(
  { target, operation }: OpenedWrite,
  method: string,
  contentType: string,
  bytes: Buffer,
): InputObject {
  if (target.kind === 'property' && method === 'DELETE') return clearingInput(target)
  if (operation === 'delete' || method === 'DELETE') return new Map()
  // Its bytes are no body of this kind: `stream-write.ts` takes them, where they come by themselves.
  if (target.kind === 'stream')
    throw new HapiError('NOT_IMPLEMENTED', { feature: `${method} …/$value` })
  requireMediaType(target, contentType)
  if (target.kind === 'property') return readPropertyInput(target, bytes)
  // An action without parameters needs no body.
  return target.kind === 'action' && bytes.length === 0 ? new Map() : readJsonObject(bytes)
}

/** A bare value comes as text, everything else as JSON. */
function requireMediaType(target: OpenedWrite['target'], contentType: string): void {
  const isText = /^\s*text\/plain\s*(?:;|$)/i.test(contentType)
  if (isText !== (target.kind === 'property' && target.raw))
    throw new HapiError('UNSUPPORTED_MEDIA_TYPE', { type: contentType.slice(0, 100) })
}

/**
 * `If-Match` and `If-None-Match` (Protocol 4.01 §8.2.4, §8.2.5): the change is made only to the row that the
 * caller saw, or only when it is not that one; `If-None-Match: *` wants no row to be there.
 */
function precondition(request: IncomingRequest): WriteRequest['isUnchanged'] {
  const wanted = singleHeader(request, 'if-match')
  const unwanted = singleHeader(request, 'if-none-match')
  if (wanted === undefined && unwanted === undefined) return undefined
  return (instant) => {
    const etag = etagOf(instant)
    if (wanted !== undefined && !matchesEtag(wanted, etag)) return false
    return unwanted === undefined || !matchesEtag(unwanted, etag)
  }
}
