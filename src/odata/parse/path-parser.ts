/**
 * The resource path (ABNF §1): segments with their keys and parameters.
 *
 * The raw path is split first and decoded piece by piece, so that an encoded slash is text.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import { parseArguments } from './argument-parser.ts'
import { endOfIdentifier } from './character-class.ts'
import { parseExpression } from './expression-parser.ts'
import { parsePrimitiveLiteral } from './literal-parser.ts'
import type { ParseBudget } from './parse-budget.ts'
import { decodePathText } from './percent-decoding.ts'
import type { Arguments, Expression, Literal, PathSegment } from './syntax.ts'
import { END, TextCursor, wholeCharacters } from './text-cursor.ts'

const DOLLAR = 36
const OPEN = 40
const CLOSE = 41
const AT = 64

const PATH = 'path'

export interface ParsedPath {
  readonly segments: readonly PathSegment[]
  readonly shape: string
}

/** Segment names that begin with `$`, and whether another segment may follow. */
const systemSegments: ReadonlyMap<string, { readonly last: boolean }> = new Map([
  ['$count', { last: true }],
  ['$value', { last: true }],
  ['$ref', { last: true }],
  ['$metadata', { last: true }],
  ['$batch', { last: true }],
  ['$query', { last: true }],
  ['$all', { last: false }],
  ['$entity', { last: false }],
  ['$crossjoin', { last: false }],
  ['$filter', { last: false }],
  ['$each', { last: false }],
])

/** @throws {HapiError} SYNTAX_ERROR, MALFORMED_URL, UNKNOWN_SEGMENT */
export function parsePath(path: string, literals: Literal[], budget: ParseBudget): ParsedPath {
  const segments: PathSegment[] = []
  let shape = ''
  let firstPosition = 1
  let last = false
  for (const raw of splitPath(path)) {
    const text = decodePathText(raw)
    const cursor = new TextCursor(text, PATH, { literals, budget, firstPosition })
    if (last) cursor.fail(END)
    const before = segments.length
    parseSegment(cursor, segments)
    budget.checkItems(segments.length, budget.limits.pathSegmentsMax, PATH)
    const segment = segments[before]
    last = segment?.kind === 'system' && systemSegments.get(segment.name)?.last === true
    shape += `/${cursor.shape}`
    firstPosition += text.length + 1
  }
  return { segments, shape }
}

