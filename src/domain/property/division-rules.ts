/** Companies and divisions: what others copy from them or decide by them. */

import { requiredNumber } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'

/** A division shows the name of its company. */
export const companyName: Rule = {
  number: 'R-003',
  on: ['create', 'update'],
  errors: [],
  async prepare(change, context) {
    const company = await context.get('Company', requiredNumber(change.after, 'CompanyId'))
    change.set('CompanyName', company['Name'] ?? null)
  },
}

export const companyNameCopies: Rule = {
  number: 'R-003',
  on: ['update'],
  errors: [],
  async apply(change, context) {
    if (!change.changes('Name')) return
    for (const division of await context.select('LedgerDivision', 'company_id = $2', [change.id]))
      await context.update('LedgerDivision', requiredNumber(division, 'Id'), {
        CompanyName: change.after['Name'] ?? null,
      })
  },
}

/** How long a unit must be free to be offered is the division's decision. */
export const minimumRentalDays: Rule = {
  number: 'R-026',
  on: ['update'],
  errors: [],
  async apply(change, context) {
    if (!change.changes('MinimumRentalDays')) return
    const units = await context.select(
      'Unit',
      'building_id in (select b.id from buildings b where b.account_id = $1 and b.ledger_division_id = $2)',
      [change.id],
    )
    context.touched.add('Unit', ...units.map((unit) => requiredNumber(unit, 'Id')))
  },
}

/** The last day of the fiscal year exists in every year. */
export const fiscalYearEnd: Rule = {
  number: 'R-007',
  on: ['create', 'update'],
  errors: ['VALUE_OUT_OF_RANGE'],
  check(change) {
    const month = requiredNumber(change.after, 'FiscalYearEndMonth')
    const last = new Date(Date.UTC(2024, month, 0)).getUTCDate()
    if (requiredNumber(change.after, 'FiscalYearEndDay') > last)
      change.refuse(
        'VALUE_OUT_OF_RANGE',
        { field: 'FiscalYearEndDay', min: 1, max: last },
        { target: 'FiscalYearEndDay' },
      )
  },
}
