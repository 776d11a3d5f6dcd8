/** Binary operators and how tightly they bind (URL Conventions 4.01 §5.1.1.17), the loosest first. */

import { isIdentifierPart } from './character-class.ts'
import type { BinaryOperator } from './syntax.ts'
import type { TextCursor } from './text-cursor.ts'

interface Operator {
  readonly name: BinaryOperator
  readonly precedence: number
  readonly length: number
}

/** Between the operators it may stand among: operands of `not` and `-` take `has` and `in` only. */
export const UNARY_OPERAND_PRECEDENCE = 7

const byPrecedence: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['eq', 'ne'],
  ['gt', 'ge', 'lt', 'le'],
  ['add', 'sub'],
  ['mul', 'div', 'divby', 'mod'],
  ['has', 'in'],
]

const operators: ReadonlyMap<string, Operator> = new Map(
  byPrecedence.flatMap((names, index) =>
    names.map((name) => [name, { name, precedence: index + 1, length: name.length }] as const),
  ),
)

/** What may follow an operand, for errors. */
export const OPERATORS_EXPECTED = `${[...operators.keys()].join(', ')}, ∅`

const WORD_LENGTH_MAX = 5

/** The operator at the cursor, not yet read. */
export function peekOperator(cursor: TextCursor): Operator | undefined {
  const { text, index } = cursor
  let end = index
  while (isLetter(text.charCodeAt(end))) end++
  if (end === index || end - index > WORD_LENGTH_MAX || isIdentifierPart(text, end))
    return undefined
  const word = text.slice(index, end)
  return operators.get(word) ?? operators.get(word.toLowerCase())
}

function isLetter(code: number): boolean {
  const lower = code | 32
  return lower >= 97 && lower <= 122
}
