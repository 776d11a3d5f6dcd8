/** What stands in parentheses after a name: keys, function parameters, by position or by name. */

import { endOfIdentifier } from './character-class.ts'
import type { Arguments, Expression } from './syntax.ts'
import type { ParseExpression, TextCursor } from './text-cursor.ts'

const CLOSE = 41
const COMMA = 44
const EQUALS = 61

type NamedValue = Extract<Arguments, { kind: 'named' }>['values'][number]

/** The cursor stands on the opening parenthesis. */
export function parseArguments(cursor: TextCursor, parseValue: ParseExpression): Arguments {
  cursor.index++
  cursor.skipBlanks()
  if (cursor.code === CLOSE) {
    cursor.index++
    return { kind: 'positional', values: [] }
  }
  const given: Arguments = isNamed(cursor)
    ? { kind: 'named', values: parseItems(cursor, (at) => parseNamed(at, parseValue)) }
    : { kind: 'positional', values: parseItems<Expression>(cursor, parseValue) }
  if (cursor.code !== CLOSE) cursor.fail(', )')
  cursor.index++
  return given
}

function isNamed(cursor: TextCursor): boolean {
  const end = endOfIdentifier(cursor.text, cursor.index)
  return end > cursor.index && cursor.text.charCodeAt(cursor.afterBlanks(end)) === EQUALS
}

function parseItems<Item>(cursor: TextCursor, parseItem: (cursor: TextCursor) => Item): Item[] {
  const { budget } = cursor
  const items: Item[] = []
  do {
    items.push(parseItem(cursor))
    budget.checkItems(items.length, budget.limits.listItemsMax, '(…)')
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  return items
}

function parseNamed(cursor: TextCursor, parseValue: ParseExpression): NamedValue {
  const { position } = cursor
  const name = cursor.readIdentifier('name=')
  cursor.expect(EQUALS)
  return { name, value: parseValue(cursor), position }
}
