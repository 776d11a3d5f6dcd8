/** Calls of built-in functions, `cast`, `isof` and `case` (ABNF §4). Which functions there are, the binder knows. */

import { parseArguments } from './argument-parser.ts'
import { endOfIdentifier } from './character-class.ts'
import { parsePathFrom } from './member-path-parser.ts'
import type { Expression, Position } from './syntax.ts'
import type { ParseExpression, TextCursor } from './text-cursor.ts'

const CLOSE = 41
const COMMA = 44
const DOT = 46
const SLASH = 47
const COLON = 58

/** The cursor stands before the parenthesis that follows `written`, blanks between them allowed. */
export function parseCall(
  cursor: TextCursor,
  written: string,
  position: Position,
  parseExpression: ParseExpression,
): Expression {
  const name = written.toLowerCase()
  if (name === 'any' || name === 'all') cursor.failAt(cursor.index - written.length, `…/${name}(`)
  cursor.skipBlanks()
  cursor.budget.enterFunction(cursor.option)
  const call =
    name === 'case'
      ? parseCase(cursor, position, parseExpression)
      : parseFunction(cursor, written, position, parseExpression)
  cursor.budget.leaveFunction()
  return call
}

function parseFunction(
  cursor: TextCursor,
  written: string,
  position: Position,
  parseExpression: ParseExpression,
): Expression {
  const name = written.toLowerCase()
  const typed = name === 'cast' || name === 'isof'
  const parseArgument: ParseExpression = typed
    ? (at) => parseTypedArgument(at, parseExpression)
    : parseExpression
  const given = parseArguments(cursor, parseArgument)
  // Only a bound function takes parameters by name or is followed by a path.
  if (given.kind === 'named' || cursor.code === SLASH) {
    const step = { kind: 'name', name: written, arguments: given, position } as const
    return parsePathFrom(cursor, step, parseExpression)
  }
  return { kind: 'call', name, arguments: given.values, position }
}

/** In `cast` and `isof`, a name just before the closing parenthesis is a type's. */
function parseTypedArgument(cursor: TextCursor, parseExpression: ParseExpression): Expression {
  cursor.skipBlanks()
  const { position, index: start, text } = cursor
  const end = endOfTypeName(text, start)
  if (end === start || text.charCodeAt(cursor.afterBlanks(end)) !== CLOSE)
    return parseExpression(cursor)
  cursor.index = end
  return { kind: 'typeName', name: text.slice(start, end), position }
}

function endOfTypeName(text: string, start: number): number {
  const collection = text.startsWith('Collection(', start)
  const nameStart = collection ? start + 'Collection('.length : start
  let end = endOfIdentifier(text, nameStart)
  while (end > nameStart && text.charCodeAt(end) === DOT) {
    const next = endOfIdentifier(text, end + 1)
    if (next === end + 1) return start
    end = next
  }
  if (!collection) return end
  return text.charCodeAt(end) === CLOSE ? end + 1 : start
}

function parseCase(
  cursor: TextCursor,
  position: Position,
  parseExpression: ParseExpression,
): Expression {
  const { budget } = cursor
  const branches: { readonly when: Expression; readonly then: Expression }[] = []
  cursor.index++
  do {
    const when = parseExpression(cursor)
    cursor.expect(COLON)
    // The tree is data and is never awaited.
    branches.push({ when, then: parseExpression(cursor) })
    budget.countNode(cursor.option)
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  if (!cursor.isAt(CLOSE)) cursor.fail(', )')
  cursor.index++
  return { kind: 'case', branches, position }
}
