import { describe, expect, test } from 'vitest'
import { HapiError } from '../../../errors/hapi-error.ts'
import type { Property } from '../../../model/entity-type.ts'
import type { DateOrder } from './cell-dates.ts'
import { cellReader } from './cell-values.ts'

/** The value, a number by its text; or the code of the refusal. */
function read(property: Partial<Property>, text: string, dateOrder?: DateOrder): unknown {
  const whole: Property = {
    name: 'X',
    fr: 'X',
    en: 'X',
    description: '',
    nullable: true,
    type: 'Edm.String',
    ...property,
  }
  try {
    const value = cellReader(whole, dateOrder)(text)
    return value !== null && typeof value === 'object' && 'text' in value ? [value.text] : value
  } catch (error) {
    if (error instanceof HapiError) return error.code
    throw error
  }
}

const UNCLEAR = 'IMPORT_VALUE_UNCLEAR'

describe('numbers of cells', () => {
  test.each([
    ['1234,50', ['1234.50']],
    ['1234.50', ['1234.50']],
    ['1 234,50 $', ['1234.50']],
    ['1\u00a0234,5', ['1234.5']],
    ['1\u202f234,50\u00a0$', ['1234.50']],
    ['$1,234.50', ['1234.50']],
    ['1.234,50', ['1234.50']],
    ['1,234,567', ['1234567']],
    ['-20,00', ['-20.00']],
    ['\u221220,00', ['-20.00']],
    ['(20,00)', ['-20.00']],
    ['+5', ['5']],
    ['0,125', ['0.125']],
    ['1,234', UNCLEAR],
    ['-$ 20,00', ['-20.00']],
    ['($ 1 234 567,00)', ['-1234567.00']],
    ['12$3', '12$3'],
    ['1 2 3 4', '1 2 3 4'],
    ['1 23', '1 23'],
    ['1.234', ['1.234']],
    ['12,34,56', '12,34,56'],
    ['1e5', '1e5'],
    ['neuf', 'neuf'],
    ['12 mois', '12 mois'],
  ])('a decimal of two places: %s', (text, value) => {
    expect(read({ type: 'Edm.Decimal', scale: 2 }, text)).toEqual(value)
  })

  test.each([
    ['12', ['12']],
    ['12,00', ['12']],
    ['12.0', ['12']],
    ['1 234', ['1234']],
    ['1,234', UNCLEAR],
    ['12,5', ['12.5']],
    ['A-12', 'A-12'],
  ])('a whole number: %s', (text, value) => {
    expect(read({ type: 'Edm.Int32' }, text)).toEqual(value)
  })

  test('three decimals where three are due', () => {
    expect(read({ type: 'Edm.Decimal', scale: 3 }, '1,234')).toEqual(['1.234'])
  })
})

describe('dates of cells', () => {
  test.each([
    ['2026-07-01', '2026-07-01'],
    ['2026/7/1', '2026-07-01'],
    ['2026-07-01 00:00:00', '2026-07-01'],
    ['2026-07-01T00:00:00.000', '2026-07-01'],
    ['13/07/2026', '2026-07-13'],
    ['07/13/2026', '2026-07-13'],
    ['07/07/2026', '2026-07-07'],
    ['01/07/2026', UNCLEAR],
    ['1.7.2026', UNCLEAR],
    ['2026-07-01 14:30', '2026-07-01 14:30'],
    ['1er juillet 2026', '1er juillet 2026'],
    ['01/07/26', '01/07/26'],
  ])('%s', (text, value) => {
    expect(read({ type: 'Edm.Date' }, text)).toBe(value)
  })

  test('in the order that is said', () => {
    expect(read({ type: 'Edm.Date' }, '01/07/2026', 'day-month-year')).toBe('2026-07-01')
    expect(read({ type: 'Edm.Date' }, '01/07/2026', 'month-day-year')).toBe('2026-01-07')
    // What is no date in that order is none: the rules refuse it.
    expect(read({ type: 'Edm.Date' }, '07/13/2026', 'day-month-year')).toBe('2026-13-07')
  })

  test.each([
    ['2026-07-01T14:30:00Z', '2026-07-01T14:30:00Z'],
    ['2026-07-01 14:30', '2026-07-01T18:30:00.000Z'],
    ['2026-01-15 14:30:15', '2026-01-15T19:30:15.000Z'],
    ['2026-07-01 9 h 30', '2026-07-01T13:30:00.000Z'],
    ['2026-07-01', '2026-07-01T04:00:00.000Z'],
    ['13/07/2026 9:05', '2026-07-13T13:05:00.000Z'],
    ['01/07/2026 9:05', UNCLEAR],
    // The hour that comes twice is the first of both; the hour that is skipped is none.
    ['2026-11-01 01:30', '2026-11-01T05:30:00.000Z'],
    ['2026-03-08 02:30', '2026-03-08 02:30'],
    ['2026-07-01 25:00', '2026-07-01 25:00'],
    ['demain', 'demain'],
  ])('an instant: %s', (text, value) => {
    expect(read({ type: 'Edm.DateTimeOffset' }, text)).toBe(value)
  })
})

describe('words of cells', () => {
  test.each([
    ['Oui', true],
    ['VRAI', true],
    ['yes', true],
    ['1', true],
    ['non', false],
    ['False', false],
    ['0', false],
    ['peut-être', 'peut-être'],
  ])('a boolean: %s', (text, value) => {
    expect(read({ type: 'Edm.Boolean' }, text)).toBe(value)
  })

  test.each([
    ['F', 'F'],
    ['a ', 'A'],
    ['Français', 'F'],
    ['english', 'A'],
    ['Anglais', 'A'],
    ['Latin', 'Latin'],
    ['=A1', 'IMPORT_FORMULA'],
  ])('a member of an enumeration: %s', (text, value) => {
    expect(read({ enumeration: 'Language' }, text)).toBe(value)
  })

  test('a text is taken as it stands', () => {
    expect(read({}, ' Roy ')).toBe(' Roy ')
    expect(read({}, "'=1+1")).toBe('=1+1')
    expect(read({}, '=1+1')).toBe('IMPORT_FORMULA')
  })
})
