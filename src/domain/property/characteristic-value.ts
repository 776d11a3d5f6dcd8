/**
 * Characteristics of buildings and units: the catalogue says where each may be used and what kind of
 * value it has.
 */

import type { Change } from '../command/change.ts'
import { type Row, requiredNumber, requiredText, textOf } from '../command/row.ts'
import type { Rule } from '../command/rule.ts'

/** `scope` is what the catalogue calls the described entity alone: I building, U unit; X is both. */
function characteristicValue(scope: 'I' | 'U'): Rule {
  return {
    number: 'R-027',
    on: ['create', 'update'],
    errors: ['INVALID_CODE', 'REQUIRED_FIELD', 'INVALID_FORMAT'],
    async check(change, context) {
      const id = requiredNumber(change.after, 'CharacteristicId')
      const characteristic = await context.get('Characteristic', id)
      if (change.kind === 'create') checkScope(characteristic, scope, change)
      if (change.changes('Value')) checkValue(characteristic, change)
    },
  }
}

export const buildingCharacteristicRules: readonly Rule[] = [characteristicValue('I')]

export const unitCharacteristicRules: readonly Rule[] = [characteristicValue('U')]

function checkScope(characteristic: Row, scope: 'I' | 'U', change: Change): void {
  if ([scope, 'X'].includes(requiredText(characteristic, 'Scope'))) return
  const field = 'CharacteristicId'
  const value = requiredText(characteristic, 'CharacteristicCode')
  change.refuse('INVALID_CODE', { value, field }, { target: field })
}

/** As the model says: null or "true" for a yes-or-no characteristic, otherwise a number or a text. */
function checkValue(characteristic: Row, change: Change): void {
  const target = { target: 'Value' }
  const type = requiredText(characteristic, 'ValueType')
  const value = textOf(change.after, 'Value')
  if (type === 'B') {
    if (value !== null && value !== 'true')
      change.refuse('INVALID_FORMAT', { field: 'Value' }, target)
  } else if (value === null || value.trim() === '')
    change.refuse('REQUIRED_FIELD', { field: 'Value' }, target)
  else if (type === 'N' && !/^-?\d+(?:\.\d+)?$/.test(value))
    change.refuse('INVALID_FORMAT', { field: 'Value' }, target)
}
