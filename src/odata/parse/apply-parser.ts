/** `$apply`: transformations, one after the other (Data Aggregation 4.0 §3). */

import { HapiError } from '../../errors/hapi-error.ts'
import { parseAggregateItem, parseAggregationPath } from './aggregate-parser.ts'
import { endOfIdentifier, isDigit } from './character-class.ts'
import { parseExpression } from './expression-parser.ts'
import { parseCompute, parseOrderBy } from './item-list-parser.ts'
import { parseUnnamedLiteral } from './literal-parser.ts'
import { parseSearch } from './search-parser.ts'
import {
  type AggregationPath,
  type GroupingElement,
  rankedMethods,
  type Transformation,
} from './syntax.ts'
import type { TextCursor } from './text-cursor.ts'

const OPEN = 40
const CLOSE = 41
const COMMA = 44
const SLASH = 47

/** Names of the transformations that this service offers, as the standard spells them. */
export const offeredTransformations = [
  'aggregate',
  'groupby',
  'concat',
  'filter',
  'search',
  'compute',
  'orderby',
  'top',
  'skip',
  ...rankedMethods,
  'identity',
] as const

/** Those of the standard that it does not: known, so 501 and not 400. */
const unofferedTransformations = [
  'addnested',
  'nest',
  'join',
  'outerjoin',
  'ancestors',
  'descendants',
  'traverse',
] as const

type TransformationName = (typeof offeredTransformations)[number]

const EXPECTED = offeredTransformations.join(', ')

/** Reads a sequence as far as it goes. */
export function parseApply(cursor: TextCursor): readonly Transformation[] {
  const sequence: Transformation[] = []
  cursor.budget.enter(cursor.option)
  do {
    cursor.skipBlanks()
    sequence.push(parseTransformation(cursor))
    cursor.budget.countTransformation(cursor.option)
    cursor.skipBlanks()
  } while (cursor.accept(SLASH))
  cursor.budget.leave()
  return sequence
}

function parseTransformation(cursor: TextCursor): Transformation {
  const { position } = cursor
  const name = readName(cursor)
  if (name === 'identity') return { kind: 'identity', position }
  cursor.skipBlanks()
  if (cursor.code !== OPEN) cursor.fail('(')
  cursor.index++
  cursor.skipBlanks()
  const made = parseArgumentsOf(cursor, name, position)
  expectClose(cursor)
  return made
}

function readName(cursor: TextCursor): TransformationName {
  const start = cursor.index
  const written = cursor.readQualifiedName(EXPECTED)
  const name = written.toLowerCase()
  const offered = offeredTransformations.find((candidate) => candidate === name)
  if (offered !== undefined) return offered
  if (name.includes('.') || unofferedTransformations.some((candidate) => candidate === name))
    throw notImplemented(cursor, `${written}(…)`)
  return cursor.failAt(start, EXPECTED)
}

function notImplemented(cursor: TextCursor, feature: string): HapiError {
  return new HapiError('NOT_IMPLEMENTED', { feature }, { target: cursor.option })
}

function expectClose(cursor: TextCursor): void {
  cursor.skipBlanks()
  if (cursor.code !== CLOSE) cursor.fail(')')
  cursor.index++
}

function parseArgumentsOf(
  cursor: TextCursor,
  name: Exclude<TransformationName, 'identity'>,
  position: number,
): Transformation {
  switch (name) {
    case 'aggregate':
      return { kind: name, items: parseAggregates(cursor), position }
    case 'groupby':
      return { kind: name, ...parseGroupBy(cursor), position }
    case 'concat':
      return { kind: name, sequences: parseSequences(cursor), position }
    case 'filter':
      return { kind: name, condition: parseExpression(cursor), position }
    case 'search':
      return { kind: name, search: parseSearch(cursor), position }
    case 'compute':
      return { kind: name, items: parseCompute(cursor), position }
    case 'orderby':
      return { kind: name, items: parseOrderBy(cursor), position }
    case 'top':
    case 'skip':
      return { kind: name, rows: parseRows(cursor), position }
    case 'topcount':
    case 'topsum':
    case 'toppercent':
    case 'bottomcount':
    case 'bottomsum':
    case 'bottompercent': {
      const amount = parseExpression(cursor)
      cursor.expect(COMMA)
      return { kind: 'ranked', method: name, amount, by: parseExpression(cursor), position }
    }
  }
}

