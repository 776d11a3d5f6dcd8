/**
 * A request and its way back, as the handlers of reads and writes see them: of one that came by itself, whose
 * types are the framework's, and of one that stands in a batch.
 */

import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { ErrorCode } from '../../errors/catalogue.ts'

export interface IncomingRequest {
  /** What errors and the log name it by. */
  readonly id: string
  /** How it has come, when not by itself. */
  readonly channel?: 'batch' | 'async' | undefined
  /** Where it came from, believed proxies taken off. */
  readonly ip?: string | undefined
  readonly method: string
  /** Path and query. */
  readonly url?: string | undefined
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
  /** Bytes, or nothing. */
  readonly body: unknown
  readonly log: { readonly error: (details: object, message: string) => void }
  /** Learns of the error that it is answered. */
  readonly tellRefusal?: TellRefusal | undefined
}

/** What was answered: an error, or one thing in the report of an import. */
export interface Refused {
  readonly code: ErrorCode
  /** Name of the entity type, where it is known. */
  readonly entity?: string | null
  readonly target?: string | undefined
  readonly values?: Readonly<Record<string, unknown>>
  readonly details?: readonly Refused[]
}

export type TellRefusal = (request: IncomingRequest, refused: Refused) => void

export interface OutgoingReply {
  readonly raw: Receiver
  code(status: number): OutgoingReply
  header(name: string, value: string): OutgoingReply
  headers(values: Readonly<Record<string, string>>): OutgoingReply
  removeHeader(name: string): OutgoingReply
  send(body?: Buffer | Readable): OutgoingReply
  /** Nobody is to be answered any more. */
  hijack(): OutgoingReply
}

/** Who takes the answer: it may leave, and it can be cut off when the answer cannot be finished. */
interface Receiver {
  readonly destroyed: boolean
  once(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
  destroy(): unknown
}
