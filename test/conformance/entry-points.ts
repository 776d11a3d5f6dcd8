/** ABNF rule → the part of the parser that reads it. Throws what the parser throws; returns when the whole input is read. */

import { HapiError } from '../../src/errors/hapi-error.ts'
import { negotiateVersion } from '../../src/http/odata/negotiation.ts'
import { readPreferences } from '../../src/http/odata/preferences.ts'
import { endOfIdentifier } from '../../src/odata/parse/character-class.ts'
import { parseWholeExpression } from '../../src/odata/parse/expression-parser.ts'
import { readJsonString } from '../../src/odata/parse/json-parser.ts'
import { defaultParseLimits } from '../../src/odata/parse/limits.ts'
import { parsePrimitiveLiteral } from '../../src/odata/parse/literal-parser.ts'
import { ParseBudget } from '../../src/odata/parse/parse-budget.ts'
import { decodeQueryText } from '../../src/odata/parse/percent-decoding.ts'
import { parseRequest } from '../../src/odata/parse/request-parser.ts'
import { parseSearch } from '../../src/odata/parse/search-parser.ts'
import type { Expression, Literal, LiteralKind } from '../../src/odata/parse/syntax.ts'
import { TextCursor } from '../../src/odata/parse/text-cursor.ts'

type EntryPoint = (input: string) => void

function open(text: string): { readonly cursor: TextCursor; readonly literals: Literal[] } {
  const literals: Literal[] = []
  const budget = new ParseBudget(defaultParseLimits)
  return { cursor: new TextCursor(text, 'input', { literals, budget }), literals }
}

/** As a rule that the input does not match: the same refusal as the parser's own. */
function refuse(input: string, expected: string): never {
  return open(input).cursor.fail(expected)
}

const relativeUri: EntryPoint = (input) => {
  const [path = '', ...query] = input.split('?')
  parseRequest(`/${path}`, query.join('?'), defaultParseLimits)
}

/** Where the roots of the cases' services end; what follows is ours to read. */
const serviceRoot =
  /^https?:\/\/[^/]+\/(?:MyService\/|OData\/OData\.svc\/|service\/|Model\.Container\/)?/

const absoluteUri: EntryPoint = (input) => {
  const root = serviceRoot.exec(input)?.[0] ?? refuse(input, 'http://')
  relativeUri(input.slice(root.length))
}

const queryOptions: EntryPoint = (input) => {
  parseRequest('/Products', input, defaultParseLimits)
}

/** A rule for one option: the input must be that option and nothing else. */
function option(...names: readonly string[]): EntryPoint {
  return (input) => {
    const name = input.slice(0, input.indexOf('=')).trim().toLowerCase().replace('$', '')
    if (input.includes('&') || !names.includes(name)) refuse(input, names.join(', '))
    queryOptions(input)
  }
}

function readExpression(text: string): Expression {
  return parseWholeExpression(open(text).cursor)
}

const expression: EntryPoint = (input) => {
  readExpression(decodeQueryText(input.replaceAll('+', '%2B')))
}

function expressionOf(kind: Expression['kind']): EntryPoint {
  return (input) => {
    const found = readExpression(decodeQueryText(input))
    if (found.kind !== kind && !(found.kind === 'call' && kind === 'path')) refuse(input, kind)
  }
}

/** A literal of one of the kinds, percent-encoded as in a URL. */
function literal(...kinds: readonly LiteralKind[]): EntryPoint {
  return (input) => literalValue(...kinds)(decodeQueryText(input))
}

/** The same without percent-encoding, as in payloads. */
function literalValue(...kinds: readonly LiteralKind[]): EntryPoint {
  return (input) => {
    const { cursor, literals } = open(input)
    if (parsePrimitiveLiteral(cursor) === undefined) cursor.fail('literal')
    cursor.expectEnd('∅')
    const kind = literals[0]?.kind
    if (kinds.length > 0 && (kind === undefined || !kinds.includes(kind)))
      refuse(input, kinds.join(', '))
  }
}

/** A value that stands unquoted in payloads and quoted with a prefix in URLs. */
function quotedAs(prefix: string): EntryPoint {
  return (input) => literalValue()(`${prefix}'${input}'`)
}

const identifier: EntryPoint = (input) => {
  if (endOfIdentifier(input, 0) !== input.length) refuse(input, 'identifier')
}

const search: EntryPoint = (input) => {
  const { cursor } = open(decodeQueryText(input))
  parseSearch(cursor)
  cursor.expectEnd('∅')
}