/** Splits at slashes that stand in no parentheses, or in a string, where the grammar wants them encoded. */
function splitPath(path: string): readonly string[] {
  const start = path.startsWith('/') ? 1 : 0
  const end = path.endsWith('/') ? path.length - 1 : path.length
  if (end <= start) return []
  const text = path.slice(start, end)
  // Without parentheses nothing can hold a slash.
  if (!/[(%]/.test(text)) return text.split('/')
  return splitOutsideParentheses(text)
}

function splitOutsideParentheses(text: string): readonly string[] {
  const segments: string[] = []
  let from = 0
  let depth = 0
  let quoted = false
  for (const token of text.matchAll(/[/()']|%2[789]/g)) {
    switch (token[0]) {
      case '/':
        if (depth > 0 && !quoted) break
        segments.push(text.slice(from, token.index))
        from = token.index + 1
        depth = 0
        quoted = false
        break
      case '(':
      case '%28':
        if (!quoted) depth++
        break
      case ')':
      case '%29':
        if (!quoted && depth > 0) depth--
        break
      default:
        // A quote opens a string only where a key can stand: `O'Neil` is a segment.
        if (depth > 0) quoted = !quoted
    }
  }
  segments.push(text.slice(from))
  return segments
}

function parseSegment(cursor: TextCursor, segments: PathSegment[]): void {
  if (cursor.code === DOLLAR) {
    segments.push(parseSystemSegment(cursor, segments.at(-1)))
    if (cursor.isAt(OPEN) && segments.at(-1)?.kind === 'system')
      segments.push(parseKeyAfterCall(cursor))
    cursor.expectEnd(`/ ${END}`)
    return
  }
  const { position } = cursor
  const end = endOfQualifiedName(cursor.text)
  const next = cursor.text.charCodeAt(end)
  if (end === 0 || (end < cursor.text.length && next !== OPEN)) {
    segments.push(parseKeySegment(cursor, segments.length === 0))
    return
  }
  const name = cursor.text.slice(0, end)
  cursor.index = end
  if (cursor.atEnd) {
    segments.push({ kind: 'name', name, position })
    return
  }
  segments.push({ kind: 'name', name, arguments: parseArguments(cursor, parsePathValue), position })
  if (cursor.code === OPEN) segments.push(parseKeyAfterCall(cursor))
  cursor.expectEnd(`/ ${END}`)
}

function endOfQualifiedName(text: string): number {
  let end = endOfIdentifier(text, 0)
  while (end > 0 && text.charCodeAt(end) === 46) {
    const next = endOfIdentifier(text, end + 1)
    if (next === end + 1) return end
    end = next
  }
  return end
}

/** A value in a path is a literal or an alias; expressions belong into the query. */
function parsePathValue(cursor: TextCursor): Expression {
  cursor.skipBlanks()
  const { position } = cursor
  if (cursor.code === AT) {
    cursor.index++
    return { kind: 'alias', name: cursor.readIdentifier('@name'), position }
  }
  const literal = parsePrimitiveLiteral(cursor)
  if (literal === undefined) return cursor.fail('literal, @name')
  return { kind: 'literal', literal, position }
}

/** `Function(p=1)(2)`, `$filter(…)(2)`: the key of one of the entities before it, as `…/2` would be. */
function parseKeyAfterCall(cursor: TextCursor): PathSegment {
  const { position } = cursor
  const key = parseArguments(cursor, parsePathValue)
  const value = key.kind === 'positional' && key.values.length === 1 ? key.values[0] : undefined
  if (value?.kind !== 'literal')
    throw new HapiError('NOT_IMPLEMENTED', { feature: '…(…)(key=…)' }, { target: PATH })
  return { kind: 'literal', literal: value.literal, position }
}

/** Key-as-segment (§4.3.6): the whole text is the key. */
function parseKeySegment(cursor: TextCursor, first: boolean): PathSegment {
  const { text, position } = cursor
  if (first || text === '') return cursor.fail('name')
  cursor.index = text.length
  return { kind: 'literal', literal: cursor.addLiteral('segment', text, 0), position }
}

function parseSystemSegment(cursor: TextCursor, before: PathSegment | undefined): PathSegment {
  const { text, position } = cursor
  const end = endOfIdentifier(text, 1)
  const name = text.slice(0, end).toLowerCase()
  if (!systemSegments.has(name)) throw unknownSegment(text, before)
  cursor.index = end
  const given = parseSystemArguments(cursor, name)
  if (given === undefined) cursor.expectEnd(`/ ${END}`)
  return given === undefined
    ? { kind: 'system', name, position }
    : { kind: 'system', name, arguments: given, position }
}

function parseSystemArguments(cursor: TextCursor, name: string): Arguments | undefined {
  if (name !== '$filter' && name !== '$crossjoin') return undefined
  if (cursor.code !== OPEN) cursor.fail('(')
  if (name === '$crossjoin') return parseArguments(cursor, parseSetName)
  cursor.index++
  const predicate = parseExpression(cursor)
  cursor.skipBlanks()
  if (!cursor.isAt(CLOSE)) cursor.fail(')')
  cursor.index++
  return { kind: 'positional', values: [predicate] }
}

function parseSetName(cursor: TextCursor): Expression {
  cursor.skipBlanks()
  const { position } = cursor
  const name = cursor.readIdentifier('name')
  return { kind: 'path', steps: [{ kind: 'name', name, position }], position }
}

/** Characters of an unknown segment that the error repeats. */
const EXCERPT_LENGTH_MAX = 40

function unknownSegment(text: string, before: PathSegment | undefined): HapiError {
  const segment = wholeCharacters(text.slice(0, EXCERPT_LENGTH_MAX))
  return new HapiError(
    'UNKNOWN_SEGMENT',
    {
      segment,
      type: before !== undefined && 'name' in before ? before.name : '/',
      nearest: nearestHint(text, systemSegments.keys()),
    },
    { target: segment },
  )
}
