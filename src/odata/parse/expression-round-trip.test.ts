/** Properties that hold for every request, whatever its text. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { defaultParseLimits } from './limits.ts'
import { parseRequest } from './request-parser.ts'
import type { BinaryOperator, Expression, Literal } from './syntax.ts'

/** An expression as the test makes it: what the parser must find, and how it is written. */
type Sample =
  | {
      readonly kind: 'literal'
      readonly literal: Pick<Literal, 'kind' | 'value'>
      readonly text: string
    }
  | { readonly kind: 'name'; readonly path: string }
  | {
      readonly kind: 'binary'
      readonly operator: BinaryOperator
      readonly left: Sample
      readonly right: Sample
    }
  | { readonly kind: 'unary'; readonly operator: 'not' | 'negate'; readonly operand: Sample }
  | { readonly kind: 'call'; readonly name: string; readonly items: readonly Sample[] }
  | { readonly kind: 'in'; readonly operand: Sample; readonly items: readonly Sample[] }

const operators = [
  ['or'],
  ['and'],
  ['eq', 'ne'],
  ['gt', 'ge', 'lt', 'le'],
  ['add', 'sub'],
  ['mul', 'div', 'divby', 'mod'],
] as const

const precedences: ReadonlyMap<BinaryOperator, number> = new Map(
  operators.flatMap((names, index) => names.map((name) => [name, index + 1] as const)),
)

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0'))

function quote(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

const literal: fc.Arbitrary<Sample> = fc
  .oneof(
    fc.constant(['null', 'null', 'null'] as const),
    fc.boolean().map((value) => ['boolean', String(value), String(value)] as const),
    fc.bigInt().map((value) => ['integer', String(value), String(value)] as const),
    text.map((value) => ['string', value, quote(value)] as const),
    fc.uuid().map((value) => ['guid', value, value] as const),
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => ['dateTimeOffset', date.toISOString(), date.toISOString()] as const),
    fc
      .tuple(fc.nat(99_999), fc.nat(999))
      .map(([whole, part]) => ['decimal', `${whole}.${part}`, `${whole}.${part}`] as const),
  )
  .map(([kind, value, written]) => ({ kind: 'literal', literal: { kind, value }, text: written }))

const names = fc.constantFrom('A', 'Name', 'B/C', '$it/A', 'Ns.T/A', 'é', 'notes', 'nullable', 'e1')

const sample = fc.letrec<{ node: Sample }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    literal,
    names.map((name) => ({ kind: 'name', path: name }) as const),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom(...operators.flat()),
      left: tie('node'),
      right: tie('node'),
    }),
    fc.record({
      kind: fc.constant('unary' as const),
      operator: fc.constantFrom('not' as const, 'negate' as const),
      operand: tie('node'),
    }),
    fc.record({
      kind: fc.constant('call' as const),
      name: fc.constantFrom('tolower', 'concat', 'now', 'round'),
      items: fc.array(tie('node'), { maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('in' as const),
      operand: tie('node'),
      items: fc.array(literal, { maxLength: 4 }),
    }),
  ),
})).node

/** Writes with no more parentheses than the precedence asks for. */
function write(tree: Sample, outer: number): string {
  switch (tree.kind) {
    case 'literal':
      return tree.text
    case 'name':
      return tree.path
    case 'call':
      return `${tree.name}(${tree.items.map((item) => write(item, 0)).join(',')})`
    case 'unary': {
      const operand = write(tree.operand, 7)
      // `-5` is a literal, `- 5` the negation of one.
      return enclose(`${tree.operator === 'not' ? 'not' : '-'} ${operand}`, outer > 7)
    }
    case 'in': {
      const items = tree.items.map((item) => write(item, 0)).join(', ')
      return enclose(`${write(tree.operand, 8)} in (${items})`, outer > 7)
    }
    case 'binary': {
      const own = precedences.get(tree.operator) ?? 0
      const written = `${write(tree.left, own)} ${tree.operator} ${write(tree.right, own + 1)}`
      return enclose(written, outer > own)
    }
  }
}

function enclose(written: string, needed: boolean): string {
  return needed ? `(${written})` : written
}

/** The tree that the parser should make, without positions, with literals in place. */
function expected(tree: Sample): unknown {
  switch (tree.kind) {
    case 'literal':
      return tree.literal
    case 'name':
      return tree.path
    case 'call':
      return { call: tree.name, items: tree.items.map(expected) }
    case 'unary':
      return { [tree.operator]: expected(tree.operand) }
    case 'in':
      return { in: [expected(tree.operand), { list: tree.items.map(expected) }] }
    case 'binary':
      return { [tree.operator]: [expected(tree.left), expected(tree.right)] }
  }
}

