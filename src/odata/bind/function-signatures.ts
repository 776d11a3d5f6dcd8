/** The canonical functions (URL Conventions 4.01 §5.1.1.5–5.1.1.11): what each takes and gives. */

import type { ValueType } from './bound-tree.ts'

export type ArgumentType =
  /** Of primitive values. */
  | 'collection'
  | 'string'
  | 'number'
  | 'integer'
  | 'dateTime'
  | 'dateOrDateTime'
  | 'timeOrDateTime'
  | 'duration'

export interface FunctionSignature {
  readonly arguments: readonly ArgumentType[]
  /** How many of the arguments, from the left, must be given. */
  readonly required: number
  /** `number`: that of its argument. */
  readonly result: ValueType | 'number'
}

function signature(
  types: readonly ArgumentType[],
  result: ValueType | 'number',
  required = types.length,
): FunctionSignature {
  return { arguments: types, required, result }
}

export const functionSignatures: ReadonlyMap<string, FunctionSignature> = new Map([
  ['concat', signature(['string', 'string'], 'Edm.String')],
  ['contains', signature(['string', 'string'], 'Edm.Boolean')],
  ['endswith', signature(['string', 'string'], 'Edm.Boolean')],
  ['hassubset', signature(['collection', 'collection'], 'Edm.Boolean')],
  ['hassubsequence', signature(['collection', 'collection'], 'Edm.Boolean')],
  ['indexof', signature(['string', 'string'], 'Edm.Int32')],
  ['length', signature(['string'], 'Edm.Int32')],
  ['matchespattern', signature(['string', 'string'], 'Edm.Boolean')],
  ['startswith', signature(['string', 'string'], 'Edm.Boolean')],
  ['substring', signature(['string', 'integer', 'integer'], 'Edm.String', 2)],
  ['tolower', signature(['string'], 'Edm.String')],
  ['toupper', signature(['string'], 'Edm.String')],
  ['trim', signature(['string'], 'Edm.String')],
  ['date', signature(['dateOrDateTime'], 'Edm.Date')],
  ['day', signature(['dateOrDateTime'], 'Edm.Int32')],
  ['fractionalseconds', signature(['timeOrDateTime'], 'Edm.Decimal')],
  ['hour', signature(['timeOrDateTime'], 'Edm.Int32')],
  ['maxdatetime', signature([], 'Edm.DateTimeOffset')],
  ['mindatetime', signature([], 'Edm.DateTimeOffset')],
  ['minute', signature(['timeOrDateTime'], 'Edm.Int32')],
  ['month', signature(['dateOrDateTime'], 'Edm.Int32')],
  ['now', signature([], 'Edm.DateTimeOffset')],
  ['second', signature(['timeOrDateTime'], 'Edm.Int32')],
  ['time', signature(['timeOrDateTime'], 'Edm.TimeOfDay')],
  ['totaloffsetminutes', signature(['dateTime'], 'Edm.Int32')],
  ['totalseconds', signature(['duration'], 'Edm.Decimal')],
  ['year', signature(['dateOrDateTime'], 'Edm.Int32')],
  ['ceiling', signature(['number'], 'number')],
  ['floor', signature(['number'], 'number')],
  ['round', signature(['number'], 'number')],
])

/** Functions of the standard that this service does not offer: known, so 501 and not 400. */
export const unofferedFunctions: ReadonlySet<string> = new Set([
  'geo.distance',
  'geo.intersects',
  'geo.length',
])
