/** R-038, and conditions that only a commercial lease can have. */

import type { Change } from '../command/change.ts'
import { decimalOf, requiredText, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'

export const leaseConditions: Rule = {
  number: 'R-038',
  on: ['create', 'update'],
  errors: ['DEPOSIT_FORBIDDEN', 'INVALID_CODE'],
  check: (change) => {
    // rent is no accessory of a dwelling, as a parking or storage space can be.
    if (requiredText(change.after, 'TaxMode') === 'S') refuseCode(change, 'TaxMode', 'S')
    if (requiredText(change.after, 'LeaseCategory') === 'C') return
    if (decimalOf(change.after, 'DepositAmount')?.greaterThan(0) === true)
      change.refuse('DEPOSIT_FORBIDDEN', {}, { target: 'DepositAmount' })
    const basis = textOf(change.after, 'NetLeaseType')
    if (basis !== null) refuseCode(change, 'NetLeaseType', basis)
  },
}

function refuseCode(change: Change, field: string, value: string): void {
  change.refuse('INVALID_CODE', { value, field }, { target: field })
}
