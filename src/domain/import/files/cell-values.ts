/**
 * What a cell says, as a body of the API would say it. A cell that says nothing legal keeps its text, so that the rules
 * refuse it as they refuse a body; only what can be read in two ways is refused here.
 */

import { HapiError } from '../../../errors/hapi-error.ts'
import type { Property } from '../../../model/entity-type.ts'
import { getEnumeration } from '../../../model/get-enumeration.ts'
import type { InputValue } from '../../command/input.ts'
import { type DateOrder, readDate, readInstant } from './cell-dates.ts'
import { readNumber } from './cell-numbers.ts'
import { isFormula, unguardFormula } from './formula-cells.ts'
import { plainName } from './plain-name.ts'

/** Of a cell that is not empty. Throws IMPORT_FORMULA, IMPORT_VALUE_UNCLEAR. */
export type CellReader = (text: string) => InputValue

export function cellReader(property: Property, dateOrder: DateOrder | undefined): CellReader {
  if (property.enumeration !== undefined) return memberReader(property.enumeration)
  switch (property.type) {
    case 'Edm.String':
      return readText
    case 'Edm.Boolean':
      return readBoolean
    case 'Edm.Date':
      return (text) => readDate(text.trim(), dateOrder)
    case 'Edm.DateTimeOffset':
      return (text) => readInstant(text.trim(), dateOrder)
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.Decimal':
      return (text) => readNumber(text, property)
  }
}

function readText(cell: string): string {
  if (isFormula(cell)) throw new HapiError('IMPORT_FORMULA')
  return unguardFormula(cell)
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['oui', 'o', 'vrai', 'yes', 'y', 'true', '1'].map((word) => [word, true] as const),
  ...['non', 'n', 'faux', 'no', 'false', '0'].map((word) => [word, false] as const),
])

function readBoolean(text: string): InputValue {
  return booleans.get(plainName(text)) ?? text
}

/** The code, or the label in either language. */
function memberReader(enumeration: string): CellReader {
  const { members } = getEnumeration(enumeration)
  const codes = new Set(members.map(({ code }) => code))
  const byLabel = new Map<string, string>()
  for (const { code, fr, en } of members)
    for (const label of [fr, en].map(plainName)) if (!byLabel.has(label)) byLabel.set(label, code)
  return (text) => {
    const code = text.trim().toUpperCase()
    if (codes.has(code)) return code
    return byLabel.get(plainName(text)) ?? readText(text)
  }
}
