/**
 * What an OData request asks of its answer: version, format, control information
 * (Protocol 4.01 §8.2, JSON Format 4.01 §3).
 *
 * A request that shows no awareness of OData gets the plain body of the integrator guide
 * (contract B10). The version is 4.0 unless the request says that it takes 4.01: clients written
 * for 4.0 refuse anything else.
 */

import { BoundedMap } from '../../auth/bounded-map.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { IncomingRequest } from './exchange.ts'
import { type MediaRange, parseMediaRanges } from './media-ranges.ts'
import { singleHeader } from './request-header.ts'

export type ODataVersion = '4.0' | '4.01'

export interface Negotiated {
  readonly version: ODataVersion
  /** The request knows OData: context URLs and other control information belong in the answer. */
  readonly aware: boolean
  readonly metadata: 'none' | 'minimal' | 'full'
  readonly ieee754Compatible: boolean
  /** Members of objects stand in the order that JSON Format 4.01 §4.4 promises. */
  readonly streaming: boolean
  /** Of a JSON answer. */
  readonly contentType: string
}

/** Context URLs, entity tags and their like: for those who know OData and do not decline them. */
export function saysControlInformation({
  aware,
  metadata,
}: Pick<Negotiated, 'aware' | 'metadata'>): boolean {
  return aware && metadata !== 'none'
}

/** What stands before the addresses of entities: those of an answer without a context URL are relative to nothing. */
export function addressPrefix(
  negotiated: Pick<Negotiated, 'aware' | 'metadata'>,
  servicePath: string,
): string | undefined {
  return saysControlInformation(negotiated) ? undefined : servicePath
}

/** `Vary` of an answer that depends on all that can be asked (Protocol 4.01 §8.3.8). */
export const VARY = 'Accept, Accept-Language, OData-MaxVersion, OData-Version, Prefer'

/** The headers that ask for a form. */
export interface NegotiationHeaders {
  readonly accept?: string | undefined
  readonly acceptCharset?: string | undefined
  readonly odataVersion?: string | undefined
  readonly odataMaxVersion?: string | undefined
}

export function negotiationHeaders(request: Pick<IncomingRequest, 'headers'>): NegotiationHeaders {
  return {
    accept: request.headers.accept,
    acceptCharset: singleHeader(request, 'accept-charset'),
    odataVersion: singleHeader(request, 'odata-version'),
    odataMaxVersion: singleHeader(request, 'odata-maxversion'),
  }
}

/** Formats by their short names in `$format`. */
const SHORT_FORMATS: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['xml', 'application/xml'],
])

const JSON_TYPES: ReadonlySet<string> = new Set([
  'application/json',
  'application/*',
  '*/*',
  'text/json',
])

const FLAG: readonly string[] = ['true', 'false']
const AMOUNTS = ['none', 'minimal', 'full'] as const satisfies readonly string[]

/** Parameters of `application/json` and their values; undefined: any. `odata` is the one of OData 3, which some clients still send. */
const JSON_PARAMETERS: ReadonlyMap<string, readonly string[] | undefined> = new Map<
  string,
  readonly string[] | undefined
>([
  ['odata.metadata', AMOUNTS],
  ['metadata', AMOUNTS],
  ['odata.streaming', FLAG],
  ['streaming', FLAG],
  ['ieee754compatible', FLAG],
  ['exponentialdecimals', FLAG],
  ['charset', ['utf-8', 'utf8']],
  ['odata', undefined],
])

/** Clients send one or a few combinations of headers each; the longest that are worth keeping have some hundred characters. */
const KNOWN_MAX = 500
const KNOWN_LENGTH_MAX = 500

const known = new BoundedMap<string, Negotiated>(KNOWN_MAX)

