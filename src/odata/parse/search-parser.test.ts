import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { defaultParseLimits } from './limits.ts'
import { ParseBudget } from './parse-budget.ts'
import { parseSearch } from './search-parser.ts'
import type { Literal, SearchExpression } from './syntax.ts'
import { TextCursor } from './text-cursor.ts'

function treeOf(text: string): string {
  const literals: Literal[] = []
  const budget = new ParseBudget(defaultParseLimits)
  const cursor = new TextCursor(text, '$search', { literals, budget })
  const tree = parseSearch(cursor)
  cursor.expectEnd('∅')
  return print(tree, literals)
}

function print(tree: SearchExpression, literals: readonly Literal[]): string {
  switch (tree.kind) {
    case 'term': {
      const value = literals[tree.literal]?.value ?? ''
      return tree.phrase ? `"${value}"` : value
    }
    case 'not':
      return `(not ${print(tree.operand, literals)})`
    case 'and':
    case 'or':
      return `(${tree.kind} ${print(tree.left, literals)} ${print(tree.right, literals)})`
  }
}

describe('URL Conventions 4.01 §5.1.8 $search', () => {
  test.each([
    ['blue', 'blue'],
    ['blue green', '(and blue green)'],
    ['blue AND green OR red', '(or (and blue green) red)'],
    ['blue OR green red', '(or blue (and green red))'],
    ['NOT blue green', '(and (not blue) green)'],
    ['NOT NOT blue', '(not (not blue))'],
    ['NOT (blue OR green)', '(not (or blue green))'],
    ['( blue )(green)', '(and blue green)'],
    ['"blue green"', '"blue green"'],
    ['"a\\"b\\\\c"', '"a"b\\c"'],
    ['blue NOT "green"', '(and blue (not "green"))'],
    ["Daniel's 9,81 08/15 x;y".replace(';', ':'), "(and (and (and Daniel's 9,81) 08/15) x:y)"],
    ["'\"blue'", '""blue"'],
    ["'it''s'", '"it\'s"'],
  ])('%s', (text, tree) => {
    expect(treeOf(text)).toBe(tree)
  })

  test.each([
    ['AND', 'AND'],
    ['OR', 'OR'],
    ['NOT', 'NOT'],
    ['NOT NOT', '(not NOT)'],
    ['AND OR', '(and AND OR)'],
    ['AND OR NOT', '(or AND NOT)'],
    ['and or not', '(and (and and or) not)'],
    ['ANDROID', 'ANDROID'],
  ])('operators are words where no operands surround them: %s', (text, tree) => {
    expect(treeOf(text)).toBe(tree)
  })

  test.each([
    ['', 1, '∅', 'word, "…", NOT, ('],
    ['""', 2, '“"”', 'word, "…", NOT, ('],
    ['"blue', 6, '∅', '"'],
    ['(blue', 6, '∅', ')'],
    ['blue)', 5, '“)”', '∅'],
    ['"a"b', 4, '“b”', 'AND, OR, ∅'],
    ['a;b', 2, '“;b”', '∅'],
    ['a\u0001', 2, '“\u0001”', 'AND, OR, ∅'],
  ])('%s is refused', (text, position, found, expected) => {
    expect(errorOf(text)).toEqual([
      'SYNTAX_ERROR',
      { option: '$search', position, found, expected },
    ])
  })
})

function errorOf(text: string): unknown {
  try {
    return treeOf(text)
  } catch (error) {
    return error instanceof HapiError ? [error.code, error.values] : error
  }
}
