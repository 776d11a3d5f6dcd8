import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { parseAliasValue, parseWholeExpression } from './expression-parser.ts'
import { defaultParseLimits } from './limits.ts'
import { ParseBudget } from './parse-budget.ts'
import type { Arguments, Expression, Literal, PathStep } from './syntax.ts'
import { TextCursor } from './text-cursor.ts'

/** The tree in prefix notation, literals as `kind:value`: short enough to compare whole. */
function treeOf(text: string, read = parseWholeExpression): string {
  const literals: Literal[] = []
  const budget = new ParseBudget(defaultParseLimits)
  const tree = read(new TextCursor(text, '$filter', { literals, budget }))
  return new Printer(literals).expression(tree)
}

class Printer {
  readonly #literals: readonly Literal[]

  constructor(literals: readonly Literal[]) {
    this.#literals = literals
  }

  expression(tree: Expression): string {
    switch (tree.kind) {
      case 'literal': {
        const literal = this.#literals[tree.literal]
        return `${literal?.kind}:${literal?.value}`
      }
      case 'alias':
        return `@${tree.name}`
      case 'path':
        return tree.steps.map((step) => this.#step(step)).join('/')
      case 'binary':
        return `(${tree.operator} ${this.expression(tree.left)} ${this.expression(tree.right)})`
      case 'unary':
        return `(${tree.operator} ${this.expression(tree.operand)})`
      case 'list':
        return `[${this.#all(tree.items)}]`
      case 'call':
        return `${tree.name}(${this.#all(tree.arguments)})`
      case 'typeName':
        return `type:${tree.name}`
      case 'case':
        return `case(${tree.branches.map((b) => `${this.expression(b.when)}:${this.expression(b.then)}`).join(', ')})`
      case 'object':
        return `{${tree.members.map(([name, value]) => `${name}: ${this.expression(value)}`).join(', ')}}`
    }
  }

  #all(items: readonly Expression[]): string {
    return items.map((item) => this.expression(item)).join(', ')
  }

  #arguments(given: Arguments | undefined): string {
    if (given === undefined) return ''
    if (given.kind === 'positional') return `(${this.#all(given.values)})`
    return `(${given.values.map(({ name, value }) => `${name}=${this.expression(value)}`).join(', ')})`
  }

  #step(step: PathStep): string {
    switch (step.kind) {
      case 'name':
        return step.name + this.#arguments(step.arguments)
      case 'any':
      case 'all':
        return step.predicate === undefined
          ? `${step.kind}()`
          : `${step.kind}(${step.variable}: ${this.expression(step.predicate)})`
      case '$count':
        return step.options?.filter === undefined
          ? '$count'
          : `$count(${this.expression(step.options.filter)})`
      case '$filter':
        return `$filter(${this.expression(step.predicate)})${this.#arguments(step.key)}`
      case 'aggregate':
        return `aggregate(${JSON.stringify(step.item)})`
      case 'annotation':
        return `@${step.name}`
      case '$it':
      case '$root':
      case '$this':
      case '$these':
      case '$value':
      case '$ref':
        return step.kind
    }
  }
}

function refusalOf(text: string): unknown {
  try {
    return treeOf(text)
  } catch (error) {
    return error instanceof HapiError ? [error.code, error.values, error.target] : error
  }
}

describe('URL Conventions 4.01 §5.1.1.17 Operator Precedence', () => {
  test.each([
    [
      'A eq 1 or B eq 2 and C eq 3',
      '(or (eq A integer:1) (and (eq B integer:2) (eq C integer:3)))',
    ],
    ['(A or B) and C', '(and (or A B) C)'],
    ['A and B and C', '(and (and A B) C)'],
    ['A sub B sub C', '(sub (sub A B) C)'],
    ['A sub (B sub C)', '(sub A (sub B C))'],
    ['A add B mul C', '(add A (mul B C))'],
    ['A add B gt C div D', '(gt (add A B) (div C D))'],
    ['A gt B eq C lt D', '(eq (gt A B) (lt C D))'],
    ['A divby 2 mod 3', '(mod (divby A integer:2) integer:3)'],
    ['not A eq B', '(eq (not A) B)'],
    ['not A and B', '(and (not A) B)'],
    ['not (A eq B)', '(not (eq A B))'],
    ['not A in (1,2)', '(not (in A [integer:1, integer:2]))'],
    ['not not A', '(not (not A))'],
    ['-A mul B', '(mul (negate A) B)'],
    ['- 5', '(negate integer:5)'],
    ['-5', 'integer:-5'],
    ['A add -5', '(add A integer:-5)'],
    ['A add B in (1)', '(add A (in B [integer:1]))'],
    ["A has Ns.Color'Red' and B", '(and (has A enum:Red) B)'],
  ])('%s', (text, tree) => {
    expect(treeOf(text)).toBe(tree)
  })
})

describe('URL Conventions 4.01 §5.1.1: words in any letter case, blanks anywhere', () => {
  test.each([
    ['A EQ 1 AND NOT (B Eq TRUE)', '(and (eq A integer:1) (not (eq B boolean:true)))'],
    ['  A\teq\n 1  ', '(eq A integer:1)'],
    ['ToLower ( Name )  eq  NULL', '(eq tolower(Name) null:null)'],
    ["contains( Name , 'x' )", 'contains(Name, string:x)'],
    ['A in(1 , 2 )and B', '(and (in A [integer:1, integer:2]) B)'],
    ['Items/Any ( x : x/A gt 1 )', 'Items/any(x: (gt x/A integer:1))'],
    ['not(A)', '(not A)'],
  ])('%s', (text, tree) => {
    expect(treeOf(text)).toBe(tree)
  })

  test('words of the grammar are names where an operand stands', () => {
    expect(treeOf('and eq or')).toBe('(eq and or)')
    expect(treeOf('In/Not eq Null/Any')).toBe('(eq In/Not Null/Any)')
  })
})

