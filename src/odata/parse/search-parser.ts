/**
 * `$search` (URL Conventions 4.01 §5.1.7): NOT before AND before OR, and two terms side by side mean AND.
 *
 * The three words are operators only where operands stand around them; elsewhere they are words.
 */

import { isBlank } from './character-class.ts'
import { readQuoted } from './literal-parser.ts'
import type { SearchExpression } from './syntax.ts'
import { END, type TextCursor } from './text-cursor.ts'

const DOUBLE_QUOTE = 34
const QUOTE = 39
const OPEN = 40
const CLOSE = 41
const BACKSLASH = 92

const TERM_EXPECTED = 'word, "…", NOT, ('

/** Reads up to the end of the text, a separating semicolon or an unopened parenthesis. */
export function parseSearch(cursor: TextCursor): SearchExpression {
  cursor.skipBlanks()
  if (cursor.code === QUOTE) return parseQuotedTerm(cursor)
  return parseOr(cursor)
}

/** A whole search in single quotes is taken as it stands (searchExpr-incomplete). */
function parseQuotedTerm(cursor: TextCursor): SearchExpression {
  const { index, position } = cursor
  return {
    kind: 'term',
    literal: addPhrase(cursor, readQuoted(cursor), index),
    phrase: true,
    position,
  }
}

function parseOr(cursor: TextCursor): SearchExpression {
  let left = parseAnd(cursor)
  while (isOperator(cursor, 'OR')) {
    const { position } = cursor
    skipWord(cursor, 'OR')
    left = { kind: 'or', left, right: parseAnd(cursor), position }
  }
  return left
}

function parseAnd(cursor: TextCursor): SearchExpression {
  let left = parseNot(cursor)
  for (;;) {
    const before = cursor.index
    cursor.skipBlanks()
    if (!startsOperand(cursor, cursor.index) || isOperator(cursor, 'OR')) return left
    const { position } = cursor
    if (isOperator(cursor, 'AND')) skipWord(cursor, 'AND')
    else if (cursor.index === before && cursor.code !== OPEN && !closedJustNow(cursor))
      cursor.fail(`AND, OR, ${END}`)
    left = { kind: 'and', left, right: parseNot(cursor), position }
  }
}

function closedJustNow(cursor: TextCursor): boolean {
  return cursor.text.charCodeAt(cursor.index - 1) === CLOSE
}

function parseNot(cursor: TextCursor): SearchExpression {
  cursor.skipBlanks()
  if (!isOperator(cursor, 'NOT')) return parseTerm(cursor)
  const { position } = cursor
  cursor.budget.countNode(cursor.option)
  cursor.budget.enter(cursor.option)
  skipWord(cursor, 'NOT')
  const operand = parseNot(cursor)
  cursor.budget.leave()
  return { kind: 'not', operand, position }
}

function parseTerm(cursor: TextCursor): SearchExpression {
  const { code, position, index: start } = cursor
  cursor.budget.countNode(cursor.option)
  if (code === OPEN) return parseParentheses(cursor)
  if (code === DOUBLE_QUOTE) {
    const literal = addPhrase(cursor, readPhrase(cursor), start)
    return { kind: 'term', literal, phrase: true, position }
  }
  const end = endOfWord(cursor, start)
  if (end === start) cursor.fail(TERM_EXPECTED)
  cursor.index = end
  const literal = cursor.addLiteral('string', cursor.text.slice(start, end), start)
  return { kind: 'term', literal, phrase: false, position }
}

/** The opening quote stays in the shape, where it tells a phrase from a word. */
function addPhrase(cursor: TextCursor, text: string, start: number): number {
  return cursor.addLiteral('string', text, start + 1)
}

function parseParentheses(cursor: TextCursor): SearchExpression {
  cursor.budget.enter(cursor.option)
  cursor.index++
  cursor.skipBlanks()
  const inner = parseOr(cursor)
  cursor.skipBlanks()
  if (cursor.code !== CLOSE) cursor.fail(')')
  cursor.index++
  cursor.budget.leave()
  return inner
}

function readPhrase(cursor: TextCursor): string {
  const { text, index: start } = cursor
  let end = start + 1
  let escaped = false
  while (text.charCodeAt(end) !== DOUBLE_QUOTE) {
    if (end >= text.length) return cursor.failAt(text.length, '"')
    if (text.charCodeAt(end) === BACKSLASH) {
      escaped = true
      end++
    }
    end++
  }
  if (end === start + 1) return cursor.failAt(end, TERM_EXPECTED)
  cursor.index = end + 1
  const phrase = text.slice(start + 1, end)
  return escaped ? phrase.replace(/\\(.)/gs, '$1') : phrase
}

/** A word is anything but blanks, parentheses, double quotes, control characters and plain semicolons. */
function endOfWord(cursor: TextCursor, start: number): number {
  const { text } = cursor
  let end = start
  for (;;) {
    const code = text.charCodeAt(end)
    const ends =
      Number.isNaN(code) ||
      code <= 32 ||
      code === 127 ||
      code === DOUBLE_QUOTE ||
      code === OPEN ||
      code === CLOSE ||
      cursor.endsSearchWord(end)
    if (ends) return end
    end++
  }
}

/** True when `word` stands at the cursor and an operand follows it. */
function isOperator(cursor: TextCursor, word: 'AND' | 'OR' | 'NOT'): boolean {
  const { text, index } = cursor
  if (!text.startsWith(word, index)) return false
  const end = index + word.length
  const next = text.charCodeAt(end)
  if (!isBlank(next) && next !== OPEN) return false
  return startsOperand(cursor, cursor.afterBlanks(end))
}

function startsOperand(cursor: TextCursor, index: number): boolean {
  const { text } = cursor
  return index < text.length && text.charCodeAt(index) !== CLOSE && !cursor.endsSearchWord(index)
}

function skipWord(cursor: TextCursor, word: string): void {
  cursor.index += word.length
  cursor.skipBlanks()
}
