/** Batches in the multipart format (Protocol 4.01 §11.7.7). */

import { HapiError } from '../../../errors/hapi-error.ts'
import {
  type BatchLimits,
  type BatchPart,
  type BatchStep,
  batchInvalid,
  batchProblems,
  checkPartCount,
  checkRequestId,
} from './batch-request.ts'
import { boundaryOf, type MimePart, readHeaders, readMultipart, takeLine } from './mime-part.ts'

/** @throws {HapiError} BATCH_INVALID, LIMIT_EXCEEDED */
export function readMultipartBatch(
  body: Buffer,
  contentType: string,
  limits: BatchLimits,
): readonly BatchStep[] {
  const steps: BatchStep[] = []
  let count = 0
  const countPart = (): void => checkPartCount(++count, limits)
  readMultipart(body, boundaryOf(contentType), (part) => {
    const type = mediaTypeOf(part)
    if (type === 'multipart/mixed') {
      const group = `changeset-${steps.length + 1}`
      const parts = readChangeSet(part, group, limits, countPart)
      // An empty change set counts as well: each step costs something.
      if (parts.length === 0) countPart()
      steps.push({ kind: 'group', group, parts })
    } else if (type === 'application/http') {
      countPart()
      steps.push({ kind: 'single', part: readPart(part, undefined, limits) })
    } else throw batchInvalid(batchProblems.partType)
  })
  return steps
}

function readChangeSet(
  { headers, content }: MimePart,
  group: string,
  limits: BatchLimits,
  countPart: () => void,
): readonly BatchPart[] {
  const parts: BatchPart[] = []
  readMultipart(content, boundaryOf(String(headers['content-type'])), (part) => {
    countPart()
    // Change sets contain no change sets.
    if (mediaTypeOf(part) !== 'application/http') throw batchInvalid(batchProblems.partType)
    parts.push(readPart(part, group, limits))
  })
  return parts
}

/** A part that does not say its type can only be a request. */
function mediaTypeOf({ headers }: MimePart): string {
  const [type = ''] = (headers['content-type'] ?? 'application/http').split(';')
  return type.trim().toLowerCase()
}

/** Method and URL; the version may be missing, and an URL may hold blanks. */
function readRequestLine(text: string): { readonly method: string; readonly url: string } {
  const line = text.trim()
  const blank = line.indexOf(' ')
  const method = line.slice(0, Math.max(blank, 0))
  const version = line.lastIndexOf(' HTTP/')
  const url = line.slice(blank + 1, version > blank ? version : undefined).trim()
  if (!/^[A-Za-z]{1,20}$/.test(method) || url === '' || url.startsWith('HTTP/'))
    throw batchInvalid(batchProblems.requestLine)
  return { method: method.toUpperCase(), url }
}

function readPart(mime: MimePart, group: string | undefined, limits: BatchLimits): BatchPart {
  const { line, rest } = takeLine(mime.content)
  const { method, url } = readRequestLine(line)
  const { headers, count, content } = readHeaders(rest)
  // Some clients write it among the headers of the request.
  const id = mime.headers['content-id'] ?? headers['content-id']
  const body = bodyOf(content, headers['content-length'], headers['content-type'])
  return {
    id: id === undefined ? undefined : checkRequestId(String(id)),
    group,
    method,
    url,
    headers,
    body,
    dependsOn: [],
    isConditional: false,
    refusal: refusalOf(count, body, limits),
  }
}

/**
 * What a text has at its end, blank lines for example, does it no harm, while lengths that count characters instead
 * of bytes would: only what is no text is cut to its length.
 */
function bodyOf(content: Buffer, length: string | undefined, type: string | undefined): Buffer {
  if (length === undefined || !/^\d{1,10}$/.test(length)) return content
  return /^\s*(?:text\/|application\/(?:[\w.+-]+\+)?json\b)/i.test(type ?? 'text/')
    ? content
    : content.subarray(0, Number(length))
}

export function refusalOf(
  headers: number,
  body: Buffer,
  { headersMax, bodyBytesMax }: BatchLimits,
): HapiError | undefined {
  if (headers > headersMax) return new HapiError('HEADERS_TOO_LARGE')
  if (body.length > bodyBytesMax) return new HapiError('BODY_TOO_LARGE', { limit: bodyBytesMax })
  return undefined
}
