/** A tree of `json-input.ts` as text again, with every digit of its numbers. */

import { isInputNumber } from '../../../domain/command/input.ts'
import type { JsonObject, JsonValue } from '../../../json/json-input.ts'

/** Recursive by design: the reader of the tree has bounded its depth. */
export function writeJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isInputNumber(value)) return value.text
  if (value instanceof Map) {
    const members = [...(value as JsonObject)].map(
      ([name, item]) => `${JSON.stringify(name)}:${writeJson(item)}`,
    )
    return `{${members.join(',')}}`
  }
  // Neither a number nor an object: a list.
  return `[${(value as readonly JsonValue[]).map(writeJson).join(',')}]`
}