/** One preference: read, if anything is known of the request after it. */
const preference: EntryPoint = (input) => {
  const known = readPreferences(input)
  const isRead = Object.values({ ...known, prefixed: undefined }).some(
    (value) => value !== undefined && value !== false,
  )
  const isDeclined = known.continueOnError === false
  if (!isRead && !isDeclined) refuse(input, 'preference')
}

/** A header with its name, of those that say the version. */
const versionHeader: EntryPoint = (input) => {
  const [name = '', version] = input.split(':')
  const header = name.toLowerCase()
  if (header === 'odata-maxversion') negotiateVersion({ odataMaxVersion: version })
  else if (header === 'odata-version') negotiateVersion({ odataVersion: version })
  else refuse(input, 'odata-version')
}

const number = literalValue('integer', 'decimal', 'double')
const numberInUrl = literal('integer', 'decimal', 'double')
const geo = literal()

const entryPoints: Readonly<Record<string, EntryPoint>> = {
  odataUri: absoluteUri,
  odataRelativeUri: relativeUri,
  resourcePath: (input) => {
    if (input.includes('?')) refuse(input, '/')
    relativeUri(input)
  },
  queryOptions,
  systemQueryOption: option('schemaversion'),
  customQueryOption: queryOptions,
  filter: option('filter'),
  orderby: option('orderby'),
  select: option('select'),
  expand: option('expand'),
  compute: option('compute'),
  search: option('search'),
  skiptoken: option('skiptoken'),
  deltatoken: option('deltatoken'),
  searchexpr: search,
  commonexpr: expression,
  boolcommonexpr: expression,
  notexpr: expressionOf('unary'),
  isofexpr: expressionOf('call'),
  firstmemberexpr: expressionOf('path'),
  propertypathexpr: expressionOf('path'),
  anyexpr: (input) => expression(`Items/${input}`),
  functionparameter: (input) => relativeUri(`Products/Model.Function(${input})`),
  preference,
  prefer: (input) => preference(input.slice(input.indexOf(':') + 1)),
  maxpagesizepreference: preference,
  header: versionHeader,
  entitysetname: identifier,
  odataidentifier: identifier,
  primitiveliteral: literal(),
  primitivevalue: literalValue(),
  null: literal('null'),
  boolean: literal('boolean'),
  booleanvalue: literalValue('boolean'),
  binaryliteral: literal('binary'),
  date: literal('date'),
  datevalue: literalValue('date'),
  datetimeoffsetliteral: literal('dateTimeOffset'),
  datetimeoffsetvalue: literalValue('dateTimeOffset'),
  datetimeoffsetvalueinurl: literal('dateTimeOffset'),
  timeofdayliteral: literal('timeOfDay'),
  timeofdayvalue: literalValue('timeOfDay'),
  durationliteral: literal('duration', 'string'),
  durationvalue: quotedAs('duration'),
  guid: literal('guid'),
  stringliteral: literal('string'),
  enumliteral: literal('enum', 'string'),
  enumvalue: quotedAs('Sales.Pattern'),
  decimalliteral: numberInUrl,
  doubleliteral: numberInUrl,
  singleliteral: numberInUrl,
  sbyteliteral: numberInUrl,
  int16literal: numberInUrl,
  int32literal: numberInUrl,
  int64literal: numberInUrl,
  decimalvalue: number,
  doublevalue: number,
  singlevalue: number,
  bytevalue: number,
  sbytevalue: number,
  int16value: number,
  int32value: number,
  int64value: number,
  stringinurl: (input) => {
    const { cursor } = open(decodeQueryText(input))
    readJsonString(cursor)
    cursor.expectEnd('∅')
  },
  geographycollection: geo,
  geographylinestring: geo,
  geographymultilinestring: geo,
  geographymultipoint: geo,
  geographymultipolygon: geo,
  geographypoint: geo,
  geographypolygon: geo,
  geometrycollection: geo,
  geometrylinestring: geo,
  geometrymultilinestring: geo,
  geometrymultipoint: geo,
  geometrymultipolygon: geo,
  geometrypoint: geo,
  geometrypolygon: geo,
}

export type Outcome = 'accepted' | 'refused' | 'not implemented' | 'no entry point'

/** What the parser makes of a case. Anything but a `HapiError` is a bug and is thrown on. */
export function outcomeOf(rule: string, input: string): Outcome {
  const entry = entryPoints[rule] ?? entryPoints[rule.toLowerCase()]
  if (entry === undefined) return 'no entry point'
  try {
    entry(input)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    if (error.status === 501) return 'not implemented'
    if (error.status >= 400 && error.status < 500) return 'refused'
    throw error
  }
}
