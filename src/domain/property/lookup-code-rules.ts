/** Codes of reference: those of the model are published, not kept; an account may add categories of its own. */

import { enumerations } from '../../model/enumerations.ts'
import { flagOf, requiredText } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'

export const systemCodes: Rule = {
  number: 'R-006',
  on: ['create', 'update'],
  errors: ['INVALID_CODE', 'FIELD_READ_ONLY'],
  check(change) {
    const category = requiredText(change.after, 'Category')
    // A field takes the members of its enumeration and no others: one more would be a promise that fails.
    if (change.kind === 'create' && category in enumerations)
      change.refuse('INVALID_CODE', { value: category, field: 'Category' }, { target: 'Category' })
    if (change.kind === 'update' && flagOf(change.after, 'IsSystem'))
      for (const field of Object.keys(change.differences()))
        change.refuse('FIELD_READ_ONLY', { field }, { target: field })
  },
}
