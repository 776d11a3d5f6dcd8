/**
 * References of a request to earlier ones of its batch: `$1/Orders` as URL, `"Tenant@odata.bind": "$1"` in a body,
 * `If-Match: $1` (Protocol 4.01 §11.7.4, §11.7.5).
 */

import type { IncomingHttpHeaders } from 'node:http'
import { HapiError } from '../../../errors/hapi-error.ts'
import type { JsonObject, JsonValue } from '../../../json/json-input.ts'
import { readJsonObject } from '../../../json/json-input.ts'
import type { BatchPart } from './batch-request.ts'
import { isJsonType } from './json-batch.ts'
import { writeJson } from './json-text.ts'

/** What became of a request, as later ones may refer to it. */
export interface PartOutcome {
  readonly succeeded: boolean
  /** Of the entity that it created, changed or read. */
  readonly entityUrl: string | undefined
  readonly etag: string | undefined
}

/** First segments that mean something of their own, whatever the requests are called. */
const SYSTEM_SEGMENTS: ReadonlySet<string> = new Set([
  '$batch',
  '$crossjoin',
  '$all',
  '$entity',
  '$root',
  '$id',
  '$metadata',
])

export class References {
  readonly #outcomes = new Map<string, PartOutcome>()
  readonly #earlier: References | undefined

  /** @param earlier what is known already, and is not changed */
  constructor(earlier?: References) {
    this.#earlier = earlier
  }

  note(id: string | undefined, outcome: PartOutcome): void {
    if (id !== undefined) this.#outcomes.set(id, outcome)
  }

  /** A request or a group; undefined when it has not been run. */
  find(id: string): PartOutcome | undefined {
    return this.#outcomes.get(id) ?? this.#earlier?.find(id)
  }

  /**
   * The request with what its headers and its body refer to in the place of the references.
   *
   * @throws {HapiError} BATCH_REFERENCE_UNKNOWN, FAILED_DEPENDENCY
   */
  resolve(part: BatchPart): BatchPart {
    return { ...part, headers: this.#resolveTags(part.headers), body: this.#resolveBody(part) }
  }

  /**
   * The entity that a path begins with, `/$1/Orders`; undefined when it begins with none.
   *
   * @throws {HapiError} BATCH_REFERENCE_UNKNOWN, FAILED_DEPENDENCY
   */
  findEntity(path: string): { readonly url: string; readonly behind: string } | undefined {
    const [, reference, behind = ''] = /^\/(\$[^/(]+)(.*)$/s.exec(path) ?? []
    if (reference === undefined || SYSTEM_SEGMENTS.has(reference.toLowerCase())) return undefined
    return { url: this.#entityUrl(reference.slice(1)), behind }
  }

  #entityUrl(id: string): string {
    const outcome = this.find(id)
    if (outcome?.succeeded === false)
      throw new HapiError('FAILED_DEPENDENCY', { request: id.slice(0, 100) })
    if (outcome?.entityUrl === undefined)
      throw new HapiError('BATCH_REFERENCE_UNKNOWN', { reference: `$${id.slice(0, 100)}` })
    return outcome.entityUrl
  }

  #resolveTags(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    const known = ['if-match', 'if-none-match'] as const
    const resolved: IncomingHttpHeaders = Object.create(null)
    Object.assign(resolved, headers)
    for (const name of known) {
      const [, id] = /^\$(\S+)$/.exec(headers[name] ?? '') ?? []
      if (id === undefined) continue
      const etag = this.find(id)?.etag
      if (etag === undefined)
        throw new HapiError('BATCH_REFERENCE_UNKNOWN', { reference: `$${id.slice(0, 100)}` })
      resolved[name] = etag
    }
    return resolved
  }

  /** Only a body with a text that may be a reference is read for it. */
  #resolveBody({ body, headers }: BatchPart): Buffer {
    if (!body.includes('"$')) return body
    if (!isJsonType(headers['content-type'] ?? 'application/json')) return body
    let tree: JsonObject
    try {
      tree = readJsonObject(body)
    } catch (error) {
      // Whoever runs the request says so.
      if (error instanceof HapiError) return body
      throw error
    }
    return Buffer.from(writeJson(this.#resolveValue(tree)))
  }

  #resolveValue(value: JsonValue): JsonValue {
    if (Array.isArray(value))
      return (value as readonly JsonValue[]).map((item) => this.#resolveValue(item))
    if (!(value instanceof Map)) return value
    return new Map(
      [...(value as JsonObject)].map(([name, member]): [string, JsonValue] => [
        name,
        /@(?:odata\.)?(?:bind|id)$/.test(name)
          ? this.#resolveReference(member)
          : this.#resolveValue(member),
      ]),
    )
  }

  /** One URL, or a list of them. */
  #resolveReference(value: JsonValue): JsonValue {
    if (Array.isArray(value))
      return (value as readonly JsonValue[]).map((item) => this.#resolveReference(item))
    if (typeof value !== 'string') return value
    const [, id] = /^\$([^/?#(]+)$/.exec(value) ?? []
    return id === undefined || this.find(id) === undefined ? value : this.#entityUrl(id)
  }
}