describe('URL Conventions 4.01 §5.1.1.15 Paths', () => {
  test.each([
    ['A/B/C', 'A/B/C'],
    ['$it/A', '$it/A'],
    ['$IT', '$it'],
    ['$root/Sets(1)/A', '$root/Sets(integer:1)/A'],
    ['A/Ns.Type/B', 'A/Ns.Type/B'],
    ['Items/$count gt 2', '(gt Items/$count integer:2)'],
    ['Items/$count($filter=A eq 1) gt 2', '(gt Items/$count((eq A integer:1)) integer:2)'],
    ['Items/any()', 'Items/any()'],
    ['Items/all(x:x/P/any(y:y eq x))', 'Items/all(x: x/P/any(y: (eq y x)))'],
    ['A/@Core.Description', 'A/@Core.Description'],
    ['A/@Currency#Q', 'A/@Currency#Q'],
    ['@a/B', '@a/B'],
    ['@a eq 1', '(eq @a integer:1)'],
    ['Ns.F(p=1,q=@a)/B', 'Ns.F(p=integer:1, q=@a)/B'],
    ['F(p=1)', 'F(p=integer:1)'],
  ])('%s', (text, tree) => {
    expect(treeOf(text)).toBe(tree)
  })
})

describe('URL Conventions 4.01 §5.1.1.4–14 Functions', () => {
  test.each([
    ['now()', 'now()'],
    ['concat(concat(A,"b"),C)'.replaceAll('"', "'"), 'concat(concat(A, string:b), C)'],
    ['cast(A,Edm.String)', 'cast(A, type:Edm.String)'],
    ['cast(Edm.Int32)', 'cast(type:Edm.Int32)'],
    ['isof(A, Collection(Ns.T))', 'isof(A, type:Collection(Ns.T))'],
    [
      'case(A gt 0:1,A lt 0:-1,true:0)',
      'case((gt A integer:0):integer:1, (lt A integer:0):integer:-1, boolean:true:integer:0)',
    ],
    ['unknown(A)', 'unknown(A)'],
  ])('%s', (text, tree) => {
    expect(treeOf(text)).toBe(tree)
  })
})

describe('URL Conventions 4.01 §5.1.1.3.10 in, §5.1.1.14 arrays and objects', () => {
  test.each([
    ["A in ('x','y')", '(in A [string:x, string:y])'],
    ['A in ()', '(in A [])'],
    ['A in (B)', '(in A [B])'],
    ['A in (@a,1)', '(in A [@a, integer:1])'],
    ['A in @list', '(in A @list)'],
    ['A in B/C', '(in A B/C)'],
    ['A in ["x",1]', '(in A [string:x, integer:1])'],
    ['[A,[1],{}]', '[A, [integer:1], {}]'],
    ['{"a":"q\\"\\u00e9","b":A}', '{a: string:q"é, b: A}'],
  ])('%s', (text, tree) => {
    expect(treeOf(text)).toBe(tree)
  })

  test.each([
    ['(1,2)', '[integer:1, integer:2]'],
    ['()', '[]'],
    ['(1)', 'integer:1'],
    ['(A add 1) mul 2', '(mul (add A integer:1) integer:2)'],
    ['["x"]', '[string:x]'],
  ])('the alias value %s', (text, tree) => {
    expect(treeOf(text, parseAliasValue)).toBe(tree)
  })
})

describe('What is no expression is refused with its place', () => {
  const operand = 'name, literal, (, not, -'
  const operator = 'or, and, eq, ne, gt, ge, lt, le, add, sub, mul, div, divby, mod, has, in, ∅'
  test.each([
    ['', 1, '∅', operand],
    ['A eq', 5, '∅', operand],
    ['A = 1', 3, '“=”', operator],
    ['A eq 1 B', 8, '“B”', operator],
    ['[1] eq "x"', 8, '“"x"”', "'…'"],
    ["A eq 'x", 8, '∅', "'"],
    ['A eq "x"', 6, '“"x"”', "'…'"],
    ['(A', 3, '∅', `), ${operator}`],
    ['A eq (1,2)', 8, '“,2)”', `), ${operator}`],
    ['A in (B,C)', 8, '“,C)”', ', )'],
    ['A in (1,B)', 9, '“B)”', 'literal'],
    ['any()', 1, '“any()”', '…/any('],
    ['Items/all()', 11, '“)”', 'variable:'],
    ['Ns.Type', 8, '∅', '( /'],
    ['$root', 6, '∅', '/'],
    ['$foo', 1, '“$foo”', '$it, $root, $this, $these, $value, $ref, $count'],
    ['f(A', 4, '∅', ', )'],
    ['[1', 3, '∅', ', ]'],
    ['{"a" 1}', 6, '“1}”', ':'],
    ['A/', 3, '∅', 'name'],
    ['é ✓', 3, '“✓”', operator],
  ])('%s', (text, position, found, expected) => {
    expect(refusalOf(text)).toEqual([
      'SYNTAX_ERROR',
      { option: '$filter', position, found, expected },
      '$filter',
    ])
  })

  test.each(['geo.length(A)', "A eq geography'SRID=0;Point(1 1)'"])(
    '%s is known and not offered',
    (text) => {
      expect(refusalOf(text)).toEqual(['NOT_IMPLEMENTED', expect.anything(), '$filter'])
    },
  )
})
