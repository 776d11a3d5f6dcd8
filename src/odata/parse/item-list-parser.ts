/** Lists of expressions: `$orderby` and `$compute`, as options and as transformations. */

import { isIdentifierPart } from './character-class.ts'
import { parseExpression } from './expression-parser.ts'
import type { ComputeItem, OrderByItem } from './syntax.ts'
import type { TextCursor } from './text-cursor.ts'

const COMMA = 44

export function parseOrderBy(cursor: TextCursor): readonly OrderByItem[] {
  const { budget } = cursor
  const items: OrderByItem[] = []
  do {
    cursor.skipBlanks()
    const { position } = cursor
    const expression = parseExpression(cursor)
    items.push({ expression, direction: readDirection(cursor), position })
    budget.checkItems(items.length, budget.limits.orderbyItemsMax, '$orderby')
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  return items
}

function readDirection(cursor: TextCursor): 'asc' | 'desc' {
  cursor.skipBlanks()
  if (acceptWord(cursor, 'desc')) return 'desc'
  acceptWord(cursor, 'asc')
  return 'asc'
}

/** Steps over a word in any letter case. */
function acceptWord(cursor: TextCursor, word: string): boolean {
  const { text, index } = cursor
  const end = index + word.length
  if (text.slice(index, end).toLowerCase() !== word || isIdentifierPart(text, end)) return false
  cursor.index = end
  return true
}

export function parseCompute(cursor: TextCursor): readonly ComputeItem[] {
  const { budget } = cursor
  const items: ComputeItem[] = []
  do {
    cursor.skipBlanks()
    const { position } = cursor
    const expression = parseExpression(cursor)
    cursor.skipBlanks()
    if (!acceptWord(cursor, 'as')) cursor.fail('as')
    cursor.skipBlanks()
    items.push({ expression, name: cursor.readIdentifier('name'), position })
    budget.checkItems(items.length, budget.limits.selectItemsMax, '$compute')
    cursor.skipBlanks()
  } while (cursor.accept(COMMA))
  return items
}
