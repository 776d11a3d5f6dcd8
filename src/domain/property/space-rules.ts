/** Parking and storage spaces as master data: the states of a space that comes. */

import type { Rule } from '../command/rule.ts'

export function spaceStates(type: 'Parking' | 'Storage'): Rule {
  return {
    number: 'R-033',
    on: ['create'],
    errors: [],
    apply(change, context) {
      context.touched.add(type, change.id)
    },
  }
}
