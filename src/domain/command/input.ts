/** A request body as it was read: names in order of appearance, numbers as their exact text. */

export type InputObject = ReadonlyMap<string, InputValue>

export interface InputNumber {
  readonly kind: 'number'
  readonly text: string
}

export type InputValue = string | boolean | null | InputNumber | InputObject | readonly InputValue[]

export function isInputNumber(value: InputValue): value is InputNumber {
  return typeof value === 'object' && value !== null && 'kind' in value
}
