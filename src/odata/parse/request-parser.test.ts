import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { defaultParseLimits } from './limits.ts'
import { parseRequest } from './request-parser.ts'
import type { ODataRequest } from './syntax.ts'

function read(path: string, query = ''): ODataRequest {
  return parseRequest(path, query, defaultParseLimits)
}

function errorOf(path: string, query = ''): unknown {
  try {
    return read(path, query)
  } catch (error) {
    return error instanceof HapiError ? [error.code, error.values, error.target] : error
  }
}

describe('the tree of a request', () => {
  test('has the whole URL, its literals in order and its shape', () => {
    expect(
      read(
        '/Buildings(1)/Units/',
        "$Select=Id,%20UnitCode&$expand=Lines ( $top=2 ; select = * ) &x=1&$filter=A+eq+@p&@p='q''r'",
      ),
    ).toEqual({
      path: [
        {
          kind: 'name',
          name: 'Buildings',
          arguments: {
            kind: 'positional',
            values: [{ kind: 'literal', literal: 0, position: 11 }],
          },
          position: 1,
        },
        { kind: 'name', name: 'Units', position: 14 },
      ],
      options: {
        select: [
          { path: ['Id'], position: 1 },
          { path: ['UnitCode'], position: 5 },
        ],
        expand: [
          {
            path: ['Lines'],
            options: { top: 1, select: [{ path: ['*'], position: 27 }] },
            position: 1,
          },
        ],
        filter: {
          kind: 'binary',
          operator: 'eq',
          left: { kind: 'path', steps: [{ kind: 'name', name: 'A', position: 1 }], position: 1 },
          right: { kind: 'alias', name: 'p', position: 6 },
          position: 3,
        },
      },
      aliases: new Map([['p', { kind: 'literal', literal: 2, position: 1 }]]),
      customOptions: [['x', '1']],
      literals: [
        { kind: 'integer', value: '1', position: 11 },
        { kind: 'integer', value: '2', position: 14 },
        { kind: 'string', value: "q'r", position: 1 },
      ],
      shape:
        '/Buildings(\u0001i)/Units\0$select\0Id, UnitCode\0$expand\0Lines ( $top=\u0001i ; select = * ) ' +
        '\0x\x001\0$filter\0A eq @p\0@p\0\u0001s',
    })
  })

  test('of the service root is empty', () => {
    const empty = { path: [], options: {}, aliases: new Map(), customOptions: [], literals: [] }
    expect(read('')).toEqual({ ...empty, shape: '' })
    expect(read('/', '&&')).toEqual({ ...empty, shape: '' })
  })
})

describe('shapes', () => {
  const shapeOf = (query: string) => read('/Units', query).shape

  test('are equal where requests differ by literals alone', () => {
    expect(shapeOf("$filter=A eq 'x' and B eq 1&$top=10")).toBe(
      shapeOf("$filter=A%20eq%20'yy''y'+and+B+eq+-22&$top=5"),
    )
    expect(shapeOf('$search=blue "a b"')).toBe(shapeOf('$search=x "c"'))
    expect(shapeOf('$skiptoken=abc')).toBe(shapeOf('$skiptoken=def'))
  })

  test('differ where trees, kinds of literals or structural values do', () => {
    const shapes = [
      '$filter=A eq 1',
      '$filter=A eq 1.0',
      "$filter=A eq '1'",
      '$filter=A eq null',
      "$filter=A eq Ns.E'x'",
      "$filter=A eq Ns.F'x'",
      '$filter=B eq 1',
      '$filter=A eq @p',
      '$expand=A($levels=1)',
      '$expand=A($levels=2)',
      '$count=true',
      '$count=false',
      '$format=json',
      '$format=xml',
      '$search=a b',
      '$search=a "b"',
      'x=1',
      'x=2',
      'x%3D=1',
      'x=%3D1',
    ].map(shapeOf)
    expect(new Set(shapes).size).toBe(shapes.length)
  })
})

