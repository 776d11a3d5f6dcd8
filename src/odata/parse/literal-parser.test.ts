import { describe, expect, test } from 'vitest'
import { HapiError } from '../../errors/hapi-error.ts'
import { defaultParseLimits } from './limits.ts'
import { parsePrimitiveLiteral } from './literal-parser.ts'
import { ParseBudget } from './parse-budget.ts'
import type { Literal } from './syntax.ts'
import { TextCursor } from './text-cursor.ts'

function read(text: string): { literal: Literal | undefined; shape: string; rest: string } {
  const literals: Literal[] = []
  const budget = new ParseBudget(defaultParseLimits)
  const cursor = new TextCursor(text, '$filter', { literals, budget })
  parsePrimitiveLiteral(cursor)
  return { literal: literals[0], shape: cursor.shape, rest: text.slice(cursor.index) }
}

describe('ABNF 4.01 primitiveLiteral', () => {
  test.each([
    ['null', 'null', 'null', 'n'],
    ['NULL', 'null', 'null', 'n'],
    ['True', 'boolean', 'true', 'b'],
    ['false', 'boolean', 'false', 'b'],
    ['42', 'integer', '42', 'i'],
    ['+42', 'integer', '42', 'i'],
    ['-0042', 'integer', '-0042', 'i'],
    ['12345678901234567890', 'integer', '12345678901234567890', 'i'],
    ['4.50', 'decimal', '4.50', 'd'],
    ['-0.314e1', 'double', '-0.314e1', 'f'],
    ['1E+5', 'double', '1E+5', 'f'],
    ['INF', 'double', 'INF', 'f'],
    ['-INF', 'double', '-INF', 'f'],
    ['NaN', 'double', 'NaN', 'f'],
    ["''", 'string', '', 's'],
    ["'O''Neil'", 'string', "O'Neil", 's'],
    ["''''", 'string', "'", 's'],
    ['01234567-89ab-CDEF-0123-456789abcdef', 'guid', '01234567-89ab-CDEF-0123-456789abcdef', 'g'],
    ['abcdef01-89ab-cdef-0123-456789abcdef', 'guid', 'abcdef01-89ab-cdef-0123-456789abcdef', 'g'],
    ['20120903-89ab-cdef-0123-456789abcdef', 'guid', '20120903-89ab-cdef-0123-456789abcdef', 'g'],
    ['2026-07-01', 'date', '2026-07-01', 'D'],
    ['-10000-04-01', 'date', '-10000-04-01', 'D'],
    ['2026-07-01T12:30Z', 'dateTimeOffset', '2026-07-01T12:30Z', 'T'],
    ['2026-07-01t12:30:15.123z', 'dateTimeOffset', '2026-07-01T12:30:15.123Z', 'T'],
    ['2026-07-01T12:30:15-05:00', 'dateTimeOffset', '2026-07-01T12:30:15-05:00', 'T'],
    ['2026-07-01T12:30 05:00', 'dateTimeOffset', '2026-07-01T12:30+05:00', 'T'],
    ['11:22', 'timeOfDay', '11:22', 't'],
    ['11:22:33.4444444', 'timeOfDay', '11:22:33.4444444', 't'],
    ["duration'P1DT2H'", 'duration', 'P1DT2H', 'p'],
    ["DURATION'-pt1.5s'", 'duration', '-PT1.5S', 'p'],
    ["binary'Zm9v'", 'binary', 'Zm9v', 'x'],
  ] as const)('%s', (text, kind, value, mark) => {
    expect(read(text)).toEqual({
      literal: { kind, value, position: 1 },
      shape: `\u0001${mark}`,
      rest: '',
    })
  })

  test('an enumeration keeps its type in the tree and in the shape', () => {
    expect(read("Ns.Color'Red,Blue'")).toEqual({
      literal: { kind: 'enum', value: 'Red,Blue', typeName: 'Ns.Color', position: 9 },
      shape: 'Ns.Color\u0001e',
      rest: '',
    })
  })

  test.each(['Name', 'inf', 'nan', 'nullable', '-A', '-INFO', '(', '@a', 'True1', ''])(
    '%s is none, and nothing is read',
    (text) => {
      expect(read(text)).toEqual({ literal: undefined, shape: text, rest: text })
    },
  )

  test('a literal ends where its grammar does', () => {
    expect(read('1,2').rest).toBe(',2')
    expect(read('1. ').rest).toBe('. ')
    expect(read("'a' 'b'").rest).toBe(" 'b'")
  })
})

describe('What only looks like a literal is refused, with the type it looks like', () => {
  test.each([
    ['12abc', 'Edm.Int64', '12abc'],
    ['1.5x', 'Edm.Decimal', '1.5x'],
    ['1e5e5', 'Edm.Decimal', '1e5e5'],
    ['2026-13-01', 'Edm.Date', '2026-13-01'],
    ['2026-02-32', 'Edm.Date', '2026-02-32'],
    ['2026-07-01T24:00Z', 'Edm.DateTimeOffset', '2026-07-01T24:00Z'],
    ['2026-07-01T12:00', 'Edm.DateTimeOffset', '2026-07-01T12:00'],
    ['11:22h', 'Edm.TimeOfDay', '11:22h'],
    ["duration'P1Y'", 'Edm.Duration', "duration'P1Y'"],
    ["duration'P'", 'Edm.Duration', "duration'P'"],
    ["binary'Zg='", 'Edm.Binary', "binary'Zg='"],
    ["Ns.Color'not one'", 'Ns.Color', "Ns.Color'not"],
    ['01234567-89ab-cdef-0123-456789abcdef0', 'Edm.Guid', '01234567-89ab-cdef-0123-456789abcdef0'],
  ])('%s', (text, type, value) => {
    expect(errorOf(text)).toEqual(['INVALID_LITERAL', { value, type, position: 1 }, '$filter'])
  })

  test.each([
    ["'open", 6],
    ["'it''s", 7],
    ["binary'Zg", 10],
  ])('%s never ends', (text, position) => {
    expect(errorOf(text)).toEqual([
      'SYNTAX_ERROR',
      { option: '$filter', position, found: '∅', expected: "'" },
      '$filter',
    ])
  })
})

function errorOf(text: string): unknown {
  try {
    return read(text)
  } catch (error) {
    return error instanceof HapiError ? [error.code, error.values, error.target] : error
  }
}
