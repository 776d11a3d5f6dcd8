/** Paths in expressions: properties, navigation, casts, bound functions, `$count`, `any`, `all` (ABNF §4). */

import { parseAggregateItem } from './aggregate-parser.ts'
import { parseArguments } from './argument-parser.ts'
import { endOfIdentifier } from './character-class.ts'
import { parseCountOptions } from './count-options-parser.ts'
import type { Expression, PathStep, Position } from './syntax.ts'
import type { ParseExpression, TextCursor } from './text-cursor.ts'

const HASH = 35
const DOLLAR = 36
const OPEN = 40
const CLOSE = 41
const SLASH = 47
const COLON = 58
const AT = 64

/** Reads `/step` as long as there are any, after the first step. */
export function parsePathFrom(
  cursor: TextCursor,
  first: PathStep,
  parseExpression: ParseExpression,
): Expression {
  const { budget } = cursor
  const steps = [first]
  while (cursor.code === SLASH) {
    cursor.index++
    steps.push(parseStep(cursor, parseExpression))
    budget.checkItems(steps.length, budget.limits.pathSegmentsMax, '/')
  }
  return { kind: 'path', steps, position: first.position }
}

function parseStep(cursor: TextCursor, parseExpression: ParseExpression): PathStep {
  const { position } = cursor
  switch (cursor.code) {
    case DOLLAR:
      return parseSystemStep(cursor, parseExpression)
    case AT:
      return parseAnnotation(cursor)
    default: {
      const name = cursor.readQualifiedName('name')
      return parseNameStep(cursor, name, position, parseExpression)
    }
  }
}

/** The cursor stands after `name`; parentheses may follow. */
export function parseNameStep(
  cursor: TextCursor,
  name: string,
  position: Position,
  parseExpression: ParseExpression,
): PathStep {
  const next = cursor.afterBlanks(cursor.index)
  if (cursor.text.charCodeAt(next) !== OPEN) return { kind: 'name', name, position }
  cursor.index = next
  const word = name.length === 3 ? name.toLowerCase() : name
  if (name.toLowerCase() === 'aggregate') return parseAggregate(cursor, position, parseExpression)
  if (word === 'any' || word === 'all') return parseLambda(cursor, word, position, parseExpression)
  cursor.budget.enterFunction(cursor.option)
  const given = parseArguments(cursor, parseExpression)
  cursor.budget.leaveFunction()
  return { kind: 'name', name, arguments: given, position }
}

/** `aggregate(Amount with sum)`: of what the path leads to. */
function parseAggregate(
  cursor: TextCursor,
  position: Position,
  parseExpression: ParseExpression,
): PathStep {
  cursor.budget.enterFunction(cursor.option)
  cursor.budget.countAggregate(cursor.option)
  cursor.index++
  const item = parseAggregateItem(cursor, parseExpression, 'function')
  cursor.skipBlanks()
  if (cursor.code !== CLOSE) cursor.fail(')')
  cursor.index++
  cursor.budget.leaveFunction()
  return { kind: 'aggregate', item, position }
}

/** `any(x:predicate)`; `any()` asks whether there is one at all. */
function parseLambda(
  cursor: TextCursor,
  kind: 'any' | 'all',
  position: Position,
  parseExpression: ParseExpression,
): PathStep {
  cursor.index++
  cursor.skipBlanks()
  if (kind === 'any' && cursor.code === CLOSE) {
    cursor.index++
    cursor.budget.countNode(cursor.option)
    return { kind, position }
  }
  cursor.budget.enterLambda(cursor.option)
  const variable = cursor.readIdentifier('variable:')
  cursor.expect(COLON)
  const predicate = parseExpression(cursor)
  cursor.skipBlanks()
  if (cursor.code !== CLOSE) cursor.fail(')')
  cursor.index++
  cursor.budget.leaveLambda()
  return { kind, variable, predicate, position }
}

const systemSteps = ['$it', '$root', '$this', '$these', '$value', '$ref', '$count'] as const

/** Reads a step that begins with `$`, in any letter case. */
export function parseSystemStep(cursor: TextCursor, parseExpression: ParseExpression): PathStep {
  const { position, text, index } = cursor
  const end = endOfIdentifier(text, index + 1)
  const word = text.slice(index, end).toLowerCase()
  if (word === '$filter') return parseFilterStep(cursor, end, parseExpression)
  const kind = systemSteps.find((step) => step === word)
  if (kind === undefined) cursor.fail(systemSteps.join(', '))
  cursor.index = end
  if (kind !== '$count') return { kind, position }
  const next = cursor.afterBlanks(end)
  if (text.charCodeAt(next) !== OPEN) return { kind, position }
  cursor.index = next
  return { kind, options: parseCountOptions(cursor, parseExpression), position }
}

/** `$filter(…)`, a key may follow (URL Conventions 4.01 §4.12). */
function parseFilterStep(
  cursor: TextCursor,
  end: number,
  parseExpression: ParseExpression,
): PathStep {
  const { position } = cursor
  cursor.index = end
  if (cursor.code !== OPEN) cursor.fail('(')
  cursor.budget.enter(cursor.option)
  cursor.index++
  const predicate = parseExpression(cursor)
  cursor.skipBlanks()
  if (!cursor.isAt(CLOSE)) cursor.fail(')')
  cursor.index++
  cursor.budget.leave()
  if (!cursor.isAt(OPEN)) return { kind: '$filter', predicate, position }
  return { kind: '$filter', predicate, key: parseArguments(cursor, parseExpression), position }
}

/** `@Core.Description`, `@Currency#Reporting`. */
export function parseAnnotation(cursor: TextCursor): Extract<PathStep, { kind: 'annotation' }> {
  const { position } = cursor
  cursor.index++
  let name = cursor.readQualifiedName('@name')
  if (cursor.code === HASH) {
    cursor.index++
    name += `#${cursor.readIdentifier('#name')}`
  }
  return { kind: 'annotation', name, position }
}
