import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { defaultParseLimits } from './limits.ts'
import { parseRequest } from './request-parser.ts'
import type { QueryOptions } from './syntax.ts'

function read(query: string): QueryOptions {
  return parseRequest('/A', query, defaultParseLimits).options
}

function refusalOf(apply: string): unknown {
  try {
    return read(`$apply=${apply}`)
  } catch (error) {
    return error instanceof HapiError ? [error.code, error.values] : error
  }
}

describe('Data Aggregation 4.0 §3 $apply', () => {
  test('transformations in a row, blanks and letter case free', () => {
    expect(
      read('apply= Filter( A gt 1 ) / GROUPBY( (B , C/D) , aggregate( E with SUM as F ) )').apply,
    ).toMatchObject([
      { kind: 'filter', condition: { kind: 'binary', operator: 'gt' } },
      {
        kind: 'groupby',
        elements: [
          { kind: 'path', path: ['B'] },
          { kind: 'path', path: ['C', 'D'] },
        ],
        sequence: [
          {
            kind: 'aggregate',
            items: [{ kind: 'method', method: 'SUM', alias: 'F', from: [] }],
          },
        ],
      },
    ])
  })

  test('what is counted, aggregated, or an aggregate by itself', () => {
    const [aggregate] =
      read('$apply=aggregate($count as A,B/$count as C,D mul 2 with max as E,F,G/H as I)').apply ??
      []
    expect(aggregate).toMatchObject({
      items: [
        { kind: 'count', path: [], alias: 'A' },
        { kind: 'count', path: ['B'], alias: 'C' },
        { kind: 'method', operand: { kind: 'binary' }, method: 'max', alias: 'E' },
        { kind: 'custom', path: ['F'], alias: undefined },
        { kind: 'custom', path: ['G', 'H'], alias: 'I' },
      ],
    })
  })

  test('`from` takes up the values of the one before', () => {
    const [aggregate] =
      read('$apply=aggregate(A with sum from B,C/D with average from E with max as F)').apply ?? []
    expect(aggregate).toMatchObject({
      items: [
        {
          method: 'sum',
          from: [
            { paths: [['B'], ['C', 'D']], method: 'average' },
            { paths: [['E']], method: 'max' },
          ],
          alias: 'F',
        },
      ],
    })
  })

  test('rollup, with and without the level above all', () => {
    const [groupby] = read('$apply=groupby((rollup(A,B/C),rollup($all,D)))').apply ?? []
    expect(groupby).toMatchObject({
      elements: [
        { kind: 'rollup', all: false, levels: [['A'], ['B', 'C']] },
        { kind: 'rollup', all: true, levels: [['D']] },
      ],
    })
  })

  test('numbers are literals: requests that differ by them share a shape', () => {
    const shapeOf = (apply: string) =>
      parseRequest('/A', `$apply=${apply}`, defaultParseLimits).shape
    expect(shapeOf('filter(A gt 1)/top(5)/topcount(3,B)')).toBe(
      shapeOf('filter(A gt 2)/top(7)/topcount(9,B)'),
    )
    expect(shapeOf('top(5)')).not.toBe(shapeOf('skip(5)'))
  })

  test('a slash in a quoted search ends nothing', () => {
    expect(read("$apply=search(')/top(1')/top(1)").apply).toMatchObject([
      { kind: 'search', search: { phrase: true } },
      { kind: 'top' },
    ])
  })

  test('nested in $expand', () => {
    expect(read('$expand=B($apply=groupby((C));$orderby=C)').expand).toMatchObject([
      { options: { apply: [{ kind: 'groupby' }], orderby: [{}] } },
    ])
  })

  test.each([
    ['', 1, '∅', expect.stringContaining('aggregate, groupby')],
    ['aggregate()', 11, '“)”', expect.stringContaining('name')],
    ['aggregate(A with sum)', 21, '“)”', 'as'],
    ['aggregate(A add 1 as B)', 19, '“as”', 'with'],
    ['aggregate($count with sum as A)', 18, '“with”', 'as'],
    ['aggregate(A with sum from B as C)', 29, '“as”', 'with'],
    ['groupby(A)', 9, '“A)”', '('],
    ['groupby((A/N.T))', 15, '“))”', '/'],
    ['concat(identity)', 16, '“)”', ','],
    ['top(A)', 5, '“A)”', '0…999999999'],
    ['top(-1)', 5, '“-1)”', '0…999999999'],
    ['identity/', 10, '∅', expect.stringContaining('aggregate, groupby')],
    ['sort(A)', 1, '“sort(A)”', expect.stringContaining('aggregate, groupby')],
  ])('%s is refused with its place', (apply, position, found, expected) => {
    expect(refusalOf(apply)).toEqual([
      'SYNTAX_ERROR',
      { option: '$apply', position, found, expected },
    ])
  })

  test.each([
    ['nest(identity as A)', 'nest(…)'],
    ['addnested(A,identity as B)', 'addnested(…)'],
    ['join(A as B)', 'join(…)'],
    ['outerjoin(A as B)', 'outerjoin(…)'],
    ['ancestors($root/A,B,C,identity)', 'ancestors(…)'],
    ['descendants($root/A,B,C,identity)', 'descendants(…)'],
    ['traverse($root/A,B,C,preorder)', 'traverse(…)'],
    ['groupby((rolluprecursive($root/A,B,C)))', 'rolluprecursive(…)'],
    ['groupby((rollup(A)))', 'rollup(A)'],
    ['Ns.Own(A=1)', 'Ns.Own(…)'],
  ])('%s is known and not offered', (apply, feature) => {
    expect(refusalOf(apply)).toEqual(['NOT_IMPLEMENTED', { feature }])
  })
})

describe('Limits of $apply', () => {
  const times = (count: number, item: string, separator = ',') =>
    Array.from({ length: count }, () => item).join(separator)

  test('allow what reports need', () => {
    expect(refusalOf(times(40, 'identity', '/'))).toMatchObject({ apply: { length: 40 } })
    expect(refusalOf(`aggregate(${times(100, '$count as A')})`)).toMatchObject({
      apply: [{ items: { length: 100 } }],
    })
    expect(refusalOf(`groupby((${times(32, 'A')}))`)).toMatchObject({
      apply: [{ elements: { length: 32 } }],
    })
  })

  test.each([
    [times(41, 'identity', '/'), 40, '$apply (transformations)'],
    [`concat(${times(5000, 'identity')})`, 40, '$apply (transformations)'],
    [`aggregate(${times(5000, '$count as A')})`, 100, '$apply (aggregates)'],
    [`groupby((${times(5000, 'A')}))`, 32, 'groupby (items)'],
    [`groupby((rollup(${times(5000, 'A')})))`, 32, 'rollup (items)'],
    [`aggregate(A with sum from ${times(5000, 'B')} with max as C)`, 32, 'from (items)'],
    [`${times(5000, 'groupby((A),', '')}identity`, 60, '$apply (depth)'],
    [`${times(5000, 'concat(', '')}identity`, 60, '$apply (depth)'],
    [`groupby((${times(5000, 'A', '/')}))`, 12, '/ (items)'],
  ])('refuse %.40s…', (apply, limit, what) => {
    expect(refusalOf(apply)).toEqual(['LIMIT_EXCEEDED', { limit, what }])
  })

  test('count aggregates in expressions too', () => {
    const filter = times(101, 'A/aggregate($count) eq 1', ' or ')
    expect(() => read(`$filter=${filter}`)).toThrow(
      expect.objectContaining({ values: { limit: 100, what: '$filter (aggregates)' } }),
    )
  })
})
