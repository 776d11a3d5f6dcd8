/**
 * `$metadata`: in XML unless JSON is asked for by name (Protocol 4.01 §11.1.2), in the caller's language, and with what
 * the caller may do. Documents are made when first asked for, and shared by callers who may do the same.
 */

import { createHash } from 'node:crypto'
import type { Principal } from '../../auth/principal.ts'
import type { ODataVersion } from '../../derive/csdl.ts'
import { csdlOf } from '../../derive/csdl-document.ts'
import { writeCsdlJson } from '../../derive/csdl-json.ts'
import { writeCsdlXml } from '../../derive/csdl-xml.ts'
import type { MetadataReader } from '../../derive/metadata-view.ts'
import type { Model } from '../../model/model.ts'
import { type Language, negotiateLanguage } from '../language.ts'
import { matchesEtag } from './etag.ts'
import type { IncomingRequest, OutgoingReply } from './exchange.ts'
import { type NegotiationHeaders, negotiateType, negotiateVersion } from './negotiation.ts'
import { preferenceApplied, readPreferences } from './preferences.ts'

type Syntax = 'xml' | 'json'

interface MetadataDocument {
  readonly bytes: Buffer
  /** Weak: compressed or not, it is the same document. */
  readonly etag: string
}

/**
 * About 1 MB each. Two versions, two languages, two syntaxes and some kinds of callers: whoever needs more than these waits
 * for a document to be made anew, a tenth of a second.
 */
const DOCUMENTS_MAX = 32

const OFFERED_TYPES = ['application/xml', 'application/json', 'text/xml'] as const

export interface MetadataRequest {
  readonly headers: NegotiationHeaders
  /** The value of `$format`. */
  readonly format: string | undefined
  readonly principal: Principal
}

export class MetadataDocuments {
  readonly #model: Model
  readonly #expandLevels: number
  /** Least recently used first. */
  readonly #made = new Map<string, MetadataDocument>()
  readonly #readers = new WeakMap<Principal, string>()

  /** @param expandLevels `$expand` inside `$expand`, as configured */
  constructor(model: Model, expandLevels: number) {
    this.#model = model
    this.#expandLevels = expandLevels
  }

  /** @throws {HapiError} VERSION_NOT_SUPPORTED, NOT_ACCEPTABLE */
  send(
    request: IncomingRequest,
    { headers, format, principal }: MetadataRequest,
    reply: OutgoingReply,
  ): OutgoingReply {
    const version = negotiateVersion(headers)
    const type = negotiateType(headers.accept, format, OFFERED_TYPES)
    const language = negotiateLanguage(request.headers['accept-language'])
    const syntax = type === 'application/json' ? 'json' : 'xml'
    const document = this.#document(version, syntax, language, principal)
    reply
      .header('odata-version', version)
      .header('vary', 'Accept, Accept-Language, OData-MaxVersion, Authorization')
      // It holds no data: a client may keep its own, and asks whether it is still the one.
      .header('cache-control', 'private, no-cache')
      .header('content-language', language)
      .header('etag', document.etag)
    const preferences = readPreferences(request.headers['prefer'])
    if (preferences.includeAnnotations !== undefined) {
      // Whichever are asked, all are there (Protocol 4.01 §8.2.8.4).
      const applied = preferenceApplied(preferences, { 'include-annotations': '*' })
      if (applied !== undefined) reply.header('preference-applied', applied)
    }
    const condition = request.headers['if-none-match']
    if (condition !== undefined && matchesEtag(condition, document.etag))
      return reply.code(304).send()
    return reply
      .header('content-type', syntax === 'json' ? 'application/json' : 'application/xml')
      .send(document.bytes)
  }

  #document(
    version: ODataVersion,
    syntax: Syntax,
    language: Language,
    principal: Principal,
  ): MetadataDocument {
    const key = `${version} ${syntax} ${language} ${this.#readerKey(principal)}`
    const known = this.#made.get(key)
    this.#made.delete(key)
    const document = known ?? this.#make(version, syntax, language, principal)
    const oldest = this.#made.keys().next()
    if (this.#made.size >= DOCUMENTS_MAX && oldest.done !== true) this.#made.delete(oldest.value)
    this.#made.set(key, document)
    return document
  }

  #make(
    version: ODataVersion,
    syntax: Syntax,
    language: Language,
    principal: Principal,
  ): MetadataDocument {
    const view = {
      version,
      language,
      reader: readerOf(principal),
      expandLevels: this.#expandLevels,
    }
    const document = csdlOf(this.#model, view)
    const bytes = Buffer.from((syntax === 'json' ? writeCsdlJson : writeCsdlXml)(document))
    const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
    return { bytes, etag: `W/"${digest}"` }
  }

  /** Equal for callers to whom the document says the same. */
  #readerKey(principal: Principal): string {
    const known = this.#readers.get(principal)
    if (known !== undefined) return known
    const { profile, hasModule, hasRight } = readerOf(principal)
    const rights = this.#model.entityTypes.map(({ module, set }) =>
      [
        hasModule(module),
        ...(['read', 'create', 'update', 'delete'] as const).map((operation) =>
          hasRight(set, operation),
        ),
      ]
        .map(Number)
        .join(''),
    )
    const key = `${profile} ${rights.join('')}`
    this.#readers.set(principal, key)
    return key
  }
}

function readerOf(principal: Principal): MetadataReader {
  return {
    profile: principal.profile,
    hasModule: (code) => principal.modules.has(code),
    hasRight: (set, operation) =>
      operation === 'read' ? principal.canRead(set) : principal.canWrite(set, operation),
  }
}
