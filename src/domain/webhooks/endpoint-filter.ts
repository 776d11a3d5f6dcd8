/** W-03: the condition on the changed row, in the words of a read of its set, and valid for each entity followed. */

import { HapiError } from '../../errors/hapi-error.ts'
import { textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'
import { entitiesOf, ownerOf } from './endpoint-owner.ts'

export const endpointFilter: Rule = {
  number: 'W-03',
  on: ['create', 'update'],
  errors: [
    'SYNTAX_ERROR',
    'UNKNOWN_PROPERTY',
    'UNKNOWN_FUNCTION',
    'UNKNOWN_TYPE',
    'ARGUMENT_MISMATCH',
    'TYPE_MISMATCH',
    'INVALID_LITERAL',
    'LIMIT_EXCEEDED',
  ],
  prepare: (change) => {
    if (textOf(change.after, 'Filter')?.trim() === '') change.set('Filter', null)
  },
  check: (change, context) => {
    const filter = textOf(change.after, 'Filter')
    if (filter === null || !change.changes('Filter', 'Entities')) return
    const owner = ownerOf(change.before, context)
    for (const entity of entitiesOf(change.after)) {
      try {
        context.webhooks.filter.check(owner, entity, filter)
      } catch (error) {
        if (!(error instanceof HapiError)) throw error
        change.refuse(error.code, error.values, { target: 'Filter' })
        // What is wrong for one entity is so for most.
        return
      }
    }
  },
}
