/**
 * Expressions of `$filter`, `$orderby`, `$compute` and parameter values: `commonExpr` (ABNF §4).
 *
 * Tolerant as 4.01 asks: words in any letter case, blanks anywhere. Chains of operators are read in
 * a loop and everything that nests is counted, so that the stack holds whatever comes.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { parseCall } from './call-parser.ts'
import { endOfIdentifier, isBlank } from './character-class.ts'
import { parseArray, parseObject, readJsonString } from './json-parser.ts'
import { parseNamedLiteral, parseUnnamedLiteral } from './literal-parser.ts'
import {
  parseAnnotation,
  parseNameStep,
  parsePathFrom,
  parseSystemStep,
} from './member-path-parser.ts'
import { OPERATORS_EXPECTED, peekOperator, UNARY_OPERAND_PRECEDENCE } from './operator-table.ts'
import type { Expression } from './syntax.ts'
import type { TextCursor } from './text-cursor.ts'

const DOUBLE_QUOTE = 34
const DOLLAR = 36
const HASH = 35
const OPEN = 40
const CLOSE = 41
const COMMA = 44
const MINUS = 45
const DOT = 46
const SLASH = 47
const AT = 64
const OPEN_BRACKET = 91
const OPEN_BRACE = 123

const OPERAND_EXPECTED = 'name, literal, (, not, -'

/** Reads one expression, with the blanks before it, as far as it goes. */
export function parseExpression(cursor: TextCursor): Expression {
  return parseBinary(cursor, 1)
}

/** Reads an expression that must fill the rest of the text. */
export function parseWholeExpression(cursor: TextCursor): Expression {
  const expression = parseExpression(cursor)
  cursor.expectEnd(OPERATORS_EXPECTED)
  return expression
}

/** Reads the whole value of a parameter alias: an expression, or a list in parentheses for `in`. */
export function parseAliasValue(cursor: TextCursor): Expression {
  cursor.skipBlanks()
  if (!cursor.isAt(OPEN)) return parseWholeExpression(cursor)
  const list = parseList(cursor)
  const [only] = list.items
  // One item in parentheses is an expression, with which a longer one may begin.
  const value =
    list.items.length === 1 && only !== undefined ? continueBinary(cursor, only, 1) : list
  cursor.expectEnd(OPERATORS_EXPECTED)
  return value
}

/** Operators that bind at least as tightly as `precedence`, from left to right. */
function parseBinary(cursor: TextCursor, precedence: number): Expression {
  return continueBinary(cursor, parseUnary(cursor), precedence)
}

function continueBinary(cursor: TextCursor, first: Expression, precedence: number): Expression {
  let left = first
  for (;;) {
    cursor.skipBlanks()
    const operator = peekOperator(cursor)
    if (operator === undefined || operator.precedence < precedence) return left
    const { position } = cursor
    cursor.index += operator.length
    cursor.skipBlanks()
    cursor.budget.countNode(cursor.option)
    const right =
      operator.name === 'in'
        ? parseListOperand(cursor)
        : parseBinary(cursor, operator.precedence + 1)
    left = { kind: 'binary', operator: operator.name, left, right, position }
  }
}

function parseUnary(cursor: TextCursor): Expression {
  cursor.skipBlanks()
  const { position } = cursor
  const literal = parseUnnamedLiteral(cursor)
  if (literal !== undefined) return { kind: 'literal', literal, position }
  if (cursor.code === MINUS) return parseOperand(cursor, 'negate', 1)
  if (isNot(cursor)) return parseOperand(cursor, 'not', 3)
  return parsePrimary(cursor)
}

function isNot(cursor: TextCursor): boolean {
  const { text, index } = cursor
  if ((text.charCodeAt(index) | 32) !== 110) return false
  const next = text.charCodeAt(index + 3)
  return (isBlank(next) || next === OPEN) && text.slice(index, index + 3).toLowerCase() === 'not'
}

function parseOperand(
  cursor: TextCursor,
  operator: 'not' | 'negate',
  operatorLength: number,
): Expression {
  const { position } = cursor
  cursor.budget.countNode(cursor.option)
  cursor.budget.enter(cursor.option)
  cursor.index += operatorLength
  const operand = parseBinary(cursor, UNARY_OPERAND_PRECEDENCE)
  cursor.budget.leave()
  return { kind: 'unary', operator, operand, position }
}