/** @throws {HapiError} VERSION_NOT_SUPPORTED, NOT_ACCEPTABLE */
export function negotiateJson(headers: NegotiationHeaders, format: string | undefined): Negotiated {
  const { accept, acceptCharset, odataVersion, odataMaxVersion } = headers
  const key = [accept, acceptCharset, odataVersion, odataMaxVersion, format].map(named).join('\n')
  const found = known.get(key)
  if (found !== undefined) return found
  const negotiated = negotiateAnew(headers, format)
  if (key.length <= KNOWN_LENGTH_MAX) known.set(key, negotiated)
  return negotiated
}

/** What no header holds tells an absent one from whatever could be sent. */
function named(header: string | undefined): string {
  return header ?? '\0'
}

function negotiateAnew(headers: NegotiationHeaders, format: string | undefined): Negotiated {
  const version = negotiateVersion(headers)
  refuseOtherCharsets(headers.acceptCharset)
  return describeJson(headers, version, findJsonRange(headers.accept, format))
}

/**
 * The form of an answer that is a text and takes no parameter of JSON.
 *
 * @throws {HapiError} VERSION_NOT_SUPPORTED, NOT_ACCEPTABLE
 */
export function negotiateText(
  headers: NegotiationHeaders,
  format: string | undefined,
  contentType: string,
): Negotiated {
  const version = negotiateVersion(headers)
  // A number or a bare value is text; whoever asks for JSON alone would not get it anyway (Protocol §11.2.10).
  negotiateType(headers.accept, format, ['text/plain', 'application/json'])
  refuseOtherCharsets(headers.acceptCharset)
  return { ...describeJson(headers, version, new Map()), contentType }
}

function describeJson(
  headers: NegotiationHeaders,
  version: ODataVersion,
  parameters: ReadonlyMap<string, string>,
): Negotiated {
  const isTrue = (name: string): boolean => parameters.get(name) === 'true'
  const asked = parameters.get('metadata') ?? parameters.get('odata.metadata')
  const aware =
    headers.odataVersion !== undefined ||
    headers.odataMaxVersion !== undefined ||
    asked !== undefined
  const form = {
    version,
    aware,
    metadata: AMOUNTS.find((amount) => amount === asked) ?? 'minimal',
    ieee754Compatible: isTrue('ieee754compatible'),
    streaming: isTrue('streaming') || isTrue('odata.streaming'),
  }
  return { ...form, contentType: jsonContentType(form, parameters.has('charset')) }
}

/** The version of the answer. Throws VERSION_NOT_SUPPORTED when none is low enough, or when a header says no version. */
export function negotiateVersion(headers: NegotiationHeaders): ODataVersion {
  const max = parseVersion(headers.odataMaxVersion)
  parseVersion(headers.odataVersion)
  return max !== undefined && max >= 4.01 ? '4.01' : '4.0'
}

/** The version that an answer says, whatever is wrong with the request. */
export function answerVersion(request: Pick<IncomingRequest, 'headers'>): ODataVersion {
  const max = Number.parseFloat(singleHeader(request, 'odata-maxversion') ?? '')
  return max >= 4.01 ? '4.01' : '4.0'
}

/**
 * A body is read by the rules of its version or not at all (Protocol 4.01 §8.1.5).
 *
 * @throws {HapiError} VERSION_NOT_SUPPORTED
 */
export function refuseNewerBody({ odataVersion }: NegotiationHeaders): void {
  const version = parseVersion(odataVersion)
  if (version !== undefined && version > 4.01) throw versionNotSupported(odataVersion)
}

/** Which of the offered media types the request prefers. Throws NOT_ACCEPTABLE. */
export function negotiateType<T extends string>(
  accept: string | undefined,
  format: string | undefined,
  offered: readonly [T, ...T[]],
): T {
  const ranges = parseRanges(accept, format)
  if (ranges.length === 0) return offered[0]
  for (const range of ranges.filter(({ quality }) => quality > 0)) {
    const match = offered.find(
      (type) =>
        (range.type === type || isWildcardOf(range, type)) && !isRefused(type, range, ranges),
    )
    if (match !== undefined) return match
  }
  throw notAcceptable(accept, format)
}

