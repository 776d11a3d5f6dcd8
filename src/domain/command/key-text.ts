/** How messages name a row: by its legacy key as people know it (`3-1 D 1.0`, R-121), else by its Id. */

import type { EntityType } from '../../model/entity-type.ts'
import type { FieldValue, Row } from './row.ts'

/** `3-2 900DEMO P04`; the Id when the type has no legacy key or the row lacks part of it. */
export function keyText(type: EntityType, row: Row): string {
  const values = type.businessKey?.map((property) => row[property] ?? null) ?? []
  if (values.length === 0 || values.includes(null)) return String(row['Id'] ?? '')
  return legacyKeyText(type.businessKey ?? [], values)
}

/** Company and division as people write them, the other parts after blanks. */
export function legacyKeyText(
  properties: readonly string[],
  values: readonly FieldValue[],
): string {
  const texts = values.map((value) => (value === null ? '' : String(value)).slice(0, KEY_PART_MAX))
  if (properties[0] !== 'CompanyNo' || properties[1] !== 'DivisionNo') return texts.join(' ').trim()
  const [company = '', division = '', ...rest] = texts
  return [`${company}-${division}`, ...rest].join(' ').trim()
}

/** A part of a key is a code; what is longer was no key. */
const KEY_PART_MAX = 60
