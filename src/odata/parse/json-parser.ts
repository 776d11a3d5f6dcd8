/** JSON arrays and objects as values in URLs (ABNF §5): any expression may stand for a value. */

import { HapiError } from '../../errors/hapi-error.ts'
import type { Expression } from './syntax.ts'
import { type ParseExpression, type TextCursor, wholeCharacters } from './text-cursor.ts'

const DOUBLE_QUOTE = 34
const BACKSLASH = 92

export function parseArray(cursor: TextCursor, parseItem: ParseExpression): Expression {
  const { position, budget } = cursor
  openJson(cursor)
  const items: Expression[] = []
  if (!closes(cursor, ']')) {
    do {
      items.push(parseItem(cursor))
      budget.checkItems(items.length, budget.limits.listItemsMax, '[…]')
      cursor.skipBlanks()
    } while (cursor.accept(44))
    if (!closes(cursor, ']')) cursor.fail(', ]')
  }
  return { kind: 'list', items, position }
}

export function parseObject(cursor: TextCursor, parseValue: ParseExpression): Expression {
  const { position, budget } = cursor
  openJson(cursor)
  const members: (readonly [string, Expression])[] = []
  if (!closes(cursor, '}')) {
    do {
      cursor.skipBlanks()
      if (cursor.code !== DOUBLE_QUOTE) cursor.fail('"')
      const name = readJsonString(cursor)
      cursor.expect(58)
      members.push([name, parseValue(cursor)])
      budget.checkItems(members.length, budget.limits.listItemsMax, '{…}')
      cursor.skipBlanks()
    } while (cursor.accept(44))
    if (!closes(cursor, '}')) cursor.fail(', }')
  }
  return { kind: 'object', members, position }
}

function openJson(cursor: TextCursor): void {
  cursor.budget.enter(cursor.option)
  cursor.jsonDepth++
  cursor.index++
  cursor.skipBlanks()
}

function closes(cursor: TextCursor, bracket: ']' | '}'): boolean {
  if (cursor.text.charAt(cursor.index) !== bracket) return false
  cursor.index++
  cursor.jsonDepth--
  cursor.budget.leave()
  return true
}

/** A string in double quotes, with the escapes of JSON. */
export function readJsonString(cursor: TextCursor): string {
  const { text, index: start } = cursor
  let end = start + 1
  while (text.charCodeAt(end) !== DOUBLE_QUOTE) {
    if (end >= text.length) return cursor.failAt(text.length, '"')
    end += text.charCodeAt(end) === BACKSLASH ? 2 : 1
  }
  cursor.index = end + 1
  const value = unescapeJson(text.slice(start, end + 1))
  if (value !== undefined) return value
  const written = wholeCharacters(text.slice(start, start + 40))
  throw new HapiError(
    'INVALID_LITERAL',
    { value: written, type: 'Edm.String', position: cursor.positionAt(start) },
    { target: cursor.option },
  )
}

function unescapeJson(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted)
    // Escapes can write what is no text: a database would refuse it later and less clearly.
    return typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value) ? value : undefined
  } catch {
    return undefined
  }
}