function isWildcardOf({ type: range }: MediaRange, type: string): boolean {
  return range === '*/*' || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)))
}

/** A wildcard does not bring back what is refused by its name. */
function isRefused(type: string, range: MediaRange, ranges: readonly MediaRange[]): boolean {
  return (
    range.type !== type &&
    ranges.some(
      (other) => other.type === type && other.quality === 0 && other.parameters.size === 0,
    )
  )
}

/** The parameters of the range by which JSON is asked for. */
function findJsonRange(
  accept: string | undefined,
  format: string | undefined,
): MediaRange['parameters'] {
  const ranges = parseRanges(accept, format)
  if (ranges.length === 0) return new Map()
  const range = ranges.find(
    (candidate) =>
      candidate.quality > 0 &&
      JSON_TYPES.has(candidate.type) &&
      hasKnownParameters(candidate) &&
      !isRefused('application/json', candidate, ranges),
  )
  if (range === undefined) throw notAcceptable(accept, format)
  return range.parameters
}

/** Unknown parameters and values are refused (Protocol 4.01 §8.2.1). */
function hasKnownParameters({ parameters }: MediaRange): boolean {
  return [...parameters].every(([name, value]) => {
    const values = JSON_PARAMETERS.get(name)
    return JSON_PARAMETERS.has(name) && (values === undefined || values.includes(value))
  })
}

/** `$format` replaces `Accept` (Protocol 4.01 §11.2.11). */
function parseRanges(
  accept: string | undefined,
  format: string | undefined,
): readonly MediaRange[] {
  if (format === undefined) return accept === undefined ? [] : parseMediaRanges(accept)
  return parseMediaRanges(SHORT_FORMATS.get(format.trim().toLowerCase()) ?? format)
}

/** Answers are UTF-8 and nothing else (RFC 8259 §8.1). */
function refuseOtherCharsets(accepted: string | undefined): void {
  if (accepted === undefined) return
  const ranges = parseMediaRanges(accepted)
  const range =
    ranges.find(({ type }) => type === 'utf-8') ?? ranges.find(({ type }) => type === '*')
  if (ranges.length > 0 && (range === undefined || range.quality === 0))
    throw new HapiError(
      'NOT_ACCEPTABLE',
      { format: accepted.slice(0, FORMAT_SHOWN_MAX) },
      { target: 'Accept-Charset' },
    )
}

/** Parameters are those of the answer; of what was not asked only the amount of metadata is said (JSON Format 4.01 §4.1). */
function jsonContentType(form: Omit<Negotiated, 'contentType'>, saysCharset: boolean): string {
  const prefix = form.version === '4.0' ? 'odata.' : ''
  return [
    'application/json',
    ...(form.aware ? [`${prefix}metadata=${form.metadata}`] : []),
    ...(form.streaming ? [`${prefix}streaming=true`] : []),
    ...(form.ieee754Compatible ? ['IEEE754Compatible=true'] : []),
    ...(saysCharset ? ['charset=utf-8'] : []),
  ].join(';')
}

function parseVersion(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const match = /^\s*(\d{1,10})(?:\.(\d{1,10}))?\s*(?:;.*)?$/.exec(text)
  const version = match === null ? Number.NaN : Number(`${match[1]}.${match[2] ?? '0'}`)
  if (Number.isNaN(version) || version < 4) throw versionNotSupported(text)
  return version
}

function versionNotSupported(text: string | undefined): HapiError {
  return new HapiError('VERSION_NOT_SUPPORTED', { version: (text ?? '').slice(0, 40) })
}

/** Of what was asked, as much as a message repeats. */
const FORMAT_SHOWN_MAX = 100

function notAcceptable(accept: string | undefined, format: string | undefined): HapiError {
  const asked = format ?? accept ?? ''
  return new HapiError(
    'NOT_ACCEPTABLE',
    { format: asked.slice(0, FORMAT_SHOWN_MAX) },
    { target: format === undefined ? 'Accept' : '$format' },
  )
}
