/** Aggregate expressions: `Amount with sum as Total`, `$count as N`, and what may follow them (Data Aggregation 4.0 §3.2.1). */

import { endOfIdentifier, isBlank, isIdentifierPart } from './character-class.ts'
import type { AggregateFrom, AggregateItem, AggregationPath, Expression } from './syntax.ts'
import type { ParseExpression, TextCursor } from './text-cursor.ts'

const CLOSE = 41
const COMMA = 44
const DOT = 46
const SLASH = 47

/** Names of one data aggregation path; more would be more joins than any model has. */
const PATH_STEPS_MAX = 12

/** The words between an operand and its alias. */
type Word = 'as' | 'from' | 'with'

/**
 * One aggregate expression of the transformation `aggregate`, with its alias, or the operand of the
 * function of that name, which has none.
 */
export function parseAggregateItem(
  cursor: TextCursor,
  parseExpression: ParseExpression,
  form: 'transformation' | 'function',
): AggregateItem {
  cursor.skipBlanks()
  const { position } = cursor
  const operand = readOperand(cursor, parseExpression)
  const method =
    operand.kind !== 'count' && acceptWord(cursor, 'with') ? readMethod(cursor) : undefined
  if (operand.kind === 'expression' && operand.path === undefined && method === undefined)
    failWithout(cursor, 'with')
  const custom = operand.kind === 'expression' && method === undefined
  const from = readFrom(cursor, custom)
  const aliased = form === 'transformation' && acceptWord(cursor, 'as')
  // A custom aggregate is its own name, unless it was aggregated again.
  if (form === 'transformation' && !aliased && !(custom && from.length === 0))
    failWithout(cursor, 'as')
  const alias = aliased ? cursor.readIdentifier('name') : undefined
  const common = { alias, from, position }
  if (operand.kind === 'count') return { kind: 'count', path: operand.path, ...common }
  if (method === undefined) return { kind: 'custom', path: operand.path ?? [], ...common }
  return { kind: 'method', operand: operand.expression, method, ...common }
}

function failWithout(cursor: TextCursor, word: Word): never {
  cursor.skipBlanks()
  return cursor.fail(word)
}

type Operand =
  | { readonly kind: 'count'; readonly path: AggregationPath }
  | {
      readonly kind: 'expression'
      readonly expression: Expression
      /** Names alone, when it is nothing else. */
      readonly path: AggregationPath | undefined
    }

function readOperand(cursor: TextCursor, parseExpression: ParseExpression): Operand {
  if (acceptCount(cursor)) return { kind: 'count', path: [] }
  const type = endOfTypeName(cursor)
  if (type !== undefined) {
    const { position } = cursor
    const name = cursor.text.slice(cursor.index, type)
    cursor.index = type
    const expression: Expression = {
      kind: 'path',
      steps: [{ kind: 'name', name, position }],
      position,
    }
    return { kind: 'expression', expression, path: [name] }
  }
  const expression = parseExpression(cursor)
  const path = pathOf(expression)
  return path?.at(-1) === '$count'
    ? { kind: 'count', path: path.slice(0, -1) }
    : { kind: 'expression', expression, path }
}

function acceptCount(cursor: TextCursor): boolean {
  const end = cursor.index + '$count'.length
  const found =
    cursor.text.slice(cursor.index, end).toLowerCase() === '$count' &&
    !isIdentifierPart(cursor.text, end)
  if (found) cursor.index = end
  return found
}

/** A type's name alone is no expression, but what is cast to it can be aggregated. */
function endOfTypeName(cursor: TextCursor): number | undefined {
  const { text } = cursor
  let end = endOfIdentifier(text, cursor.index)
  let dots = 0
  while (end > cursor.index && text.charCodeAt(end) === DOT) {
    dots += 1
    const next = endOfIdentifier(text, end + 1)
    if (next === end + 1) return undefined
    end = next
  }
  return dots > 0 && isBlank(text.charCodeAt(end)) ? end : undefined
}

function pathOf(expression: Expression): AggregationPath | undefined {
  if (expression.kind !== 'path') return undefined
  const names: string[] = []
  for (const [index, step] of expression.steps.entries()) {
    const last = index === expression.steps.length - 1
    if (step.kind === 'name' && step.arguments === undefined) names.push(step.name)
    else if (step.kind === '$count' && last && step.options === undefined) names.push('$count')
    else return undefined
  }
  return names
}

/** `sum`, or a qualified name of a method of somebody's own. */
function readMethod(cursor: TextCursor): string {
  return cursor.readQualifiedName('sum, min, max, average, countdistinct')
}

/** `from a,b with average from c with max`: each takes up the values of the one before. */
function readFrom(cursor: TextCursor, custom: boolean): readonly AggregateFrom[] {
  const from: AggregateFrom[] = []
  while (acceptWord(cursor, 'from')) {
    const paths = parsePaths(cursor)
    const method = acceptWord(cursor, 'with') ? readMethod(cursor) : undefined
    if (method === undefined && !custom) failWithout(cursor, 'with')
    from.push({ paths, method })
    cursor.budget.countNode(cursor.option)
  }
  return from
}

function parsePaths(cursor: TextCursor): readonly AggregationPath[] {
  const paths: AggregationPath[] = []
  do {
    cursor.skipBlanks()
    paths.push(parseAggregationPath(cursor))
    cursor.budget.checkItems(paths.length, cursor.budget.limits.groupingsMax, 'from')
  } while (acceptComma(cursor))
  return paths
}

/** Names joined by slashes, whose last is no type's. */
export function parseAggregationPath(cursor: TextCursor): AggregationPath {
  const path: string[] = []
  do {
    path.push(cursor.readQualifiedName('name'))
    cursor.budget.checkItems(path.length, PATH_STEPS_MAX, '/')
  } while (acceptSlash(cursor))
  if (path.at(-1)?.includes('.') === true) cursor.fail('/')
  return path
}

function acceptSlash(cursor: TextCursor): boolean {
  if (cursor.code !== SLASH) return false
  cursor.index++
  return true
}

function acceptComma(cursor: TextCursor): boolean {
  const next = cursor.afterBlanks(cursor.index)
  if (cursor.text.charCodeAt(next) !== COMMA) return false
  cursor.index = next + 1
  return true
}

/** Steps over a word in any letter case that has blanks on both sides, with those after it. */
function acceptWord(cursor: TextCursor, word: Word): boolean {
  const start = cursor.afterBlanks(cursor.index)
  const end = start + word.length
  const { text } = cursor
  if (text.slice(start, end).toLowerCase() !== word || !isBlank(text.charCodeAt(end))) return false
  // `)with` is none: expressions end with their parenthesis, and blanks may be left out after it.
  if (
    start === cursor.index &&
    !isBlank(text.charCodeAt(start - 1)) &&
    text.charCodeAt(start - 1) !== CLOSE
  )
    return false
  cursor.index = cursor.afterBlanks(end)
  return true
}
