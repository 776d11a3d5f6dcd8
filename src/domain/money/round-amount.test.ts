import { Decimal } from 'decimal.js'
import { describe, expect, test } from 'vitest'
import { roundedProduct } from './round-amount.ts'

const product = (amount: string, factor: string): string =>
  roundedProduct(new Decimal(amount), new Decimal(factor)).toFixed(2)

describe('R-054 Rounding', () => {
  test('(1) QST of 100.00', () => {
    expect(product('100.00', '0.09975')).toBe('9.98')
  })

  test('(2) half away from zero, of negative amounts too', () => {
    expect(product('-16.665', '1')).toBe('-16.67')
    expect(product('-33.33', '0.50')).toBe('-16.67')
  })

  test('a product of many digits is rounded once', () => {
    // 99999994490100000.5445 exactly.
    expect(product('9999999999.01', '9999999.45')).toBe('99999994490100000.54')
  })
})
