/** Batches in the JSON format (JSON Format 4.01 §19.1). */

import type { IncomingHttpHeaders } from 'node:http'
import { type JsonObject, type JsonValue, readJsonObject } from '../../../json/json-input.ts'
import {
  type BatchLimits,
  type BatchPart,
  type BatchStep,
  batchInvalid,
  batchProblems,
  checkPartCount,
  checkRequestId,
} from './batch-request.ts'
import { writeJson } from './json-text.ts'
import { refusalOf } from './multipart-batch.ts'

/** A body alone may be 64 deep, and three levels are around it; the body's own limits hold when it is read. */
const DEPTH_MAX = 70
/** What 25 MB can hold of the smallest members, with room. */
const PROPERTIES_MAX = 2_000_000

/** @throws {HapiError} INVALID_BODY, BATCH_INVALID, LIMIT_EXCEEDED */
export function readJsonBatch(bytes: Buffer, limits: BatchLimits): readonly BatchStep[] {
  const document = readJsonObject(bytes, { depthMax: DEPTH_MAX, propertiesMax: PROPERTIES_MAX })
  const requests = document.get('requests')
  if (!Array.isArray(requests)) throw batchInvalid(batchProblems.requests)
  checkPartCount(requests.length, limits)
  const known = new KnownNames()
  const steps: BatchStep[] = []
  let open: { readonly group: string; readonly parts: BatchPart[] } | undefined
  for (const request of requests as readonly JsonValue[]) {
    const part = readRequest(request, limits)
    const goesOn = open !== undefined && open.group === part.group
    known.check(part, !goesOn)
    if (goesOn) open?.parts.push(part)
    else if (part.group === undefined) {
      open = undefined
      steps.push({ kind: 'single', part })
    } else {
      open = { group: part.group, parts: [part] }
      steps.push({ kind: 'group', ...open })
    }
  }
  return steps
}

/** Identifiers of requests and groups so far: one set of names. */
class KnownNames {
  readonly #requests = new Set<string>()
  readonly #groups = new Set<string>()

  check({ id, group, dependsOn }: BatchPart, beginsGroup: boolean): void {
    if (!dependsOn.every((name) => this.#requests.has(name) || this.#groups.has(name)))
      throw batchInvalid(batchProblems.dependency)
    if (id === undefined || this.#requests.has(id) || this.#groups.has(id))
      throw batchInvalid(batchProblems.sameId)
    this.#requests.add(id)
    if (group === undefined || !beginsGroup) return
    if (this.#groups.has(group)) throw batchInvalid(batchProblems.groupApart)
    if (this.#requests.has(group)) throw batchInvalid(batchProblems.sameId)
    this.#groups.add(group)
  }
}

function readRequest(request: JsonValue, limits: BatchLimits): BatchPart {
  if (!(request instanceof Map)) throw batchInvalid(batchProblems.requests)
  const id = request.get('id')
  const method = request.get('method')
  const url = request.get('url')
  if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string')
    throw batchInvalid(batchProblems.requests)
  const group = request.get('atomicityGroup') ?? undefined
  if (group !== undefined && typeof group !== 'string') throw batchInvalid(batchProblems.id)
  const headers = readHeaderObject(request.get('headers') ?? undefined)
  const body = readBody(request.get('body') ?? undefined, headers)
  return {
    id: checkRequestId(id),
    group: group === undefined ? undefined : checkRequestId(group),
    method: method.toUpperCase().slice(0, 20),
    url,
    headers,
    body,
    dependsOn: readDependencies(request.get('dependsOn') ?? undefined),
    isConditional: (request.get('if') ?? undefined) !== undefined,
    refusal: refusalOf(Object.keys(headers).length, body, limits),
  }
}

function readHeaderObject(value: JsonValue | undefined): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = Object.create(null)
  if (value === undefined) return headers
  if (!(value instanceof Map)) throw batchInvalid(batchProblems.headerObject)
  for (const [name, text] of value as JsonObject) {
    if (typeof text !== 'string' || /[\r\n]/.test(text))
      throw batchInvalid(batchProblems.headerObject)
    headers[name.toLowerCase()] = text
  }
  return headers
}

function readDependencies(value: JsonValue | undefined): readonly string[] {
  if (value === undefined) return []
  const names: readonly JsonValue[] = Array.isArray(value) ? value : [value]
  if (!names.every((name) => typeof name === 'string')) throw batchInvalid(batchProblems.dependency)
  return names
}

const BASE64URL = /^[\w-]*={0,2}$/

/** The bytes that the request would have had by itself. */
function readBody(value: JsonValue | undefined, headers: IncomingHttpHeaders): Buffer {
  if (value === undefined) return Buffer.alloc(0)
  const type = headers['content-type'] ?? 'application/json'
  if (isJsonType(type)) return Buffer.from(writeJson(value))
  if (typeof value !== 'string') throw batchInvalid(batchProblems.body)
  if (/^\s*text\//i.test(type)) return Buffer.from(value)
  if (!BASE64URL.test(value)) throw batchInvalid(batchProblems.body)
  return Buffer.from(value, 'base64url')
}

/** `application/json` or one of its subtypes, with parameters or without. */
export function isJsonType(type: string): boolean {
  return /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)
}
