/** Writes of one property (Protocol 4.01 §11.4.9): updates of its entity by that field alone. */

import { isControlInformation } from '../../domain/command/bound-references.ts'
import type { InputObject, InputValue } from '../../domain/command/input.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import { readJsonObject, readUtf8 } from '../../json/json-input.ts'
import type { Property } from '../../model/entity-type.ts'
import type { WriteTarget } from './write-target.ts'

type PropertyTarget = Extract<WriteTarget, { kind: 'property' }>

/** @throws {HapiError} INVALID_BODY, REQUIRED_FIELD, UNKNOWN_FIELD, INVALID_FORMAT */
export function readPropertyInput({ property, raw }: PropertyTarget, bytes: Buffer): InputObject {
  return inputOf(property, raw ? rawValue(property, bytes) : singleValue(property, bytes))
}

/** `DELETE`: the value becomes null. */
export function clearingInput({ property }: PropertyTarget): InputObject {
  return inputOf(property, null)
}

function inputOf({ name }: Property, value: InputValue): InputObject {
  return new Map([[name, value]])
}

/** `{"value": …}` (JSON Format 4.01 §11). */
function singleValue({ name }: Property, bytes: Buffer): InputValue {
  const body = readJsonObject(bytes)
  for (const field of body.keys())
    if (field !== 'value' && !isControlInformation(field))
      throw new HapiError(
        'UNKNOWN_FIELD',
        { field: field.slice(0, 60), entity: name, nearest: nearestHint(field, ['value']) },
        { target: field.slice(0, 60) },
      )
  const value = body.get('value')
  if (value === undefined)
    throw new HapiError('REQUIRED_FIELD', { field: 'value' }, { target: 'value' })
  return value
}

/** The text of a `…/$value`, which is no JSON: whether it fits is for the reader of the field to say. */
function rawValue({ name, type }: Property, bytes: Buffer): InputValue {
  const text = readUtf8(bytes)
  // No text that is stored holds it.
  if (text.includes('\0')) throw new HapiError('INVALID_FORMAT', { field: name }, { target: name })
  switch (type) {
    case 'Edm.Boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.Decimal':
      return /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) ? { kind: 'number', text } : text
    case 'Edm.Date':
    case 'Edm.DateTimeOffset':
    case 'Edm.String':
      return text
  }
}
