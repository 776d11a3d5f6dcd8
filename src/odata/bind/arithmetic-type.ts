/** What type an arithmetic operator gives (URL Conventions 4.01 §5.1.1.2). */

import type { ArithmeticOperator, ValueType } from './bound-tree.ts'
import { isNumeric, widerNumeric } from './literal-typing.ts'

/** undefined where the operator has no meaning for the types. */
export function arithmeticType(
  operator: ArithmeticOperator,
  left: ValueType,
  right: ValueType,
): ValueType | undefined {
  if (left === 'null' || right === 'null') return 'null'
  const number = widerNumeric(left, right)
  if (number !== undefined)
    return operator === 'divby' && number !== 'Edm.Double' ? 'Edm.Decimal' : number
  if (left === 'Edm.Duration' || right === 'Edm.Duration')
    return withDuration(operator, left, right)
  const apart = left === right && (left === 'Edm.Date' || left === 'Edm.DateTimeOffset')
  return operator === 'sub' && apart ? 'Edm.Duration' : undefined
}

function withDuration(
  operator: ArithmeticOperator,
  left: ValueType,
  right: ValueType,
): ValueType | undefined {
  switch (operator) {
    case 'add':
      // The sum is the same the other way round.
      if (left === 'Edm.Duration') return isTime(right) ? right : undefined
      return isTime(left) ? left : undefined
    case 'sub':
      return right === 'Edm.Duration' && isTime(left) ? left : undefined
    case 'mul':
      return isNumeric(left) || isNumeric(right) ? 'Edm.Duration' : undefined
    case 'div':
    case 'divby':
      return left === 'Edm.Duration' && isNumeric(right) ? 'Edm.Duration' : undefined
    case 'mod':
      return undefined
  }
}

function isTime(type: ValueType): boolean {
  return type === 'Edm.Date' || type === 'Edm.DateTimeOffset' || type === 'Edm.Duration'
}
