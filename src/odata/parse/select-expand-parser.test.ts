import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { defaultParseLimits } from './limits.ts'
import { parseRequest } from './request-parser.ts'
import type { QueryOptions } from './syntax.ts'

function options(query: string): QueryOptions {
  return parseRequest('/A', query, defaultParseLimits).options
}

function errorOf(query: string): unknown {
  try {
    return options(query)
  } catch (error) {
    return error instanceof HapiError ? [error.code, error.values] : error
  }
}

describe('URL Conventions 4.01 §5.1.3 $select', () => {
  test('paths, all properties, operations, annotations', () => {
    expect(
      options('$select=B , C/D,*,Ns.*,Ns.Type/E,@Ns.Term,F(G,H)').select?.map((item) => item.path),
    ).toEqual([['B'], ['C', 'D'], ['*'], ['Ns.*'], ['Ns.Type', 'E'], ['@Ns.Term'], ['F(G,H)']])
  })

  test('options of a selected item', () => {
    expect(options('$select=B($select=C,D;$top=1;$count=true)').select).toEqual([
      {
        path: ['B'],
        options: {
          select: [
            { path: ['C'], position: 11 },
            { path: ['D'], position: 13 },
          ],
          top: 0,
          count: true,
        },
        position: 1,
      },
    ])
  })
})

describe('URL Conventions 4.01 §5.1.2 $expand', () => {
  test('paths, suffixes, all', () => {
    expect(
      options('$expand=B,C/Ns.T/D,E/$Ref,F/$count,*,G/*/$ref,$value').expand?.map(
        ({ path, suffix }) => [path.join('/'), suffix],
      ),
    ).toEqual([
      ['B', undefined],
      ['C/Ns.T/D', undefined],
      ['E', '$ref'],
      ['F', '$count'],
      ['*', undefined],
      ['G/*', '$ref'],
      ['$value', undefined],
    ])
  })

  test('every nested option, without $ and in any letter case too', () => {
    expect(
      options(
        '$expand=B( $Filter = C eq 1 ; orderby=D desc;SEARCH=x;$skip=2;top=3;count=false;levels=MAX;compute=C as E;select=C;expand=F($expand=G);@a=4; )',
      ).expand?.[0]?.options,
    ).toEqual({
      filter: expect.objectContaining({ kind: 'binary' }),
      orderby: [expect.objectContaining({ direction: 'desc' })],
      search: { kind: 'term', literal: 1, phrase: false, position: 45 },
      skip: 2,
      top: 3,
      count: false,
      levels: 'max',
      compute: [expect.objectContaining({ name: 'E' })],
      select: [expect.objectContaining({ path: ['C'] })],
      expand: [
        expect.objectContaining({
          path: ['F'],
          options: { expand: [expect.objectContaining({ path: ['G'] })] },
        }),
      ],
      aliases: new Map([['a', { kind: 'literal', literal: 4, position: 131 }]]),
    })
  })

  test('what encodeURIComponent makes of nested options is what it was made of', () => {
    const plain = 'B($select=C;$search=x;$expand=D($top=1;$skip=2)),E'
    const shapeOf = (value: string): string =>
      parseRequest('/A', `$expand=${value}`, defaultParseLimits).shape
    expect(shapeOf(encodeURIComponent(plain))).toBe(shapeOf(plain))
    expect(shapeOf(plain.replace('C;$', 'C%3B$'))).toBe(shapeOf(plain))
  })

  test('an encoded semicolon is text of a search, a plain one separates', () => {
    const { literals } = parseRequest(
      '/A',
      '$expand=B($search=a%3Bb;$top=1),C($search=x)',
      defaultParseLimits,
    )
    expect(literals.map((literal) => literal.value)).toEqual(['a;b', '1', 'x'])
  })

  test.each([
    ['$expand=B($levels=0)', 'INVALID_OPTION_VALUE', { option: '$levels', value: '0' }],
    ['$expand=B($levels=04)', 'INVALID_OPTION_VALUE', { option: '$levels', value: '04' }],
    ['$expand=B($top=1;top=2)', 'DUPLICATE_OPTION', { option: '$top' }],
    ['$expand=B($where=C;$filter=C)', 'DUPLICATE_OPTION', { option: '$filter' }],
    ['$expand=B($selct=C)', 'UNKNOWN_OPTION', { option: '$selct', nearest: ' → $select' }],
    ['$expand=B($format=json)', 'OPTION_NOT_APPLICABLE', { option: '$format' }],
    ['$expand=B/$ref($select=C)', 'OPTION_NOT_APPLICABLE', { option: '$select' }],
    ['$expand=B/$count($top=1)', 'OPTION_NOT_APPLICABLE', { option: '$top' }],
    ['$select=B($levels=1)', 'OPTION_NOT_APPLICABLE', { option: '$levels' }],
    ['$expand=B($apply=nest(identity as x))', 'NOT_IMPLEMENTED', { feature: 'nest(…)' }],
  ])('%s', (query, code, values) => {
    expect(errorOf(query)).toEqual([code, values])
  })

  test.each([
    ['$expand=', '$expand', 1, '∅', 'name, *'],
    ['$expand=B C', '$expand', 3, '“C”', ', ( / ∅'],
    ['$expand=B/$foo', '$expand', 3, '“$foo”', '$ref, $count'],
    ['$expand=B($top=1', '$expand', 9, '∅', '; )'],
    ['$select=B,', '$select', 3, '∅', 'name, *'],
    ['$select=*/B', '$select', 2, '“/B”', '$ref'],
  ])('%s is refused', (query, option, position, found, expected) => {
    expect(errorOf(query)).toEqual(['SYNTAX_ERROR', { option, position, found, expected }])
  })
})