function parsePrimary(cursor: TextCursor): Expression {
  switch (cursor.code) {
    case OPEN:
      return parseParentheses(cursor)
    case AT:
      return parseAlias(cursor)
    case DOLLAR:
      return parseVariablePath(cursor)
    case OPEN_BRACKET:
      return parseArray(cursor, parseExpression)
    case OPEN_BRACE:
      return parseObject(cursor, parseExpression)
    case DOUBLE_QUOTE:
      if (cursor.jsonDepth > 0) return parseJsonString(cursor)
      return cursor.fail(`'…'`)
    default:
      return parseNamed(cursor)
  }
}

function parseParentheses(cursor: TextCursor): Expression {
  cursor.budget.enter(cursor.option)
  cursor.index++
  const inner = parseExpression(cursor)
  cursor.skipBlanks()
  if (!cursor.isAt(CLOSE)) cursor.fail(`), ${OPERATORS_EXPECTED}`)
  cursor.index++
  cursor.budget.leave()
  return inner
}

function parseJsonString(cursor: TextCursor): Expression {
  const { index, position } = cursor
  const literal = cursor.addLiteral('string', readJsonString(cursor), index)
  return { kind: 'literal', literal, position }
}

/** The right side of `in`: a list in parentheses, or whatever is a collection. */
function parseListOperand(cursor: TextCursor): Expression {
  return cursor.isAt(OPEN) ? parseList(cursor) : parseBinary(cursor, UNARY_OPERAND_PRECEDENCE + 1)
}

function parseList(cursor: TextCursor): Extract<Expression, { kind: 'list' }> {
  const { position, budget } = cursor
  budget.enter(cursor.option)
  cursor.index++
  cursor.skipBlanks()
  const items: Expression[] = []
  while (!cursor.isAt(CLOSE)) {
    if (items.length > 0) {
      if (!isListItem(items[0]) || !cursor.accept(COMMA)) cursor.fail(', )')
    }
    const start = cursor.index
    const item = parseExpression(cursor)
    // Several items must be literals (listExpr); one alone is an expression in parentheses.
    if (items.length > 0 && !isListItem(item)) cursor.failAt(start, 'literal')
    items.push(item)
    budget.checkItems(items.length, budget.limits.listItemsMax, 'in (…)')
    cursor.skipBlanks()
  }
  cursor.index++
  budget.leave()
  return { kind: 'list', items, position }
}

function isListItem(item: Expression | undefined): boolean {
  return item?.kind === 'literal' || item?.kind === 'alias'
}

/** `@name` stands for a value; with a qualified name, a qualifier or a path it is an annotation or begins one. */
function parseAlias(cursor: TextCursor): Expression {
  const { text, index, position } = cursor
  const end = endOfIdentifier(text, index + 1)
  const next = text.charCodeAt(end)
  if (next === DOT || next === HASH || next === SLASH)
    return parsePathFrom(cursor, parseAnnotation(cursor), parseExpression)
  cursor.index++
  return { kind: 'alias', name: cursor.readIdentifier('@name'), position }
}

/** `$it`, `$this`, `$root/…`. */
function parseVariablePath(cursor: TextCursor): Expression {
  const start = cursor.index
  const first = parseSystemStep(cursor, parseExpression)
  if ((first.kind === '$root' || first.kind === '$these') && cursor.code !== SLASH) cursor.fail('/')
  if (!['$it', '$this', '$root', '$these'].includes(first.kind))
    cursor.failAt(start, '$it, $this, $root, $these')
  return parsePathFrom(cursor, first, parseExpression)
}

/** What begins with a name: a literal like `true`, a function call or a path. */
function parseNamed(cursor: TextCursor): Expression {
  const { index: start, position } = cursor
  const name = cursor.readQualifiedName(OPERAND_EXPECTED)
  const { code } = cursor
  if (code !== SLASH && code !== OPEN) {
    const literal = parseNamedLiteral(cursor, name, start)
    if (literal !== undefined) return { kind: 'literal', literal, position }
  }
  const next = cursor.text.charCodeAt(cursor.afterBlanks(cursor.index))
  const qualified = name.includes('.')
  if (next === OPEN && !qualified) return parseCall(cursor, name, position, parseExpression)
  if (next === OPEN && name.toLowerCase().startsWith('geo.'))
    throw new HapiError('NOT_IMPLEMENTED', { feature: `${name}(…)` }, { target: cursor.option })
  // A type's name alone is no value: a function's parentheses or a property must follow.
  if (qualified && next !== OPEN && code !== SLASH) cursor.fail('( /')
  const step = parseNameStep(cursor, name, position, parseExpression)
  return parsePathFrom(cursor, step, parseExpression)
}