function parseAggregates(
  cursor: TextCursor,
): Extract<Transformation, { kind: 'aggregate' }>['items'] {
  const items = []
  do {
    items.push(parseAggregateItem(cursor, parseExpression, 'transformation'))
    cursor.budget.countAggregate(cursor.option)
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  return items
}

function parseSequences(cursor: TextCursor): readonly (readonly Transformation[])[] {
  const sequences = [parseApply(cursor)]
  cursor.skipBlanks()
  if (cursor.code !== COMMA) cursor.fail(',')
  while (cursor.accept(COMMA)) {
    sequences.push(parseApply(cursor))
    cursor.skipBlanks()
  }
  return sequences
}

function parseGroupBy(
  cursor: TextCursor,
): Pick<Extract<Transformation, { kind: 'groupby' }>, 'elements' | 'sequence'> {
  const { budget } = cursor
  if (cursor.code !== OPEN) cursor.fail('(')
  cursor.index++
  const elements: GroupingElement[] = []
  do {
    cursor.skipBlanks()
    elements.push(parseElement(cursor))
    budget.checkItems(elements.length, budget.limits.groupingsMax, 'groupby')
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  expectClose(cursor)
  cursor.skipBlanks()
  return { elements, sequence: cursor.accept(COMMA) ? parseApply(cursor) : [] }
}

function parseElement(cursor: TextCursor): GroupingElement {
  const { position, text, index } = cursor
  const end = endOfIdentifier(text, index)
  const word = text.slice(index, end).toLowerCase()
  const called = text.charCodeAt(cursor.afterBlanks(end)) === OPEN
  if (called && word === 'rolluprecursive') throw notImplemented(cursor, 'rolluprecursive(…)')
  if (!called || word !== 'rollup')
    return { kind: 'path', path: parseAggregationPath(cursor), position }
  cursor.index = cursor.afterBlanks(end) + 1
  cursor.skipBlanks()
  const all = acceptAll(cursor)
  const levels = parseLevels(cursor, all)
  expectClose(cursor)
  // One name alone is the qualifier of an annotation with levels; the metadata have none.
  if (levels.length === 1 && !all)
    throw notImplemented(cursor, `rollup(${levels[0]?.join('/') ?? ''})`)
  return { kind: 'rollup', all, levels, position }
}

/** `$all`, the level above all others, which drafts of the standard had and clients send. */
function acceptAll(cursor: TextCursor): boolean {
  const end = cursor.index + '$all'.length
  if (cursor.text.slice(cursor.index, end).toLowerCase() !== '$all') return false
  cursor.index = end
  cursor.skipBlanks()
  if (!cursor.accept(COMMA)) cursor.fail(',')
  return true
}

function parseLevels(cursor: TextCursor, all: boolean): readonly AggregationPath[] {
  const { budget } = cursor
  const levels: AggregationPath[] = []
  do {
    cursor.skipBlanks()
    levels.push(parseAggregationPath(cursor))
    budget.checkItems(levels.length, budget.limits.groupingsMax, all ? 'rollup($all)' : 'rollup')
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  return levels
}

/** The number is a literal, so that all pages share one statement. */
function parseRows(cursor: TextCursor): number {
  const { index } = cursor
  const literal = isDigit(cursor.code) ? parseUnnamedLiteral(cursor) : undefined
  if (literal === undefined || !/^\d{1,9}$/.test(cursor.text.slice(index, cursor.index)))
    return cursor.failAt(index, '0…999999999')
  return literal
}
