import { describe, expect, test } from 'vitest'
import { HapiError } from '../errors/hapi-error.ts'
import { customHeadersProblem, maskedHeaders, readCustomHeaders } from './custom-headers.ts'

function read(input: unknown): readonly (readonly [string, string])[] {
  return readCustomHeaders(input, 'ResponseHeaders').map(({ name, value }) => [name, value])
}

function messageOf(input: unknown): string {
  try {
    readCustomHeaders(input, 'ResponseHeaders')
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    expect([error.code, error.status, error.target]).toEqual([
      'WEBHOOK_HEADERS_INVALID',
      400,
      'ResponseHeaders',
    ])
    return `${error.messageIn('fr')}\n${error.messageIn('en')}`
  }
  throw new Error(`accepted: ${JSON.stringify(input)}`)
}

describe('D2: ResponseHeaders', () => {
  test.each<[unknown, readonly (readonly [string, string])[]]>([
    [undefined, []],
    [null, []],
    ['', []],
    ['   ', []],
    [';;', []],
    [{}, []],
    ['X-Api-Key:abc', [['X-Api-Key', 'abc']]],
    [
      'x-api-KEY:abc;Other: d',
      [
        ['x-api-KEY', 'abc'],
        ['Other', 'd'],
      ],
    ],
    // Only the first ':' separates.
    ['Authorization:Basic a:b::c', [['Authorization', 'Basic a:b::c']]],
    ['  A  :  b  c  ', [['A', 'b  c']]],
    ['A:b;', [['A', 'b']]],
    [
      ';A:b;; ;C:d;',
      [
        ['A', 'b'],
        ['C', 'd'],
      ],
    ],
    ['A:', [['A', '']]],
    [
      { 'X-Key': 'a;b:c', Empty: '' },
      [
        ['X-Key', 'a;b:c'],
        ['Empty', ''],
      ],
    ],
    [{ ' X ': ' y ' }, [['X', 'y']]],
    ["!#$%&'*+.^_`|~-09:x", [["!#$%&'*+.^_`|~-09", 'x']]],
  ])('%j', (input, headers) => {
    expect(read(input)).toEqual(headers)
  })

  test.each<[string, unknown]>([
    ['line end', 'A:b\r\nX: y'],
    ['line feed', 'A:b\nc'],
    ['carriage return', 'A:b\rc'],
    ['a line end at the end', 'A:b\r\n'],
    ['a line end at the head', '\r\nA:b'],
    ['a line end before the colon', 'A\r\n:b'],
    ['a folded line', 'A:b\r\n c'],
    ['NUL', 'A:b\0'],
    ['tab in the value', 'A:b\tc'],
    ['tab before the value', 'A:\tb'],
    ['tab in the name', 'A\t:b'],
    ['vertical tab', 'A:b\vc'],
    ['form feed', 'A:b\fc'],
    ['escape', 'A:\u001b[31m'],
    ['delete', 'A:b\u007f'],
    ['C1 control', 'A:b\u0085c'],
    ['line separator', 'A:b\u2028c'],
    ['no-break space at the end', 'A:b\u00a0'],
    ['byte order mark', '\ufeffA:b'],
    ['a letter that becomes a line end when its high byte is dropped', 'A:b\u010d\u010a'],
    ['accent', 'A:é'],
    ['emoji', 'A:😀'],
    ['lone surrogate', 'A:\ud800'],
    ['blank in the name', 'A B:c'],
    ['no name', ':b'],
    ['accent in the name', 'É:b'],
    ['parenthesis in the name', 'A(b):c'],
    ['slash in the name', 'A/b:c'],
    ['quote in the name', '"A":b'],
    ['pseudo-header', { ':path': '/' }],
    ['line end in a name of an object', { 'A\r\nB': 'c' }],
    ['colon in a name of an object', { 'A:B': 'c' }],
    ['empty name of an object', { '': 'c' }],
    ['line end in a value of an object', { A: 'b\r\nC: d' }],
    ['value that is a number', { A: 1 }],
    ['value that is null', { A: null }],
    ['value that is a list', { A: ['b'] }],
    ['a list', ['A:b']],
    ['a number', 7],
  ])('header injection: %s is refused', (_, input) => {
    messageOf(input)
  })

  test.each([
    'Host',
    'Content-Length',
    'content-type',
    'Content-Encoding',
    'Content-Foo',
    'Transfer-Encoding',
    'Connection',
    'TE',
    'Trailer',
    'Upgrade',
    'Keep-Alive',
    'Expect',
    'Proxy-Authorization',
    'Proxy-Connection',
    'HTTP2-Settings',
    'webhook-id',
    'Webhook-Signature',
    'WEBHOOK-X',
    'Accept-Encoding',
    'User-Agent',
    'Content_Length',
    'Webhook_Signature',
    'Transfer_Encoding',
  ])('%s is reserved', (name) => {
    expect(messageOf(`A:b;${name}:c`)).toContain(name)
    expect(messageOf({ [name]: 'c' })).toContain(name)
  })

  test('a segment without a colon, and the same name twice, are refused', () => {
    expect(messageOf('A:b;c;D:e')).toMatch(/element 2 lacks ':'/)
    expect(messageOf('A:b;a:c')).toMatch(/header a is given twice/)
    expect(messageOf({ A: 'b', a: 'c' })).toMatch(/header a is given twice/)
  })

  test('32 headers, 4 KB each, 8 KB in all; one more is refused', () => {
    const many = (count: number): string =>
      Array.from({ length: count }, (_, i) => `X-${i}:v`).join(';')
    expect(read(many(32))).toHaveLength(32)
    expect(messageOf(many(33))).toContain('more than 32')
    expect(
      messageOf(Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`x${i}`, 'v']))),
    ).toContain('more than 32')
    expect(read(`A:${'v'.repeat(4_095)}`)).toHaveLength(1)
    expect(messageOf(`A:${'v'.repeat(4_096)}`)).toContain('exceeds 4096 bytes')
    const twoBig = `A:${'v'.repeat(4_095)};B:${'v'.repeat(4_095)}`
    expect(read(twoBig)).toHaveLength(2)
    expect(messageOf(`${twoBig};C:`)).toContain('more than 8192 bytes')
    expect(messageOf(';'.repeat(1_000_000))).toContain('more than 8192 bytes')
  })

  test('no refusal repeats a value or what may be a piece of one', () => {
    for (const input of [
      'A:s3cret\n',
      'A:ok;s3cret',
      'A:ok;s3cret é:x',
      { A: 's3cret\0' },
      { Host: 's3cret' },
      'A:s3cret;A:s3cret',
      `A:s3cret${'v'.repeat(5_000)}`,
    ])
      expect(messageOf(input)).not.toContain('s3cret')
  })

  test('headers that were changed after they were saved are found when they are sent', () => {
    expect(customHeadersProblem([{ name: 'A', value: 'b' }])).toBeUndefined()
    expect(customHeadersProblem([{ name: 'A', value: 'b\r\nX: y' }])).toBeDefined()
    expect(customHeadersProblem([{ name: 'webhook-id', value: 'evt_1' }])).toBeDefined()
  })
})

describe('security §6: header values are secrets', () => {
  test('a read shows the names, and nothing of the values, not even their length', () => {
    const headers = readCustomHeaders('X-Api-Key:abc;Other:', 'ResponseHeaders')
    expect(maskedHeaders(headers)).toBe('X-Api-Key:••••••;Other:••••••')
    expect(maskedHeaders([])).toBe('')
  })
})
