import { describe, expect, test } from 'vitest'
import { amountText, dayText, percentText, unbroken } from './words.ts'

describe('Figures on papers', () => {
  test.each([
    ['1234.50', '1 234,50 $', '$1,234.50'],
    ['0.00', '0,00 $', '$0.00'],
    ['1234567.8', '1 234 567,80 $', '$1,234,567.80'],
    ['-50.00', '−50,00 $', '−$50.00'],
    ['999', '999,00 $', '$999.00'],
  ])('the amount %s', (amount, french, english) => {
    expect(amountText(amount, 'F').replaceAll('\u00a0', ' ')).toBe(french)
    expect(amountText(amount, 'A')).toBe(english)
    expect(amountText(amount, 'F')).not.toContain(' ')
  })

  test.each([
    ['2026-07-01', '1er juillet 2026', 'July 1, 2026'],
    ['2026-08-31', '31 août 2026', 'August 31, 2026'],
  ])('the day %s', (day, french, english) => {
    expect(dayText(day, 'F').replaceAll('\u00a0', ' ')).toBe(french)
    expect(dayText(day, 'A').replaceAll('\u00a0', ' ')).toBe(english)
  })

  test('a percentage', () => {
    expect(percentText('3.158', 'F').replaceAll('\u00a0', ' ')).toBe('3,16 %')
    expect(percentText('3.100', 'A')).toBe('3.1%')
    // of decimals, half away from zero.
    expect(percentText('1.005', 'A')).toBe('1.01%')
    expect(percentText('-1.005', 'A')).toBe('−1.01%')
    expect(percentText('-2.000', 'F').replaceAll('\u00a0', ' ')).toBe('−2 %')
  })
})

describe('French typography', () => {
  test('no line begins with a sign that stands after a blank', () => {
    const said = unbroken('fait foi : « Rex » reste; 5 % de 9 $ !', 'F')
    expect(said).toBe('fait foi\u00a0: «\u00a0Rex\u00a0» reste; 5\u00a0% de 9\u00a0$\u00a0!')
    expect(unbroken('5 : 6', 'A')).toBe('5 : 6')
  })
})
