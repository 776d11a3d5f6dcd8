/** Suppliers. */

import { model } from '../../model/model.ts'
import { keyText } from '../command/key-text.ts'
import { flagOf, numberOf, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'

/** The account that a supplier's invoices go to by default is an expense account that can be posted to. */
export const defaultAccount: Rule = {
  number: 'R-074',
  on: ['create', 'update'],
  errors: ['GL_ACCOUNT_NOT_POSTABLE'],
  async check(change, context) {
    const id = numberOf(change.after, 'DefaultGlAccountId')
    if (id === null || !change.changes('DefaultGlAccountId')) return
    const account = await context.get('GlAccount', id)
    const isExpense = requiredText(account, 'AccountType') === 'D'
    if (isExpense && flagOf(account, 'IsPostable') && flagOf(account, 'IsActive')) return
    const key = keyText(model.getType('GlAccount'), account)
    change.refuse('GL_ACCOUNT_NOT_POSTABLE', { key }, { target: 'DefaultGlAccountId' })
  },
}
