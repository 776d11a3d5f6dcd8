/**
 * What an OData request asks of its answer: version, format, control information
 * (Protocol 4.01 §8.2, JSON Format 4.01 §3).
 *
 * A request that shows no awareness of OData gets the plain body of the integrator guide
 * (contract B10). The version is 4.0 unless the request says that it takes 4.01: clients written
 * for 4.0 refuse anything else.
 */

import { HapiError } from '../../errors/hapi-error.ts'

export type ODataVersion = '4.0' | '4.01'

export interface Negotiated {
  readonly version: ODataVersion
  /** The request knows OData: context URLs and other control information belong in the answer. */
  readonly aware: boolean
  readonly metadata: 'none' | 'minimal'
  readonly ieee754Compatible: boolean
  /** Of a JSON answer. */
  readonly contentType: string
}

/** Context URLs, entity tags and their like: for those who know OData and do not decline them. */
export function saysControlInformation({ aware, metadata }: Negotiated): boolean {
  return aware && metadata !== 'none'
}

/** What stands before the addresses of entities: those of an answer without a context URL are relative to nothing. */
export function addressPrefix(negotiated: Negotiated, servicePath: string): string | undefined {
  return saysControlInformation(negotiated) ? undefined : servicePath
}

export interface NegotiationHeaders {
  readonly accept?: string | undefined
  readonly odataVersion?: string | undefined
  readonly odataMaxVersion?: string | undefined
}

interface MediaRange {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly quality: number
}

/** Formats by their short names in `$format`. */
const SHORT_FORMATS: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['xml', 'application/xml'],
])

/** Longer than any client's list; the rest is not read. */
const ACCEPT_LENGTH_MAX = 2_000

/** Parameters of `application/json` that mean something; `odata` is the one of OData 3, which some clients still send. */
const JSON_PARAMETERS: ReadonlySet<string> = new Set([
  'odata.metadata',
  'metadata',
  'odata.streaming',
  'streaming',
  'ieee754compatible',
  'exponentialdecimals',
  'charset',
  'odata',
  'odata.continue-on-error',
])

/** @throws {HapiError} VERSION_NOT_SUPPORTED, NOT_ACCEPTABLE */
export function negotiateJson(headers: NegotiationHeaders, format: string | undefined): Negotiated {
  const version = negotiateVersion(headers)
  const range = findRange(
    headers.accept,
    format,
    (candidate) =>
      ['application/json', 'application/*', '*/*', 'text/json'].includes(candidate.type) &&
      hasKnownParameters(candidate),
  )
  const asked = range.parameters.get('odata.metadata') ?? range.parameters.get('metadata')
  const aware =
    headers.odataVersion !== undefined ||
    headers.odataMaxVersion !== undefined ||
    asked !== undefined
  // Full metadata is more than this service gives: minimal carries all that cannot be computed.
  const metadata = asked === 'none' ? 'none' : 'minimal'
  const ieee754Compatible = range.parameters.get('ieee754compatible') === 'true'
  return {
    version,
    aware,
    metadata,
    ieee754Compatible,
    contentType: jsonContentType(version, aware, metadata, ieee754Compatible),
  }
}

export function negotiateVersion(headers: NegotiationHeaders): ODataVersion {
  const max = parseVersion(headers.odataMaxVersion)
  parseVersion(headers.odataVersion)
  return max !== undefined && max >= 4.01 ? '4.01' : '4.0'
}

/** Which of the offered media types the request prefers. */
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
        range.type === '*/*' ||
        range.type === type ||
        (range.type.endsWith('/*') && type.startsWith(range.type.slice(0, -1))),
    )
    if (match !== undefined) return match
  }
  throw notAcceptable(accept, format)
}

function jsonContentType(
  version: ODataVersion,
  aware: boolean,
  metadata: string,
  ieee754Compatible: boolean,
): string {
  if (!aware)
    return ieee754Compatible ? 'application/json;IEEE754Compatible=true' : 'application/json'
  const prefix = version === '4.0' ? 'odata.' : ''
  return `application/json;${prefix}metadata=${metadata}${ieee754Compatible ? ';IEEE754Compatible=true' : ''}`
}

function parseVersion(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const match = /^\s*(\d+)(?:\.(\d{1,2}))?\s*(?:;.*)?$/.exec(text)
  const version = match === null ? Number.NaN : Number(`${match[1]}.${match[2] ?? '0'}`)
  if (Number.isNaN(version) || version < 4)
    throw new HapiError('VERSION_NOT_SUPPORTED', { version: text.slice(0, 40) })
  return version
}

function findRange(
  accept: string | undefined,
  format: string | undefined,
  matches: (range: MediaRange) => boolean,
): MediaRange {
  const ranges = parseRanges(accept, format)
  if (ranges.length === 0) return { type: '*/*', parameters: new Map(), quality: 1 }
  const range = ranges.find((candidate) => candidate.quality > 0 && matches(candidate))
  if (range === undefined) throw notAcceptable(accept, format)
  return range
}

function hasKnownParameters(range: MediaRange): boolean {
  const metadata = range.parameters.get('odata.metadata') ?? range.parameters.get('metadata')
  if (metadata !== undefined && !['none', 'minimal', 'full'].includes(metadata)) return false
  return [...range.parameters.keys()].every((name) => JSON_PARAMETERS.has(name))
}

/** `$format` replaces `Accept` (URL Conventions §5.1.4). In order of preference, those of quality 0 last. */
function parseRanges(
  accept: string | undefined,
  format: string | undefined,
): readonly MediaRange[] {
  const text =
    format === undefined
      ? (accept ?? '')
      : (SHORT_FORMATS.get(format.trim().toLowerCase()) ?? format)
  return text
    .slice(0, ACCEPT_LENGTH_MAX)
    .split(',')
    .map(parseRange)
    .filter((range) => range.type !== '')
    .sort((a, b) => b.quality - a.quality)
}

function parseRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase())
  const pairs = rest
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const equals = part.indexOf('=')
      return equals < 0
        ? [part, '']
        : [
            part.slice(0, equals).trim(),
            part
              .slice(equals + 1)
              .trim()
              .replace(/^"|"$/g, ''),
          ]
    })
  const parameters = new Map(pairs)
  const quality = Number(parameters.get('q') ?? 1)
  parameters.delete('q')
  return { type, parameters, quality: Number.isNaN(quality) ? 1 : quality }
}

function notAcceptable(accept: string | undefined, format: string | undefined): HapiError {
  const asked = format ?? accept ?? ''
  return new HapiError(
    'NOT_ACCEPTABLE',
    { format: asked.slice(0, 100) },
    { target: format === undefined ? 'Accept' : '$format' },
  )
}
