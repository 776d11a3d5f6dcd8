/** Notes: internal, about a building, a unit or a tenant. */

import type { Rule } from '../command/rule.ts'

export const noteTarget: Rule = {
  number: 'R-113',
  on: ['create', 'update'],
  errors: ['NOTE_TARGET_REQUIRED'],
  prepare(change, context) {
    if ((change.after['NoteDate'] ?? null) === null)
      change.set('NoteDate', context.now.toISOString())
  },
  check(change) {
    const targets = ['BuildingId', 'UnitId', 'TenantId'].map((name) => change.after[name])
    if (targets.every((id) => id === null))
      change.refuse('NOTE_TARGET_REQUIRED', {}, { target: 'BuildingId' })
  },
}
