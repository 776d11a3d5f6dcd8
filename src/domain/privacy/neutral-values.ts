/** What stands in the place of what is said about a person: legal values of their fields, about nobody. */

import type { EntityType, Property } from '../../model/entity-type.ts'
import { personalClassOf } from '../../model/personal-information.ts'
import { type FieldValue, type Row, textOf } from '../command/row.ts'

export const REMOVED = '[retiré]'
export const NOBODY = 'Anonyme'

/** By name: fields that must have a value of a form of their own. */
const forms: Readonly<Record<string, string>> = {
  LastName: NOBODY,
  FirstName: NOBODY,
  RecipientLastName: NOBODY,
  AccountHolderName: NOBODY,
  InstitutionNo: '000',
  TransitNo: '00000',
  AccountNoMasked: '****',
}

/**
 * The new values of a row about a person: of what may be null nothing, else a value of the field's form. What has no
 * value already, or the neutral one, is not among them.
 */
export function neutralValues(type: EntityType, row: Row): Readonly<Record<string, FieldValue>> {
  const values: Record<string, FieldValue> = {}
  for (const property of type.properties) {
    if (personalClassOf(property) === undefined) continue
    const value = neutralValue(property, row)
    if (row[property.name] !== value) values[property.name] = value
  }
  return values
}

export function neutralValue(property: Property, row: Row): FieldValue {
  // An empty text says nothing, and a list of such rows is no shorter for it.
  if (property.nullable) return null
  if (property.type !== 'Edm.String')
    throw new Error(`${property.name} has no value that is about nobody`)
  if (property.name === 'FileName') return neutralFileName(row)
  return (forms[property.name] ?? REMOVED).slice(0, property.maxLength)
}

/** Its end tells programs what it is. */
function neutralFileName(row: Row): string {
  const extension = /\.[A-Za-z0-9]{1,5}$/.exec(textOf(row, 'FileName') ?? '')?.[0] ?? ''
  return `document-${row['Id']}${extension.toLowerCase()}`
}
