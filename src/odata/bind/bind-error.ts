/** What the binder refuses, said the same way wherever it is found. */

import { HapiError } from '../../errors/hapi-error.ts'
import { nearestHint } from '../../errors/nearest.ts'
import type { Position } from '../parse/syntax.ts'
import {
  type FunctionSignature,
  functionSignatures,
  unofferedFunctions,
} from './function-signatures.ts'
import type { RowType } from './row-type.ts'

export function mismatch(
  operator: string,
  left: string,
  right: string,
  position: Position,
): HapiError {
  return new HapiError('TYPE_MISMATCH', { operator, left, right, position })
}

export function argumentMismatch(
  name: string,
  signature: FunctionSignature,
  position: Position,
): HapiError {
  return new HapiError('ARGUMENT_MISMATCH', {
    name,
    expected: `(${signature.arguments.join(', ')})`,
    position,
  })
}

export function unknownFunction(name: string, position: Position): HapiError {
  if (unofferedFunctions.has(name.toLowerCase()))
    return new HapiError('NOT_IMPLEMENTED', { feature: name })
  return new HapiError('UNKNOWN_FUNCTION', {
    name,
    position,
    nearest: nearestHint(name, functionSignatures.keys()),
  })
}

export function unknownProperty(name: string, row: RowType, position: Position): HapiError {
  const names = [
    ...row.properties.map((property) => property.name),
    ...row.navigation.map((navigation) => navigation.name),
  ]
  return new HapiError(
    'UNKNOWN_PROPERTY',
    { property: name, type: row.name, position, nearest: nearestHint(name, names) },
    { target: name },
  )
}
