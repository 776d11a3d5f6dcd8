/** Multipart bodies and the messages in their parts (RFC 2046, RFC 9112), read as real clients write them. */

import type { IncomingHttpHeaders } from 'node:http'
import { batchInvalid, batchProblems } from './batch-request.ts'

export interface MimePart {
  readonly headers: IncomingHttpHeaders
  readonly content: Buffer
}

/** RFC 2046 §5.1.1. */
const BOUNDARY_LENGTH_MAX = 70

/** @throws {HapiError} BATCH_INVALID */
export function boundaryOf(contentType: string): string {
  const match = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/i.exec(contentType)
  const boundary = match?.[1]?.replace(/\\(.)/g, '$1') ?? match?.[2] ?? ''
  if (boundary === '' || boundary.length > BOUNDARY_LENGTH_MAX || /[^\x20-\x7e]/.test(boundary))
    throw batchInvalid(batchProblems.boundary)
  return boundary
}

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const HYPHEN = 45

/**
 * The parts of a multipart body; what stands before the first and after the last is passed over. Lines end in CRLF
 * or in LF. Takes linear time.
 *
 * @param onPart hears of each part as it is found, and may refuse more of them
 * @throws {HapiError} BATCH_INVALID for a body that has no part, or that is not closed
 */
export function readMultipart(
  body: Buffer,
  boundary: string,
  onPart: (part: MimePart) => void,
): void {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1')
  let found = nextDelimiter(body, delimiter, 0)
  if (found === undefined) throw batchInvalid(batchProblems.noPart)
  while (!found.closes) {
    const next = nextDelimiter(body, delimiter, found.end)
    if (next === undefined) throw batchInvalid(batchProblems.notClosed)
    onPart(readMimePart(body.subarray(found.end, next.start)))
    found = next
  }
}

interface Delimiter {
  /** Where the content before it ends: the end of line belongs to the delimiter. */
  readonly start: number
  /** Where the content after it begins. */
  readonly end: number
  readonly closes: boolean
}

function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): Delimiter | undefined {
  for (
    let at = body.indexOf(delimiter, from);
    at >= 0;
    at = body.indexOf(delimiter, at + delimiter.length)
  ) {
    if (at !== 0 && at !== from && body[at - 1] !== LINE_FEED) continue
    const behind = at + delimiter.length
    const closes = body[behind] === HYPHEN && body[behind + 1] === HYPHEN
    const lineEnd = blanksEnd(body, closes ? behind + 2 : behind)
    const isWholeLine =
      lineEnd === body.length ||
      body[lineEnd] === LINE_FEED ||
      (body[lineEnd] === CARRIAGE_RETURN && body[lineEnd + 1] === LINE_FEED)
    // The boundary of an inner multipart may begin with that of the outer one.
    if (!isWholeLine) continue
    return { start: contentEnd(body, at, from), end: nextLine(body, lineEnd), closes }
  }
  return undefined
}

function blanksEnd(body: Buffer, from: number): number {
  let at = from
  while (body[at] === 32 || body[at] === 9) at++
  return at
}

function contentEnd(body: Buffer, at: number, from: number): number {
  let end = at
  if (end > from && body[end - 1] === LINE_FEED) end--
  if (end > from && body[end - 1] === CARRIAGE_RETURN) end--
  return end
}

function nextLine(body: Buffer, from: number): number {
  const feed = body.indexOf(LINE_FEED, from)
  return feed < 0 ? body.length : feed + 1
}

function readMimePart(bytes: Buffer): MimePart {
  const { headers, content } = readHeaders(bytes)
  return { headers, content }
}

/** Of one part: far more than the header lines of any client. */
const HEADER_BYTES_MAX = 65_536

const HEADER_NAME = /^[!#$%&'*+\-.^_`|~\w]+$/

/**
 * Header lines up to an empty one or the end, and what follows.
 *
 * @throws {HapiError} BATCH_INVALID
 */
export function readHeaders(bytes: Buffer): {
  readonly headers: IncomingHttpHeaders
  readonly count: number
  readonly content: Buffer
} {
  // No prototype: `__proto__` is a name like any other.
  const headers: IncomingHttpHeaders = Object.create(null)
  let count = 0
  let at = 0
  while (at < bytes.length) {
    const end = lineEndOf(bytes, at)
    const line = bytes.toString('latin1', at, Math.min(end, at + HEADER_BYTES_MAX))
    at = nextLine(bytes, end)
    if (line === '') break
    // The blank after the colon is not always there.
    const colon = line.indexOf(':')
    const key = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (!HEADER_NAME.test(key) || at > HEADER_BYTES_MAX) throw batchInvalid(batchProblems.headers)
    headers[key] = headers[key] === undefined ? value : `${String(headers[key])}, ${value}`
    count++
  }
  return { headers, count, content: bytes.subarray(at) }
}

/** Index of the end of the line, its CR or LF. */
function lineEndOf(bytes: Buffer, from: number): number {
  const feed = bytes.indexOf(LINE_FEED, from)
  if (feed < 0) return bytes.length
  return feed > from && bytes[feed - 1] === CARRIAGE_RETURN ? feed - 1 : feed
}

/** A longer line is cut: the URL in it is refused all the same. */
const LINE_BYTES_MAX = 1_000_000

/** The first line of a message, and what follows it. Empty lines before it are passed over (RFC 9112 §2.2). */
export function takeLine(bytes: Buffer): { readonly line: string; readonly rest: Buffer } {
  let at = 0
  while (bytes[at] === LINE_FEED || bytes[at] === CARRIAGE_RETURN) at++
  const end = lineEndOf(bytes, at)
  const line = bytes.toString('utf8', at, Math.min(end, at + LINE_BYTES_MAX))
  return { line, rest: bytes.subarray(nextLine(bytes, end)) }
}
