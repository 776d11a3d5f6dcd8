/** How a source calls a row, or the row that it refers to. */

import { type InputValue, isInputNumber } from '../../command/input.ts'

/** Undefined for what names nothing. */
export function labelText(value: InputValue | undefined): string | undefined {
  if (typeof value === 'string') return value
  return value !== undefined && value !== null && isInputNumber(value) ? value.text : undefined
}
