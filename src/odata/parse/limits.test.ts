import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { defaultParseLimits } from './limits.ts'
import { parseRequest } from './request-parser.ts'

function outcomeOf(query: string, path = '/A'): unknown {
  try {
    parseRequest(path, query, defaultParseLimits)
    return 'read'
  } catch (error) {
    return error instanceof HapiError ? [error.code, error.values] : error
  }
}

function list(item: string, count: number, separator = ','): string {
  return Array.from({ length: count }, () => item).join(separator)
}

function nest(open: string, inner: string, close: string, depth: number): string {
  return open.repeat(depth) + inner + close.repeat(depth)
}

describe('Limits of a request', () => {
  test.each([
    ['400 or-terms', `$filter=${list('A eq 1', 400, ' or ')}`],
    ['60 parentheses', `$filter=${nest('(', 'A', ')', 60)}`],
    ['60 signs of not', `$filter=${'not '.repeat(60)}A`],
    ['15 nested functions', `$filter=${nest('trim(', 'A', ')', 15)} eq 1`],
    ['2,000 items of in', `$filter=A in (${list('1', 2000)})`],
    ['8 lambdas', `$filter=${list('B/any(x:x/C)', 8, ' and ')}`],
    ['3 nested lambdas', `$filter=${nest('B/any(x:', 'C', ')', 3)}`],
    ['6 levels of $expand', `$expand=${nest('B($expand=', 'C', ')', 5)}`],
    ['40 items of $expand', `$expand=${list('B', 40)}`],
    ['$levels up to the depth', '$expand=B($levels=6)'],
    ['32 items of $orderby', `$orderby=${list('B', 32)}`],
    ['500 items of $select', `$select=${list('B', 500)}`],
    ['the largest $top', '$top=2147483647'],
  ])('allow %s', (_, query) => {
    expect(outcomeOf(query)).toBe('read')
  })

  test.each([
    'trim(A)',
    '(A)',
    'not A',
    '- A',
    'A in (1)',
    '[1]',
    '{"a":1}',
    'F(p=1)/B',
    'case(A:1)',
    'B/$count($filter=C)',
  ])('count what nests, not what stands side by side: %s', (part) => {
    expect(outcomeOf(`$filter=${list(part, 100, ' eq ')}`)).toBe('read')
  })

  test('count levels of options, not items', () => {
    expect(outcomeOf(`$expand=${list('B($expand=C)', 20)}`)).toBe('read')
    expect(outcomeOf(`$select=${list('B($top=1)', 100)}`)).toBe('read')
    expect(outcomeOf(`$search=${list('(NOT a)', 100, ' ')}`)).toBe('read')
  })

  test.each([
    [`$filter=${list('A eq 1', 501, ' or ')}`, 1000, '$filter (nodes)'],
    [`$filter=A eq 1&$orderby=${list('1', 1001, ' add ')}`, 1000, '$orderby (nodes)'],
    [`$search=${list('a', 1001, ' ')}`, 1000, '$search (nodes)'],
    [`$filter=${nest('(', 'A', ')', 61)}`, 60, '$filter (depth)'],
    [`$filter=${nest('(', 'A', ')', 20_000)}`, 60, '$filter (depth)'],
    [`$filter=${'not '.repeat(1000)}A`, 60, '$filter (depth)'],
    [`$filter=${'-'.repeat(10_000)}A`, 60, '$filter (depth)'],
    [`$filter=${'['.repeat(20_000)}`, 60, '$filter (depth)'],
    [`@a=${'{"a":'.repeat(10_000)}`, 60, '@a (depth)'],
    [`$search=${'('.repeat(20_000)}`, 60, '$search (depth)'],
    [`$search=${'NOT '.repeat(5000)}a`, 60, '$search (depth)'],
    [`$filter=${nest('trim(', 'A', ')', 500)}`, 15, '$filter (f(f(…)) depth)'],
    [`$filter=A in (${list('1', 2001)})`, 2000, 'in (…) (items)'],
    [`$filter=${list('B/any(x:x/C)', 60, ' and ')}`, 8, '$filter (any/all)'],
    [`$filter=${nest('B/any(x:', 'C', ')', 12)}`, 3, '$filter (any/all depth)'],
    [`$expand=${nest('B($expand=', 'C', ')', 40)}`, 6, '$expand (depth)'],
    [`$expand=${list('B', 41)}`, 40, '$expand (items)'],
    [`$expand=${list('B($expand=C)', 21)}`, 40, '$expand (items)'],
    ['$expand=B($levels=1000)', 6, '$levels (depth)'],
    [`$orderby=${list('B', 500)}`, 32, '$orderby (items)'],
    [`$select=${list('B', 501)}`, 500, '$select (items)'],
    [`$filter=${list('a', 10_000, '/')}`, 60, '/ (items)'],
    [`$filter=${' '.repeat(70_000)}`, 65_536, 'query (length)'],
  ])('refuse %.40s…', (query, limit, what) => {
    expect(outcomeOf(query)).toEqual(['LIMIT_EXCEEDED', { limit, what }])
  })

  test('hold for the path', () => {
    expect(outcomeOf('', list('/a', 61, ''))).toEqual([
      'LIMIT_EXCEEDED',
      { limit: 60, what: 'path (items)' },
    ])
    expect(outcomeOf('', `/A/$filter(${nest('(', 'A', ')', 20_000)})`)).toEqual([
      'LIMIT_EXCEEDED',
      { limit: 60, what: 'path (depth)' },
    ])
  })
})
