/** Options of a counted collection: `Items/$count($filter=…;$search=…)` (URL Conventions 4.01 §4.8). */

import { parseNestedOptions } from './nested-option.ts'
import { parseSearch } from './search-parser.ts'
import type { QueryOptions } from './syntax.ts'
import type { ParseExpression, TextCursor } from './text-cursor.ts'

/** The cursor stands on the opening parenthesis. */
export function parseCountOptions(
  cursor: TextCursor,
  parseExpression: ParseExpression,
): QueryOptions {
  const options: { -readonly [Name in keyof QueryOptions]: QueryOptions[Name] } = {}
  parseNestedOptions(cursor, {
    allowed: ['$filter', '$search'],
    readOption: (name) => {
      if (name === '$filter') options.filter = parseExpression(cursor)
      else options.search = parseSearch(cursor)
    },
  })
  return options
}
