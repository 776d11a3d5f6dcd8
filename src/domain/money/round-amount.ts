/** Rounding of amounts: decimal, half away from zero, to the cent. */

import { Decimal } from 'decimal.js'

/** A product of two decimals of the model has up to 21 digits; the library's own 20 would round it before us. */
const Exact = Decimal.clone({ precision: 40 })

export function roundedProduct(amount: Decimal, factor: Decimal): Decimal {
  // Decimal.js calls half away from zero half up.
  return new Exact(amount).times(factor).toDecimalPlaces(2, Decimal.ROUND_HALF_UP)
}