describe('URL Conventions 4.01 §2: percent-decoding after splitting', () => {
  test('encoded delimiters are text', () => {
    expect(read("/Units('a%2Fb%27%27%28')", "$filter=A eq 'x%26y%3Dz%2B'").literals).toEqual([
      { kind: 'string', value: "a/b'(", position: 7 },
      { kind: 'string', value: 'x&y=z+', position: 6 },
    ])
    expect(read('/A%28%271%27%29').shape).toBe('/A(\u0001s)')
    expect(read('/A', "%24filter=B+eq+'c+d'").literals[0]?.value).toBe('c d')
    expect(read("/A('b+c')").literals[0]?.value).toBe('b+c')
  })

  test.each([
    ['/A', '$filter=%zz', '%'],
    ['/A', '$filter=%2', '%'],
    ['/A', 'x=%ff', '%'],
    ['/A', '%C3=1', '%'],
    ['/A', "$filter=A eq '%ED%A0%80'", '%'],
    ['/A', 'x=%00', 'U+0000'],
    ['/A%00', '', 'U+0000'],
    ['/%zz', '', '%'],
    ['/A', 'x=\ud800', 'UTF-8'],
    ['/A', 'x=1#2', '#'],
    ['/A#b', '', '#'],
  ])('%s?%s is no text', (path, query, reason) => {
    expect(errorOf(path, query)).toEqual(['MALFORMED_URL', { reason }, 'url'])
  })
})

describe('URL Conventions 4.01 §5.1: names of system query options', () => {
  test.each(['$top=5', 'top=5', '$TOP=5', '%24top=5', ' $Top = 5 '])('%s', (query) => {
    expect(read('/A', query)).toMatchObject({ options: { top: 0 }, customOptions: [] })
  })

  test('$where is another name of $filter (contract B8)', () => {
    expect(read('/A', '$where=B').options.filter).toEqual(read('/A', '$filter=B').options.filter)
    expect(errorOf('/A', '$where=B&$filter=B')).toEqual([
      'DUPLICATE_OPTION',
      { option: '$filter' },
      '$filter',
    ])
  })

  test.each([
    ['$select=A&select=B', 'DUPLICATE_OPTION', { option: '$select' }, '$select'],
    ['@a=1&@a=2', 'DUPLICATE_OPTION', { option: '@a' }, '@a'],
    ['$fitler=A', 'UNKNOWN_OPTION', { option: '$fitler', nearest: ' → $filter' }, '$fitler'],
    ['$zzzzzzz=A', 'UNKNOWN_OPTION', { option: '$zzzzzzz', nearest: '' }, '$zzzzzzz'],
    ['$levels=2', 'OPTION_NOT_APPLICABLE', { option: '$levels' }, '$levels'],
    ['$apply=nest(identity as A)', 'NOT_IMPLEMENTED', { feature: 'nest(…)' }, '$apply'],
    ['$top=-1', 'INVALID_OPTION_VALUE', { option: '$top', value: '-1' }, '$top'],
    ['$top=1e9', 'INVALID_OPTION_VALUE', { option: '$top', value: '1e9' }, '$top'],
    ['$skip=1.0', 'INVALID_OPTION_VALUE', { option: '$skip', value: '1.0' }, '$skip'],
    ['$skip=2147483648', 'INVALID_OPTION_VALUE', { option: '$skip', value: '2147483648' }, '$skip'],
    ['$top', 'INVALID_OPTION_VALUE', { option: '$top', value: '' }, '$top'],
    ['$count=1', 'INVALID_OPTION_VALUE', { option: '$count', value: '1' }, '$count'],
    ['$index=a', 'INVALID_OPTION_VALUE', { option: '$index', value: 'a' }, '$index'],
    ['$format=', 'INVALID_OPTION_VALUE', { option: '$format', value: '' }, '$format'],
  ])('%s', (query, code, values, target) => {
    expect(errorOf('/A', query)).toEqual([code, values, target])
  })

  test('options that are no system query options are kept in order, decoded', () => {
    expect(read('/A', 'b=1&a=%C3%A9+x&b=2&levels=3&c&').customOptions).toEqual([
      ['b', '1'],
      ['a', 'é x'],
      ['b', '2'],
      ['levels', '3'],
      ['c', ''],
    ])
  })

  test('values that are no expressions', () => {
    expect(
      read(
        '/A',
        '$count=TRUE&$format=application/json;odata.metadata=full&$skiptoken=a=b&$deltatoken=d&$id=urn:x&$index=-3&$schemaversion=*',
      ).options,
    ).toEqual({
      count: true,
      format: 'application/json;odata.metadata=full',
      skiptoken: 'a=b',
      deltatoken: 'd',
      id: 'urn:x',
      index: -3,
      schemaversion: '*',
    })
  })
})

