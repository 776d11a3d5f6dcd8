/**
 * A body may take as long as its sender's line needs, but it has to keep arriving: who stands still is cut, and so is
 * who drips bytes to hold a connection. It has a minute, and a second more for every `BYTES_PER_SECOND` that have come
 * (as `MinRate` of Apache's mod_reqtimeout); once it is answered no more time is earned by sending. What waits here to
 * be read, for a database or a bucket that is slow, is nobody's delay but ours.
 *
 * That holds for bodies which are stored as they come. One that is held in memory until it is whole earns minutes only.
 */

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { HapiError } from '../errors/hapi-error.ts'
import { refuseOnSocket } from './error-rendering.ts'

/** The longest that any body takes: what is swept away after a day is not on its way any more. */
export const BODY_TIMEOUT_MS = 6 * 3_600_000

/** Of a body that memory holds. */
const HELD_TIMEOUT_MS = 5 * 60_000

const GRACE_MS = 60_000
/** 32 kbit/s: a tenth of a poor line. */
const BYTES_PER_SECOND = 4_096
const LOOK_EVERY_MS = 500
/** For the refusal to leave, before the connection goes with or without it. */
const FAREWELL_MS = 1_000

/** What one look at a body finds. */
interface Arrival {
  /** That have come so far. */
  readonly bytes: number
  /** Some of them were not read yet. */
  readonly isUnread: boolean
  readonly isAnswered: boolean
  readonly isStored: boolean
}

/** How one body arrives, from one look to the next. */
export class Pace {
  readonly #idleMs: number
  #bytes = 0
  #waitedMs = 0
  #idleForMs = 0

  constructor(idleMs: number) {
    this.#idleMs = idleMs
  }

  /** False when its sender has been too slow. */
  keeps(elapsedMs: number, { bytes, isUnread, isAnswered, isStored }: Arrival): boolean {
    const waitedMs = isUnread && !isAnswered ? 0 : elapsedMs
    this.#idleForMs = bytes > this.#bytes ? 0 : this.#idleForMs + waitedMs
    this.#bytes = bytes
    this.#waitedMs += waitedMs
    const earnedMs = isAnswered ? 0 : (bytes / BYTES_PER_SECOND) * 1_000
    const timeoutMs = isStored ? BODY_TIMEOUT_MS : HELD_TIMEOUT_MS
    return (
      this.#idleForMs < this.#idleMs && this.#waitedMs < Math.min(GRACE_MS + earnedMs, timeoutMs)
    )
  }
}

interface Arriving {
  readonly response: ServerResponse
  readonly pace: Pace
  /** Of the connection, when the body began. */
  readonly bytesBefore: number
}

const stored = new WeakSet<IncomingMessage>()

/** Its body goes to a disk, a database or a bucket as it comes. */
export function takesItsTime(request: IncomingMessage): void {
  stored.add(request)
}

/** Looks at all bodies that are on their way, as long as the server listens. */
export function keepPace(server: Server, idleMs: number): void {
  const arriving = new Map<IncomingMessage, Arriving>()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!hasBody(request)) return
    const bytesBefore = request.socket.bytesRead
    arriving.set(request, { response, pace: new Pace(idleMs), bytesBefore })
    request.once('close', () => arriving.delete(request))
  })
  const timer = setInterval(() => {
    for (const [request, { response, pace, bytesBefore }] of arriving) {
      const arrival = {
        bytes: request.socket.bytesRead - bytesBefore,
        isUnread: request.readableLength > 0,
        isAnswered: response.writableEnded,
        isStored: stored.has(request),
      }
      if (!request.complete && pace.keeps(LOOK_EVERY_MS, arrival)) continue
      arriving.delete(request)
      if (!request.complete) cut(request, response)
    }
  }, LOOK_EVERY_MS)
  timer.unref()
  server.once('close', () => clearInterval(timer))
}

/** RFC 9112 §6.3: a request without either has none. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function cut({ socket, headers }: IncomingMessage, response: ServerResponse): void {
  if (!response.headersSent)
    refuseOnSocket(socket, new HapiError('REQUEST_TIMED_OUT'), headers['accept-language'])
  setTimeout(() => socket.destroy(), FAREWELL_MS).unref()
}
