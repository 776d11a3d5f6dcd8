/** Which numbers are amounts of money, and of which currency. */

import type { Property } from './entity-type.ts'

/** Québec rents are in Canadian dollars: no field says a currency. */
export const CURRENCY = 'CAD'

/** Amounts are `Edm.Decimal` with two decimals of twelve digits, and nothing else is: a test holds that they are named so. */
export function isMoney({ type, precision, scale }: { readonly type: string } & Pick<Property, 'precision' | 'scale'>): boolean {
  return type === 'Edm.Decimal' && precision === 12 && scale === 2
}