describe('URL Conventions 4.01 §5.1.4 $orderby, §5.1.3.2 $compute', () => {
  test('items with and without a direction, in any letter case', () => {
    const items = read('/A', '$orderby=B , tolower(C) DESC,D asc').options.orderby
    expect(items?.map(({ direction, position }) => [direction, position])).toEqual([
      ['asc', 1],
      ['desc', 5],
      ['asc', 21],
    ])
  })

  test('a property may be called desc', () => {
    const [item] = read('/A', '$orderby=desc desc').options.orderby ?? []
    expect(item).toMatchObject({
      direction: 'desc',
      expression: { kind: 'path', steps: [{ name: 'desc' }] },
    })
  })

  test('computed names', () => {
    const items = read('/A', '$compute=B mul 2 as C,D AS E').options.compute
    expect(items?.map(({ name, position }) => [name, position])).toEqual([
      ['C', 1],
      ['E', 14],
    ])
  })
})

describe('ABNF 4.01 resourcePath', () => {
  test('a segment that is no identifier is a key (§4.3.6)', () => {
    const { path, literals } = read("/People/O'Neil/1/-5/Smartphone%2FTablet/A1245")
    expect(path.map((segment) => segment.kind)).toEqual([
      'name',
      'literal',
      'literal',
      'literal',
      'literal',
      'name',
    ])
    expect(literals.map(({ kind, value }) => [kind, value])).toEqual([
      ['segment', "O'Neil"],
      ['segment', '1'],
      ['segment', '-5'],
      ['segment', 'Smartphone/Tablet'],
    ])
  })

  test('keys by name, aliases, a key after a function call, system segments in any case', () => {
    expect(read("/A(B=1, C = 'x')/F(p=@q)(2)/$Count")).toMatchObject({
      path: [
        {
          name: 'A',
          arguments: {
            kind: 'named',
            values: [
              { name: 'B', value: { literal: 0 } },
              { name: 'C', value: { literal: 1 } },
            ],
          },
        },
        { name: 'F', arguments: { kind: 'named', values: [{ name: 'p', value: { name: 'q' } }] } },
        { kind: 'literal', literal: 2 },
        { kind: 'system', name: '$count' },
      ],
    })
    expect(read('/A/$filter(B/C gt 1)/$each').path[1]).toMatchObject({
      kind: 'system',
      name: '$filter',
      arguments: { kind: 'positional', values: [{ kind: 'binary' }] },
    })
    expect(read('/$crossjoin(A,B)').path[0]).toMatchObject({ arguments: { kind: 'positional' } })
  })

  test.each([
    ["/A('b/c')", 5, '∅', "'"],
    ['/A(1', 4, '∅', ', )'],
    ['/A(1)x', 5, '“x”', '/ ∅'],
    ['/A(B=c)', 5, '“c)”', 'literal, @name'],
    ['/A(B=1;C=2)', 6, '“;C=2)”', ', )'],
    ['/A//B', 3, '∅', 'name'],
    ['/1', 1, '“1”', 'name'],
    ['/A/$count/B', 10, '“B”', '∅'],
    ['/A/$ref/$count', 8, '“$count”', '∅'],
  ])('%s is refused', (path, position, found, expected) => {
    expect(errorOf(path)).toEqual([
      'SYNTAX_ERROR',
      { option: 'path', position, found, expected },
      'path',
    ])
  })

  test('an unknown system segment is not found', () => {
    expect(errorOf('/A/$cuont')).toEqual([
      'UNKNOWN_SEGMENT',
      { segment: '$cuont', type: 'A', nearest: ' → $count' },
      '$cuont',
    ])
  })
})
