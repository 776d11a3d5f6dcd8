/** The chart of accounts and the budgets, as master data. */

import { Decimal } from 'decimal.js'
import { requiredDecimal, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'

/** Assets and expenses grow by debits, the others by credits. */
export const normalBalance: Rule = {
  number: 'R-080',
  on: ['create'],
  errors: [],
  prepare(change) {
    const isDebit = ['A', 'D'].includes(requiredText(change.after, 'AccountType'))
    change.set('NormalBalance', isDebit ? 'D' : 'C')
  },
}

/** `TotalAmount` is the sum of the twelve periods. */
export const budgetTotal: Rule = {
  number: 'R-082',
  on: ['create', 'update'],
  errors: ['VALUE_OUT_OF_RANGE'],
  prepare(change) {
    const total = PERIODS.reduce(
      (sum, period) => sum.plus(requiredDecimal(change.after, period)),
      new Decimal(0),
    )
    if (total.abs().greaterThan(TOTAL_MAX))
      change.refuse(
        'VALUE_OUT_OF_RANGE',
        { field: 'TotalAmount', min: `-${TOTAL_MAX}`, max: TOTAL_MAX },
        { target: 'TotalAmount' },
      )
    change.set('TotalAmount', total.toFixed(2))
  },
}

const PERIODS = Array.from(
  { length: 12 },
  (_, index) => `Amount${String(index + 1).padStart(2, '0')}`,
)

/** What the field holds. */
const TOTAL_MAX = '9999999999.99'
