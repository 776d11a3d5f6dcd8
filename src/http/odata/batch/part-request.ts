/** A part of a batch as a request: with what it inherits from the batch, from the user whose batch it is. */

import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Principal } from '../../../auth/principal.ts'
import { HapiError } from '../../../errors/hapi-error.ts'
import type { IncomingRequest } from '../exchange.ts'
import { preferenceApplied, readPreferences } from '../preferences.ts'
import { singleHeader } from '../request-header.ts'
import type { BatchPart } from './batch-request.ts'

/** Protocol 4.01 §8.2.6, §8.2.7: what a part does not say itself. Errors are told in the language of the batch. */
const INHERITED = ['odata-version', 'odata-maxversion', 'accept-language'] as const

export type Authenticate = (authorization: string | undefined) => Promise<Principal>

export class PartRequests {
  readonly #outer: IncomingRequest
  readonly #authenticate: Authenticate
  readonly #inherited: IncomingHttpHeaders = {}
  readonly #prefer: string | undefined

  constructor(outer: IncomingRequest, authenticate: Authenticate) {
    this.#outer = outer
    this.#authenticate = authenticate
    for (const name of INHERITED) {
      const value = singleHeader(outer, name)
      if (value !== undefined) this.#inherited[name] = value
    }
    this.#prefer = inheritedPreferences(outer.headers['prefer'])
  }

  /** @param position of the part in its batch */
  make(part: BatchPart, position: number): IncomingRequest {
    const { method, body } = part
    const headers: IncomingHttpHeaders = Object.create(null)
    Object.assign(headers, this.#inherited, part.headers)
    const { authorization } = this.#outer.headers
    if (authorization !== undefined) headers.authorization ??= authorization
    const prefer = this.#preferOf(singleHeader(part, 'prefer'))
    if (prefer !== undefined) headers['prefer'] = prefer
    const key = this.#idempotencyKey(position)
    if (key !== undefined) headers['idempotency-key'] ??= key
    const { id, ip, log, tellRefusal } = this.#outer
    return { id, channel: 'batch', ip, log, tellRefusal, method, url: part.url, headers, body }
  }

  /**
   * Who sends the part: whoever sends the batch. Asked for each part, since rights may end meanwhile.
   *
   * @throws {HapiError} BATCH_OTHER_USER when its own `Authorization` names somebody else; TOKEN_INVALID and its like
   */
  async principalOf({ headers }: IncomingRequest): Promise<Principal> {
    const principal = await this.#authenticate(headers.authorization)
    if (headers.authorization === this.#outer.headers.authorization) return principal
    const { userId, accountId } = await this.#authenticate(this.#outer.headers.authorization)
    if (principal.userId !== userId || principal.accountId !== accountId)
      throw new HapiError('BATCH_OTHER_USER')
    return principal
  }

  /** The first of two preferences counts (RFC 7240 §2), so those of the batch stand behind. */
  #preferOf(own: string | undefined): string | undefined {
    if (own === undefined || this.#prefer === undefined) return own ?? this.#prefer
    return `${own}, ${this.#prefer}`
  }

  /** A batch that is sent again under its `Idempotency-Key` repeats each of its changes under a key of its own. */
  #idempotencyKey(position: number): string | undefined {
    const key = singleHeader(this.#outer, 'idempotency-key')
    if (key === undefined) return undefined
    return `batch-${createHash('sha256').update(`${position}\n${key}`).digest('base64url')}`
  }
}

/** Those that speak of answers, and not of the batch itself (Protocol 4.01 §8.2.8). */
function inheritedPreferences(header: string | readonly string[] | undefined): string | undefined {
  const outer = readPreferences(header)
  return preferenceApplied(outer, {
    maxpagesize: outer.maxPageSize,
    return: outer.return,
    'include-annotations': outer.includeAnnotations,
    'omit-values': outer.omitValues,
    'allow-entityreferences': outer.allowEntityReferences ? true : undefined,
  })
}