/** The tree that the parser made, in the same form. */
function found(tree: Expression, literals: readonly Literal[]): unknown {
  const inner = (part: Expression) => found(part, literals)
  switch (tree.kind) {
    case 'literal': {
      const { kind, value } = literals[tree.literal] ?? { kind: 'missing', value: '' }
      return { kind, value }
    }
    case 'path':
      return tree.steps.map((step) => ('name' in step ? step.name : step.kind)).join('/')
    case 'call':
      return { call: tree.name, items: tree.arguments.map(inner) }
    case 'unary':
      return { [tree.operator]: inner(tree.operand) }
    case 'binary':
      return { [tree.operator]: [inner(tree.left), inner(tree.right)] }
    case 'list':
      return { list: tree.items.map(inner) }
    case 'alias':
    case 'typeName':
    case 'case':
    case 'object':
      return tree
  }
}

function readFilter(written: string): { readonly tree: unknown; readonly shape: string } {
  const query = `$filter=${encodeURIComponent(written)}`
  const { options, literals, shape } = parseRequest('/A', query, defaultParseLimits)
  return { tree: options.filter && found(options.filter, literals), shape }
}

describe('Every expression', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(sample, (tree) => {
        expect(readFilter(write(tree, 0)).tree).toEqual(expected(tree))
      }),
      { numRuns: 500 },
    )
  })

  test('keeps its shape and tree when strings in it change', () => {
    fc.assert(
      fc.property(sample, text, (tree, other) => {
        const changed = withStrings(tree, other)
        const [a, b] = [readFilter(write(tree, 0)), readFilter(write(changed, 0))]
        expect(b.shape).toBe(a.shape)
        expect(b.tree).toEqual(expected(changed))
      }),
    )
  })
})

function withStrings(tree: Sample, value: string): Sample {
  switch (tree.kind) {
    case 'literal':
      return tree.literal.kind === 'string'
        ? { ...tree, literal: { kind: 'string', value }, text: quote(value) }
        : tree
    case 'name':
      return tree
    case 'call':
      return { ...tree, items: tree.items.map((item) => withStrings(item, value)) }
    case 'in':
      return {
        ...tree,
        operand: withStrings(tree.operand, value),
        items: tree.items.map((item) => withStrings(item, value)),
      }
    case 'unary':
      return { ...tree, operand: withStrings(tree.operand, value) }
    case 'binary':
      return {
        ...tree,
        left: withStrings(tree.left, value),
        right: withStrings(tree.right, value),
      }
  }
}

/** Pieces that the grammar cares about, so that random text reaches deep into it. */
const tokens: readonly string[] = [
  ...'( ) [ ] { } , ; : = & / + - * @ $ # . \' " \\ % 0 1 e T Z A x'.split(' '),
  ...'%27 %28 %2F %3B %00 %zz %E9 %C3%A9 2026-01-01 12:30 null true NaN INF Ns.E'.split(' '),
  ...'$filter= $expand= $select= $search= $orderby= $compute= $top= @p= $it $root/'.split(' '),
  ..."any( all(x: case( cast( $count( duration'".split(' '),
].concat('\0', '\ud800', ' ', '\t', '\u0001', ' and ', ' in ', ' eq ', 'not ', ' AND ', 'NOT ')

const piece = fc.oneof(
  fc.constantFrom(...tokens),
  fc.string({ maxLength: 3 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const anything = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
const option = fc.constantFrom(
  '',
  '$filter=',
  '$expand=',
  '$select=',
  '$search=',
  '$orderby=',
  '@p=',
)

/** Generous for a machine that runs other tests too; a backtracking parser would need minutes. */
const PARSE_TIME_MAX_MS = 500

describe('Any text', () => {
  test('is read or refused with a client error, at once', () => {
    fc.assert(
      fc.property(anything, option, anything, (path, name, query) => {
        const start = performance.now()
        expect(statusOf(`/${path}`, name + query)).toSatisfy(
          (status: number) => (status >= 400 && status < 500) || status === 501 || status === 200,
        )
        expect(performance.now() - start).toBeLessThan(PARSE_TIME_MAX_MS)
      }),
      { numRuns: 3000 },
    )
  })

  test('of one piece many times is read or refused at once', () => {
    fc.assert(
      fc.property(option, piece, fc.nat(60_000), (name, part, length) => {
        const many = part.repeat(Math.ceil(length / Math.max(part.length, 1))).slice(0, length)
        const start = performance.now()
        statusOf('/A', name + many)
        statusOf(`/${many}`, '')
        expect(performance.now() - start).toBeLessThan(PARSE_TIME_MAX_MS)
      }),
      { numRuns: 300 },
    )
  })
})

/** 200 when it is read. Anything but a `HapiError` is a bug. */
function statusOf(path: string, query: string): number {
  try {
    parseRequest(path, query, defaultParseLimits)
    return 200
  } catch (error) {
    if (error instanceof HapiError) {
      // Must be writable: no half characters in its text.
      encodeURIComponent(error.messageIn('fr') + (error.target ?? ''))
      return error.status
    }
    throw error
  }
}
